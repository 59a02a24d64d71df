/** Whether a write whose process was killed had come to disk, though another program has written the file since. */
import { at, type JsonMap, sameJson } from '../../../shared/json'
import { sourceOf } from '../read/edit-model'
import type { WholeFile } from './history-record'
import { changesBetween, isLegible, lostIn } from './older-copy'

/** What a write is to a file that other programs have written since: `unknown` where nothing of both its states is left. */
export type Standing = 'made' | 'not-made' | 'unknown'

type States = Readonly<Record<'before' | 'after' | 'now', Buffer | null>>

/** The settings of each section of an AWS config file by its name. The reader is passed in: this room does not know it. */
export type SectionsOf = (bytes: Buffer | null) => ReadonlyMap<string, JsonMap>

/** Where no AWS config file can be among the files. */
export const noSections: SectionsOf = () => new Map()

/** By the entries that the write changed: later writers left them as after the write, or as before it. */
export function standingOf(
  { path, of, entries }: Pick<WholeFile, 'path' | 'of' | 'entries'>,
  states: States,
  sections: SectionsOf,
): Standing {
  if (of === 'aws-config') return standingOfSections(states, sections)
  const sourceFrom = (bytes: Buffer | null) =>
    sourceOf({ path, listed: true, text: bytes?.toString() ?? null, fault: null })
  const now = sourceFrom(states.now)
  if (!isLegible(now)) return 'unknown'
  const changes = changesBetween(sourceFrom(states.before), sourceFrom(states.after), entries)
  if (lostIn(changes, now).length > 0) return 'not-made'
  const back = changes.map(({ was, is, ...part }) => ({ ...part, was: is, is: was }))
  return lostIn(back, now).length > 0 ? 'made' : 'unknown'
}

/** Of an AWS config file: by its sections that came or went, and by the settings of the others. */
function standingOfSections({ before, after, now }: States, sections: SectionsOf): Standing {
  if (now === null) return 'unknown'
  const [was, became, is] = [sections(before), sections(after), sections(now)]
  let [made, old] = [false, false]
  for (const name of new Set([...was.keys(), ...became.keys()])) {
    const [from, to, here] = [was.get(name), became.get(name), is.get(name)]
    if (!from || !to) {
      made ||= (here === undefined) === (to === undefined)
      old ||= (here === undefined) === (from === undefined)
      continue
    }
    // One that the write only changed, and that is gone, tells nothing.
    if (!here) continue
    for (const key of Object.keys({ ...from, ...to })) {
      if (sameJson(at(from, key), at(to, key))) continue
      made ||= sameJson(at(here, key), at(to, key))
      old ||= sameJson(at(here, key), at(from, key))
    }
  }
  if (made === old) return 'unknown'
  return made ? 'made' : 'not-made'
}
