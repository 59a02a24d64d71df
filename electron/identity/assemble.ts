/**
 * Puts together what is derived of every context in one environment: the identity that its entry means, the one that the
 * environment would give, the contexts that share its user, what is wrong. Worked out once per form of a user entry, so ten thousand contexts are fast.
 */
import { createHash } from 'node:crypto'
import { inside } from '../../shared/exec/inside'
import type { RawExec } from '../../shared/exec/parse'
import { type ExecMeaning, execMeaning, meantCluster, saysCluster } from '../../shared/exec/parse'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import { type FoundByRules, findingsByContext, lookAll } from '../../shared/findings/find'
import type { Finding, FindingId } from '../../shared/findings/findings'
import type { FindingInput, FindingRow, KnownOfRow, ProfileState } from '../../shared/findings/row'
import { parsePrincipal } from '../../shared/identity/arn'
import type { Expected } from '../../shared/identity/expected'
import type {
  AuthKind,
  Intended,
  MeantCluster,
  Predicted,
  ProfilePin,
  UsedProgram,
} from '../../shared/identity/identity'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import { shownText } from '../../shared/kubeconfig/masking'
import { clusterKeys, contextKeys } from '../../shared/kubeconfig/schema'
import { givenState } from '../aws/chain/given'
import { entryVariables, intendedIdentity, profileChain } from '../aws/chain/intended'
import { predictedChain, predictIdentity } from '../aws/chain/predict'
import { signInFacts } from '../aws/chain/sign-in'
import { rowOf } from '../aws/chain/sources'
import type { Chain } from '../aws/chain/types'
import { type AwsFiles, nothingRead, type Setting } from '../aws/files/files'
import {
  type AwsPaths,
  awsPaths,
  newAwsReading,
  plainly,
  readAwsFiles,
  type Variables,
} from '../aws/files/profiles'
import { readBounded } from '../aws/files/read'
import type { ProgramsOf, WhichProgram } from '../aws/installed/which'
import type { RawUser, ResolvedContext, UserForm } from '../kubeconfig/read/entries'
import { type KubectlRefusal, kubectlPolicy } from '../kubectl/policy'
import type { Environment } from '../system/environment'
import { onlyChooses } from '../trust/commands'
import { type Words, whomExpected } from '../trust/expectations'
import { asWritten } from './as-written'
import { readOf, rulesFor, usedProgram, whichFor } from './entry-program'
import { unreadableEnvironment } from './environments'
import { profileStateOf } from './profile-state'

/** How a user entry authenticates; a token, basic auth or a certificate keeps exec from being used (client-go). */
function authOf(user: RawUser, meaning: ExecMeaning | null): AuthKind {
  // An empty value is none to client-go.
  if (user.token || user.tokenFile) return 'token'
  if (user.username) return 'basic'
  if (user.clientCertificate || user.clientCertificateData) return 'client-certificate'
  if (meaning !== null) return meaning.program === 'other' ? 'exec' : meaning.program
  return user.authProvider === null ? 'none' : 'auth-provider'
}

export interface IdentitiesInput {
  readonly snapshot: Snapshot
  /** One per context of the snapshot, in its order. */
  readonly resolved: readonly ResolvedContext[]
  /** No list of any file has a name twice, nor a file one of an earlier file; where that is known. */
  readonly namesOnce?: boolean
  readonly environment: Environment
  readonly aws: AwsFilesOf
  readonly programs: ProgramsOf
  /**
   * A hash of the user's decisions, for the fingerprints of checks; null leaves these empty (the terminal's `list`
   * shows none).
   */
  readonly trust: string | null
  /** Whose fingerprints are made: they stay empty of others. All where it is not given. */
  readonly printed?: ReadonlySet<EntryId> | undefined
  /** Whom the user said to expect of which context. */
  readonly words: Words
  /** Milliseconds since the epoch. */
  readonly now: number
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
  const { rows, sharing } = await rowsOf(input)
  const found = lookAll({
    snapshot,
    rows,
    effective: rows.filter(({ effective }) => effective),
    sharesNothing: !sharing.any,
    ...(input.namesOnce === undefined ? {} : { namesOnce: input.namesOnce }),
    ...namesIn(await input.aws(environment, {})),
  })
  for (const row of rows) row.found = found
  if (trust === null) return new Assembled(rows, found, null)
  const { printed } = input
  const named = await hashNamedFiles(
    printed === undefined ? resolved : printed.size === 0 ? [] : resolved.filter(({ id }) => printed.has(id)),
  )
  const prints = { environment, trust, printed, hashes: new Map<object, string>(), named }
  return new Assembled(rows, found, prints)
}

async function rowsOf(input: IdentitiesInput): Promise<RowMaker> {
  const { resolved, snapshot, words } = input
  const maker = new RowMaker(sureNames(snapshot), words)
  const known = new Map<object | null, UserIdentity>()
  const actors = new Map<string, Actor>()
  for (const context of resolved) {
    if (maker.addOfForm(context)) continue
    const form = context.userForm
    const varied = form === null ? 'all' : variedIn(form)
    const key = varied === 'all' ? context.rawUser : form
    const who = known.get(key) ?? (await identityOfUser(context.rawUser, input, actors, context))
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
    if (words.size > 0 || named.expected !== null) row.expect(whomExpected(words, context.file, named))
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

  constructor(rows: readonly Row[], found: FoundByRules, prints: Fingerprinting | null) {
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
      const { id } = row
      return {
        context: id,
        auth: row.auth,
        meant: row.meant,
        profile: row.profile,
        profilePinnedBy: row.profilePinnedBy,
        role: row.role,
        ...row.others,
        expected: row.expected,
        intended: row.intended,
        predicted: row.predicted,
        aws: row.aws,
        fingerprint:
          this.prints === null || this.prints.printed?.has(id) === false
            ? ''
            : fingerprintOf(row, this.prints),
        findings: byContext.get(id) ?? [],
      }
    })
    return this.made
  }
}

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
  get id() {
    return this.resolved.id
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
  get wraps() {
    const { auth, meaning } = this.who
    return auth === 'exec' && meaning !== null ? meaning : undefined
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

const settings = ['clusterName', 'clusterId'] as const

type Varied = ReturnType<typeof readVaried>

const varieties = new WeakMap<UserForm, Varied>()

/**
 * What of its meaning differs between the users of a form; null where nothing does, `all` where that cannot be told: then each
 * is read.
 */
function variedIn(form: UserForm) {
  const known = varieties.get(form)
  if (known !== undefined) return known
  const read = readVaried(form)
  varieties.set(form, read)
  return read
}

/** By reading the form with two different words: all else has to mean the same. */
function readVaried({ exec, varies }: UserForm): (typeof settings)[number] | null | 'all' {
  if (varies === null) return null
  const words = ['first-one', 'SECOND_2'] as const
  const meant = words.map((word) =>
    execMeaning({ ...exec, args: exec.args.map((arg, at) => (at === varies ? word : arg)) }),
  )
  const rest = (setting: string) =>
    new Set(meant.map((one) => JSON.stringify({ ...one, [setting]: null }))).size === 1
  return (
    settings.find((setting) => rest(setting) && words.every((word, at) => meant[at]?.[setting] === word)) ??
    'all'
  )
}

/** What the one user of a form means of the cluster, whose own word this is. */
function signsFor(meaning: ExecMeaning | null, varied: Varied, word: string | null) {
  if (meaning === null || varied === null || varied === 'all') return meaning
  const { gets, region, clusterName, clusterId } = meaning
  return varied === 'clusterName'
    ? { gets, region, clusterName: word, clusterId }
    : { gets, region, clusterName, clusterId: word }
}

/**
 * What a cluster entry is called; where its own name does not say which EKS cluster it is, and all entries of the same server
 * whose names do say the same one, by that.
 */
function sureNames(snapshot: Snapshot): (name: string | null, server: string | null) => string | null {
  let byServer: ReadonlyMap<string, string | null> | null = null
  return (name, server) => {
    if (name !== null && saysCluster(name)) return name
    byServer ??= surelyNamed(snapshot)
    return (server === null ? null : byServer.get(server)) ?? name
  }
}

function surelyNamed({ clusters }: Snapshot): ReadonlyMap<string, string | null> {
  const byServer = new Map<string, string | null>()
  for (const { name, server } of clusters) {
    if (server === null || !saysCluster(name)) continue
    const known = byServer.get(server)
    byServer.set(server, known === undefined || known === name ? name : null)
  }
  return byServer
}

/** Who acts, whatever the cluster: the same for every entry with the same command, flags and variables. */
interface Actor {
  readonly intended: Intended
  readonly predicted: Predicted
  readonly profileState: ProfileState
  /** The session name of the last role that it intends; null where aws makes one up, or there is none. */
  readonly session: string | null
  readonly files: AwsFiles
  readonly chain: Chain | null
  /** A credential_process gives the credentials: it runs only after the user allowed it. */
  readonly startsProcess: boolean
  /** The aws or authenticator that the command leads to; null where none was looked up, or found. */
  readonly program: WhichProgram | null
  readonly newerAws: UsedProgram | null
  /** Its profile signs in by `aws login`, which that aws does not know. */
  readonly lacksLogin: boolean
  /** What a result stands on of the sign-in behind it. */
  readonly signIn: readonly (string | number | null)[]
}

/** What depends on the user entry alone, in one environment. */
interface UserIdentity extends Actor {
  /** The same for all users that differ in their cluster alone, and authenticate in the same way. */
  readonly actor: Actor
  readonly aws: UsedProgram | null
  readonly auth: AuthKind
  readonly meaning: ExecMeaning | null
  readonly profile: string | null
  readonly profilePinnedBy: ProfilePin
  readonly role: string | null
  /** What kubectl refuses by its kuberc; null: nothing. */
  readonly kubectlRefusal: KubectlRefusal | null
}

async function identityOfUser(
  user: RawUser | null,
  input: IdentitiesInput,
  actors: Map<string, Actor>,
  context: ResolvedContext,
): Promise<UserIdentity> {
  const unread = namesUnread(context)
  const own = user?.exec ?? null
  const understood = own === null ? null : execMeaning(own)
  const auth = user === null ? 'none' : authOf(user, understood)
  const runs = auth === 'aws' || auth === 'aws-iam-authenticator' || auth === 'exec'
  const exec = runs ? own : null
  const meaning = runs ? understood : null
  const which = whichFor(context, exec)
  const key = `${auth} ${unread}${which ?? ''}${actorKey(exec, meaning)}`
  let actor = actors.get(key)
  if (!actor) {
    actor = unread ? unreadActor(exec, meaning) : await actorOf(exec, meaning, which, input)
    actors.set(key, actor)
  }
  const { programs, environment } = input
  const kubectlRefusal = await (await kubectlPolicy(programs, environment)).refusal(exec?.command ?? null)
  const { predicted } = actor
  return {
    ...actor,
    actor,
    // kubectl stops before anything is run.
    predicted: kubectlRefusal?.certain ? { ...predicted, problem: kubectlRefusal.problem } : predicted,
    kubectlRefusal,
    aws: usedProgram(actor.program),
    auth,
    meaning,
    profile: meaning?.profile ?? null,
    profilePinnedBy: meaning?.profilePinnedBy ?? 'none',
    role: meaning?.role ?? null,
  }
}

/** Everything of an exec entry that decides who acts: all of its meaning but the cluster. */
function actorKey(exec: RawExec | null, meaning: ExecMeaning | null): string {
  if (exec === null || meaning === null) return ''
  const { clusterName: _name, clusterId: _id, ...rest } = meaning
  const found = meaning.program === 'other' ? inside(exec) : null
  const wrapped = found?.ok ? found.value : null
  const { by, profile, role } = wrapped?.gives ?? {}
  const inner = wrapped && [
    wrapped.command.command,
    wrapped.command.env,
    [...wrapped.drops],
    by,
    profile,
    role,
  ]
  return JSON.stringify([exec.command, Object.values(rest), exec.env, inner])
}

async function actorOf(
  exec: RawExec | null,
  meaning: ExecMeaning | null,
  which: string | null,
  { aws, environment, programs, now }: IdentitiesInput,
): Promise<Actor> {
  const { variables, gives } = entryVariables(exec)
  const files = await aws(environment, variables)
  const ofEntry = programs(environment, variables)
  const fromFiles = {
    intended: intendedIdentity(meaning, exec, files),
    // What another program makes of a profile is not known.
    profileState:
      gives !== null && meaning?.profilePinnedBy === 'wrapper'
        ? givenState(gives, files)
        : profileStateOf(meaning?.gets ? meaning.profile : null, files),
    session: sessionOf(meaning, files),
    files,
    program: which === null ? null : await ofEntry.of(which),
  }
  const unreadable = unreadableEnvironment(environment)
  if (unreadable !== null) {
    const { message, next } = unreadable
    const problem = { code: 'unreadable-environment', message, next } as const
    return {
      ...fromFiles,
      predicted: { ...unknown(meaning, message), problem },
      chain: null,
      newerAws: null,
      lacksLogin: false,
      startsProcess: false,
      signIn: [],
    }
  }
  const rules = await rulesFor(which, ofEntry)
  const question = { meaning, exec, files, environment, rules, now }
  const chain = predictedChain(question)
  const { source } = chain
  const predicted = predictIdentity(question)
  return {
    ...fromFiles,
    predicted,
    chain,
    newerAws: rules.newer,
    lacksLogin:
      !rules.rules.readsLogin && predicted.instead === null && signsInByLogin(predicted.profile, files),
    startsProcess: source !== null && rowOf(source).starts(source) !== null,
    signIn: signInFacts(chain, files, now, rules),
  }
}

/** By the newest rules, which know it. */
const signsInByLogin = (profile: string | null, files: AwsFiles): boolean =>
  profileChain(profile || 'default', files)?.source?.kind === 'login'

/** aws calls the session of a role in its arguments by one name; a profile may name that of its own role. */
function sessionOf(meaning: ExecMeaning | null, files: AwsFiles): string | null {
  if (meaning === null) return null
  if (meaning.role !== null) return meaning.sessionName ?? 'EKSGetTokenAuth'
  if (meaning.profile === null) return null
  return profileChain(meaning.profile, files)?.roles.at(-1)?.sessionName ?? null
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

/** Nobody can say who would act; `why` stands in the place of where an identity comes from. */
const unknown = (meaning: ExecMeaning | null, why: string): Predicted => ({
  arn: null,
  accessKeyId: null,
  profile: meaning?.profile ?? null,
  account: null,
  partition: null,
  permissionSet: null,
  by: [why],
  instead: null,
  certain: false,
  problem: null,
})

/**
 * Whether variables of an entry could lead to files that nobody but a foreign kubeconfig names. Such files are not read: the
 * command asks before it runs, and then aws reads them.
 */
export function namesUnread(context: ResolvedContext): boolean {
  const { userFile } = context
  if (userFile === null || userFile.own || userFile.trusted) return false
  return Object.keys(entryVariables(context.rawUser?.exec ?? null).variables).some(
    (name) => !onlyChooses(name),
  )
}

/** Who acts is unknown: what decides it was not read. */
function unreadActor(exec: RawExec | null, meaning: ExecMeaning | null): Actor {
  return {
    intended: intendedIdentity(meaning, exec, nothingRead),
    predicted: unknown(
      meaning,
      'variables of an opened file, which may name other AWS files: these are not read',
    ),
    chain: null,
    startsProcess: false,
    signIn: [],
    profileState: profileStateOf(null, nothingRead),
    session: null,
    files: nothingRead,
    program: null,
    newerAws: null,
    lacksLogin: false,
  }
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

/** What the fingerprints of one assembly share. */
interface Fingerprinting {
  readonly environment: Environment
  readonly trust: string
  readonly printed: ReadonlySet<EntryId> | undefined
  readonly hashes: Map<object, string>
  /** Hashes of the files that entries name, by path. */
  readonly named: ReadonlyMap<string, string>
}

/**
 * What a check depends on: what kubectl would run and send, or refuse, the files that it names, what the AWS files say, the sign-in behind it,
 * the environment and, where they matter, the user's decisions. What things are called is none of it. Values are hashed per
 * entry, so that a long certificate is read once.
 */
function fingerprintOf(
  { resolved: { cluster, user, file, userFile, clusterFile }, meant, who }: Row,
  { environment, trust, hashes, named }: Fingerprinting,
): string {
  const hashed = (value: object | null, write: (value: object) => string = asWritten) => {
    if (value === null) return null
    const before = hashes.get(value)
    if (before !== undefined) return before
    const hash = createHash('sha256').update(write(value)).digest('hex')
    hashes.set(value, hash)
    return hash
  }
  // A command that runs without asking does not depend on what else was allowed.
  const asks = !who.meaning?.complete || who.startsProcess || cluster?.raw.insecureSkipTlsVerify
  const parts = [
    [cluster !== null, user !== null, meant.name, meant.tokenFor],
    hashed(cluster?.raw ?? null),
    hashed(user?.raw ?? null),
    namedFiles({ cluster, user }).map((path) => named.get(path) ?? null),
    environment.fingerprint,
    [hashed(who.files, () => saidByFiles(who.files)), who.signIn],
    who.program && readOf(who.program),
    ...(who.kubectlRefusal === null ? [] : [[who.kubectlRefusal.problem.code, who.kubectlRefusal.certain]]),
    [file, userFile, clusterFile].map((one) => one && (one.own || one.trusted)),
    asks ? trust : null,
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** What AWS files say, whatever their bytes: comments, order and places change nobody's identity. */
export function saidByFiles({
  config,
  credentials,
  profiles,
  ssoSessions,
  services,
  legacyKeys,
  aliased,
}: AwsFiles): string {
  const settings = (of: Readonly<Record<string, Setting>>) =>
    Object.entries(of)
      .map(([name, { value, nested }]) => [name, value, nested])
      .sort()
  const sections = (of: ReadonlyMap<string, { readonly settings: Readonly<Record<string, Setting>> }>) =>
    [...of].map(([name, section]) => [name, settings(section.settings)]).sort()
  // Of a file that aws refuses nothing is known but that it is as it was.
  const states = [config, credentials].map(({ path, state, refused, revision }) => [
    path,
    state,
    refused && revision,
  ])
  return JSON.stringify([
    states,
    sections(profiles),
    sections(ssoSessions),
    sections(services),
    legacyKeys,
    aliased,
  ])
}

/** The certificate, key and token files that kubectl would read for a context. */
function namedFiles({ cluster, user }: Pick<ResolvedContext, 'cluster' | 'user'>): readonly string[] {
  const { clientCertificate, clientKey, tokenFile } = user?.raw ?? {}
  return [cluster?.raw.certificateAuthority, clientCertificate, clientKey, tokenFile].flatMap(
    (path) => path || [],
  )
}

/** Longer ones are told apart by their length alone: kubectl reads a few kilobytes there. */
const mostBytes = 1024 * 1024

/** The hash of each file that an entry of the user's own files names, each read once. */
async function hashNamedFiles(contexts: readonly ResolvedContext[]): Promise<ReadonlyMap<string, string>> {
  const paths = new Set<string>()
  for (const { cluster, user, clusterFile, userFile } of contexts) {
    if (clusterFile?.own || clusterFile?.trusted)
      for (const path of namedFiles({ cluster, user: null })) paths.add(path)
    if (userFile?.own || userFile?.trusted)
      for (const path of namedFiles({ cluster: null, user })) paths.add(path)
  }
  const found = new Map<string, string>()
  const left = [...paths]
  const work = async () => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      const read = await readBounded(path, mostBytes)
      found.set(
        path,
        read.state === 'read' ? createHash('sha256').update(read.bytes).digest('hex') : read.state,
      )
    }
  }
  await Promise.all(Array.from({ length: 16 }, work))
  return found
}

/** The AWS files that a command would read in this environment with these variables of exec.env on top. */
export type AwsFilesOf = (environment: Environment, execEnv: Variables) => Promise<AwsFiles>

/**
 * Reads AWS files once per set of paths, not once per context: exec.env rarely names others. `home` stands in where
 * the environment names none. Nothing is read again: make a new one to see changes.
 */
export function awsFilesOnce(home: string, platform: NodeJS.Platform, signal?: AbortSignal): AwsFilesOf {
  const read = new Map<string, Promise<AwsFiles>>()
  const bare = new WeakMap<Environment, Promise<AwsFiles>>()
  const reading = newAwsReading()
  return (environment, execEnv) => {
    const plain = !Object.keys(execEnv).some((name) => decides.test(name))
    const before = plain ? bare.get(environment) : undefined
    if (before) return before
    const variables = { ...environment.variables, ...execEnv }
    const paths = awsPaths(variables, home, platform)
    const key = JSON.stringify([
      ...Object.values(paths).map((path) => plainly(path, platform)),
      variables.AWS_WEB_IDENTITY_TOKEN_FILE ?? null,
      variables.AWS_CREDENTIAL_FILE ?? null,
      variables.BOTO_CONFIG ?? null,
    ])
    let files = read.get(key)
    if (!files) {
      files = readAwsFiles({
        variables,
        home,
        platform,
        reading,
        named: !plain,
        ...(signal ? { signal } : {}),
      })
      read.set(key, files)
    }
    // One file is named in as many ways as there are entries: each has its own spelling of what was read once.
    const own = files.then((found) => respelt(found, paths))
    if (plain) bare.set(environment, own)
    return own
  }
}

function respelt(files: AwsFiles, { config, credentials }: AwsPaths): AwsFiles {
  if (files.config.path === config && files.credentials.path === credentials) return files
  return {
    ...files,
    config: { ...files.config, path: config },
    credentials: { ...files.credentials, path: credentials },
  }
}

/** Names of exec.env that can lead to other files; a path may also use any variable, so only AWS's own are passed over. */
const decides = /^(?!AWS_(DEFAULT_)?(PROFILE|REGION)$|AWS_STS_REGIONAL_ENDPOINTS$|DEFAULT_ROLE$)/
