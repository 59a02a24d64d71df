/** Reads data from main for the pages other than the contexts: when to request it, and only one request at a time. */
import type { EnvironmentName } from '../../shared/identity/identity'
import type { Fault, Result } from '../../shared/result'
import { callAll } from '../pending/edits-host'
import type { State, ViewName } from './app-state'
import type { Core } from './core'
import { areEnded } from './run'

/** What a page reads from main, and when that is outdated. */
interface PageReading<T> {
  /** Pages that show it. */
  readonly pages: readonly ViewName[]
  /** Asks main. The answer is dropped where the user chose another environment meanwhile. */
  readonly read: (environment: EnvironmentName) => Promise<Result<T>>
  readonly keep: (value: T) => void
  /** Why it could not be read; by default the user is not notified. */
  readonly refused?: (fault: Fault) => void
  /** Drops the data: nothing is known yet of another environment. */
  readonly forget: () => void
  /** What outdates it, other than files, identities and checks. */
  readonly outdates?: (now: State, before: State) => boolean
  /** Something changed while it is shown. */
  readonly onChanged?: () => void
}

/** Reads a page's data again when files, identities, checks or the environment change: at once if shown, else once it is. */
export function createPageReading<T>({ bridge, state: page }: Core, of: PageReading<T>) {
  /** Something changed since it was read. */
  let outdated = true
  let loading: Promise<void> | null = null
  const isLookedAt = () => of.pages.includes(page.getState().page)

  async function read(): Promise<void> {
    while (outdated) {
      outdated = false
      const { environment } = page.getState()
      const answer = await of.read(environment)
      if (page.getState().environment !== environment) continue
      if (answer.ok) of.keep(answer.value)
      else of.refused?.(answer.fault)
    }
  }

  /** Reads again; a request during a read gets the result of the next read. */
  function load(): Promise<void> {
    outdated = true
    loading ??= read().finally(() => {
      loading = null
    })
    return loading
  }

  function changed(): void {
    outdated = true
    if (!isLookedAt()) return
    void load()
    of.onChanged?.()
  }

  return {
    load,
    /** Reads again where something changed since. */
    loadOutdated: () => (outdated ? load() : (loading ?? Promise.resolve())),
    changed,
    /** Follows main's events from now on; `others` are stopped along with it. */
    follow: (others: readonly (() => void)[]) =>
      callAll([
        ...others,
        bridge.on('identity.changed', changed),
        bridge.on('kubeconfig.changed', changed),
        page.subscribe((now, before) => {
          const other = now.environment !== before.environment
          if (other) of.forget()
          if (other || areChecked(now, before) || of.outdates?.(now, before) === true) changed()
          else if (now.page !== before.page && outdated && isLookedAt()) void load()
        }),
      ]),
  }
}

/** The last running check has finished. */
export const areChecked = (now: State, before: State): boolean => areEnded('check', now, before)

/** What is read contains account names. */
export const isNamedAnew = (now: State, before: State): boolean =>
  now.settings.accountNames !== before.settings.accountNames
