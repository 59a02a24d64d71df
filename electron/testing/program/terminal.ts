/** The built terminal program as its users have it: run by plain Node, in a home of its own for every test. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { Terminal as CommandTerminal } from '../../cli/output'
import { runEkscope } from '../../cli-run'
import { createServices, type Machine, type Services } from '../../services'
import { openDataFolder } from '../../system/data-folder'
import { builtProgram, removeFolder } from '../bundle'
import { unlikeSchema } from '../json-shapes'
import { type Run, type RunOptions, realProgram, runProgram } from '../real-programs'

export type Variables = Readonly<Record<string, string>>
type Text = string | ((home: string) => string)

export interface Setup {
  /** ~/.kube/config; without it there is none. */
  readonly config?: Text
  /** ~/.aws/config; without it there is none. */
  readonly aws?: Text
  /** Beside HOME, PATH, SHELL and EKSCOPE_HOME, or instead of them. */
  readonly variables?: () => Variables
  /**
   * `ekscope` runs in the process of the test, for tests of what commands do and say: a sixth of what starting Node for each
   * costs, and the same answers (program.test.ts). With options it is started all the same.
   */
  readonly inProcess?: boolean
}

/** Every test has another home, so read the fields inside of tests; the functions may be taken out at once. */
export interface Terminal {
  /** The built file, for tests that start it in a way of their own. */
  readonly program: string
  readonly home: string
  /** ~/.kube/config. */
  readonly file: string
  /** Ekscope's own folder, EKSCOPE_HOME. */
  readonly state: string
  variables(more?: Variables): Variables
  /** Writes a file under the home and returns its path. */
  write(name: string, text: string | Uint8Array, mode?: number): string
  /** The text of a file, of ~/.kube/config by default. */
  text(path?: string): string
  ekscope(args: readonly string[], more?: Variables, options?: RunOptions): Promise<Run>
  /** The same, which must succeed. */
  done(args: readonly string[], more?: Variables): Promise<Run>
  /** Starts the program for a test that does something while it runs. */
  start(args: readonly string[]): Started
  /** What a window in the same home and environment is told of its machine. */
  machine(more?: Variables): Machine
  /** What stands behind a window that is open in the same home; closed after the test. */
  window(more?: Variables): Services
  /** Any other program in the same home and environment. */
  run(command: string, args: readonly string[], more?: Variables, options?: RunOptions): Promise<Run>
  /** What the real kubectl reads in these files, in ~/.kube/config by default; throws where it refuses them. */
  kubectl(...files: readonly string[]): Promise<KubectlView>
}

export interface Started {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Run & { readonly signal: NodeJS.Signals | null }>
}

export function useTerminal(setup: Setup = {}): Terminal {
  let folder = ''
  let program = ''
  let home = ''
  let count = 0
  const windows: Services[] = []
  const textOf = (text: Text) => (typeof text === 'string' ? text : text(home))
  const variables = (more: Variables = {}) => ({
    HOME: home,
    PATH: '/usr/bin:/bin',
    SHELL: '/bin/sh',
    EKSCOPE_HOME: terminal.state,
    ...setup.variables?.(),
    ...more,
  })
  const run: Terminal['run'] = (command, args, more, options) =>
    runProgram(command, args, variables(more), { cwd: home, ...options })
  const ekscope: Terminal['ekscope'] = (args, more, options) =>
    setup.inProcess === true && options === undefined
      ? runHere(args, variables(more), home)
      : run(process.execPath, [program, ...args], more, options).then((ended) => asPublished(args, ended))
  const moveHome = () => {
    count += 1
    home = path.join(folder, `home-${count}`)
    mkdirSync(path.join(home, '.kube'), { recursive: true })
  }

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'ekscope-program-'))
    // Some tests run the program as another user.
    chmodSync(folder, 0o755)
    program = await builtProgram()
    moveHome()
  })
  beforeEach(() => {
    moveHome()
    if (setup.config !== undefined) terminal.write('.kube/config', textOf(setup.config))
    if (setup.aws !== undefined) terminal.write('.aws/config', textOf(setup.aws))
  })
  afterEach(() => {
    for (const window of windows.splice(0)) window.close()
  })
  afterAll(() => removeFolder(folder))

  const terminal: Terminal = {
    get program() {
      return program
    },
    get home() {
      return home
    },
    get file() {
      return path.join(home, '.kube/config')
    },
    get state() {
      return path.join(home, 'state')
    },
    variables,
    run,
    ekscope,
    write: (name, text, mode = 0o600) => {
      const file = path.join(home, name)
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, text)
      chmodSync(file, mode)
      return file
    },
    text: (file = terminal.file) => readFileSync(file, 'utf8'),
    done: async (args, more) => {
      const ended = await ekscope(args, more)
      const { status, stderr } = ended
      expect([status, args.join(' '), status === 0 ? '' : stderr]).toEqual([0, args.join(' '), ''])
      return ended
    },
    machine: (more) => ({
      variables: variables(more),
      home,
      platform: process.platform,
      cwd: home,
      now: Date.now,
      folder: openDataFolder(terminal.state),
      filesOf: 'app',
    }),
    window: (more) => {
      const services = createServices(terminal.machine(more))
      windows.push(services)
      return services
    },
    start: (args) => {
      const child = spawn(process.execPath, [program, ...args], { cwd: home, env: variables() })
      let stdout = ''
      let stderr = ''
      child.stdout.on('data', (part: Buffer) => {
        stdout += part.toString()
      })
      child.stderr.on('data', (part: Buffer) => {
        stderr += part.toString()
      })
      const ended = new Promise<Run & { readonly signal: NodeJS.Signals | null }>((resolve) => {
        child.once('close', (status, signal) => resolve({ status, signal, stdout, stderr }))
      })
      return { child, ended }
    },
    kubectl: async (...files) => {
      const list = files.length > 0 ? files : [terminal.file]
      const args = ['config', 'view', '--raw', '-o', 'json']
      const read = await run(realProgram('kubectl'), args, { KUBECONFIG: list.join(':') })
      if (read.status !== 0) throw new Error(read.stderr)
      return v.parse(kubectlView, JSON.parse(read.stdout))
    },
  }
  return terminal
}

/** Every document that any test gets is one of its published schema (docs/schema). */
function asPublished(args: readonly string[], ended: Run): Run {
  expect([args, unlikeSchema(args, ended.stdout)]).toEqual([args, []])
  return ended
}

/** A run of the terminal program without a process of its own; `confirm` and `ask` answer where a person would, who `hears`. */
export async function runHere(
  args: readonly string[],
  variables: Variables,
  cwd: string,
  confirm: CommandTerminal['confirm'] = null,
  ask: CommandTerminal['ask'] = null,
  hears: (stderr: string) => void = () => undefined,
): Promise<Run> {
  const said = { stdout: '', stderr: '' }
  const to = (stream: keyof typeof said) => async (text: string) => {
    said[stream] += text
  }
  const out = to('stdout')
  const opened: { close(): void }[] = []
  try {
    const status = await runEkscope(
      args,
      {
        out,
        report: out,
        err: async (text) => {
          await to('stderr')(text)
          hears(text)
        },
        errIsTerminal: false,
        outIsTerminal: false,
        columns: null,
        colours: false,
        errColours: false,
        confirm,
        ask,
        askTyping: ask,
      },
      new AbortController().signal,
      () => ({ variables, home: variables.HOME || homedir(), platform: process.platform, cwd }),
      (services) => opened.push(services),
    )
    return asPublished(args, { status, ...said })
  } finally {
    for (const services of opened) services.close()
  }
}

/** What a list of files says, each kind by name. */
export type KubectlView = v.InferOutput<typeof kubectlView>

const exec = v.looseObject({
  args: v.nullish(v.array(v.string()), []),
  env: v.nullish(v.array(v.object({ name: v.string(), value: v.string() })), []),
})
const kubectlView = v.pipe(
  v.object({
    'current-context': v.string(),
    clusters: v.nullable(v.array(v.object({ name: v.string(), cluster: v.record(v.string(), v.unknown()) }))),
    contexts: v.nullable(
      v.array(
        v.object({
          name: v.string(),
          context: v.object({ cluster: v.string(), user: v.string(), namespace: v.optional(v.string()) }),
        }),
      ),
    ),
    users: v.nullable(
      v.array(v.object({ name: v.string(), user: v.looseObject({ exec: v.optional(exec) }) })),
    ),
  }),
  v.transform((read) => ({
    current: read['current-context'],
    clusters: new Map((read.clusters ?? []).map(({ name, cluster }) => [name, cluster])),
    contexts: new Map((read.contexts ?? []).map(({ name, context }) => [name, context])),
    users: new Map((read.users ?? []).map(({ name, user }) => [name, user])),
  })),
)
