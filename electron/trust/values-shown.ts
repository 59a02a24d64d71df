/**
 * What main knows of a session when it judges a write, as values: a thread that tries edits judges them, too. For some clusters
 * AWS has named the server and the authority: the user is not asked about these.
 */
import { parseClusterArn } from '../../shared/identity/arn'
import { type AskedBy, isBelieved } from '../../shared/identity/asked-by'
import type { EksCluster } from '../../shared/identity/eks-cluster'
import type { RawCluster, RawUser } from '../kubeconfig/read/raw-entries'
import { type ShownBefore, wasAddedIn } from './decisions'
import { asksWhere, type EksEndpoints } from './eks-endpoints'
import { hash } from './hashes'

export type AwsReads = ReturnType<typeof openAwsReads>

/** Callers to which AWS said something, by hashes of what it said. */
type ReadsByKey = ReadonlyMap<string, readonly AskedBy[]>

type AwsCluster = Pick<EksCluster, 'arn' | 'endpoint' | 'certificateAuthorityData' | 'askedBy'>

/** A cluster entry and what a write makes of it. */
interface WrittenCluster {
  readonly file: string
  readonly isNew: boolean
  /** Its authority stays as it is in the file: then the server alone has to be AWS's. */
  readonly sameAuthority: boolean
}

const anyAuthority = 'as it is in the file'
/** Beyond this number the oldest are forgotten, and the user is asked about them. */
const mostReads = 50_000

const keyOf = (server: string | null, data: string | null, what: unknown) => hash([server, data, what])

/** Callers to which AWS has said this, by what was read from AWS. */
const readFromAws =
  (reads: ReadsByKey) =>
  (
    { file, isNew, sameAuthority }: WrittenCluster,
    { name, server, certificateAuthorityData }: RawCluster,
  ): readonly AskedBy[] => {
    const data = sameAuthority ? anyAuthority : certificateAuthorityData
    const answersFor = (what: unknown) => reads.get(keyOf(server, data, what)) ?? []
    const arn = parseClusterArn(name)
    if (arn !== null) return answersFor(arn.arn)
    return [...answersFor(['entry', file, name]), ...(isNew ? answersFor('new entry') : [])]
  }

/** What main read from DescribeCluster in this session. `endpoints`: where identities ask EKS now, by readable environment. */
export function openAwsReads(endpoints: () => Promise<readonly EksEndpoints[]>) {
  const reads = new Map<string, readonly AskedBy[]>()
  const keep = (key: string, askedBy: AskedBy) => {
    const before = (reads.get(key) ?? []).filter(({ endpoint }) => endpoint !== askedBy.endpoint)
    reads.set(key, [...before, askedBy])
    for (const old of reads.keys()) {
      if (reads.size <= mostReads) break
      reads.delete(old)
    }
  }
  return {
    /**
     * What is not believed is ignored. `entry`: the cluster entry that it was read for, by its file and name. `ownIdentity`: read
     * with the identity of the entry or a profile of the user's; without it the caller named a role.
     */
    note(
      { arn, endpoint, certificateAuthorityData, askedBy }: AwsCluster,
      entry: { readonly file: string; readonly name: string } | null,
      ownIdentity: boolean,
    ): void {
      if (!isBelieved({ askedBy })) return
      for (const data of [certificateAuthorityData, anyAuthority]) {
        keep(keyOf(endpoint, data, arn), askedBy)
        if (entry !== null) keep(keyOf(endpoint, data, ['entry', entry.file, entry.name]), askedBy)
      }
      if (ownIdentity) keep(keyOf(endpoint, certificateAuthorityData, 'new entry'), askedBy)
    },
    reads,
    endpoints,
  }
}

export interface SeenValues {
  /** What main has read from AWS. */
  readonly reads: ReadsByKey
  /** Where identities would ask AWS, in each environment. */
  readonly endpoints: readonly EksEndpoints[]
  /** What writes of Ekscope added. */
  readonly before: ShownBefore
  /** What was in the files before a write of this session removed it. */
  readonly had: ReadonlySet<string>
}

/** The same, as queries. */
export type ValuesShown = ReturnType<typeof seenIn>

export const seenIn = ({ reads, endpoints, before, had }: SeenValues) => ({
  /** Callers to which DescribeCluster itself has named this server and this authority, for the cluster of the entry. */
  fromAws: readFromAws(reads),
  /** Where the identity of this user's tokens would ask EKS; nowhere, where that is not known. */
  asksWhere: (user: RawUser) => asksWhere(user, endpoints),
  /** A write of Ekscope, in any session, added this place or let this user's tokens go to such a place, and that was allowed. */
  wasAdded: wasAddedIn(before),
  /** Was in the user's files, as Ekscope found them, before a write of this session removed it. */
  had: (key: string): boolean => had.has(key),
})
