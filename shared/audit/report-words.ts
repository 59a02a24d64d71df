/** What the formats of a report have in common: who is meant by a key, and how a step is said. Pure. */
import type { StaleReason } from '../identity/verdict'
import { verdictText } from '../identity/verdict-words'
import type { AuditCluster, AuditPrincipal } from './audit'
import type { SideNames } from './compare-lines'
import { isWrong, mayDoEverything } from './map-harm'
import type { ReportDocument } from './report'

type Reported = ReportDocument['contexts'][number]

/** A name, and whose it is. */
export type NameAndAccount = readonly [name: string, account: string | null]
const joined = (whose: NameAndAccount): string => whose.filter(Boolean).join(' of ')

/** What identities and clusters are called, by their keys. */
export function namesIn({ identities, clusters }: ReportDocument) {
  const identity = new Map(identities.map((one) => [one.key, one]))
  const cluster = new Map(clusters.map((one) => [one.key, one]))
  const account = (one: { readonly account: string | null; readonly accountName: string | null }) =>
    one.accountName ?? one.account
  const identityWhose = (key: string | null): NameAndAccount => {
    const one = key === null ? undefined : identity.get(key)
    if (one === undefined || one.kind === 'nobody') return ['no identity', null]
    return one.kind === 'not-aws' ? ['not AWS', null] : [one.name, account(one)]
  }
  const clusterWhose = (key: string): NameAndAccount => {
    const one = cluster.get(key)
    return one === undefined ? [key, null] : [one.name, account(one)]
  }
  return {
    identityWhose,
    clusterWhose,
    identity: (key: string | null): string => joined(identityWhose(key)),
    cluster: (key: string): string => joined(clusterWhose(key)),
  }
}

/** What an earlier report and this one are called. */
export const reportSides: SideNames = { was: 'the earlier report', is: 'this one' }

/** By which evidence an identity is known, in words. */
export const byWords = ({ identityBy }: Reported): string => (identityBy === null ? '' : evidence[identityBy])
const evidence: Readonly<Record<NonNullable<Reported['identityBy']>, string>> = {
  intended: 'named by the entry',
  predicted: 'as files say',
  proven: 'proven by AWS',
  seen: 'proven and seen by the cluster',
}

/** What it may do there, as the cluster answered, else as its lists say. */
export const mayWords = ({ admin, adminByLists }: Reported): string =>
  admin === null
    ? adminByLists
      ? 'everything, the cluster’s lists say'
      : ''
    : admin
      ? 'everything'
      : 'less than everything'

const staleWords: Readonly<Record<StaleReason, string>> = {
  changed: 'something changed since',
  expected: 'another identity is expected since',
  ended: 'the sign-in has ended',
  old: 'the check is old',
}

/** The verdict, or that it is stale with what it was, and why. */
export const verdictWords = ({ verdict, stale }: Reported): readonly [verdict: string, why: string | null] =>
  verdict === null
    ? [verdictText['not-checked'], null]
    : stale === null
      ? [verdictText[verdict], null]
      : [verdictText.stale, `was ${verdictText[verdict]}; ${staleWords[stale]}`]

/** Who acts or would act as another, or may do everything while nothing says who should; administrators first. */
export const wrongIn = ({ contexts }: ReportDocument): readonly Reported[] =>
  contexts
    .filter((one) => one.shouldBe !== null || isWrong(one))
    .sort((a, b) => Number(mayDoEverything(b)) - Number(mayDoEverything(a)))

/** Of a cluster that contexts use, who may do everything by its lists, or was seen to. */
export interface Everything {
  readonly cluster: Omit<AuditCluster, 'askedAt'>
  readonly principals: readonly AuditPrincipal[]
  /** How many more may enter. */
  readonly less: number
}

/** Who may do everything, cluster by cluster, and the clusters of which not all was read. */
export function everythingIn({ clusters }: ReportDocument) {
  const used = clusters.filter(({ contexts }) => contexts > 0)
  const all = used.map((cluster): Everything => {
    const entering = cluster.mayEnter.filter(({ node }) => !node)
    const principals = entering.filter((one) => one.everything)
    return { cluster, principals, less: entering.length - principals.length }
  })
  return {
    all: all.filter(({ principals }) => principals.length > 0),
    unread: used.filter(({ unread }) => unread !== null),
    used: used.length,
  }
}
