/**
 * One context, explained: the most harmful true sentence, where the chain of its identity breaks and on what evidence, what its cluster
 * knows of an identity that it refuses, and what to type. Inspector and `ekscope explain` print it. Pure.
 */
import { ago } from '../age'
import { plural } from '../counted'
import { isOfRow } from '../findings/finding-kinds'
import type { Finding } from '../findings/finding-rules'
import { arnForEntry, parsePrincipal } from '../identity/arn'
import { clusterAnswer } from '../identity/cluster-answer'
import type { EnvironmentName } from '../identity/identity'
import { principalKey } from '../identity/named-identity'
import type { Refusal } from '../kubeconfig/entries'
import { visible } from '../visible'
import type { AuditCluster, AuditPrincipal } from './audit'
import { chainOf, type Link } from './chain'
import { type ContextFacts, tokenForOf } from './context-facts'
import { contextSentence, nameOf, type Sentence, sentenceOf } from './context-sentence'

export interface Explanation {
  readonly said: Sentence
  readonly links: readonly Link[]
  /** Who may enter a cluster that refuses this identity; null: it does not refuse, or was not asked. */
  readonly cluster: ClusterKnows | null
  /** Where the identity has only to be let in. */
  readonly letIn: LetIn | null
  /** Those of its own that are more than a note. */
  readonly findings: readonly Finding[]
}

/** What is known of who may enter a cluster, and whether its lists name one identity. */
export interface ClusterKnows {
  readonly name: string
  /** Why not all of it was read; null: all was. */
  readonly unread: string | null
  /** When AWS described the cluster last, ms since the epoch. */
  readonly askedAt: number | null
  readonly administrators: readonly Pick<AuditPrincipal, 'name' | 'from'>[]
  /** How many may enter, and which lists name this identity. */
  readonly mayEnter: number
  readonly namedIn: readonly AuditPrincipal['from'][]
  /** The same in sentences. */
  readonly says: readonly string[]
}

export interface LetIn {
  readonly arn: string
  /** What stands before the command that prints how. */
  readonly says: string
}

interface Around {
  readonly environment: EnvironmentName
  /** The cluster that the context leads to; null where it is not known. */
  readonly cluster: AuditCluster | null
  /** That of its file. */
  readonly refusal: Refusal | null
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** All that is said of one context. */
export function explained(
  context: ContextFacts,
  { environment, cluster, refusal, now }: Around,
): Explanation {
  const arn = context.check?.proven?.arn ?? null
  const knows = cluster === null || !isRefused(context) ? null : whatItKnows(cluster, arn, now)
  return {
    said:
      refusal !== null && context.check === null
        ? refusedSentence(refusal)
        : contextSentence(context, environment, now),
    links: chainOf(context, now),
    cluster: knows,
    letIn: mayBeLetIn(context, knows),
    findings: context.findings.filter((one) => one.severity !== 'info' && isOfRow(one)),
  }
}

/** kubectl never reaches the entry. */
export const refusedSentence = ({ message, next }: Refusal): Sentence =>
  sentenceOf('bad', 'Not checked, but kubectl refuses the file of this context', message, { next })

/** The cluster itself refused it, by a check that holds. */
export const isRefused = ({ check, stale }: Pick<ContextFacts, 'check' | 'stale'>): boolean =>
  check !== null && stale === null && clusterAnswer(check).kind === 'refused'

function whatItKnows(cluster: AuditCluster, arn: string | null, now: number): ClusterKnows {
  const { name, mayEnter, unread, askedAt } = cluster
  const account = arn === null ? null : (parsePrincipal(arn)?.account ?? null)
  const key = arn === null ? null : principalKey(arn)
  const isNamed = (one: AuditPrincipal): boolean =>
    one.from === 'mapAccounts' ? one.principal === account : key !== null && one.key === key
  const lists = mayEnter.filter(({ from }) => from !== 'seen')
  const knows = {
    ...{ name, unread, askedAt, mayEnter: mayEnter.length },
    administrators: mayEnter.flatMap(({ everything, name: who, from }) =>
      everything ? [{ name: who, from }] : [],
    ),
    namedIn: [...new Set(lists.filter(isNamed).map(({ from }) => from))],
  }
  return { ...knows, says: sentencesOf(knows, now) }
}

function sentencesOf(knows: Omit<ClusterKnows, 'says'>, now: number): readonly string[] {
  const { mayEnter, unread, askedAt, administrators, namedIn } = knows
  const age = askedAt === null ? '' : `, AWS asked ${ago(askedAt, Math.max(now, askedAt))}`
  const known = `What is known of ${visible(knows.name)}${age}`
  if (unread !== null && mayEnter === 0) return [`${known}: ${visible(unread)}`]
  const where = [
    ...new Set(namedIn.map((from) => (from === 'access-entry' ? 'an access entry' : 'aws-auth'))),
  ]
  const names =
    where.length > 0
      ? `${where.join(' and ')} ${where.length === 1 ? 'names' : 'name'} this identity`
      : 'this identity is not among them'
  const admins = administrators.flatMap(({ name: who }) => (who === null ? [] : [visible(who)]))
  return [
    `${known}: ${plural(mayEnter, 'principal')} may enter, and ${names}.${unread === null ? '' : ` ${visible(unread)}`}`,
    ...(admins.length === 0 ? [] : [`Who may do everything there: ${admins.join(', ')}.`]),
  ]
}

/**
 * The identity that only has to be let in: the intended one, or where none is named the one of the shell, whose token for this
 * cluster was refused, and that no list names. Null: another thing is wrong.
 */
function mayBeLetIn(context: ContextFacts, knows: ClusterKnows | null): LetIn | null {
  const { check, identity, intended, proven } = context
  if (check?.proven == null || !isRefused(context)) return null
  if (check.verdict === 'mismatch' || tokenForOf(context) !== null) return null
  if (knows !== null && knows.namedIn.length > 0) return null
  return {
    arn: arnForEntry(check.proven, identity?.intended.arn ?? null),
    says: `${intended === null ? `Only if ${nameOf(proven)} is meant, the` : 'The'} commands for one who may give access:`,
  }
}
