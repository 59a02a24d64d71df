import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnyEdit, ChosenImport, ImportEdit } from '../../../shared/edits/edit'
import type { EditModel } from '../../../shared/edits/model'
import { editSnapshot } from '../../../shared/edits/snapshot'
import type { Snapshot } from '../../../shared/kubeconfig/entries'
import { readImport, windowImport } from '../../editing/read-import'
import { editsFor, type GeneratedFile, kubeconfigFile } from '../../testing/generated-kubeconfig'
import { readFileOf } from '../../testing/read-file'
import { planEdits } from '../rewrite/plan-edits'
import { type EditSource, sourceOf } from './edit-model'
import { mergeDocuments } from './merge'
import { projectSnapshot } from './project-snapshot'

const paths = ['/home/me/.kube/config', '/home/me/elsewhere/kube/other'] as const
const generated: fc.Arbitrary<{ files: { path: string; file: GeneratedFile }[]; edits: AnyEdit[] }> = fc
  .tuple(kubeconfigFile(), fc.option(kubeconfigFile('two-')))
  .chain(([one, two]) => {
    const files: { path: string; file: GeneratedFile }[] = [{ path: paths[0], file: one }]
    if (two) files.push({ path: paths[1], file: two })
    return editsFor(files).map((edits) => ({ files, edits }))
  })

/** The snapshot as the page gets it. */
function snapshotOf(sources: readonly EditSource[]): Snapshot {
  return projectSnapshot(
    1,
    sources.map(({ path, document }) => {
      const file = readFileOf(path, {
        source: 'KUBECONFIG',
        mode: 0o600,
        uid: 0,
        currentContext: document.currentContext,
        problems: document.problems,
        contexts: document.contexts.length,
        clusters: document.clusters.length,
        users: document.users.length,
      })
      return { file, document }
    }),
    mergeDocuments(sources.map(({ document }) => document)),
  )
}

/** What a row shows: everything but places and ids, which a new entry has none of before it is written. */
function shown(snapshot: Snapshot): unknown {
  const bare = <T extends { id: string; origin: { file: string; shadowedBy: string | null } }>({
    id: _,
    origin,
    ...rest
  }: T) => ({ ...rest, file: origin.file, shadowedBy: origin.shadowedBy })
  return {
    currentContext: snapshot.currentContext,
    currentContextFile: snapshot.currentContextFile,
    files: snapshot.files.map(({ path, currentContext, contexts, clusters, users }) => ({
      path,
      currentContext,
      contexts,
      clusters,
      users,
    })),
    contexts: snapshot.contexts.map(bare),
    clusters: snapshot.clusters.map(bare).map(({ certificateAuthority, ...rest }) => ({
      ...rest,
      ca: certificateAuthority?.kind === 'data' ? certificateAuthority.bytes : certificateAuthority?.written,
    })),
    users: snapshot.users.map(bare),
  }
}

test('the grid with pending edits shows what the file will hold: the snapshot of the rewritten text', () => {
  fc.assert(
    fc.property(generated, ({ files, edits }) => {
      const sources = files.map(({ path, file }) =>
        sourceOf({ path, listed: true, text: file.text, fault: null }),
      )
      const planned = planEdits({ sources, revisions: [], edits })
      const written = sources.map((source) => {
        const file = planned.files.find(({ path }) => path === source.path)
        return file ? sourceOf({ path: source.path, listed: true, text: file.after, fault: null }) : source
      })
      const grid = editSnapshot(snapshotOf(sources), edits)
      expect(shown(grid.snapshot)).toEqual(shown(snapshotOf(written)))
      const codes = (problems: readonly { code: string; edit: number | null }[]) =>
        problems.map(({ code, edit }) => [edit, code])
      expect(codes(grid.problems)).toEqual(codes(planned.plan.problems))
    }),
    { numRuns: process.env.EKSCOPE_FULL === '1' ? 3_000 : 40 },
  )
}, 600_000)

/** Files, edits that are pending on them, and a kubeconfig of which some entries are here already. */
const importing = generated.chain(({ files, edits }) =>
  fc.record({
    files: fc.constant(files),
    edits: fc.constant(edits),
    incoming: fc.oneof(kubeconfigFile(), kubeconfigFile('two-'), fc.constant(files[0]?.file)),
    onConflict: fc.constantFrom('rename' as const, 'skip' as const),
    from: fc.constantFrom('/home/me/Downloads/config', null),
    hows: fc.array(fc.constantFrom('by rule', 'leave', 'rename', 'replace'), { maxLength: 6 }),
  }),
)

/** What a user may want of the first contexts of an import. */
function chosenFor(
  contexts: ImportEdit['contexts'],
  hows: readonly string[],
  model: EditModel,
): ChosenImport[] {
  return contexts.flatMap(({ name }, index): readonly ChosenImport[] => {
    const there = model.files.flatMap(({ context }) => context).find((one) => one.name === name)
    switch (hows[index]) {
      case 'leave':
        return [{ how: 'leave', name }]
      case 'rename':
        return [{ how: 'rename', name, to: `picked ${index}` }]
      case 'replace':
        return there === undefined ? [] : [{ how: 'replace', name, context: there.id }]
      default:
        return []
    }
  })
}

const oneUser = (user: string, more = '') => ({
  text: `clusters:\n- {name: c, cluster: {server: "https://c.test"${more}}}\nusers:\n- {name: u, user: ${user}}\ncontexts:\n- {name: x, context: {cluster: c, user: u${more}}}\n`,
  clusters: ['c'],
  users: ['u'],
  contexts: ['x'],
})
/** Its user takes the place of one of the same name, which has nothing of what it has. */
const replacing = {
  files: [{ path: paths[0], file: oneUser('{}') }],
  edits: [],
  incoming: oneUser(
    '{token: t, password: p, as: me, auth-provider: {name: oidc}, extensions: [{name: e, extension: 1}]}',
    ', extensions: [{name: e, extension: 1}]',
  ),
  onConflict: 'rename' as const,
  from: null,
  hows: ['replace' as const],
}

test('an import and the edits of what it brings make the same in the grid, of masked values, as in the files', () => {
  let brought = 0
  let replaced = 0
  fc.assert(
    fc.property(importing, ({ files, edits, incoming, onConflict, from, hows }) => {
      if (incoming === undefined) return
      const sources = files.map(({ path, file }) =>
        sourceOf({ path, listed: true, text: file.text, fault: null }),
      )
      const none = { files: [] }
      const read = readImport({ text: incoming.text, from, source: 's', file: null, onConflict, model: none })
      if (!read.ok) return
      const model = planEdits({ sources, revisions: [], edits }).after
      const chosen = chosenFor(read.value.edit.contexts, hows, model)
      const edit = { ...read.value.edit, chosen }
      replaced += chosen.filter(({ how }) => how === 'replace').length
      const { whole, shown: masked } = windowImport({ edit, text: incoming.text }, model)
      const after = editSnapshot(snapshotOf(sources), [...edits, masked]).snapshot
      const known = new Set(model.files.flatMap(({ context }) => context.map(({ id }) => id)))
      const news = after.contexts.filter(({ id }) => !known.has(id))
      brought += news.length
      const more = news.flatMap(({ id }, index): AnyEdit[] => [
        { kind: 'set-namespace', context: id, namespace: `n${index}` },
        { kind: 'rename-context', context: id, name: `renamed ${index}`, cascade: true },
      ])
      const planned = planEdits({ sources, revisions: [], edits: [...edits, whole, ...more] })
      const written = sources.map((source) => {
        const file = planned.files.find(({ path }) => path === source.path)
        return file ? sourceOf({ path: source.path, listed: true, text: file.after, fault: null }) : source
      })
      const grid = editSnapshot(snapshotOf(sources), [...edits, masked, ...more])
      expect(shown(grid.snapshot)).toEqual(shown(snapshotOf(written)))
    }),
    { numRuns: process.env.EKSCOPE_FULL === '1' ? 2_000 : 50, examples: [[replacing]] },
  )
  expect(brought).toBeGreaterThan(50)
  expect(replaced).toBeGreaterThan(5)
}, 600_000)
