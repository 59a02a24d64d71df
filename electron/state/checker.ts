/** Checks contexts, and stores the results. */

import { grouped } from '../../shared/grouped'
import type { ClusterAccess } from '../../shared/identity/access-entries'
import { uniqueIdOf } from '../../shared/identity/arn'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { RunSummary, WhoamiProgress } from '../../shared/ipc/contract'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { Basis } from '../identity/basis'
import type { CodeCredentials } from '../identity/mfa-credentials'
import type { IdentityReports } from '../identity/reports'
import type { Ask } from '../net/ask'
import { runCommand as runProgram } from '../system/run-command'
import type { ReviewRequest } from '../whoami/review'
import type { RunOptions } from '../whoami/runner'
import type { KeptVersions } from './asked-versions'
import type { StoredChecks } from './stored-checks'

export interface CheckRun {
  readonly run?: string
  readonly contexts: readonly EntryId[]
  readonly environment: EnvironmentName
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

export interface CheckerOptions extends Pick<Basis, 'environments' | 'decisions' | 'now' | 'runCommand'> {
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

export type RunOfChecks = Omit<RunOptions, 'ask' | 'now' | 'runCommand' | 'trust'> &
  Partial<Pick<RunOptions, 'ask'>>

/** A run with what each check needs of the machine. Modules that only checks need are imported by the first. */
export async function runOfChecks(
  { decisions, now, runCommand = runProgram }: Pick<Basis, 'decisions' | 'now' | 'runCommand'>,
  run: RunOfChecks,
): Promise<RunSummary> {
  const [{ runChecks }, { ask }] = await Promise.all([import('../whoami/runner'), import('../net/ask')])
  const trust = await decisions.load()
  return runChecks({ ask, ...run, trust, now, runCommand })
}

/** How long results of a run may be lost to a crash, ms. */
const keepEvery = 5_000

/** Modules that only a check needs are imported by the first one. */
export function createChecker(options: CheckerOptions) {
  const { load, environments, identities, checks, versions, onVersions } = options

  const underWay = new Set<Promise<unknown>>()

  async function runOne(wanted: CheckRun, signal: AbortSignal): Promise<RunSummary> {
    const { openAhead } = await import('../net/early-connections')
    const environment = await environments.of(wanted.environment)
    // The files may have changed since they were last read: the check is of their present state.
    await load()
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
        subjects: await identities.subjects(wanted.contexts, environment),
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
    run(wanted: CheckRun, signal: AbortSignal): Promise<RunSummary> {
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
