/** The files of a kubeconfig list at one moment, before or after a write: whose credentials go where. */
import type { KubeconfigDocument } from '../kubeconfig/read/document'
import type { DocumentEntry } from '../kubeconfig/read/outline'
import { PatchedDocument } from '../kubeconfig/read/patched'
import { restKey, SideCluster, SideUser } from './sink-entries'

export interface SideFile {
  readonly path: string
  readonly listed: boolean
  readonly document: KubeconfigDocument
  readonly users: readonly SideUser[]
  readonly clusters: readonly SideCluster[]
}

/** A context's credentials and where they go. */
export interface Pair {
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
export class Entries {
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

export class Side {
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
    const roles = files.flatMap(({ listed, users }) =>
      listed ? users.flatMap(({ role }) => (role === null ? [] : [roleKey(role)])) : [],
    )
    return [...keysIn(files, pairs, ({ listed }) => listed), ...roles]
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
export const sends = ({ user, cluster }: Pair): boolean => user.credentials !== null && cluster.getsTokens

export const roleKey = (role: string): string => `role ${role}`

/** Of the credentials and the place, and the same with profile, role and region. */
export const keysOf = ({ user, cluster }: Pair) => ({
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
