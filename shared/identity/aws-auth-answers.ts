/**
 * aws-auth of many clusters: with which identity each is asked for it, and what resulted. It is in the cluster itself, so asking
 * takes a token. Values only.
 */
import type { EntryId } from '../kubeconfig/entries'
import type { AwsAuth, Readable } from './access-entries'
import type { Verdict } from './identity'
import type { EntersAs } from './known-clusters'

/** With what a cluster is asked: a context of that cluster, or an identity of the user, at the endpoint that AWS gives. */
export type AwsAuthBy =
  | { readonly kind: 'context'; readonly id: EntryId; readonly name: string }
  | { readonly kind: 'identity'; readonly id: string; readonly name: string }

/** aws-auth of one cluster whose mode looks at it. */
export interface AwsAuthAt {
  /** The id of its row. */
  readonly cluster: string
  /** With what it is asked: the first, and the next where the cluster refuses; empty: there is nothing to ask with. */
  readonly by: readonly AwsAuthBy[]
  /** What resulted; null: it was not asked since Ekscope started. */
  readonly read: AwsAuthRead | null
}

/** The result of asking. */
export interface AwsAuthRead {
  readonly value: Readable<AwsAuth>
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** The contexts and identities that could ask one cluster. */
export interface AwsAuthAskers {
  readonly contexts: readonly {
    readonly id: EntryId
    readonly name: string
    readonly verdict: Verdict | null
    /** The cluster said that it may do everything; null: it did not say. */
    readonly everything: boolean | null
  }[]
  /** An entry for this cluster has another endpoint than AWS gives. */
  readonly otherEndpoint: boolean
  /** Identities of the user that the cluster's lists let in, with a token that can be had without asking anything. */
  readonly enters: readonly Pick<EntersAs, 'id' | 'name' | 'everything'>[]
  /** Identities of the user that found it in a search, with a token that can be had. */
  readonly found: readonly Pick<EntersAs, 'id' | 'name'>[]
}

/** The most tokens that one cluster gets. */
const mostTokens = 3

/** The most likely to be allowed come first: those that the cluster let in, then those that its lists name, then all others. */
export function awsAuthBy({ contexts, otherEndpoint, enters, found }: AwsAuthAskers): readonly AwsAuthBy[] {
  const works = contexts.filter(({ verdict }) => verdict === 'verified' || verdict === 'proven')
  // A token for a cluster that was created again would go to the server that has its old address now.
  const open = otherEndpoint ? [] : contexts.filter(({ verdict }) => verdict === null)
  const context = ({ id, name }: AwsAuthAskers['contexts'][number]): AwsAuthBy => ({
    kind: 'context',
    id,
    name,
  })
  const identity = ({ id, name }: Pick<EntersAs, 'id' | 'name'>): AwsAuthBy => ({
    kind: 'identity',
    id,
    name,
  })
  const first = <T extends { readonly everything: boolean | null }>(all: readonly T[]): readonly T[] => [
    ...all.filter(({ everything }) => everything === true),
    ...all.filter(({ everything }) => everything !== true),
  ]
  const all = [
    ...first(works).map(context),
    ...first(enters).map(identity),
    ...open.map(context),
    ...found.map(identity),
  ]
  return all
    .filter((one, at) => all.findIndex(({ kind, id }) => kind === one.kind && id === one.id) === at)
    .slice(0, mostTokens)
}

/** How many tokens reading these takes: at least one each, and at most one for each context or identity to ask with. */
export function tokensFor(all: readonly AwsAuthAt[]): { readonly least: number; readonly most: number } {
  return {
    least: all.filter(({ by }) => by.length > 0).length,
    most: all.reduce((sum, { by }) => sum + by.length, 0),
  }
}

/** Those that are still to be read, or could not be. */
export const notReadYet = (all: Iterable<AwsAuthAt>): readonly AwsAuthAt[] =>
  [...all].filter(({ read }) => read?.value.state !== 'read')
