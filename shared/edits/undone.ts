/** Which writes stand, and what is undone or redone next: read from the order of writes and what each of them undoes. */

export interface RecordedWrite {
  readonly id: string
  /** The write that this one undid; null for one that undid none. */
  readonly undoes: string | null
}

/** Writes whose change is undone now: an undo that was itself undone counts no more. `writes`: newest first. */
export function undoneIn(writes: readonly RecordedWrite[]): ReadonlySet<string> {
  const undone = new Set<string>()
  for (const { id, undoes } of writes) if (undoes !== null && !undone.has(id)) undone.add(undoes)
  return undone
}

/** Ids of the writes that undid one, not those that redid it. */
export function undosIn(writes: readonly RecordedWrite[]): ReadonlySet<string> {
  const undos = new Set<string>()
  for (const { id, undoes } of [...writes].reverse()) if (undoes !== null && !undos.has(undoes)) undos.add(id)
  return undos
}

/** The last write that is neither undone nor an undo or redo itself: so one undo after the other steps back. */
export function nextToUndo<T extends RecordedWrite>(writes: readonly T[]): T | null {
  const undone = undoneIn(writes)
  return writes.find(({ id, undoes }) => undoes === null && !undone.has(id)) ?? null
}

/** The last undo that stands: undoing it steps forward again. */
export function nextToRedo<T extends RecordedWrite>(writes: readonly T[]): T | null {
  const [undone, undos] = [undoneIn(writes), undosIn(writes)]
  return writes.find(({ id }) => undos.has(id) && !undone.has(id)) ?? null
}

/** A title without what earlier undos, redos and reapplies put before it. */
export function plainTitle(title: string): string {
  return title.replace(/^(?:(?:Undo|Redo|Reapply) of: |(?:Undo: )+|Reapply: )+/, '')
}
