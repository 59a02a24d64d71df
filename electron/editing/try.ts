/**
 * Pending edits checked before they are written: what the planner would write is resolved in memory as if it were in its file,
 * with that file's trust, and proven like any context. Nothing of it is stored: neither the entry, nor what was found out.
 */
import type { AnyEdit } from '../../shared/edits/edit'
import type { Check, EnvironmentName, Problem } from '../../shared/identity/identity'
import type { TrySummary, WhoamiProgress } from '../../shared/ipc/contract'
import { type EntryId, partsOfId } from '../../shared/kubeconfig/entries'
import { assertNever, fail, fault, ok, type Result, refuse } from '../../shared/result'
import type { AddedByWrite } from '../../shared/trust/added-by-write'
import { editedConfig, planConfig } from '../aws/config-file/config-write'
import type { ChangedConfig } from '../aws/files/read-aws-files'
import { type Basis, lookInput, lookTask } from '../identity/basis'
import { type Subject, subjectsInPieces } from '../identity/subjects'
import { realTarget } from '../kubeconfig/disk/replace'
import { readAt } from '../state/changes'
import { earlierIdsOf, runOfChecks } from '../state/checker'
import type { KubeconfigFiles } from '../state/kubeconfig-files'
import type { DataFolder } from '../system/data-folder'
import type { Environment } from '../system/environment'
import { type RunCommand, runCommand as runProgram } from '../system/run-command'
import { commandSession } from '../system/session-folder'
import type { AskedOf, Questions } from '../trust/asking'
import { endpointsFor } from '../trust/consent'
import { withoutNamed } from '../trust/judge-write'
import { openRunPrompts } from '../trust/prompts'
import type { AwsReads } from '../trust/values-shown'
import type { RunOptions } from '../whoami/runner'
import { askingForAccess } from './ask-about-profiles'
import type { ProfilePart } from './change-set'
import { configIn } from './contexts-naming-profiles'
import type { Editing } from './editing'
import { type FilesRead, type Planning, planningHere } from './planning'
import type { Tried } from './preview'
import { credentialsOf } from './profile-editing'

export type TryLimits = NonNullable<RunOptions['limits']>

export interface TryRequest {
  readonly run: string
  readonly edits: readonly AnyEdit[]
  /** By the ids that edits name them by. */
  readonly contexts: readonly EntryId[]
  readonly environment: EnvironmentName
  /** Asks before what the edits add is run, or gets a token. */
  readonly consent: (added: AddedByWrite) => Promise<Result<boolean>>
  /** What is asked about commands that may not run yet, while the other contexts are tried. */
  readonly commands: (contexts: readonly EntryId[], of: AskedOf) => Promise<Questions>
  /** Contexts by the ids that edits name them by; without secrets. */
  readonly onProgress: (progress: WhoamiProgress) => void
}

export type Trying = ReturnType<typeof createTrying>

export interface TryingOptions extends Basis {
  readonly kubeconfig: Pick<KubeconfigFiles, 'load' | 'store'>
  /** The thread that plans the edits and reads the contexts; the calling one by default. */
  readonly planning: Planning | undefined
  readonly awsReads: AwsReads
  /** Those of the roles whose account nothing names. */
  readonly unnamed: (roles: readonly string[]) => Promise<readonly string[]>
  /** Earlier checks: they know unique ids. */
  readonly kept: Parameters<typeof earlierIdsOf>[0]
  /** The user allowed a command. */
  readonly onTrust: () => Promise<void>
  readonly limits: TryLimits | undefined
  /** The edits as one set with those of AWS profiles. */
  readonly changeSet: Editing['changeSet']
  readonly files: Editing['files']
  readonly by: 'window' | 'terminal'
  /** Where the AWS config file of a try lies where there is no runtime folder. */
  readonly folder: DataFolder
}

/** Results that are kept. */
const mostFound = 2_000

/** What only a check needs is imported by the first try. */
export function createTrying(options: TryingOptions) {
  const { kubeconfig, environments, decisions, awsReads } = options
  const { planning = planningHere } = options
  /** What was allowed to be tried: exactly this, as long as Ekscope runs. */
  const allowed = new Set<string>()
  /** The latest results, by the ids after the edits. */
  const found = new Map<string, Check>()

  function keep(check: Check): void {
    const key = JSON.stringify([check.environment, check.context])
    found.delete(key)
    found.set(key, check)
    for (const old of found.keys()) if (found.size > mostFound) found.delete(old)
  }

  /** As before a write: what it would add is neither run nor reached without the user's yes. */
  async function consented(
    asks: Extract<Tried, { kind: 'made' }>['asks'],
    consent: TryRequest['consent'],
  ): Promise<Result<null>> {
    if (asks === null || allowed.has(asks.fingerprint)) return ok(null)
    const answer = await consent(asks.added)
    if (!answer.ok) return answer
    if (!answer.value) return fail(notAllowed)
    allowed.add(asks.fingerprint)
    return ok(null)
  }

  /** What edits of profiles would have aws run, read or ask for the first time: only after a yes to exactly that, as before a write. */
  const newSettingsAllowed = async (
    { edits, path, environment }: ProfilePart,
    consent: TryRequest['consent'],
  ) => {
    const { by, unnamed } = options
    const credentials = credentialsOf(await options.files(environment))
    return askingForAccess(
      { by, unnamed, consent: { kind: 'ask', ask: consent }, inTerminal: 'ekscope profile' },
      (permits) => planConfig(editedConfig(path, edits, credentials, permits)),
    )
  }

  /** Contexts as the edits make them from the files read for this try, by the ids after the edits. */
  async function subjects(
    edits: readonly AnyEdit[],
    changed: ChangedConfig | null,
    read: FilesRead,
    contexts: readonly EntryId[],
    environment: Environment,
  ): Promise<readonly Subject[]> {
    const task = { ...(await lookTask(options, environment.name)), environment, edits, changed }
    const known = (piece: readonly EntryId[]) =>
      planning.contexts({ ...task, contexts: piece }, read, options.signal)
    return subjectsInPieces(contexts, known, lookInput(task))
  }

  return {
    /** What tries found out in this environment since Ekscope runs; each counts for exactly the entry that was tried. */
    found: (environment: EnvironmentName): readonly Check[] =>
      [...found.values()].filter((check) => check.environment === environment),
    /** Results found before a cancel have been reported by then. */
    async run(request: TryRequest, signal: AbortSignal): Promise<Result<TrySummary>> {
      await kubeconfig.load()
      const set = await options.changeSet(request.edits)
      if (!set.ok) return set
      const { edits, changed, profiles } = set.value
      // One state of the files, also when another program writes meanwhile: what is asked about is what is tried.
      const read = readAt(kubeconfig.store.inView())
      const { added: before } = await decisions.load()
      const endpoints = await endpointsFor(before, awsReads)
      const seen = { reads: awsReads.reads, endpoints, before, had: new Set<string>() }
      const task = { edits, contexts: request.contexts, seen }
      const tried = await planning.tried(task, read, options.signal)
      if (tried.kind === 'blocked') return refuse('conflict', tried.message, tried.next)
      const { contexts, left } = tried
      const there = contexts.map(({ now: is }) => is)
      const first = new Map(contexts.map(({ id, now: is }) => [is, id]))
      const firstOf = (id: EntryId): EntryId => first.get(id) ?? id

      const added = await withoutNamed(tried.asks?.added ?? null, options.unnamed)
      const consent = await consented(added && tried.asks && { ...tried.asks, added }, request.consent)
      if (!consent.ok) return consent
      const allowed = profiles === null ? ok(null) : await newSettingsAllowed(profiles, request.consent)
      if (!allowed.ok) return allowed
      const prompts = openRunPrompts({
        decisions,
        environment: environments.of,
        commands: (ids, environment) => subjects(edits, changed, read, ids, environment),
        onChange: options.onTrust,
      })
      const questions = await request.commands(there, {
        trust: prompts,
        nameOf: (id) => partsOfId(id)?.name ?? null,
      })

      const environment = await environments.of(request.environment)
      const config = changed && (await openTriedConfig(options, changed))
      try {
        const { summary, asked } = await runOfChecks(
          { ...options, runCommand: config?.runCommand ?? options.runCommand },
          {
            run: request.run,
            contexts: there,
            subjectsOf: (ids) => subjects(edits, changed, read, ids, environment),
            questions,
            environment,
            earlierIds: earlierIdsOf(options.kept),
            ...(options.limits === undefined ? {} : { limits: options.limits }),
            signal,
            emit(progress) {
              if (progress.kind === 'checked') keep(progress.check)
              request.onProgress(renamed(progress, firstOf))
            },
          },
        )
        return asked.ok ? ok({ ...summary, left }) : asked
      } finally {
        await config?.close()
      }
    },
  }
}

/**
 * The AWS config file as edits would make it, for aws alone and for as long as a try runs (0600): each command that would read the
 * file gets this one in its place, also where its entry names it. What aws caches of roles it caches as ever, by the role.
 */
async function openTriedConfig(
  { home, platform, environments, folder, runCommand = runProgram }: TryingOptions,
  { path, text }: ChangedConfig,
) {
  await folder.ensure()
  const { variables } = await environments.of('app')
  const session = await commandSession(text, 'aws-config', folder.path, variables)
  const place = await placeOf(path)
  const run: RunCommand = async (command, signal) => {
    const reads = configIn(command.env, home, platform)
    const isIt = reads !== '' && (await placeOf(reads)) === place
    const env = isIt ? { ...command.env, AWS_CONFIG_FILE: session.path } : command.env
    return runCommand({ ...command, env }, signal)
  }
  return { runCommand: run, close: session.close }
}

async function placeOf(path: string): Promise<string> {
  const real = await realTarget(path)
  return real.ok ? real.value : path
}

/** The page knows contexts by the ids that they had before the edits. */
function renamed(progress: WhoamiProgress, firstOf: (id: EntryId) => EntryId): WhoamiProgress {
  switch (progress.kind) {
    case 'started':
    case 'asking':
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

/** `ekscope whoami` does not know an entry that is not written yet, or knows another of that name: a try must ask about it. */
function askedInTry(problem: Problem | null): Problem | null {
  const isRefused = problem?.code === 'command-not-allowed' || problem?.code === 'process-not-allowed'
  return isRefused ? { ...problem, next: tryAgain } : problem
}

const notAllowed = fault(
  'declined',
  'You did not allow what this would run or reach, so nothing was tried.',
  tryAgain,
)
