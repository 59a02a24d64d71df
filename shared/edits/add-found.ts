/** The contexts to add for found clusters and the identities that are to enter them: names by a template, one user entry each. */
import { canonicalArn, parsePrincipal, permissionSetOf } from '../identity/arn'
import { clusterAccount, type EksCluster } from '../identity/eks-cluster'
import type { Looker } from '../identity/sweep'
import type { EntryId } from '../kubeconfig/entries'
import type { AddRequest } from './add-cluster'
import {
  accountValues,
  fillAll,
  parseTemplate,
  type Template,
  type TemplateValues,
  usualTemplate,
} from './name-template'

/** An identity at a cluster, for which a context is to be made. */
export interface FoundWay {
  /** As AWS describes it now. */
  readonly cluster: EksCluster
  /** Cluster entries that have its CA, or check none. */
  readonly sameAuthority: readonly EntryId[]
  readonly looker: Looker
  /** The ARN of that identity, as AWS said; null where it did not. */
  readonly arn: string | null
  /** The profile by which the context acts: the looker's own, or a new one. Null: the identity that the environment gives. */
  readonly profile: string | null
  /** The role that the context assumes on top of it; null for none. */
  readonly role: string | null
}

/** What all of them have in common. */
export interface HowToAdd extends Pick<AddRequest, 'namespace' | 'proxyUrl' | 'pin' | 'file' | 'tunnels'> {
  /** Null: the usual one. */
  readonly template: Template | null
  /** The names of accounts, by their numbers. */
  readonly accountNames: ReadonlyMap<string, string>
}

/** The name of the identity for the user: of a role of IAM Identity Center its permission set. */
function identityName({ looker, arn, role }: FoundWay): string | null {
  const acts = role ?? arn
  const principal = acts === null ? null : parsePrincipal(acts)
  if (principal !== null) return permissionSetOf(principal.name) ?? principal.name
  return looker.kind === 'sso' ? looker.permissionSet : null
}

/** What a template is filled with. */
export const valuesOf = (
  ways: readonly FoundWay[],
  accountNames: ReadonlyMap<string, string>,
  namespace: string | null,
): readonly TemplateValues[] => {
  const ofAccount = accountValues(
    ways.map(({ cluster }) => clusterAccount(cluster)),
    accountNames,
  )
  return ways.map((way) => ({
    ...ofAccount(clusterAccount(way.cluster)),
    cluster: way.cluster.name,
    region: way.cluster.region,
    partition: way.cluster.partition,
    role: identityName(way),
    profile: way.profile,
    namespace,
  }))
}

/** One request for each, in their order; `collided` where a name had to differ from the template's. */
export function requestsFor(
  ways: readonly FoundWay[],
  { template, accountNames, ...how }: HowToAdd,
  taken: ReadonlySet<string>,
): readonly { readonly request: AddRequest; readonly collided: boolean }[] {
  const values = valuesOf(ways, accountNames, how.namespace)
  const usual = parseTemplate(usualTemplate(values, taken))
  const used = template ?? ('template' in usual ? usual.template : null)
  const names = used === null ? [] : fillAll(used, values, taken)
  return ways.map(({ cluster, sameAuthority, looker, arn, profile, role }, at) => ({
    request: {
      ...how,
      cluster,
      sameAuthority,
      foundBy: { profile, role: looker.kind === 'profile' ? looker.role : null },
      caller: arn === null ? null : canonicalArn(arn),
      name: names[at]?.name ?? '',
      userName: null,
      clusterEntry: null,
      profile,
      role,
      pin: profile === null ? 'none' : how.pin,
      use: false,
    },
    collided: names[at]?.collided ?? false,
  }))
}
