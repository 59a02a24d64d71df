/** `ekscope access`: who may enter the cluster of a context, under which name, and which of your identities; changes nothing. */

import {
  type AwsAuth,
  type ClusterAccess,
  type Entrance,
  entranceOf,
  nothingRead,
  notRead,
  type Readable,
} from '../../shared/identity/access-entries'
import { type PrincipalRow, principalsOf } from '../../shared/identity/access-rows'
import { parsePrincipal } from '../../shared/identity/arn'
import { clusterAnswer } from '../../shared/identity/cluster-answer'
import { clusterAccount, type DiscoveryIdentity } from '../../shared/identity/eks-cluster'
import { letIn } from '../../shared/identity/let-in'
import { isNamespace, type MayDo } from '../../shared/identity/may-do'
import { type Migration, migrationOf } from '../../shared/identity/migration'
import { type OwnEntrance, ownEntrances } from '../../shared/identity/own-entrances'
import { isRegion, partitionOfRegion } from '../../shared/identity/regions'
import type { ContextAt } from '../../shared/identity/who-enters-where'
import { enteringBy, entrant, nameOfEntrance } from '../../shared/identity/who-may-enter'
import { named, quoted, visible } from '../../shared/visible'
import { contextsAt } from '../identity/contexts-by-cluster'
import { fieldsOf, problemJson, readJson, seenJson } from '../report/row-json'
import { type AskedAws, askAws, askCluster, type ClusterRequest, notAsked } from '../state/ask-access'
import { treeIn } from '../state/identity-trees'
import { offer } from '../system/offer'
import { profileAsksAt } from '../trust/eks-endpoints'
import { migrationJson, migrationText, stepLines } from './access-migration'
import { allowedServers, allowServerHelp } from './allow-server'
import { UsageError, usedLikeThis } from './arguments'
import { answer, type Command, type CommandCall, interrupted, notFound } from './command'
import { contextNamed } from './contexts-by-name'
import { askerOf } from './edit-values'
import { shortened, type TableRoom, table } from './output'

const usage =
  'access CONTEXT [--profile P] [--describe-role-arn ARN] [--may [--namespace N]] [--let-in ARN] [--migration] [--allow-server HOST:PORT]…'

export const access: Command = {
  usage,
  summary: 'who may enter the cluster of a context, as whom and from where; changes nothing',
  examples: ['ekscope access prod-admin', 'ekscope access prod-admin --may --namespace web'],
  help: {
    '--profile P': 'the profile that asks AWS (default: whoever the context acts as)',
    '--describe-role-arn ARN': 'a role that is assumed only to ask AWS',
    '--may': 'also ask the cluster what the context may do there, with the same token',
    '--namespace N': 'in this namespace (default: the one of the context, else default)',
    '--let-in ARN': 'the commands that would let this user or role in, to copy',
    '--migration':
      'access entries and aws-auth side by side: whom only one of them names, who would be locked out by entries alone, and what takes a line over, to copy',
    ...allowServerHelp,
  },
  async run(call) {
    const { args } = call
    const [name, ...more] = args.positionals
    if (name === undefined || more.length > 0) throw usedLikeThis(this)
    const wanted = args.text('let-in')
    if (wanted !== null && parsePrincipal(wanted) === null)
      throw new UsageError(`--let-in takes the ARN of a user or a role, not ${quoted(wanted)}`)
    const namespace = args.text('namespace')
    const may = args.flag('may')
    if (namespace !== null && !may) throw new UsageError('--namespace goes with --may')
    if (namespace !== null && !isNamespace(namespace))
      throw new UsageError(
        `--namespace takes lower-case letters, digits and dashes, not ${quoted(namespace)}`,
      )
    const migration = args.flag('migration')
    const looked = await look(call, name, wanted, may ? { namespace } : null, migration)
    if (call.signal.aborted) return interrupted(call, ...stopped)
    const { entries, awsAuth } = looked.access
    const unread = entries.state === 'not-read' && awsAuth.state === 'not-read' ? entries : null
    const error = unread && { code: 'not-read', message: unread.why, next: unread.next }
    return answer(call, {
      json: jsonOf(looked),
      text: (shown) => (looked.migration ? migrated(looked, looked.migration, shown) : textOf(looked, shown)),
      error,
      stopped,
    })
  },
}

const stopped = ['interrupted.', 'Run the command again.'] as const

function placeOf(context: ContextAt | undefined) {
  const { nameOfCluster: name = null, region = null } = context ?? {}
  if (context !== undefined && name !== null && region !== null && isRegion(region))
    return { context, name, region }
  throw notFound(
    'nothing says which EKS cluster this context means.',
    'Only entries with get-token arguments, a cluster ARN or an EKS server address can be asked about.',
  )
}

/** The identities that ask AWS: the one of the options; else the context's, and then its profile without the role. */
function lookersOf({ args }: CommandCall, { profile, role }: ContextAt): readonly DiscoveryIdentity[] {
  const asker = askerOf(args)
  if (asker !== null) return [asker]
  return role === null ? [{ profile, role }] : [role, null].map((one) => ({ profile, role: one }))
}

type Looked = Awaited<ReturnType<typeof look>>

/** Asks AWS and the cluster. `wanted`: which principal to let in; `may`: also what the context may do there. */
async function look(
  call: CommandCall,
  name: string,
  wanted: string | null,
  may: { readonly namespace: string | null } | null,
  migrating: boolean,
) {
  const { args, terminal, signal } = call
  const { environment } = args.globals
  const services = await call.services()
  const snapshot = await services.kubeconfig.load()
  const entry = contextNamed(snapshot, name, services.kubeconfig.store.inView().view.named)
  const report = await services.identities.of(environment)
  const contexts = contextsAt(report.rows, new Map())
  const place = placeOf(contexts.find(({ id }) => id === entry.id))
  const { context, name: cluster, region } = place
  const servers = allowedServers(args, terminal)
  const endpoints = await services.editing.endpointsIn(environment)
  const discovery = await services.editing.discovery(environment)
  let asked: AskedAws
  try {
    asked = await askAws(discovery, { ...place, account: context.account }, lookersOf(call, context), signal)
    const asksThere = profileAsksAt(context.profile, endpoints) === (asked.cluster?.askedBy.endpoint ?? null)
    const fault = asked.cluster && (await servers.refused(asked.cluster, null, asksThere))
    if (fault) asked = notAsked(fault)
  } finally {
    discovery.close()
  }
  const answered: { mayDo: MayDo | null; leftBehind: Readable<AwsAuth> | null } = {
    mayDo: null,
    leftBehind: null,
  }
  const also: ClusterRequest<unknown> = async (request, ask, running) => {
    if (migrating && mode === 'API') {
      const { readAwsAuth } = await import('../whoami/aws-auth')
      answered.leftBehind = await readAwsAuth(request, ask, running)
    }
    if (may === null) return null
    const { readMayDo } = await import('../whoami/read-may-do')
    const inNamespace = may.namespace ?? (entry.namespace || 'default')
    answered.mayDo = await readMayDo(request, inNamespace, Date.now, ask, running)
    return null
  }
  const partition = asked.cluster?.partition ?? partitionOfRegion(region)
  const mode = asked.cluster?.authenticationMode ?? null
  const unasked: ClusterAccess = { ...nothingRead(null, mode), partition, entries: asked.entries }
  const { checker } = services
  const { check, awsAuth } = await askCluster(checker, context.id, environment, unasked, signal, also)
  const access = { ...unasked, awsAuth }
  const { identities } = await treeIn(services.trees, environment)
  const proven = check?.proven ?? null
  const arn = proven?.arn ?? context.arn
  /** What the entries say of the context's own identity. */
  const own = arn === null ? null : entranceOf(entrant(arn, proven?.accessKeyId ?? null), access)
  const principal = wanted ?? (own?.kind === 'not-named' ? arn : null)
  const seen = check && clusterAnswer(check)
  const where = partition === null ? null : { name: cluster, region, partition, mode }
  const steps = principal === null || where === null ? null : letIn(where, principal, offer)
  const why = check?.problem ?? { message: 'The cluster was not asked.', next: 'Try again.' }
  const both =
    mode === 'API' ? { ...access, awsAuth: answered.leftBehind ?? notRead(why.message, why.next) } : access
  const there = contexts.filter(({ arnOfCluster: arn, server }) =>
    arn === null ? server === context.server : arn === (asked.cluster?.arn ?? context.arnOfCluster),
  )
  return {
    place,
    asked,
    check,
    access,
    rows: principalsOf(access),
    mine: ownEntrances(identities, access),
    own,
    /** Why the cluster refused an identity that its entries let in; null: it did not. */
    contradicted: own?.kind === 'enters' && seen?.kind === 'refused' ? seen.problem : null,
    letIn: principal === null || steps === null ? null : { principal, steps },
    /** What the context may do there; null: not requested. Inside null: the cluster did not answer. */
    may: may && answered,
    where,
    migration: migrating ? migrationOf(both, identities, there) : null,
  }
}

/** Your identities that enter by this row: several profiles may give the same role. */
const youAt = (
  mine: readonly OwnEntrance[],
  row: PrincipalRow,
  name: (one: OwnEntrance) => string,
): readonly string[] => [...new Set(enteringBy(mine, row).map(name))]

/** Which of several entries it enters by is not known. */
const isOneOfSeveral = ({ entrance }: OwnEntrance) => entrance.kind === 'enters' && entrance.others.length > 0

function entranceJson(entrance: Entrance | null) {
  switch (entrance?.kind) {
    case undefined:
      return null
    case 'enters': {
      const { username, groups } = entrance
      return {
        ...fieldsOf(entrance, 'kind', 'from', 'principal', 'others'),
        username: username?.text ?? null,
        whole: username?.whole ?? false,
        groups: groups.map(({ text }) => text),
        ...fieldsOf(entrance, 'policies', 'doubt'),
      }
    }
    case 'refused':
      return fieldsOf(entrance, 'kind', 'from', 'principal', 'why')
    case 'not-named':
      return fieldsOf(entrance, 'kind')
    case 'not-known':
      return fieldsOf(entrance, 'kind', 'why', 'next')
  }
}

function jsonOf({ place, asked, check, access, rows, mine, own, contradicted, ...rest }: Looked) {
  const { cluster } = asked
  const { mode, entries, awsAuth } = access
  const { seen = null, problem = null } = check ?? {}
  return {
    context: place.context.name,
    cluster: {
      arn: cluster?.arn ?? place.context.arnOfCluster,
      name: place.name,
      region: place.region,
      account: (cluster && clusterAccount(cluster)) ?? place.context.account,
    },
    authenticationMode: mode,
    entries: readJson(entries, () => ({})),
    awsAuth: {
      ...readJson(awsAuth, () => ({})),
      problems: awsAuth.state === 'read' ? awsAuth.value.problems : [],
    },
    principals: rows.map((row) => ({ ...row, you: youAt(mine, row, ({ identity }) => identity.name) })),
    you: {
      claimed: entranceJson(own),
      verdict: check?.verdict ?? null,
      seen: seen && seenJson(seen),
      everything: seen?.everything ?? null,
      problem: problem && problemJson(problem),
      contradicted: contradicted !== null,
    },
    identities: mine.map(({ identity, by, entrance }) => ({
      ...fieldsOf(identity, 'name', 'arn', 'account', 'permissionSet'),
      // Profiles that enter in different ways are shown separately.
      profiles: identity.profiles.flatMap(({ name }) =>
        by === null || by.includes(`profile ${named(name)}`) ? [name] : [],
      ),
      claimed: entranceJson(entrance),
    })),
    may: rest.may?.mayDo ? mayJson(rest.may.mayDo) : null,
    letIn: rest.letIn,
    migration: rest.migration && migrationJson(rest.migration, rest.where),
  }
}

function mayJson({ namespace, asked, rules }: MayDo) {
  const read = rules.state === 'read' ? rules.value : { rules: null, incomplete: null, why: rules.why }
  return { namespace, asked, ...fieldsOf(read, 'rules', 'incomplete', 'why') }
}

const modes: Readonly<Record<string, string>> = {
  CONFIG_MAP: 'aws-auth alone decides',
  API: 'access entries alone decide',
  API_AND_CONFIG_MAP: 'access entries decide, then aws-auth',
}
const sourceOf = (from: PrincipalRow['from']) => (from === 'access-entry' ? 'access entry' : 'aws-auth')
const head = ['PRINCIPAL', 'ACCOUNT', 'KNOWN THERE AS', 'MAY', 'FROM', 'YOU']

/** The cluster, and what decides there. */
function titleOf({ place, asked, access: { mode } }: Looked): string {
  const decides = mode === null ? 'what decides is not known' : (modes[mode] ?? `mode ${mode}`)
  const of = asked.cluster === null ? '' : `, account ${clusterAccount(asked.cluster)}`
  return `${place.name} in ${place.region}${of}: ${decides}.`
}

const migrated = (looked: Looked, migration: Migration, shown: TableRoom): string =>
  `${visible(titleOf(looked))}\n\n${migrationText(migration, looked.where, shown)}`

function textOf(looked: Looked, shown: TableRoom): string {
  const { access, rows, mine } = looked
  const { mode, entries, awsAuth } = access
  const [certain, doubtful] = [mine.filter((one) => !isOneOfSeveral(one)), mine.filter(isOneOfSeveral)]
  const cells = rows.map((row) => [
    row.principal === null
      ? 'no identity'
      : `${row.name ?? row.principal}${row.kind === null || row.kind === 'account' ? '' : ` (${row.kind})`}`,
    row.account ?? '',
    row.username ?? '',
    row.passedOver !== null
      ? 'nothing: passed over'
      : `${row.may.everything ? '! ' : ''}${row.may.says.join('; ')}`,
    `${sourceOf(row.from)}${row.node ? ', node' : ''}`,
    shortened([
      ...youAt(certain, row, nameOfEntrance),
      ...youAt(doubtful, row, nameOfEntrance).map((one) => `${one}?`),
    ]).join(', '),
  ])
  const notes = rows.flatMap(({ principal, place: at, from, passedOver, problem }) => {
    const what = from === 'access-entry' ? principal : `line ${at} of ${from}`
    return [passedOver, problem].flatMap((said) => (said === null ? [] : [`${what}: ${said}`]))
  })
  const faults = [entries, awsAuth].flatMap((one) => (one.state === 'not-read' ? [one] : []))
  // A reason why neither was read is shown once.
  const unread = faults.flatMap(({ why, next }, at) =>
    faults.some((other, before) => before < at && why.endsWith(other.why)) ? [] : [`${why} ${next}`],
  )
  const entering = mine.flatMap((one) =>
    one.entrance.kind === 'enters'
      ? [`${nameOfEntrance(one)}${one.entrance.username === null ? '' : ` as ${one.entrance.username.text}`}`]
      : [],
  )
  const open = mine.filter(({ entrance }) => entrance.kind === 'not-known').length
  const lines = [
    titleOf(looked),
    ...unread,
    ...(awsAuth.state === 'read' ? awsAuth.value.problems : []).map(
      ({ list, message }) => `${list}: ${message}`,
    ),
    ...notes,
    ...(mode === 'CONFIG_MAP'
      ? ['Whoever created the cluster is its administrator too, and is in no list.']
      : []),
    ownLine(looked),
    ...mayLines(looked),
    entering.length > 0
      ? `Of your identities these enter, by what is written there: ${shortened([...new Set(entering)]).join(', ')}.`
      : faults.length === 2
        ? 'No entry and no line that names an identity was read.'
        : 'None of your identities is named.',
    ...doubtful.flatMap(({ identity, entrance }) =>
      entrance.kind === 'enters' ? [`${identity.name}: ${entrance.doubt}`] : [],
    ),
    ...(open === 0 ? [] : [`Of ${open} of your identities that is not known.`]),
  ]
  return [
    cells.length === 0 ? '' : `${table(head, cells, shown, ['ACCOUNT', 'FROM'])}\n`,
    ...lines.map((line) => `${visible(line)}\n`),
    looked.letIn === null ? '' : letInText(looked.letIn),
  ].join('')
}

const letInText = ({ principal, steps }: NonNullable<Looked['letIn']>): string =>
  [
    `\nTo let ${visible(principal)} in, an administrator runs (Ekscope does not):\n`,
    ...steps.flatMap(stepLines),
  ].join('')

/** What the cluster said of what the context may do there. */
function mayLines({ may, place, check }: Looked): readonly string[] {
  if (may === null) return []
  const who = place.context.name
  const why = check?.problem?.message ?? 'the cluster did not answer.'
  if (may.mayDo === null) return [`${who}: what it may do there is not known: ${why}`]
  const { namespace, asked, rules } = may.mayDo
  const those = (wanted: boolean | null) =>
    asked.flatMap(({ says, allowed }) => (allowed === wanted ? [says] : [])).join(', ') || 'nothing'
  const open = asked.some(({ allowed }) => allowed === null) ? ` Not answered: ${those(null)}.` : ''
  const listed =
    rules.state === 'not-read'
      ? [rules.why]
      : [
          ...rules.value.rules.map(
            ({ verbs, resources }) => `  ${verbs.join(', ')}: ${resources.join(', ')}`,
          ),
          ...(rules.value.incomplete
            ? [`The list of rules is incomplete${rules.value.why === null ? '' : `: ${rules.value.why}`}.`]
            : []),
        ]
  return [
    `In namespace ${named(namespace)} ${who} may: ${those(true)}. Not: ${those(false)}.${open}`,
    ...listed,
  ]
}

/** What entries claim of the context's own identity, and what the cluster itself answered. */
function ownLine({ own, check, place, access, contradicted }: Looked): string {
  const who = place.context.name
  const seen = check?.seen?.username ?? null
  const saw =
    seen === null
      ? ((check?.clusterProblem ?? check?.problem)?.message ?? 'the cluster was not asked').replace(/\.$/, '')
      : `the cluster saw ${seen}`
  if (contradicted !== null) {
    // The reason why aws-auth was not read has been shown.
    const { awsAuth } = access
    const why = awsAuth.state === 'not-read' && awsAuth.why.includes(contradicted.message)
    return `${who}: an entry names its identity, and the cluster does not let it in${why ? '.' : `: ${contradicted.message} ${contradicted.next}`}`
  }
  switch (own?.kind) {
    case 'enters':
      return `${who} enters as ${own.username?.text ?? 'a name that is not said'} by ${sourceOf(own.from)}; ${saw}.`
    case 'refused':
      return `${who} is refused: ${own.why}`
    case 'not-named':
      return `${who}: nothing names its identity; ${saw}.`
    case 'not-known':
      // The entries may not have been read for the same reason for which the cluster was not asked.
      return own.why.includes(saw) ? `${who}: ${own.why}` : `${who}: ${own.why} ${saw}.`
    case undefined:
      return `${who}: whom it acts as is not known; ${saw}.`
  }
}
