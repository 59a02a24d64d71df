/** What main knows of a session when it judges a write, as values: the thread that computes a write judges it, too. */
import { type ReadsByKey, readFromAws } from './aws-reads'
import { type BroughtBefore, broughtIn } from './decisions'
import { asksWhere, type EksEndpoints } from './eks-endpoints'
import type { Seen } from './introduced'

export interface SeenValues {
  /** What main has read from AWS. */
  readonly reads: ReadsByKey
  /** Where identities would ask AWS, in each environment. */
  readonly endpoints: readonly EksEndpoints[]
  /** What writes of Ekscope brought. */
  readonly before: BroughtBefore
  /** What stood in the files before a write of this session took it away. */
  readonly had: ReadonlySet<string>
}

/** The same, as it is asked for. */
export const seenIn = ({ reads, endpoints, before, had }: SeenValues): Seen => ({
  fromAws: readFromAws(reads),
  asksWhere: (user) => asksWhere(user, endpoints),
  brought: broughtIn(before),
  had: (key) => had.has(key),
})
