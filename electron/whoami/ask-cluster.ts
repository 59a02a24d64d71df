/** The steps of a check that ask the cluster: which credentials may be shown to it, and what it says. */
import type { Problem } from '../../shared/identity/identity'
import type { Impersonation } from '../../shared/kubeconfig/entries'
import type { Located, RawCluster } from '../kubeconfig/read/entries'
import { systemRoots } from '../net/roots'
import { authorityOf, pairOf } from './cluster-tls'
import { credentialsOf, type EntryPlan } from './entry-plan'
import type { ExecCredential } from './exec-credential'
import { type Course, notAsked, type Ordered } from './record'
import { type ClusterCredentials, type ReviewOutcome, selfSubjectReview } from './review'
import type { Subject, Surroundings } from './subject'

/** An allowed command gave a certificate or another provider's token: unsupported, but the cluster still says whom it sees. */
export async function seeWithForeign(
  subject: Subject,
  plan: Extract<EntryPlan, { kind: 'exec' }>,
  credential: ExecCredential,
  surroundings: Surroundings,
  course: Course,
  signal: AbortSignal,
): Promise<Ordered> {
  const problem: Problem = {
    code: 'foreign-token',
    message:
      credential.token === null
        ? 'The command gives a client certificate, no AWS token.'
        : 'The token that the command gives is not one of AWS’s.',
    next: 'Nothing to do if that is meant; Ekscope proves AWS identities only.',
  }
  course.command = { kind: 'other-token', problem }
  course.tell('token', 'ok', 'Not an AWS token', problem.message, 0)
  const pair =
    credential.clientCertificate === null || credential.clientKey === null
      ? null
      : pairOf(credential.clientCertificate, credential.clientKey)
  if (pair && !pair.ok) return notAsked(course, pair.problem)
  const authorization = credential.token === null ? null : `Bearer ${credential.token}`
  return see(
    subject,
    plan.cluster,
    { authorization, certificate: pair?.value ?? null },
    surroundings,
    course,
    signal,
  )
}

export async function seeWithOwn(
  subject: Subject,
  plan: Extract<EntryPlan, { kind: 'own' }>,
  surroundings: Surroundings,
  course: Course,
  signal: AbortSignal,
): Promise<Ordered> {
  const userFile = subject.resolved.userFile
  // A foreign file could name any file of this machine as its tokenFile, and its own server beside it.
  if (userFile && !trusted(userFile, surroundings)) return notAsked(course, untrusted(userFile.path))
  const credentials = await credentialsOf(plan.user)
  if (!credentials.ok) return notAsked(course, credentials.problem)
  const { authorization, certificate } = credentials.value
  if (authorization === null && certificate === null) return 'done'
  return see(subject, plan.cluster, credentials.value, surroundings, course, signal)
}

/** Asks the cluster, once without impersonation for the verdict and, if the entry impersonates, once with it. */
export async function see(
  subject: Subject,
  cluster: Located<RawCluster>,
  credentials: ClusterCredentials,
  surroundings: Surroundings,
  course: Course,
  signal: AbortSignal,
): Promise<Ordered> {
  const { clusterFile, user } = subject.resolved
  if (clusterFile && !trusted(clusterFile, surroundings)) return notAsked(course, untrusted(clusterFile.path))
  const { raw, file } = cluster
  if (raw.insecureSkipTlsVerify && !surroundings.trust.trustsInsecure(file, raw.server ?? '')) {
    return notAsked(course, {
      code: 'cluster-insecure',
      message:
        'The cluster entry skips the check of the server’s certificate, so anybody on the way could take the token; it was not sent.',
      next: 'Write the cluster’s certificate authority into the entry, or allow this server: in the window, at this context.',
    })
  }
  const authority = await authorityOf(raw)
  if (!authority.ok) return notAsked(course, authority.problem)
  const { variables } = surroundings.environment
  const request = {
    cluster: raw,
    ca: authority.value ?? systemRoots(variables),
    ownCa: authority.value !== null,
    credentials,
    variables,
    timeoutMs: surroundings.limits.clusterMs,
  }
  const ask = (impersonation: Impersonation | null) =>
    surroundings.work.request(() =>
      selfSubjectReview({ ...request, impersonation }, surroundings.ask, signal),
    )

  const outcome = await ask(null)
  if (outcome.kind === 'cancelled') return 'cancelled'
  course.cluster = outcome
  tellReview(course, 'cluster', outcome)
  const impersonation = user?.raw.impersonation ?? null
  if (!impersonation || outcome.kind === 'failed') return 'done'
  const acting = await ask(impersonation)
  if (acting.kind === 'cancelled') return 'cancelled'
  if (acting.kind === 'seen') course.actsAs = acting.seen
  tellReview(course, 'acts-as', acting)
  return 'done'
}

function tellReview(
  course: Course,
  kind: 'cluster' | 'acts-as',
  outcome: Exclude<ReviewOutcome, { kind: 'cancelled' }>,
): void {
  const whom = kind === 'cluster' ? 'The cluster sees' : 'Acts as'
  switch (outcome.kind) {
    case 'seen': {
      const { username, groups, fromDenial, ms } = outcome.seen
      const detail = fromDenial ? 'read from a refusal (403), so groups are not known' : groups.join(', ')
      course.tell(kind, 'ok', `${whom} ${username}`, detail, ms)
      return
    }
    case 'let-in':
      course.tell(kind, 'ok', 'The cluster lets it in', 'but does not say as whom (403)', outcome.ms)
      return
    case 'failed':
      course.tell(
        kind,
        'failed',
        kind === 'cluster' ? 'The cluster did not say whom it sees' : 'Impersonation failed',
        outcome.problem.message,
        outcome.ms,
      )
  }
}

interface FileFacts {
  readonly path: string
  readonly realPath: string | null
  readonly revision: string | null
  readonly own: boolean
}

const trusted = (file: FileFacts, { trust }: Surroundings): boolean => file.own || trust.trustsFile(file)

const untrusted = (path: string): Problem => ({
  code: 'file-not-trusted',
  message: `The cluster was not asked: ${path} is none of your own kubeconfig files, and its servers would be handed a live token.`,
  next: 'Look at its servers, then trust the file, or run whoami with `--trust-file`.',
})
