/** `ekscope add`: a context for an EKS cluster, as `aws eks update-kubeconfig` makes one, with a user of its own. */

import { Draft } from '../../shared/edits/draft'
import type { Edit } from '../../shared/edits/edit'
import type { ModelEntry } from '../../shared/edits/model'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import { canonicalArn, parseClusterArn, parsePrincipal, samePrincipal } from '../../shared/identity/arn'
import { type DiscoveryIdentity, type EksCluster, notReady } from '../../shared/identity/eks-cluster'
import { isRegion } from '../../shared/identity/regions'
import { at, textOf } from '../../shared/json'
import type { Caller, Discovery } from '../aws/api/discovery'
import { chosenProfile } from '../aws/files/profiles'
import { type Arguments, UsageError } from './arguments'
import { type Command, type CommandCall, Refusal } from './command'
import { oneOf, regionFrom, roleFrom } from './edit-values'
import { principal } from './identity-cell'
import { carryOut, type Doubt, type Opened, openForWriting, writingHelp, writingOptions } from './writing'

const usage =
  'add --cluster NAME --region R [--profile P] [--role-arn ARN] [--describe-role-arn ARN] [--alias A] [--user-alias U] [--cluster-alias C] [--namespace N] [--proxy-url URL] [--pin arg|env|none] [--use]'

const text = { type: 'string' } as const

export const add: Command = {
  name: 'add',
  usage,
  summary: 'a context for an EKS cluster, with a user entry of its own',
  options: {
    ...writingOptions,
    cluster: text,
    region: text,
    profile: text,
    'role-arn': text,
    'describe-role-arn': text,
    alias: text,
    'user-alias': text,
    'cluster-alias': text,
    namespace: text,
    'proxy-url': text,
    pin: text,
    use: { type: 'boolean' },
  },
  help: [
    ['--cluster NAME', "the cluster's name or ARN"],
    ['--region R', "its region (default: the ARN's, else the environment's or the profile's)"],
    ['--profile P', 'who looks, and whom the context acts as (default: whoever the environment gives)'],
    ['--role-arn ARN', 'the role that the context assumes on top'],
    ['--describe-role-arn ARN', 'a role for looking only: it is not written'],
    ['--alias A', "the context's name (default: the cluster's ARN)"],
    ['--user-alias U', "the user's name (default: the context's, made unique)"],
    ['--cluster-alias C', "the cluster entry's name (default: the cluster's ARN, reused if it is there)"],
    ['--namespace N', 'the namespace of the context'],
    ['--proxy-url URL', 'the proxy on the way to the cluster'],
    ['--pin arg|env|none', 'the profile by --profile (default), by AWS_PROFILE, or not at all'],
    ['--use', 'make it the current context'],
    ...writingHelp,
  ],
  async run(call) {
    const { args: words } = call
    const asked = askedOf(words)
    const opened = await openForWriting(call, { creates: true })
    const { snapshot, services } = opened
    const environment = await services.environments.of(words.globals.environment)
    const looking = await services.editing.discovery(words.globals.environment)
    const identity: DiscoveryIdentity = { profile: asked.profile, role: asked.describeRole }
    try {
      const region = asked.region ?? regionOf(looking, identity)
      const { cluster, caller } = await look(call, looking, identity, region, asked.cluster)
      refuseServiceRole(cluster, asked.role, identity, caller)
      const profile = asked.profile ?? chosenProfile(null, environment.variables)?.value ?? null
      const { edits, doubts, names } = editsFor(opened, asked, cluster, profile || null)
      const inUse = snapshot.contexts.some(({ name }) => name === names.context)
      if (inUse) throw new Refusal(nameInUse(names.context))
      return await carryOut(call, opened, {
        edits,
        doubts,
        more: {
          context: names.context,
          cluster: { entry: names.cluster, arn: cluster.arn },
          seenBy: caller?.arn ?? null,
        },
      })
    } finally {
      looking.close()
    }
  },
}

const nameInUse = (name: string) => ({
  message: `there is a context “${name}” already.`,
  next: 'Name the new one with --alias, change that one (set-role, set-profile, refresh), or delete it first.',
})

interface AddRequest {
  readonly cluster: string
  readonly region: string | null
  readonly profile: string | null
  readonly role: string | null
  readonly describeRole: string | null
  readonly alias: string | null
  readonly userAlias: string | null
  readonly clusterAlias: string | null
  readonly namespace: string | null
  readonly proxyUrl: string | null
  readonly pin: 'arg' | 'env' | 'none'
  readonly use: boolean
}

function askedOf(words: Arguments): AddRequest {
  const [stray] = words.positionals
  if (stray !== undefined) throw new UsageError(`“ekscope add” takes no “${stray}”; the cluster is --cluster`)
  const given = (option: string) => {
    const value = words.text(option)
    if (value === '') throw new UsageError(`--${option} takes a value`)
    return value
  }
  const named = given('cluster')
  if (named === null) throw new UsageError('“ekscope add” takes --cluster NAME')
  const arn = parseClusterArn(named)
  const region = given('region')
  if (arn !== null && region !== null && arn.region !== region)
    throw new UsageError(`--region is ${region}, and the cluster's ARN says ${arn.region}`)
  const role = given('role-arn')
  const describeRole = given('describe-role-arn')
  return {
    cluster: arn?.name ?? named,
    region: region === null ? (arn?.region ?? null) : regionFrom(region, '--region'),
    profile: given('profile'),
    role: role === null ? null : roleFrom(role, '--role-arn'),
    describeRole: describeRole === null ? null : roleFrom(describeRole, '--describe-role-arn'),
    alias: given('alias'),
    userAlias: given('user-alias'),
    clusterAlias: given('cluster-alias'),
    namespace: given('namespace'),
    proxyUrl: given('proxy-url'),
    pin: oneOf(words, 'pin', ['arg', 'env', 'none']) ?? 'arg',
    use: words.flag('use'),
  }
}

function regionOf(looking: Discovery, identity: DiscoveryIdentity): string {
  const region = looking.region(identity)
  if (region !== null && isRegion(region)) return region
  throw new Refusal({
    message:
      region === null
        ? `no region is named, neither by the environment nor by ${identity.profile === null ? 'its profile' : `profile ${identity.profile}`}.`
        : `the region that is set, “${region}”, is none.`,
    next: "Give the cluster's region: --region us-west-2.",
  })
}

/** The cluster, and who asked for it: both at once, because neither needs the other. */
async function look(
  { terminal, signal }: CommandCall,
  looking: Discovery,
  identity: DiscoveryIdentity,
  region: string,
  name: string,
): Promise<{ readonly cluster: EksCluster; readonly caller: Caller | null }> {
  const [caller, answer] = await Promise.all([
    looking.caller(identity, region, signal),
    looking.cluster(identity, region, name, signal),
  ])
  if (caller.ok) await terminal.err(`Looking as ${principal(caller.value.arn)}: ${caller.value.arn}\n`)
  if (!answer.ok) throw new Refusal(answer.fault)
  const cluster = answer.value
  const why = notReady(cluster)
  if (why !== null) throw new Refusal({ message: `${why}.`, next: nextOf(cluster, region) })
  return { cluster, caller: caller.ok ? caller.value : null }
}

function nextOf({ status, name }: EksCluster, region: string): string {
  switch (status) {
    case 'CREATING':
    case 'PENDING':
      return `Add it once it is active: aws eks wait cluster-active --name ${name} --region ${region}`
    case 'DELETING':
      return `Cluster ${name} is on its way out: there is nothing to add.`
    case 'FAILED':
      return `Look at what failed: aws eks describe-cluster --name ${name} --region ${region}`
    default:
      return 'A context can be made for a cluster that is ACTIVE or UPDATING.'
  }
}

/** The cluster's service role is what EKS itself acts as; nobody can use the cluster through it. */
function refuseServiceRole(
  { serviceRole, name }: EksCluster,
  role: string | null,
  identity: DiscoveryIdentity,
  caller: Caller | null,
): void {
  const acts = role ?? (identity.role === null ? (caller?.canonicalArn ?? null) : null)
  if (serviceRole === null || acts === null) return
  const side = (arn: string) => ({ arn: canonicalArn(arn), uniqueId: null })
  if (!samePrincipal(side(serviceRole), side(acts))) return
  throw new Refusal({
    message: `${serviceRole} is the service role of cluster ${name}: EKS itself acts as it, people and programs cannot use the cluster through it.`,
    next: 'Choose a role that has an access entry or stands in aws-auth.',
  })
}

interface Made {
  readonly edits: readonly Edit[]
  readonly doubts: readonly Doubt[]
  readonly names: { readonly context: string; readonly cluster: string }
}

function editsFor({ snapshot }: Opened, asked: AddRequest, found: EksCluster, profile: string | null): Made {
  const draft = new Draft(modelOfSnapshot(snapshot))
  const doubts: Doubt[] = []
  const edits: Edit[] = []
  const context = asked.alias ?? found.arn
  const wanted = asked.clusterAlias ?? found.arn
  const there = draft.winner('cluster', wanted)
  const reused = there === null ? null : reusable(there, asked, found)
  if (there && !reused && asked.clusterAlias !== null)
    throw new Refusal({
      message: `there is a cluster entry “${wanted}” already, and it is another cluster or has another proxy.`,
      next: 'Choose another --cluster-alias.',
    })
  const name = reused?.name ?? draft.freeName('cluster', wanted)
  if (there && !reused)
    doubts.push({
      message: `the cluster entry “${wanted}” has another proxy-url, so a second one, “${name}”, is made.`,
      next: 'Leave out --proxy-url to use that one.',
    })
  const server = found.endpoint ?? ''
  if (reused && textOf(at(reused.value, 'server')) !== server) {
    doubts.push({
      message: `the endpoint of the cluster entry “${name}” was out of date and is brought up to date for all its contexts.`,
      next: '`ekscope refresh` does the same for others.',
    })
    const { certificateAuthorityData } = found
    edits.push({ kind: 'refresh-cluster', cluster: reused.id, server, certificateAuthorityData })
  }
  const roleIn = asked.role === null ? null : (parsePrincipal(asked.role)?.partition ?? null)
  if (roleIn !== null && roleIn !== found.partition)
    doubts.push({
      message: `the role is in partition ${roleIn} and the cluster in ${found.partition}: no identity of one is known in the other.`,
      next: 'Choose a role of the same partition.',
    })
  edits.push({
    kind: 'add-context',
    file: null,
    name: context,
    namespace: asked.namespace,
    cluster: reused
      ? { kind: 'reuse', cluster: reused.id }
      : {
          kind: 'new',
          name,
          server,
          certificateAuthorityData: found.certificateAuthorityData,
          proxyUrl: asked.proxyUrl,
          tlsServerName: null,
        },
    user: {
      name: asked.userAlias,
      region: found.region,
      cluster: found.outpostClusterId === null ? { name: found.name } : { id: found.outpostClusterId },
      role: asked.role,
      profile,
      pin: asked.pin,
    },
    use: asked.use,
  })
  return { edits, doubts, names: { context, cluster: name } }
}

/** The entry that is there, when it is this cluster's and leads there by the way that is asked for. */
function reusable(entry: ModelEntry, asked: AddRequest, found: EksCluster): ModelEntry | null {
  const proxy = textOf(at(entry.value, 'proxy-url'))
  if (asked.proxyUrl !== null && proxy !== asked.proxyUrl) return null
  const same = entry.name === found.arn || textOf(at(entry.value, 'server')) === found.endpoint
  return same ? entry : null
}
