/**
 * What an identity may do in a cluster, as the cluster itself answers: the rules that it lists, and a handful of questions. EKS
 * grants access policies by an authorizer that lists no rules, so a list may be incomplete and the questions are what counts.
 * Values only.
 */
import type { EntryId } from '../kubeconfig/entries'
import type { Readable } from './access-entries'

/** An action as a SelfSubjectAccessReview names it. */
export interface Action {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource: string
  /** In the namespace that is asked about; else in the whole cluster. */
  readonly inNamespace: boolean
}

const action = (inNamespace: boolean, verb: string, group: string, resource: string, subresource = '') => ({
  verb,
  group,
  resource,
  subresource,
  inNamespace,
})

/** The questions, in the order in which they are shown. */
export const mayDoQuestions: readonly { readonly says: string; readonly action: Action }[] = [
  { says: 'everything, in the whole cluster', action: action(false, '*', '*', '*') },
  { says: 'read pods', action: action(true, 'list', '', 'pods') },
  { says: 'read secrets', action: action(true, 'get', '', 'secrets') },
  { says: 'run commands in pods', action: action(true, 'create', '', 'pods', 'exec') },
  { says: 'change deployments', action: action(true, 'update', 'apps', 'deployments') },
  { says: 'delete pods', action: action(true, 'delete', '', 'pods') },
  {
    says: 'give others rights',
    action: action(true, 'create', 'rbac.authorization.k8s.io', 'rolebindings'),
  },
  { says: 'see nodes', action: action(false, 'list', '', 'nodes') },
  { says: 'make namespaces', action: action(false, 'create', '', 'namespaces') },
]

/** One rule that the cluster lists. */
export interface ListedRule {
  readonly verbs: readonly string[]
  /** `pods`, `deployments.apps`, `*.*`; with a name: `configmaps/app`. */
  readonly resources: readonly string[]
}

export interface ListedRules {
  readonly rules: readonly ListedRule[]
  /** There may be more than these: some authorizer lists none. */
  readonly incomplete: boolean
  /** What the cluster says of that; null: nothing. */
  readonly why: string | null
}

/** What a cluster answered to an identity that asked about itself. */
export interface MayDo {
  readonly namespace: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly rules: Readable<ListedRules>
  readonly asked: readonly {
    readonly says: string
    /** Null: that was not answered. */
    readonly allowed: boolean | null
  }[]
}

/** With what it is asked: a context of that cluster, or an identity of the user. */
export type MayDoBy =
  | { readonly kind: 'context'; readonly id: EntryId }
  | { readonly kind: 'identity'; readonly id: string }

/** What resulted from asking one cluster. */
export interface MayDoThere {
  /** The id of its row. */
  readonly cluster: string
  readonly by: MayDoBy
  /** The user that it saw, or that the entry acts as there; null: it did not say. */
  readonly username: string | null
  readonly answer: Readable<MayDo>
}

/** A rule as the API has it, in fewer words; null for what every user may do: ask about themselves. */
export function listedRule(rule: {
  readonly verbs: readonly string[]
  readonly groups: readonly string[]
  readonly resources: readonly string[]
  readonly names: readonly string[]
}): ListedRule | null {
  const { verbs, groups, names } = rule
  const resources = rule.resources.filter((name) => !name.startsWith('selfsubject'))
  if (resources.length === 0 || verbs.length === 0) return null
  const qualified = groups.flatMap((group) =>
    resources.map((resource) => (group === '' ? resource : `${resource}.${group}`)),
  )
  return {
    verbs,
    resources:
      names.length === 0 ? qualified : qualified.flatMap((one) => names.map((name) => `${one}/${name}`)),
  }
}

/** The form of a namespace's name in Kubernetes. */
export const isNamespace = (name: string): boolean => /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name)
