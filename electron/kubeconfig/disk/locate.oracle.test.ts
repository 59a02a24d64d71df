/** Where new entries and current-context go in a list of files: the real kubectl decides, for generated lists. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Edit } from '../../../shared/edits/edit'
import { entryId } from '../../../shared/kubeconfig/entries'
import { full } from '../../../shared/testing/counts'
import { removeFolder } from '../../testing/bundle'
import { realProgram, runProgram } from '../../testing/real-programs'
import { readDocument } from '../read/document'
import { applyToDisk } from './apply-to-disk'
import { openHistory } from './write-history'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-targets-'))
})
afterAll(() => removeFolder(folder), 60_000)

/** What one file of a list is before anything happens to it. */
type State = 'missing' | 'empty' | 'blank' | 'remark' | 'filled'
interface Listed {
  readonly state: State
  readonly current: string | null
}

const listed: fc.Arbitrary<Listed> = fc
  .record({
    state: fc.constantFrom<State>(
      'missing',
      'missing',
      'empty',
      'blank',
      'remark',
      'filled',
      'filled',
      'filled',
    ),
    current: fc.constantFrom(null, '', 'c0', 'c1', 'c2', 'gone'),
  })
  .map(({ state, current }) => ({ state, current: state === 'filled' ? current : null }))
const list = fc.array(listed, { minLength: 1, maxLength: 3 })

function textOf({ state, current }: Listed, index: number): string {
  switch (state) {
    case 'missing':
    case 'empty':
      return ''
    case 'blank':
      return '\n\n'
    case 'remark':
      return '# nothing yet\n'
    case 'filled':
      return `${current === null ? '' : `current-context: "${current}"\n`}clusters:\n- {name: k${index}, cluster: {server: "https://k${index}"}}\ncontexts:\n- {name: c${index}, context: {cluster: k${index}, user: u${index}}}\nusers:\n- {name: u${index}, user: {token: t}}\n`
  }
}

let count = 0
/** The same list of files twice: one for kubectl, one for us. */
function place(files: readonly Listed[]): { kubectl: readonly string[]; ours: readonly string[] } {
  count += 1
  const made = (who: string): readonly string[] => {
    const home = join(folder, `${count}-${who}`)
    mkdirSync(home)
    return files.map((file, i) => {
      const path = join(home, `file-${i}`)
      if (file.state !== 'missing') writeFileSync(path, textOf(file, i), { mode: 0o600 })
      return path
    })
  }
  return { kubectl: made('kubectl'), ours: made('ours') }
}

async function kubectl(paths: readonly string[], args: readonly string[]): Promise<boolean> {
  const { status } = await runProgram(realProgram('kubectl'), ['config', ...args], {
    HOME: folder,
    KUBECONFIG: paths.join(':'),
    PATH: '/usr/bin:/bin',
  })
  return status === 0
}

async function ours(paths: readonly string[], edits: readonly Edit[]): Promise<boolean> {
  const result = await applyToDisk({
    list: paths,
    by: 'terminal',
    history: openHistory(join(folder, 'history')),
    journal: join(folder, 'journal'),
    edits,
    titles: [],
    revisions: null,
  })
  return result.ok
}

/** By file: which names it has, and its current-context. */
function contents(paths: readonly string[]): readonly unknown[] {
  return paths.map((path) => {
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch {
      return null
    }
    const document = readDocument(path, text)
    const names = (kind: 'clusters' | 'contexts' | 'users') => document[kind].map(({ name }) => name).sort()
    return {
      clusters: names('clusters'),
      contexts: names('contexts'),
      users: names('users'),
      current: document.currentContext ?? '',
    }
  })
}

const added = (name: string, use: boolean): Edit => ({
  kind: 'add-context',
  file: null,
  name,
  namespace: null,
  cluster: {
    kind: 'new',
    name,
    server: 'https://new',
    certificateAuthorityData: null,
    proxyUrl: null,
    tlsServerName: null,
  },
  user: { name, region: 'us-west-2', cluster: { name: 'new' }, role: null, profile: null, pin: 'none' },
  use,
})

describe('for generated lists of files, as the real kubectl', { timeout: 600_000 }, () => {
  const runs = process.env.EKSCOPE_FULL === '1' ? 80 : 5

  test('a new cluster, user and context go to the first file that exists, else to the last', async () => {
    await fc.assert(
      fc.asyncProperty(list, async (files) => {
        const paths = place(files)
        for (const args of [
          ['set-cluster', 'new', '--server=https://new'],
          [
            'set-credentials',
            'new',
            '--exec-command=aws',
            '--exec-api-version=client.authentication.k8s.io/v1',
          ],
          ['set-context', 'new', '--cluster=new', '--user=new'],
        ])
          expect(await kubectl(paths.kubectl, args)).toBe(true)
        expect(await ours(paths.ours, [added('new', false)])).toBe(true)
        expect(contents(paths.ours)).toEqual(contents(paths.kubectl))
      }),
      { numRuns: runs },
    )
  })

  test.skipIf(!full)(
    'current-context is set in that same file; what is current already is not set again elsewhere',
    async () => {
      await fc.assert(
        fc.asyncProperty(list, fc.nat(2), async (files, n) => {
          const index = n % files.length
          fc.pre(files[index]?.state === 'filled')
          const paths = place(files)
          expect(await kubectl(paths.kubectl, ['use-context', `c${index}`])).toBe(true)
          const context = entryId('context', paths.ours[index] ?? '', `c${index}`, 0)
          expect(await ours(paths.ours, [{ kind: 'use-context', context }])).toBe(true)
          expect(contents(paths.ours)).toEqual(contents(paths.kubectl))
        }),
        { numRuns: runs },
      )
    },
  )

  test('cleared, it is so in every file: no later one comes to count', async () => {
    await fc.assert(
      fc.asyncProperty(list, async (files) => {
        const paths = place(files)
        expect(await ours(paths.ours, [{ kind: 'use-context', context: null }])).toBe(true)
        for (const path of paths.ours)
          expect(
            existsSync(path) && (readDocument(path, readFileSync(path, 'utf8')).currentContext ?? ''),
          ).toBeOneOf([false, ''])
      }),
      {
        numRuns: runs,
        examples: [[['c0', 'c1', 'c2'].map((current) => ({ state: 'filled' as const, current }))]],
      },
    )
  })

  test('a changed context stays in its file, and of two of one name the first file’s is changed', async () => {
    await fc.assert(
      fc.asyncProperty(list, fc.nat(2), async (files, n) => {
        const index = n % files.length
        fc.pre(files[index]?.state === 'filled')
        const paths = place(files)
        const namespaces = (all: readonly string[]) =>
          all.map((path) => {
            const text = contents([path])[0] === null ? '' : readFileSync(path, 'utf8')
            const document = readDocument(path, text)
            return document.contexts.map(({ index: i }) => document.context(i).namespace)
          })
        expect(await kubectl(paths.kubectl, ['set-context', `c${index}`, '--namespace=web'])).toBe(true)
        const context = entryId('context', paths.ours[index] ?? '', `c${index}`, 0)
        expect(await ours(paths.ours, [{ kind: 'set-namespace', context, namespace: 'web' }])).toBe(true)
        expect(contents(paths.ours)).toEqual(contents(paths.kubectl))
        expect(namespaces(paths.ours)).toEqual(namespaces(paths.kubectl))
      }),
      { numRuns: runs },
    )
  })

  test.skipIf(!full)('renaming what is current makes the new name current for the whole list', async () => {
    const current = async (paths: readonly string[]) => {
      const { stdout } = await runProgram(
        realProgram('kubectl'),
        ['config', 'view', '-o', 'jsonpath={.current-context}'],
        {
          HOME: folder,
          KUBECONFIG: paths.join(':'),
          PATH: '/usr/bin:/bin',
        },
      )
      return stdout
    }
    await fc.assert(
      fc.asyncProperty(list, fc.nat(2), async (files, n) => {
        const index = n % files.length
        fc.pre(files[index]?.state === 'filled')
        const paths = place(files)
        expect(await kubectl(paths.kubectl, ['rename-context', `c${index}`, 'renamed'])).toBe(true)
        const context = entryId('context', paths.ours[index] ?? '', `c${index}`, 0)
        const rename: Edit = { kind: 'rename-context', context, name: 'renamed', cascade: false }
        expect(await ours(paths.ours, [rename])).toBe(true)
        expect(await current(paths.ours)).toBe(await current(paths.kubectl))
      }),
      { numRuns: runs },
    )
  })
})
