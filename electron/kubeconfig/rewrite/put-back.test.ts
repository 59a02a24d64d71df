/** Undo and reapply of one write on texts by hand: what comes back is what was there, to the byte where nothing else came. */
import { describe, expect, test } from 'vitest'
import type { AnyEdit } from '../../../shared/edits/edit'
import { inTheWaySentence } from '../../../shared/edits/in-the-way'
import { followLinks, linksBetween, type WrittenLink } from '../../../shared/edits/links'
import { reachedCurrent } from '../../../shared/edits/resolution'
import { entryId, entryKinds } from '../../../shared/kubeconfig/entries'
import type { Fault, Result } from '../../../shared/result'
import { atOnce } from '../../../shared/turns'
import { statesOf } from '../../testing/old-states'
import { type EditSource, modelOf, sourceOf } from '../read/edit-model'
import { type Planned, planEdits } from './plan-edits'
import { type Blocked, type RecordedChange, recordedChange } from './put-back'

type Texts = Readonly<Record<string, string | null>>
const config = '/home/me/config'
const other = '/home/me/sub/other'

const third = '/home/me/third'
const sourcesOf = (texts: Texts, list: readonly string[]): readonly EditSource[] =>
  [...list, ...Object.keys(texts).filter((path) => !list.includes(path))].map((path) =>
    sourceOf({ path, listed: list.includes(path), text: texts[path] ?? null, fault: null }),
  )

/** A write as it is recorded; `old`: by a version that did not note where current-context led. */
interface Written {
  readonly before: Texts
  readonly after: Texts
  readonly links: readonly WrittenLink[]
  readonly current: RecordedChange['current']
}

/** The texts after these edits under the list `first`, and what undoes them (under `later`) on whatever the files have become. */
function written(
  texts: Texts,
  edits: readonly AnyEdit[],
  first = Object.keys(texts),
  { old = false, later: list = first }: { readonly old?: boolean; readonly later?: readonly string[] } = {},
) {
  const planned = planEdits({ sources: sourcesOf(texts, first), revisions: [], edits })
  const recordOf = ({ files, before, after }: Planned): Written => ({
    // A record has first what only gained entries: not in the order of the list.
    before: Object.fromEntries([...files].reverse().map((file) => [file.path, file.before])),
    after: Object.fromEntries([...files].reverse().map((file) => [file.path, file.after])),
    links: linksBetween(before, after),
    current: old ? undefined : { before: reachedCurrent(before), after: reachedCurrent(after) },
  })
  expect(planned.plan.problems.filter(({ blocks }) => blocks)).toEqual([])
  const record = recordOf(planned)
  function carriedOut(now: Texts, back: boolean, of = record, later: readonly Written[] = []) {
    const change = recordedChange({
      files: Object.keys(of.before).map((path) => ({
        path,
        listed: list.includes(path),
        ...statesOf(path, of.before[path] ?? null, of.after[path] ?? null),
      })),
      links: of.links,
      follow: followLinks(later.map(({ links }) => links)),
      back,
      current: of.current,
    })
    const left = back ? of.after : of.before
    const intact = new Set(Object.keys(left).filter((path) => now[path] === left[path]))
    return atOnce(
      change({ sources: sourcesOf(now, list), revisions: [], intact, own: new Set(), contexts: null }),
    )
  }
  function done(...of: Parameters<typeof carriedOut>): { readonly texts: Texts; readonly record: Written } {
    const made = carriedOut(...of)
    if (!made.ok) throw new Error(saying(made))
    expect(made.value.plan.problems.filter(({ blocks }) => blocks)).toEqual([])
    const { files } = made.value
    return {
      texts: { ...of[0], ...Object.fromEntries(files.map(({ path, after }) => [path, after])) },
      record: recordOf(made.value),
    }
  }
  return {
    before: texts,
    after: { ...texts, ...record.after },
    undo: (now: Texts): Texts => done(now, true).texts,
    reapply: (now: Texts): Texts => done(now, false).texts,
    /** Undone at once, the undo is undone on these texts. */
    redo: (now: Texts): Texts => done(now, true, done({ ...texts, ...record.after }, true).record).texts,
    /** What is in the way of undoing it (`back`) or of making it once more. */
    against(now: Texts, back: boolean): readonly string[] {
      const made = carriedOut(now, back)
      if (made.ok || !('inTheWay' in made.fault)) throw new Error(saying(made))
      return made.fault.inTheWay.map(inTheWaySentence)
    },
  }
}

const saying = (made: Result<Planned, Fault | Blocked>): string => {
  if (made.ok) return JSON.stringify(made.value.files)
  return 'inTheWay' in made.fault ? made.fault.inTheWay.map(inTheWaySentence).join(' ') : made.fault.message
}

/** The names of clusters, users and contexts, each sorted. */
const namesIn = (texts: Texts) =>
  Object.fromEntries(
    modelOf(sourcesOf(texts, Object.keys(texts))).files.map((file) => [
      file.path,
      entryKinds.flatMap((kind) => file[kind].map(({ name }) => name).sort()).join(' '),
    ]),
  )

const relative = `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://c.test", certificate-authority: ./certs//ca.crt}} # two
contexts:
- {name: x, context: {cluster: c, user: u}}
users:
- {name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./bin/../bin/get}}}
`
const moved = (file: string): AnyEdit => ({
  kind: 'move-contexts',
  contexts: [entryId('context', config, 'x', 0)],
  file,
})

test('the undo of a move gives the same bytes where paths are written in a roundabout way', () => {
  const { after, undo } = written({ [config]: relative, [other]: null }, [moved(other)])
  expect(after[other]).toContain('../certs/ca.crt')
  expect(undo(after)).toEqual({ [config]: relative, [other]: null })
})

test('so it does where another program has rewritten the file that they were moved to', () => {
  const { after, undo } = written({ [config]: relative, [other]: null }, [moved(other)])
  const rewritten = (after[other] ?? '').replace('exec: {', 'exec: {interactiveMode: IfAvailable, ')
  expect(rewritten).not.toBe(after[other])
  expect(undo({ ...after, [other]: `# theirs\n${rewritten}` })[config]).toBe(relative)
})

test('what is in the way of deleting once more is not said to have come with the write', () => {
  const deleted: AnyEdit = {
    kind: 'delete-contexts',
    contexts: [entryId('context', config, 'x', 0)],
    keepOrphans: false,
  }
  const { against } = written({ [config]: relative }, [deleted])
  const anew = relative.replace('user: u}', 'user: other}')
  expect(against({ [config]: anew }, false)).toEqual([
    'The context “x” would be removed, but was changed since.',
    'The cluster “c” would be removed, but the context “x” uses it.',
  ])
  const used = relative.replace('users:', '- {name: mine, context: {cluster: c, user: own}}\nusers:')
  expect(against({ [config]: used }, false)).toEqual([
    'The cluster “c” would be removed, but the context “mine” uses it.',
  ])
})

const pairText = `apiVersion: v1
kind: Config
clusters:
- {name: c1, cluster: {server: "https://one.test"}}
- {name: c2, cluster: {server: "https://two.test"}}
contexts:
- {name: x1, context: {cluster: c1, user: u1}}
- {name: x2, context: {cluster: c2, user: u2}}
users:
- {name: u1, user: {token: t1}}
- {name: u2, user: {token: t2}}
current-context: x1
`
const toOther: AnyEdit = {
  kind: 'move-contexts',
  contexts: [entryId('context', config, 'x1', 0)],
  file: other,
}

describe.each([
  ['of the list', [config, other]],
  ['beside the list', [config]],
])('a move to a file %s, where an older copy brought the entries back to their old place', (_, list) => {
  const { before, after, undo, redo, reapply, against } = written(
    { [config]: pairText, [other]: null },
    [toOther],
    list,
  )
  const copied = { ...after, [config]: before[config] ?? null }

  test('is made again: they go from there', () => {
    const done = reapply(copied)
    expect(namesIn(done)).toEqual({ [config]: 'c2 u2 x2', [other]: 'c1 u1 x1' })
    expect(done[config]).toBe(after[config])
    expect(reapply(done)).toEqual(done)
    // What came to the others since stays.
    const more = copied[config]?.replace(
      'contexts:',
      'contexts:\n- {name: mine, context: {cluster: c2, user: u2}}',
    )
    expect(namesIn(reapply({ ...copied, [config]: more ?? null }))[config]).toBe('c2 u2 mine x2')
  })

  test('is undone: they go from the new place, and stay as they are', () => {
    expect(namesIn(undo(copied))).toEqual({ [config]: 'c1 c2 u1 u2 x1 x2', [other]: '' })
    expect(undo(copied)[config]).toBe(before[config])
  })

  test('is redone after its undo, where a copy of the new file was put back', () => {
    const undone = undo(after)
    expect(namesIn(redo({ ...undone, [other]: after[other] ?? null }))).toEqual(namesIn(after))
  })

  test('is refused where they were changed there, or another context uses them', () => {
    const changed = copied[config]?.replace('u1}}', 'u1, namespace: prod}}').replace('t1}', 't9}')
    expect(against({ ...copied, [config]: changed ?? null }, false)).toEqual([
      'The context “x1” would be removed, but was changed since.',
      ...(list.length === 1 ? ['The cluster “c1” would be removed, but the context “x1” uses it.'] : []),
      'The user “u1” would be removed, but was changed since.',
    ])
    if (list.length > 1) return
    const used = copied[config]?.replace(
      'contexts:',
      'contexts:\n- {name: mine, context: {cluster: c1, user: u2}}',
    )
    expect(against({ ...copied, [config]: used ?? null }, false)).toEqual([
      'The cluster “c1” would be removed, but the context “mine” uses it.',
    ])
  })
})

test('where both names of a rename are there, the old one goes, its undo takes the new one, and current-context follows', () => {
  const renamed: AnyEdit = {
    kind: 'rename-context',
    context: entryId('context', config, 'x1', 0),
    name: 'y1',
    cascade: true,
  }
  const { before, after, undo, reapply, against } = written({ [config]: pairText }, [renamed])
  expect(namesIn(after)).toEqual({ [config]: 'c2 y1 u2 y1 x2 y1' })
  const old = (list: string) => new RegExp(`^${list}:\\n`, 'm')
  const both = (after[config] ?? '')
    .replace(old('clusters'), 'clusters:\n- {name: c1, cluster: {server: "https://one.test"}}\n')
    .replace(old('contexts'), 'contexts:\n- {name: x1, context: {cluster: c1, user: u1}}\n')
    .replace(old('users'), 'users:\n- {name: u1, user: {token: t1}}\n')
  for (const current of ['x1', 'y1', 'x2']) {
    const now = { [config]: both.replace('current-context: y1', `current-context: ${current}`) }
    const kept = (name: string) => `current-context: ${current === 'x2' ? 'x2' : name}`
    const again = reapply(now)
    expect(namesIn(again)).toEqual(namesIn(after))
    expect(again[config]).toContain(kept('y1'))
    const undone = undo(now)
    expect(namesIn(undone)).toEqual(namesIn(before))
    expect(undone[config]).toContain(kept('x1'))
  }
  expect(against({ [config]: both.replace('token: t1', 'token: t9') }, false)).toEqual([
    'The user “u1” would be removed, but was changed since.',
  ])
})

test('a record that does not say where current-context led is undone in the order of the list, and redone', () => {
  const two = pairText.replace(/\b([cuxt])1/g, '$13').replace(/\b([cuxt])2/g, '$14')
  const [x1, x2, x3] = [
    entryId('context', config, 'x1', 0),
    entryId('context', config, 'x2', 0),
    entryId('context', other, 'x3', 0),
  ]
  const edits: readonly AnyEdit[] = [
    { kind: 'delete-contexts', contexts: [x1], keepOrphans: false },
    { kind: 'delete-contexts', contexts: [x1, x2, x3], keepOrphans: false },
    { kind: 'move-contexts', contexts: [x1], file: third },
    { kind: 'move-contexts', contexts: [x1, x3], file: third },
    { kind: 'move-contexts', contexts: [x1], file: other },
    { kind: 'rename-context', context: x1, name: 'nn', cascade: true },
    { kind: 'rename-context', context: x3, name: 'nn', cascade: true },
    { kind: 'use-context', context: x2 },
    { kind: 'use-context', context: x3 },
  ]
  for (const edit of edits) {
    const texts = { [config]: pairText, [other]: two, [third]: null }
    const { after, undo, reapply } = written(texts, [edit], [config, other], { old: true })
    const undone = undo(after)
    expect(undone).toEqual(texts)
    expect(reapply(undone)).toEqual(after)
  }
})

test('current-context goes along with a renamed context also under a list in another order', () => {
  const file = (name: string, current: string) => `apiVersion: v1
kind: Config
clusters:
- {name: c${name}, cluster: {server: "https://${name}.test"}}
contexts:
- {name: both, context: {cluster: c${name}, user: u${name}}}
- {name: ${name}x, context: {cluster: c${name}, user: u${name}}}
users:
- {name: u${name}, user: {token: ${name}}}
current-context: ${current}
`
  const texts = { [config]: file('a', 'ax'), [other]: file('b', 'both') }
  const edit: AnyEdit = {
    kind: 'rename-context',
    context: entryId('context', other, 'both', 0),
    name: 'nn',
    cascade: false,
  }
  const { after, undo, redo, reapply } = written(texts, [edit], [other, config], { later: [config, other] })
  expect(after[other]).toContain('current-context: nn')
  expect(undo(after)).toEqual(texts)
  expect([redo(texts), reapply(texts)]).toEqual([after, after])
})

test('a key without a value that the write took out, because it said nothing, is back with the bytes', () => {
  const text = `clusters:
- name: c
  cluster: {}
contexts:
- name: one
  context: {cluster: c, user: u}
- name: three
  context:
    cluster: c
    user: u #r1
    namespace:
users:
- name: u
  user:
`
  const context = (name: string) => entryId('context', config, name, 0)
  const write = written({ [config]: text }, [
    { kind: 'set-namespace', context: context('three'), namespace: null },
    { kind: 'set-namespace', context: context('one'), namespace: 'team' },
  ])
  expect(write.after[config]).not.toContain('namespace:\n')
  expect(write.undo(write.after)).toEqual({ [config]: text })
})

test('so it is in a file of which nothing else was changed', () => {
  const text = `contexts:
- name: two
  context: {cluster: c, user: , namespace: ~}
`
  const used = `clusters:
- name: c
  cluster: {}
contexts:
- name: one
  context: {cluster: c, user: u}
users:
- name: u
  user:
`
  const texts = { [config]: used, [other]: text }
  const write = written(texts, [
    { kind: 'set-namespace', context: entryId('context', other, 'two', 0), namespace: null },
    { kind: 'set-namespace', context: entryId('context', config, 'one', 0), namespace: 'team' },
  ])
  expect(write.after[other]).not.toBe(text)
  expect(write.undo(write.after)).toEqual(texts)
})
