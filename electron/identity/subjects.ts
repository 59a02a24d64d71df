/** What a check needs to know of its context beforehand: who would sign in where, and what running it would start. */

import { execMeaning, execVariables } from '../../shared/exec/parse'
import type { ContextIdentity } from '../../shared/identity/context-identity'
import { predictedChain } from '../aws/chain/predict'
import { credentialProcesses, loginNeed } from '../aws/chain/sign-in'
import { rowOf } from '../aws/chain/sources'
import { caBundleFor, chosenProfile, endpointFor } from '../aws/files/profiles'
import type { ResolvedContext } from '../kubeconfig/read/entries'
import type { Environment } from '../system/environment'
import type { Subject } from '../whoami/subject'
import type { AwsFilesOf } from './assemble'

export interface SubjectInput {
  readonly resolved: ResolvedContext
  readonly identity: ContextIdentity
  readonly environment: Environment
  readonly aws: AwsFilesOf
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** One context as the runner takes it. */
export async function subjectOf({
  resolved,
  identity,
  environment,
  aws,
  now,
}: SubjectInput): Promise<Subject> {
  const { intended, predicted, fingerprint } = identity
  const base = { resolved, intended, predicted, fingerprint }
  const exec = resolved.user?.raw.exec ?? null
  const runs = identity.auth === 'aws' || identity.auth === 'aws-iam-authenticator'
  // Where a token may be sent is never for a kubeconfig to say: exec.env names neither endpoint nor config file here.
  const own = await aws(environment, {})
  const routeOf = (profile: string | null) => ({
    stsEndpoint: endpointFor(own, profile, 'sts', environment.variables).endpoint?.value ?? null,
    caBundle: caBundleFor(own, profile, environment.variables)?.value ?? null,
  })
  if (exec === null || !runs) {
    // A wrapper around aws gives AWS's tokens too, by the profile that it finds chosen.
    const variables = { ...environment.variables, ...(exec === null ? {} : execVariables(exec)) }
    const profile = chosenProfile(null, variables)?.value ?? null
    return { ...base, loginNeed: null, processes: [], ssoSession: null, ...routeOf(profile) }
  }
  const files = await aws(environment, execVariables(exec))
  const chain = predictedChain({ meaning: execMeaning(exec), exec, files, environment, now })
  const source = chain.source
  return {
    ...base,
    loginNeed: chain.problem === null ? loginNeed(chain, files, now) : null,
    processes: credentialProcesses(chain, files.caches, now).map(({ command, file, line, profile }) => ({
      command,
      file,
      line,
      profile,
    })),
    ssoSession: source === null ? null : rowOf(source).renews(source),
    ...routeOf(chain.profile),
  }
}
