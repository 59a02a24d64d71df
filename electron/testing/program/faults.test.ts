/**
 * Every command that writes, and what the window keeps, killed before each call with which it changes something, and with that call, or
 * all from there on, failing: it is as before or as after, it is said which, and once the next command has run nothing is left and the
 * way back is whole. The quick run draws a sample by the seed of shared/testing/seed.ts; the full one takes every call of all of them.
 */
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { constants, tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { full, someOf } from '../../../shared/testing/counts'
import { optionsOf } from '../../cli/command'
import { commandNamed, commandNames } from '../../cli/commands'
import { builtProgram, bundled, faultLibrary, noFaults, removeFolder } from '../bundle'
import { type Run, runProgram } from '../real-programs'
import { type Simulator, startSimulator } from '../simulator'
import { small, smallWorld } from '../small-world'
import { runHere } from './terminal'

const why = noFaults()
let folder = ''
let library = ''
let program = ''
let keeper = ''
/** A fingerprint. */
let allowed = ''
let simulator: Simulator | undefined
const at = (name: string): string => path.join(folder, 'home', name)
const lay = (name: string, text: string): void => {
  mkdirSync(path.dirname(at(name)), { recursive: true })
  writeFileSync(at(name), text, { mode: 0o600 })
}
const variables = () => ({
  HOME: at(''),
  PATH: '/usr/bin:/bin',
  SHELL: '/bin/sh',
  KUBECONFIG: `${at('.kube/config')}:${at('.kube/two')}`,
  EKSCOPE_HOME: at('state'),
  AWS_EC2_METADATA_DISABLED: 'true',
  UV_THREADPOOL_SIZE: '1',
})
const ekscope = (args: readonly string[]): Promise<Run> => runHere(args, variables(), at(''))

// The home ------------------------------------------------------------------------------------------------------------

const user = (name: string, profile: string, version = 'v1beta1') =>
  `- {name: ${name}, user: {exec: {apiVersion: client.authentication.k8s.io/${version}, command: aws, args: [--region, eu-west-1, eks, get-token, --cluster-name, prod, --profile, ${profile}]}}}\n`
const context = (name: string, of = name, more = '') =>
  `- {name: ${name}, context: {cluster: "${small.cluster}", user: ${of}${more}}} # of ${of}\n`
const kubeconfig = (contexts: string, users: string, more = '') => `# by hand
apiVersion: v1
kind: Config
${more}clusters:
- {name: "${small.cluster}", cluster: {server: "https://prod.example"}}
contexts:
${contexts}users:
${users}`
const profiles = () => `[default]
endpoint_url = ${simulator?.endpointUrl}
region = eu-west-1

[profile dev] # ours
aws_access_key_id = ${small.alice.key.id}
aws_secret_access_key = ${small.alice.key.secret}
endpoint_url = ${simulator?.endpointUrl}
region = eu-west-1

[profile spare]
region = eu-west-1

[profile chained]
role_arn = ${small.reader}
source_profile = dev
`

/** A home with some writes in its history: the last one was undone, and of the first one another program's older copy undid its part. */
async function makeWorld(): Promise<void> {
  const contexts = `${context('x1')}${context('x2')}${context('keep', 'keep', ', namespace: kept')}`
  lay(
    '.kube/config',
    kubeconfig(
      `${contexts}${context('s1', 'shared')}${context('s2', 'shared')}`,
      // Without the interactiveMode that this version wants: there is a fix for it.
      `${['x1', 'keep', 'shared'].map((name) => user(name, 'dev')).join('')}${user('x2', 'dev', 'v1')}`,
      'current-context: x1\n',
    ),
  )
  const runs = (name: string) =>
    `- {name: ${name}, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: /bin/${name}}}}\n`
  const asked = ['cat', 'ls']
  lay(
    '.kube/two',
    kubeconfig(
      ['y1', ...asked].map((name) => context(name)).join(''),
      user('y1', 'dev') + asked.map(runs).join(''),
    ),
  )
  lay('.aws/config', profiles())
  lay('.aws/sso/cache/signed-in.json', '{"accessToken":"token"}')
  lay('brought.yaml', kubeconfig(context('z1'), user('z1', 'dev')))
  const done = async (...args: readonly string[]) => {
    const { status, stderr } = await ekscope(args)
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
  }
  await done('set-namespace', 'x2', 'first')
  const text = readFileSync(at('.kube/config'), 'utf8')
  writeFileSync(at('.kube/config'), text.replace(', namespace: first', ''))
  await done('set-namespace', 'y1', 'second')
  await done('set-namespace', 'x2', 'undone')
  await done('undo')
  await done('production', 'x1')
  const { stderr } = await runProgram(process.execPath, [keeper, 'trust', 'ls'], variables())
  const trusted = await ekscope(['trust', '--json'])
  allowed = /"fingerprint": "(\w+)"/.exec(trusted.stdout)?.[1] ?? ''
  if (allowed === '') throw new Error(stderr)
  copy(at(''), path.join(folder, 'world'))
}
const copy = (from: string, to: string) => execFileSync('cp', ['-a', from, to])
/** Of the nth write of the history. */
const idOf = (nth: number) =>
  readdirSync(at('state/history'))
    .filter((name) => /^2.*\.json$/.test(name))
    .sort()
    [nth]?.replace('.json', '') ?? ''

// What is swept -------------------------------------------------------------------------------------------------------

interface Sweep {
  /** Its command's by default. */
  readonly name?: string
  readonly args: () => readonly string[]
  readonly prepare?: () => void
  /** What its undo needs. */
  readonly back?: readonly string[]
  /** It makes no record in the history. */
  readonly unrecorded?: true
  /** It is about this file of the data folder alone. */
  readonly keeps?: string
  /** Done by the window's services. */
  readonly window?: true
}

/** What stands for a word of a usage. */
const words: Readonly<Record<string, () => string>> = {
  CONTEXT: () => 'x1',
  ARN: () => small.reader,
  NAME: () => 'spare',
  NAMESPACE: () => 'web',
  REGION: () => 'eu-west-2',
  NEW: () => 'neu',
  KEY: () => 'output',
  VALUE: () => 'json',
  'KEY=VALUE': () => 'region=x',
  FILE: () => at('brought.yaml'),
  ID: () => idOf(0),
  'FINDING-ID': () => '--all',
  '--to FILE': () => at('made/to.yaml'),
  '--cluster NAME': () => 'prod',
  '--region R': () => 'eu-west-1',
}

/** What a usage says beside what it leaves to choice, with words for its places. */
function fromUsage(usage: string): readonly string[] {
  let option = ''
  return usage
    .replaceAll(/ \[[^\]]*\]+/g, '')
    .split(' ')
    .map((word) => {
      const [first = ''] = word.split('|')
      const place = first.replace('…', '')
      const named = words[`${option} ${place}`] ?? words[place]
      option = place.startsWith('--') ? place : ''
      if (named === undefined && /^[A-Z]/.test(place)) throw new Error(`no word for ${place} of “${usage}”`)
      return named?.() ?? place
    })
}

const linked = () => {
  for (const name of ['.kube/config', '.kube/two']) linkSync(at(name), at(`${name}-twin`))
}
const placeOfCluster = () => new URL(simulator?.clusters.get(small.cluster)?.url ?? '').host
/** Where a command writes by a word that its usage leaves to choice, or in more than one way. */
const others: Readonly<Record<string, readonly Sweep[]>> = {
  add: [
    {
      args: () => ['add', '--cluster', 'prod', '--region', 'eu-west-1', '--profile', 'dev', '--alias', 'neu'],
    },
  ],
  discover: [{ args: () => ['discover', '--profile', 'dev', '--region', 'eu-west-1', '--add'] }],
  refresh: [
    { args: () => ['refresh', 'x1', '--profile', 'dev', '--tunnels', '--allow-server', placeOfCluster()] },
  ],
  'set-server': [{ args: () => ['set-server', 'x1', 'https://127.0.0.1:1', '--apply-to-shared'] }],
  'set-proxy': [{ args: () => ['set-proxy', 'x1', 'http://127.0.0.1:1', '--apply-to-shared'] }],
  'set-tls-server-name': [{ args: () => ['set-tls-server-name', 'x1', 'spare', '--apply-to-shared'] }],
  'split-user': [{ args: () => ['split-user', 's1'] }],
  // Two kubeconfigs and the AWS config file, by one write.
  'replace-profile': [{ args: () => ['replace-profile', 'dev', 'spare', '--apply-to-shared'] }],
  'replace-role': [{ args: () => ['replace-role', small.reader, `${small.reader}2`] }],
  export: [{ args: () => ['export', 'x1', '--out', at('made/out.yaml')], unrecorded: true }],
  use: [{ args: () => ['use', 'x2'] }],
  history: [{ args: () => ['history', '--purge'], unrecorded: true }],
  logout: [{ args: () => ['logout'], unrecorded: true }],
  restore: [{ args: () => ['restore', idOf(1)] }],
  expect: [{ args: () => ['expect', 'x1', small.reader] }],
  trust: [{ args: () => ['trust', 'forget', allowed], keeps: 'trust.json', unrecorded: true }],
  move: [
    { args: () => fromUsage('move CONTEXT --to FILE') },
    {
      name: 'move in place',
      args: () => ['move', 'x1', '--to', at('.kube/two'), '--in-place'],
      prepare: linked,
      back: ['--in-place'],
    },
  ],
  profile: [
    { name: 'profile set', args: () => ['profile', 'set', 'spare', 'output', 'json'] },
    { name: 'profile add', args: () => ['profile', 'add', 'neu', 'region=x'] },
    { name: 'profile clone', args: () => ['profile', 'clone', 'spare', 'neu'] },
    { name: 'profile rename', args: () => ['profile', 'rename', 'dev', 'neu'] },
    { name: 'profile delete', args: () => ['profile', 'delete', 'spare'] },
    {
      name: 'profile add-session',
      args: () => [
        'profile',
        'add-session',
        'neu',
        'sso_start_url=https://x.awsapps.com/start',
        'sso_region=eu-west-1',
      ],
    },
  ],
}

/** All commands that write, by their names. */
async function writing(): Promise<readonly (readonly [string, Sweep])[]> {
  const found: (readonly [string, Sweep])[] = []
  for (const name of commandNames) {
    const command = await commandNamed(name)
    if (command === null) continue
    const { usage } = command
    const plain: readonly Sweep[] = 'dry-run' in optionsOf(command) ? [{ args: () => fromUsage(usage) }] : []
    for (const sweep of others[name] ?? plain) found.push([sweep.name ?? name, sweep])
  }
  return found
}

/** What the window keeps (window-keeps.ts), and the file of the data folder in which it does. */
const kept: readonly (readonly [string, string])[] = [
  ['setting', 'settings.json'],
  ['accounts', 'settings.json'],
  ['edits', 'pending.json'],
  ['trust', 'trust.json'],
]

const sweeps: readonly (readonly [string, Sweep])[] = [
  ...(await writing()),
  ...kept.map(([name, file]): readonly [string, Sweep] => [
    `the window: ${name}`,
    { args: () => [name, 'cat'], keeps: file, unrecorded: true, window: true },
  ]),
]

// How it is judged ----------------------------------------------------------------------------------------------------

type Tree = ReadonlyMap<string, string>
/** All files outside of the data folder, or in it, with their modes, by their names; folders only where they are a write's own. */
function treeOf(own: boolean): Tree {
  const found = new Map<string, string>()
  for (const name of readdirSync(at(''), { recursive: true, encoding: 'utf8' }).sort()) {
    const facts = statSync(at(name))
    if (name.startsWith('state') === own && (facts.isFile() || leftover.test(name)))
      found.set(name, facts.isFile() ? `${facts.mode.toString(8)} ${readFileSync(at(name), 'utf8')}` : '')
  }
  return found
}
const leftover = /\.tmp(?:$|\/)|\.locks?$|\.pending\.json$|takeover|broken|^state\/lock|^state\/journal\/./
const content = (name: string): unknown => {
  const text = existsSync(at(`state/${name}`)) ? readFileSync(at(`state/${name}`), 'utf8') : '{}'
  const json: { readonly content?: unknown } = JSON.parse(text)
  return json.content
}
/** What is kept there, without what is new each time: ids, times and keys. */
const stateIn = (name: string): string =>
  JSON.stringify(content(name) ?? null, (key, value: unknown) =>
    ['id', 'at', 'key', 'fingerprint'].includes(key) ? '' : value,
  )
/** What a write is about, as it is now. */
const stateOf = ({ args, keeps }: Sweep): Tree => {
  if (keeps !== undefined) return new Map([[keeps, stateIn(keeps)]])
  const forgets = args()[0] === 'history'
  return new Map([...treeOf(false), ['history', `${forgets && hasRecords()}`]])
}
const hasRecords = () => readdirSync(at('state/history')).some((name) => /^2\S+Z-\w{8}\.json$/.test(name))
const same = (a: Tree, b: Tree): boolean => JSON.stringify([...a]) === JSON.stringify([...b])

interface Notes {
  readonly shown: number
  readonly words: string
  readonly marks: readonly string[]
}
/** What checks and guards go by: how many destinations were allowed, which identities the user expects, and what is production. */
function notes(): Notes {
  const trust = content('trust.json')
  const shown: readonly unknown[] =
    typeof trust === 'object' && trust !== null && 'shown' in trust && Array.isArray(trust.shown)
      ? trust.shown
      : []
  const marks = [...JSON.stringify(content('settings.json')).matchAll(/"pattern":"(\w+)"/g)].map(
    ([, name = '']) => name,
  )
  return { shown: shown.length, words: JSON.stringify(content('expected.json') ?? []), marks }
}
const ids = async (): Promise<readonly string[]> => {
  const { stdout } = await ekscope(['history', '--json'])
  const { writes }: { readonly writes: readonly { readonly id: string }[] } = JSON.parse(stdout)
  return writes.map(({ id }) => id)
}

const restore = (sweep: Sweep) => {
  rmSync(at(''), { recursive: true, force: true })
  copy(path.join(folder, 'world'), at(''))
  sweep.prepare?.()
}

const run = ({ args, window }: Sweep, faults: Readonly<Record<string, string>>): Promise<Run> =>
  runProgram(
    process.execPath,
    [window ? keeper : program, ...args()],
    { ...variables(), ...faults, FAULT_ROOT: at(''), LD_PRELOAD: library },
    { cwd: at('') },
  )

interface Whole {
  readonly before: Tree
  readonly after: Tree
  readonly notes: Notes
  readonly ids: readonly string[]
  readonly calls: readonly string[]
}

/** As nothing stands against it; with a copy of the home before each call. */
async function whole(sweep: Sweep): Promise<Whole> {
  restore(sweep)
  const before = stateOf(sweep)
  const known = await ids()
  restore(sweep)
  const log = path.join(folder, 'calls')
  const snapshots = path.join(folder, 'snapshots')
  for (const old of [log, snapshots]) rmSync(old, { recursive: true, force: true })
  mkdirSync(snapshots)
  const done = await run(sweep, { FAULT_LOG: log, FAULT_SNAPSHOTS: snapshots })
  if (done.status !== 0) throw new Error(`${sweep.args().join(' ')}: ${done.stderr}`)
  const after = stateOf(sweep)
  if (same(before, after)) throw new Error(`${sweep.args().join(' ')} changes nothing`)
  const calls = readFileSync(log, 'utf8').trimEnd().split('\n')
  return { before, after, notes: notes(), ids: known, calls }
}

/** What is wrong once the next command has run. */
async function wrongIn(
  sweep: Sweep,
  { before, after, ...known }: Whole,
  ended: Run | null,
): Promise<readonly string[]> {
  const wrong: string[] = []
  const raw = new Map([...stateOf(sweep)].filter(([name]) => !leftover.test(name)))
  // A file has become what it was to be: what checks go by was kept before.
  const begun = [...after].some(([name, text]) => raw.get(name) === text && before.get(name) !== text)
  const kept = notes()
  if (begun && (kept.shown < known.notes.shown || kept.words !== known.notes.words))
    wrong.push('a note came after its deed')
  // A process that is killed in between leaves both names marked.
  if (begun && known.notes.marks.some((name) => !kept.marks.includes(name)))
    wrong.push(`a mark came after its deed: ${kept.marks.join(' ')}`)
  const next = await ekscope(['set-namespace', 'keep', 'kept'])
  if (next.status !== 0) wrong.push(`the next command failed: ${next.stderr}`)
  const now = stateOf(sweep)
  const side = same(now, after) ? 'after' : same(now, before) ? 'before' : null
  if (side === null) {
    const others = [...now].filter(([name, text]) => before.get(name) !== text && after.get(name) !== text)
    wrong.push(
      `neither before nor after: ${others.map(([name]) => name).join(', ')} / ${[...now.keys()].join(' ')}`,
    )
  }
  const left = [...treeOf(true).keys()].filter((name) => leftover.test(name))
  if (left.length > 0) wrong.push(`left: ${left.join(', ')}`)
  if (ended === null && !same(raw, now) && !/was interrupted/.test(next.stderr))
    wrong.push(`what was half is made whole, and nothing says so: ${next.stderr}`)
  if (ended !== null) {
    const { status, stderr } = ended
    if (status !== 0 && status !== 3) wrong.push(`status ${status}: ${stderr}`)
    if (/inside Ekscope/.test(stderr)) wrong.push(stderr)
    if ((status === 0) !== (side === 'after')) wrong.push(`status ${status}, and it is ${side}: ${stderr}`)
    if (status === 3 && !same(raw, now) && !/put back yet/.test(stderr))
      wrong.push(`the next command put back what was said to be whole: ${stderr} // ${next.stderr}`)
  }
  if (sweep.unrecorded) return wrong
  const writes = (await ids()).filter((id) => !known.ids.includes(id))
  if (writes.length !== (side === 'after' ? 1 : 0))
    wrong.push(`${writes.length} new writes in the history, and it is ${side}`)
  const [id] = writes
  if (side !== 'after' || id === undefined) return wrong
  const undone = await ekscope(['undo', id, '--apply-to-shared', ...(sweep.back ?? [])])
  if (undone.status !== 0 || !same(stateOf(sweep), before))
    wrong.push(`its undo: ${undone.status} ${undone.stderr}`)
  if (!notes().marks.includes('x1')) wrong.push(`its undo left no mark on x1: ${notes().marks.join(' ')}`)
  return wrong
}

const { EIO, ENOSPC } = constants.errno
/** With how many calls of each in the quick run. Null: killed, which leaves what is there before the call. */
const faults: readonly (readonly [string, number, Readonly<Record<string, string>> | null])[] = [
  ['killed', 3, null],
  ['EIO', 1, { FAULT_ERRNO: `${EIO}` }],
  ['ENOSPC from there on', 1, { FAULT_ERRNO: `${ENOSPC}`, FAULT_TIMES: '1000000' }],
]

beforeAll(async () => {
  if (why !== null) return
  // In memory, where nothing waits for the disk.
  folder = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'ekscope-faults-'))
  library = await faultLibrary()
  program = await builtProgram()
  keeper = await bundled('electron/testing/window-keeps.ts')
  simulator = await startSimulator(smallWorld(Date.now()))
  await makeWorld()
})
afterAll(async () => {
  await simulator?.close()
  await removeFolder(folder)
})

/** Always killed in the quick run: with the first a write of several files is made, and of the others the same process may go on. */
const ends =
  / unlink (?:\/state\/journal\/.*\.json|\/state\/history\/.*\.pending\.json|\/\.kube\/config\.lock)$/
/** One file with notes before it, several under a journal, records alone, and none of these. */
const quick = /^(import|move in place|history|the window: trust)$/

function sample(calls: readonly string[], count: number, killed: boolean): ReadonlySet<number> {
  const all = calls.map((_, at) => at + 1)
  const drawn = fc.shuffledSubarray(all, { minLength: count, maxLength: count })
  const [some = []] = fc.sample(drawn, { numRuns: 1, seed: fc.readConfigureGlobal().seed ?? 1 })
  return new Set([...some, ...all.filter((call) => killed && ends.test(calls[call - 1] ?? ''))])
}

describe.skipIf(why !== null)(`at whatever call it ends or fails${why ?? ''}`, () => {
  test.each(someOf(sweeps, ([name]) => quick.test(name)))('%s', async (_name, sweep) => {
    const found = await whole(sweep)
    const all = found.calls.map((_, at) => at + 1)
    const wrong: string[] = []
    for (const [what, count, fault] of faults) {
      for (const call of full ? all : sample(found.calls, count, fault === null)) {
        if (fault !== null) restore(sweep)
        else {
          rmSync(at(''), { recursive: true, force: true })
          renameSync(path.join(folder, 'snapshots', `${call}`), at(''))
        }
        const ended = fault === null ? null : await run(sweep, { ...fault, FAULT_AT: `${call}` })
        for (const one of await wrongIn(sweep, found, ended))
          wrong.push(`${what} at ${found.calls[call - 1]}: ${one}`)
      }
    }
    if (full) console.log(`${sweep.args().join(' ')}: ${all.length} calls × ${faults.length} kinds`)
    expect(wrong).toEqual([])
  })
})
