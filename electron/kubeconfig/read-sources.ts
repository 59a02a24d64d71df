/** The files of a list read from disk as what edits are applied to. */
import type { FileRevision } from '../../shared/plan'
import type { Result } from '../../shared/result'
import { type FileState, readForWriting } from './replace'
import { type Source, sourceOf } from './source'

/** Reads the list and what lies outside it as sources; faults of single files stay with them. */
export async function readSources(
  list: readonly string[],
  targets: readonly string[] = [],
): Promise<{ readonly sources: readonly Source[]; readonly states: readonly (FileState | null)[] }> {
  const sources: Source[] = []
  const states: (FileState | null)[] = []
  for (const path of [...new Set([...list, ...targets])]) {
    const state = await readForWriting(path)
    states.push(state.ok ? state.value : null)
    sources.push(sourceFrom(path, list.includes(path), state))
  }
  return { sources, states }
}

function sourceFrom(path: string, listed: boolean, state: Result<FileState>): Source {
  if (!state.ok) return sourceOf({ path, listed, text: '', fault: state.fault.message })
  if (state.value.bytes === null) return sourceOf({ path, listed, text: null, fault: null })
  const text = decode(state.value.bytes)
  return text === null
    ? sourceOf({ path, listed, text: '', fault: 'it is not UTF-8' })
    : sourceOf({ path, listed, text, fault: null })
}

/** UTF-8 with its BOM kept; null where the bytes are none (kubectl reads UTF-16 too, but nothing is written to it). */
function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

export function revisionsOf(states: readonly (FileState | null)[]): readonly FileRevision[] {
  return states.flatMap((state) => (state ? [{ path: state.path, revision: state.revision }] : []))
}
