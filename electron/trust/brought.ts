/**
 * What a write would bring that kubectl then runs, or sends something to, and that is not in the user's files now. Judged by
 * the files as they would be, entry by entry and context by context: it does not matter how an edit brings it.
 */
import { createHash } from 'node:crypto'
import { setEksName, setProfile, setRegion, setRole } from '../../shared/exec/edit'
import { execMeaning, type RawExec } from '../../shared/exec/parse'
import { parseClusterArn } from '../../shared/identity/arn'
import { isRegion } from '../../shared/identity/regions'
import type { JsonMap } from '../../shared/json'
import { at, textOf } from '../../shared/json'
import type { Brought, BroughtPart, Place, Program } from '../../shared/trust/brought'
import type { SignsIn } from '../../shared/trust/question'
import type { PermittedWrite } from '../kubeconfig/disk/write'
import type { KubeconfigDocument } from '../kubeconfig/read/document'
import { readDocument } from '../kubeconfig/read/document'
import { entryValueOf } from '../kubeconfig/read/edit-model'
import type { RawCluster, RawUser } from '../kubeconfig/read/entries'
import type { DocumentEntry } from '../kubeconfig/read/outline'
import { PatchedDocument } from '../kubeconfig/read/patched'
import type { PlannedFile } from '../kubeconfig/rewrite/plan'
import { onlyGetsToken } from './commands'
import { destinationOf, signsInOf } from './destinations'

/** A write as computed under the lock. */
export type WriteResult = Pick<PermittedWrite, 'sources' | 'files' | 'bringsNothing'>

/** A cluster entry and what the write makes of it. */
export interface WrittenCluster {
  readonly file: string
  readonly isNew: boolean
  /** Its authority stays as it is in the file: then the server alone has to be AWS's. */
  readonly sameAuthority: boolean
}

/** What main knows of this session. */
export interface Seen {
  /** Main has read this server and this authority from DescribeCluster itself, for the cluster that the entry is of. */
  fromAws(entry: WrittenCluster, cluster: RawCluster): boolean
  /** A write of Ekscope brought this place, or this user's tokens to such a place, and that was allowed: in any session. */
  brought(key: string): boolean
  /** Stood in the user's files, as Ekscope found them, before a write of this session took it away. */
  had(key: string): boolean
}

export interface Judged {
  /** Null: nothing is to be asked. */
  readonly brought: Brought | null
  /** Exactly this write: another has another. Worked out when it is asked for, which is where something is brought. */
  readonly fingerprint: string
  /** Places that it brings, and whose tokens go to these and to those that were brought before: what the question shows. */
  readonly kept: readonly string[]
  /** Keys of what a write of the list takes out of it. */
  readonly gone: readonly string[]
  /** Of what it brings that the list did not have. */
  readonly come: readonly string[]
}

/**
 * Judges a write by what is on disk and what would be there. Of large files only what is different is read: an entry whose
 * lines are the same is the same one, before and after.
 */
export function judgeWrite({ sources, files, bringsNothing: nothing }: WriteResult, seen: Seen): Judged {
  let printed: string | null = null
  const write = {
    get fingerprint() {
      printed ??= fingerprintOf({ sources, files })
      return printed
    },
  }
  const sides = nothing === true ? null : sidesOf({ sources, files })
  if (sides === null) return withFingerprint(write, { brought: null, kept: [], gone: [], come: [] })
  const { planned, before, after } = sides
  const isKnown = (key: string, file: SideFile): boolean =>
    seen.had(key) || before.keys().has(key) || (!file.listed && before.keysBeside(file.path).has(key))
  const fromAws = (cluster: SideCluster): boolean => {
    const was = before.sameCluster(cluster)
    const sameAuthority = was !== null && authorityKey(was.raw) === authorityKey(cluster.raw)
    return seen.fromAws({ file: cluster.file, isNew: was === null, sameAuthority }, cluster.raw)
  }
  const parts: BroughtPart[] = []
  const shown = new Set<string>()
  const come: string[] = []
  const kept = new Set<string>()
  for (const file of after.files) {
    if (!planned.has(file.path)) continue
    for (const user of file.users) {
      if (before.has(user) || user.program === null) continue
      const was = before.sameUser(user)
      if (was?.program === user.program || isKnown(user.program, file)) continue
      come.push(user.program)
      parts.push({
        kind: 'user',
        name: user.name,
        file: file.path,
        contexts: after.contextsOf(user),
        was: was && programOf(was),
        now: programOf(user),
      })
    }
    for (const cluster of file.clusters) {
      if (before.has(cluster)) continue
      const was = before.sameCluster(cluster)
      if (was?.place === cluster.place || isKnown(cluster.place, file)) continue
      come.push(cluster.place)
      if (fromAws(cluster) && restKey(cluster.raw) === restKey(was?.raw ?? noRest)) continue
      shown.add(cluster.place)
      kept.add(cluster.place)
      const users = cluster.getsTokens
        ? after.usersOf(cluster).map((user) => signsInOf(user.raw, before.has(user)))
        : []
      parts.push({
        kind: 'cluster',
        name: cluster.name,
        file: file.path,
        was: was && placeOf(was, []),
        now: placeOf(cluster, after.contextsOf(cluster), users),
      })
    }
  }
  const isAsked = (pair: Pair): boolean => {
    const { file, user, cluster } = pair
    if (before.hasPair(pair) || !sends(pair)) return false
    const { key, exact } = keysOf(pair)
    // Of a user that is edited, another profile or region is not asked about; the same user's tokens elsewhere are.
    const same = before.sameUser(user)?.exact === user.exact
    const was = before.pairOf(pair)
    if (seen.brought(cluster.place) || kept.has(cluster.place)) {
      // It gets the tokens that were shown for it, or that others than Ekscope send there: nobody else's, by an edit neither.
      kept.add(exact)
      if (isKnown(exact, file) || seen.brought(exact)) return false
    } else {
      const known = (was !== null && keysOf(was).key === key) || isKnown(key, file)
      if (known && (!same || isKnown(exact, file))) return false
    }
    come.push(key, exact)
    if (shown.has(cluster.place)) return false
    // The entry's own token or key that comes along is nobody else's yet.
    if (user.inline && !before.credentials().has(user.exact)) return false
    // AWS says server and authority. A proxy or no check of the certificate is the entry's own, and of those who went there.
    return !(fromAws(cluster) && (restKey(cluster.raw) === restKey(noRest) || before.went(pair)))
  }
  parts.push(...newPairs(before, after, isAsked))
  return withFingerprint(write, {
    brought: parts.length === 0 ? null : { parts },
    kept: [...kept],
    gone: before.keysWithout(after),
    come,
  })
}

/** The files before and after a write; null where nothing can be brought. */
function sidesOf({ sources, files }: WriteResult) {
  const planned = new Map(files.map((file) => [file.path, file]))
  const documents = sources.map(({ path, listed, document }) => ({ path, listed, document }))
  const later = documents.map((one) => {
    const file = planned.get(one.path)
    return file ? { ...one, document: documentAfter(file) } : one
  })
  if (later.every(({ document }, at) => leadsNowhereElse(documents[at]?.document, document))) return null
  const entries = new Entries(documents.map(({ document }) => document))
  return { planned, before: new Side(documents, entries), after: new Side(later, entries) }
}

/**
 * Whether a write brings nothing whatever was seen before: every user and cluster is one that stood there, whoever's credentials go
 * anywhere went there, and nothing is taken out. Judged where the write was computed, of values that never leave that thread.
 */
export function bringsNothing(write: WriteResult): boolean {
  const sides = sidesOf(write)
  if (sides === null) return true
  const { before, after } = sides
  return (
    after.files.every(
      ({ users, clusters }) =>
        users.every((user) => before.has(user)) && clusters.every((cluster) => before.has(cluster)),
    ) &&
    after.pairs.every((pair) => before.hasPair(pair)) &&
    before.keysWithout(after).length === 0
  )
}

const withFingerprint = (
  write: Pick<Judged, 'fingerprint'>,
  judged: Omit<Judged, 'fingerprint'>,
): Judged => ({
  ...judged,
  get fingerprint() {
    return write.fingerprint
  },
})

function fingerprintOf({ sources, files }: WriteResult): string {
  const fingerprint = createHash('sha256')
  for (const { path, text } of sources) fingerprint.update(JSON.stringify([path, text]))
  for (const { path, after: text } of files) fingerprint.update(JSON.stringify([path, text]))
  return fingerprint.digest('hex')
}

/**
 * The same users and clusters, and the same contexts that lead to the same of them: nothing can be brought. Only where that is seen
 * at once: in entries that were changed alone.
 */
function leadsNowhereElse(was: KubeconfigDocument | undefined, is: KubeconfigDocument): boolean {
  if (was === is) return true
  if (!(is instanceof PatchedDocument) || is.before !== was) return false
  return is.patches.every(({ kind, index }) => {
    if (kind !== 'context') return false
    const [old, now] = [was.context(index), is.context(index)]
    return old.name === now.name && old.cluster === now.cluster && old.user === now.user
  })
}

const documentAfter = ({ path, after, document }: PlannedFile): KubeconfigDocument =>
  document !== undefined && document.text === after ? document : readDocument(path, after ?? '')

// the files of one moment ---------------------------------------------------------------------------------------

interface SideFile {
  readonly path: string
  readonly listed: boolean
  readonly document: KubeconfigDocument
  readonly users: readonly SideUser[]
  readonly clusters: readonly SideCluster[]
}

/** A context's credentials and where they go. */
interface Pair {
  readonly file: SideFile
  readonly context: string
  readonly user: SideUser
  readonly cluster: SideCluster
}

interface Scope {
  readonly users: ReadonlyMap<string, SideUser>
  readonly clusters: ReadonlyMap<string, SideCluster>
}

interface SideDocument {
  readonly path: string
  readonly listed: boolean
  readonly document: KubeconfigDocument
}

/**
 * Every entry once, and the same one before and after where its lines are. Of a document whose entries changed alone the others are
 * those that stood at their places; of any other, lines are compared with those of before.
 */
class Entries {
  private readonly before: readonly KubeconfigDocument[]
  private readonly users = new Known((document, entry) => new SideUser(document, entry))
  private readonly clusters = new Known((document, entry) => new SideCluster(document, entry))

  constructor(before: readonly KubeconfigDocument[]) {
    this.before = before
  }

  user(document: KubeconfigDocument, index: number): SideUser {
    return this.users.of('user', document, index, this.before)
  }
  cluster(document: KubeconfigDocument, index: number): SideCluster {
    return this.clusters.of('cluster', document, index, this.before)
  }
}

class Known<T> {
  private readonly make: (document: KubeconfigDocument, entry: DocumentEntry) => T
  private readonly places = new Map<KubeconfigDocument, T[]>()
  private lines: Map<string, T> | null = null

  constructor(make: (document: KubeconfigDocument, entry: DocumentEntry) => T) {
    this.make = make
  }

  of(
    kind: 'user' | 'cluster',
    document: KubeconfigDocument,
    index: number,
    before: readonly KubeconfigDocument[],
  ): T {
    const patched = document instanceof PatchedDocument ? document : null
    if (patched !== null && before.includes(patched.before) && !patched.isChanged(kind, index))
      return this.of(kind, patched.before, index, before)
    // What an alias stands for is in another place.
    const compared = patched === null && !document.entangled && !before.includes(document)
    const same = compared && this.byLines(kind, before).get(linesOf(document, document.entry(kind, index)))
    return same || this.at(kind, document, index)
  }

  private at(kind: 'user' | 'cluster', document: KubeconfigDocument, index: number): T {
    const own = this.places.get(document) ?? []
    this.places.set(document, own)
    const known = own[index] ?? this.make(document, document.entry(kind, index))
    own[index] = known
    return known
  }

  private byLines(kind: 'user' | 'cluster', before: readonly KubeconfigDocument[]): Map<string, T> {
    if (this.lines !== null) return this.lines
    const lines = new Map<string, T>()
    this.lines = lines
    for (const document of before) {
      if (document.entangled) continue
      for (let index = 0; index < document.count(kind); index++) {
        const key = linesOf(document, document.entry(kind, index))
        if (!lines.has(key)) lines.set(key, this.at(kind, document, index))
      }
    }
    return lines
  }
}

const linesOf = ({ file, text }: KubeconfigDocument, { range }: DocumentEntry): string =>
  `${file}\0${text.slice(range.start, range.end)}`

class Side {
  readonly files: readonly SideFile[]
  readonly pairs: readonly Pair[]
  private readonly all: ReadonlySet<SideUser | SideCluster>
  private readonly contexts = new Map<SideUser | SideCluster, string[]>()
  private readonly together = new Map<SideUser, Set<SideCluster>>()
  private users: Map<SideCluster, Set<SideUser>> | null = null
  private readonly byContext = new Map<string, Pair>()
  private readonly scopes: ReadonlyMap<string, Scope>
  private listedKeys: ReadonlySet<string> | null = null
  private listedCredentials: ReadonlySet<string> | null = null
  private readonly besideKeys = new Map<string, ReadonlySet<string>>()

  constructor(documents: readonly SideDocument[], entries: Entries) {
    this.files = documents.map(({ path, listed, document }) => ({
      path,
      listed,
      document,
      users: Array.from({ length: document.count('user') }, (_, at) => entries.user(document, at)),
      clusters: Array.from({ length: document.count('cluster') }, (_, at) => entries.cluster(document, at)),
    }))
    this.all = new Set(this.files.flatMap(({ users, clusters }) => [...users, ...clusters]))
    this.scopes = new Map(this.files.map((file) => [file.path, scopeOf([file])]))
    this.pairs = this.pairsOf()
    for (const pair of this.pairs) {
      this.byContext.set(placeKey(pair), pair)
      if (!pair.file.listed) continue
      const clusters = this.together.get(pair.user) ?? new Set()
      this.together.set(pair.user, clusters.add(pair.cluster))
    }
  }

  private pairsOf(): readonly Pair[] {
    const list = this.files.filter(({ listed }) => listed)
    const listed = scopeOf(list)
    const pairs: Pair[] = []
    for (const file of this.files) {
      // kubectl reads the list together; a file beside it alone, or behind the list.
      const scopes = file.listed ? [listed] : [scopeOf([file]), scopeOf([...list, file])]
      for (let index = 0; index < file.document.count('context'); index++) {
        const { name, cluster: clusterName, user: userName } = file.document.context(index)
        for (const { users, clusters } of scopes) {
          const user = userName === null ? null : (users.get(userName) ?? null)
          const cluster = clusterName === null ? null : (clusters.get(clusterName) ?? null)
          for (const entry of [user, cluster]) if (entry !== null) this.note(entry, name)
          if (user !== null && cluster !== null) pairs.push({ file, context: name, user, cluster })
        }
      }
    }
    return pairs
  }

  private note(entry: SideUser | SideCluster, context: string): void {
    const names = this.contexts.get(entry) ?? []
    this.contexts.set(entry, names)
    if (names.at(-1) !== context) names.push(context)
  }

  has(entry: SideUser | SideCluster): boolean {
    return this.all.has(entry)
  }
  hasPair({ user, cluster }: Pair): boolean {
    return this.together.get(user)?.has(cluster) === true
  }
  /** The entry of that name in that file. */
  sameUser({ file, name }: SideUser): SideUser | null {
    return this.scopes.get(file)?.users.get(name) ?? null
  }
  sameCluster({ file, name }: SideCluster): SideCluster | null {
    return this.scopes.get(file)?.clusters.get(name) ?? null
  }
  /** The same context's. */
  pairOf(pair: Pair): Pair | null {
    return this.byContext.get(placeKey(pair)) ?? null
  }
  /** The same user's tokens went through the same cluster entry, by the same way. */
  went({ user, cluster }: Pair): boolean {
    const [from, to] = [this.sameUser(user), this.sameCluster(cluster)]
    if (from === null || to === null || this.together.get(from)?.has(to) !== true) return false
    return from.credentials === user.credentials && restKey(to.raw) === restKey(cluster.raw)
  }
  /** Every user that a context signs in as there. */
  usersOf(cluster: SideCluster): readonly SideUser[] {
    if (this.users === null) {
      this.users = new Map()
      for (const pair of this.pairs) {
        const users = this.users.get(pair.cluster) ?? new Set()
        this.users.set(pair.cluster, users.add(pair.user))
      }
    }
    return [...(this.users.get(cluster) ?? [])]
  }
  contextsOf(entry: SideUser | SideCluster): readonly string[] {
    return this.contexts.get(entry) ?? []
  }

  /** Of all programs, places and pairs of the files of the list. */
  keys(): ReadonlySet<string> {
    this.listedKeys ??= new Set(keysIn(this.files, this.pairs, ({ listed }) => listed))
    return this.listedKeys
  }
  /** Of one file beside the list. */
  keysBeside(path: string): ReadonlySet<string> {
    const known =
      this.besideKeys.get(path) ?? new Set(keysIn(this.files, this.pairs, (file) => file.path === path))
    this.besideKeys.set(path, known)
    return known
  }
  /** Exact credentials of the files of the list. */
  credentials(): ReadonlySet<string> {
    this.listedCredentials ??= new Set(
      this.files.flatMap(({ listed, users }) => (listed ? users.map(({ exact }) => exact) : [])),
    )
    return this.listedCredentials
  }
  /** Of what stands in the list here, and not there. */
  keysWithout(other: Side): readonly string[] {
    const files = this.files.map((file) => ({
      ...file,
      users: file.users.filter((user) => !other.has(user)),
      clusters: file.clusters.filter((cluster) => !other.has(cluster)),
    }))
    const pairs = this.pairs.filter((pair) => !other.hasPair(pair))
    return keysIn(files, pairs, ({ listed }) => listed)
  }
}

const placeKey = ({ file, context }: Pair): string => JSON.stringify([file.path, context])

function keysIn(
  files: readonly SideFile[],
  pairs: readonly Pair[],
  which: (file: SideFile) => boolean,
): readonly string[] {
  const some = files.filter(which)
  return [
    ...some.flatMap(({ users }) => users.flatMap(({ program }) => program ?? [])),
    ...some.flatMap(({ clusters }) => clusters.map(({ place }) => place)),
    ...pairs.flatMap((pair) => {
      if (!which(pair.file) || !sends(pair)) return []
      const { key, exact } = keysOf(pair)
      return [key, exact]
    }),
  ]
}

/** Whether credentials go there at all. */
const sends = ({ user, cluster }: Pair): boolean => user.credentials !== null && cluster.getsTokens

const keysOf = ({ user, cluster }: Pair) => ({
  key: `pair ${user.credentials} ${cluster.place}`,
  exact: `exact ${user.exact} ${cluster.place}`,
})

/** The first file that has a name wins, as kubectl merges. */
function scopeOf(files: readonly SideFile[]): Scope {
  const users = new Map<string, SideUser>()
  const clusters = new Map<string, SideCluster>()
  for (const file of files) {
    for (const user of file.users) if (!users.has(user.name)) users.set(user.name, user)
    for (const cluster of file.clusters) if (!clusters.has(cluster.name)) clusters.set(cluster.name, cluster)
  }
  return { users, clusters }
}

/** The new pairs of a credential and a place that are asked about, contexts of the same one together. */
function newPairs(before: Side, after: Side, isAsked: (pair: Pair) => boolean): readonly BroughtPart[] {
  const asked = new Map<string, Pair[]>()
  for (const pair of after.pairs) {
    if (!isAsked(pair)) continue
    const key = JSON.stringify([keysOf(pair).exact, pair.file.path, pair.user.name])
    const same = asked.get(key)
    if (same) same.push(pair)
    else asked.set(key, [pair])
  }
  return [...asked.values()].flatMap((pairs): BroughtPart[] => {
    const [first] = pairs
    if (first === undefined) return []
    const was = before.pairOf(first)?.cluster ?? null
    const wasUser = before.sameUser(first.user)
    const names = [...new Set(pairs.map(({ context }) => context))]
    return [
      {
        kind: 'credentials',
        name: first.user.name,
        file: first.file.path,
        was: was && placeOf(was, []),
        now: placeOf(first.cluster, names),
        signsIn: { was: wasUser && programOf(wasUser), now: programOf(first.user) },
      },
    ]
  })
}

// entries as keys -----------------------------------------------------------------------------------------------

interface UserKeys {
  readonly authProvider: JsonMap | null
  readonly program: string | null
  readonly credentials: string | null
  readonly exact: string
  readonly inline: boolean
}

/** A user entry, read when it is first asked for. */
class SideUser {
  readonly file: string
  readonly name: string
  private readonly document: KubeconfigDocument
  private readonly index: number
  private read: { readonly raw: RawUser; readonly keys: UserKeys } | null = null

  constructor(document: KubeconfigDocument, entry: DocumentEntry) {
    this.document = document
    this.index = entry.index
    this.file = document.file
    this.name = entry.name
  }

  private get known() {
    this.read ??= readUser(this.document, this.index)
    return this.read
  }
  get raw(): RawUser {
    return this.known.raw
  }
  get authProvider(): JsonMap | null {
    return this.known.keys.authProvider
  }
  /** What it runs or reads, as a key; null: nothing that would be asked about. */
  get program(): string | null {
    return this.known.keys.program
  }
  /** What its tokens are made of; null: it has no credentials. Another profile, role or region is not another. */
  get credentials(): string | null {
    return this.known.keys.credentials
  }
  /** The same with profile, role and region. */
  get exact(): string {
    return this.known.keys.exact
  }
  /** The credentials stand in the entry: no command and no file. */
  get inline(): boolean {
    return this.known.keys.inline
  }
}

function readUser(
  document: KubeconfigDocument,
  index: number,
): { readonly raw: RawUser; readonly keys: UserKeys } {
  const raw = document.user(index)
  const value = raw.authProvider === null ? null : entryValueOf(document, 'user', index)
  const authProvider = value === null ? null : mapOf(at(value, 'auth-provider'))
  const { exec, tokenFile, clientCertificate, clientKey, token, password, username } = raw
  const command = exec === null ? null : commandKey(exec)
  const files = [tokenFile, clientCertificate, clientKey]
  const { impersonation } = raw
  const reads = files.some((path) => path)
  const asks =
    (command !== null && command !== plain) || authProvider !== null || reads || impersonation !== null
  const program = asks ? hash(['program', command, files, authProvider, impersonation]) : null
  const data = [token, username, password, raw.clientCertificateData, raw.clientKeyData]
  const elsewhere = command !== null || authProvider !== null || reads
  const inline = !elsewhere && data.some((part) => part)
  const none = !elsewhere && !inline
  const rest = [files, authProvider, data]
  const credentials = none ? null : hash(['credentials', command, rest])
  const exact = hash(['exact', exec && [exec.command, exec.args, exec.env], rest])
  return { raw, keys: { authProvider, program, credentials, exact, inline } }
}

/** A cluster entry, read when it is first asked for. */
class SideCluster {
  readonly file: string
  readonly name: string
  private readonly document: KubeconfigDocument
  private readonly index: number
  private read: { readonly raw: RawCluster; readonly place: string } | null = null

  constructor(document: KubeconfigDocument, entry: DocumentEntry) {
    this.document = document
    this.index = entry.index
    this.file = document.file
    this.name = entry.name
  }

  private get known() {
    this.read ??= readCluster(this.document.cluster(this.index))
    return this.read
  }
  get raw(): RawCluster {
    return this.known.raw
  }
  /** Where it leads, as a key; without a server that is this machine, where kubectl sends no token. */
  get place(): string {
    return this.known.place
  }
  get getsTokens(): boolean {
    return this.raw.server !== null || this.raw.proxyUrl !== null
  }
}

const readCluster = (raw: RawCluster): { readonly raw: RawCluster; readonly place: string } => ({
  raw,
  place: hash(['place', routeKey(raw), restKey(raw)]),
})

const plain = 'plain'

/** Of a command that only gets a token nothing is told apart; of another all but profile, role, region and cluster name. */
function commandKey(exec: RawExec): string {
  if (onlyGetsToken(exec)) return plain
  const { command, provideClusterInfo } = exec
  const meaning = execMeaning(exec)
  let value: JsonMap = {
    command: command ?? '',
    args: [...exec.args],
    env: exec.env.map(({ name, value: is }) => ({ name, value: is })),
  }
  // What aws would take for the name of a file stays as it is.
  if (
    meaning.program !== 'other' &&
    !/:\/\//.test([meaning.role, meaning.region, meaning.clusterName, meaning.clusterId].join(' '))
  ) {
    for (const edit of [
      (now: JsonMap) => setProfile(now, null, null),
      (now: JsonMap) => (meaning.role === null ? null : setRole(now, null)),
      (now: JsonMap) =>
        meaning.region === null || isRegion(meaning.region) ? setRegion(now, 'us-east-1') : null,
      (now: JsonMap) => setEksName(now, 'c'),
    ]) {
      const edited = edit(value)
      if (edited?.ok) value = edited.value
    }
  }
  return JSON.stringify([
    textOf(at(value, 'command')),
    at(value, 'args'),
    at(value, 'env'),
    provideClusterInfo,
  ])
}

const authorityKey = ({ certificateAuthorityData: data, certificateAuthority: file }: RawCluster): string =>
  JSON.stringify([data || null, data ? null : (file ?? null)])

/** Server and authority: what AWS says of a cluster. */
const routeKey = (cluster: RawCluster): string => JSON.stringify([cluster.server, authorityKey(cluster)])

type Rest = Pick<RawCluster, 'tlsServerName' | 'proxyUrl' | 'insecureSkipTlsVerify' | 'execConfig'>
const noRest: Rest = { tlsServerName: null, proxyUrl: null, insecureSkipTlsVerify: false, execConfig: null }

/** What else decides where a token goes, and what a command is told. */
const restKey = ({ tlsServerName, proxyUrl, insecureSkipTlsVerify, execConfig }: Rest): string =>
  JSON.stringify([
    tlsServerName || null,
    proxyUrl || null,
    insecureSkipTlsVerify === true,
    execConfig ?? null,
  ])

const mapOf = (value: unknown): JsonMap | null => (isMap(value) ? value : null)
const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const hash = (parts: unknown): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex')

// entries as they are shown -------------------------------------------------------------------------------------

function programOf({ raw, authProvider }: SideUser): Program {
  const { exec, tokenFile, clientCertificate, clientKey } = raw
  const files = [
    ['token file', tokenFile],
    ['client cert', clientCertificate],
    ['client key', clientKey],
  ] as const
  return {
    command: exec === null ? null : (exec.command ?? ''),
    args: exec?.args ?? [],
    env: exec?.env ?? [],
    toldOfCluster: exec?.provideClusterInfo === true,
    files: files.flatMap(([kind, path]) => (path ? [{ kind, path }] : [])),
    authProvider: authProvider === null ? null : JSON.stringify(authProvider),
    acting: raw.impersonation,
    installHint: exec?.installHint ?? null,
    interactiveMode: exec?.interactiveMode ?? null,
  }
}

const placeOf = (
  { raw }: SideCluster,
  contexts: readonly string[],
  users: readonly SignsIn[] = [],
): Place => ({
  destination: destinationOf(raw, contexts, users),
  config: raw.execConfig === null || raw.execConfig === undefined ? null : JSON.stringify(raw.execConfig),
})

// what AWS said -------------------------------------------------------------------------------------------------

/** What main has read from DescribeCluster in this session. */
export interface AwsReads {
  /**
   * `entry`: the cluster entry that it was read for, by its file and name. `asked`: with the identity of the entry or a profile
   * of the user's; without it the caller named a role.
   */
  note(
    cluster: AwsCluster,
    entry: { readonly file: string; readonly name: string } | null,
    ownIdentity: boolean,
  ): void
  fromAws: Seen['fromAws']
}

interface AwsCluster {
  readonly arn: string
  readonly endpoint: string | null
  readonly certificateAuthorityData: string | null
}

const anyAuthority = 'as it is in the file'
/** Beyond this the oldest are forgotten, and asked about. */
const mostReads = 50_000

export function openAwsReads(): AwsReads {
  const reads = new Set<string>()
  const keep = (key: string) => {
    reads.add(key)
    for (const old of reads) {
      if (reads.size <= mostReads) break
      reads.delete(old)
    }
  }
  const key = (server: string | null, data: string | null, what: unknown) => hash([server, data, what])
  return {
    note({ arn, endpoint, certificateAuthorityData }, entry, ownIdentity) {
      for (const data of [certificateAuthorityData, anyAuthority]) {
        keep(key(endpoint, data, arn))
        if (entry !== null) keep(key(endpoint, data, ['entry', entry.file, entry.name]))
      }
      if (ownIdentity) keep(key(endpoint, certificateAuthorityData, 'new entry'))
    },
    fromAws({ file, isNew, sameAuthority }, { name, server, certificateAuthorityData }) {
      const data = sameAuthority ? anyAuthority : certificateAuthorityData
      const arn = parseClusterArn(name)
      if (arn !== null) return reads.has(key(server, data, arn.arn))
      return (
        reads.has(key(server, data, ['entry', file, name])) ||
        (isNew && reads.has(key(server, data, 'new entry')))
      )
    },
  }
}
