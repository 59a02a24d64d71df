/** A kubeconfig of one context, for one command or one shell: what kubectl would take, and nothing else. */
import type { JsonMap } from '../../shared/json'
import type { EntryId, EntryKind } from '../../shared/kubeconfig/entries'
import { absoluteEntry } from '../../shared/kubeconfig/relative-paths'
import { mayHoldLogin } from '../../shared/kubeconfig/secrets'
import { ok, refuse } from '../../shared/result'
import { quoted } from '../../shared/visible'
import type { ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import type { ReadFile } from '../kubeconfig/read/project-snapshot'
import { kubeconfigOf, valuesById } from './kubeconfig-of-entries'

/**
 * The context with its cluster and user as written in their files, each path absolute. Secrets are included, because kubectl
 * needs them: the caller writes the text with mode 0600, and decides where. `secrets`: what of its entries is, or may be, one:
 * `the token of user “ci”`. Refused where kubectl would refuse the context.
 */
export function oneContext(found: ResolvedContext, files: readonly ReadFile[]) {
  const { entry, cluster, user } = found
  const { name } = entry
  if (cluster === null)
    return refuse(
      'not-found',
      entry.cluster === null
        ? `Context ${quoted(name)} names no cluster.`
        : `Context ${quoted(name)} names the cluster ${quoted(entry.cluster)}, which is in no file.`,
      'Name a cluster in the context first: without one kubectl goes to localhost.',
    )
  if (user === null && entry.user !== null && entry.user !== '')
    return refuse(
      'not-found',
      `Context ${quoted(name)} names the user ${quoted(entry.user)}, which is in no file.`,
      'Name another user in the context first: kubectl refuses the context as it is.',
    )
  const values = valuesById(files)
  const entryOf = (kind: EntryKind, id: EntryId, file: string): JsonMap =>
    absoluteEntry(kind, values(id), file)
  const text = kubeconfigOf(
    {
      cluster: new Map([[cluster.raw.name, entryOf('cluster', cluster.id, cluster.file)]]),
      user: new Map(user === null ? [] : [[user.raw.name, entryOf('user', user.id, user.file)]]),
      context: new Map([[name, entryOf('context', entry.id, entry.origin.file)]]),
    },
    name,
  )
  if (text !== null) return ok({ text, secrets: secretsOf(found) })
  return refuse(
    'internal',
    `The kubeconfig of ${quoted(name)} would not mean the same as its entries.`,
    'Report this as a bug.',
  )
}

const fieldNames: Readonly<Record<string, string>> = {
  token: 'the token',
  password: 'the password',
  'client-key-data': 'the private key',
  'auth-provider': 'the auth-provider',
}

function secretsOf({ cluster, user, userEntry }: ResolvedContext): readonly string[] {
  const of = user === null ? '' : `of user ${quoted(user.raw.name)}`
  const inUser = (userEntry?.secrets ?? []).map((field) => `${fieldNames[field] ?? field} ${of}`)
  const variables = (userEntry?.exec?.env ?? [])
    .filter(({ masked }) => masked)
    .map(({ name }) => `the variable ${name} ${of}`)
  const shown = userEntry?.exec?.args ?? []
  const hidden = (user?.raw.exec?.args ?? []).some((argument, at) => argument !== shown[at])
  const { server, proxyUrl } = cluster?.raw ?? {}
  const inAddress = [server, proxyUrl].some((one) => typeof one === 'string' && mayHoldLogin(one))
  return [
    ...inUser,
    ...variables,
    ...(hidden ? [`arguments of the command ${of}`] : []),
    ...(inAddress ? [`the password in an address of cluster ${quoted(cluster?.raw.name ?? '')}`] : []),
  ]
}
