/**
 * A machine for tests of checks: a home of its own, a simulator behind it, kubeconfigs written by hand, and the real
 * readers, programs and servers; aws is asked by its judge (aws-judge.ts). `runs` counts what was started.
 */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Check } from '../../shared/identity/identity'
import type { WhoamiProgress } from '../../shared/ipc/contract'
import { readAwsFiles } from '../aws/files/read-aws-files'
import { programsOnce } from '../aws/installed/which'
import type { World } from '../demo/simulator/world'
import { assembleIdentities } from '../identity/assemble'
import type { AwsFilesOf } from '../identity/aws-files-once'
import type { Subject } from '../identity/subjects'
import { subjectOf } from '../identity/subjects'
import { createKubeconfigStore } from '../kubeconfig/disk/kubeconfig-store'
import { locateKubeconfigs } from '../kubeconfig/disk/locate'
import { ask } from '../net/ask'
import { type Environment, environmentOf } from '../system/environment'
import { type CommandRequest, runCommand } from '../system/run-command'
import type { Trust } from '../trust/decisions'
import { type RunOptions, runChecks } from '../whoami/runner'
import { awsProgram } from './aws-judge'
import { nothingAllowed } from './read-identities'
import { type Simulator, startSimulator } from './simulator'

/** Nothing was ever allowed. */
export const noDecisions: Trust = {
  key: '0'.repeat(64),
  allows: () => false,
  trustsFile: () => false,
  added: { key: '0'.repeat(64), shown: new Set() },
  trustsInsecure: () => false,
}

/** Kubeconfig files that are not of the own list: instead of it, or beside it. */
interface Files {
  readonly foreign?: string
  readonly opened?: string
}

export interface Machine {
  readonly home: string
  readonly simulator: Simulator
  /** Every command that was started, in order. */
  readonly runs: CommandRequest[]
  /** The plain environment: this home, the simulator's endpoint, no keys. */
  variables(more?: Readonly<Record<string, string>>): Record<string, string>
  /** Writes a file under the home, 0600; `executable` makes it 0700. Returns its path. */
  write(path: string, text: string, executable?: boolean): Promise<string>
  subjects(environment: Environment, options?: Files): Promise<readonly Subject[]>
  /** `blind`: as if no missing sign-in had been foreseen. */
  check(
    variables: Readonly<Record<string, string>>,
    options?: Partial<RunOptions> & Files & { readonly blind?: boolean },
  ): Promise<{ readonly checks: ReadonlyMap<string, Check>; readonly events: readonly WhoamiProgress[] }>
  close(): Promise<void>
}

/** Starts the simulator of `world` and makes an empty home for it. */
export async function startMachine(world: World): Promise<Machine> {
  const [simulator, aws] = await Promise.all([startSimulator(world), awsProgram()])
  const home = await mkdtemp(join(tmpdir(), 'ekscope-checking-'))
  const runs: CommandRequest[] = []
  const machine: Machine = {
    home,
    simulator,
    runs,
    variables: (more = {}) => ({
      HOME: home,
      PATH: `${aws.folder}:/usr/bin:/bin`,
      AWS_ENDPOINT_URL: simulator.endpointUrl,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_REGION: 'eu-west-1',
      AWS_MAX_ATTEMPTS: '1',
      ...more,
    }),
    async write(path, text, executable = false) {
      const full = join(home, path)
      await mkdir(dirname(full), { recursive: true })
      await writeFile(full, text, { mode: 0o600 })
      if (executable) await chmod(full, 0o700)
      return full
    },
    async subjects(environment, { foreign, opened } = {}) {
      const { variables } = environment
      const listed = locateKubeconfigs({
        explicit: foreign ?? null,
        opened: opened === undefined ? [] : [{ path: opened, source: 'opened' }],
        variables,
        home,
        cwd: home,
        platform: process.platform,
      })
      const store = createKubeconfigStore({ list: () => listed, trustedFile: () => false })
      await store.load()
      const read = new Map<string, ReturnType<AwsFilesOf>>()
      const awsFiles: AwsFilesOf = (of, exec, by) => {
        const key = JSON.stringify([exec, by])
        const variables = { ...of.variables, ...exec }
        const files = read.get(key) ?? readAwsFiles({ variables, home, by: by ?? 'aws' })
        read.set(key, files)
        return files
      }
      const resolved = store.inView().view.resolved()
      const input = {
        snapshot: store.snapshot(),
        resolved,
        environment,
        aws: awsFiles,
        programs: programsOnce(new Map()),
        trust: nothingAllowed,
        words: new Map(),
        now: Date.now(),
      }
      const { contexts } = await assembleIdentities(input)
      return Promise.all(
        contexts.flatMap((identity, index) => {
          const context = resolved[index]
          return context ? [subjectOf({ resolved: context, identity }, input)] : []
        }),
      )
    },
    async check(variables, { foreign, opened, blind = false, ...options } = {}) {
      const environment = environmentOf('app', variables)
      const known = await machine.subjects(environment, {
        ...(foreign === undefined ? {} : { foreign }),
        ...(opened === undefined ? {} : { opened }),
      })
      const subjects = blind ? known.map((subject) => ({ ...subject, loginNeed: null })) : known
      const events: WhoamiProgress[] = []
      await runChecks({
        run: 'test',
        subjects,
        environment,
        trust: noDecisions,
        runCommand: (request, signal) => {
          runs.push(request)
          return runCommand(request, signal)
        },
        ask,
        now: Date.now,
        signal: new AbortController().signal,
        emit: (event) => events.push(event),
        ...options,
      })
      const checks = new Map<string, Check>()
      for (const event of events)
        if (event.kind === 'checked') checks.set(event.check.contextName, event.check)
      return { checks, events }
    },
    async close() {
      await simulator.close()
      await rm(home, { recursive: true, force: true, maxRetries: 3 })
    },
  }
  return machine
}

/** One context's worth of a kubeconfig as JSON, which is YAML too. */
export interface Piece {
  readonly name: string
  readonly cluster: Readonly<Record<string, unknown>>
  readonly user: Readonly<Record<string, unknown>>
}

/** The entry of one of the simulator's clusters, as update-kubeconfig writes it. */
export function clusterEntry({ simulator }: Pick<Machine, 'simulator'>, name = 'prod') {
  const { url, caPem } = simulator.cluster(name)
  return { server: url, 'certificate-authority-data': Buffer.from(caPem).toString('base64') }
}

/** A user entry that runs a command. */
export const userEntry = (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) => ({
  exec: {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command,
    args,
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
  },
})

/** The words of aws that get a token for a cluster; `region` may be null. */
export const getTokenArgs = (
  more: readonly string[] = [],
  cluster = 'prod',
  region: string | null = 'eu-west-1',
) => [
  ...(region === null ? [] : ['--region', region]),
  ...['eks', 'get-token', '--cluster-name', cluster, '--output', 'json', ...more],
]

/** A kubeconfig of these contexts, each with a cluster and a user of its own, named alike. */
export function kubeconfigOf(pieces: readonly Piece[]): string {
  return JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: pieces.map(({ name, cluster }) => ({ name, cluster })),
      users: pieces.map(({ name, user }) => ({ name, user })),
      contexts: pieces.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
    },
    null,
    2,
  )
}
