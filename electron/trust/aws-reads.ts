/** What AWS has said of clusters in this session: a server and an authority that it names itself are not asked about. */
import { parseClusterArn } from '../../shared/identity/arn'
import type { Seen } from './brought'
import { hash } from './side-entries'

/** What main has read from DescribeCluster in this session. */
export interface AwsReads {
  /**
   * `entry`: the cluster entry that it was read for, by its file and name. `asked`: with the identity of the entry or a profile
   * of the user's; without it the caller named a role.
   */
  note(
    cluster: AwsCluster,
    entry: { readonly file: string; readonly name: string } | null,
    ownIdentity: boolean,
  ): void
  /** All of it, by hashes: another thread can judge by it (`readFromAws`). */
  readonly reads: ReadonlySet<string>
}

interface AwsCluster {
  readonly arn: string
  readonly endpoint: string | null
  readonly certificateAuthorityData: string | null
}

const anyAuthority = 'as it is in the file'
/** Beyond this the oldest are forgotten, and asked about. */
const mostReads = 50_000

const keyOf = (server: string | null, data: string | null, what: unknown) => hash([server, data, what])

/** Whether AWS has said this, by what was read from it. */
export const readFromAws =
  (reads: ReadonlySet<string>): Seen['fromAws'] =>
  ({ file, isNew, sameAuthority }, { name, server, certificateAuthorityData }) => {
    const data = sameAuthority ? anyAuthority : certificateAuthorityData
    const arn = parseClusterArn(name)
    if (arn !== null) return reads.has(keyOf(server, data, arn.arn))
    return (
      reads.has(keyOf(server, data, ['entry', file, name])) ||
      (isNew && reads.has(keyOf(server, data, 'new entry')))
    )
  }

export function openAwsReads(): AwsReads {
  const reads = new Set<string>()
  const keep = (key: string) => {
    reads.add(key)
    for (const old of reads) {
      if (reads.size <= mostReads) break
      reads.delete(old)
    }
  }
  return {
    note({ arn, endpoint, certificateAuthorityData }, entry, ownIdentity) {
      for (const data of [certificateAuthorityData, anyAuthority]) {
        keep(keyOf(endpoint, data, arn))
        if (entry !== null) keep(keyOf(endpoint, data, ['entry', entry.file, entry.name]))
      }
      if (ownIdentity) keep(keyOf(endpoint, certificateAuthorityData, 'new entry'))
    },
    reads,
  }
}
