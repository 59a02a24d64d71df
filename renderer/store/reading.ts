/** What the pages beside the contexts read from main: when it is asked for, and that it is once at a time. */
import type { EnvironmentName } from '../../shared/identity/identity'
import type { Fault, Result } from '../../shared/result'
import { together } from '../pending/host'
import type { Core } from './core'
import type { State, ViewName } from './state'

/** What a page reads of main, and when it is no more what it was. */
interface PageReading<T> {
  /** Where it is looked at. */
  readonly pages: readonly ViewName[]
  /** Asks main. Nothing comes of the answer where another environment was chosen meanwhile. */
  readonly read: (environment: EnvironmentName) => Promise<Result<T>>
  readonly keep: (value: T) => void
  readonly refused: (fault: Fault) => void
  /** Of another environment nothing is known yet. */
  readonly forget: () => void
  /** What else outdates it than files, identities and checks. */
  readonly outdates?: (now: State, before: State) => boolean
  /** Something changed while it is looked at. */
  readonly onChanged?: () => void
}

/** Reads a page's answer anew when files, identities, checks or the environment change: at once where it is looked at, else once it is. */
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
      else of.refused(answer.fault)
    }
  }

  /** Reads anew; a request meanwhile gets what is read after that. */
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
    changed,
    /** From now on with what main says; `others` end with it. */
    follow: (others: readonly (() => void)[]) =>
      together([
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

/** The last check that ran is done. */
export const areChecked = (now: State, before: State): boolean =>
  now.runs.length === 0 && before.runs.length > 0

/** What is read contains account names. */
export const isNamedAnew = (now: State, before: State): boolean =>
  now.settings.accountNames !== before.settings.accountNames
