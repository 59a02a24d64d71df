/** `ekscope add`: a context for an EKS cluster, as `aws eks update-kubeconfig` makes one, with a user of its own. */

import { type AddNote, type AddProblem, type AddRequest, planAdd } from '../../shared/edits/add-cluster'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import { parseClusterArn } from '../../shared/identity/arn'
import type { DiscoveryIdentity, EksCluster } from '../../shared/identity/eks-cluster'
import { isRegion } from '../../shared/identity/regions'
import { option } from '../../shared/shell/offered-command'
import { named, quoted } from '../../shared/visible'
import type { Caller } from '../aws/api/caller-identity'
import type { Discovery } from '../aws/api/discovery'
import { chosenProfile } from '../aws/files/profile-settings'
import { entriesWithAuthority } from '../editing/refreshed-clusters'
import { offered } from '../system/offer'
import { allowedServers, allowServerHelp, refusedToAdd } from './allow-server'
import { type Arguments, oneOf, UsageError } from './arguments'
import { type Command, orThrow, Refusal } from './command'
import { regionFrom, roleFrom } from './edit-values'
import { principalText } from './output'
import { sayAdded } from './question'
import { tryHelp } from './trying'
import { carryOut, type Doubt, openForWriting, writingHelp } from './writing'

export const add: Command = {
  usage:
    'add --cluster NAME --region R [--profile P] [--role-arn ARN] [--describe-profile P] [--describe-role-arn ARN] [--alias A] [--user-alias U] [--cluster-alias C] [--namespace N] [--proxy-url URL] [--pin arg|env|none] [--use] [--tunnels] [--allow-server HOST:PORT]…',
  summary: 'a context for an EKS cluster, with a user entry of its own',
  examples: [
    'ekscope add --cluster tools --region eu-west-1 --profile platform --alias tools-ops',
    'ekscope add --cluster prod-eu --region eu-west-1 --profile pay --alias prod-view --role-arn arn:aws:iam::111122223333:role/ReadOnly --dry-run',
  ],
  help: {
    '--cluster NAME': 'the name or ARN of the cluster',
    '--region R': 'its region (default: that of the ARN, else of the environment or the profile)',
    '--profile P':
      'the profile that asks AWS, and that the context uses (default: the one of the environment)',
    '--role-arn ARN': 'the role that the context assumes on top',
    '--describe-profile P': 'a profile to ask AWS with instead; it is not written',
    '--describe-role-arn ARN': 'a role to ask AWS with; it is not written',
    '--alias A': 'the name of the context (default: the ARN of the cluster)',
    '--user-alias U': 'the name of the user entry (default: that of the context, made unique)',
    '--cluster-alias C':
      'the name of the cluster entry (default: the ARN of the cluster, used again if it is there)',
    '--namespace N': 'the namespace of the context',
    '--proxy-url URL': 'the proxy on the way to the cluster',
    '--pin arg|env|none': 'the profile by --profile (default), by AWS_PROFILE, or not at all',
    '--use': 'make it the current context',
    '--tunnels':
      'give a cluster entry that is used again the endpoint from AWS, even if its server is not an EKS endpoint',
    ...allowServerHelp,
    ...tryHelp,
    ...writingHelp,
  },
  async run(call) {
    const { args, terminal, signal } = call
    const asked = askedOf(args)
    const opened = await openForWriting(call, { creates: true })
    const { snapshot, services } = opened
    const environment = await services.environments.of(args.globals.environment)
    const discovery = await services.editing.discovery(args.globals.environment)
    const { describe } = asked
    const identity: DiscoveryIdentity = { ...describe, profile: describe.profile ?? asked.profile }
    try {
      const region = asked.region ?? regionOf(discovery, identity)
      // Both at once, because neither needs the other.
      const [asker, described] = await Promise.all([
        discovery.caller(identity, region, signal),
        discovery.cluster(identity, region, asked.cluster, signal),
      ])
      const caller = asker.ok ? asker.value : null
      if (caller !== null) await terminal.err(`Asking AWS as ${principalText(caller.arn)}: ${caller.arn}\n`)
      const cluster = orThrow(described)
      const profile = chosenProfile(asked.profile, environment.variables)?.value || null
      const request = requestOf(asked, {
        cluster,
        caller: caller?.canonicalArn ?? null,
        sameAuthority: await entriesWithAuthority(cluster, services.kubeconfig.store.inView().files),
        profile,
      })
      const plan = planAdd(modelOfSnapshot(snapshot), [request])
      if (plan.kind === 'refused') {
        const { code, message, next } = plan.problem
        throw new Refusal({ message, next: next ?? nextOfProblem[code](plan.problem.cluster) })
      }
      const servers = allowedServers(args, terminal)
      const refused = await refusedToAdd(servers, opened, args.globals.environment, [request], plan)
      for (const fault of refused.values()) throw new Refusal(fault)
      return await carryOut(call, opened, {
        edits: plan.edits,
        doubts: [
          ...mayActAsAnother(asked, profile, discovery.instead(identity), caller),
          ...plan.notes.map(({ code, message }) => ({ message, next: nextOfNote[code] })),
        ],
        consent: sayAdded(terminal),
        more: {
          context: request.name,
          cluster: { entry: plan.clusterEntries[0] ?? '', arn: cluster.arn },
          seenBy: caller?.arn ?? null,
        },
      })
    } finally {
      discovery.close()
    }
  },
}

/**
 * A profile of the environment is written, but AWS was asked with what wins over it: the context would have another identity.
 */
function mayActAsAnother(
  { entry: { pin }, describe }: Asked,
  profile: string | null,
  instead: string | null,
  caller: Caller | null,
): readonly Doubt[] {
  // A profile named for asking AWS is meant to be another one.
  if (describe.profile !== null || pin !== 'arg' || profile === null || instead === null) return []
  const who = caller === null ? 'AWS was asked' : `AWS was asked as ${principalText(caller.arn)}`
  const message = `${who}, because ${instead} is used instead of profile ${named(profile)}; but the context is pinned to profile ${named(profile)}, and so may act as another identity than the one that asked.`
  const next = 'Say which identity you mean: --profile NAME, or --pin none for whoever the environment gives.'
  return [{ message, next }]
}

/** The request to `add`, as typed. */
type Asked = ReturnType<typeof askedOf>

export function askedOf(args: Arguments) {
  const [stray] = args.positionals
  if (stray !== undefined)
    throw new UsageError(`“ekscope add” takes no ${quoted(stray)}; the cluster is --cluster`)
  const textFor = (option: string) => {
    const value = args.text(option)
    if (value === '') throw new UsageError(`--${option} takes a value`)
    return value
  }
  const named = textFor('cluster')
  if (named === null) throw new UsageError('“ekscope add” takes --cluster NAME')
  const arn = parseClusterArn(named)
  const region = textFor('region')
  if (arn !== null && region !== null && arn.region !== region)
    throw new UsageError(`--region is ${region}, and the cluster’s ARN says ${arn.region}`)
  const role = (option: string) => {
    const text = textFor(option)
    return text === null ? null : roleFrom(text, `--${option}`)
  }
  return {
    cluster: arn?.name ?? named,
    region: region === null ? (arn?.region ?? null) : regionFrom(region, '--region'),
    describe: { profile: textFor('describe-profile'), role: role('describe-role-arn') },
    profile: textFor('profile'),
    name: textFor('alias'),
    entry: {
      role: role('role-arn'),
      userName: textFor('user-alias'),
      clusterEntry: textFor('cluster-alias'),
      namespace: textFor('namespace'),
      proxyUrl: textFor('proxy-url'),
      pin: oneOf(args, 'pin', ['arg', 'env', 'none']) ?? 'arg',
      use: args.flag('use'),
      tunnels: args.flag('tunnels'),
    },
  }
}

/** The context to add, from AWS and the environment. `profile`: the requested one, else the environment's. */
export function requestOf(
  { describe, name, entry }: Asked,
  facts: Pick<AddRequest, 'cluster' | 'caller' | 'sameAuthority' | 'profile'>,
): AddRequest {
  const foundBy = { ...describe, profile: describe.profile ?? facts.profile }
  return { ...entry, ...facts, foundBy, name: name ?? facts.cluster.arn, file: null }
}

function regionOf(discovery: Discovery, identity: DiscoveryIdentity): string {
  const region = discovery.region(identity)
  if (region !== null && isRegion(region)) return region
  const profile = identity.profile === null ? 'its profile' : `profile ${named(identity.profile)}`
  throw new Refusal({
    message:
      region === null
        ? `no region is named, neither by the environment nor by ${profile}.`
        : `the region that is set, ${quoted(region)}, is not an AWS region.`,
    next: 'Give the region of the cluster, such as --region us-west-2.',
  })
}

const nextOfProblem: Readonly<Record<AddProblem['code'], (cluster: EksCluster) => string>> = {
  'not-ready': nextOfStatus,
  'service-role': () => 'Choose a role that has an access entry or a line in aws-auth.',
  'context-taken': () =>
    'Name the new context with --alias, change the other one (set-role, set-profile, refresh), or delete it first.',
  'cluster-entry-taken': () => 'Choose another --cluster-alias.',
  edit: () => 'Correct that and try again.',
}

const nextOfNote: Readonly<Record<AddNote['code'], string>> = {
  refreshed: '`ekscope refresh` does the same for other entries.',
  tunnel: 'To give the entry the endpoint that AWS gives: --tunnels.',
  'second-entry': 'Leave out --proxy-url to use the one that is there.',
  'other-partition': 'Choose a role of the same partition.',
}

function nextOfStatus({ status, name, region }: EksCluster): string {
  switch (status) {
    case 'CREATING':
    case 'PENDING':
      return `Add the cluster once it is active: ${offered('aws', 'eks', 'wait', 'cluster-active', option('--name', name), option('--region', region))}.`
    case 'DELETING':
      return `Cluster ${named(name)} is being deleted: there is nothing to add.`
    case 'FAILED':
      return `See what failed: ${offered('aws', 'eks', 'describe-cluster', option('--name', name), option('--region', region))}.`
    default:
      return 'A context can be made for a cluster that is ACTIVE or UPDATING.'
  }
}
