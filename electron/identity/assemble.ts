/**
 * Builds what is derived of every context in one environment: the identity that its entry means, the one that the environment
 * would give, the contexts that share its user, what is wrong. Computed once per form of a user entry, so ten thousand contexts
 * are fast.
 */
import { signsInByAddress } from '../../shared/destination/destination'
import { meantCluster } from '../../shared/exec/parse'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { Finding, FindingId } from '../../shared/findings/finding-rules'
import type { FindingInput, FindingRow } from '../../shared/findings/rule-input'
import { FoundByRules, findingsByContext } from '../../shared/findings/run-rules'
import { parsePrincipal } from '../../shared/identity/arn'
import type { Expected } from '../../shared/identity/expected'
import type { Intended, MeantCluster } from '../../shared/identity/identity'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import { shownText } from '../../shared/kubeconfig/masking'
import { clusterKeys, contextKeys } from '../../shared/kubeconfig/schema'
import { once } from '../../shared/once'
import { intendedIdentity } from '../aws/chain/intended-identity'
import type { AwsFiles } from '../aws/files/aws-files'
import type { KubeconfigView, ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import type { Environment } from '../system/environment'
import type { Allowed } from '../trust/decisions'
import { lookupsOf } from '../trust/examine'
import { whomExpected } from '../trust/expectations'
import { type LookInput, type LookTask, lookInput } from './basis'
import { signsFor, sureNames, variedIn } from './cluster-of-entry'
import { findsEkscope, lookingIn } from './command-not-found'
import { allowedOf, filesNamedBy, fingerprintOf, hashFiles } from './fingerprint'
import { type Actor, identityOfUser, type UserIdentity } from './user-identity'

/** A context with what its entries, files and environment say of it: the basis of a check, as a plain value. */
export interface KnownContext {
  readonly resolved: ResolvedContext
  readonly identity: Pick<ContextIdentity, 'auth' | 'meant' | 'intended' | 'predicted' | 'fingerprint'>
}

export interface IdentitiesInput extends LookInput, Pick<LookTask, 'words'> {
  readonly snapshot: Snapshot
  /** One per context of the snapshot, in its order. */
  readonly resolved: readonly ResolvedContext[]
  /** No list of any file has a name twice, nor a file one of an earlier file; where that is known. */
  readonly namesOnce?: boolean
  /**
   * What the user allowed, for the fingerprints of checks; null leaves these empty (the terminal's `list` shows none).
   */
  readonly trust: Allowed | null
  /** Contexts that get fingerprints; those of others stay empty. By default all. */
  readonly printed?: ReadonlySet<EntryId> | undefined
}

export interface Identities {
  readonly rows: readonly IdentityRow[]
  readonly contexts: readonly ContextIdentity[]
  /** All findings, including those of a whole file. */
  readonly findings: readonly Finding[]
}

/** Every context's identities, in the snapshot's order. Entries are made on first use. */
export const assembleIdentities = async (input: IdentitiesInput): Promise<Identities> =>
  withFindings(await printedRows(input), input)

/** The same of rows that are known already. */
export async function withFindings(
  { rows, sharing, printOf }: PrintedRows,
  input: Pick<IdentitiesInput, 'snapshot' | 'namesOnce' | 'aws' | 'environment'>,
): Promise<Identities> {
  const found = new FoundByRules({
    snapshot: input.snapshot,
    rows,
    effective: rows.filter(({ effective }) => effective),
    sharesNothing: !sharing.any,
    ...(input.namesOnce === undefined ? {} : { namesOnce: input.namesOnce }),
    ...namesIn(await input.aws(input.environment, {})),
  })
  for (const row of rows) row.found = found
  let contexts: readonly ContextIdentity[] | null = null
  return {
    rows,
    get findings() {
      return found.all
    },
    get contexts() {
      contexts ??= entriesOf(rows, found, printOf)
      return contexts
    },
  }
}

function entriesOf(
  rows: readonly Row[],
  found: FoundByRules,
  printOf: PrintedRows['printOf'],
): readonly ContextIdentity[] {
  const byContext = findingsByContext(found.all)
  return rows.map((row): ContextIdentity => {
    const { id, who, others } = row
    // Key by key: what is spread within an object costs V8 four times as much, for each of ten thousand.
    const made = {
      context: id,
      auth: who.auth,
      meant: row.meant,
      profile: who.profile,
      profilePinnedBy: who.profilePinnedBy,
      role: who.role,
      sharedWith: others.sharedWith,
      expected: row.expected,
      intended: row.intended,
      entryNames: row.entryNames,
      predicted: who.predicted,
      aws: who.aws,
      fingerprint: printOf(row),
      findings: byContext.get(id) ?? none,
    }
    const { against } = row
    if (against === null && others.sharedMore === undefined) return made
    return {
      ...made,
      ...(against === null ? {} : { against }),
      ...(others.sharedMore === undefined ? {} : { sharedMore: others.sharedMore }),
    }
  })
}

/** The same of some contexts without what is found of all of them together: a check needs no findings. */
export async function knownContextsOf(input: IdentitiesInput): Promise<readonly KnownContext[]> {
  const { rows, printOf } = await printedRows(input)
  return rows.map((row) => {
    const { resolved, auth, meant, intended, predicted } = row
    return { resolved, identity: { auth, meant, intended, predicted, fingerprint: printOf(row) } }
  })
}

export interface KnownTask extends LookTask {
  /** Those that do not exist (any more) are left out. */
  readonly contexts: readonly EntryId[]
}

/** Each of them once. */
export const knownContexts = (
  view: Pick<KubeconfigView, 'snapshot' | 'resolve'>,
  { contexts, ...task }: KnownTask,
  signal: AbortSignal,
): Promise<readonly KnownContext[]> =>
  knownContextsOf({
    ...lookInput(task, signal),
    snapshot: view.snapshot,
    resolved: [...new Set(contexts)].flatMap((id) => view.resolve(id) ?? []),
  })

export type PrintedRows = Awaited<ReturnType<typeof printedRows>>

/** Only the identity that each context names, and how: without findings. */
export async function printedRows(input: IdentitiesInput) {
  const { environment, trust, printed, resolved, words } = input
  const nameOf = sureNames(input.snapshot)
  const isEffective = effectively()
  const known = new Map<object | null, UserIdentity>()
  const actors = new Map<string, Actor>()
  const asked = { ...input, notFound: lookingIn(environment), ekscope: await findsEkscope(environment) }
  const rows: Row[] = []
  const sharing = new Sharing()
  for (const context of resolved) {
    const { server, userForm: form, context: named } = context
    const byAddress = signsInByAddress(server)
    const varied = form === null || byAddress ? 'all' : variedIn(form)
    const key = varied === 'all' ? context.rawUser : form
    let who = byAddress ? undefined : known.get(key)
    if (who === undefined) {
      who = await identityOfUser(context.rawUser, asked, actors, context, byAddress)
      if (!byAddress) known.set(key, who)
    }
    const signs = varied === 'all' ? who.meaning : signsFor(who.meaning, varied, context.userWord)
    const meant = meantCluster(signs, nameOf(named.cluster, server), server)
    const row = new Row(context, who, meant, isEffective(context), sharing)
    if (words.size > 0 || named.expected !== null) row.expect(whomExpected(words, context.file, named))
    if (row.effective) sharing.add(row)
    rows.push(row)
  }
  const wanted =
    printed === undefined ? resolved : printed.size === 0 ? [] : resolved.filter(({ id }) => printed.has(id))
  const prints = trust !== null &&
    wanted.length > 0 && {
      environment,
      hashes: new Map<object, string>(),
      named: await hashFiles(filesNamedBy(wanted)),
      allowed: await allowedIn(rows, printed, trust, environment),
    }
  return {
    rows,
    sharing,
    /** What a check of it depends on, as a hash; empty where it is not printed. */
    printOf: (row: Row): string =>
      prints === false || printed?.has(row.id) === false
        ? ''
        : fingerprintOf(row, prints, prints.allowed.get(row) ?? nothingAllowed),
  }
}

const nothingAllowed: readonly string[] = []

/** What the user allowed of each of these, where anything was. */
async function allowedIn(
  rows: readonly Row[],
  printed: ReadonlySet<EntryId> | undefined,
  trust: Allowed,
  { variables }: Environment,
): Promise<ReadonlyMap<Row, readonly string[]>> {
  const found = new Map<Row, readonly string[]>()
  if (trust.fingerprints.size === 0) return found
  const lookups = lookupsOf(variables)
  for (const row of rows) {
    if (printed?.has(row.id) === false) continue
    const allowed = await allowedOf(row, trust, lookups)
    if (allowed.length > 0) found.set(row, allowed)
  }
  return found
}

const none: readonly Finding[] = []

/** What is derived of a context: for the rules, and for lists, without making entries and findings. */
export type IdentityRow = Row
class Row implements FindingRow {
  readonly resolved: ResolvedContext
  readonly who: UserIdentity
  readonly meant: MeantCluster
  /** Kubectl would use it: the first of its name over all files. */
  readonly effective: boolean
  private readonly sharing: Sharing
  expected: Expected | null = null
  /** What a file that is not the user's own says to expect. */
  against: Intended | null = null
  intended: Intended
  found: FoundByRules | null = null
  /** Needed by rules, findings and lists; built once. */
  private ownId: EntryId | null = null

  constructor(
    resolved: ResolvedContext,
    who: UserIdentity,
    meant: MeantCluster,
    effective: boolean,
    sharing: Sharing,
  ) {
    this.resolved = resolved
    this.who = who
    this.meant = meant
    this.effective = effective
    this.sharing = sharing
    this.intended = who.intended
  }

  /** Where an identity is expected, the context then intends that one. */
  expect(found: ReturnType<typeof whomExpected>): void {
    if (found === null) return
    const { who, resolved } = this
    const { onlyAgainst, ...expected } = found
    const intended = intendedIdentity(who.meaning, resolved.rawUser?.exec ?? null, who.files, expected)
    if (onlyAgainst) {
      this.against = intended
      return
    }
    this.expected = expected
    this.intended = intended
  }

  get known() {
    return this.resolved
  }
  get entryNames() {
    return this.expected === null ? null : this.who.intended
  }
  get id() {
    this.ownId ??= this.resolved.id
    return this.ownId
  }
  get alike() {
    // An expected identity belongs to one context.
    return this.expected === null ? this.who : null
  }

  /**
   * The same object for all contexts of which that is alike: auth, profile, how it is pinned, role, intended, predicted, aws.
   */
  get common(): object | null {
    return this.expected === null ? this.who.actor : null
  }

  get context() {
    return this.resolved.entry
  }
  get cluster() {
    return this.resolved.clusterEntry
  }
  get user() {
    return this.resolved.userEntry
  }
  get auth() {
    return this.who.auth
  }
  get meaning() {
    return this.who.meaning
  }
  get profile() {
    return this.who.profile
  }
  get profilePinnedBy() {
    return this.who.profilePinnedBy
  }
  get role() {
    return this.who.role
  }
  get predicted() {
    return this.who.predicted
  }
  get profileState() {
    return this.who.profileState
  }
  get session() {
    return this.who.session
  }
  get aws() {
    return this.who.aws
  }
  get newerAws() {
    return this.who.newerAws
  }
  get lacksLogin() {
    return this.who.lacksLogin
  }
  get kubectlRefusal() {
    return this.who.kubectlRefusal
  }
  get notFound() {
    return this.who.notFound
  }
  get isSlow() {
    return this.who.isSlow
  }

  get findingIds(): readonly FindingId[] {
    return this.found?.idsOf(this) ?? []
  }
  get others() {
    return this.sharing.of(this)
  }
  /** As it may be shown; so is the server. */
  get namespace(): string | null {
    const { namespace } = this.resolved.context
    return namespace === null ? null : shownText(contextKeys.namespace.shown, namespace)
  }
  get server(): string | null {
    const { server } = this.resolved
    return server === null ? null : shownText(clusterKeys.server.shown, server)
  }
}

/** Whether kubectl would use a context, asked in the order of the files and lists: the first of its name. */
function effectively(): (context: ResolvedContext) => boolean {
  const taken = new Set<string>()
  return (context) => {
    if (context.shadowed) return false
    // Names of other files that kubectl takes before are shadowed by; only in a list of its own can one come again.
    if (!context.inRepeats) return true
    const key = `${context.path}\0${context.name}`
    if (taken.has(key)) return false
    taken.add(key)
    return true
  }
}

/**
 * Names of profiles, roles and permission sets in the AWS files: a context of such a name promises it. `default` is in the names
 * of many contexts, and promises no profile. An account promises no other identity: contexts of one cluster are all in its account.
 */
function namesIn({ profiles }: AwsFiles): Pick<FindingInput, 'known' | 'keyProfiles'> {
  const known = new Map<string, { readonly what: string; readonly accounts: Set<string | null> }>()
  const keyProfiles = new Map<string, string>()
  const add = (name: string, what: string, account: string | null) => {
    const { accounts } = once(known, name.toLowerCase(), () => ({ what, accounts: new Set() }))
    accounts.add(account)
  }
  for (const { name, settings } of profiles.values()) {
    const role = settings.role_arn && parsePrincipal(settings.role_arn.value)
    const account = settings.sso_account_id?.value ?? role?.account ?? null
    if (name !== 'default') add(name, 'profile', account)
    if (settings.sso_role_name) add(settings.sso_role_name.value, 'permission set', account)
    if (role) add(role.name, 'role', role.account)
    const key = settings.aws_access_key_id?.value
    if (key && !keyProfiles.has(key)) keyProfiles.set(key, name)
  }
  return { known, keyProfiles }
}

/** Names that are listed for all contexts of one user together: each context lists the others, which is quadratic. */
const mostSharing = 2_000_000

const alone: Pick<ContextIdentity, 'sharedWith' | 'sharedMore'> = { sharedWith: [] }

/** The contexts of each user entry, those that kubectl would use only. */
class Sharing {
  /** By `userKey`. Most users have one row, which is stored without a list. */
  private readonly rows: (Row | Row[] | undefined)[] = []
  any = false

  add(row: Row): void {
    const { userKey: key } = row.resolved
    if (key === null) return
    const before = this.rows[key]
    if (before === undefined) this.rows[key] = row
    else {
      this.any = true
      if (Array.isArray(before)) before.push(row)
      else this.rows[key] = [before, row]
    }
  }

  /** The other contexts of the same user; of a great many only the first, and how many more there are. */
  of({ resolved: { name: own, userKey: key } }: Row): Pick<ContextIdentity, 'sharedWith' | 'sharedMore'> {
    const rows = key === null ? undefined : this.rows[key]
    if (!Array.isArray(rows)) return alone
    const most = Math.floor(mostSharing / rows.length)
    const names = (some: readonly Row[]) =>
      some.map(({ resolved }) => resolved.name).filter((name) => name !== own)
    if (rows.length <= most) return { sharedWith: names(rows) }
    const sharedWith = names(rows.slice(0, most + 1))
    return { sharedWith, sharedMore: rows.length - 1 - sharedWith.length }
  }
}
