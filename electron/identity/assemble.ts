/**
 * Puts together what is derived of every context in one environment: the identity that its entry means, the one that the
 * environment would give, the contexts that share its user, what is wrong. Worked out once per form of a user entry, so ten thousand contexts are fast.
 */
import { signsInByAddress } from '../../shared/destination/destination'
import { meantCluster } from '../../shared/exec/parse'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import { type FoundByRules, findingsByContext, lookAll } from '../../shared/findings/find'
import type { Finding, FindingId } from '../../shared/findings/findings'
import type { FindingInput, FindingRow, KnownOfRow } from '../../shared/findings/row'
import { parsePrincipal } from '../../shared/identity/arn'
import type { Expected } from '../../shared/identity/expected'
import type { Intended, MeantCluster } from '../../shared/identity/identity'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import { shownText } from '../../shared/kubeconfig/masking'
import { clusterKeys, contextKeys } from '../../shared/kubeconfig/schema'
import { intendedIdentity } from '../aws/chain/intended'
import type { Chain } from '../aws/chain/types'
import type { AwsFiles } from '../aws/files/files'
import type { ResolvedContext, UserForm } from '../kubeconfig/read/entries'
import { type Words, whomExpected } from '../trust/expectations'
import type { Around, LookTask } from './basis'
import { signsFor, sureNames, type Varied, variedIn } from './cluster-of-entry'
import { lookingIn } from './command-not-found'
import { type Fingerprinting, filesNamedBy, fingerprintOf, hashFiles } from './fingerprint'
import { type Actor, identityOfUser, type UserIdentity } from './user-identity'

/** A context with what its entries, files and environment say of it: what a check stands on, and a value. */
export interface KnownContext {
  readonly resolved: ResolvedContext
  readonly identity: Pick<ContextIdentity, 'auth' | 'meant' | 'intended' | 'predicted' | 'fingerprint'>
}

export interface IdentitiesInput extends Around, Pick<LookTask, 'words'> {
  readonly snapshot: Snapshot
  /** One per context of the snapshot, in its order. */
  readonly resolved: readonly ResolvedContext[]
  /** No list of any file has a name twice, nor a file one of an earlier file; where that is known. */
  readonly namesOnce?: boolean
  /**
   * A hash of the user's decisions, for the fingerprints of checks; null leaves these empty (the terminal's `list`
   * shows none).
   */
  readonly trust: string | null
  /** Whose fingerprints are made: they stay empty of others. All where it is not given. */
  readonly printed?: ReadonlySet<EntryId> | undefined
}

/** What `list` shows of a context, found without making entries and findings. */
export interface IdentityRow
  extends Omit<ContextIdentity, 'context' | 'fingerprint' | 'findings' | 'sharedWith' | 'sharedMore'> {
  readonly others: Pick<ContextIdentity, 'sharedWith' | 'sharedMore'>
  readonly resolved: ResolvedContext
  /** As they may be shown. */
  readonly namespace: string | null
  readonly server: string | null
  /** Kubectl would use it: the first of its name over all files. */
  readonly effective: boolean
  /** How its command would come to credentials; null where that is not known. */
  readonly chain: Chain | null
  /** The AWS files that its command would read. */
  readonly files: AwsFiles
  readonly findingIds: readonly FindingId[]
  /** The same object for all contexts of which that is alike: auth, profile, how it is pinned, role, intended, predicted, aws. */
  readonly common: object | null
}

export interface Identities {
  readonly rows: readonly IdentityRow[]
  readonly contexts: readonly ContextIdentity[]
  /** All findings, also those of a whole file. */
  readonly findings: readonly Finding[]
}

/** Every context's identities, in the snapshot's order. */
export async function assembleIdentities(input: IdentitiesInput): Promise<Identities> {
  const { snapshot, resolved, environment, trust } = input
  const made = await rowsOf(input)
  const { rows, sharing } = made
  const found = lookAll({
    snapshot,
    rows,
    effective: rows.filter(({ effective }) => effective),
    sharesNothing: !sharing.any,
    ...(input.namesOnce === undefined ? {} : { namesOnce: input.namesOnce }),
    ...namesIn(await input.aws(environment, {})),
  })
  for (const row of rows) row.found = found
  if (trust === null) return new Assembled(made, found, null)
  const { printed } = input
  const named = await hashFiles(filesNamedBy(printedOf(resolved, printed)))
  const prints = { environment, trust, printed, hashes: new Map<object, string>(), named }
  return new Assembled(made, found, prints)
}

/** The contexts whose fingerprints are made. */
const printedOf = (
  resolved: readonly ResolvedContext[],
  printed: ReadonlySet<EntryId> | undefined,
): readonly ResolvedContext[] =>
  printed === undefined ? resolved : printed.size === 0 ? [] : resolved.filter(({ id }) => printed.has(id))

/** The same of some contexts without what is found of all of them together: who checks them asks for no findings. */
export async function knownContextsOf(input: IdentitiesInput): Promise<readonly KnownContext[]> {
  const { rows, prints } = await printedRows(input)
  return rows.map(({ id, resolved, auth, meant, intended, predicted }) => {
    const fingerprint = prints.get(id) ?? ''
    return { resolved, identity: { auth, meant, intended, predicted, fingerprint } }
  })
}

/** Only whom each context names, and how, with what checks of those that are printed depend on: nothing is found of them. */
export async function printedRows(input: IdentitiesInput): Promise<PrintedRows> {
  const { environment, trust, printed } = input
  const { rows } = await rowsOf(input)
  const wanted = trust === null ? [] : rows.filter(({ id }) => printed?.has(id) ?? true)
  if (trust === null || wanted.length === 0) return { rows, prints: new Map() }
  const named = await hashFiles(filesNamedBy(wanted.map(({ resolved }) => resolved)))
  const prints = { environment, trust, printed, hashes: new Map<object, string>(), named }
  return { rows, prints: new Map(wanted.map((row) => [row.id, fingerprintOf(row, prints)])) }
}

interface PrintedRows {
  readonly rows: readonly (IdentityRow & { readonly id: EntryId })[]
  readonly prints: ReadonlyMap<EntryId, string>
}

/** Only whom each context names, and how: nothing is found of them, and no fingerprint is made. */
export const identityRows = async (input: IdentitiesInput): Promise<readonly IdentityRow[]> =>
  (await rowsOf(input)).rows

async function rowsOf(input: IdentitiesInput): Promise<RowMaker> {
  const { resolved, snapshot, words } = input
  const maker = new RowMaker(sureNames(snapshot), words)
  const known = new Map<object | null, UserIdentity>()
  const actors = new Map<string, Actor>()
  const asked = { ...input, notFound: lookingIn(input.environment) }
  for (const context of resolved) {
    if (signsInByAddress(context.server)) {
      const who = await identityOfUser(context.rawUser, asked, actors, context, true)
      maker.add(context, { who, varied: 'all' })
      continue
    }
    if (maker.addOfForm(context)) continue
    const form = context.userForm
    const varied = form === null ? 'all' : variedIn(form)
    const key = varied === 'all' ? context.rawUser : form
    const before = known.get(key)
    const who = before ?? (await identityOfUser(context.rawUser, asked, actors, context, false))
    known.set(key, who)
    const formed = { who, varied }
    if (form !== null && varied !== 'all') maker.ofForm.set(form, formed)
    maker.add(context, formed)
  }
  return maker
}

/** Makes rows of those whose users are known. */
class RowMaker {
  readonly rows: Row[] = []
  private readonly nameOf: ReturnType<typeof sureNames>
  private readonly words: Words
  readonly sharing = new Sharing()
  private readonly isEffective = effectively()
  /** Forms of which no user need be looked at again. */
  readonly ofForm = new Map<UserForm, Formed>()

  constructor(nameOf: ReturnType<typeof sureNames>, words: Words) {
    this.nameOf = nameOf
    this.words = words
  }

  /** Adds a context whose user has the form of one before; false for another. */
  addOfForm(context: ResolvedContext): boolean {
    const form = context.userForm
    const formed = form === null ? undefined : this.ofForm.get(form)
    if (formed === undefined) return false
    this.add(context, formed)
    return true
  }

  add(context: ResolvedContext, formed: Formed): void {
    const { who, varied } = formed
    const { server } = context
    const named = context.context
    const signs = varied === 'all' ? who.meaning : signsFor(who.meaning, varied, context.userWord)
    const meant = meantCluster(signs, this.nameOf(named.cluster, server), server)
    const row = new Row(context, who, meant, this.isEffective(context), this.sharing)
    const { words } = this
    if (words.size > 0 || named.expected !== null) {
      row.expect(whomExpected(words, context.file, named))
    }
    if (row.effective) this.sharing.add(row)
    this.rows.push(row)
  }
}

/** Entries and findings are made when they are asked for. */
class Assembled implements Identities {
  readonly rows: readonly Row[]
  private readonly found: FoundByRules
  private readonly prints: Fingerprinting | null
  private made: readonly ContextIdentity[] | null = null

  constructor({ rows }: RowMaker, found: FoundByRules, prints: Fingerprinting | null) {
    this.rows = rows
    this.found = found
    this.prints = prints
  }

  get findings(): readonly Finding[] {
    return this.found.all
  }

  get contexts(): readonly ContextIdentity[] {
    if (this.made !== null) return this.made
    const byContext = findingsByContext(this.found.all)
    this.made = this.rows.map((row): ContextIdentity => {
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
        fingerprint: this.print(row),
        findings: byContext.get(id) ?? none,
      }
      return others.sharedMore === undefined ? made : { ...made, sharedMore: others.sharedMore }
    })
    return this.made
  }

  private print(row: Row): string {
    const { prints } = this
    // Of none, no id is asked for.
    if (prints === null || prints.printed?.size === 0) return ''
    return prints.printed?.has(row.id) === false ? '' : fingerprintOf(row, prints)
  }
}

const none: readonly Finding[] = []

interface Formed {
  readonly who: UserIdentity
  readonly varied: Varied
}

/** A context with what is derived of it: for the rules, and for whoever lists it. */
class Row implements FindingRow, IdentityRow {
  readonly resolved: ResolvedContext
  readonly who: UserIdentity
  readonly meant: MeantCluster
  readonly effective: boolean
  private readonly sharing: Sharing
  expected: Expected | null = null
  intended: Intended
  found: FoundByRules | null = null
  /** Asked for by rules, findings and whoever lists it; put together once. */
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

  /** Whom to expect, where that is somebody, is then whom it intends. */
  expect(expected: Expected | null): void {
    if (expected === null) return
    const { who, resolved } = this
    this.expected = expected
    this.intended = intendedIdentity(who.meaning, resolved.rawUser?.exec ?? null, who.files, expected)
  }

  get known(): KnownOfRow {
    return this
  }
  get entryNames() {
    return this.expected === null ? null : this.who.intended
  }
  get id() {
    this.ownId ??= this.resolved.id
    return this.ownId
  }
  get file() {
    return this.resolved.path
  }
  get name() {
    return this.resolved.name
  }
  get hasCluster() {
    return this.resolved.hasCluster
  }
  get rawCluster() {
    return this.resolved.rawCluster
  }
  get userName() {
    return this.resolved.userName
  }
  get hasUser() {
    return this.resolved.userKey !== null
  }
  get userKey() {
    return this.resolved.userKey
  }
  get alike() {
    // Whom to expect is said of a context.
    return this.expected === null ? this.who : null
  }

  get common() {
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
  get chain() {
    return this.who.chain
  }
  get files() {
    return this.who.files
  }
  get kubectlRefusal() {
    return this.who.kubectlRefusal
  }
  get notFound() {
    return this.who.notFound
  }

  get findingIds(): readonly FindingId[] {
    return this.found?.idsOf(this) ?? []
  }
  get others() {
    return this.sharing.of(this)
  }
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
    const { name } = context
    if (taken.has(name)) return false
    taken.add(name)
    return true
  }
}

/** What the AWS files call a profile, role, permission set or account: a context named so promises it. */
function namesIn({ profiles }: AwsFiles): Pick<FindingInput, 'known' | 'keyProfiles'> {
  const known = new Map<string, string>()
  const keyProfiles = new Map<string, string>()
  for (const { name, settings } of profiles.values()) {
    const role = settings.role_arn && parsePrincipal(settings.role_arn.value)
    const account = settings.sso_account_id?.value ?? role?.account
    if (account !== undefined) known.set(account, 'account')
    known.set(name.toLowerCase(), 'profile')
    if (settings.sso_role_name) known.set(settings.sso_role_name.value.toLowerCase(), 'permission set')
    if (role) known.set(role.name.toLowerCase(), 'role')
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
  /** By `userKey`. Of most users there is one: no list is made of it. */
  private readonly rows: (Row | Row[] | undefined)[] = []
  any = false

  add(row: Row): void {
    const { userKey: key } = row
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
  of({ name: own, userKey: key }: Row): Pick<ContextIdentity, 'sharedWith' | 'sharedMore'> {
    const rows = key === null ? undefined : this.rows[key]
    if (!Array.isArray(rows)) return alone
    const most = Math.floor(mostSharing / rows.length)
    const names = (some: readonly Row[]) => some.map(({ name }) => name).filter((name) => name !== own)
    if (rows.length <= most) return { sharedWith: names(rows) }
    const sharedWith = names(rows.slice(0, most + 1))
    return { sharedWith, sharedMore: rows.length - 1 - sharedWith.length }
  }
}
