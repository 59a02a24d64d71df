/** Checks contexts, and stores the results. */

import { grouped } from '../../shared/grouped'
import type { ClusterAccess } from '../../shared/identity/access-entries'
import { uniqueIdOf } from '../../shared/identity/arn'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { RunSummary, WhoamiProgress } from '../../shared/ipc/contract'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { ok, type Result } from '../../shared/result'
import type { Basis } from '../identity/basis'
import type { CodeCredentials } from '../identity/mfa-credentials'
import type { IdentityReports } from '../identity/reports'
import type { Subject } from '../identity/subjects'
import type { Ask } from '../net/ask'
import { runCommand as runProgram } from '../system/run-command'
import type { Questions } from '../trust/asking'
import type { ReviewRequest } from '../whoami/review'
import type { Answered, RunOptions } from '../whoami/runner'
import { defaultLimits } from '../whoami/surroundings'
import type { KeptVersions } from './asked-versions'
import type { StoredChecks } from './stored-checks'

export interface CheckRun {
  readonly run?: string
  readonly contexts: readonly EntryId[]
  readonly environment: EnvironmentName
  /** About some of them, while the others are checked. */
  readonly questions?: Questions
  /** Commands at a time; by default two more than there are processors. */
  readonly concurrency?: number
  /** Credentials from a code that are stored nowhere, for the contexts that wait for them. */
  readonly credentials?: CodeCredentials | null
  /** Who may enter the cluster of these, where that was just read. */
  readonly access?: ClusterAccess
  readonly onCheck?: (check: Check) => void
  readonly onProgress?: (progress: WhoamiProgress) => void
  /** The cluster let a context in: more may be asked of it with the same credentials. */
  readonly onLetIn?: (request: ReviewRequest, ask: Ask, signal: AbortSignal) => Promise<void>
}

export type Checker = ReturnType<typeof createChecker>

export interface CheckerOptions
  extends Pick<Basis, 'environments' | 'decisions' | 'now' | 'runCommand' | 'checkLimits'> {
  /** Brings the files up to date. */
  readonly load: () => Promise<unknown>
  readonly identities: IdentityReports
  readonly checks: StoredChecks
  readonly versions: KeptVersions
  /** A program reported an unknown version: identities are predicted again. */
  readonly onVersions: () => Promise<void>
}

/**
 * Unique ids behind an ARN, as stored checks proved them. Those are read on first use: most runs need none.
 */
export function earlierIdsOf(
  load: () => Promise<readonly Check[]>,
): (arn: string) => Promise<readonly string[]> {
  let read: Promise<ReadonlyMap<string, readonly string[]>> | null = null
  const all = async () => {
    const proven = (await load().catch(() => [])).flatMap((check) => check.proven ?? [])
    const byArn = [...grouped(proven, ({ canonicalArn }) => canonicalArn)]
    return new Map(
      byArn.map(([arn, each]) => [arn, [...new Set(each.flatMap(({ userId }) => uniqueIdOf(userId) ?? []))]]),
    )
  }
  return async (arn) => {
    read ??= all()
    return (await read).get(arn) ?? []
  }
}

export interface RunOfChecks
  extends Omit<RunOptions, 'ask' | 'now' | 'runCommand' | 'trust' | 'subjects' | 'later'>,
    Partial<Pick<RunOptions, 'ask'>> {
  readonly contexts: readonly EntryId[]
  /** What is known of some of them now; those that do not exist are left out. */
  readonly subjectsOf: (contexts: readonly EntryId[]) => Promise<readonly Subject[]>
  /** What the user is asked about some of them, while the others are checked; by default nobody is asked. */
  readonly questions?: Questions | undefined
}

/** A run, and what came of its questions. */
export interface RunWithAnswers {
  readonly summary: RunSummary
  readonly asked: Result<{ readonly refused: number }>
}

/** A run with what each check needs of the machine. Modules that only checks need are imported by the first. */
export async function runOfChecks(
  {
    decisions,
    now,
    runCommand = runProgram,
    checkLimits,
  }: Pick<Basis, 'decisions' | 'now' | 'runCommand' | 'checkLimits'>,
  { contexts, subjectsOf, questions, ...run }: RunOfChecks,
): Promise<RunWithAnswers> {
  const [{ runChecks }, { ask }] = await Promise.all([import('../whoami/runner'), import('../net/ask')])
  const asking = new Set(questions?.contexts)
  let asked: RunWithAnswers['asked'] = ok({ refused: 0 })
  const later = questions && {
    contexts: questions.contexts,
    async ask(add: (answered: Answered) => void) {
      const added: Promise<void>[] = []
      asked = await questions.ask((ids) => {
        // By what is there now: an answer may have taken its time.
        const join = async () =>
          add({ contexts: ids, subjects: await subjectsOf(ids), trust: await decisions.load() })
        added.push(join())
      })
      await Promise.all(added)
    },
  }
  const trust = await decisions.load()
  const subjects = await subjectsOf(contexts.filter((id) => !asking.has(id)))
  const { execMs, concurrency = null } = (await checkLimits?.()) ?? {}
  const summary = await runChecks({
    ask,
    ...(execMs === undefined ? {} : { limits: { ...defaultLimits, execMs } }),
    ...(concurrency === null ? {} : { concurrency }),
    ...run,
    subjects,
    later,
    trust,
    now,
    runCommand,
  })
  // Ending a run ends its question, too.
  return { summary, asked: summary.cancelled ? ok({ refused: 0 }) : asked }
}

/** How long results of a run may be lost to a crash, ms. */
const keepEvery = 5_000

/** Modules that only a check needs are imported by the first one. */
export function createChecker(options: CheckerOptions) {
  const { load, environments, identities, checks, versions, onVersions } = options

  const underWay = new Set<Promise<unknown>>()

  async function runOne(wanted: CheckRun, signal: AbortSignal): Promise<RunWithAnswers> {
    const { openAhead } = await import('../net/early-connections')
    const environment = await environments.of(wanted.environment)
    const ahead = openAhead(signal)
    let unkept: Check[] = []
    const asked = new Map<string, string>()
    const keep = async () => {
      const batch = unkept
      unkept = []
      // Results that cannot be stored are shown all the same.
      await checks.keep(batch).catch(() => undefined)
    }
    const timer = setInterval(() => void keep(), keepEvery)
    try {
      return await runOfChecks(options, {
        run: wanted.run ?? 'run',
        contexts: wanted.contexts,
        async subjectsOf(contexts) {
          await load()
          return identities.subjects(contexts, environment)
        },
        questions: wanted.questions,
        credentials: wanted.credentials ?? null,
        environment,
        ask: ahead.ask,
        openAhead: ahead.open,
        onVersion: (key, version) => asked.set(key, version),
        earlierIds: earlierIdsOf(() => checks.load()),
        access: wanted.access ?? null,
        onLetIn: async (_context, request, running) => wanted.onLetIn?.(request, ahead.ask, running),
        ...(wanted.concurrency === undefined ? {} : { concurrency: wanted.concurrency }),
        signal,
        emit: (progress) => {
          if (progress.kind === 'checked') {
            unkept.push(progress.check)
            wanted.onCheck?.(progress.check)
          }
          wanted.onProgress?.(progress)
        },
      })
    } finally {
      ahead.close()
      clearInterval(timer)
      await keep()
      if (await versions.keep(asked)) await onVersions().catch(() => undefined)
    }
  }

  return {
    /** Checks these contexts; the results are stored, also after a cancel. */
    run(wanted: CheckRun, signal: AbortSignal): Promise<RunWithAnswers> {
      const ended = runOne(wanted, signal)
      const settled = Promise.allSettled([ended]).finally(() => underWay.delete(settled))
      underWay.add(settled)
      return ended
    },
    kept: (): Promise<readonly Check[]> => checks.load(),
    /** Resolves when no check runs any more, and the results are stored. */
    async ended(): Promise<void> {
      await Promise.all(underWay)
    },
  }
}
