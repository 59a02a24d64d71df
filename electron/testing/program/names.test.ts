/** Every hostile name there is, as a context's name and as a namespace, written by Ekscope and read by the real kubectl. */
import { mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Edit } from '../../../shared/edits/edit'
import { createServices } from '../../services'
import { openDataFolder } from '../../system/data-folder'
import { bundleForNode, removeFolder } from '../bundle'
import { hostileNames } from '../generated-kubeconfig'
import { realProgram, runProgram } from '../real-programs'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ekscope-names-'))
})
afterAll(() => removeFolder(folder))

const variables = () => ({ HOME: folder, PATH: '/usr/bin:/bin' })
const more = [
  '0b1',
  '<<',
  '%YAML 1.1',
  '--- a',
  '... b',
  '!!str x',
  '~/x',
  'null and void',
  '&a',
  '*a',
  '? x',
  '| x',
]
const names = [...new Set([...hostileNames, ...more])].filter((name) => name !== '')

const file = (contexts: number) => `apiVersion: v1
kind: Config
clusters:
- name: c
  cluster: {server: "https://c.test"}
contexts:
${Array.from({ length: contexts }, (_, i) =>
  i % 2 === 0
    ? `- {name: start-${i}, context: {cluster: c, user: u}}`
    : `- context:\n    cluster: c\n    user: u\n  name: start-${i} # ${i}`,
).join('\n')}
users:
- name: u
  user: {token: x}
`

/** Names and namespaces of all contexts, as kubectl reads them. */
async function kubectl(kubeconfig: string): Promise<ReadonlyMap<string, string>> {
  const run = await runProgram(
    realProgram('kubectl'),
    ['config', 'view', '--raw', '-o', 'json', `--kubeconfig=${kubeconfig}`],
    variables(),
  )
  if (run.status !== 0) throw new Error(run.stderr)
  const { contexts }: { contexts: { name: string; context: { namespace: string } }[] } = JSON.parse(
    run.stdout,
  )
  return new Map(contexts.map(({ name, context }) => [name, context.namespace]))
}

test('each of 200 names is renamed to and set as a namespace in one write, and kubectl reads it', async () => {
  expect(names.length).toBeGreaterThanOrEqual(200)
  const kubeconfig = path.join(folder, 'all')
  await writeFile(kubeconfig, file(names.length))
  const services = createServices({
    variables: variables(),
    home: folder,
    platform: process.platform,
    cwd: folder,
    now: Date.now,
    folder: openDataFolder(path.join(folder, 'state')),
    kubeconfig,
    filesOf: 'app',
  })
  const { contexts } = await services.kubeconfig.load()
  const edits = contexts.flatMap(({ id }, index): readonly Edit[] => {
    const name = names[index] ?? ''
    return [
      { kind: 'set-namespace', context: id, namespace: name },
      { kind: 'rename-context', context: id, name, cascade: false },
    ]
  })
  const titles = edits.map(({ kind }) => kind)
  const result = await services.editing.apply(
    { edits, titles, revisions: null, sharedAllowed: false },
    new AbortController().signal,
  )
  services.close()
  expect(result).toMatchObject({ ok: true, value: { kind: 'written' } })
  expect(await kubectl(kubeconfig)).toEqual(new Map(names.map((name) => [name, name])))
})

test('through the terminal program, as arguments of a real process', async () => {
  const program = await bundleForNode('electron/cli.ts', folder, 'cli')
  // No argument of a process can hold a NUL.
  const possible = names.filter((name) => !name.includes('\0'))
  const chosen = process.env.EKSCOPE_FULL === '1' ? possible : possible.filter((_, index) => index % 20 === 3)
  expect(chosen.length).toBeGreaterThanOrEqual(10)
  let next = 0
  const worker = async (label: string) => {
    const kubeconfig = path.join(folder, label)
    for (;;) {
      const name = chosen[next++]
      if (name === undefined) return
      await writeFile(kubeconfig, file(2))
      for (const args of [
        ['set-namespace', '--', 'start-0', name],
        ['rename', '--', 'start-0', name],
      ]) {
        const run = await runProgram(
          process.execPath,
          [program, '--kubeconfig', kubeconfig, ...args],
          variables(),
        )
        expect(run.status, `${JSON.stringify(name)} ${run.stderr}`).toBe(0)
      }
      expect((await kubectl(kubeconfig)).get(name), JSON.stringify(name)).toBe(name)
    }
  }
  await Promise.all([worker('one'), worker('two')])
}, 600_000)
