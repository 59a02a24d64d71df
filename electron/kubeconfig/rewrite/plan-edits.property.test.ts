import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyEdits, inverse } from '../../../shared/edits/apply-edits'
import type { AnyEdit } from '../../../shared/edits/edit'
import type { EditModel } from '../../../shared/edits/model'
import { type EntryKind, entryKinds } from '../../../shared/kubeconfig/entries'
import { editsFor, type GeneratedFile, kubeconfigFile } from '../../testing/generated-kubeconfig'
import { kubectlModel, meaningOf } from '../../testing/kubectl-model'
import { usualFile, usualJson } from '../../testing/usual-fleet'
import { type EditSource, modelOf, sourceOf } from '../read/edit-model'
import { entriesOf } from '../read/merge'
import { type Planned, planEdits } from './plan-edits'
import { splice } from './splice'

const full = process.env.EKSCOPE_FULL === '1'
const paths = ['/home/me/.kube/config', '/home/me/elsewhere/kube/other']

interface Case {
  readonly files: readonly { path: string; file: GeneratedFile }[]
  readonly edits: AnyEdit[]
}

const anyFile = (prefix = '') =>
  fc.oneof(
    { weight: 6, arbitrary: kubeconfigFile(prefix) },
    { weight: 2, arbitrary: usualFile(prefix) },
    { weight: 1, arbitrary: usualJson(prefix) },
  )

const generated: fc.Arbitrary<Case> = fc.tuple(anyFile(), fc.option(anyFile('two-'))).chain(([one, two]) => {
  const files = [{ path: paths[0] ?? '', file: one }]
  if (two) files.push({ path: paths[1] ?? '', file: two })
  return editsFor(files).map((edits) => ({ files, edits }))
})

const sourcesOf = ({ files }: Case): readonly EditSource[] =>
  files.map(({ path, file }) => sourceOf({ path, listed: true, text: file.text, fault: null }))

function plan(sources: readonly EditSource[], edits: readonly AnyEdit[]): Planned {
  return planEdits({ sources, revisions: [], edits })
}

/** Names and values alone: ids and patterns are no part of what a file means. */
function meaning(model: EditModel): unknown {
  return model.files.map((file) => ({
    path: file.path,
    currentContext: file.currentContext,
    ...Object.fromEntries(
      entryKinds.map((kind) => [kind, file[kind].map(({ name, value }) => ({ name, value }))]),
    ),
  }))
}

function after(sources: readonly EditSource[], planned: Planned): readonly EditSource[] {
  return sources.map((source) => {
    const file = planned.files.find((one) => one.path === source.path)
    return file ? sourceOf({ path: source.path, listed: true, text: file.after, fault: null }) : source
  })
}

describe('for any generated files and any edits', { timeout: 1_200_000 }, () => {
  const runs = full ? 5_000 : 20

  test('the files are readable, and every plan can be proven', () => {
    fc.assert(
      fc.property(generated, (made) => {
        const sources = sourcesOf(made)
        for (const { document } of sources) expect(document.problems).toEqual([])
        const { plan: shown } = plan(sources, made.edits)
        expect(shown.problems.filter(({ code }) => code === 'not-provable')).toEqual([])
      }),
      { numRuns: runs },
    )
  })

  test('the snapshot of the rewritten text is the edited snapshot of the text', () => {
    fc.assert(
      fc.property(generated, (made) => {
        const sources = sourcesOf(made)
        const planned = plan(sources, made.edits)
        expect(meaning(modelOf(after(sources, planned)))).toEqual(
          meaning(applyEdits(modelOf(sources), made.edits).model),
        )
      }),
      { numRuns: runs },
    )
  })

  test('text outside the replaced ranges is the old text, and entries that were not edited keep every byte', () => {
    fc.assert(
      fc.property(generated, (made) => {
        const sources = sourcesOf(made)
        const planned = plan(sources, made.edits)
        for (const file of planned.files) {
          expect(splice(file.before ?? '', file.changes)).toBe(file.after)
          const source = sources.find(({ path }) => path === file.path)
          if (!source || /[&*]/.test(file.before ?? '')) continue
          const now = sourceOf({ path: file.path, listed: true, text: file.after, fault: null })
          const was = planned.before.files.find(({ path }) => path === file.path)
          const is = planned.after.files.find(({ path }) => path === file.path)
          for (const kind of entryKinds)
            is?.[kind].forEach((entry, i) => {
              const place = was?.[kind].indexOf(entry) ?? -1
              if (place < 0) return
              // `|` at the end of a text without a last line end needs a dash once lines follow.
              const last = entriesOf(source.document, kind)[place]?.range.end === source.text?.length
              if (last && /[|>]/.test(slice(source, kind, place))) return
              expect(slice(now, kind, i)).toBe(slice(source, kind, place))
            })
        }
      }),
      { numRuns: runs },
    )
  })

  test('an inverse edit leads back to the same meaning, and undoing the ranges to the same bytes', () => {
    fc.assert(
      fc.property(generated, (made) => {
        const before = modelOf(sourcesOf(made))
        const { model } = applyEdits(before, made.edits)
        const edit = inverse(before, model)
        // What was chosen meanwhile may have got the very name: then an undo says by name what is to be current.
        const chosen = made.edits.some(
          (one) => one.kind === 'use-context' || (one.kind === 'add-context' && one.use),
        )
        const current = before.files.map(({ path, currentContext }) => ({ file: path, currentContext }))
        const back = applyEdits(model, [chosen ? { ...edit, current } : edit])
        expect(meaning(back.model)).toEqual(meaning(before))
      }),
      { numRuns: runs },
    )
  })

  test('the diff says exactly what becomes different', () => {
    fc.assert(
      fc.property(generated, (made) => {
        const sources = sourcesOf(made)
        const planned = plan(sources, made.edits)
        for (const shown of planned.plan.files) {
          const file = planned.files.find(({ path }) => path === shown.path)
          const lines = (text: string): number => (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).length
          const [before, now] = [file?.before ?? '', file?.after ?? '']
          expect(shown.diff.added - shown.diff.removed).toBe(lines(now) - lines(before))
          expect(shown.diff.added + shown.diff.removed).toBeGreaterThan(0)
        }
      }),
      { numRuns: runs },
    )
  })
})

function slice(source: EditSource, kind: EntryKind, index: number): string {
  const range = entriesOf(source.document, kind)[index]?.range
  return range ? (source.text ?? '').slice(range.start, range.end) : ''
}

describe('kubectl is the judge', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ekscope-kubectl-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('what kubectl reads before and after differs exactly as asked', async () => {
    const cases = fc.sample(generated, full ? 400 : 8)
    let read = 0
    for (const [n, made] of cases.entries()) {
      const sources = sourcesOf(made)
      const planned = plan(sources, made.edits)
      const then = after(sources, planned)
      const [before, now] = await Promise.all([
        Promise.all(
          sources.map((source, i) =>
            kubectlModel(join(folder, `${n}-${i}-before`), source.path, source.text ?? ''),
          ),
        ),
        Promise.all(
          then.map((source, i) =>
            kubectlModel(join(folder, `${n}-${i}-after`), source.path, source.text ?? ''),
          ),
        ),
      ])
      const asked = applyEdits({ files: before }, made.edits)
      read += now.length
      expect(meaningOf({ files: now })).toEqual(meaningOf(asked.model))
    }
    expect(read).toBeGreaterThanOrEqual(cases.length)
  }, 600_000)
})
