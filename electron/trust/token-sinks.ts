/** The files of a kubeconfig list at one moment, before or after a write: whose credentials go where. */
import { grouped } from '../../shared/grouped'
import { once } from '../../shared/once'
import type { KubeconfigDocument } from '../kubeconfig/read/document'
import type { DocumentEntry } from '../kubeconfig/read/outline'
import { restKey, type SideCluster, type SideUser, sideCluster, sideUser } from './sink-entries'

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

/** Every entry once, and the same one before and after where its lines are the same. */
export class Entries {
  private readonly documents = new Map<KubeconfigDocument, Pick<SideFile, 'users' | 'clusters'>>()
  private readonly users = new Map<string, SideUser>()
  private readonly clusters = new Map<string, SideCluster>()

  of(document: KubeconfigDocument): Pick<SideFile, 'users' | 'clusters'> {
    return once(this.documents, document, () => ({
      users: entriesOf(document, 'user', this.users, (entry) => sideUser(document, entry)),
      clusters: entriesOf(document, 'cluster', this.clusters, (entry) => sideCluster(document, entry)),
    }))
  }
}

function entriesOf<T>(
  document: KubeconfigDocument,
  kind: 'user' | 'cluster',
  known: Map<string, T>,
  make: (entry: DocumentEntry) => T,
): readonly T[] {
  return Array.from({ length: document.count(kind) }, (_, index) => {
    const entry = document.entry(kind, index)
    // What an alias stands for is in another place.
    return document.entangled ? make(entry) : once(known, linesOf(document, entry), () => make(entry))
  })
}

const blanks = /\s*/y

/** Its lines with the blank ones behind: a block text may keep these. */
function linesOf({ file, text }: KubeconfigDocument, { range }: DocumentEntry): string {
  blanks.lastIndex = range.end
  const end = range.end + (blanks.exec(text)?.[0].length ?? 0)
  return `${file}\0${text.slice(range.start, end)}`
}

export class Side {
  readonly files: readonly SideFile[]
  readonly pairs: readonly Pair[]
  private readonly all: ReadonlySet<SideUser | SideCluster>
  private readonly contexts = new Map<SideUser | SideCluster, string[]>()
  private readonly together = new Map<SideUser, Set<SideCluster>>()
  private byCluster: ReadonlyMap<SideCluster, readonly Pair[]> | null = null
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
      ...entries.of(document),
    }))
    this.all = new Set(this.files.flatMap(({ users, clusters }) => [...users, ...clusters]))
    this.scopes = new Map(this.files.map((file) => [file.path, scopeOf([file])]))
    this.pairs = this.pairsOf()
    for (const pair of this.pairs) {
      this.byContext.set(placeKey(pair), pair)
      if (!pair.file.listed) continue
      once(this.together, pair.user, () => new Set<SideCluster>()).add(pair.cluster)
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
    const names = once(this.contexts, entry, (): string[] => [])
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
    return (
      from.keys.credentials === user.keys.credentials && restKey(to.keys.raw) === restKey(cluster.keys.raw)
    )
  }
  /** Every user that a context signs in as there. */
  usersOf(cluster: SideCluster): readonly SideUser[] {
    this.byCluster ??= grouped(this.pairs, (pair) => pair.cluster)
    return [...new Set(this.byCluster.get(cluster)?.map(({ user }) => user))]
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
    const keys = () => new Set(keysIn(this.files, this.pairs, (file) => file.path === path))
    return once(this.besideKeys, path, keys)
  }
  /** Exact credentials of the files of the list. */
  credentials(): ReadonlySet<string> {
    this.listedCredentials ??= new Set(
      this.files.flatMap(({ listed, users }) => (listed ? users.map(({ keys }) => keys.exact) : [])),
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
      listed ? users.flatMap(({ keys: { role } }) => (role === null ? [] : [roleKey(role)])) : [],
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
    ...some.flatMap(({ users }) => users.flatMap(({ keys }) => keys.program ?? [])),
    ...some.flatMap(({ clusters }) => clusters.map(({ keys }) => keys.place)),
    ...pairs.flatMap((pair) => {
      if (!which(pair.file) || !sends(pair)) return []
      const { key, exact } = keysOf(pair)
      return [key, exact]
    }),
  ]
}

/** Whether credentials go there at all. */
export const sends = ({ user, cluster }: Pair): boolean =>
  user.keys.credentials !== null && cluster.keys.getsTokens

export const roleKey = (role: string): string => `role ${role}`

/** Of the credentials and the place, and the same with profile, role and region. */
export const keysOf = ({ user, cluster }: Pair) => ({
  key: `pair ${user.keys.credentials} ${cluster.keys.place}`,
  exact: `exact ${user.keys.exact} ${cluster.keys.place}`,
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
