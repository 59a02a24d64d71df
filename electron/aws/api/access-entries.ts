/**
 * The access entries of a cluster: ListAccessEntries, and of each its username, groups and policies. Facts: EKS API reference.
 */
import type { EKSClient } from '@aws-sdk/client-eks'
import * as v from 'valibot'
import type { AccessEntry, AccessPolicy, Readable } from '../../../shared/identity/access-entries'
import { fail, ok, type Result } from '../../../shared/result'
import { slots } from '../../system/slots'
import { type BoundClient, callOnce, listAll, noEks } from './calls'

const arn = v.pipe(v.string(), v.maxLength(2048))
const words = v.pipe(v.string(), v.maxLength(2048))
const entrySchema = v.object({
  principalArn: arn,
  type: v.nullish(words),
  username: v.nullish(words),
  kubernetesGroups: v.nullish(v.array(words)),
  modifiedAt: v.nullish(v.date()),
})
const policySchema = v.object({
  policyArn: arn,
  accessScope: v.nullish(v.object({ type: v.nullish(words), namespaces: v.nullish(v.array(words)) })),
})

/** Far more entries than a cluster may have, and policies than an entry. */
const most = 20_000

/** Each takes two requests, for which clients.ts has enough connections. */
const entriesAtOnce = 16

/** A cluster of an EKS. */
type AtCluster = BoundClient<EKSClient> & { readonly cluster: string }

/** How many entries are read of how many. */
export type EntriesProgress = (done: number, total: number) => void

/**
 * Who may enter by access entries; an entry that may not be read whole says so and hides no other. Stopped after they are
 * listed, those not read yet are there by their names, and say so.
 */
export async function accessEntries(
  at: AtCluster,
  onProgress: EntriesProgress = () => undefined,
): Promise<Readable<readonly AccessEntry[]>> {
  const { signal, cluster: clusterName } = at
  const { ListAccessEntriesCommand } = await import('@aws-sdk/client-eks')
  const named = await listAll(at, 'ListAccessEntries', {
    item: arn,
    most,
    page: async (client, from, options) => {
      const command = new ListAccessEntriesCommand({ clusterName, maxResults: 100, ...from })
      const { accessEntries: items, nextToken: next } = await client.send(command, options)
      return { items, next }
    },
  })
  if (!named.ok) return { state: 'not-read', why: named.fault.message, next: named.fault.next }
  const total = named.value.length
  onProgress(0, total)
  const turn = slots(entriesAtOnce)
  let done = 0
  const value = await Promise.all(
    named.value.map((principal) =>
      turn(async () => {
        if (signal.aborted) return unread(principal)
        const entry = await entryOf(at, principal)
        if (signal.aborted && entry.problem !== null) return unread(principal)
        done += 1
        onProgress(done, total)
        return entry
      }),
    ),
  )
  return { state: 'read', value }
}

const unread = (principalArn: string): AccessEntry => ({
  principalArn,
  type: 'STANDARD',
  username: null,
  groups: [],
  policies: [],
  modifiedAt: null,
  problem: 'Not read: reading was stopped before this entry. Read again to see what the entry says.',
})

async function entryOf(at: AtCluster, principalArn: string): Promise<AccessEntry> {
  const [entry, policies] = await Promise.all([described(at, principalArn), associated(at, principalArn)])
  const problems = [entry, policies].flatMap((one) => (one.ok ? [] : [one.fault.message]))
  const { type, username, kubernetesGroups, modifiedAt } = entry.ok ? entry.value : {}
  return {
    principalArn,
    type: type ?? 'STANDARD',
    username: username || null,
    groups: kubernetesGroups ?? [],
    policies: policies.ok ? policies.value.map(policyOf) : [],
    modifiedAt: modifiedAt?.getTime() ?? null,
    problem: problems.length > 0 ? problems.join(' ') : null,
  }
}

async function described(
  at: AtCluster,
  principalArn: string,
): Promise<Result<Partial<v.InferOutput<typeof entrySchema>>>> {
  const { DescribeAccessEntryCommand } = await import('@aws-sdk/client-eks')
  const action = 'DescribeAccessEntry'
  const command = new DescribeAccessEntryCommand({ clusterName: at.cluster, principalArn })
  const answer = await callOnce(at, action, (client, options) => client.send(command, options))
  if (!answer.ok) return answer
  const read = v.safeParse(entrySchema, answer.value.accessEntry)
  const meant = read.success && read.output.principalArn === principalArn
  return meant ? ok(read.output) : fail(noEks(action, at))
}

async function associated(at: AtCluster, principalArn: string) {
  const { ListAssociatedAccessPoliciesCommand } = await import('@aws-sdk/client-eks')
  return listAll(at, 'ListAssociatedAccessPolicies', {
    item: policySchema,
    most,
    page: async (client, from, options) => {
      const input = { clusterName: at.cluster, principalArn, ...from }
      const answer = await client.send(new ListAssociatedAccessPoliciesCommand(input), options)
      return { items: answer.associatedAccessPolicies, next: answer.nextToken }
    },
  })
}

const policyOf = ({ policyArn, accessScope }: v.InferOutput<typeof policySchema>): AccessPolicy => ({
  arn: policyArn,
  name: policyArn.slice(policyArn.lastIndexOf('/') + 1),
  namespaces: accessScope?.type === 'namespace' ? (accessScope.namespaces ?? []) : null,
})
