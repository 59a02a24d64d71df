/** Which answers of EKS are believed, by the account that asked. */
import * as v from 'valibot'
import type { Inferred } from '../inferred'
import { isEksServer, isSameHost } from './eks-endpoint'

/** Which account asked EKS, and where. Nothing of it is taken from what EKS answered. */
export const askedBySchema = v.object({
  /**
   * The account of the keys that asked, as STS says; null: STS did not say it, or an earlier Ekscope did not store it. Then
   * nothing of the answer is believed.
   */
  account: v.nullable(v.string()),
  region: v.string(),
  /** Scheme, host and port of the EKS that answered; null: AWS's own. */
  endpoint: v.nullable(v.string()),
})
export type AskedBy = Inferred<typeof askedBySchema>

/** What EKS answered about a cluster, and to which identity. */
export interface Answered {
  readonly endpoint: string | null
  readonly askedBy: AskedBy
}

/** Whether it was proven whose account asked: that of the answer's ARN, because any other is no answer (clusters.ts). */
export const isBelieved = ({ askedBy }: Pick<Answered, 'askedBy'>): boolean => askedBy.account !== null

/** What is said of an answer that is not believed. */
export const notBelieved =
  'Whose account asked is not known: STS did not say it, or an earlier Ekscope did not keep it. So this is shown as found, and not believed until AWS is asked again.'

/** Whether AWS's own EKS named a server of EKS's own. */
export const isOwn = ({ endpoint, askedBy }: Answered): boolean =>
  askedBy.endpoint === null && endpoint !== null && isEksServer(endpoint, askedBy.region)

/** Which of two answers about one cluster counts more, before their age counts. */
const weight = ({ askedBy }: Pick<Answered, 'askedBy'>): number =>
  askedBy.account === null ? 0 : askedBy.endpoint === null ? 2 : 1

/** Whether this answer stays although a later one exists: an EKS that is not AWS's says nothing against AWS's own. */
export const outweighs = (before: Pick<Answered, 'askedBy'>, later: Pick<Answered, 'askedBy'>): boolean =>
  weight(before) > weight(later)

/** Why the user confirms the server of an answer before it gets tokens of an identity, or is written to an entry. */
export type ServerDoubt =
  /** STS did not say whose account asked. */
  | 'not-believed'
  /** It is none of EKS's own, and the entry has a server of another host: an emulator's clusters have ports of one host. */
  | 'in-place'
  /** An identity whose tokens it would get would ask EKS elsewhere. */
  | 'others'

/**
 * Null: nothing is to be asked. `standing`: the server now in the entry that would get it; null: there is no such entry.
 * `allAskThere`: all whose tokens it would get would ask the very EKS that answered.
 */
export function serverDoubt(
  answer: Answered,
  standing: string | null,
  allAskThere: boolean,
): ServerDoubt | null {
  if (!isBelieved(answer)) return 'not-believed'
  if (isOwn(answer)) return null
  if (standing !== null && !isSameHost(standing, answer.endpoint)) return 'in-place'
  return allAskThere ? null : 'others'
}
