/**
 * Undo, redo and reapply of any write after any writes of other programs: the fields of that write are what they were (or
 * what it wrote), nothing else means anything else; or nothing is written and what is in the way is named.
 */
import '../../../shared/testing/seed'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AnyEdit } from '../../../shared/edits/edit'
import { inTheWaySentence } from '../../../shared/edits/in-the-way'
import { followLinks, linksBetween, type Place, type WrittenLink } from '../../../shared/edits/links'
import type { ModelEntry, ModelFile } from '../../../shared/edits/model'
import { type ReachedCurrent, reachedCurrent } from '../../../shared/edits/resolution'
import { meaningOf } from '../../../shared/exec/set-values'
import { at, isList, isMap, type Json, textOf } from '../../../shared/json'
import { type EntryKind, entryKinds } from '../../../shared/kubeconfig/entries'
import { atOnce } from '../../../shared/turns'
import { quoted } from '../../../shared/visible'
import { removeFolder } from '../../testing/bundle'
import { editsFor, type GeneratedFile, kubeconfigFile } from '../../testing/generated-kubeconfig'
import { byHand } from '../../testing/kubeconfigs-by-hand'
import { statesOf } from '../../testing/old-states'
import { layouts, type OutsideWrite, outsideKinds, writtenOutside } from '../../testing/outside-writes'
import { realProgram } from '../../testing/real-programs'
import { type EditSource, modelOf, sourceOf } from '../read/edit-model'
import { planEdits } from './plan-edits'
import { recordedChange } from './put-back'

const full = process.env.EKSCOPE_FULL === '1'
const paths = ['/home/me/.kube/config', '/home/me/.kube/other']
const none: ReadonlySet<string> = new Set()

type Texts = ReadonlyMap<string, string | null>
interface Recorded {
  readonly before: Texts
  readonly after: Texts
  readonly links: readonly WrittenLink[]
  readonly current: Readonly<Record<'before' | 'after', ReachedCurrent | null>>
  /** The same by other means. */
  readonly goes: Readonly<Record<'before' | 'after', string | null>>
  /** KUBECONFIG when it was written. */
  readonly list: readonly string[]
}
type Step =
  | { readonly kind: 'outside'; readonly file: number; readonly write: OutsideWrite }
  | { readonly kind: 'kubectl'; readonly file: number; readonly pick: number; readonly which: number }
  | { readonly kind: 'edit'; readonly edits: readonly AnyEdit[] }
  | { readonly kind: 'undo' | 'reapply'; readonly which: number }
  /** Another KUBECONFIG from here on. */
  | { readonly kind: 'list'; readonly list: readonly string[] }

/** Each text is read once. */
const known = new Map<string, EditSource>()
/** KUBECONFIG; a file that it does not name is read for itself. */
let list: readonly string[] = paths
function sourceFor(path: string, text: string | null): EditSource {
  const key = `${path}\0${text}`
  const source = known.get(key) ?? sourceOf({ path, listed: list.includes(path), text, fault: null })
  known.set(key, source)
  return source
}
const sourcesOf = (texts: Texts): readonly EditSource[] =>
  [
    ...list.filter((path) => texts.has(path)),
    ...[...texts.keys()].filter((path) => !list.includes(path)),
  ].map((path) => sourceFor(path, texts.get(path) ?? null))
function useList(next: readonly string[]): void {
  list = next
  known.clear()
  models = new WeakMap()
}
let models = new WeakMap<Texts, readonly ModelFile[]>()
function filesOf(texts: Texts): readonly ModelFile[] {
  const found = models.get(texts) ?? modelOf(sourcesOf(texts)).files
  models.set(texts, found)
  return found
}

/** A write of Ekscope as the history records it; null where nothing can be or is written. */
function written(
  texts: Texts,
  edits: readonly AnyEdit[],
  of = planOf(texts, edits),
): { texts: Texts; record: Recorded } | null {
  if (of.plan.blocked || of.files.length === 0) return null
  const changed = new Map(of.files.map(({ path, after }) => [path, after]))
  const next = new Map(
    [...texts].map(([path, text]) => [path, changed.has(path) ? (changed.get(path) ?? null) : text]),
  )
  const only = (all: Texts): Texts => new Map([...all].filter(([path]) => changed.has(path)))
  return {
    texts: next,
    record: {
      before: only(texts),
      after: only(next),
      links: linksBetween(of.before, of.after),
      current: { before: reachedCurrent(of.before), after: reachedCurrent(of.after) },
      goes: { before: currentGoes(texts), after: currentGoes(next) },
      list,
    },
  }
}
const planOf = (texts: Texts, edits: readonly AnyEdit[]) =>
  planEdits({ sources: sourcesOf(texts), revisions: [], edits })

// the oracle: an entry as flat fields, by other means than the code under test -----------------------------------

const isBlank = (value: Json | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  (isList(value) && value.length === 0) ||
  (isMap(value) && Object.values(value).every(isBlank))

function fieldsOf({ value }: ModelEntry): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  const add = (key: string, item: Json | undefined) => {
    if (!isBlank(item)) fields.set(key, text(item ?? null))
  }
  for (const [key, item] of Object.entries(value)) {
    if (key !== 'exec' || !isMap(item)) {
      add(key, item)
      continue
    }
    const meaning = meaningOf(item)
    for (const [inner, part] of Object.entries(item)) {
      if (inner === 'env' || (inner === 'args' && meaning.program !== 'other')) continue
      const usual =
        inner === 'interactiveMode' &&
        part === 'IfAvailable' &&
        textOf(at(item, 'apiVersion'))?.endsWith('/v1') !== true
      if (!usual) add(`exec.${inner}`, part)
    }
    if (meaning.program !== 'other') {
      const { role, region, regionPinnedBy, profile, profilePinnedBy, clusterName, clusterId } = meaning
      for (const [name, part] of Object.entries({ role, clusterName, clusterId })) add(`exec ${name}`, part)
      if (region !== null) add('exec region', `${region} ${regionPinnedBy}`)
      if (profile !== null) add('exec profile', `${profile} ${profilePinnedBy}`)
    }
    const env = at(item, 'env')
    for (const variable of isList(env) ? env : [])
      if (isMap(variable))
        fields.set(`env ${text(at(variable, 'name') ?? null)}`, text(at(variable, 'value') ?? null))
  }
  return fields
}

/** The order of keys does not count. */
function text(value: Json): string {
  if (isList(value)) return `[${value.map(text).join()}]`
  if (isMap(value))
    return `{${Object.keys(value)
      .filter((key) => !isBlank(value[key]))
      .sort()
      .map((key) => `${key}:${text(value[key] ?? null)}`)
      .join()}}`
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
}

const find = (texts: Texts, kind: EntryKind, path: string, name: string): ModelEntry | undefined =>
  filesOf(texts)
    .find((file) => file.path === path)
    ?.[kind].find((entry) => entry.name === name)

/** What must hold of one that was carried out. */
function judge(record: Recorded, back: boolean, now: Texts, result: Texts, later: readonly Recorded[]): void {
  const [from, to] = back ? [record.after, record.before] : [record.before, record.after]
  const [files, was, is] = [filesOf(now), filesOf(from), filesOf(to)]
  const linked = (kind: EntryKind) =>
    new Set(
      record.links
        .filter((link) => link.kind === kind)
        .flatMap(({ before, after }) => [before?.name, after?.name]),
    )
  const meanwhile = new Set(
    later.flatMap(({ links }) => links.flatMap(({ before, after }) => [before?.name, after?.name])),
  )
  const renamed = new Set(
    [...later, record]
      .flatMap(({ links }) => links)
      .flatMap(({ before, after }) => [before?.name, after?.name]),
  )
  for (const file of files)
    for (const kind of entryKinds)
      for (const entry of file[kind]) {
        // By its name an entry is only found here where nothing took or gave that name meanwhile.
        if (linked(kind).has(entry.name) || meanwhile.has(entry.name)) continue
        const old = was.find(({ path }) => path === file.path)?.[kind].find(({ name }) => name === entry.name)
        const next = is.find(({ path }) => path === file.path)?.[kind].find(({ name }) => name === entry.name)
        const [a, b] = [old && fieldsOf(old), next && fieldsOf(next)]
        const changed =
          a && b ? [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key)) : []
        const here = find(result, kind, file.path, entry.name)
        const about = `${kind} ${entry.name}`
        expect(here, about).toBeDefined()
        if (!here) continue
        const [before, then] = [fieldsOf(entry), fieldsOf(here)]
        for (const key of new Set([
          ...before.keys(),
          ...then.keys(),
          ...(a?.keys() ?? []),
          ...(b?.keys() ?? []),
        ])) {
          const reference = kind === 'context' && (key === 'cluster' || key === 'user')
          // References follow a rename to the new name.
          if (reference && renamed.size > 0) continue
          const wanted = changed.includes(key) ? b?.get(key) : before.get(key)
          expect([about, key, then.get(key)]).toEqual([about, key, wanted])
        }
      }
  if (meanwhile.size > 0) return
  for (const { kind, before, after } of record.links) {
    const [out, into] = back ? [after, before] : [before, after]
    // What others took away is in the way of nothing, and stays away. No later write moved an entry here, so one that the write
    // renamed has its new name, and its old one may be that of another entry that the write renamed.
    const stands = (place: Place) => find(now, kind, place.file, place.name) !== undefined
    const isAnother =
      !back &&
      record.links.some(
        (link) => link.kind === kind && link.after?.file === out?.file && link.after?.name === out?.name,
      )
    const gone = out !== null && !stands(isAnother ? (into ?? out) : out)
    if (into && !gone) expect(find(result, kind, into.file, into.name), `${kind} ${into.name}`).toBeDefined()
    const stays = record.links.some((link) => {
      const other = back ? link.before : link.after
      return link.kind === kind && other?.file === out?.file && other?.name === out?.name
    })
    if (out && !stays) expect(find(result, kind, out.file, out.name), `${kind} ${out.name}`).toBeUndefined()
  }
}

/** Where kubectl goes by itself: the server, and what signs in there. Null: nowhere. */
function currentGoes(texts: Texts): string | null {
  const files = filesOf(texts).filter(({ listed }) => listed)
  const first = (kind: EntryKind, name: string | null | undefined) =>
    files.flatMap((file) => file[kind]).find((entry) => entry.name === name)
  const context = first(
    'context',
    files.find(({ currentContext }) => currentContext !== null)?.currentContext,
  )
  if (!context) return null
  const [cluster, user] = (['cluster', 'user'] as const).map((kind) =>
    first(kind, textOf(at(context.value, kind)) ?? undefined),
  )
  const exec = user && at(user.value, 'exec')
  const { clusterName, clusterId } = meaningOf(isMap(exec) ? exec : {})
  return JSON.stringify([
    cluster ? textOf(at(cluster.value, 'server')) : null,
    user ? [isMap(exec) ? textOf(at(exec, 'command')) : 'none', clusterName, clusterId] : null,
  ])
}
const currentIn = (texts: Texts, path: string) =>
  filesOf(texts).find((file) => file.path === path)?.currentContext ?? null
const currentOf = (texts: Texts) =>
  filesOf(texts).find(({ listed, currentContext }) => listed && currentContext !== null)?.currentContext ??
  null

interface Dangling {
  readonly context: string
  /** Two files may have a context of one name: which one it is. */
  readonly file: string
  readonly kind: 'cluster' | 'user' | 'current'
  readonly where: string
}
/** What names what is not there. */
function dangling(texts: Texts): ReadonlyMap<string, Dangling> {
  const files = filesOf(texts)
  const found = new Map<string, Dangling>()
  const listed = files.filter((file) => file.listed)
  for (const together of [listed, ...files.flatMap((file) => (file.listed ? [] : [[file]]))]) {
    const where = together === listed ? '' : `of ${together[0]?.path}`
    for (const { context, path } of together)
      for (const { name, value } of context)
        for (const kind of ['cluster', 'user'] as const) {
          const target = textOf(at(value, kind))
          if (target !== null && !together.some((file) => file[kind].some((entry) => entry.name === target)))
            found.set(`${name} ${kind} ${where} ${path}`, { context: name, file: path, kind, where })
        }
    const current = together.find(({ currentContext }) => currentContext !== null)?.currentContext
    if (current && !together.some((file) => file.context.some(({ name }) => name === current)))
      found.set(`current ${where}`, { context: '', file: '', kind: 'current', where })
  }
  return found
}

const tally = { written: 0, nothing: 0, blocked: 0, free: 0 }

function run(
  files: readonly { readonly path: string; readonly text: string }[],
  steps: readonly Step[],
): void {
  let texts: Texts = new Map(files.map(({ path, text: made }) => [path, made]))
  useList(paths)
  const records: Recorded[] = []
  const plan = (record: Recorded, back: boolean, contexts: readonly string[] | null = null) => {
    const start = back ? record.after : record.before
    const change = recordedChange({
      files: [...record.before].map(([path, before]) => ({
        path,
        listed: list.includes(path),
        ...statesOf(path, before, record.after.get(path) ?? null),
      })),
      links: record.links,
      current: record.current,
      follow: followLinks(records.slice(records.indexOf(record) + 1).map(({ links }) => links)),
      back,
    })
    const intact = new Set([...start].flatMap(([path, old]) => (texts.get(path) === old ? [path] : [])))
    const outcome = atOnce(change({ sources: sourcesOf(texts), revisions: [], intact, own: none, contexts }))
    const whole = intact.size === start.size
    if (outcome.ok) return { kind: 'planned' as const, planned: outcome.value, whole }
    if (!('inTheWay' in outcome.fault)) throw new Error(outcome.fault.message)
    return { kind: 'blocked' as const, ...outcome.fault, whole }
  }
  for (const step of steps) {
    if (step.kind === 'list') {
      useList(step.list)
      texts = new Map(texts)
      continue
    }
    if (step.kind === 'outside') {
      const path = paths[step.file % texts.size] ?? ''
      const old = texts.get(path) ?? null
      if (old !== null) texts = new Map([...texts, [path, writtenOutside(path, old, step.write)]])
      continue
    }
    if (step.kind === 'kubectl') {
      texts = kubectlWrites(texts, step)
      continue
    }
    if (step.kind === 'edit') {
      const done = step.edits.reduce<ReturnType<typeof written>>(
        (last, edit) => last ?? written(texts, [edit]),
        written(texts, step.edits),
      )
      if (done) {
        texts = done.texts
        records.push(done.record)
      }
      continue
    }
    const record = records[step.which % Math.max(1, records.length)]
    if (!record) continue
    const back = step.kind === 'undo'
    const outcome = plan(record, back)
    if (outcome.kind === 'blocked') {
      tally.blocked++
      expect(outcome.inTheWay.length).toBeGreaterThan(0)
      for (const what of outcome.inTheWay) expect(inTheWaySentence(what)).toMatch(/^[^\ud800]+\.$/u)
      // A file that is as the write left it is in nobody's way, but for entries of the other.
      if (outcome.free.length > 0) {
        tally.free++
        expect(plan(record, back, outcome.free).kind).toBe('planned')
      }
      continue
    }
    const { planned } = outcome
    expect(planned.plan.problems.filter(({ blocks }) => blocks)).toEqual([])
    const done = written(texts, [], planned)
    if (!done) {
      tally.nothing++
      continue
    }
    tally.written++
    const was = texts
    judge(record, back, was, done.texts, records.slice(records.indexOf(record) + 1))
    const before = dangling(was)
    const said = planned.plan.problems.map(({ code, message }) => `${code} ${message}`)
    const isSaid = ({ context, kind }: Dangling) =>
      said.some((one) => one.startsWith(`dangling-${kind} The context ${quoted(context)} names`))
    const [there, then] = [dangling(record.before), dangling(record.after)]
    const isOld = (key: string, { context, file: of, kind, where }: Dangling): boolean => {
      const placeOf = (file: string) => (list.includes(file) ? '' : `of ${file}`)
      const link = done.record.links.find(
        ({ kind: is, after }) =>
          is === 'context' && after?.name === context && after.file === of && placeOf(after.file) === where,
      )
      // In a file that the write did not touch.
      if (kind === 'current' && record.goes[back ? 'before' : 'after'] === null) return true
      if (kind === 'current' || link?.before === null)
        return [before, there, then].some((all) => all.has(key))
      if (!link) return before.has(key)
      // One that comes from a file read for itself named it in vain there already.
      const { file, name } = link.before
      return before.has(`${name} ${kind} ${placeOf(file)} ${file}`)
    }
    // A name that led nowhere before the write may do so again, but not without a word.
    const anew = [...dangling(done.texts)].filter(([key, one]) => !isOld(key, one) && !isSaid(one))
    expect(anew.map(([key]) => key)).toEqual([])
    const sameList = record.list.join() === list.join()
    // What a file names in one that the write did not touch may be called otherwise since: then it says the new name.
    const renamedElsewhere = records
      .slice(records.indexOf(record) + 1)
      .flatMap(({ links }) => links)
      .some(
        ({ before: old, after }) => old && after && old.name !== after.name && !record.before.has(old.file),
      )
    if (outcome.whole && sameList && !renamedElsewhere)
      for (const [path, old] of back ? record.before : record.after) expect(done.texts.get(path)).toBe(old)
    // A current-context that is put back leads to what it led to.
    const put = [...done.texts.keys()].some(
      (path) => currentIn(was, path) !== currentIn(done.texts, path) && currentIn(done.texts, path) !== null,
    )
    // The same context by its old name, with its fields put back, is not another one.
    const followed = done.record.links.some(
      ({ kind, before: old, after }) =>
        kind === 'context' && old?.name === currentOf(was) && after?.name === currentOf(done.texts),
    )
    if (
      sameList &&
      put &&
      !followed &&
      currentGoes(done.texts) !== null &&
      currentOf(was) !== currentOf(done.texts)
    )
      expect([record.goes[back ? 'before' : 'after'], currentGoes(was)]).toContain(currentGoes(done.texts))
    texts = done.texts
    records.push(done.record)
    // Undone at once, every byte is back.
    const again = plan(done.record, true)
    if (again.kind === 'planned') expect(written(texts, [], again.planned)?.texts).toEqual(was)
    // But for what a file that was not written named before it was there.
    else for (const { why } of again.inTheWay) expect(why).toBe('used')
  }
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-put-back-'))
})
afterAll(() => removeFolder(folder))

/** One command of the real kubectl on one of the files; what it refuses changes nothing. */
function kubectlWrites(texts: Texts, { file, pick, which }: Extract<Step, { kind: 'kubectl' }>): Texts {
  const path = paths[file % texts.size] ?? ''
  const text = texts.get(path) ?? null
  const read = filesOf(texts).find((one) => one.path === path)
  if (text === null || !read) return texts
  const name = (kind: EntryKind) => read[kind][pick % Math.max(1, read[kind].length)]?.name ?? 'none'
  const commands = [
    ['use-context', '--', name('context')],
    ['set-context', `--namespace=outside-${pick % 3}`, '--', name('context')],
    ['set-context', `--cluster=${name('cluster')}`, `--user=${name('user')}`, '--', `newcomer-${pick % 5}`],
    ['rename-context', '--', name('context'), `outside-${pick % 5}`],
    ['delete-context', '--', name('context')],
    ['delete-user', '--', name('user')],
    ['delete-cluster', '--', name('cluster')],
    ['set-cluster', `--server=https://outside-${pick % 3}`, '--', name('cluster')],
    ['set-credentials', '--exec-env=AWS_PROFILE=outside', '--', name('user')],
    ['set-credentials', '--token=outside', '--', name('user')],
  ]
  const place = join(folder, 'config')
  writeFileSync(place, text, { mode: 0o600 })
  const args = ['config', '--kubeconfig', place, ...(commands[which % commands.length] ?? [])]
  // No argument of a process can hold that.
  if (args.some((arg) => arg.includes('\0'))) return texts
  spawnSync(realProgram('kubectl'), args, { stdio: 'ignore' })
  return new Map([...texts, [path, readFileSync(place, 'utf8')]])
}

const kubectlStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('kubectl' as const),
  file: fc.nat(1),
  pick: fc.nat(50),
  which: fc.nat(9),
})
const modelledStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('outside' as const),
  file: fc.nat(1),
  write: fc.record({
    kind: fc.constantFrom(...outsideKinds),
    pick: fc.nat(50),
    layout: fc.constantFrom(...layouts),
  }),
})

type Outside = 'modelled' | 'kubectl' | 'lists'
const listStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('list' as const),
  list: fc.shuffledSubarray(paths, { minLength: 1 }),
})

const stepsFor = (
  files: readonly { path: string; file: GeneratedFile }[],
  outside: Outside,
): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.oneof(
      { weight: 3, arbitrary: editsFor(files).map((edits): Step => ({ kind: 'edit', edits })) },
      { weight: 3, arbitrary: outside === 'kubectl' ? kubectlStep : modelledStep },
      { weight: outside === 'lists' ? 4 : 0, arbitrary: listStep },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constantFrom('undo' as const, 'undo' as const, 'reapply' as const),
          which: fc.nat(9),
        }),
      },
    ),
    { minLength: 3, maxLength: 9 },
  )

/** Files as only people write them, with the names that are in them. */
const filesByHand = byHand.flatMap(({ text: made }): readonly GeneratedFile[] => {
  const [file] = filesOf(new Map([['/by-hand', made]]))
  const names = (kind: EntryKind) => [...new Set(file?.[kind].map(({ name }) => name))]
  const [clusters, users, contexts] = [names('cluster'), names('user'), names('context')]
  return Math.min(clusters.length, users.length, contexts.length) === 0
    ? []
    : [{ text: made, clusters, users, contexts }]
})

const anyFile = fc.oneof(
  { weight: 2, arbitrary: kubeconfigFile() },
  { weight: 1, arbitrary: fc.constantFrom(...filesByHand) },
)

const generatedFor = (outside: Outside) =>
  // Files that share names are more telling where they are not read together.
  fc.tuple(anyFile, outside === 'lists' ? anyFile : fc.option(kubeconfigFile('two-'))).chain(([one, two]) => {
    const files = [one, ...(two ? [two] : [])].map((file, i) => ({ path: paths[i] ?? '', file }))
    return fc.record({
      files: fc.constant(files.map(({ path, file }) => ({ path, text: file.text }))),
      first: editsFor(files),
      steps: stepsFor(files, outside),
    })
  })

const generated = generatedFor('modelled')

test('after any writes of others: exactly the fields of that write, or nothing and what is in the way', () => {
  fc.assert(
    fc.property(generated, ({ files, first, steps }) =>
      run(files, [{ kind: 'edit', edits: first }, ...steps]),
    ),
    { numRuns: full ? 20_000 : 28, endOnFailure: true },
  )
  if (full) console.log(JSON.stringify(tally))
  expect(Math.min(tally.written, tally.blocked)).toBeGreaterThan(full ? 2_000 : 4)
}, 14_400_000)

test('the same where KUBECONFIG is another now and then', () => {
  fc.assert(
    fc.property(generatedFor('lists'), ({ files, first, steps }) =>
      run(files, [{ kind: 'edit', edits: first }, ...steps]),
    ),
    { numRuns: full ? 20_000 : 20, endOnFailure: true },
  )
}, 14_400_000)

test('the same between writes of the real kubectl', () => {
  fc.assert(
    fc.property(generatedFor('kubectl'), ({ files, first, steps }) =>
      run(files, [{ kind: 'edit', edits: first }, ...steps]),
    ),
    { numRuns: full ? 2_000 : 6, endOnFailure: true },
  )
}, 14_400_000)

/** All that the files mean. */
const meaning = (texts: Texts) =>
  filesOf(texts).map((file) => [
    file.path,
    file.currentContext,
    entryKinds.map((kind) =>
      file[kind].map((entry) => JSON.stringify([entry.name, [...fieldsOf(entry)].sort()])).sort(),
    ),
  ])

test('a rewrite in any layout, with defaults written out and entries sorted, is in the way of nothing', () => {
  fc.assert(
    fc.property(
      generated,
      fc.constantFrom(...layouts),
      fc.constantFrom(...layouts),
      ({ files, first }, one, other) => {
        useList(paths)
        const before: Texts = new Map(files.map(({ path, text: made }) => [path, made]))
        const done = written(before, first)
        if (!done) return
        const rewrite = (texts: Texts, layout: (typeof layouts)[number]): Texts =>
          new Map(
            [...texts].map(([path, made]) => [
              path,
              made === null ? null : writtenOutside(path, made, { kind: 'nothing', pick: 0, layout }),
            ]),
          )
        const change = (back: boolean, texts: Texts, later: readonly Recorded[]): Texts => {
          const outcome = atOnce(
            recordedChange({
              files: [...done.record.before].map(([path, was]) => ({
                path,
                listed: true,
                ...statesOf(path, was, done.record.after.get(path) ?? null),
              })),
              links: done.record.links,
              current: done.record.current,
              follow: followLinks(later.map(({ links }) => links)),
              back,
            })({ sources: sourcesOf(texts), revisions: [], intact: none, own: none, contexts: null }),
          )
          if (!outcome.ok)
            throw new Error(
              'inTheWay' in outcome.fault
                ? outcome.fault.inTheWay.map(inTheWaySentence).join(' ')
                : outcome.fault.message,
            )
          const next = written(texts, [], outcome.value)
          if (!next) return texts
          undone.push(next.record)
          return next.texts
        }
        const undone: Recorded[] = []
        const back = change(true, rewrite(done.texts, one), [])
        expect(meaning(back)).toEqual(meaning(before))
        expect(meaning(change(false, rewrite(back, other), undone))).toEqual(meaning(done.texts))
      },
    ),
    { numRuns: full ? 5_000 : 20, endOnFailure: true },
  )
}, 14_400_000)
