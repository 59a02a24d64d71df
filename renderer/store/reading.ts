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
  /** The sidebar counts it before anybody looks. */
  readonly counted?: boolean
  /** Asks main. Nothing comes of the answer where another environment was chosen meanwhile. */
  readonly read: (environment: EnvironmentName) => Promise<Result<T>>
  readonly keep: (value: T) => void
  readonly refused: (fault: Fault) => void
  /** Of another environment nothing is known yet. */
  readonly forget: () => void
  /** What else outdates it than files, identities and checks. */
  readonly outdates?: (now: State, before: State) => boolean
  /** Something changed. */
  readonly onChanged?: () => void
}

/** The same for a page beside the contexts: read anew when files, identities, checks or the environment change. */
export function createPageReading<T>({ bridge, state: page }: Core, of: PageReading<T>) {
  const isLookedAt = () => of.pages.includes(page.getState().page)
  const isOnlyCounted = (state: State) => of.counted === true && isCounted(state)
  const { load, changed, shown, stop } = createReading(
    isLookedAt,
    async () => {
      const { environment } = page.getState()
      const answer = await of.read(environment)
      if (page.getState().environment !== environment) return
      if (answer.ok) of.keep(answer.value)
      else of.refused(answer.fault)
    },
    () => isOnlyCounted(page.getState()),
  )
  function changedNow(): void {
    changed()
    if (isLookedAt()) of.onChanged?.()
  }
  return {
    load,
    changed: changedNow,
    /** From now on with what main says; `others` end with it. */
    follow: (others: readonly (() => void)[]) =>
      together([
        ...others,
        bridge.on('identity.changed', changedNow),
        bridge.on('kubeconfig.changed', changedNow),
        page.subscribe((now, before) => {
          const other = now.environment !== before.environment
          if (other) of.forget()
          const checked = now.runs.length === 0 && before.runs.length > 0
          if (other || checked || of.outdates?.(now, before) === true) changedNow()
          else if (now.page !== before.page || isOnlyCounted(now) !== isOnlyCounted(before)) shown()
        }),
        stop,
      ]),
  }
}

/** Names of accounts stand in it. */
export const isNamedAnew = (now: State, before: State): boolean =>
  now.settings.accountNames !== before.settings.accountNames

/** Of more contexts both sides would need more memory for the whole than a number is worth that nobody asked for. */
const mostCounted = 200

/** Whether the sidebar counts what nobody has looked at yet: behind the first picture, and of a fleet that is not too large. */
const isCounted = ({ counting, phase, snapshot }: State): boolean =>
  counting && phase.kind === 'ready' && snapshot !== null && snapshot.contexts.length <= mostCounted

/** Whether only the numbers are asked for, of a larger fleet, which main has worked out beside its first thread. */
export const isCountedApart = ({ counting, phase, snapshot }: State): boolean =>
  counting && phase.kind === 'ready' && snapshot !== null && snapshot.contexts.length > mostCounted

/** The page rests when nothing has changed for this long, in milliseconds. */
const rest = 1_000

/** `once` asks main and keeps the answer; `isOnlyCounted`: nobody looks, but its number is in sight. */
export function createReading(
  isShown: () => boolean,
  once: () => Promise<void>,
  isOnlyCounted: () => boolean,
) {
  let resting: ReturnType<typeof setTimeout> | undefined
  /** Something changed since it was read. */
  let outdated = true
  let loading: Promise<void> | null = null

  async function read(): Promise<void> {
    while (outdated) {
      outdated = false
      await once()
    }
  }

  /** Reads anew; whoever asks meanwhile gets what is read after that. */
  function load(): Promise<void> {
    outdated = true
    loading ??= read().finally(() => {
      loading = null
    })
    return loading
  }

  /** Now where it is looked at, soon where it is only counted, else once somebody looks. */
  function follow(): void {
    clearTimeout(resting)
    if (isShown()) void load()
    else if (isOnlyCounted())
      resting = setTimeout(() => {
        if (outdated) void load()
      }, rest)
  }

  return {
    load,
    /** Something changed. */
    changed() {
      outdated = true
      follow()
    },
    /** It came into sight, or is counted now. */
    shown() {
      if (outdated) follow()
    },
    /** Nobody waits for it any more. */
    stop: () => clearTimeout(resting),
  }
}
