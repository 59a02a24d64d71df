/**
 * Checks one context. `observe` is the table of contents: the steps in their order, each a function of its own that returns
 * what it observed. `check` shows each as it ends and folds them into the Check; the verdict over them is shared/identity's.
 */

import { execMeaning, readsFiles } from '../../shared/exec/parse'
import type { Check, Problem, Step } from '../../shared/identity/identity'
import { environmentInSentence } from '../../shared/identity/variable-places'
import { canBeCompared, verdictOf, type WinningKey } from '../../shared/identity/verdict'
import { maskKeyId } from '../../shared/kubeconfig/secrets'
import { ok } from '../../shared/result'
import { entryVariables } from '../aws/chain/intended-identity'
import type { Subject } from '../identity/subjects'
import type { Target } from '../net/dial'
import { variableOf } from '../system/environment'
import { monotonicMs } from '../system/monotonic'
import { askActingAs, askCluster, clusterNotAsked, likelyCluster, requestTo } from './ask-cluster'
import { askSts, likelySts } from './ask-sts'
import { credentialsOfCommand, credentialsOfEntry } from './cluster-credentials'
import type { Material } from './cluster-tls'
import type { CommandPlan, EntryPlan } from './entry-plan'
import { permissionToRun, readToken, runCommand, signedCluster, versionOf } from './get-token'
import { notLetIn } from './not-let-in'
import { nothingObserved, type Observations, type Observed, withObserved } from './observed'
import { readEntry, readPrediction } from './read-entry'
import { type ClusterCredentials, unknownToCluster } from './review'
import type { Surroundings } from './surroundings'

/**
 * Checks one context; null when cancelled before the end. Never throws: a bug becomes problem `internal`. `onStep`
 * gets each step as it ends, without secrets.
 */
export const verify = checkBy(observe)

/** The same up to AWS's answer: the identity of the command, whatever its cluster. */
export const prove = checkBy(observeSignIn)

/** One check, as the runner does it. */
export type CheckOne = (
  subject: Subject,
  surroundings: Surroundings,
  signal: AbortSignal,
  onStep?: (step: Step) => void,
) => Promise<Check | null>

function checkBy(
  steps: (subject: Subject, around: Surroundings, signal: AbortSignal) => AsyncIterable<Observed>,
): CheckOne {
  return async (subject, surroundings, signal, onStep = () => undefined) => {
    if (signal.aborted) return null
    const started = monotonicMs()
    const ended: Step[] = []
    let observations = nothingObserved
    let known = subject
    try {
      for await (const one of steps(subject, surroundings, signal)) {
        if (one.kind === 'cancelled') return null
        if (one.kind === 'version') known = one.subject
        const observed =
          one.kind === 'cluster' ? await whyNotLetIn(one, observations, known, surroundings) : one
        observations = withObserved(observations, observed)
        ended.push(observed.step)
        onStep(observed.step)
      }
    } catch (error) {
      observations = { ...observations, entry: { kind: 'refused', problem: internal(error) } }
    }
    const { resolved, fingerprint, intended, predicted, program } = known
    const { entry, command, sts, cluster, token, actsAs } = observations
    const { environment, now } = surroundings
    const winningKey = winningKeyOf(known, environment)
    const judgement = verdictOf({ intended, predicted, winningKey, entry, command, sts, cluster, actsAs })
    return {
      context: resolved.id,
      contextName: resolved.context.name,
      environment: environment.name,
      at: now(),
      fingerprint,
      until: sts.kind === 'proven' ? known.until : null,
      ...judgement,
      ...clusterProblemOf(observations, judgement.problem),
      intended,
      predicted,
      aws: program && { path: program.path, version: program.version },
      proven: sts.kind === 'proven' ? sts.proven : null,
      seen: cluster.kind === 'seen' ? cluster.seen : null,
      actsAs: actsAs.kind === 'seen' ? actsAs.seen : null,
      token,
      ...(known.credentials === null ? {} : { withCode: true }),
      steps: ended,
      ms: Math.round(monotonicMs() - started),
    }
  }
}

/** What the cluster refused or did not answer, where an earlier problem decided the verdict. */
function clusterProblemOf(
  { cluster, actsAs }: Pick<Observations, 'cluster' | 'actsAs'>,
  decided: Problem | null,
): Pick<Check, 'clusterProblem'> {
  const failed = [cluster, actsAs].find((answer) => answer.kind === 'failed')
  return failed === undefined || failed.problem === decided ? {} : { clusterProblem: failed.problem }
}

/** The access key of entry or environment that the command takes before a profile that is not pinned by argument. */
function winningKeyOf(
  { resolved }: Pick<Subject, 'resolved'>,
  environment: Surroundings['environment'],
): WinningKey | null {
  const exec = resolved.user?.raw.exec ?? null
  const meaning = exec && execMeaning(exec)
  // Another program, and one that gives credentials, may ignore them.
  if (meaning === null || meaning.profilePinnedBy === 'arg' || !readsFiles(meaning)) return null
  const { variables: entry, origin } = entryVariables(exec)
  const own = entry.AWS_ACCESS_KEY_ID
  if (own) return { accessKeyId: maskKeyId(own), from: origin('AWS_ACCESS_KEY_ID') }
  const key = own === undefined ? environment.variables.AWS_ACCESS_KEY_ID : undefined
  return key ? { accessKeyId: maskKeyId(key), from: variableOf(environment, 'AWS_ACCESS_KEY_ID') } : null
}

/** Whether files and environment decide the identity. */
function decidesByFiles({ user }: Subject['resolved']): boolean {
  const exec = user?.raw.exec ?? null
  return exec !== null && readsFiles(execMeaning(exec))
}

/** A cluster's answer, a bare 401 with its cause as far as what was observed before and in earlier checks says it. */
async function whyNotLetIn(
  observed: Observed<'cluster'>,
  { sts }: Observations,
  { resolved, intended, meant }: Subject,
  { environment, earlierIds, access }: Surroundings,
): Promise<Observed<'cluster'>> {
  const { answer, step } = observed
  if (answer.kind !== 'failed' || answer.problem !== unknownToCluster || sts.kind !== 'proven')
    return observed
  const { proven } = sts
  const problem = notLetIn({
    proven,
    intended,
    meant,
    entry: resolved.context.cluster ?? '',
    // A wrapper with credentials, or another program, decides instead of the environment.
    unpinned: decidesByFiles(resolved) && !canBeCompared(intended) && intended.profile === null,
    environment: environmentInSentence[environment.name],
    earlierIds: await earlierIds(proven.canonicalArn),
    access,
  })
  return { ...observed, answer: { kind: 'failed', problem }, step: { ...step, detail: problem.message } }
}

/** The steps of a check, each yielded as it ends; none after a cancelled one. */
async function* observe(
  subject: Subject,
  surroundings: Surroundings,
  signal: AbortSignal,
): AsyncGenerator<Observed, void> {
  const { resolved } = subject
  const signedIn = yield* observeSignIn(subject, surroundings)
  if (signedIn === null) return
  const { plan, credentials } = signedIn
  const user = plan.kind === 'runs-command' ? plan.user.raw : plan.user
  const request = credentials.ok
    ? await requestTo(
        plan.cluster,
        resolved.clusterFile,
        { user, file: resolved.userFile, context: resolved.context.name },
        credentials.value,
        surroundings,
      )
    : credentials
  if (!request.ok) {
    yield clusterNotAsked(request.fault)
    return
  }
  const cluster = await askCluster(request.value, surroundings)
  yield cluster
  const impersonation = resolved.user?.raw.impersonation ?? null
  if (cluster.kind === 'cluster' && cluster.answer.kind !== 'failed')
    await surroundings.onLetIn?.(resolved.id, { ...request.value, impersonation }, signal)
  if (!impersonation || cluster.kind === 'cancelled' || cluster.answer.kind === 'failed') return
  yield await askActingAs(request.value, impersonation, surroundings)
}

/** The steps from an entry to what may be sent to its cluster; null: the cluster is not asked. */
async function* observeSignIn(
  subject: Subject,
  surroundings: Surroundings,
): AsyncGenerator<
  Observed,
  {
    readonly plan: Exclude<EntryPlan, { kind: 'refused' }>
    readonly credentials: Material<ClusterCredentials>
  } | null
> {
  const { resolved } = subject
  const entry = readEntry(resolved, subject.kubectlRefusal)
  yield entry
  const { plan } = entry
  if (plan.kind === 'refused') return null
  const credentials =
    plan.kind === 'runs-command'
      ? yield* observeCommand(subject, plan, surroundings)
      : await credentialsOfEntry(plan.user, resolved.userFile, plan.cluster.raw, surroundings.trust)
  return credentials === null ? null : { plan, credentials }
}

/** The steps between an entry's command and what may be sent to the cluster; null: the cluster is not asked. */
async function* observeCommand(
  unasked: Subject,
  plan: CommandPlan,
  surroundings: Surroundings,
): AsyncGenerator<Observed, Material<ClusterCredentials> | null> {
  const asked = await versionOf(unasked, plan, surroundings)
  if (asked !== null) yield asked
  if (asked?.kind === 'cancelled') return null
  const subject = asked?.subject ?? unasked
  yield readPrediction(subject.predicted)

  const permission = await permissionToRun(subject, plan, surroundings)
  yield permission
  if (permission.kind !== 'permitted') return null

  const { region } = permission.facts.meaning
  const run = await runCommand(plan, permission, subject, surroundings, () =>
    openWays(subject, plan, region, surroundings),
  )
  yield run
  if (run.kind !== 'credential') return null

  const token = readToken(run.credential, {
    cluster: signedCluster(permission.facts, plan.cluster.raw),
    allowedEndpoint: subject.stsEndpoint,
    now: surroundings.now(),
  })
  yield token
  if (token.kind === 'no-token') return null
  if (token.kind === 'other-token') return ok(credentialsOfCommand(run.credential))

  const sts = await askSts(token, subject, surroundings)
  yield sts
  const mayAnswer = sts.kind === 'proven' || (sts.kind === 'not-proven' && sts.clusterMayAnswer)
  return mayAnswer ? ok(credentialsOfCommand({ token: token.text, certificate: null })) : null
}

/**
 * Opens the connections to STS and cluster that a check will most likely need, while its command runs. No token is there yet:
 * the steps that follow decide which token is sent where.
 */
function openWays(
  subject: Subject,
  { cluster, user }: CommandPlan,
  region: string | null,
  surroundings: Surroundings,
): void {
  const { openAhead, environment } = surroundings
  if (openAhead === null) return
  const { resolved } = subject
  const signsIn = { user: user.raw, file: resolved.userFile, context: resolved.context.name }
  // The request itself finds out why a connection could not be opened ahead.
  const open = (target: Promise<Target | null>) =>
    void target.then((one) => one && openAhead(one)).catch(() => undefined)
  // The command first: it takes the most time.
  setImmediate(() => {
    open(likelySts(subject, region, environment))
    open(likelyCluster(cluster, resolved.clusterFile, signsIn, surroundings))
  })
}

/** A bug, not an outcome: its message may hold anything, so only its kind is shown. */
function internal(error: unknown): Problem {
  const kind = error instanceof Error ? error.name : 'an unknown error'
  return {
    code: 'internal',
    message: `The check itself failed (${kind}); this is a fault of Ekscope.`,
    next: 'Check again; if the check fails again, report that with the log.',
  }
}
