/** The access entries of a cluster: ListAccessEntries, and of each its username, groups and policies. Facts: EKS API reference. */
import { setMaxListeners } from 'node:events'
import type { EKSClient } from '@aws-sdk/client-eks'
import * as v from 'valibot'
import type { AccessEntry, AccessPolicy, Readable } from '../../../shared/identity/access'
import { fail, ok, type Result } from '../../../shared/result'
import { slots } from '../../system/slots'
import { type AskAws, allPages, askOnce, called, type Paged } from './pages'
import { type AwsCall, notOfService, type Refused } from './refusals'

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
const mostOfACluster = 20_000

/** Each is asked about twice, and so many connections there are for that (clients.ts). */
const entriesAtOnce = 16

type Call = Omit<AwsCall, 'action'> & { readonly cluster: string }

/** How many entries are read of how many. */
export type EntriesProgress = (done: number, total: number) => void

/**
 * Who may enter by access entries; an entry that may not be read whole says so and hides no other. Stopped once they are named, those that
 * were not read yet are there by their names, and say so.
 */
export async function accessEntries(
  client: EKSClient,
  call: Call,
  signal: AbortSignal,
  ask: AskAws = askOnce,
  onProgress: EntriesProgress = () => undefined,
): Promise<Readable<readonly AccessEntry[]>> {
  // Every call under way listens to it.
  setMaxListeners(0, signal)
  const named = await listed(client, call, signal, ask)
  if (!named.ok) return { state: 'not-read', why: named.fault.message, next: named.fault.next }
  const total = named.value.length
  onProgress(0, total)
  const turn = slots(entriesAtOnce)
  let done = 0
  const value = await Promise.all(
    named.value.map((principal) =>
      turn(async () => {
        if (signal.aborted) return unread(principal)
        const entry = await entryOf(client, principal, call, signal, ask)
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

async function listed(
  client: EKSClient,
  call: Call,
  signal: AbortSignal,
  ask: AskAws,
): Promise<Result<readonly string[]>> {
  const { ListAccessEntriesCommand } = await import('@aws-sdk/client-eks')
  return paged('ListAccessEntries', arn, { ...call, ask }, async (nextToken) => {
    const command = new ListAccessEntriesCommand({ clusterName: call.cluster, maxResults: 100, ...nextToken })
    const { accessEntries: items, nextToken: next } = await client.send(command, { abortSignal: signal })
    return { items, next }
  })
}

async function entryOf(
  client: EKSClient,
  principalArn: string,
  call: Call,
  signal: AbortSignal,
  ask: AskAws,
): Promise<AccessEntry> {
  const [entry, policies] = await Promise.all([
    described(client, principalArn, call, signal, ask),
    associated(client, principalArn, call, signal, ask),
  ])
  const problems = [entry, policies].flatMap((one) => (one.ok ? [] : [one.fault.message]))
  const { type, username, kubernetesGroups, modifiedAt } = entry.ok ? entry.value : {}
  return {
    principalArn,
    type: type ?? 'STANDARD',
    username: username || null,
    groups: kubernetesGroups ?? [],
    policies: policies.ok ? policies.value : [],
    modifiedAt: modifiedAt?.getTime() ?? null,
    problem: problems.length > 0 ? problems.join(' ') : null,
  }
}

async function described(
  client: EKSClient,
  principalArn: string,
  call: Call,
  signal: AbortSignal,
  ask: AskAws,
): Promise<Result<Partial<v.InferOutput<typeof entrySchema>>>> {
  const { DescribeAccessEntryCommand } = await import('@aws-sdk/client-eks')
  const action = 'DescribeAccessEntry'
  const command = new DescribeAccessEntryCommand({ clusterName: call.cluster, principalArn })
  const answer = await ask(() =>
    called({ ...call, action }, () => client.send(command, { abortSignal: signal })),
  )
  if (!answer.ok) return answer
  const read = v.safeParse(entrySchema, answer.value.accessEntry)
  const meant = read.success && read.output.principalArn === principalArn
  return meant ? ok(read.output) : fail(noEks(action, call))
}

async function associated(
  client: EKSClient,
  principalArn: string,
  call: Call,
  signal: AbortSignal,
  ask: AskAws,
): Promise<Result<readonly AccessPolicy[]>> {
  const { ListAssociatedAccessPoliciesCommand } = await import('@aws-sdk/client-eks')
  const found = await paged(
    'ListAssociatedAccessPolicies',
    policySchema,
    { ...call, ask },
    async (nextToken) => {
      const command = new ListAssociatedAccessPoliciesCommand({
        clusterName: call.cluster,
        principalArn,
        ...nextToken,
      })
      const { associatedAccessPolicies: items, nextToken: next } = await client.send(command, {
        abortSignal: signal,
      })
      return { items, next }
    },
  )
  return found.ok ? ok(found.value.map(policyOf)) : found
}

const policyOf = ({ policyArn, accessScope }: v.InferOutput<typeof policySchema>): AccessPolicy => ({
  arn: policyArn,
  name: policyArn.slice(policyArn.lastIndexOf('/') + 1),
  namespaces: accessScope?.type === 'namespace' ? (accessScope.namespaces ?? []) : null,
})

/** All pages of a list of the EKS API. */
function paged<T>(
  action: string,
  item: v.GenericSchema<unknown, T>,
  { ask, ...call }: Call & { readonly ask: AskAws },
  page: Paged<T>['page'],
): Promise<Result<readonly T[]>> {
  return allPages({
    call: { ...call, action },
    ask,
    item,
    most: mostOfACluster,
    wrong: (why) => noEks(action, call, why),
    page,
  })
}

const noEks = (action: string, { region, cluster }: Call, why?: string): Refused =>
  notOfService('EKS', `${action} ${cluster} for EKS in ${region}`, why)
