/**
 * Builds every service from what it needs. Used by the window, the terminal commands that write, and the tests alike;
 * nothing here knows of Electron. Heavy modules are imported when first needed.
 */

import { ok, type Result } from '../shared/result'
import { createEditing } from './editing/editing'
import { createShown } from './editing/page-answers'
import { createKeptEdits } from './editing/pending-store'
import { createTrying, type TryLimits } from './editing/try'
import { secretsOfFiles } from './kubeconfig/read/secret-values'
import { createReading, type ReadingMachine } from './services-reading'
import { createAsWhom } from './state/account-questions'
import type { AskingAws } from './state/ask-access'
import type { ChangeListener } from './state/changes'
import type { Clusters } from './state/cluster-answers'
import { searchesStopped } from './state/cluster-searches'
import { keptAfter, keptTogether } from './system/kept-through-write'
import { onceQuiet } from './system/once-quiet'

/** What the services are built from. */
export interface Machine extends ReadingMachine {
  /** How long a write waits for another program's lock, ms; a minute by default. */
  readonly lockWaitMs?: number
  /** How long a try waits for a program and a cluster; as a check does by default. */
  readonly tryLimits?: TryLimits
  /** Whether pending edits outlive their window; true by default. The demo's files do not. */
  readonly keepsPending?: boolean
}

export type Services = ReturnType<typeof createServices>

/** How long no kubeconfig may have changed before its state is kept, ms: aws writes a large file in many small pieces. */
const quietMs = 2_000
/** When a state that could not be kept is tried again, ms. */
const againMs = 30_000

/** The services of one machine. Touches neither disk nor network by itself. */
export function createServices(machine: Machine) {
  const { folder, filesOf } = machine
  const closing = new AbortController()
  const { signal } = closing
  const { reading, basis, checks, listed, proofs } = createReading(machine, signal, () =>
    editing.overwritten(),
  )
  const { environments, kubeconfig } = reading
  const { store } = kubeconfig
  const shown = createShown({
    ...basis,
    kubeconfig,
    checks: reading.checker.kept,
    seenNames: reading.discovered.accountNames,
    found: async (environment) => (await reading.discovered.load(environment)).clusters,
    machine,
    planning: machine.planning,
  })
  const asWhom = createAsWhom({
    ...basis,
    discovered: reading.discovered,
    checks,
    proofs,
    roles: async () => (await editing.choices('app')).roles,
  })
  const { unnamed } = asWhom
  const by = filesOf === 'app' ? 'terminal' : 'window'
  const editing = createEditing({
    ...basis,
    unnamed,
    by,
    folder,
    store,
    list: listed,
    // One list of what is remembered of contexts by their names or files.
    follow: ({ contexts, back, names, ids }) =>
      keptTogether([
        () => reading.expectations.before(contexts, back),
        () => reading.settings.follow(names),
        () => reading.mutes.follow(contexts),
        async () => keptAfter(() => checks.follow(ids)),
      ]),
    planning: machine.planning,
    lockWaitMs: machine.lockWaitMs,
    production: { marks: async () => (await reading.settings.load()).production },
  })
  const trying = createTrying({
    ...basis,
    kubeconfig,
    planning: machine.planning,
    awsReads: editing.awsReads,
    unnamed,
    kept: reading.checker.kept,
    onTrust: () => reading.reload('trust'),
    limits: machine.tryLimits,
    changeSet: editing.changeSet,
    files: editing.files,
    by,
    folder,
  })

  const asking: AskingAws = async (environment, work) => {
    const discovery = await editing.discovery(environment)
    return work(discovery).finally(() => discovery.close())
  }
  const clusters: Clusters = {
    ...reading.trees,
    checker: reading.checker,
    asking,
    onNamed: () => {
      shown.changed()
      return reading.reload('names of accounts')
    },
    answers: new Map(),
    looking: new Set(),
  }
  const keptEdits = createKeptEdits(machine.keepsPending === false ? null : folder)

  return {
    ...reading,
    /** What reads another kubeconfig in the place of the user's. */
    readingOf: (path: string) => createReading({ ...machine, kubeconfig: path }, signal).reading,
    asWhom,
    clusters,
    shown,
    editing,
    trying,
    keptEdits,
    watch(listener: ChangeListener) {
      const keepSeen = async (which: 'all' | 'torn') => {
        const { kept, failed } = await editing.keepSeen(which)
        if (kept > 0) listener.kept?.()
        if (failed > 0) keepAgain()
      }
      const keepNow = (which: 'all' | 'torn') => void keepSeen(which).catch(listener.failed)
      const keep = onceQuiet(quietMs, () => keepNow('all'), signal)
      // The disk was full, or another Ekscope took long.
      const keepAgain = onceQuiet(againMs, () => keepNow('all'), signal)
      // Compressing a whole file takes as much of a start as drawing it.
      void shown.firstReport.then(keep)
      return reading.watch({
        ...listener,
        kubeconfig(change) {
          listener.kubeconfig(change)
          // A torn state may be gone in a moment.
          keepNow('torn')
          keep()
        },
        identity(reason) {
          shown.changed()
          listener.identity(reason)
        },
      })
    },
    /** Deletes the results of checks of contexts and of proofs of identities. */
    async clearChecks(): Promise<Result<null>> {
      const cleared = await checks.clear()
      const done = cleared.ok ? await proofs.clear() : cleared
      await reading.reload('cleared checks')
      return done.ok ? ok(null) : done
    },
    /** Every secret that main holds now, by value: for the log. */
    secrets: (): readonly string[] => [...environments.secrets(), ...secretsOfFiles(store.inView().files)],
    /** Ends what still runs, and every watch; resolves when results of checks and pending edits are stored. */
    async close() {
      closing.abort()
      await Promise.all([reading.checker.ended(), searchesStopped(clusters), keptEdits.settled()])
    },
  }
}
