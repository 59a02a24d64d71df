/** Whether a write whose process was killed had come to disk, though another program has written the file since. */
import { sourceOf } from '../read/edit-model'
import type { NamedEntry } from '../read/named-entries'
import type { FileOf } from './history-record'
import { FileParts, lostIn, partsBetween } from './older-copy'

/** What a write is to a file that other programs have written since: `unknown` where nothing of both its states is left. */
export type Standing = 'made' | 'not-made' | 'unknown'

type States = Readonly<Record<'before' | 'after' | 'now', Buffer | null>>

/** By the entries that the write changed: whoever wrote since has kept them as the write left them, or as it found them. */
export function standingOf(
  { path, of }: { readonly path: string; readonly of?: FileOf | undefined },
  states: States,
  named?: readonly NamedEntry[],
): Standing {
  if (of === 'aws-config') return standingOfSections(states)
  const { before, after, now } = states
  const partsOf = (bytes: Buffer | null) =>
    new FileParts(sourceOf({ path, listed: true, text: bytes?.toString() ?? null, fault: null }))
  const [was, became, is] = [partsOf(before), partsOf(after), partsOf(now)]
  if (!is.legible) return 'unknown'
  const parts = partsBetween(was, became, named)
  if (lostIn(parts, was, became, is).length > 0) return 'not-made'
  return lostIn(parts, became, was, is).length > 0 ? 'made' : 'unknown'
}

/** Of an AWS config file: by its sections that came or went, and by the settings of the others, as its lines have them. */
function standingOfSections({ before, after, now }: States): Standing {
  if (now === null) return 'unknown'
  const [was, became, is] = [settingsIn(before), settingsIn(after), settingsIn(now)]
  let [made, old] = [false, false]
  for (const header of new Set([...was.keys(), ...became.keys()])) {
    const [from, to, here] = [was.get(header), became.get(header), is.get(header)]
    // One that the write only changed, and that is gone, tells nothing.
    if (from && to && !here) continue
    const keys = from && to ? [...from.keys(), ...to.keys()] : [itself]
    for (const key of keys) {
      if (from?.get(key) === to?.get(key)) continue
      if (here?.get(key) === to?.get(key)) made = true
      if (here?.get(key) === from?.get(key)) old = true
    }
  }
  if (made === old) return 'unknown'
  return made ? 'made' : 'not-made'
}

/** No setting is called so: it says that the section is there. */
const itself = ''

/** Of each section by its header: its settings, in one spacing. */
function settingsIn(bytes: Buffer | null): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>()
  let section = new Map<string, string>()
  for (const line of (bytes?.toString() ?? '').split(/\r?\n|\r/)) {
    const header = /^\[[^\]]*\]/.exec(line)?.[0]
    const text = line.trim()
    if (header !== undefined) {
      section = (sections.get(header) ?? new Map<string, string>()).set(itself, '')
      sections.set(header, section)
    } else if (text !== '' && !/^[#;]/.test(text)) {
      const [key = '', value = ''] = /[=:]/.test(text) ? splitAt(text, text.search(/[=:]/)) : [text]
      section.set(/^\s/.test(line) ? text : key.toLowerCase(), value)
    }
  }
  return sections
}

const splitAt = (text: string, at: number): readonly [string, string] => [
  text.slice(0, at).trim(),
  text.slice(at + 1).trim(),
]
