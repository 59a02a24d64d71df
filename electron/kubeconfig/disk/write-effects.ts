/** Effects of a write on entries beyond the lines that it changes: the history stores them for an undo after later writes. */
import { linksBetween, type WrittenLink } from '../../../shared/edits/links'
import type { EditModel } from '../../../shared/edits/model'
import { meaningChanges, type ReachedEntry, reachedCurrent } from '../../../shared/edits/resolution'
import { type HistoryLink, type HistoryRecord, mapReached } from './history-record'
import { realPathOf } from './replace'

/** The current-context of a file itself. */
export const currentOf = ({ files }: EditModel, path: string): string | null =>
  files.find((file) => file.path === path)?.currentContext ?? null

/** The effects of a write that leads from one model to the other; `written`: its files in the order of its record. */
export async function effectsOfWrite(
  before: EditModel,
  after: EditModel,
  written: readonly string[],
): Promise<Pick<HistoryRecord, 'entries' | 'current' | 'along' | 'pointing'>> {
  const inRecord = (place: WrittenLink['before']): HistoryLink['before'] => {
    const file = place === null ? -1 : written.indexOf(place.file)
    return place === null || file < 0 ? null : { ...place, file }
  }
  const entries = linksBetween(before, after).map((link) => ({
    ...link,
    before: inRecord(link.before),
    after: inRecord(link.after),
  }))
  // Where entries came, went or have other names, the same name may lead elsewhere.
  const leads =
    entries.length > 0 || after.files.some(({ path, currentContext: is }) => is !== currentOf(before, path))
  const got = new Set(
    entries.flatMap(({ kind, before: was, after: is }) => (kind === 'context' && was && is ? [is.name] : [])),
  )
  const others = before.files.filter(({ path }) => !written.includes(path))
  const changed = new Set(
    others.length === 0 ? [] : meaningChanges(before, after).alsoChanges.map(({ context }) => context),
  )
  const along = others.flatMap(({ path, context }) =>
    context.flatMap(({ id, name }) => (changed.has(id) ? [{ path, name }] : [])),
  )
  const paths = leads || along.length > 0 ? [...before.files, ...after.files].map(({ path }) => path) : []
  const real = new Map<string, string>()
  for (const path of new Set(paths)) real.set(path, await realPathOf(path))
  const realOf = (path: string) => real.get(path) ?? path
  const entry = ({ file, ...rest }: ReachedEntry) => ({ realPath: realOf(file), ...rest })
  const reached = (model: EditModel) => mapReached(reachedCurrent(model), entry)
  const pointing = others.flatMap(({ path, listed, currentContext }) =>
    listed && currentContext !== null && got.has(currentContext) ? [realOf(path)] : [],
  )
  return {
    entries,
    current: leads ? { before: reached(before), after: reached(after) } : undefined,
    along: along.map(({ path, name }) => ({ realPath: realOf(path), name })),
    pointing: others.length > 0 && got.size > 0 ? pointing : undefined,
  }
}
