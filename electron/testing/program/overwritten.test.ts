/**
 * ekscope beside kubectl and aws, which takes no lock and writes in place, while a window is open on the same file: what
 * others overwrote of ours is named by it. (That nothing is lost beside locking writers: races.test.ts.)
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { openHistory } from '../../kubeconfig/disk/write-history'
import { readDocument } from '../../kubeconfig/read/document'
import { type Run, realProgram } from '../real-programs'
import { type Simulator, startSimulator } from '../simulator'
import { small, smallWorld } from '../small-world'
import { useTerminal } from './terminal'

const patient = { timeout: 300_000 }
let simulator: Simulator

const arnOf = (i: number): string => `arn:aws:eks:eu-west-1:${small.account}:cluster/race-${i}`
const originals = Array.from({ length: 10 }, (_, i) => `original-${i}`)
const list = (entry: (name: string) => string): string => originals.map(entry).join('')
const authority = Buffer.alloc(60, 'certificate').toString('base64')

const terminal = useTerminal({
  // Written as people write it.
  config: `# ours, with remarks
apiVersion: v1
kind: Config
current-context: original-0
clusters:
${list((name) => `- name: ${name}\n  cluster: {server: "https://${name}.test", certificate-authority-data: ${authority}}\n`)}contexts:
${list((name) => `- name: ${name} # why\n  context: {cluster: ${name}, user: ${name}}\n`)}users:
${list((name) => `- name: ${name}\n  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, ${name}]}}\n`)}`,
  aws: () => `[default]
region = eu-west-1
endpoint_url = ${simulator.endpointUrl}
aws_access_key_id = ${small.alice.key.id}
aws_secret_access_key = ${small.alice.key.secret}
`,
  variables: () => ({ AWS_EC2_METADATA_DISABLED: 'true' }),
})
beforeAll(async () => {
  const base = smallWorld(Date.now())
  const [prod] = base.clusters
  if (!prod) throw new Error('the small world has a cluster')
  const clusters = Array.from({ length: 10 }, (_, i) => ({ ...prod, arn: arnOf(i) }))
  simulator = await startSimulator({ ...base, clusters })
})
afterAll(() => simulator.close())

const clone = async (name: string) => ({
  name,
  ...(await terminal.ekscope(['clone', 'original-1', name, '--json'], {}, patient)),
})
/** These wait for each other: kubectl alone loses its own writes. */
const kubectl = (name: string) => {
  const words = [realProgram('kubectl'), 'config', 'set-context', name, '--cluster=original-1']
  return terminal.run('flock', [path.join(terminal.home, 'queue'), ...words], {}, patient)
}
const aws = (i: number) => {
  const words = ['eks', 'update-kubeconfig', '--name', `race-${i}`, '--alias', `theirs-${i}`]
  return terminal.run(realProgram('aws'), words, {}, patient)
}

/** What a window that stays open names as overwritten. */
async function openWindow(): Promise<readonly string[]> {
  const names: string[] = []
  const services = terminal.window()
  await services.kubeconfig.load()
  await services.watch({
    kubeconfig: () => undefined,
    identity: () => undefined,
    failed: (error) => {
      throw error
    },
    overwritten: ({ items }) => names.push(...items.map(({ name }) => name)),
  })
  return names
}

const answer = v.object({
  written: v.boolean(),
  id: v.nullable(v.string()),
  takenBack: v.array(v.object({ path: v.string(), kind: v.string(), name: v.string() })),
})
const written = ({ stdout }: Run) => v.parse(answer, JSON.parse(stdout))
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))
const missing = (wanted: readonly string[], there: readonly string[]): readonly string[] => {
  const present = new Set(there)
  return wanted.filter((name) => !present.has(name))
}

const outsideJson = v.object({
  outside: v.array(v.object({ removed: v.array(v.object({ kind: v.string(), name: v.string() })) })),
})
/** The contexts of which `ekscope history` says that others removed them. */
async function namedByHistory(): Promise<readonly string[]> {
  const { stdout } = await terminal.done(['history', '--json'])
  const { outside } = v.parse(outsideJson, JSON.parse(stdout))
  return outside.flatMap(({ removed }) =>
    removed.filter(({ kind }) => kind === 'context').map(({ name }) => name),
  )
}

/** What each recorded write read under the lock is legible, and everything in it is still there after that write. */
async function nothingRemovedByUs(): Promise<number> {
  const { file, state } = terminal
  const history = openHistory(path.join(state, 'history'))
  // What others made of it is kept too, and takes away what it likes.
  const records = (await history.list()).filter(({ by }) => by !== 'others')
  for (const { id } of records) {
    const [before, after] = [
      await history.bytesOf(id, file, 'before'),
      await history.bytesOf(id, file, 'after'),
    ]
    if (!before.ok || !after.ok || !before.value || !after.value) throw new Error(`${id} is not kept whole`)
    const [was, is] = [
      readDocument(file, before.value.toString()),
      readDocument(file, after.value.toString()),
    ]
    expect([was.readable, is.readable]).toEqual([true, true])
    for (const kind of ['clusters', 'users', 'contexts'] as const)
      expect(
        missing(
          was[kind].map(({ name }) => name),
          is[kind].map(({ name }) => name),
        ),
      ).toEqual([])
  }
  return records.length
}

const [ours, queued, unlocked] = full ? [30, 30, 10] : [3, 2, 1]
test(`${ours} clones beside ${unlocked} aws, which ignore locks: nothing torn is written over, nothing that was read is removed, and what was overwritten is named`, async () => {
  const { file } = terminal
  const pristine = readFileSync(file)
  const window = await openWindow()
  const cloning = times(ours, (i) => clone(`copy-${i}`))
  // An aws that comes first of all may tear the file, and every clone is refused then.
  await Promise.race(cloning)
  const [clones] = await Promise.all([
    Promise.all(cloning),
    Promise.all(times(queued, (i) => kubectl(`kubectl-${i}`))),
    Promise.all(times(unlocked, (i) => aws(i))),
  ])
  // Written, or refused with the reason, or written and named as undone by another program at once.
  for (const { status, stderr } of clones) {
    expect([0, 3], stderr).toContain(status)
    if (status === 3) expect(stderr).toMatch(/^ekscope: .+/)
  }
  // A refusal is a document with an error; a notice of what was written stands in it, also with status 3.
  const reported = clones.filter(({ stdout }) => v.is(answer, JSON.parse(stdout)))
  expect(await nothingRemovedByUs()).toBe(reported.length)
  expect(reported.length).toBeGreaterThan(0)
  const { readable } = readDocument(file, terminal.text())
  const names = reported.map(({ name }) => name)
  const lost = readable ? missing(names, [...(await terminal.kubectl()).contexts.keys()]) : names
  const atOnce = reported.flatMap((run) => written(run).takenBack.map(({ name }) => name))
  // Of a file that is torn now, the history cannot say what is gone.
  if (readable) expect(missing(lost, [...atOnce, ...(await namedByHistory())])).toEqual([])
  // At last an editor saves the copy that it had opened before all this.
  writeFileSync(file, pristine)
  await expect.poll(() => missing(names, [...atOnce, ...window]), { timeout: 20_000 }).toEqual([])
  process.stdout.write(
    `beside ${unlocked} aws: ${ours} clones, ${names.length} written, ${lost.length} of these overwritten, ${new Set(atOnce).size} of them named at once, all by the open window; aws left the file ${readable ? 'legible' : 'torn'}\n`,
  )
}, 300_000)
