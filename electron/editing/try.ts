/**
 * Pending edits checked before they are written: what the planner would write is resolved in memory as if it stood in its file, with
 * that file's trust, and proven like any context. Nothing of it is kept: neither the entry, nor what was found out.
 */
import { changedContexts } from '../../shared/edits/changed-contexts'
import type { AnyEdit } from '../../shared/edits/edit'
import type { EnvironmentName, Problem } from '../../shared/identity/identity'
import type { TrySummary, WhoamiProgress } from '../../shared/ipc/contract'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { assertNever, fail, fault, ok, type Result } from '../../shared/result'
import type { Brought } from '../../shared/trust/brought'
import { type AskedVersions, programsOnce } from '../aws/installed/which'
import { awsFilesOnce } from '../identity/aws-files-once'
import type { Environments } from '../identity/environments'
import { type Subject, subjectsOf } from '../identity/subjects'
import { type EditSource, sourceOfRead } from '../kubeconfig/read/edit-model'
import type { KubeconfigView } from '../kubeconfig/read/view'
import { type Planned, planEdits } from '../kubeconfig/rewrite/plan'
import { earlierIdsOf } from '../state/checker'
import type { KubeconfigFiles } from '../state/kubeconfig-files'
import type { Environment } from '../system/environment'
import type { RunCommand } from '../system/run-command'
import type { AskedOf } from '../trust/asking'
import type { AwsReads } from '../trust/aws-reads'
import { judgeWrite } from '../trust/brought'
import { decisionsFingerprint, type TrustDecisions } from '../trust/decisions'
import { type Expectations, wordsAfter } from '../trust/expectations'
import { openPrompts } from '../trust/prompts'
import type { RunOptions } from '../whoami/runner'
import { renamedIn, viewAfter } from './preview'

export type TryLimits = NonNullable<RunOptions['limits']>

export interface TryRequest {
  readonly run: string
  readonly edits: readonly AnyEdit[]
  /** By the ids that edits name them by. */
  readonly contexts: readonly EntryId[]
  readonly environment: EnvironmentName
  /** Asks before what the edits bring is run, or gets a token. */
  readonly consent: (brought: Brought) => Promise<Result<boolean>>
  /** Asks about commands that may not run yet, each by itself; how many are refused. */
  readonly commands: (
    contexts: readonly EntryId[],
    of: AskedOf,
  ) => Promise<Result<{ readonly refused: number }>>
  /** Contexts by the ids that edits name them by; without secrets. */
  readonly onProgress: (progress: WhoamiProgress) => void
}

export interface Trying {
  /** What was found out before a cancel has been reported. */
  run(request: TryRequest, signal: AbortSignal): Promise<Result<TrySummary>>
}

export interface TryingOptions {
  readonly kubeconfig: Pick<KubeconfigFiles, 'load' | 'store'>
  readonly environments: Environments
  readonly decisions: TrustDecisions
  readonly expectations: Expectations
  /** What programs gave for their version when they were asked. */
  readonly asked: () => Promise<AskedVersions>
  readonly awsReads: AwsReads
  /** Checks of before: they know unique ids. */
  readonly kept: Parameters<typeof earlierIdsOf>[0]
  /** The user allowed a command. */
  readonly onTrust: () => Promise<void>
  readonly home: string
  readonly platform: NodeJS.Platform
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly runCommand: RunCommand | undefined
  readonly limits: TryLimits | undefined
}

/** The files with the edits, in memory. */
interface Made {
  readonly sources: readonly EditSource[]
  readonly planned: Planned
  readonly view: KubeconfigView
  /** From ids that edits name to those that the entries then have, and back. */
  readonly now: ReadonlyMap<EntryId, EntryId>
  readonly first: ReadonlyMap<EntryId, EntryId>
}

/** What only a check needs is imported by the first try. */
export function createTrying(options: TryingOptions): Trying {
  const { kubeconfig, environments, decisions, expectations, asked, awsReads, home, platform, now } = options
  /** What was allowed to be tried: exactly this, as long as Ekscope runs. */
  const allowed = new Set<string>()

  /** The edits over the files as they are on disk now. */
  async function make(edits: readonly AnyEdit[]): Promise<Result<Made>> {
    await kubeconfig.load()
    const files = kubeconfig.store.files()
    const sources = files.map(sourceOfRead)
    const planned = planEdits({ sources, revisions: [], edits })
    const problem = planned.plan.problems.find(({ blocks }) => blocks)
    if (problem !== undefined) return fail(fault('conflict', problem.message, problem.next))
    const view = viewAfter(kubeconfig.store.snapshot().revision, files, planned)
    const renamed = renamedIn(planned)
    return ok({
      sources,
      planned,
      view,
      now: new Map(renamed.map(({ id, now: is }) => [id, is])),
      first: new Map(renamed.map(({ id, now: is }) => [is, id])),
    })
  }

  /** As before a write: what it would bring is neither run nor reached without the user's yes. */
  async function consented(
    { sources, planned }: Made,
    consent: TryRequest['consent'],
  ): Promise<Result<null>> {
    const { brought: wasBrought } = await decisions.load()
    const seen = { fromAws: awsReads.fromAws, brought: wasBrought, had: () => false }
    const judged = judgeWrite({ sources, files: planned.files }, seen)
    // Its fingerprint is one of whole files, and nobody is asked about a write that brings nothing.
    if (judged.brought === null || allowed.has(judged.fingerprint)) return ok(null)
    const answer = await consent(judged.brought)
    if (!answer.ok) return answer
    if (!answer.value) return fail(notAllowed)
    allowed.add(judged.fingerprint)
    return ok(null)
  }

  async function subjects(
    { planned, view }: Made,
    contexts: readonly EntryId[],
    environment: Environment,
  ): Promise<readonly Subject[]> {
    const aws = awsFilesOnce(home, platform)
    const programs = programsOnce(await asked())
    const resolved = contexts.flatMap((id) => view.resolve(id) ?? [])
    return subjectsOf({
      snapshot: view.snapshot,
      resolved,
      namesOnce: view.namesOnce(),
      environment,
      aws,
      programs,
      trust: await decisionsFingerprint(decisions),
      // As they will be once this is written.
      words: wordsAfter(await expectations.words(), changedContexts(planned.before, planned.after)),
      now: now(),
    })
  }

  return {
    async run(request, signal) {
      const made = await make(request.edits)
      if (!made.ok) return made
      const { view, now: nowOf, first } = made.value
      const firstOf = (id: EntryId): EntryId => first.get(id) ?? id
      const wanted = [...new Set(request.contexts)].map((id) => ({ id, is: nowOf.get(id) ?? id }))
      const there = wanted.flatMap(({ is }) => (view.resolve(is) === null ? [] : [is]))
      const left = wanted.flatMap(({ id, is }) => (view.resolve(is) === null ? [id] : []))

      const consent = await consented(made.value, request.consent)
      if (!consent.ok) return consent
      const prompts = openPrompts({
        decisions,
        store: { snapshot: () => view.snapshot, resolve: view.resolve, resolved: view.resolved },
        environment: environments.of,
        commands: (contexts, environment) => subjects(made.value, contexts, environment),
        onChange: options.onTrust,
      })
      const refused = await request.commands(there, {
        trust: prompts,
        nameOf: (id) => view.resolve(id)?.name ?? null,
      })
      if (!refused.ok) return refused

      const [{ runChecks }, { ask }, { runCommand }] = await Promise.all([
        import('../whoami/runner'),
        import('../net/ask'),
        import('../system/run-command'),
      ])
      const environment = await environments.of(request.environment)
      const summary = await runChecks({
        run: request.run,
        subjects: await subjects(made.value, there, environment),
        environment,
        trust: await decisions.load(),
        runCommand: options.runCommand ?? runCommand,
        ask,
        earlierIds: earlierIdsOf(options.kept),
        now,
        ...(options.limits === undefined ? {} : { limits: options.limits }),
        signal,
        emit: (progress) => request.onProgress(renamed(progress, firstOf)),
      })
      return ok({ ...summary, left })
    },
  }
}

/** The page knows contexts by the ids that they had before the edits. */
function renamed(progress: WhoamiProgress, firstOf: (id: EntryId) => EntryId): WhoamiProgress {
  switch (progress.kind) {
    case 'started':
      return { ...progress, contexts: progress.contexts.map(firstOf) }
    case 'begun':
    case 'step':
      return { ...progress, context: firstOf(progress.context) }
    case 'checked':
      return {
        ...progress,
        check: {
          ...progress.check,
          context: firstOf(progress.check.context),
          problem: askedInTry(progress.check.problem),
        },
      }
    case 'ended':
      return progress
    default:
      return assertNever(progress, 'progress of a try')
  }
}

const tryAgain = 'Try again to be asked again.'

/** `ekscope whoami` knows no entry that is not written yet, or another one of that name: a try is what asks about it. */
function askedInTry(problem: Problem | null): Problem | null {
  const isRefused = problem?.code === 'command-not-allowed' || problem?.code === 'process-not-allowed'
  return isRefused ? { ...problem, next: tryAgain } : problem
}

const notAllowed = fault(
  'not-allowed',
  'You did not allow what this would run or reach, so nothing was tried.',
  tryAgain,
)
