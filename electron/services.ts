/**
 * Builds every service from what it stands on: home, variables, clock, folder. Used by the window, the terminal and
 * the tests alike; nothing here knows of Electron. What is heavy is imported when it is first needed.
 */
import { join } from 'node:path'
import { createEditing, type Editing } from './editing/editing'
import { createKeptEdits, type KeptEdits } from './editing/pending-store'
import type { Planning } from './editing/planning'
import { createShown, type Shown } from './editing/shown'
import { type Environments, openEnvironments } from './identity/environments'
import { createIdentityReports, type IdentityReports } from './identity/reports'
import { secretsOfFiles } from './kubeconfig/read/secret-values'
import { keptVersions } from './state/asked-versions'
import { type Changes, createChanges } from './state/changes'
import { type Checker, createChecker } from './state/checker'
import { keptChecks } from './state/checks'
import { createKubeconfigFiles, type KubeconfigFiles } from './state/kubeconfig-files'
import { openedFiles } from './state/opened-files'
import { type SettingsFile, settingsFile } from './state/settings'
import type { DataFolder } from './system/data-folder'
import type { Variables } from './system/environment'
import type { RunCommand } from './system/run-command'
import type { LoginShellOptions } from './system/shell-environment'
import { openDecisions, trustFile } from './trust/decisions'
import { type Expectations, expectedFile, openExpectations } from './trust/expectations'
import { openPrompts, type Prompts } from './trust/prompts'

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
  /** Who previews and plans edits; the calling thread by default. */
  readonly planning?: Planning
  /** How long a write waits for another program's lock, ms; a minute by default. */
  readonly lockWaitMs?: number
}

export interface Services extends Changes {
  readonly settings: SettingsFile
  readonly environments: Environments
  readonly kubeconfig: KubeconfigFiles
  readonly identities: IdentityReports
  readonly checker: Checker
  readonly trust: Prompts
  readonly expectations: Expectations
  readonly shown: Shown
  readonly editing: Editing
  readonly keptEdits: KeptEdits
  /** Every secret that main holds now, by value: for the log. */
  secrets(): readonly string[]
  /** Ends what still runs, and every watch. */
  close(): void
}

/** The services of one machine. Touches neither disk nor network by itself. */
export function createServices(machine: Machine): Services {
  const { variables, platform, home, cwd, now, folder, filesOf } = machine
  const closing = new AbortController()
  const { signal } = closing

  const environments = openEnvironments({ variables, platform, signal, loginShell: machine.loginShell })
  const decisions = openDecisions(folder.file(trustFile), now)
  const expectations = openExpectations(folder.file(expectedFile))
  const kubeconfig = createKubeconfigFiles({
    variables,
    home,
    platform,
    cwd,
    explicit: machine.kubeconfig ?? null,
    filesOf,
    environments,
    opened: openedFiles(folder),
    decisions,
  })
  const { store } = kubeconfig
  const versions = keptVersions(folder)
  const asked = versions.load
  const identities = createIdentityReports({
    store,
    environments,
    decisions,
    expectations,
    asked,
    home,
    platform,
    now,
    signal,
  })
  const checker = createChecker({
    load: kubeconfig.load,
    environments,
    identities,
    decisions,
    checks: keptChecks(folder, now),
    versions,
    onVersions: () => changes.reload('version of aws'),
    now,
    runCommand: machine.runCommand,
  })
  const shown = createShown({
    kubeconfig,
    environments,
    decisions,
    expectations,
    asked,
    home,
    platform,
    now,
    signal,
    planning: machine.planning,
  })
  const editing = createEditing({
    by: filesOf === 'app' ? 'terminal' : 'window',
    folder,
    store,
    list: () => kubeconfig.listed().flatMap(({ path, source }) => (source === 'opened' ? [] : [path])),
    environments,
    decisions,
    expectations,
    asked,
    home,
    platform,
    now,
    signal,
    runCommand: machine.runCommand,
    planning: machine.planning,
    lockWaitMs: machine.lockWaitMs,
  })
  const changes = createChanges({
    files: kubeconfig,
    environments,
    home,
    platform,
    decisions: join(folder.path, trustFile.name),
    expectations: join(folder.path, expectedFile.name),
    overwritten: editing.overwritten,
    signal,
  })
  const trust = openPrompts({
    decisions,
    store,
    environment: environments.of,
    commands: identities.subjects,
    onChange: () => changes.reload('trust'),
  })

  return {
    settings: settingsFile(folder),
    environments,
    kubeconfig,
    identities,
    checker,
    trust,
    expectations,
    shown,
    editing,
    keptEdits: createKeptEdits(),
    ...changes,
    watch: (listener) =>
      changes.watch({
        ...listener,
        identity(reason) {
          shown.changed()
          listener.identity(reason)
        },
      }),
    secrets: () => [...environments.secrets(), ...secretsOfFiles(store.files())],
    close: () => closing.abort(),
  }
}
