/**
 * Checks many contexts: equal work once, limits for all runs together, progress as events, cancel at every point. Results
 * observed before a cancel have been reported, and stay.
 */
import os from 'node:os'
import type { RunSummary, WhoamiProgress } from '../../shared/ipc/contract'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { CodeCredentials } from '../identity/mfa-credentials'
import { type Subject, withCredentials } from '../identity/subjects'
import type { RunCommand } from '../system/run-command'
import { slots } from '../system/slots'
import type { Trust } from '../trust/decisions'
import { lookupsOf } from '../trust/examine'
import { defaultLimits, type Surroundings } from './surroundings'
import { type CheckOne, verify } from './verify'
import { openCheckPool, openSharedWork } from './work'

export interface RunOptions
  extends Pick<Surroundings, Needed>,
    Partial<Omit<Surroundings, Needed | 'lookups' | 'work' | 'onBegun'>> {
  /** Names the run in its events. */
  readonly run: string
  /** Those that are checked at once. */
  readonly subjects: readonly Subject[]
  readonly later?: ContextsToAsk | undefined
  /** Credentials from a code, for the contexts that wait for it. */
  readonly credentials?: CodeCredentials | null
  readonly runCommand: RunCommand
  /** Exec commands at a time, by default two more than there are processors: for all runs together, from this one on. */
  readonly concurrency?: number
  /** How far each is checked; by default up to its cluster's answer. */
  readonly check?: CheckOne
  readonly signal: AbortSignal
  readonly emit: (progress: WhoamiProgress) => void
}

/** Contexts that the user is asked about first, while the others are checked. */
export interface ContextsToAsk {
  readonly contexts: readonly EntryId[]
  /** Asks, and adds those about which nothing is asked any more; resolves when all that are to be checked are added. */
  readonly ask: (add: (answered: Answered) => void) => Promise<void>
}

/** What an answer lets go on, by the decisions as they are then; of its contexts some may be gone. */
export interface Answered {
  readonly contexts: readonly EntryId[]
  readonly subjects: readonly Subject[]
  readonly trust: Trust
}

/** The surroundings that a run requires; the rest has a default. */
type Needed = 'environment' | 'trust' | 'ask' | 'now'

/** Requests at a time: they wait, they do not compute. */
const requestsAtOnce = 24
/** Contexts in progress at a time: bounds memory at 10,000 contexts, well above what the limits let through. */
const inProgress = 256

/**
 * How many exec commands run at a time unless the caller says otherwise. A command computes nearly all of its time, but not all:
 * two more than there are processors leave none of them idle, and each takes its 100 MB.
 */
export const defaultConcurrency = (): number => (os.availableParallelism?.() ?? os.cpus().length) + 2

/** The pool of every run. */
const pool = openCheckPool({ processes: defaultConcurrency(), requests: requestsAtOnce })

/** Runs the checks; resolves when all are done or cancelled. Events carry no secret. */
export async function runChecks(options: RunOptions): Promise<RunSummary> {
  const {
    run,
    runCommand,
    concurrency = defaultConcurrency(),
    check = verify,
    later,
    credentials,
    signal,
    emit,
    ...around
  } = options
  const { environment } = around
  const known = (subjects: readonly Subject[]) =>
    credentials ? withCredentials(subjects, credentials) : subjects
  let asking = later?.contexts ?? []
  const tellAsking = () => emit({ kind: 'asking', run, contexts: asking })
  let total = around.subjects.length + asking.length
  pool.most.processes = concurrency
  let done = 0
  emit({
    kind: 'started',
    run,
    environment: environment.name,
    contexts: [...around.subjects.map(({ resolved }) => resolved.id), ...asking],
  })
  if (asking.length > 0) tellAsking()
  const surroundings: Surroundings = {
    openAhead: null,
    onVersion: () => undefined,
    onLetIn: null,
    earlierIds: async () => [],
    access: null,
    limits: defaultLimits,
    ...around,
    lookups: lookupsOf(environment.variables),
    work: openSharedWork({ runCommand, pool, environment, signal }),
    onBegun: (context) => {
      if (!signal.aborted) emit({ kind: 'begun', run, context })
    },
  }
  const turn = slots(inProgress)
  const checking: Promise<void>[] = []
  const begin = (subjects: readonly Subject[], by: Surroundings) => {
    for (const subject of known(subjects)) checking.push(turn(() => checkOne(subject, by)))
  }
  const checkOne = async (subject: Subject, by: Surroundings) => {
    if (signal.aborted) return
    const context = subject.resolved.id
    const checked = await check(subject, by, signal, (step) => {
      if (!signal.aborted) emit({ kind: 'step', run, context, step })
    })
    if (checked === null) return
    done++
    emit({ kind: 'checked', run, check: checked, done, total })
  }
  begin(around.subjects, surroundings)
  await later?.ask(({ contexts, subjects, trust }) => {
    if (signal.aborted) return
    total += subjects.length - contexts.length
    asking = asking.filter((id) => !contexts.includes(id))
    tellAsking()
    begin(subjects, { ...surroundings, trust, lookups: lookupsOf(environment.variables) })
  })
  await Promise.all(checking)
  const summary: RunSummary = { run, done, total, cancelled: signal.aborted && done < total }
  emit({ kind: 'ended', ...summary })
  return summary
}
