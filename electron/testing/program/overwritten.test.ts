/**
 * ekscope beside kubectl and aws, which takes no lock and writes in place, while a window is open on the same file: what
 * others overwrote of ours is named by it. (That nothing is lost beside locking writers: races.test.ts.)
 */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../demo/simulator/simulator'
import { openHistory } from '../../kubeconfig/disk/history'
import { readDocument } from '../../kubeconfig/read/document'
import { createServices } from '../../services'
import { openDataFolder } from '../../system/data-folder'
import { bundleForNode, removeFolder } from '../bundle'
import { type Run, realProgram, runProgram } from '../real-programs'
import { small, smallWorld } from '../small-world'

const full = process.env.EKSCOPE_FULL === '1'
let folder: string
let program: string
let simulator: Simulator
let count = 0

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ekscope-race-'))
  program = await bundleForNode('electron/cli.ts', folder, 'cli')
  const base = smallWorld(Date.now())
  const [prod] = base.clusters
  if (!prod) throw new Error('the small world has a cluster')
  const clusters = Array.from({ length: 10 }, (_, i) => ({ ...prod, arn: arnOf(i) }))
  simulator = await startSimulator({ ...base, clusters })
}, 120_000)
afterAll(async () => {
  await simulator.close()
  await removeFolder(folder)
})

const arnOf = (i: number): string => `arn:aws:eks:eu-west-1:${small.account}:cluster/race-${i}`

/** A home of its own with a kubeconfig of so many contexts, written as people write it. */
async function place(contexts: number) {
  count += 1
  const home = path.join(folder, `home-${count}`)
  await mkdir(path.join(home, '.kube'), { recursive: true })
  await mkdir(path.join(home, '.aws'))
  await writeFile(
    path.join(home, '.aws/config'),
    `[default]\nregion = eu-west-1\nendpoint_url = ${simulator.endpointUrl}\naws_access_key_id = ${small.alice.key.id}\naws_secret_access_key = ${small.alice.key.secret}\n`,
  )
  const file = path.join(home, '.kube/config')
  const names = Array.from({ length: contexts }, (_, i) => `original-${i}`)
  const list = (entry: (name: string) => string): string => names.map(entry).join('')
  const authority = Buffer.alloc(contexts > 100 ? 1_000 : 60, 'certificate').toString('base64')
  await writeFile(
    file,
    `# ours, with remarks\napiVersion: v1\nkind: Config\ncurrent-context: original-0\nclusters:\n${list((name) => `- name: ${name}\n  cluster: {server: "https://${name}.test", certificate-authority-data: ${authority}}\n`)}contexts:\n${list((name) => `- name: ${name} # why\n  context: {cluster: ${name}, user: ${name}}\n`)}users:\n${list((name) => `- name: ${name}\n  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, ${name}]}}\n`)}`,
    { mode: 0o600 },
  )
  const state = path.join(home, 'state')
  const variables = {
    HOME: home,
    PATH: '/usr/bin:/bin',
    EKSCOPE_HOME: state,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const run = (command: string, args: readonly string[]): Promise<Run> =>
    runProgram(command, args, variables, { timeout: 300_000, cwd: home })
  const contextsNow = async (): Promise<readonly string[]> => {
    const { status, stdout, stderr } = await run(realProgram('kubectl'), [
      'config',
      'get-contexts',
      '-o',
      'name',
    ])
    if (status !== 0) throw new Error(stderr)
    return stdout.split('\n').filter(Boolean)
  }
  return {
    file,
    names,
    history: openHistory(path.join(state, 'history')),
    contextsNow,
    leftovers: () => readdirSync(path.dirname(file)).filter((name) => name !== 'config'),
    /** What a window that stays open says was taken back. */
    openWindow: async () => {
      const names: string[] = []
      const services = createServices({
        variables: { ...variables, KUBECONFIG: file },
        home,
        platform: process.platform,
        cwd: home,
        now: Date.now,
        folder: openDataFolder(state),
        filesOf: 'app',
      })
      await services.kubeconfig.load()
      await services.watch({
        kubeconfig: () => undefined,
        identity: () => undefined,
        failed: (error) => {
          throw error
        },
        overwritten: ({ items }) => names.push(...items.map(({ name }) => name)),
      })
      return { named: () => names, close: () => services.close() }
    },
    clone: async (name: string) => ({
      name,
      ...(await run(process.execPath, [program, 'clone', 'original-1', name, '--json'])),
    }),
    kubectl: async (name: string) => ({
      name,
      ...(await run('flock', [
        path.join(home, 'queue'),
        realProgram('kubectl'),
        'config',
        'set-context',
        name,
        '--cluster=original-1',
      ])),
    }),
    aws: async (i: number) => ({
      name: `theirs-${i}`,
      ...(await run(realProgram('aws'), [
        'eks',
        'update-kubeconfig',
        '--name',
        `race-${i}`,
        '--alias',
        `theirs-${i}`,
      ])),
    }),
  }
}
type Place = Awaited<ReturnType<typeof place>>

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

/** What each recorded write read under the lock is legible, and everything in it is still there after that write. */
async function nothingRemovedByUs({ history, file }: Place): Promise<number> {
  const records = await history.list()
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

const [ours, queued, unlocked] = full ? [30, 30, 10] : [8, 4, 4]
test(`${ours} clones beside ${unlocked} aws, which ignore locks: nothing torn is written over, nothing that was read is removed, and what was overwritten is named`, async () => {
  const at = await place(10)
  const pristine = readFileSync(at.file)
  const window = await at.openWindow()
  try {
    const [clones] = await Promise.all([
      Promise.all(times(ours, (i) => at.clone(`copy-${i}`))),
      Promise.all(times(queued, (i) => at.kubectl(`kubectl-${i}`))),
      Promise.all(times(unlocked, (i) => at.aws(i))),
    ])
    // Written, or refused with the reason, or written and named as undone by another program at once.
    for (const { status, stderr } of clones) expect([0, 3], stderr).toContain(status)
    const reported = clones.filter(({ stdout }) => stdout !== '')
    expect(await nothingRemovedByUs(at)).toBe(reported.length)
    expect(reported.length).toBeGreaterThan(0)
    const torn = !readDocument(at.file, readFileSync(at.file, 'utf8')).readable
    const names = reported.map(({ name }) => name)
    const lost = torn ? names : missing(names, await at.contextsNow())
    // At last an editor saves the copy that it had opened before all this.
    await writeFile(at.file, pristine)
    const atOnce = reported.flatMap((run) => written(run).takenBack.map(({ name }) => name))
    await expect.poll(() => missing(names, [...atOnce, ...window.named()]), { timeout: 20_000 }).toEqual([])
    process.stdout.write(
      `beside ${unlocked} aws: ${ours} clones, ${names.length} written, ${lost.length} of these overwritten, ${new Set(atOnce).size} of them named at once, all by the open window; aws left the file ${torn ? 'torn' : 'legible'}\n`,
    )
  } finally {
    window.close()
  }
}, 300_000)
