/**
 * What a page is shown of the fleet. It is computed from the start of the process, while the window is still being created, so
 * that the answer is ready when the first page asks.
 */
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { PlacedCluster } from '../../shared/identity/known-clusters'
import type { EntryText, Fingerprint, IdentityReport, LookedFor } from '../../shared/ipc/contract'
import type { Packed } from '../../shared/ipc/packed'
import type { ViewCounts } from '../../shared/ipc/payloads'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import { type Basis, lookTask } from '../identity/basis'
import { readAt } from '../state/changes'
import { type FirstRunOptions, lookedFor } from '../state/first-run'
import type { KubeconfigFiles } from '../state/kubeconfig-files'
import { type Planning, planningHere, type ReportTask } from './planning'

export type PageAnswers = ReturnType<typeof createShown>

export interface ShownOptions extends Omit<Basis, 'runCommand'> {
  readonly kubeconfig: KubeconfigFiles
  /** Names of accounts, from SSO portals and from the accounts themselves. */
  readonly seenNames: (environment: EnvironmentName) => Promise<Readonly<Record<string, string>>>
  /** The clusters that sweeps found. */
  readonly found: (environment: EnvironmentName) => Promise<readonly PlacedCluster[]>
  /** The stored checks. */
  readonly checks: () => Promise<readonly Check[]>
  readonly machine: FirstRunOptions
  readonly planning: Planning | undefined
}

/** Nothing is read before the first request, or `begin`. */
export function createShown(options: ShownOptions) {
  const { kubeconfig, environments, checks, machine, signal, planning = planningHere } = options
  const { store } = kubeconfig
  const whole = begun<Made<Snapshot>>()
  const first = begun<Made<IdentityReport | null> & { readonly environment: EnvironmentName }>()
  const looked = begun<readonly LookedFor[]>()
  let reported: () => void = () => undefined
  const firstReport = new Promise<void>((resolve) => {
    reported = resolve
  })

  const read = () => readAt(store.inView())

  async function snapshot(): Promise<Made<Snapshot>> {
    const { revision } = await kubeconfig.load()
    return { revision, text: planning.snapshot(null, read(), signal) }
  }

  async function look(): Promise<readonly LookedFor[]> {
    const { variables } = await environments.usersOwn()
    return lookedFor(variables, machine)
  }

  async function taskIn(name: EnvironmentName, checked: Promise<readonly EntryId[]>): Promise<ReportTask> {
    const [task, of, seenNames] = await Promise.all([
      lookTask(options, name),
      checked,
      options.seenNames(name),
    ])
    return { ...task, checked: of, seenNames }
  }

  async function work(name: EnvironmentName, had?: string): Promise<Packed<IdentityReport | null>> {
    const checked = checks().then((kept) =>
      kept.flatMap(({ environment, context }) => (environment === name ? [context] : [])),
    )
    return planning.report({ ...(await taskIn(name, checked)), had }, read(), signal)
  }

  return {
    /** Resolves once a page has been given all that it draws first. */
    firstReport,
    /** Begins with what the first page will ask for. */
    begin(environment: EnvironmentName): void {
      whole.begin(snapshot())
      const report = kubeconfig
        .load()
        .then(({ revision }) => ({ revision, environment, text: work(environment) }))
      first.begin(report)
      // Some thirty questions to the disk, one after the other: the page would wait for them.
      looked.begin(report.then(look))
    },
    /** Reads what changed, and returns the whole. */
    async snapshot(): Promise<Packed<Snapshot>> {
      const made = await whole.take()
      const { revision } = await kubeconfig.load()
      return made?.revision === revision ? made.text : (await snapshot()).text
    },
    /** Files and programs that are searched for at a start, and where; a page that asks later is shown the state of that time. */
    lookedFor: async (): Promise<readonly LookedFor[]> => (await looked.take()) ?? look(),
    /** Of the files as they were read last; null where that is the report of this digest. */
    async report(environment: EnvironmentName, had?: string): Promise<Packed<IdentityReport | null>> {
      try {
        // What it reports of sign-ins is true for the moment only.
        const made = await first.take()
        if (store.snapshot().revision === 0) await kubeconfig.load()
        if (made?.revision !== store.snapshot().revision || made.environment !== environment)
          return await work(environment, had)
        return await made.text.catch(() => work(environment, had))
      } finally {
        reported()
      }
    },
    /** What checks of these contexts depend on, of the same files. */
    async fingerprints(
      name: EnvironmentName,
      contexts: readonly EntryId[],
    ): Promise<Packed<readonly Fingerprint[]>> {
      return planning.fingerprints(await taskIn(name, Promise.resolve(contexts)), read(), signal)
    },
    current: () => planning.current(null, read(), signal),
    /** How many identities and clusters there are, of the same files. */
    async counts(name: EnvironmentName): Promise<ViewCounts> {
      const [task, found] = await Promise.all([lookTask(options, name), options.found(name)])
      const clusters = found.map(({ arn, endpoint }) => ({ arn, endpoint }))
      return planning.counts({ ...task, clusters }, read(), signal)
    },
    /** A context's own lines and those of its cluster and user, or another entry's; secrets redacted. Null: it is in no file. */
    entryText: (id: EntryId): Promise<EntryText | null> => planning.entryText(id, read(), signal),
    /** AWS files, decisions or environments changed: earlier results are outdated. */
    changed: (): void => void first.take(),
  }
}

interface Made<T> {
  readonly revision: number
  readonly text: Promise<Packed<T>>
}

/** Work begun before it is requested. It answers one request and is then dropped, because it is as large as all files. */
function begun<T extends object>() {
  let made: Promise<T> | null = null
  return {
    begin(work: Promise<T>): void {
      made = work
      // An error here occurs again for the page, which reports it.
      void work.then((one) => ('text' in one ? one.text : null)).catch(() => undefined)
    },
    async take(): Promise<T | null> {
      const taken = made
      made = null
      return (await taken?.catch(() => null)) ?? null
    },
  }
}
