/** Every hostile name there is, as a context's name and as a namespace, written by Ekscope and read by the real kubectl. */
import { expect, test } from 'vitest'
import type { Edit } from '../../../shared/edits/edit'
import { full, someOf } from '../../../shared/testing/counts'
import { hostileNames } from '../generated-kubeconfig'
import { useTerminal } from './terminal'

const terminal = useTerminal({ inProcess: true })
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
const kubectl = async (...files: string[]) =>
  new Map([...(await terminal.kubectl(...files)).contexts].map(([name, { namespace }]) => [name, namespace]))

test('each of 200 names is renamed to and set as a namespace in one write, and kubectl reads it', async () => {
  expect(names.length).toBeGreaterThanOrEqual(200)
  terminal.write('.kube/config', file(names.length))
  const services = terminal.window()
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
  expect(result).toMatchObject({ ok: true, value: { kind: 'written' } })
  expect(await kubectl()).toEqual(new Map(names.map((name) => [name, name])))
})

/** Milliseconds: in a full run three processes for each of two hundred names. */
const patience = full ? 3_600_000 : 600_000

test.skipIf(!full)(
  'through the terminal program, as arguments of a real process',
  { timeout: patience },
  async () => {
    // No argument of a process can hold a NUL.
    const possible = names.filter((name) => !name.includes('\0'))
    const chosen = someOf(possible, (_, index) => index % 20 === 3)
    expect(chosen.length).toBeGreaterThanOrEqual(10)
    let next = 0
    const worker = async (label: string) => {
      for (;;) {
        const at = next++
        const name = chosen[at]
        if (name === undefined) return
        const kubeconfig = terminal.write(label, file(2))
        for (const [which, args] of [
          ['set-namespace', '--', 'start-0', name],
          ['rename', '--', 'start-0', name],
        ].entries()) {
          // With options a process of its own: in the quick run one command or the other, in turns.
          const options = full || at % 2 === which ? {} : undefined
          const run = await terminal.ekscope(['--kubeconfig', kubeconfig, ...args], {}, options)
          expect(run.status, `${JSON.stringify(name)} ${run.stderr}`).toBe(0)
        }
        expect((await kubectl(kubeconfig)).get(name), JSON.stringify(name)).toBe(name)
      }
    }
    await Promise.all([worker('one'), worker('two')])
  },
)

test('a context with an empty name can be given one, and its name is seen in the history', async () => {
  terminal.write('.kube/config', file(1).replace('start-0', '""'))
  await terminal.done(['set-namespace', '', 'n'])
  const { stdout } = await terminal.done(['rename', '', 'named'])
  expect(stdout).toContain('“”: name “” → named\n')
  expect(await kubectl()).toEqual(new Map([['named', 'n']]))
  for (const args of [
    ['rename', 'named', ''],
    ['use', ''],
  ])
    expect((await terminal.ekscope(args)).status).toBe(2)
})
