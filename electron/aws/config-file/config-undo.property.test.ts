/**
 * Undo, redo and reapply of edits of profiles after aws's own writer, sorting, renaming and hand edits: each setting that the write
 * changed is what it was (or what it wrote), in its own section, and all else is as others left it; or nothing is written and there
 * is a reason for it. What stands in a text says aws.
 */
import '../../../shared/testing/seed'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FollowedLink, followLinks } from '../../../shared/edits/links'
import type { ProfileEdit } from '../../../shared/edits/profile-edit'
import { full } from '../../../shared/testing/counts'
import { configText, key, profileEdit, value, word } from '../../testing/aws-config-arbitrary'
import { type AwsJudge, awsJudge, type ProfileValue, readsConfigs } from '../../testing/aws-judge'
import { linksOf, putBack } from './config-undo'
import { planProfileEdits } from './profile-plan'
import { entriesOfChange } from './sections'

const at = '/home/x/.aws/config'

let judge: AwsJudge
let folder: string
beforeAll(() => {
  judge = awsJudge(1)
  folder = mkdtempSync(join(tmpdir(), 'ekscope-undo-config-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Sections as aws reads them, each with its settings as texts. */
type Said = ReadonlyMap<string, ReadonlyMap<string, string>>

const known = new Map<string, Said | null>()

async function said(text: string): Promise<Said | null> {
  if (!known.has(text)) known.set(text, await askAws(text))
  return known.get(text) ?? null
}

async function askAws(text: string): Promise<Said | null> {
  const path = join(folder, 'config')
  writeFileSync(path, text)
  const { status, stdout } = await judge.config(path, [])
  if (status !== 0) return null
  const { profiles = {}, sso_sessions: sessions = {}, services = {}, ...others } = JSON.parse(stdout)
  const all = new Map<string, ReadonlyMap<string, string>>()
  const add = (prefix: string, sections: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => {
    for (const [name, settings] of Object.entries(sections))
      all.set(
        `${prefix}${name}`,
        new Map(Object.entries(settings).map(([one, is]) => [one, JSON.stringify(is)])),
      )
  }
  add('profile ', profiles)
  add('sso-session ', sessions)
  add('services ', services)
  add('', others)
  return all
}

/** `aws configure set`, as its own writer does it. */
async function setByAws(text: string, set: readonly ProfileValue[]): Promise<string> {
  const path = join(folder, 'config')
  writeFileSync(path, text)
  await judge.config(path, set)
  return readFileSync(path, 'utf8')
}

// What others do in between --------------------------------------------------------------------------------------

interface Block {
  readonly header: string
  readonly lines: readonly string[]
}
const isHeader = (line: string) => /^\[/.test(line)

function blocksOf(text: string): { readonly top: readonly string[]; readonly blocks: readonly Block[] } {
  const top: string[] = []
  const blocks: { header: string; lines: string[] }[] = []
  for (const line of text.replace(/\r?\n$/, '').split(/\r?\n/)) {
    if (isHeader(line)) blocks.push({ header: line, lines: [] })
    else (blocks.at(-1)?.lines ?? top).push(line)
  }
  return { top, blocks }
}
const textOf = (top: readonly string[], blocks: readonly Block[]) =>
  [...top, ...blocks.flatMap(({ header, lines }) => [header, ...lines])].map((line) => `${line}\n`).join('')

type ByHand = (blocks: readonly Block[], one: number, other: number) => readonly Block[]
const replaceAt = <T>(list: readonly T[], place: number, by: (one: T) => T): readonly T[] =>
  list.map((one, i) => (i === place ? by(one) : one))
const option = /^([\w.]+\s*[=:]\s*)(\S.*)$/
const byHand: Readonly<Record<string, ByHand>> = {
  sorted: (blocks) => [...blocks].sort((a, b) => (a.header < b.header ? -1 : 1)),
  reversed: (blocks) => [...blocks].reverse(),
  rotated: (blocks, one) => [...blocks.slice(one), ...blocks.slice(0, one)],
  'two exchanged': (blocks, one, other) =>
    blocks.map((block, i) => (i === one ? blocks[other] : i === other ? blocks[one] : block) ?? block),
  'two names exchanged': (blocks, one, other) => {
    if ([one, other].some((place) => blocks[place]?.header === '[DEFAULT]')) return blocks
    return blocks.map((block, i) => ({
      ...block,
      header: (i === one ? blocks[other] : i === other ? blocks[one] : block)?.header ?? block.header,
    }))
  },
  renamed: (blocks, one) =>
    replaceAt(blocks, one, (block) =>
      block.header === '[DEFAULT]' ? block : { ...block, header: `[profile by-hand-${one}]` },
    ),
  deleted: (blocks, one) => blocks.filter(({ header }, i) => i !== one || header === '[DEFAULT]'),
  'a value': (blocks, one, other) =>
    replaceAt(blocks, one, ({ header, lines }) => ({
      header,
      lines:
        header === '[DEFAULT]' ? lines : replaceAt(lines, other, (line) => line.replace(option, '$1by-hand')),
    })),
  'a line less': (blocks, one, other) =>
    replaceAt(blocks, one, ({ header, lines }) => ({
      header,
      lines: lines.filter((line, i) => i !== other || header === '[DEFAULT]' || !option.test(line)),
    })),
  'a line more': (blocks, one) =>
    replaceAt(blocks, one, ({ header, lines }) => ({
      header,
      lines: header === '[DEFAULT]' ? lines : ['duration_seconds = 900', ...lines],
    })),
  remarks: (blocks, one) =>
    replaceAt(blocks, one, ({ header, lines }) => ({
      header,
      lines: ['# by hand', '', ...lines, '; more', ''],
    })),
  'a section more': (blocks, one) => [
    ...blocks.slice(0, one),
    { header: `[profile more-${one}]`, lines: ['source_profile = a', ''] },
    ...blocks.slice(one),
  ],
}

type Step =
  /** `one` is null, and the profile empty, for what the write itself is about. */
  | { readonly kind: 'hand'; readonly how: string; readonly one: number | null; readonly other: number }
  | { readonly kind: 'aws'; readonly set: readonly ProfileValue[] }
  | { readonly kind: 'ekscope'; readonly edit: ProfileEdit }
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('hand' as const),
      how: fc.constantFrom(...Object.keys(byHand)),
      one: fc.option(fc.nat({ max: 5 })),
      other: fc.nat({ max: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('aws' as const),
      set: fc.array(fc.tuple(fc.oneof(word, fc.constant('')), key, value), { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ekscope' as const), edit: profileEdit }) },
)

function edited(text: string, edits: readonly ProfileEdit[]): string | null {
  const planned = planProfileEdits({ path: at, text, credentials: { sections: [] } }, edits)
  return planned.ok && planned.value.text !== text ? planned.value.text : null
}

// What is to come of it, worked out of what aws reads and of nothing else ----------------------------------------

/** A write that goes one way: from what it is to find to what it is to make, with what sections it gave another name. */
interface Write {
  readonly from: string
  readonly to: string
  readonly renamed: ReadonlyMap<string, string>
}
const refused = 'refused'
/** It stands at its old and at its new place. */
const unknown = 'unknown'

/** The profile that a profile takes its credentials from. */
const sources = ['role_arn', 'source_profile', 'sso_session', 'credential_process', 'aws_access_key_id']
const names: Readonly<Record<string, string>> = {
  source_profile: 'profile',
  sso_session: 'sso-session',
  services: 'services',
}

/** What aws is to read afterwards; `refused` where it must be; and whether it may be refused for another reason. */
function wanted(
  { from, to, renamed }: { readonly from: Said; readonly to: Said; readonly renamed: Write['renamed'] },
  now: Said,
  nameNow: (name: string) => string,
  /** What the write took away, which may be another's by now. */
  gone: 'from' | 'to',
): { readonly said: Said | typeof refused | typeof unknown; readonly mayRefuse: boolean } {
  const then = new Map([...now].map(([name, settings]) => [name, new Map(settings)]))
  const came = new Set(to.keys())
  let mayRefuse = false
  const same = (a: ReadonlyMap<string, string> | undefined, b: ReadonlyMap<string, string> | undefined) =>
    a !== undefined && b !== undefined && a.size === b.size && [...a].every(([one, is]) => b.get(one) === is)
  // A later rename of ours took along what names the section, in itself too.
  const byNamesNow = (settings: ReadonlyMap<string, string>) =>
    new Map(
      [...settings].map(([one, is]) => {
        const kind = names[one]
        const called = kind && nameNow(`${kind} ${JSON.parse(is)}`).slice(kind.length + 1)
        return [one, called === undefined ? is : JSON.stringify(called)]
      }),
    )
  const moves: (readonly [string, string, Map<string, string>])[] = []
  for (const [name, old] of from) {
    const next = renamed.get(name) ?? name
    const wants = to.get(next)
    came.delete(next)
    const places =
      wants === undefined && gone === 'from'
        ? [name]
        : [nameNow(name), nameNow(next)].filter((place) => now.has(place))
    if (places.length === 2 && places[0] !== places[1]) return { said: unknown, mayRefuse: true }
    const here = places[0] ?? name
    const is = then.get(here)
    if (wants === undefined) {
      // A later write of ours gave another one that name, which could not be taken then.
      const isMoved = nameNow(name) !== name
      if (!isMoved && [...from.keys()].some((other) => other !== name && nameNow(other) === here)) continue
      if (is !== undefined && !same(is, byNamesNow(old))) {
        if (!same(is, old)) return { said: refused, mayRefuse: true }
        mayRefuse = true
      }
      then.delete(here)
      continue
    }
    const keys = [...new Set([...old.keys(), ...wants.keys()])].filter(
      (one) => old.get(one) !== wants.get(one),
    )
    if (keys.length === 0 && next === name) continue
    if (is === undefined) return { said: refused, mayRefuse: true }
    if (sources.some((one) => old.get(one) === wants.get(one) && is.get(one) !== old.get(one)))
      mayRefuse = true
    for (const one of keys) {
      const [was, will, has] = [old.get(one), wants.get(one), is.get(one)]
      if (has === will) continue
      if (has !== was) return { said: refused, mayRefuse: true }
      if (will === undefined) is.delete(one)
      else is.set(one, will)
    }
    if (next !== name && here !== next) {
      if (here !== name) return { said: refused, mayRefuse: true }
      moves.push([here, next, is])
    }
  }
  for (const [here] of moves) then.delete(here)
  for (const [, next, is] of moves) {
    if (then.has(next)) return { said: refused, mayRefuse: true }
    then.set(next, is)
  }
  // What others wrote since of a section that gets another name goes on naming it; what the write left stays as it left it.
  const wasSo = (section: string, one: string, value: string) =>
    [...from].some(
      ([name, old]) => [name, nameNow(name), renamed.get(name)].includes(section) && old.get(one) === value,
    )
  for (const [here, next] of moves)
    for (const [section, settings] of then)
      for (const [one, kind] of Object.entries(names)) {
        const value = settings.get(one)
        if (value === undefined || `${kind} ${JSON.parse(value)}` !== here) continue
        if (!wasSo(section, one, value)) settings.set(one, JSON.stringify(next.slice(kind.length + 1)))
      }
  for (const name of came) {
    const there = then.get(gone === 'to' ? name : nameNow(name))
    const wants = to.get(name) ?? new Map()
    if (there !== undefined && !same(there, byNamesNow(wants))) {
      if (!same(there, wants)) return { said: refused, mayRefuse: true }
      mayRefuse = true
    }
    // It may be another that a later write of ours gave that name.
    if (there === undefined) then.set(name, new Map(wants))
    else mayRefuse = true
  }
  for (const settings of then.values())
    for (const [one, kind] of Object.entries(names)) {
      const target = settings.get(one)
      if (target !== undefined && !then.has(`${kind} ${JSON.parse(target)}`)) mayRefuse = true
    }
  return { said: then, mayRefuse }
}

const plain = (all: Said) => new Map([...all].map(([name, settings]) => [name, Object.fromEntries(settings)]))

interface Outcomes {
  written: number
  refused: number
}

/** The text afterwards, held against what is to come of it; null where it was refused. */
async function held(
  write: Write,
  now: string,
  later: readonly (readonly FollowedLink[])[],
  back: boolean,
  outcomes: Outcomes,
): Promise<string | null> {
  const [from, to, is] = [await said(write.from), await said(write.to), await said(now)]
  if (from === null || to === null) throw new Error('a write of Ekscope that aws does not read')
  const text = putBack(at, now, { from: write.from, to: write.to, back, follow: followLinks(later) })
  const isWritten = typeof text === 'string' || text === null
  if (is === null) {
    expect(isWritten).toBe(false)
    return null
  }
  const nameNow = (name: string) =>
    later.reduce(
      (called, links) => links.find(({ before }) => before?.name === called)?.after?.name ?? called,
      name,
    )
  const { said: then, mayRefuse } = wanted(
    { from, to, renamed: write.renamed },
    is,
    nameNow,
    back ? 'to' : 'from',
  )
  // A section that stands there twice is for people.
  const headers = now.split(/\r?\n/).filter((line) => isHeader(line) && line !== '[DEFAULT]')
  const told = [write.from, write.to, now, JSON.stringify(text)].join('\n=====\n')
  if (!isWritten) {
    outcomes.refused++
    expect(text.inTheWay.length, told).toBeGreaterThan(0)
    expect(mayRefuse || headers.length > is.size, told).toBe(true)
    return null
  }
  outcomes.written++
  expect(then, told).not.toBe(refused)
  if (then !== refused && then !== unknown)
    expect(plain((await said(text ?? '')) ?? new Map()), told).toEqual(plain(then))
  return text
}

/** Names by the edits themselves. */
const namesOf = (edits: readonly ProfileEdit[]): ReadonlyMap<string, string> =>
  new Map(
    edits.flatMap((edit) =>
      edit.kind === 'rename-profile' ? [[`profile ${edit.profile}`, `profile ${edit.name}`] as const] : [],
    ),
  )
const turned = (all: ReadonlyMap<string, string>) => new Map([...all].map(([a, b]) => [b, a]))

test.skipIf(!readsConfigs())(
  'generated edits, and other writers between: each setting goes back where it belongs, or a reason is there',
  async () => {
    const outcomes = { written: 0, refused: 0 }
    await fc.assert(
      // Each case is by itself.
      fc.asyncProperty(
        configText,
        // The first of them that can be.
        fc.array(profileEdit, { minLength: 8, maxLength: 8 }),
        fc.array(step, { maxLength: 3 }),
        async (before, edits, steps) => {
          known.clear()
          const edit = edits.find((one) => edited(before, [one]) !== null)
          const after = edit === undefined ? null : edited(before, [edit])
          if (edit === undefined || after === null) return
          let now = after
          const later: (readonly FollowedLink[])[] = []
          for (const one of steps) {
            const own =
              edit.kind === 'add-sso-session' ? edit.session : 'name' in edit ? edit.name : edit.profile
            if (one.kind === 'aws')
              now = await setByAws(
                now,
                one.set.map(([profile, ...rest]) => [profile === '' ? own : profile, ...rest] as const),
              )
            else if (one.kind === 'hand') {
              const { top, blocks } = blocksOf(now)
              const place = one.one ?? blocks.findIndex(({ header }) => header.includes(own))
              now = textOf(top, byHand[one.how]?.(blocks, place, one.other) ?? blocks)
            } else {
              const next = edited(now, [one.edit])
              if (next === null) continue
              later.push(linksOf(at, entriesOfChange(at, now, next)))
              now = next
            }
          }
          const renamed = namesOf([edit])
          const undone = await held(
            { from: after, to: before, renamed: turned(renamed) },
            now,
            later,
            true,
            outcomes,
          )
          // aws may have put it back already, as an older copy does.
          await held({ from: before, to: after, renamed }, now, later, false, outcomes)
          if (undone === null) return
          const again = await held({ from: undone, to: now, renamed }, undone, [], true, outcomes)
          expect(again).toBe(now)
          const { top, blocks } = blocksOf(undone)
          const sorted = textOf(top, byHand.sorted?.(blocks, 0, 0) ?? blocks)
          await held({ from: undone, to: now, renamed }, sorted, [], true, outcomes)
        },
      ),
      { numRuns: full ? 20_000 : 50 },
    )
    expect(outcomes.written).toBeGreaterThan(100)
    expect(outcomes.refused).toBeGreaterThan(15)
  },
  3_600_000,
)
