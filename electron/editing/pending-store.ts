/** Pending edits of each page, in memory: they outlive a reload of it, and its window asks before they go with it. */
export interface KeptEdits {
  /** `json` is the page's own; `count` says how many edits of it are not written. */
  keep(page: number, json: string, count: number): void
  /** Empty when there is nothing. */
  of(page: number): string
  count(page: number): number
  /** The page's window closes. */
  forget(page: number): void
}

/** Nothing kept yet. */
export function createKeptEdits(): KeptEdits {
  const kept = new Map<number, { readonly json: string; readonly count: number }>()
  return {
    keep: (page, json, count) => void kept.set(page, { json, count }),
    of: (page) => kept.get(page)?.json ?? '',
    count: (page) => kept.get(page)?.count ?? 0,
    forget: (page) => void kept.delete(page),
  }
}
