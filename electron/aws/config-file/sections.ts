/**
 * An AWS config file as entries that an undo works on: its sections by their meaning, each with its own settings. And the text
 * with the changed entries, in which every other line stays. Pure.
 */
import { type EntryLink, namesBetween, type Placed, Slots } from '../../../shared/edits/entry-slots'
import { followLinks } from '../../../shared/edits/links'
import type { ModelEntry, ModelFile } from '../../../shared/edits/model'
import { keysNaming, sectionKeys, withName } from '../../../shared/edits/references'
import { at, type Json, type JsonMap, mapOf, sameJson } from '../../../shared/json'
import { entryId } from '../../../shared/kubeconfig/entries'
import { atOnce } from '../../../shared/turns'
import type { HistoryEntry } from '../../kubeconfig/disk/history-record'
import type { SectionsOf } from '../../kubeconfig/disk/write-stands'
import type { Section, Setting } from '../files/aws-files'
import { type ConfigText, parseIni, readConfigText, type SectionLines, sectionMeaning } from '../files/ini'
import {
  headerOf,
  withCopy,
  withHeader,
  withKey,
  withLines,
  withoutKey,
  withoutSection,
  withSection,
  withSectionLines,
} from './text'

/** A text with its sections as entries, in the order of the text. */
export type ReadSections = ReturnType<typeof readSections>

/** `of`: makes the ids of its entries differ from those of another state. */
export function readSections(path: string, text: string | null, of = '') {
  const ini = parseIni(text ?? '', path)
  const headers = ini.sections.map(({ name }) => name)
  // Sections unknown to aws, and those hidden by another of the same meaning, are identified by their header.
  const meant = headers.map((header) => {
    const meaning = sectionMeaning(header)
    return meaning === null ? `[${header}]` : `${meaning.kind} ${meaning.name}`
  })
  const section = ini.sections.map(({ name, settings }, place): ModelEntry => {
    const is = meant[place] ?? name
    // aws takes the last of those that mean the same.
    const called = meant.lastIndexOf(is) > place ? `[${name}]` : is
    const own = Object.entries(settings).filter(([key, { line }]) => ini.defaults[key]?.line !== line)
    return {
      id: entryId('section', `${path}\0${of}`, called, 0),
      kind: 'section',
      name: called,
      value: mapOf(own.map(([key, setting]) => [key, jsonOf(key, setting)])),
      from: null,
    }
  })
  const { problem, defaults } = ini
  const unreadable = problem && `aws refuses line ${problem.line}: ${problem.message}`
  const nothing = { listed: false, currentContext: null, cluster: [], user: [], context: [] }
  const file: ModelFile = { path, exists: text !== null, unreadable, ...nothing, section }
  return {
    text: text ?? '',
    ini,
    file,
    /** How the header of each is spelt. */
    headers,
    /** Names that later sections have too: of these aws takes the last. */
    hidden: new Set(meant.filter((name, place) => meant.lastIndexOf(name) > place)),
    /** Of [DEFAULT], which counts in every section that does not override it. */
    defaults,
  }
}

/** Settings nested below another one are one value with it; another section is named as in the model. */
export function jsonOf(
  key: string,
  { value, nested = {} }: Pick<Setting, 'value'> & Partial<Pick<Setting, 'nested'>>,
): Json {
  const pairs = Object.entries(nested).sort(([a], [b]) => (a < b ? -1 : 1))
  if (pairs.length > 0) return pairs
  const about = Object.hasOwn(sectionKeys, key) ? sectionKeys[key] : undefined
  return about === undefined || value === '' ? value : `${about} ${value}`
}

/** The same as it is written; null where that is no single line. */
function writtenAs(key: string, value: Json): string | null {
  if (typeof value !== 'string' || /[\r\n]/.test(value)) return null
  const about = Object.hasOwn(sectionKeys, key) ? sectionKeys[key] : undefined
  return about === undefined ? value : value.slice(about.length + 1)
}

export const sectionsIn = ({ section = [] }: ModelFile): readonly ModelEntry[] => section

/** Sections renamed between two states: a removed and an added one have the same settings, except for their own name. */
export function renamedSections(before: ReadSections, after: ReadSections): readonly EntryLink[] {
  const [old, now] = [before, after].map(({ file }) => new Set(sectionsIn(file).map(({ name }) => name)))
  const came = sectionsIn(after.file).filter(({ name }) => old?.has(name) !== true)
  return sectionsIn(before.file).flatMap((was): readonly EntryLink[] => {
    const place = now?.has(was.name) === true ? -1 : came.findIndex((is) => sayTheSame(was, is))
    const [is] = place < 0 ? [] : came.splice(place, 1)
    if (is === undefined) return []
    const [from, to] = [before, after].map(({ file: { path } }, side) => ({
      file: path,
      name: (side === 0 ? was : is).name,
    }))
    return from && to ? [{ kind: 'section', from, to }] : []
  })
}

/** The change from one text to another, entry by entry. */
export function changeOf(before: ReadSections, after: ReadSections) {
  const [from, to] = [{ files: [before.file] }, { files: [after.file] }]
  return { from, to, names: namesBetween(from, to), links: renamedSections(before, after) }
}

/** The sections that a change modifies, as the history names them: with the bytes of their lines before and after. */
export function entriesOfChange(
  path: string,
  before: string | null,
  after: string | null,
): readonly HistoryEntry[] {
  const [from, to] = [readSections(path, before), readSections(path, after)]
  const sideOf = (read: ReadSections) => {
    const { sections } = readConfigText(read.text)
    const lines = new Map(sections.map((one) => [one.header, one]))
    const bytes = (to: number) => Buffer.byteLength(read.text.slice(0, to))
    return (placed: Placed | null): HistoryEntry['before'] => {
      const place = placed ? sectionsIn(read.file).indexOf(placed.entry) : -1
      const found = lines.get(read.headers[place] ?? '')
      return placed && found
        ? { name: placed.entry.name, start: bytes(found.from), end: bytes(found.to) }
        : null
    }
  }
  const [was, is] = [sideOf(from), sideOf(to)]
  const slots = new Slots({
    ...changeOf(from, to),
    left: 'to',
    follow: followLinks([]),
    now: { files: [to.file] },
  })
  return atOnce(slots.made()).all.flatMap(({ from: old, to: now, changed }): readonly HistoryEntry[] =>
    changed ? [{ kind: 'section', before: was(old), after: is(now) }] : [],
  )
}

/** Settings that name one of the two are not compared: they follow the name. */
function sayTheSame(was: ModelEntry, is: ModelEntry): boolean {
  const [one, other] = [was, is].map((entry) =>
    withName(entry.value, [...keysNaming(entry, was), ...keysNaming(entry, is)], ''),
  )
  return sameJson(one, other)
}

type Way = 'as it stood' | 'as its neighbours'

/**
 * The text with its sections as wanted; what comes back is as in `pattern`, line for line. Null where aws would not read just
 * that in any text that could be made.
 */
export function rewriteSections(
  now: ReadSections,
  wanted: ModelFile,
  pattern: ReadSections,
  ways: readonly Way[] = ['as it stood', 'as its neighbours'],
): string | null {
  for (const way of ways) {
    const text = new Rewriting(now, pattern, way).text(wanted)
    if (says(readSections(wanted.path, text), wanted, now)) return text
  }
  return null
}

function says({ file, defaults }: ReadSections, wanted: ModelFile, now: ReadSections): boolean {
  const [is, asked] = [sectionsIn(file), sectionsIn(wanted)]
  const common = (of: Section['settings']): JsonMap =>
    mapOf(Object.entries(of).map(([key, one]) => [key, jsonOf(key, one)]))
  return (
    file.unreadable === null &&
    sameJson(common(defaults), common(now.defaults)) &&
    is.length === asked.length &&
    is.every(({ name, value }, place) => name === asked[place]?.name && sameJson(value, asked[place].value))
  )
}

class Rewriting {
  private config: ConfigText
  private readonly was: readonly ModelEntry[]
  /** As they are spelt by now, by id. */
  private readonly headers: Map<string, string>
  private readonly pattern: ReadSections
  private readonly patternText: ConfigText
  private readonly asItStood: boolean

  constructor(now: ReadSections, pattern: ReadSections, way: Way) {
    this.config = readConfigText(now.text)
    this.was = sectionsIn(now.file)
    this.headers = new Map(this.was.map(({ id }, place) => [id, now.headers[place] ?? '']))
    this.pattern = pattern
    this.patternText = readConfigText(pattern.text)
    this.asItStood = way === 'as it stood'
  }

  text(wanted: ModelFile): string {
    const then = new Map(sectionsIn(wanted).map((entry) => [entry.id, entry]))
    const old = new Map(this.was.map((entry) => [entry.id, entry]))
    for (const { id } of this.was) if (!then.has(id)) this.change(id, withoutSection)
    for (const { id, name } of this.was) {
      const is = then.get(id)
      if (is === undefined || is.name === name) continue
      const known = sectionsIn(this.pattern.file).findIndex((one) => one.name === is.name)
      const header = this.pattern.headers[known] ?? headerOf(is.name, this.headers.get(id))
      this.change(id, (config, section) => withHeader(config, section, header))
      this.headers.set(id, header)
    }
    for (const [id, is] of then) {
      const was = old.get(id)
      if (was !== undefined && was.value !== is.value) this.settings(was, is)
    }
    let above: ModelEntry | null = null
    for (const is of then.values()) {
      if (!old.has(is.id)) this.insert(is, above)
      above = is
    }
    return this.config.text
  }

  private section(id: string): SectionLines | undefined {
    return this.config.sections.find(({ header }) => header === this.headers.get(id))
  }

  private change(id: string, by: (config: ConfigText, section: SectionLines) => string): void {
    const section = this.section(id)
    if (section) this.config = readConfigText(by(this.config, section))
  }

  private settings(was: ModelEntry, is: ModelEntry): void {
    for (const key of new Set([...Object.keys(was.value), ...Object.keys(is.value)])) {
      const value = at(is.value, key)
      if (sameJson(at(was.value, key), value)) continue
      if (value === undefined) this.change(was.id, (config, section) => withoutKey(config, section, key))
      else this.put(was.id, is.name, key, value)
    }
  }

  private put(id: string, name: string, key: string, value: Json): void {
    const written = writtenAs(key, value)
    const stood = this.asItStood || written === null ? this.stood(name, key, value) : undefined
    this.change(id, (config, section) =>
      stood !== undefined
        ? withLines(config, section, key, { config: this.patternText, section: stood })
        : written !== null
          ? withKey(config, section, key, written)
          : config.text,
    )
  }

  /** The section of the pattern in which the key has that value, best of this name. */
  private stood(name: string, key: string, value: Json): SectionLines | undefined {
    const places = sectionsIn(this.pattern.file).flatMap((one, place) =>
      sameJson(at(one.value, key), value) ? [{ place, same: one.name === name }] : [],
    )
    const best = places.find(({ same }) => same) ?? places[0]
    return best && this.patternText.sections.find(({ header }) => header === this.pattern.headers[best.place])
  }

  /** A copy of another one, one as it is in the pattern, or a new one. */
  private insert(entry: ModelEntry, above: ModelEntry | null): void {
    const source = this.section(entry.from ?? '')
    const place = sectionsIn(this.pattern.file).findIndex(({ id }) => id === entry.from)
    const known = source === undefined ? this.pattern.headers[place] : undefined
    const section = this.patternText.sections.find((one) => one.header === known)
    const header = known ?? headerOf(entry.name)
    const behind = above === null ? null : (this.section(above.id) ?? null)
    this.headers.set(entry.id, header)
    this.config = readConfigText(
      source !== undefined
        ? withCopy(this.config, source, header)
        : section !== undefined
          ? withSectionLines(this.config, behind, { config: this.patternText, section })
          : withSection(
              this.config,
              header,
              Object.entries(entry.value).map(([key, value]) => ({
                key,
                value: writtenAs(key, value) ?? '',
              })),
            ),
    )
  }
}

/** The settings of each section, by its name. Recovery uses them to find out the state of an interrupted write. */
export const sectionsByName: SectionsOf = (bytes) =>
  new Map(
    sectionsIn(readSections('', bytes?.toString() ?? null).file).map(({ name, value }) => [name, value]),
  )
