/**
 * What kubectl would make of a context before anything runs: refuse it, use credentials of its own, or run a command.
 * Order and refusals as client-go's clientcmd (validation.go, client_config.go).
 */

import type { RawExec } from '../../shared/exec/parse'
import type { Problem, ProblemCode } from '../../shared/identity/identity'
import type { KubeconfigFile } from '../../shared/kubeconfig/entries'
import type { Located, RawCluster, RawUser, ResolvedContext } from '../kubeconfig/read/entries'
import { clientCertificateOf, readSmall } from './cluster-tls'
import { execRefusal } from './exec-credential'
import type { ClusterCredentials } from './review'

export type EntryPlan =
  | { readonly kind: 'refused'; readonly problem: Problem }
  | {
      readonly kind: 'own'
      readonly problem: Problem
      readonly cluster: Located<RawCluster>
      readonly user: RawUser
    }
  | {
      readonly kind: 'exec'
      readonly exec: RawExec
      readonly cluster: Located<RawCluster>
      readonly user: Located<RawUser>
    }

/** Decides by the entry alone; reads no file. */
export function planOf(resolved: ResolvedContext): EntryPlan {
  const { context, cluster, user } = resolved
  const unreadable = refusedFile(resolved)
  if (unreadable) return refused('unreadable-file', unreadable.message, unreadable.next)
  if (!cluster) {
    return refused(
      'dangling-cluster',
      context.cluster
        ? `The context names the cluster ${JSON.stringify(context.cluster)}, which no file has.`
        : 'The context names no cluster.',
      'Name an existing cluster entry in the context.',
    )
  }
  if (!user) {
    return refused(
      'dangling-user',
      context.user
        ? `The context names the user ${JSON.stringify(context.user)}, which no file has.`
        : 'The context names no user.',
      'Name an existing user entry in the context.',
    )
  }
  const own = ownCredentials(user.raw)
  if (own) return { kind: 'own', problem: own, cluster, user: user.raw }
  const { exec } = user.raw
  if (!exec) {
    return {
      kind: 'own',
      problem: problem(
        'no-credentials',
        'The user entry holds no credentials at all.',
        'Add an exec entry to it.',
      ),
      cluster,
      user: user.raw,
    }
  }
  const refusal = execRefusal(exec)
  if (refusal) return { kind: 'refused', problem: refusal }
  return { kind: 'exec', exec, cluster, user }
}

function refusedFile({ file, clusterFile, userFile }: ResolvedContext): Problem | null {
  const files: readonly (KubeconfigFile | null)[] = [file, clusterFile, userFile]
  for (const one of files) {
    const error = one?.problems.find(({ severity }) => severity === 'error')
    if (one && error) {
      const at = error.at ? ` line ${error.at.line}` : ''
      return problem('unreadable-file', `kubectl refuses ${one.path}${at}: ${error.message}`, error.next)
    }
  }
  return null
}

/** Anything of these on the user suppresses its exec command. */
function ownCredentials(user: RawUser): Problem | null {
  const suppressed = user.exec ? ' kubectl uses it and does not run the exec command.' : ''
  if (user.token || user.tokenFile) {
    return problem(
      'static-token',
      `The user entry signs in with a token that stands in it or in a file.${suppressed}`,
      'Nothing to do if that is meant; AWS identities come from an exec entry.',
    )
  }
  if (user.username) {
    return problem(
      'basic-auth',
      `The user entry signs in with user name and password, which no EKS cluster takes.${suppressed}`,
      'Replace it by an exec entry.',
    )
  }
  if (user.clientCertificate || user.clientCertificateData) {
    return problem(
      'client-certificate',
      `The user entry signs in with a client certificate.${suppressed}`,
      'Nothing to do if that is meant; AWS identities come from an exec entry.',
    )
  }
  if (user.authProvider) {
    return problem(
      'auth-provider',
      `The user entry signs in with the auth-provider ${JSON.stringify(user.authProvider)}.`,
      'Replace it by an exec entry; kubectl knows only few auth-providers any more.',
    )
  }
  return null
}

/** The user's own token, password or certificate, its files read. */
export async function credentialsOf(
  user: RawUser,
): Promise<
  | { readonly ok: true; readonly value: ClusterCredentials }
  | { readonly ok: false; readonly problem: Problem }
> {
  const certificate = await clientCertificateOf(user)
  if (!certificate.ok) return certificate
  const authorization = await authorizationOf(user)
  if (!authorization.ok) return authorization
  return { ok: true, value: { authorization: authorization.value, certificate: certificate.value } }
}

async function authorizationOf(
  user: RawUser,
): Promise<
  { readonly ok: true; readonly value: string | null } | { readonly ok: false; readonly problem: Problem }
> {
  let token = user.token
  if (user.tokenFile) {
    // client-go: the file wins, and the token in the entry stands in while it cannot be read.
    const file = await readSmall(user.tokenFile)
    if (file.ok) token = file.text.trim() || token
    else if (!token) {
      return {
        ok: false,
        problem: problem(
          'unreadable-file',
          `The token file ${user.tokenFile} cannot be read: ${file.why}.`,
          'Put the file there, or correct the path in the user entry.',
        ),
      }
    }
  }
  if (token) {
    if (/^[\x21-\x7e]+$/.test(token)) return { ok: true, value: `Bearer ${token}` }
    return {
      ok: false,
      problem: problem(
        'static-token',
        'The token of the user entry holds characters that no header can carry.',
        'Write it again.',
      ),
    }
  }
  if (user.username) {
    const pair = `${user.username}:${user.password ?? ''}`
    return { ok: true, value: `Basic ${Buffer.from(pair).toString('base64')}` }
  }
  return { ok: true, value: null }
}

const problem = (code: ProblemCode, message: string, next: string): Problem => ({ code, message, next })

function refused(code: ProblemCode, message: string, next: string): EntryPlan {
  return { kind: 'refused', problem: problem(code, message, next) }
}
