/** The steps of a check that ask the cluster: which user it sees, and which with the entry's impersonation. */
import type { Problem, StepKind } from '../../shared/identity/identity'
import type { Impersonation } from '../../shared/kubeconfig/entries'
import { assertNever, fail, ok } from '../../shared/result'
import type { Located, RawCluster, RawUser } from '../kubeconfig/read/raw-entries'
import type { Target } from '../net/dial'
import { systemRoots } from '../net/roots'
import { type EntryFile, untrustedFile } from './cluster-credentials'
import { authorityOf, type Material, noMaterial } from './cluster-tls'
import { cancelled, type Observed, stepOf } from './observed'
import {
  type ClusterCredentials,
  type ClusterRequest,
  mayDoEverything,
  type ReviewOutcome,
  selfSubjectReview,
  targetOfReview,
} from './review'
import type { Surroundings } from './surroundings'

type Asking = Pick<Surroundings, 'work' | 'ask'>

/** The request that this cluster would get; a problem where these credentials must not be sent to it. */
export async function requestTo(
  { raw, file }: Located<RawCluster>,
  clusterFile: EntryFile | null,
  signsIn: { readonly user: RawUser; readonly file: EntryFile | null; readonly context: string },
  credentials: ClusterCredentials,
  { environment, trust, limits }: Pick<Surroundings, 'environment' | 'trust' | 'limits'>,
): Promise<Material<ClusterRequest>> {
  const untrusted = untrustedFile(clusterFile, trust)
  if (untrusted) return fail(untrusted)
  if (raw.insecureSkipTlsVerify && !trust.trustsInsecure(file, raw)) {
    return noMaterial(
      'cluster-insecure',
      'The cluster entry skips the check of the server’s certificate, so whoever controls the network could take the token; it was not sent.',
      'Write certificate-authority-data into the cluster entry in place of insecure-skip-tls-verify, or allow this server in the window, at this context.',
    )
  }
  const authority = await authorityOf(raw)
  if (!authority.ok) return authority
  const { variables } = environment
  return ok({
    cluster: raw,
    context: signsIn.context,
    ca: authority.value ?? systemRoots(variables),
    ownCa: authority.value !== null,
    credentials,
    variables,
    timeoutMs: limits.clusterMs,
  })
}

/** The connection over which the cluster will be asked with a command's token; null where that must not be sent to it. */
export async function likelyCluster(
  cluster: Located<RawCluster>,
  clusterFile: EntryFile | null,
  signsIn: Parameters<typeof requestTo>[2],
  surroundings: Pick<Surroundings, 'environment' | 'trust' | 'limits'>,
): Promise<Target | null> {
  const nothing = { authorization: null, certificate: null }
  const request = await requestTo(cluster, clusterFile, signsIn, nothing, surroundings)
  const target = request.ok ? targetOfReview(request.value) : null
  return target === null || 'code' in target ? null : target
}

/** The step of a cluster to which nothing was sent, and why. */
export function clusterNotAsked(problem: Problem): Observed<'cluster'> {
  const step = stepOf('cluster', 'skipped', 'The cluster was not asked', problem.message)
  return { kind: 'cluster', answer: { kind: 'failed', problem }, step }
}

/** Asks which user the cluster sees, without the entry's impersonation: the verdict is about the identity that asks. */
export async function askCluster(
  request: ClusterRequest,
  asking: Asking,
): Promise<Observed<'cluster' | 'cancelled'>> {
  const answer = await review(request, null, asking)
  if (answer.kind === 'cancelled') return cancelled
  const step = reviewStep('cluster', answer, 'The cluster sees', 'The cluster did not say whom it sees')
  return { kind: 'cluster', answer, step }
}

/** Asks which user the cluster sees with the impersonation that the entry names. */
export async function askActingAs(
  request: ClusterRequest,
  impersonation: Impersonation,
  asking: Asking,
): Promise<Observed<'acts-as' | 'cancelled'>> {
  const answer = await review(request, impersonation, asking)
  if (answer.kind === 'cancelled') return cancelled
  const step = reviewStep('acts-as', answer, 'Acts as', 'Impersonation failed')
  return { kind: 'acts-as', answer, step }
}

async function review(
  request: ClusterRequest,
  impersonation: Impersonation | null,
  { work, ask }: Asking,
): Promise<ReviewOutcome> {
  const asked = { ...request, impersonation }
  const { cluster, context, ca, ownCa, credentials } = request
  return work.review([context, cluster, ownCa && ca, credentials, impersonation], async (running) => {
    const outcome = await work.request(() => selfSubjectReview(asked, ask, running))
    if (outcome.kind !== 'seen' || outcome.seen.everything !== null || outcome.seen.fromDenial) return outcome
    const everything = await work.request(() => mayDoEverything(asked, ask, running))
    return running.aborted ? { kind: 'cancelled' } : { ...outcome, seen: { ...outcome.seen, everything } }
  })
}

function reviewStep(
  kind: Extract<StepKind, 'cluster' | 'acts-as'>,
  answer: Exclude<ReviewOutcome, { kind: 'cancelled' }>,
  sees: string,
  failed: string,
) {
  switch (answer.kind) {
    case 'seen': {
      const { username, groups, fromDenial, ms } = answer.seen
      const detail = fromDenial ? 'read from a refusal (403), so groups are not known' : groups.join(', ')
      return stepOf(kind, 'ok', `${sees} ${username}`, detail, ms)
    }
    case 'let-in':
      return stepOf(
        kind,
        'ok',
        'The cluster lets this identity in',
        'but does not say as whom (403)',
        answer.ms,
      )
    case 'failed':
      return stepOf(kind, 'failed', failed, answer.problem.message, answer.ms)
    default:
      return assertNever(answer, 'answer of a cluster')
  }
}
