/**
 * What a write would add that kubectl then runs, or sends something to, and that is not in the user's files now. Judged by
 * the files as they would be, entry by entry and context by context: it does not matter how an edit adds it.
 */
import { createHash } from 'node:crypto'
import { grouped } from '../../shared/grouped'
import { isOwn, serverDoubt } from '../../shared/identity/asked-by'
import type { AddedByWrite, AddedPart } from '../../shared/trust/added-by-write'
import { atOnce } from '../../shared/turns'
import type { PermittedWrite } from '../kubeconfig/disk/write'
import type { KubeconfigDocument } from '../kubeconfig/read/document'
import { readDocument } from '../kubeconfig/read/document'
import { changedSince } from '../kubeconfig/read/patched'
import type { PlannedFile } from '../kubeconfig/rewrite/plan-edits'
import { signsInOf } from './destinations'
import {
  authorityKey,
  noRest,
  placeOf,
  programOf,
  restKey,
  type SideCluster,
  type SideUser,
} from './sink-entries'
import {
  entryReader,
  keysOf,
  type Pair,
  roleKey,
  type SideFile,
  sendsCredentials,
  type WriteSide,
  writeSideOf,
} from './token-sinks'
import type { ValuesShown } from './values-shown'

/** A write as computed under the lock. */
export type WriteResult = Pick<PermittedWrite, 'sources' | 'files'>

/** What a write does to what may run and to where credentials go. */
export type Judgement = ReturnType<typeof judgeWrite>

/**
 * Judges a write by what is on disk and what would be there. Of large files only the differences are read: an entry whose lines
 * are the same is the same one, before and after.
 */
export const judgeWrite = (write: WriteResult, seen: ValuesShown) => atOnce(judgingWrite(write, seen))

export function* judgingWrite(write: WriteResult, seen: ValuesShown) {
  const sides = sidesOf(write)
  if (sides === null) return { added: null, kept: [], gone: [], come: [] }
  const { planned, before, after } = sides
  const isKnown = (key: string, file: SideFile): boolean =>
    seen.had(key) || before.keys(null).has(key) || (!file.listed && before.keys(file.path).has(key))
  /** Callers to which AWS named it, as far as they may go there without a question; `standing`: the server that it replaces. */
  const fromAws = (cluster: SideCluster, users: readonly SideUser[], standing: string | null) => {
    const was = before.sameCluster(cluster)
    const sameAuthority = was !== null && authorityKey(was.keys.raw) === authorityKey(cluster.keys.raw)
    const entry = { file: cluster.file, isNew: was === null, sameAuthority }
    return seen.fromAws(entry, cluster.keys.raw).filter((askedBy) => {
      const allAskThere = users.every((user) => seen.asksWhere(user.keys.raw).includes(askedBy.endpoint))
      return serverDoubt({ endpoint: cluster.keys.raw.server, askedBy }, standing, allAskThere) === null
    })
  }
  /** Added, except for identities that ask EKS where it was named. */
  const namedAt = (endpoint: string | null, { keys: { place } }: SideCluster) =>
    `named at ${endpoint} ${place}`
  const parts: AddedPart[] = []
  const shown = new Set<string>()
  const come: string[] = []
  const kept = new Set<string>()
  for (const file of after.files.filter(({ path }) => planned.has(path))) {
    for (const user of file.users) {
      yield
      if (before.has(user)) continue
      const { program, role } = user.keys
      const was = before.sameUser(user)
      const entry = { name: user.name, file: file.path, contexts: after.contextsOf(user) }
      if (program !== null && was?.keys.program !== program && !isKnown(program, file)) {
        come.push(program)
        parts.push({ kind: 'user', ...entry, was: was && programOf(was), now: programOf(user) })
      } else if (role !== null && role !== was?.keys.role && !seen.had(roleKey(role))) {
        come.push(roleKey(role))
        parts.push({ kind: 'role', ...entry, was: was?.keys.role ?? null, now: role })
      }
    }
    for (const cluster of file.clusters) {
      if (before.has(cluster)) continue
      const was = before.sameCluster(cluster)
      if (was?.keys.place === cluster.keys.place || isKnown(cluster.keys.place, file)) continue
      come.push(cluster.keys.place)
      const all = after.usersOf(cluster)
      const named = fromAws(cluster, all, was?.keys.raw.server ?? null)
      if (named.length > 0 && restKey(cluster.keys.raw) === restKey(was?.keys.raw ?? noRest)) {
        if (named.some((askedBy) => isOwn({ endpoint: cluster.keys.raw.server, askedBy }))) continue
        kept.add(cluster.keys.place)
        for (const { endpoint } of named) kept.add(namedAt(endpoint, cluster))
        continue
      }
      shown.add(cluster.keys.place)
      kept.add(cluster.keys.place)
      const users = cluster.keys.getsTokens
        ? all.map((user) => signsInOf(user.keys.raw, before.has(user)))
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
    if (before.hasPair(pair) || !sendsCredentials(pair)) return false
    const { key, exact } = keysOf(pair)
    if (seen.wasAdded(cluster.keys.place) || kept.has(cluster.keys.place)) {
      // It gets the tokens that were shown for it, or that other programs send there: no others, also by an edit.
      kept.add(exact)
      if (isKnown(exact, file) || seen.wasAdded(exact)) return false
      const named = seen.asksWhere(user.keys.raw).map((endpoint) => namedAt(endpoint, cluster))
      if (named.some((one) => seen.wasAdded(one) || kept.has(one))) return false
    } else {
      // Of a user that is edited, another profile or region is not asked about; the same user's tokens elsewhere are.
      const same = before.sameUser(user)?.keys.exact === user.keys.exact
      const was = before.pairOf(pair)
      const known = (was !== null && keysOf(was).key === key) || isKnown(key, file)
      if (known && (!same || isKnown(exact, file))) return false
    }
    come.push(key, exact)
    if (shown.has(cluster.keys.place)) return false
    // The entry's own token or key that comes along is new, too.
    if (user.keys.inline && !before.hasCredentials(user.keys.exact)) return false
    // AWS names server and authority. A proxy or a skipped certificate check is the entry's own, and of pairs that went there.
    const isNamed = fromAws(cluster, [user], null).length > 0
    return !(isNamed && (restKey(cluster.keys.raw) === restKey(noRest) || before.went(pair)))
  }
  yield
  parts.push(...newPairs(before, after, isAsked))
  yield
  return {
    /** Null: nothing is to be asked. */
    added: parts.length === 0 ? null : { parts },
    /** Places that the write adds, and the users whose tokens go to these and to those added before: what the question shows. */
    kept: [...kept],
    /** Keys of what a write of the list removes from it. */
    gone: before.keysWithout(after),
    /** Keys of what the write adds that the list did not have. */
    come,
  }
}

/** The files before and after a write; null where the write can add nothing. */
function sidesOf({ sources, files }: WriteResult) {
  const planned = new Map(files.map((file) => [file.path, file]))
  const documents = sources.map(({ path, listed, document }) => ({ path, listed, document }))
  const later = documents.map((one) => {
    const file = planned.get(one.path)
    return file ? { ...one, document: documentAfter(file) } : one
  })
  if (later.every(({ document }, at) => leadsNowhereElse(documents[at]?.document, document))) return null
  const entries = entryReader()
  return { planned, before: writeSideOf(documents, entries), after: writeSideOf(later, entries) }
}

/** Without the roles whose account is named somewhere: `unnamed` is called only where the write adds a role. */
export async function withoutNamed(
  added: AddedByWrite | null,
  unnamed: (roles: readonly string[]) => Promise<readonly string[]>,
): Promise<AddedByWrite | null> {
  const roles = (added?.parts ?? []).flatMap((part) => (part.kind === 'role' ? [part.now] : []))
  if (added === null || roles.length === 0) return added
  const open = new Set(await unnamed(roles))
  const parts = added.parts.filter((part) => part.kind !== 'role' || open.has(part.now))
  return parts.length === 0 ? null : { parts }
}

/** Unique to exactly this write. The hash of large texts is known from reading them. */
export function writeFingerprint({ sources, files }: WriteResult): string {
  const fingerprint = createHash('sha256')
  const add = (path: string, hash: string | null) => fingerprint.update(JSON.stringify([path, hash]))
  for (const source of sources) add(source.path, source.revision ?? hashOf(source.text))
  for (const file of files) add(file.path, hashOf(file.after))
  return fingerprint.digest('hex')
}

const hashOf = (text: string | null): string | null =>
  text === null ? null : createHash('sha256').update(text).digest('hex')

/**
 * The same users and clusters, and the same contexts that refer to the same of them: the write can add nothing. Only where that
 * is seen at once, in the changed entries alone.
 */
function leadsNowhereElse(was: KubeconfigDocument | undefined, is: KubeconfigDocument): boolean {
  const changed = changedSince(was, is)
  if (was === undefined || changed === null) return false
  return changed.every(({ kind, index }) => {
    if (kind !== 'context') return false
    const [old, now] = [was.context(index), is.context(index)]
    return old.name === now.name && old.cluster === now.cluster && old.user === now.user
  })
}

const documentAfter = ({ path, after, document }: PlannedFile): KubeconfigDocument =>
  document !== undefined && document.text === after ? document : readDocument(path, after ?? '')

/** The new pairs of a credential and a place that are asked about, contexts of the same one together. */
function newPairs(
  before: WriteSide,
  after: WriteSide,
  isAsked: (pair: Pair) => boolean,
): readonly AddedPart[] {
  const asked = grouped(after.pairs, (pair) =>
    isAsked(pair) ? JSON.stringify([keysOf(pair).exact, pair.file.path, pair.user.name]) : null,
  )
  return [...asked.values()].flatMap((pairs) =>
    pairs.slice(0, 1).map((first): AddedPart => {
      const was = before.pairOf(first)?.cluster ?? null
      const wasUser = before.sameUser(first.user)
      return {
        kind: 'credentials',
        name: first.user.name,
        file: first.file.path,
        was: was && placeOf(was, []),
        now: placeOf(first.cluster, [...new Set(pairs.map(({ context }) => context))]),
        signsIn: { was: wasUser && programOf(wasUser), now: programOf(first.user) },
      }
    }),
  )
}
