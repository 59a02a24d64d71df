/** `ekscope discover`: clusters across profiles, sessions and regions; with --add, contexts for them. */
import { plural } from '../../shared/counted'
import { type AddRequest, planAdd } from '../../shared/edits/add-cluster'
import { type FoundWay, requestsFor } from '../../shared/edits/add-found'
import type { EditModel } from '../../shared/edits/model'
import { parseTemplate } from '../../shared/edits/name-template'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import { toldApart } from '../../shared/identity/account-names'
import { isBelieved, notBelieved } from '../../shared/identity/asked-by'
import type { AwsAuthAt } from '../../shared/identity/aws-auth-answers'
import { clusterAccount, type EksCluster, notReady } from '../../shared/identity/eks-cluster'
import {
  groupedProblems,
  sweepProblems,
  type UnansweredAccounts,
  unansweredAccounts,
} from '../../shared/identity/search-problems'
import {
  accountNamesSeen,
  type Collected,
  type Swept,
  type SweptCluster,
  type SweptLooker,
} from '../../shared/identity/search-results'
import { lookerId, lookerName, type Wanted } from '../../shared/identity/sweep'
import { accessesOf, contextsOf, type Way, wayOfLooker } from '../../shared/identity/who-enters-where'
import { unpack } from '../../shared/ipc/packed'
import { named, visible } from '../../shared/visible'
import { entriesWithAuthority } from '../editing/refreshed-clusters'
import { effectiveContexts, fieldsOf, problemJson, readJson } from '../report/row-json'
import { lookForClusters } from '../state/cluster-searches'
import { shownAwsAuths } from '../state/clusters-shown'
import { waysIn } from '../state/fleet'
import { readAwsAuths } from '../state/read-aws-auths'
import { allowedServers, allowServerHelp, refusedToAdd } from './allow-server'
import { type Arguments, UsageError } from './arguments'
import { answer, type Command, type CommandCall, orThrow, Refusal, type Services } from './command'
import { regionFrom, roleOption } from './edit-values'
import { drawnOver, notKept, shortened, type TableRoom, table } from './output'
import { sayAdded } from './question'
import { carryOut, type Doubt, openForWriting, writingHelp } from './writing'

export const discover: Command = {
  usage:
    'discover [--profile P]… [--session S]… [--role ARN] [--region R]… [--enabled-regions] [--all-regions] [--without-region R]… [--without-profile P]… [--access] [--aws-auth] [--account-aliases] [--add [--name-template T]] [--allow-server HOST:PORT]…',
  summary: 'clusters across profiles, SSO sessions and regions; nothing signs in by itself',
  examples: [
    'ekscope discover --profile pay --region eu-west-1',
    'ekscope discover --session corp',
    'ekscope discover --profile pay --add --name-template {account}-{cluster} --dry-run',
  ],
  help: {
    '--profile P':
      'search as this profile; can be repeated (default: every profile, and the keys of the environment)',
    '--session S':
      'search as every account and permission set that this SSO session can see; can be repeated',
    '--role ARN': 'a role to search with, on top of each profile; it is not written',
    '--region R': 'search this region; can be repeated (default: the region of each profile)',
    '--enabled-regions':
      'search every region that the account of each identity has enabled (account:ListRegions, once for each account); all of the partition where that is denied',
    '--all-regions': 'search every region of the partition of each identity',
    '--without-region R': 'leave this region out; can be repeated',
    '--without-profile P':
      'do not search as this profile; an empty one leaves out the keys of the environment; can be repeated',
    '--access': 'also read who may enter, by access entries, and say which of these identities may',
    '--aws-auth':
      'the same, and ask each cluster that uses aws-auth for it: one token each, of a context that works there or of an identity that may enter, to the endpoint that AWS gives',
    '--account-aliases':
      'also ask each account for its alias (iam:ListAccountAliases, once for each); aliases are remembered, and name accounts that neither you nor SSO name',
    '--add':
      'make a context for each cluster and profile that has none; with --access only where the profile may enter',
    '--name-template T':
      'their names (default: {account-short}-{cluster}-{region|short}, and {role|lower} where two would be alike); fields: account (its name where one is known), account-id, account-short (the same, of a number its shortest end), cluster, region, role, profile',
    ...allowServerHelp,
    ...writingHelp,
  },
  async run(call) {
    const { args, terminal, signal } = call
    const asked = askedOf(args)
    const opened = await openForWriting(call, asked.add === null ? { reads: true } : { creates: true })
    const { services } = opened
    const { environment } = args.globals
    const { found, whole, servers } = await look(call, services, asked)
    const { swept } = found
    if (asked.add !== null && !signal.aborted) {
      const todo = await additions(found, whole, services.kubeconfig.store.inView().files)
      const taken = new Set(effectiveContexts(opened.snapshot).map(({ name }) => name))
      const own = parseTemplate((await services.settings.load()).template)
      const ofSettings = 'template' in own && own.template.text !== '' ? own.template : null
      const template = asked.add.template ?? ofSettings
      const how = { ...usualWay, template, accountNames: found.accountNames }
      const wanted = requestsFor(todo.ways, how, taken).map(({ request }) => request)
      if (!args.globals.json) await terminal.err(textOf(found, terminal))
      const model = modelOfSnapshot(opened.snapshot)
      const all = planned(model, wanted)
      const refused = await refusedToAdd(servers, opened, environment, wanted, all)
      const requests = wanted.filter(({ cluster }) => !refused.has(cluster.arn))
      const [first] = refused.values()
      if (first !== undefined && requests.length === 0) throw new Refusal(first)
      const plan = refused.size === 0 ? all : planned(model, requests)
      const { problems, ...document } = jsonOf(found)
      const status = await carryOut(call, opened, {
        edits: plan.edits,
        doubts: [
          ...todo.doubts,
          ...refused.values(),
          ...plan.notes.map(({ message }) => ({ message, next: 'Look at that entry with `ekscope list`.' })),
        ],
        consent: sayAdded(terminal),
        more: {
          ...document,
          problems: [
            ...problems,
            ...wanted.flatMap(({ cluster: { arn, region, name }, profile }) => {
              const fault = refused.get(arn)
              return fault ? [{ profile, identity: null, region, cluster: name, ...fault }] : []
            }),
          ],
          added: requests.map(({ name, cluster }) => ({ context: name, cluster: cluster.arn })),
        },
      })
      const seen = signal.aborted ? 130 : nothingSeen(swept) === null ? 0 : 3
      return status === 0 ? seen : status
    }
    return answer(call, {
      json: jsonOf(found),
      text: (shown) => textOf(found, shown),
      error: nothingSeen(swept),
      stopped: ['interrupted: this is what was found until then.', 'Run the command again for the rest.'],
    })
  },
}

function planned(model: EditModel, requests: readonly AddRequest[]) {
  const plan = planAdd(model, requests)
  if (plan.kind === 'planned') return plan
  const { message, next, cluster } = plan.problem
  throw new Refusal({
    message,
    next: next ?? `Leave out cluster ${named(cluster.name)}, or add it by \`ekscope add\`.`,
  })
}

/** `add`, null: nothing is added. */
function askedOf(args: Arguments) {
  const regions = args.texts('region').map((region) => regionFrom(region, '--region'))
  const where = (['enabled', 'all'] as const).filter((name) => args.flag(`${name}-regions`))
  const many = [...(regions.length > 0 ? ['--region'] : []), ...where.map((name) => `--${name}-regions`)]
  if (many.length > 1) throw new UsageError(`${many.join(' and ')} exclude each other`)
  const template = args.text('name-template')
  const add = args.flag('add')
  if (template !== null && !add) throw new UsageError('--name-template goes with --add')
  const parsed = template === null ? null : parseTemplate(template)
  if (parsed !== null && 'problem' in parsed) throw new UsageError(`--name-template: ${parsed.problem}`)
  const wanted: Wanted = {
    lookers: [...new Set(args.texts('profile'))].map((profile) => ({ kind: 'profile', profile, role: null })),
    sessions: args.texts('session'),
    role: roleOption(args, 'role'),
    regions: regions.length > 0 ? { kind: 'these', regions } : { kind: where[0] ?? 'own' },
    without: args.texts('without-region').map((region) => regionFrom(region, '--without-region')),
    withoutProfiles: args.texts('without-profile'),
    aliases: args.flag('account-aliases'),
    access: args.flag('access') || args.flag('aws-auth'),
  }
  return { wanted, awsAuth: args.flag('aws-auth'), add: add ? { template: parsed?.template ?? null } : null }
}

type Found = Awaited<ReturnType<typeof look>>['found']

/** Searches, and arranges the results for JSON and text. */
async function look(
  { args, terminal, signal }: CommandCall,
  services: Services,
  { wanted, awsAuth }: ReturnType<typeof askedOf>,
) {
  const { environment } = args.globals
  const { clusters } = services
  const progress = drawnOver(terminal, 150)
  const onEvent = (now: Collected) => progress.show(progressText(now))
  const looking = lookForClusters(clusters, environment, wanted, { onEvent }, signal)
  const { swept, whole, candidates, notKept: unkept } = orThrow(await looking.finally(progress.end))
  if (unkept !== null) await terminal.err(notKept(unkept))
  const servers = allowedServers(args, terminal)
  const arns = swept.clusters.map(({ arn }) => arn)
  if (awsAuth) await readAwsAuths(clusters, environment, arns, servers.admit, () => undefined, signal)
  /** aws-auth of what was found, asked of the clusters themselves. */
  const awsAuths = awsAuth
    ? unpack(await shownAwsAuths(clusters, environment)).filter(({ cluster }) => arns.includes(cluster))
    : []
  const { accountNames: ofConfig } = await services.identities.of(environment)
  const given = (await services.settings.load()).accountNames
  /** What people call accounts, by their numbers. */
  const accountNames = new Map([...accountNamesSeen(swept), ...Object.entries({ ...ofConfig, ...given })])
  const contexts = await waysIn(clusters, environment)
  const files = new Map(candidates.map((one) => [lookerId(one.looker), one]))
  const inside = new Map(awsAuths.flatMap(({ cluster, read }) => (read ? [[cluster, read]] : [])))
  const accessOf = accessesOf(swept, inside)
  const found = {
    swept,
    awsAuths,
    accountNames,
    /** These names as they are printed: two accounts of one name are distinguished. */
    shownNames: toldApart(accountNames),
    names: new Map(swept.lookers.map(({ id, looker }) => [id, lookerName(looker)])),
    contextsOf: (cluster: SweptCluster) => contextsOf(contexts, cluster),
    /** What one looker can do at one cluster. */
    wayFor: (looker: SweptLooker, cluster: SweptCluster): Way =>
      wayOfLooker(looker, accessOf(cluster), contextsOf(contexts, cluster), files.get(looker.id) ?? null),
  }
  return { found, whole, servers }
}

/** Nothing was seen at all: the command failed. A part is a result, with its problems. */
function nothingSeen(swept: Swept) {
  const seen = swept.places.some(
    ({ state }) => state.kind === 'found' || ('clusters' in state && state.clusters > 0),
  )
  const [first] = sweepProblems(swept)
  if (seen || first === undefined) return null
  return problemJson({ ...first.fault, code: first.code })
}

/** Defaults of the options. */
const usualWay = { namespace: null, proxyUrl: null, pin: 'arg', file: null, tunnels: false } as const

/** A context for each profile at each cluster that it found and has none for. */
async function additions(
  found: Found,
  whole: ReadonlyMap<string, EksCluster>,
  files: Parameters<typeof entriesWithAuthority>[1],
): Promise<{ readonly ways: readonly FoundWay[]; readonly doubts: readonly Doubt[] }> {
  const ways: FoundWay[] = []
  const doubts: Doubt[] = []
  const noProfile = new Set<string>()
  for (const seen of found.swept.clusters) {
    const cluster = whole.get(seen.arn)
    if (cluster === undefined) continue
    const why = notReady(cluster)
    if (why !== null) {
      doubts.push({
        message: `${cluster.name} in ${cluster.region} is left out: ${why}.`,
        next: 'Add the cluster once it is active.',
      })
      continue
    }
    const sameAuthority = await entriesWithAuthority(cluster, files)
    for (const looker of found.swept.lookers) {
      if (!seen.foundBy.includes(looker.id)) continue
      const way = found.wayFor(looker, seen)
      if (way.kind !== 'may' && way.kind !== 'not-known' && !wasLetIn(way)) continue
      const { profile } = looker.looker
      if (profile === null && looker.looker.kind === 'sso') {
        noProfile.add(lookerName(looker.looker))
        continue
      }
      const arn = looker.state?.kind === 'known' ? looker.state.arn : null
      // The identity that looked is not written.
      ways.push({ cluster, sameAuthority, looker: looker.looker, arn, profile, role: null })
    }
  }
  if (noProfile.size > 0)
    doubts.push({
      message: `no profile is for ${shortened([...noProfile]).join(', ')}, so no context is made for them.`,
      next: 'Write profiles for them: `aws configure sso`, then search again.',
    })
  return { ways, doubts }
}

function jsonOf(found: Found) {
  const { swept, names, shownNames } = found
  const profileOf = (id: string | null) => swept.lookers.find((one) => one.id === id)?.looker.profile ?? null
  const nameOf = (id: string | null) => (id === null ? null : (names.get(id) ?? null))
  return {
    clusters: swept.clusters.map((cluster) => ({
      ...fieldsOf(cluster, 'arn', 'name', 'region'),
      account: clusterAccount(cluster),
      ...fieldsOf(cluster, 'status', 'version', 'endpoint'),
      believed: isBelieved(cluster),
      foundBy: cluster.foundBy.map((id) => profileOf(id) ?? nameOf(id)),
      contexts: found.contextsOf(cluster).map(({ name }) => name),
      authenticationMode: cluster.authenticationMode,
      ways: swept.lookers.map((one) => ({
        identity: nameOf(one.id),
        ...wayJson(found.wayFor(one, cluster)),
      })),
    })),
    identities: swept.lookers.map((one) => {
      const { looker, state, id } = one
      const account = accountOf(one)
      return {
        name: nameOf(id),
        profile: looker.profile,
        role: looker.kind === 'profile' ? looker.role : null,
        session: looker.kind === 'sso' ? looker.session : null,
        account,
        accountName: shownNames.get(account ?? '') ?? null,
        permissionSet: looker.kind === 'sso' ? looker.permissionSet : null,
        arn: state?.kind === 'known' ? state.arn : null,
        state: state?.kind ?? 'stopped',
      }
    }),
    places: swept.places.map(({ looker, region, state }) => ({
      identity: nameOf(looker),
      region,
      state: state.kind,
      clusters: 'clusters' in state ? state.clusters : null,
    })),
    accounts: accountsJson(found),
    access: swept.access.length > 0,
    awsAuth: found.awsAuths.map((one) => {
      const next = 'Run the command again.'
      const read = one.read?.value ?? ({ state: 'not-read', why: whyNotRead(one), next } as const)
      return { cluster: one.cluster, ...readJson(read, ({ lines }) => ({ lines: lines.length })) }
    }),
    problems: sweepProblems(swept).map(({ looker, region, cluster, code, fault }) => ({
      profile: profileOf(looker),
      identity: nameOf(looker),
      region,
      cluster,
      ...problemJson({ ...fault, code }),
    })),
  }
}

const accountOf = ({ looker, state }: SweptLooker): string | null =>
  state?.kind === 'known' ? state.account : looker.kind === 'sso' ? looker.account : null

/** What accounts say of themselves; null where that was not requested. */
function accountsJson({ swept: { aliases, enabled }, shownNames }: Found) {
  const asked = new Set([...aliases, ...enabled].map(({ account }) => account))
  return [...asked].sort().map((account) => {
    const alias = aliases.find((one) => one.account === account)?.alias ?? null
    const regions = enabled.find((one) => one.account === account)?.regions ?? null
    return {
      account,
      name: shownNames.get(account) ?? null,
      alias: alias && readJson(alias, (value) => ({ alias: value })),
      enabledRegions: regions && readJson(regions, (value) => ({ regions: value })),
    }
  })
}

/** What accounts did not say, and what was done instead. */
function unsaidText({ swept, shownNames }: Found): readonly string[] {
  const { aliases, enabled } = unansweredAccounts(swept)
  const text = (known: UnansweredAccounts | null, says: (accounts: string) => string) => {
    if (known === null) return []
    const of = shortened(known.accounts.map((account) => shownNames.get(account) ?? account)).join(', ')
    return [`\n${visible(`${says(of)} ${known.why}`)}\n  ${visible(known.next)}\n`]
  }
  return [
    ...text(
      enabled,
      (of) => `All regions were searched where an account did not say which it has enabled: ${of}.`,
    ),
    ...text(aliases, (of) => `No alias was read of ${of}.`),
  ]
}

const whyNotRead = ({ by, read }: AwsAuthAt): string => {
  if (by.length === 0)
    return 'aws-auth was not read: no context leads there, and none of your identities can be asked as.'
  return read?.value.state === 'not-read' ? read.value.why : 'it was not asked.'
}

/** The cluster let it in, though the context was another's. */
const wasLetIn = (way: Way): way is Extract<Way, { kind: 'seen' }> =>
  way.kind === 'seen' && way.seen.answered === 'let-in'

function wayJson({ kind: way, ...known }: Way) {
  return 'username' in known && 'from' in known
    ? { way, username: known.username?.text ?? null, ...fieldsOf(known, 'from', 'doubt') }
    : { way, ...known }
}

const head = ['CLUSTER', 'ACCOUNT', 'REGION', 'VERSION', 'STATUS', 'FOUND BY', 'CONTEXTS']

function textOf(found: Found, shown: TableRoom): string {
  const { swept, names, shownNames } = found
  const { clusters, lookers, places } = swept
  const rows = clusters.map((cluster) => [
    cluster.name,
    shownNames.get(clusterAccount(cluster)) ?? clusterAccount(cluster),
    cluster.region,
    cluster.version ?? '',
    cluster.status,
    shortened(cluster.foundBy.map((id) => names.get(id) ?? '')).join(', '),
    shortened(found.contextsOf(cluster).map(({ name }) => name)).join(', '),
  ])
  const ways = clusters.flatMap((cluster) =>
    lookers.map((looker) => ({
      who: names.get(looker.id),
      where: cluster.name,
      way: found.wayFor(looker, cluster),
    })),
  )
  const as = (username: string | null) => (username === null ? '' : ` as ${username}`)
  const letIn = ways.flatMap(({ who, where, way }) => {
    if (!wasLetIn(way)) return []
    const { username, contexts } = way.seen
    return [
      `${who} was let in to ${named(where)}${as(username)} with the token of ${shortened(contexts).join(', ')}, and has no context for it.`,
    ]
  })
  const may = ways.flatMap(({ who, where, way }) => {
    if (way.kind !== 'may' || swept.access.length === 0) return []
    const doubt = way.doubt === null ? '' : ` ${way.doubt}`
    return [`${who} may enter ${where}${as(way.username?.text ?? null)}, and has no context for it.${doubt}`]
  })
  const unread = found.awsAuths.flatMap((one) =>
    one.read?.value.state === 'read' ? [] : [`${one.cluster}: ${whyNotRead(one)}`],
  )
  const doubtful = clusters.flatMap((one) => (isBelieved(one) ? [] : [one.name]))
  const accounts = new Set(clusters.map(clusterAccount)).size
  const regions = new Set(places.map(({ region }) => region)).size
  const sum = `${plural(clusters.length, 'cluster')} in ${plural(accounts, 'account')}; searched as ${plural(lookers.length, 'identity', 'identities')} in ${plural(regions, 'region')}.`
  return [
    clusters.length === 0 ? '' : table(head, rows, shown, ['STATUS', 'VERSION', 'ACCOUNT']),
    ...[...letIn, ...may, ...unread].map((line) => `${visible(line)}\n`),
    doubtful.length === 0 ? '' : `\n${visible(`${shortened(doubtful).join(', ')}: ${notBelieved}`)}\n`,
    ...problemsText(swept),
    ...unsaidText(found),
    `${clusters.length === 0 ? '' : '\n'}${sum}\n`,
  ].join('')
}

/** Problems; a sentence that is the same for many is printed once. */
const problemsText = (swept: Swept): readonly string[] =>
  groupedProblems(sweepProblems(swept), swept.lookers).map(({ fault, where }) => {
    const all = where.length > 1 ? ` (${shortened(where).join(', ')})` : ''
    return `\n${visible(fault.message)}${visible(all)}\n  ${visible(fault.next)}\n`
  })

const progressText = ({ progress: { done, expected }, swept }: Collected): string =>
  `searched ${done} of ${expected}, ${plural(swept.clusters.length, 'cluster')}`
