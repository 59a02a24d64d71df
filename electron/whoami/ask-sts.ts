/** The step of a check that asks AWS: the token is replayed at STS, checked by the roots that aws itself would use. */

import { parseServer } from '../../shared/destination/address'
import type { Intended, Predicted } from '../../shared/identity/identity'
import { loopback, partitionOfStsHost } from '../../shared/identity/sts-hosts'
import { shortName } from '../../shared/identity/verdict'
import { assertNever, ok } from '../../shared/result'
import type { Subject } from '../identity/subjects'
import type { Target } from '../net/dial'
import { systemRoots } from '../net/roots'
import type { Environment } from '../system/environment'
import { type Material, noMaterial, readSmall } from './cluster-tls'
import { cancelled, type Observed, stepOf } from './observed'
import { withPlaceOfKey } from './refused-keys'
import { callerIdentity, targetOfSts } from './sts-question'
import type { Surroundings } from './surroundings'

interface StsSubject extends Pick<Subject, 'caBundle'> {
  readonly predicted: Pick<Predicted, 'by' | 'accessKeyId'>
  readonly intended: Pick<Intended, 'profile'>
}

/**
 * Asks STS whose token this is; the same token is asked about once in a run. A refusal of its key says where the key is, as far as
 * files say. `caBundle`: null for the system's roots.
 */
export async function askSts(
  { text, token }: Observed<'aws-token'>,
  { caBundle, predicted, intended }: StsSubject,
  { environment, work, ask, now }: Pick<Surroundings, 'environment' | 'work' | 'ask' | 'now'>,
): Promise<Observed<'proven' | 'not-proven' | 'cancelled'>> {
  const { variables } = environment
  const ca = await rootsOf(caBundle, variables)
  if (!ca.ok) {
    const step = stepOf('sts', 'failed', 'AWS was not asked', ca.fault.message)
    return { kind: 'not-proven', problem: ca.fault, clusterMayAnswer: false, step }
  }
  const route = { variables, ca: ca.value }
  const outcome = await work.identity(text, (running) => callerIdentity(token, route, ask, now, running))
  switch (outcome.kind) {
    case 'proven': {
      const { proven } = outcome
      const step = stepOf('sts', 'ok', `STS says ${shortName(proven.arn)}`, proven.arn, proven.ms)
      return { kind: 'proven', proven, step }
    }
    case 'failed': {
      const { ms } = outcome
      const problem = withPlaceOfKey(outcome.problem, token.facts.accessKeyId, predicted, intended.profile)
      // A token that AWS refuses the cluster refuses too: it would ask AWS the same.
      const clusterMayAnswer = problem.code === 'sts-unreachable' || problem.code === 'throttled'
      const step = stepOf('sts', 'failed', 'STS did not prove an identity', problem.message, ms)
      return { kind: 'not-proven', problem, clusterMayAnswer, step }
    }
    case 'cancelled':
      return cancelled
    default:
      return assertNever(outcome, 'answer of STS')
  }
}

/**
 * The STS that a command's token will most likely be for: the endpoint that the user's own files name, else AWS's own of the
 * region. Null where there is no such place, or none that a token would go to.
 */
export async function likelySts(
  { stsEndpoint, caBundle }: Pick<Subject, 'stsEndpoint' | 'caBundle'>,
  region: string | null,
  { variables }: Pick<Environment, 'variables'>,
): Promise<Target | null> {
  const host = region === null ? null : `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
  const place = stsEndpoint ?? (host !== null && partitionOfStsHost(host) !== null ? `https://${host}` : null)
  const to = place === null ? null : parseServer(place)
  if (!to?.ok || !(to.value.scheme === 'https' || loopback(to.value.host))) return null
  const ca = await rootsOf(caBundle, variables)
  return ca.ok ? targetOfSts(to.value, { variables, ca: ca.value }) : null
}

/** PEM of the roots that AWS's certificate is checked by. */
async function rootsOf(
  caBundle: string | null,
  variables: Readonly<Record<string, string>>,
): Promise<Material<string>> {
  if (caBundle === null) return ok(systemRoots(variables))
  const file = await readSmall(caBundle)
  if (file.ok) return file
  return noMaterial(
    'sts-unreachable',
    `The CA bundle ${caBundle} (AWS_CA_BUNDLE or ca_bundle) cannot be read: ${file.fault}. So AWS cannot be asked.`,
    'Put the file there, or correct the path.',
  )
}
