/** The access entries of a cluster: ListAccessEntries, and of each its username, groups and policies. Facts: EKS API reference. */
import type { EKSClient } from '@aws-sdk/client-eks'
import * as v from 'valibot'
import type { AccessEntry, AccessPolicy, Readable } from '../../../shared/identity/access'
import { type Fault, fail, fault, ok, type Result } from '../../../shared/result'
import { slots } from '../../system/slots'
import { type AwsCall, refusal } from './refusals'

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

/** More pages than a cluster may have entries for. */
const mostPages = 100

/** Each is asked about twice. */
const entriesAtOnce = 8

type Call = Omit<AwsCall, 'action'> & { readonly cluster: string }

/** Who may enter by access entries; an entry that may not be read whole says so and hides no other. */
export async function accessEntries(
  client: EKSClient,
  call: Call,
  signal: AbortSignal,
  atOnce = entriesAtOnce,
): Promise<Readable<readonly AccessEntry[]>> {
  const named = await listed(client, call, signal)
  if (!named.ok) return { state: 'not-read', why: named.fault.message, next: named.fault.next }
  const turn = slots(atOnce)
  const value = await Promise.all(
    named.value.map((principal) => turn(() => entryOf(client, principal, call, signal))),
  )
  return { state: 'read', value }
}

async function listed(
  client: EKSClient,
  call: Call,
  signal: AbortSignal,
): Promise<Result<readonly string[]>> {
  const { ListAccessEntriesCommand } = await import('@aws-sdk/client-eks')
  return paged('ListAccessEntries', arn, call, async (nextToken) => {
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
): Promise<AccessEntry> {
  const [entry, policies] = await Promise.all([
    described(client, principalArn, call, signal),
    associated(client, principalArn, call, signal),
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
): Promise<Result<Partial<v.InferOutput<typeof entrySchema>>>> {
  const { DescribeAccessEntryCommand } = await import('@aws-sdk/client-eks')
  try {
    const answer = await client.send(
      new DescribeAccessEntryCommand({ clusterName: call.cluster, principalArn }),
      { abortSignal: signal },
    )
    const read = v.safeParse(entrySchema, answer.accessEntry)
    const meant = read.success && read.output.principalArn === principalArn
    return meant ? ok(read.output) : fail(noEks('DescribeAccessEntry', call))
  } catch (error) {
    return fail(refusal(error, { ...call, action: 'DescribeAccessEntry' }))
  }
}

async function associated(
  client: EKSClient,
  principalArn: string,
  call: Call,
  signal: AbortSignal,
): Promise<Result<readonly AccessPolicy[]>> {
  const { ListAssociatedAccessPoliciesCommand } = await import('@aws-sdk/client-eks')
  const found = await paged('ListAssociatedAccessPolicies', policySchema, call, async (nextToken) => {
    const command = new ListAssociatedAccessPoliciesCommand({
      clusterName: call.cluster,
      principalArn,
      ...nextToken,
    })
    const { associatedAccessPolicies: items, nextToken: next } = await client.send(command, {
      abortSignal: signal,
    })
    return { items, next }
  })
  return found.ok ? ok(found.value.map(policyOf)) : found
}

const policyOf = ({ policyArn, accessScope }: v.InferOutput<typeof policySchema>): AccessPolicy => ({
  arn: policyArn,
  name: policyArn.slice(policyArn.lastIndexOf('/') + 1),
  namespaces: accessScope?.type === 'namespace' ? (accessScope.namespaces ?? []) : null,
})

/** All pages of a list of the EKS API. */
async function paged<T>(
  action: string,
  item: v.GenericSchema<unknown, T>,
  call: Call,
  ask: (nextToken: {
    readonly nextToken?: string
  }) => Promise<{ readonly items: unknown; readonly next: string | undefined }>,
): Promise<Result<readonly T[]>> {
  const found: T[] = []
  let token: string | undefined
  try {
    for (let page = 0; page < mostPages; page += 1) {
      const { items, next } = await ask(token === undefined ? {} : { nextToken: token })
      const read = v.safeParse(v.array(item), items)
      if (!read.success) return fail(noEks(action, call))
      found.push(...read.output)
      if (!next || next === token) return ok(found)
      token = next
    }
    return fail(noEks(action, call))
  } catch (error) {
    return fail(refusal(error, { ...call, action }))
  }
}

const noEks = (action: string, { region, cluster }: Call): Fault =>
  fault(
    'aws',
    `What answers ${action} ${cluster} for EKS in ${region} is not EKS: its answer has another shape.`,
    'Check which endpoint_url or proxy answers in its place.',
  )
