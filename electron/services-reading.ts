/**
 * The services that look at kubeconfigs and change none, from what they stand on: home, variables, clock, folder. Apart from
 * services.ts, because most commands of the terminal need no more, and what edits is half of the program.
 */

import { join } from 'node:path'
import { type Packed, pack, unpack } from '../shared/ipc/packed'
import { isBeside, type SnapshotChange } from '../shared/kubeconfig/entries'
import type { Planning } from './editing/planning'
import type { KnownContext, KnownTask } from './identity/assemble'
import type { Basis } from './identity/basis'
import { openEnvironments } from './identity/environments'
import { createIdentityReports } from './identity/reports'
import type { SigningIn } from './identity/signing-in'
import type { OverwrittenWrite } from './kubeconfig/disk/overwritten'
import { overwrittenIn } from './kubeconfig/disk/recent-writes'
import { keptVersions } from './state/asked-versions'
import { type ChangesOptions, createChanges, type ReadAt, readAt } from './state/changes'
import { createChecker } from './state/checker'
import { keptChecks } from './state/checks'
import { keptDiscovery } from './state/discovered'
import { openFleet } from './state/fleet'
import type { FleetLooks } from './state/fleet-looks'
import { createIdentityTrees } from './state/identity-trees'
import { createKubeconfigFiles } from './state/kubeconfig-files'
import { openedFiles } from './state/opened-files'
import { keptProofs } from './state/proofs'
import { settingsFile } from './state/settings'
import type { DataFolder } from './system/data-folder'
import type { Variables } from './system/environment'
import type { RunCommand } from './system/run-command'
import type { LoginShellOptions } from './system/shell-environment'
import { openDecisions, trustFile } from './trust/decisions'
import { expectedFile, openExpectations } from './trust/expectations'
import { openPrompts } from './trust/prompts'

export { writesExposure } from './kubeconfig/disk/history-latest'

type Looks = Pick<Planning, keyof FleetLooks | 'destination' | 'foreignUse' | 'resolved'>

/** What the services stand on that only look. */
export interface ReadingMachine {
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
  /** Compares two readings of a large fleet outside of this thread. */
  readonly compare?: ChangesOptions['compare']
  /** Looks at files for a check, of a large fleet outside of this thread. */
  readonly knownContexts?:
    | ((task: KnownTask, read: ReadAt, signal: AbortSignal) => Promise<readonly KnownContext[]>)
    | undefined
  /** Looks at the files of a large fleet outside of this thread. */
  readonly looks?: Looks | undefined
}

/** What looks. */
export type Reading = ReturnType<typeof createReading>['reading']

/**
 * The services of one machine that look. Touches neither disk nor network by itself. `signal` closes them. Who also writes says
 * itself what was overwritten, so that nothing is named twice.
 */
export function createReading(
  machine: ReadingMachine,
  signal: AbortSignal,
  overwrittenOf?: () => Promise<readonly OverwrittenWrite[]>,
) {
  const { variables, platform, home, cwd, now, folder, filesOf, looks } = machine
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
  }
  // What was compared elsewhere came as the text that pages are told: of ten thousand entries it is not made once more here.
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
    filesOf,
    environments,
    onLateShell: () => void changes.reload('the login shell').catch(() => undefined),
    opened: openedFiles(folder),
    decisions,
    compare: (before, now) => machine.compare?.(readAt(before), readAt(now), signal)?.then(asCame) ?? null,
    resolves: looks && ((contexts, of) => looks.resolved(contexts, readAt(of), signal)),
    writes: overwrittenOf !== undefined,
  })
  const { store } = kubeconfig
  const discovered = keptDiscovery(folder, now)
  const { knownContexts } = machine
  const identities = createIdentityReports({
    ...basis,
    store,
    known: knownContexts === undefined ? null : (task, of) => knownContexts(task, readAt(of), signal),
    seenNames: discovered.accountNames,
  })
  const checks = keptChecks(folder, now)
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
    },
    overwritten,
    compare: machine.compare,
    textOf: (change) => texts.get(change) ?? pack(change),
  })
  const trust = openPrompts({
    decisions,
    store,
    looks: looks && {
      destination: (context, of) => looks.destination(context, readAt(of), signal),
      foreignUse: (path, of) => looks.foreignUse(path, readAt(of), signal),
    },
    environment: environments.of,
    commands: identities.subjects,
    onChange: () => changes.reload('trust'),
  })

  const settings = settingsFile(folder)
  const proofs = keptProofs(folder)
  const fleet = openFleet({
    ...basis,
    kubeconfig,
    looks: looks ?? null,
    checks,
    proofs,
    settings,
    discovered,
  })
  const trees = createIdentityTrees({
    ...basis,
    fleet,
    identities,
    prompts: trust,
    proofs,
    checks,
    onTrust: () => changes.reload('trust'),
  })
  let opened: Promise<SigningIn> | null = null
  /** Read when it is first asked for: it stands on the AWS SDK's calls. */
  const signingIn = () => {
    opened ??= import('./identity/signing-in').then(({ openSigningIn }) => openSigningIn(basis))
    return opened
  }

  const told = { expectations, trees, discovered, overwritten }
  const parts = { environments, kubeconfig, identities, checker, trust, ...told }

  return {
    reading: { ...parts, signingIn, ...changes },
    basis,
    checks,
    listed,
    fleet,
    settings,
    proofs,
  }
}
