/** The files of a kubeconfig list at one moment, before or after a write: whose credentials go where. */
import { grouped } from '../../shared/grouped'
import { lazy, once } from '../../shared/once'
import { isApart, type KubeconfigDocument } from '../kubeconfig/read/document'
import type { DocumentEntry } from '../kubeconfig/read/outline'
import { restKey, type SideCluster, type SideUser, sideCluster, sideUser } from './sink-entries'

interface SideDocument {
  readonly path: string
  readonly listed: boolean
  readonly document: KubeconfigDocument
}

interface SideEntries {
  readonly users: readonly SideUser[]
  readonly clusters: readonly SideCluster[]
}

export type SideFile = SideDocument & SideEntries

/** A context's credentials and where they go. */
export interface Pair {
  readonly file: SideFile
  readonly context: string
  readonly user: SideUser
  readonly cluster: SideCluster
}

/** Reads the entries of documents: every entry once, and the same one before and after where its lines are the same. */
export function entryReader(): (document: KubeconfigDocument) => SideEntries {
  const documents = new Map<KubeconfigDocument, SideEntries>()
  const users = new Map<string, SideUser>()
  const clusters = new Map<string, SideCluster>()
  return (document) =>
    once(documents, document, () => ({
      users: entriesOf(document, 'user', users, sideUser),
      clusters: entriesOf(document, 'cluster', clusters, sideCluster),
    }))
}

function entriesOf<T>(
  document: KubeconfigDocument,
  kind: 'user' | 'cluster',
  known: Map<string, T>,
  make: (document: KubeconfigDocument, entry: DocumentEntry) => T,
): readonly T[] {
  return Array.from({ length: document.count(kind) }, (_, index) => {
    const entry = document.entry(kind, index)
    const read = () => make(document, entry)
    // What an alias refers to is written elsewhere.
    return isApart(document, kind, index) ? once(known, linesOf(document, entry), read) : read()
  })
}

const blanks = /\s*/y

/** Its lines with the blank ones after them: a block text may keep these. */
function linesOf({ file, text }: KubeconfigDocument, { range }: DocumentEntry): string {
  blanks.lastIndex = range.end
  const end = range.end + (blanks.exec(text)?.[0].length ?? 0)
  return `${file}\0${text.slice(range.start, end)}`
}

interface Holds {
  has(entry: SideUser | SideCluster): boolean
  hasPair(pair: Pair): boolean
}

/** One side of a write: what the files are before it, or after. */
export type WriteSide = ReturnType<typeof writeSideOf>

export function writeSideOf(documents: readonly SideDocument[], entries: ReturnType<typeof entryReader>) {
  const files: readonly SideFile[] = documents.map((one) => ({ ...one, ...entries(one.document) }))
  const all = new Set(files.flatMap(({ users, clusters }) => [...users, ...clusters]))
  const scopes = new Map(files.map((file) => [file.path, scopeOf([file])]))
  const pairs: Pair[] = []
  /** Names of the contexts that refer to an entry. */
  const contexts = new Map<SideUser | SideCluster, string[]>()
  const list = files.filter(({ listed }) => listed)
  const listed = [scopeOf(list)]
  for (const file of files) {
    // kubectl reads the list together; a file outside of it alone, or after the list.
    const ways = file.listed ? listed : [scopeOf([file]), scopeOf([...list, file])]
    for (let index = 0; index < file.document.count('context'); index++) {
      const { name, cluster: clusterName, user: userName } = file.document.context(index)
      for (const { users, clusters } of ways) {
        // kubectl takes the entries without a name for a context that names none.
        const user = users.get(userName ?? '')
        const cluster = clusters.get(clusterName ?? '')
        for (const entry of [user, cluster]) {
          const names = entry && once(contexts, entry, (): string[] => [])
          if (names && names.at(-1) !== name) names.push(name)
        }
        if (user && cluster) pairs.push({ file, context: name, user, cluster })
      }
    }
  }
  const byContext = new Map(pairs.map((pair) => [placeKey(pair), pair]))
  const byCluster = grouped(pairs, ({ cluster }) => cluster)
  const together = new Map<SideUser, Set<SideCluster>>()
  for (const { file, user, cluster } of pairs)
    if (file.listed) once(together, user, () => new Set<SideCluster>()).add(cluster)
  const keySets = new Map<string | null, ReadonlySet<string>>()
  const exact = lazy(() => new Set(list.flatMap(({ users }) => users.map(({ keys }) => keys.exact))))

  /** The entry of that name in that file. */
  const sameUser = ({ file, name }: SideUser): SideUser | null => scopes.get(file)?.users.get(name) ?? null
  const sameCluster = ({ file, name }: SideCluster): SideCluster | null =>
    scopes.get(file)?.clusters.get(name) ?? null
  return {
    files,
    pairs,
    sameUser,
    sameCluster,
    has: (entry: SideUser | SideCluster): boolean => all.has(entry),
    hasPair: ({ user, cluster }: Pair): boolean => together.get(user)?.has(cluster) === true,
    /** The same context's. */
    pairOf: (pair: Pair): Pair | null => byContext.get(placeKey(pair)) ?? null,
    /** The same user's tokens went through the same cluster entry, by the same way. */
    went({ user, cluster }: Pair): boolean {
      const [from, to] = [sameUser(user), sameCluster(cluster)]
      if (from === null || to === null || together.get(from)?.has(to) !== true) return false
      return (
        from.keys.credentials === user.keys.credentials && restKey(to.keys.raw) === restKey(cluster.keys.raw)
      )
    },
    /** Every user that some context signs in as there. */
    usersOf: (cluster: SideCluster): readonly SideUser[] => [
      ...new Set(byCluster.get(cluster)?.map(({ user }) => user)),
    ],
    contextsOf: (entry: SideUser | SideCluster): readonly string[] => contexts.get(entry) ?? [],
    /** Keys of all programs, places and pairs of the files of the list, or of the one file `beside` it. */
    keys: (beside: string | null): ReadonlySet<string> =>
      once(keySets, beside, () => {
        const counts = (file: SideFile) => (beside === null ? file.listed : file.path === beside)
        return new Set(
          keysIn(
            files.filter(counts),
            pairs.filter(({ file }) => counts(file)),
          ),
        )
      }),
    /** Whether a user of the files of the list has exactly these credentials. */
    hasCredentials: (key: string): boolean => exact().has(key),
    /** Of what is in the list here, and not there. */
    keysWithout(other: Holds): readonly string[] {
      const gone = list.map(({ users, clusters }) => ({
        users: users.filter((user) => !other.has(user)),
        clusters: clusters.filter((cluster) => !other.has(cluster)),
      }))
      const roles = gone.flatMap(({ users }) => users.flatMap(({ keys: { role } }) => role ?? []))
      const parted = pairs.filter((pair) => pair.file.listed && !other.hasPair(pair))
      return [...keysIn(gone, parted), ...roles.map(roleKey)]
    },
  }
}

const placeKey = ({ file, context }: Pair): string => JSON.stringify([file.path, context])

const keysIn = (files: readonly SideEntries[], pairs: readonly Pair[]): readonly string[] => [
  ...files.flatMap(({ users }) => users.flatMap(({ keys }) => keys.program ?? [])),
  ...files.flatMap(({ clusters }) => clusters.map(({ keys }) => keys.place)),
  ...pairs.filter(sendsCredentials).flatMap((pair) => Object.values(keysOf(pair))),
]

/** Whether credentials go there at all. */
export const sendsCredentials = ({ user, cluster }: Pair): boolean =>
  user.keys.credentials !== null && cluster.keys.getsTokens

export const roleKey = (role: string): string => `role ${role}`

/** Of the credentials and the place, and the same with profile, role and region. */
export const keysOf = ({ user, cluster }: Pair) => ({
  key: `pair ${user.keys.credentials} ${cluster.keys.place}`,
  exact: `exact ${user.keys.exact} ${cluster.keys.place}`,
})

/** The first file that has a name wins, as kubectl merges. */
const scopeOf = (files: readonly SideFile[]) => ({
  users: firstOfName(files.flatMap(({ users }) => users)),
  clusters: firstOfName(files.flatMap(({ clusters }) => clusters)),
})

const firstOfName = <T extends { readonly name: string }>(entries: readonly T[]): ReadonlyMap<string, T> =>
  new Map([...entries].reverse().map((entry) => [entry.name, entry]))
