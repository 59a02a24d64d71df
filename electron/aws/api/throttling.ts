/**
 * Asks AWS many things at once without asking too much: a limit over all, and for each place (an account's region, which AWS
 * counts together) one that shrinks when AWS throttles and grows again when it answers. Temporary failures are asked again after
 * a growing pause for all calls of the place; permanent ones are not. A place that for a while has answered nothing at all is
 * given up: its other calls get the same answer, and no caller waits for a thousand calls that end in silence one after the
 * other.
 */
import { once } from '../../../shared/once'
import { fail, fault, type Result } from '../../../shared/result'
import { monotonicMs } from '../../system/monotonic'
import { pause } from '../../system/pause'
import { slots } from '../../system/slots'
import { type RefusalKind, type Refused, refused } from './refusals'

export interface PatienceOptions {
  /** Calls at once over all places, and at most in one. */
  readonly atOnce: number
  readonly perPlace: number
  /** The first pause, and the longest, ms. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  /** After so long of failures alone a place is given up, ms. */
  readonly givenUpMs: number
}

export const usualPatience: PatienceOptions = {
  atOnce: 32,
  perPlace: 6,
  firstPauseMs: 250,
  longestPauseMs: 8_000,
  givenUpMs: 30_000,
}

/**
 * How often a call is made that fails so; once where nothing is said. A clock that is off is corrected by the SDK in between.
 */
const attempts: { readonly [K in RefusalKind]?: number } = {
  throttled: 8,
  server: 4,
  unreachable: 3,
  other: 2,
  timeout: 2,
  clock: 2,
  signature: 2,
}

/** Answers after which one more call at once is tried. */
const goodRun = 8

/** Patience for one run. */
export function createPatience(options: PatienceOptions) {
  const turn = slots(options.atOnce)
  const lanes = new Map<string, ReturnType<typeof openLane>>()
  return {
    /** `onWait`: it will be asked again, after so many ms; the reason as AWS gave it. */
    async ask<T>(
      place: string,
      task: () => Promise<Result<T, Refused>>,
      onWait: (ms: number, reason: Refused) => void,
      signal: AbortSignal,
    ): Promise<Result<T, Refused>> {
      const lane = once(lanes, place, () => openLane(options))
      for (let attempt = 1; ; attempt += 1) {
        const answer = await lane.turn(
          () => turn(async () => (signal.aborted ? cancelled() : (lane.givenUp() ?? task()))),
          signal,
        )
        if (answer.ok) {
          lane.answered()
          return answer
        }
        const { why, afterMs } = answer.fault
        lane.failed(answer)
        if (signal.aborted || attempt >= (attempts[why] ?? 1) || lane.givenUp() !== null) return answer
        const ms = why === 'throttled' ? lane.throttled(afterMs) : waitAfter(attempt, options)
        onWait(ms, answer.fault)
        if (!(await pause(ms, signal))) return cancelled()
      }
    },
  }
}

const cancelled = (): Result<never, Refused> =>
  fail(refused('cancelled', fault('cancelled', 'The search was stopped.', 'Search again.')))

/** With jitter, so that calls that fail together are not repeated together. */
const waitAfter = (attempt: number, { firstPauseMs, longestPauseMs }: PatienceOptions): number =>
  Math.round(Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs) * (0.5 + Math.random() / 2))

type Failed = { readonly ok: false; readonly fault: Refused }

/** Failures of the whole place; every other one is an answer to its request. */
const ofThePlace: ReadonlySet<RefusalKind> = new Set(['throttled', 'server', 'unreachable', 'timeout'])

function openLane({ perPlace, firstPauseMs, longestPauseMs, givenUpMs }: PatienceOptions) {
  let limit = perPlace
  let active = 0
  let good = 0
  let pauseMs = 0
  let quietUntil = 0
  let failingSince: number | null = null
  let givenUp: Failed | null = null
  const waiting: (() => void)[] = []
  const wake = () => {
    while (active < limit) {
      const next = waiting.shift()
      if (!next) return
      active += 1
      next()
    }
  }
  return {
    /** Does a task when it is its turn here, and not before the lane is to be asked again. */
    async turn<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
      if (active < limit) active += 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        const quiet = quietUntil - monotonicMs()
        if (quiet > 0) await pause(quiet, signal)
        return await task()
      } finally {
        active -= 1
        wake()
      }
    },
    /** The answer to every call once it is given up; null until then. */
    givenUp: () => givenUp,
    failed(answer: Failed): void {
      failingSince = ofThePlace.has(answer.fault.why) ? (failingSince ?? monotonicMs()) : null
      if (failingSince !== null && monotonicMs() - failingSince >= givenUpMs) givenUp ??= answer
    },
    answered(): void {
      failingSince = null
      good += 1
      if (good % goodRun !== 0) return
      limit = Math.min(limit + 1, perPlace)
      pauseMs = pauseMs <= firstPauseMs ? 0 : pauseMs / 2
      wake()
    },
    /** How long the throttled call waits, ms; the others of the lane wait with it. */
    throttled(wished: number | null): number {
      good = 0
      limit = Math.max(1, Math.floor(limit / 2))
      // Calls that were under way together say it once.
      if (quietUntil <= monotonicMs()) pauseMs = Math.min(Math.max(pauseMs * 2, firstPauseMs), longestPauseMs)
      const ms = Math.min(Math.max(wished ?? 0, pauseMs * (0.5 + Math.random() / 2)), longestPauseMs)
      quietUntil = Math.max(quietUntil, monotonicMs() + ms)
      return Math.round(ms)
    },
  }
}
