/**
 * Builds every service from what it stands on: home, variables, clock, folder. Used by the window, the terminal and
 * the tests alike; nothing here knows of Electron. What is heavy is imported when it is first needed.
 */
import { join } from 'node:path'
import type { Check, EnvironmentName } from '../shared/identity/identity'
import type { RunSummary, WhoamiProgress } from '../shared/ipc/contract'
import { changeBetween } from '../shared/kubeconfig/change'
import type { EntryId, Snapshot, SnapshotChange } from '../shared/kubeconfig/entries'
import { fail, fault, ok, type Result } from '../shared/result'
import { awsPaths } from './aws/files/profiles'
import { createEditing, type Editing } from './editing/editing'
import { createKeptEdits, type KeptEdits } from './editing/pending-store'
import type { Planning } from './editing/planning'
import { assembleIdentities, awsFilesOnce, type Identities } from './identity/assemble'
import { type Environments, openEnvironments } from './identity/environments'
import { subjectOf } from './identity/subjects'
import type { OverwrittenWrite } from './kubeconfig/disk/overwritten'
import { createKubeconfigStore, type KubeconfigStore } from './kubeconfig/disk/store'
import type { WrittenNow } from './kubeconfig/disk/write'
import { secretsOfFiles } from './kubeconfig/read/secret-values'
import { keptChecks } from './state/checks'
import { listedKubeconfigs, openedFiles } from './state/opened-files'
import { type SettingsFile, settingsFile } from './state/settings'
import type { DataFolder } from './system/data-folder'
import type { Environment, Variables } from './system/environment'
import type { RunCommand } from './system/run-command'
import type { LoginShellOptions } from './system/shell-environment'
import { decisionsFingerprint, openDecisions, trustFile } from './trust/decisions'
import { openPrompts, type Prompts } from './trust/prompts'
import type { Subject } from './whoami/subject'

/** What the services stand on. */
export interface Machine {
  /** What this process was started with. */
  readonly variables: Variables
  readonly home: string
  readonly platform: NodeJS.Platform
  readonly cwd: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly folder: DataFolder
  /** How the login shell is started, where it is not the user's own: the demo's. */
  readonly loginShell?: LoginShellOptions['start']
  /** `--kubeconfig`. */
  readonly kubeconfig?: string | null
  /** Whose KUBECONFIG and HOME count: the terminal's caller's, or for a window the login shell's, else the app's. */
  readonly filesOf: 'app' | 'login-shell'
  /** Runs commands; a test may count them. */
  readonly runCommand?: RunCommand
  /** Who previews and plans edits; the thread that asks unless said. */
  readonly planning?: Planning
  /** How long a write waits for another's lock, ms; a minute unless said. */
  readonly lockWaitMs?: number
}

export interface CheckRun {
  readonly run?: string
  readonly contexts: readonly EntryId[]
  readonly environment: EnvironmentName
  /** Commands at a time; as many as there are processors if not given. */
  readonly concurrency?: number
  readonly onCheck?: (check: Check) => void
  readonly onProgress?: (progress: WhoamiProgress) => void
}

export interface Services {
  readonly settings: SettingsFile
  readonly environments: Environments
  readonly kubeconfig: {
    /** Reads what changed; the whole of it. */
    load(): Promise<Snapshot>
    readonly store: KubeconfigStore
    /** Adds a file that the user chose to those of the list, as a foreign one. */
    open(path: string): Promise<Result<Snapshot>>
    /** Takes an opened file out again. */
    close(path: string): Promise<Result<Snapshot>>
  }
  readonly identities: {
    of(environment: EnvironmentName, options?: { readonly fingerprints?: boolean }): Promise<Report>
  }
  readonly checker: {
    /** Checks these contexts; what was found out is kept, also after a cancel. */
    run(run: CheckRun, signal: AbortSignal): Promise<RunSummary>
    kept(): Promise<readonly Check[]>
  }
  readonly trust: Prompts
  readonly editing: Editing
  readonly keptEdits: KeptEdits
  /**
   * Loads, and tells whoever follows what became different. `written`: the states that a write of ours has just left;
   * where another program was faster than this reading, what it undid is told too.
   */
  reload(reason: string, written?: readonly Pick<WrittenNow, 'path' | 'after'>[]): Promise<void>
  /** Every secret that main holds now, by value: for the log. */
  secrets(): readonly string[]
  /**
   * Follows kubeconfig files, AWS files and the user's decisions until the services are closed. What another program
   * or another Ekscope does to them is told like what is done here.
   */
  watch(listener: ChangeListener): Promise<void>
  /** Ends what still runs on behalf of nobody in particular. */
  close(): void
}

export interface ChangeListener {
  readonly kubeconfig: (change: SnapshotChange) => void
  /** Identities must be asked for again; the reason is for the log. */
  readonly identity: (reason: string) => void
  readonly failed: (error: unknown) => void
  /** Another program's write undid something that Ekscope wrote a moment ago. */
  readonly overwritten?: (taken: OverwrittenWrite) => void
}

export interface Report extends Identities {
  /** What is wrong with the AWS files themselves. */
  readonly problems: readonly {
    readonly file: string
    readonly line: number | null
    readonly message: string
  }[]
}

/** How long a run's results may be lost to a crash, ms. */
const keepEvery = 5_000

/** The services of one machine. Touches neither disk nor network by itself. */
export function createServices(machine: Machine): Services {
  const { variables, platform, home, now, folder } = machine
  const closing = new AbortController()
  const settings = settingsFile(folder)
  const environments = openEnvironments({
    variables,
    platform,
    signal: closing.signal,
    ...(machine.loginShell ? { loginShell: machine.loginShell } : {}),
  })
  const opened = openedFiles(folder)
  const decisions = openDecisions(folder.file(trustFile), now)
  const checks = keptChecks(folder, now)
  let listener: ChangeListener | null = null

  // The store asks synchronously, so both are brought up to date before each load.
  let listed: ReturnType<typeof listedKubeconfigs> = []
  let trustsFile: Awaited<ReturnType<typeof decisions.load>>['trustsFile'] = () => false
  const store = createKubeconfigStore({ list: () => listed, trustedFile: (file) => trustsFile(file) })

  async function load(): Promise<Snapshot> {
    const files =
      machine.filesOf === 'app' ? variables : windowVariables(await environments.of('login-shell'), variables)
    listed = listedKubeconfigs({
      explicit: machine.kubeconfig ?? null,
      variables: files,
      home,
      cwd: machine.cwd,
      platform,
      opened: machine.filesOf === 'app' ? [] : await opened.load(),
    })
    trustsFile = (await decisions.load()).trustsFile
    return store.load()
  }

  async function identitiesOf(name: EnvironmentName, { fingerprints = true } = {}): Promise<Report> {
    const environment = await environments.of(name)
    const aws = awsFilesOnce(home, platform, closing.signal)
    const snapshot = store.snapshot()
    const identities = await assembleIdentities({
      snapshot,
      resolved: store.resolved(),
      environment,
      aws,
      trust: fingerprints ? await decisionsFingerprint(decisions) : null,
      now: now(),
    })
    const { config, credentials } = await aws(environment, {})
    const problems = [config, credentials].flatMap(({ path, line, problem }) =>
      problem === null ? [] : [{ file: path, line, message: problem }],
    )
    return { ...identities, problems }
  }

  /** Only these contexts, with what a check needs to know of them; those that are not there are passed over. */
  async function subjects(
    contexts: readonly EntryId[],
    environment: Environment,
  ): Promise<readonly Subject[]> {
    const aws = awsFilesOnce(home, platform, closing.signal)
    const resolved = [...new Set(contexts)].flatMap((id) => store.resolve(id) ?? [])
    const snapshot = { ...store.snapshot(), contexts: resolved.map(({ entry }) => entry) }
    const identities = await assembleIdentities({
      snapshot,
      resolved,
      environment,
      aws,
      trust: await decisionsFingerprint(decisions),
      now: now(),
    })
    const found: Subject[] = []
    for (const [index, identity] of identities.contexts.entries()) {
      const one = resolved[index]
      if (one) found.push(await subjectOf({ resolved: one, identity, environment, aws, now: now() }))
    }
    return found
  }

  async function run(wanted: CheckRun, signal: AbortSignal): Promise<RunSummary> {
    const [{ runChecks }, { ask }, { runCommand }] = await Promise.all([
      import('./whoami/runner'),
      import('./net/ask'),
      import('./system/run-command'),
    ])
    const environment = await environments.of(wanted.environment)
    // The files may have changed since they were last looked at: what is checked is what is there now.
    await load()
    let unkept: Check[] = []
    const keep = async () => {
      const batch = unkept
      unkept = []
      // Not being able to keep results is no reason not to show them.
      await checks.keep(batch).catch(() => undefined)
    }
    const timer = setInterval(() => void keep(), keepEvery)
    try {
      return await runChecks({
        run: wanted.run ?? 'run',
        subjects: await subjects(wanted.contexts, environment),
        environment,
        trust: await decisions.load(),
        runCommand: machine.runCommand ?? runCommand,
        ask,
        now,
        ...(wanted.concurrency === undefined ? {} : { concurrency: wanted.concurrency }),
        signal,
        emit: (progress) => {
          if (progress.kind === 'checked') {
            unkept.push(progress.check)
            wanted.onCheck?.(progress.check)
          }
          wanted.onProgress?.(progress)
        },
      })
    } finally {
      clearInterval(timer)
      await keep()
    }
  }

  /** Loads, and tells whoever follows what became different. */
  async function reload(
    reason: string,
    written: readonly Pick<WrittenNow, 'path' | 'after'>[] = [],
  ): Promise<void> {
    const before = store.snapshot()
    const after = await load()
    const change = changeBetween(before, after)
    if (after.revision !== before.revision) listener?.kubeconfig(change)
    listener?.identity(reason)
    const now = new Map(after.files.map(({ path, revision }) => [path, revision]))
    if (listener !== null && written.some((file) => now.get(file.path) !== file.after))
      tellOverwritten(listener)
  }

  function tellOverwritten({ overwritten, failed }: ChangeListener): void {
    if (overwritten) void editing.overwritten().then((taken) => taken.forEach(overwritten), failed)
  }

  async function watch(told: ChangeListener): Promise<void> {
    const [{ watchKubeconfigs }, { watchStamps }] = await Promise.all([
      import('./kubeconfig/disk/watch'),
      import('./system/watch-stamps'),
    ])
    if (closing.signal.aborted) return
    listener = told
    const files = watchKubeconfigs({
      store,
      paths: () => listed.map(({ path }) => path),
      announce: (change) => {
        told.kubeconfig(change)
        tellOverwritten(told)
      },
      failed: told.failed,
    })
    const homes = (await environments.all()).map((environment) =>
      awsPaths(environment.variables, home, platform),
    )
    const aws = new Set(
      homes.flatMap((paths) => [
        paths.config,
        paths.credentials,
        join(paths.home, '.aws', 'sso', 'cache'),
        paths.loginCache,
      ]),
    )
    const decisionsFile = join(folder.path, trustFile.name)
    const stops = [
      watchStamps({ paths: () => [...aws], onChange: () => told.identity('AWS files') }),
      watchStamps({
        paths: () => [decisionsFile],
        onChange: () => void reload('trust').catch(told.failed),
      }),
    ]
    const stop = () => {
      files.close()
      for (const one of stops) one()
    }
    if (closing.signal.aborted) stop()
    else closing.signal.addEventListener('abort', stop, { once: true })
  }

  const trust = openPrompts({
    decisions,
    store,
    environment: environments.of,
    subjects,
    onChange: () => reload('trust'),
  })

  const editing = createEditing({
    by: machine.filesOf === 'app' ? 'terminal' : 'window',
    folder: folder.path,
    ensureFolder: () => folder.ensure(),
    store,
    list: () => listed.filter(({ source }) => source !== 'opened').map(({ path }) => path),
    environments,
    decisions,
    home,
    platform,
    now,
    signal: closing.signal,
    ...(machine.runCommand ? { runCommand: machine.runCommand } : {}),
    ...(machine.planning ? { planning: machine.planning } : {}),
    ...(machine.lockWaitMs === undefined ? {} : { lockWaitMs: machine.lockWaitMs }),
  })

  return {
    settings,
    environments,
    kubeconfig: {
      load,
      store,
      async open(path) {
        const kept = await opened.add(path)
        return kept.ok ? ok(await load()) : kept
      },
      async close(path) {
        const file = store.snapshot().files.find((one) => one.path === path)
        if (file?.source !== 'opened') {
          return fail(fault('not-found', `${path} was not opened here.`, 'Only opened files can be closed.'))
        }
        const kept = await opened.remove(path)
        return kept.ok ? ok(await load()) : kept
      },
    },
    identities: { of: identitiesOf },
    checker: { run, kept: () => checks.load() },
    trust,
    editing,
    keptEdits: createKeptEdits(),
    reload,
    secrets: () => [...environments.secrets(), ...secretsOfFiles(store.files())],
    watch,
    close: () => closing.abort(),
  }
}

/** KUBECONFIG and HOME of the login shell, as a new terminal's kubectl would take them; else the app's. */
function windowVariables(shell: Environment, app: Variables): Variables {
  const { KUBECONFIG = app.KUBECONFIG, HOME = app.HOME } = shell.variables
  return {
    ...app,
    ...(KUBECONFIG === undefined ? {} : { KUBECONFIG }),
    ...(HOME === undefined ? {} : { HOME }),
  }
}
