/**
 * The services that read kubeconfigs and change none, built from home, variables, clock and folder. Apart from services.ts,
 * because most terminal commands need no more, and the code that edits is half of the program.
 */

import { join } from 'node:path'
import { type Packed, pack, unpack } from '../shared/ipc/packed'
import { isBeside, type SnapshotChange } from '../shared/kubeconfig/entries'
import { lazy } from '../shared/once'
import type { Planning } from './editing/planning'
import type { Basis } from './identity/basis'
import { openEnvironments } from './identity/environments'
import { createIdentityReports } from './identity/reports'
import type { OverwrittenWrite } from './kubeconfig/disk/overwritten-writes'
import { overwrittenIn } from './kubeconfig/disk/recent-writes'
import { keptVersions } from './state/asked-versions'
import { createChanges, readAt } from './state/changes'
import { createChecker } from './state/checker'
import { keptDiscovery } from './state/discovered'
import type { IdentityTrees } from './state/identity-trees'
import { createKubeconfigFiles, type KubeconfigFilesOptions } from './state/kubeconfig-files'
import { mutedFile } from './state/muted-file'
import { openedFiles } from './state/opened-files'
import { settingsFile, settingsName } from './state/settings-file'
import { storedChecks } from './state/stored-checks'
import { storedProofs } from './state/stored-proofs'
import type { DataFolder } from './system/data-folder'
import type { Variables } from './system/environment'
import type { RunCommand } from './system/run-command'
import type { LoginShellOptions } from './system/shell-environment'
import { openDecisions, trustFile } from './trust/decisions'
import { expectedFile, openExpectations } from './trust/expectations'
import { openPrompts } from './trust/prompts'

export { writesExposure } from './kubeconfig/disk/history-latest'

/** What the services that only read are built from. */
export interface ReadingMachine {
  /** What this process was started with. */
  readonly variables: Variables
  readonly home: string
  readonly platform: NodeJS.Platform
  readonly cwd: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly folder: DataFolder
  /** How the login shell is started, where it is not the user's: in the demo. */
  readonly loginShell?: LoginShellOptions['start']
  /** `--kubeconfig`. */
  readonly kubeconfig?: string | null
  /** Reads kubeconfigs in the place of the disk: standard input. */
  readonly read?: KubeconfigFilesOptions['read']
  /** Whose KUBECONFIG and HOME count: the terminal's caller's, or for a window the login shell's, else the app's. */
  readonly filesOf: 'app' | 'login-shell'
  /** Runs commands; a test may count them. */
  readonly runCommand?: RunCommand
  /** Looks at files, previews and plans edits of a large fleet outside of this thread; the calling thread by default. */
  readonly planning?: Planning
}

/** The services that only read. */
export type Reading = ReturnType<typeof createReading>['reading']

/**
 * The services of one machine that only read. Touches neither disk nor network by itself. `signal` closes them. A caller that
 * also writes passes `overwrittenOf`, so that no overwritten write is reported twice.
 */
export function createReading(
  machine: ReadingMachine,
  signal: AbortSignal,
  overwrittenOf?: () => Promise<readonly OverwrittenWrite[]>,
) {
  const { variables, platform, home, cwd, now, folder, filesOf, planning } = machine
  const environments = openEnvironments({ variables, platform, signal, loginShell: machine.loginShell })
  const decisions = openDecisions(folder.file(trustFile), now)
  const expectations = openExpectations(folder.file(expectedFile))
  const versions = keptVersions(folder)
  const asked = versions.load
  const { runCommand } = machine
  const basis: Basis = {
    environments,
    decisions,
    expectations,
    asked,
    home,
    platform,
    now,
    signal,
    runCommand,
    checkLimits: async () => {
      const { commandSeconds, commandsAtOnce } = await settings.load()
      return { execMs: commandSeconds * 1_000, concurrency: commandsAtOnce || null }
    },
  }
  // A change compared in another thread came as the text that pages get: for ten thousand entries it is not built again here.
  const texts = new WeakMap<SnapshotChange, Packed<SnapshotChange>>()
  const asCame = (text: Packed<SnapshotChange>): SnapshotChange => {
    const change = unpack(text)
    texts.set(change, text)
    return change
  }
  const kubeconfig = createKubeconfigFiles({
    variables,
    home,
    platform,
    cwd,
    explicit: machine.kubeconfig ?? null,
    read: machine.read,
    filesOf,
    environments,
    onLateShell: () => void changes.reload('the login shell').catch(() => undefined),
    opened: openedFiles(folder),
    decisions,
    compare: (before, now) => planning?.change(readAt(before), readAt(now), signal)?.then(asCame) ?? null,
    lateFrom: planning?.least,
    resolves: planning && ((contexts, of) => planning.resolved(contexts, readAt(of), signal)),
    writes: overwrittenOf !== undefined,
  })
  const { store } = kubeconfig
  const discovered = keptDiscovery(folder, now)
  const identities = createIdentityReports({
    ...basis,
    store,
    known: planning ? (task, of) => planning.contexts(task, readAt(of), signal) : null,
    seenNames: discovered.accountNames,
  })
  const checks = storedChecks(folder, now)
  const checker = createChecker({
    ...basis,
    load: kubeconfig.load,
    identities,
    checks,
    versions,
    onVersions: () => changes.reload('version of aws'),
  })
  const listed = () => kubeconfig.listed().flatMap((file) => (isBeside(file) ? [] : [file.path]))
  const own = () => {
    const paths = new Set(listed())
    return store.snapshot().files.filter(({ path }) => paths.has(path))
  }
  const overwritten = overwrittenOf ?? (() => overwrittenIn(join(folder.path, 'history'), own(), now))
  const changes = createChanges({
    ...basis,
    files: kubeconfig,
    kept: {
      decisions: join(folder.path, trustFile.name),
      expectations: join(folder.path, expectedFile.name),
      settings: join(folder.path, settingsName),
    },
    overwritten,
    compare: planning?.change,
    textOf: (change) => texts.get(change) ?? pack(change),
  })
  const trust = openPrompts({
    decisions,
    store,
    looks: planning && {
      destination: (context, of) => planning.destination(context, readAt(of), signal),
      destinations: (path, of) => planning.destinations(path, readAt(of), signal),
    },
    environment: environments.of,
    commands: identities.subjects,
    onChange: () => changes.reload('trust'),
  })

  const settings = settingsFile(folder)
  const mutes = mutedFile(folder)
  const proofs = storedProofs(folder)
  const trees: IdentityTrees = {
    ...basis,
    kubeconfig,
    looks: planning ?? null,
    checks,
    proofs,
    settings,
    mutes,
    discovered,
    identities,
    prompts: trust,
    onTrust: () => changes.reload('trust'),
  }
  /** Loaded when it is first needed: it needs the AWS SDK's calls. */
  const signingIn = lazy(async () => (await import('./identity/open-signing-in')).openSigningIn(basis))

  const parts = {
    environments,
    kubeconfig,
    identities,
    checker,
    trust,
    expectations,
    trees,
    discovered,
    settings,
    mutes,
  }
  return {
    reading: { ...parts, overwritten, signingIn, ...changes },
    basis,
    checks,
    listed,
    settings,
    proofs,
  }
}
