/** Files as only people write them: anchors, merges, odd comments, directives, every quoting, documents behind documents. kubectl judges each edit. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyEdits } from '../../../shared/edits/apply-edits'
import type { AnyEdit } from '../../../shared/edits/edit'
import type { EditModel } from '../../../shared/edits/model'
import { type EntryKind, entryId } from '../../../shared/kubeconfig/entries'
import { byHand } from '../../testing/kubeconfigs-by-hand'
import { kubectlModel, meaningOf } from '../../testing/kubectl-model'
import { modelOf, sourceOf } from '../read/edit-model'
import { planEdits } from './plan-edits'
import { splice } from './splice'

const full = process.env.EKSCOPE_FULL === '1'
const path = '/home/me/.kube/config'
const other = '/home/me/.kube/other'
let folder = ''
let empty: EditModel['files'][number] | null = null
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-by-hand-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sourceFrom = (text: string, at = path) => sourceOf({ path: at, listed: true, text, fault: null })

interface Edits {
  readonly what: string
  readonly edits: readonly AnyEdit[]
  /** Every remark of the file stays where it is. */
  readonly remarksStay: boolean
  /** Every remark is in one of both files. */
  readonly remarksMove?: boolean
}

/** What can be done with a file: each of it once with each of its contexts. */
function editsOf(text: string): readonly Edits[] {
  const [file] = modelOf([sourceFrom(text)]).files
  const id = (kind: EntryKind, name: string) => entryId(kind, path, name, 0)
  const names = (kind: EntryKind) => [...new Set(file?.[kind].map(({ name }) => name))].slice(0, 3)
  const contexts = names('context')
  const [first = '', second = ''] = contexts
  const rename = (context: string, name: string, cascade = false): AnyEdit => ({
    kind: 'rename-context',
    context: id('context', context),
    name,
    cascade,
  })
  const role = 'arn:aws:iam::123456789012:role/R'
  const one = contexts.flatMap((name): Edits[] => {
    const context = id('context', name)
    const stay = (what: string, ...edits: AnyEdit[]): Edits => ({
      what: `${what} ${name}`,
      edits,
      remarksStay: true,
    })
    const go = (what: string, ...edits: AnyEdit[]): Edits => ({ ...stay(what, ...edits), remarksStay: false })
    return [
      stay('namespace of', { kind: 'set-namespace', context, namespace: '1e3' }),
      go('no namespace of', { kind: 'set-namespace', context, namespace: null }),
      stay('rename', rename(name, 'on')),
      stay('rename with all', rename(name, 'a: #b', true)),
      stay('use', { kind: 'use-context', context }),
      stay('use nothing, not', { kind: 'use-context', context: null }),
      stay('server alone of', { kind: 'set-server', context, server: 'https://new', scope: 'split' }),
      stay('server of', { kind: 'set-server', context, server: 'https://new', scope: 'shared' }),
      stay('proxy of', { kind: 'set-proxy-url', context, proxyUrl: 'http://p:1', scope: 'shared' }),
      stay('role alone of', { kind: 'set-role', context, role, scope: 'split' }),
      stay('role of', { kind: 'set-role', context, role, scope: 'shared' }),
      go('profile by env of', { kind: 'set-profile', context, profile: 'p', pin: 'env', scope: 'shared' }),
      go('profile away from', { kind: 'set-profile', context, profile: null, pin: null, scope: 'shared' }),
      stay('clone', { kind: 'clone-context', context, name: 'yes', role, pin: null, userName: null }),
      stay('split', { kind: 'split-user', context, name: null }),
      go('delete', { kind: 'delete-contexts', contexts: [context], keepOrphans: false }),
      go('delete alone', { kind: 'delete-contexts', contexts: [context], keepOrphans: true }),
      {
        ...go('move', { kind: 'move-contexts', contexts: [context], file: other }),
        // Between the brackets of a flow list a remark has a place of its own nowhere else.
        remarksMove: !text.startsWith('{'),
      },
      go(
        'clone and delete',
        { kind: 'clone-context', context, name: 'y', pin: null, userName: null },
        { kind: 'delete-contexts', contexts: [context], keepOrphans: false },
      ),
    ]
  })
  const all: Edits[] = [
    {
      what: 'delete all',
      edits: [
        {
          kind: 'delete-contexts',
          contexts: contexts.map((name) => id('context', name)),
          keepOrphans: false,
        },
      ],
      remarksStay: false,
    },
    {
      what: 'others for all',
      edits: [
        ...contexts.map(
          (name, i): AnyEdit => ({
            kind: 'clone-context',
            context: id('context', name),
            name: `new ${i}`,
            pin: null,
            userName: null,
          }),
        ),
        {
          kind: 'delete-contexts',
          contexts: contexts.map((name) => id('context', name)),
          keepOrphans: false,
        },
      ],
      remarksStay: false,
    },
    ...names('user').map((name) => ({
      what: `rename user ${name}`,
      edits: [{ kind: 'rename-user' as const, user: id('user', name), name: '0x1f' }],
      remarksStay: true,
    })),
    ...names('cluster').map((name) => ({
      what: `refresh ${name}`,
      edits: [
        {
          kind: 'refresh-cluster' as const,
          cluster: id('cluster', name),
          contexts: [],
          server: 'https://fresh',
          certificateAuthorityData: 'QUJD',
        },
      ],
      remarksStay: false,
    })),
  ]
  if (contexts.length > 1)
    all.push({
      what: 'swap',
      edits: [rename(first, second, true), rename(second, first, true)],
      remarksStay: true,
    })
  return [...one, ...all]
}

const remarks = (text: string): readonly string[] => text.match(/#r\d+/g) ?? []

describe('every edit of every file by hand', () => {
  test.each(byHand)(
    '$name',
    async ({ name, text }) => {
      const before = [sourceFrom(text), sourceFrom('kind: Config\n', other)]
      expect(before[0]?.document.problems).toEqual([])
      // What is not written needs no second look by kubectl: its process is what takes the time.
      empty ??= await kubectlModel(join(folder, 'empty'), other, 'kind: Config\n')
      const was = [await kubectlModel(join(folder, name), path, text), empty]
      const tries = editsOf(text)
      const step = full ? 1 : 60
      const at = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % step
      for (const [n, { what, edits, remarksStay, remarksMove }] of tries.entries()) {
        if (n % step !== at) continue
        const planned = planEdits({ sources: before, revisions: [], edits })
        expect([what, planned.plan.problems.filter(({ code }) => code === 'not-provable')]).toEqual([
          what,
          [],
        ])
        const asked = applyEdits({ files: was }, edits)
        expect([what, planned.plan.problems.map(({ code }) => code)]).toEqual([
          what,
          asked.problems.map(({ code }) => code),
        ])
        for (const file of planned.files) {
          expect(splice(file.before ?? '', file.changes)).toBe(file.after)
          if (remarksStay && file.path === path)
            expect([what, remarks(file.after ?? '')]).toEqual([what, remarks(text)])
        }
        if (remarksMove) {
          const after = before.map(
            (source) => planned.files.find(({ path: at }) => at === source.path)?.after ?? source.text ?? '',
          )
          expect([what, new Set(remarks(after.join('\n')))]).toEqual([what, new Set(remarks(text))])
        }
        const now = await Promise.all(
          was.map((model, i) => {
            const after = planned.files.find((file) => file.path === model.path)?.after ?? undefined
            return after === undefined
              ? model
              : kubectlModel(join(folder, `${name}-${i}-${n}`), model.path, after)
          }),
        )
        expect([what, meaningOf({ files: now })]).toEqual([what, meaningOf(asked.model)])
      }
    },
    300_000,
  )
})
