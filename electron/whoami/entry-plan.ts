/**
 * What kubectl would do with a context before anything runs: refuse it, use credentials in the entry, or run a command.
 * Order and refusals as client-go's clientcmd (validation.go, client_config.go).
 */
import { destinationOf } from '../../shared/destination/destination'
import type { RawExec } from '../../shared/exec/parse'
import { type Problem, type ProblemCode, problem } from '../../shared/identity/identity'
import type { KubeconfigFile } from '../../shared/kubeconfig/entries'
import { named, quoted } from '../../shared/visible'
import type { ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import type { Located, RawCluster, RawUser } from '../kubeconfig/read/raw-entries'
import { execRefusal } from './exec-credential'

/** As the verdict's observation of the entry, with what the next steps need of it. */
export type EntryPlan =
  | { readonly kind: 'refused'; readonly problem: Problem }
  | {
      readonly kind: 'other-credentials'
      readonly problem: Problem
      readonly cluster: Located<RawCluster>
      readonly user: RawUser
    }
  | CommandPlan

/** The entry of a context that kubectl would run a command for. */
export interface CommandPlan {
  readonly kind: 'runs-command'
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
        ? `The context names the cluster ${quoted(context.cluster)}, which no file has, so kubectl asks localhost:8080.`
        : 'The context names no cluster.',
      'Let the context name a cluster entry that exists, or delete the context.',
    )
  }
  if (!user) {
    return refused(
      'dangling-user',
      context.user
        ? `The context names the user ${quoted(context.user)}, which no file has, so kubectl has no credentials to show.`
        : 'The context names no user.',
      'Let the context name a user entry that exists, or delete the context.',
    )
  }
  const impersonation = impersonatesNobody(user.raw)
  if (impersonation) return { kind: 'refused', problem: impersonation }
  const leads = destinationOf(cluster.raw)
  if (!leads.ok) return refused('cluster-address', leads.fault.message, leads.fault.next)
  const own = leads.value.server.login === null ? ownCredentials(user.raw) : ofAddress
  if (own) return { kind: 'other-credentials', problem: own, cluster, user: user.raw }
  const { exec } = user.raw
  if (!exec) {
    return {
      kind: 'other-credentials',
      problem: problem(
        'no-credentials',
        'The user entry holds no credentials at all.',
        'Add an exec entry to the user entry.',
      ),
      cluster,
      user: user.raw,
    }
  }
  const refusal = execRefusal(exec, context.name)
  if (refusal) return { kind: 'refused', problem: refusal }
  return { kind: 'runs-command', exec, cluster, user }
}

/** Why kubectl refuses the impersonation of an entry before anything is asked; null when it does not. */
function impersonatesNobody({ impersonation }: RawUser): Problem | null {
  if (!impersonation || impersonation.as) return null
  const { uid, groups, extra } = impersonation
  const named = [
    ...(uid ? ['as-uid'] : []),
    ...(groups.length > 0 ? ['as-groups'] : []),
    ...(Object.keys(extra).length > 0 ? ['as-user-extra'] : []),
  ]
  if (named.length === 0) return null
  return problem(
    'impersonates-nobody',
    `The user entry has ${named.join(' and ')} without \`as\`, and kubectl refuses an impersonation that names no user.`,
    `Name the user in \`as\`, or remove ${named.join(' and ')} from the user entry.`,
  )
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

/**
 * As Go’s net/http does, whatever the user entry says. Where the server requests a client certificate the command still runs,
 * but its token is not sent.
 */
const ofAddress = problem(
  'basic-auth',
  'The server of the cluster entry has a user name and a password in it: kubectl sends these, and no token.',
  'Take them out of the server: EKS takes no password, and Kubernetes none since 1.19.',
)

const nothingToDo =
  'Nothing to do if that is what you want; else replace it with an exec entry that runs aws eks get-token.'

/** Why kubectl would use other credentials of the user entry and not run its exec command; null when it has none. */
function ownCredentials(user: RawUser): Problem | null {
  const suppressed = user.exec ? ' kubectl uses that and does not run the exec command.' : ''
  if (user.token || user.tokenFile) {
    return problem(
      'static-token',
      `The user entry signs in with a token ${user.tokenFile ? `from ${named(user.tokenFile)}` : 'of the entry itself'}, not with AWS.${suppressed}`,
      nothingToDo,
    )
  }
  if (user.username) {
    return problem(
      'basic-auth',
      `The user entry signs in with a user name and a password, not with AWS.${suppressed}`,
      'Replace them with an exec entry: EKS takes no password, and Kubernetes none since 1.19.',
    )
  }
  if (user.clientCertificate || user.clientCertificateData) {
    return problem(
      'client-certificate',
      `The user entry signs in with a client certificate, not with AWS.${suppressed}`,
      nothingToDo,
    )
  }
  if (user.authProvider) {
    return problem(
      'auth-provider',
      `The user entry signs in with the auth-provider ${quoted(user.authProvider ?? '')}.`,
      'Replace it with an exec entry; kubectl supports only a few auth-providers now.',
    )
  }
  return null
}

function refused(code: ProblemCode, message: string, next: string): EntryPlan {
  return { kind: 'refused', problem: problem(code, message, next) }
}
