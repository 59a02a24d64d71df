/** The tree of identities as lines of a list: groups, parents and children, what matches a filter, and the summary. Pure. */
import { grouped } from '../../shared/grouped'
import type {
  IdentityKind,
  IdentityState,
  IdentityTree,
  KnownIdentity,
} from '../../shared/identity/identity-tree'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { identitiesText as text } from '../text/identity-texts'
import type { Row } from './rows'
import { findable, wordsFit } from './word-match'

export type StateKind = IdentityState['kind']

/** A kind of identity that starts chains, or a sign-in with the identities that come from it. */
export interface GroupLine {
  readonly line: 'group'
  readonly id: string
  readonly of: IdentityKind
  /** The sign-in itself; null for a kind. */
  readonly session: KnownIdentity | null
  /** Identities in it that match. */
  readonly count: number
  readonly open: boolean
}

export interface IdentityLine {
  readonly line: 'item'
  readonly id: string
  readonly identity: KnownIdentity
  /** 0 directly below a group. */
  readonly depth: number
  /** For each level above whether its line goes on below this one; of the first eight, as far as lines are indented. */
  readonly rails: readonly boolean[]
  readonly last: boolean
  /** Null: no identity comes from it. */
  readonly open: boolean | null
  /** It does not match the filter, and is shown only because a matching identity comes from it. */
  readonly onlyOnTheWay: boolean
  /** The identity that it comes from, else its group. */
  readonly above: string
}

export type TreeLine = GroupLine | IdentityLine

export interface IdentityFilter {
  readonly words: string
  readonly state: StateKind | null
}

/** Identities that can act: a sign-in itself yields no credentials. */
export const actors = ({ identities }: IdentityTree): readonly KnownIdentity[] =>
  identities.filter(({ kind }) => kind !== 'sso-session')

/** Everything by which an identity can be found. */
function said(one: KnownIdentity): string {
  const { name, arn, account, accountName, accessKeyId, permissionSet, profiles, contexts, clusters } = one
  const kinds = [text.states[one.state.kind], text.kinds[one.kind]]
  const names = [...profiles, ...contexts, ...clusters].map((named) => named.name)
  return findable([name, arn, account, accountName, accessKeyId, permissionSet, ...kinds, ...names])
}

/** Whether an identity matches the filter; a sign-in matches by its own facts, such as the session's name. */
export const fitsIdentity = (one: KnownIdentity, { words, state }: IdentityFilter): boolean =>
  (state === null || one.state.kind === state) && wordsFit(words, () => said(one))

/** Identities that can act and match, in the order of the tree. */
export const fittingIdentities = (tree: IdentityTree, filter: IdentityFilter): readonly KnownIdentity[] => {
  const sessions = new Map(
    tree.identities.flatMap((one) => (one.kind === 'sso-session' ? [[one.id, one] as const] : [])),
  )
  return actors(tree).filter((one) => {
    if (fitsIdentity(one, filter)) return true
    // The name of a session in the filter means the identities that sign in by it.
    const session = sessions.get(one.parent ?? '')
    return (
      session !== undefined &&
      filter.words.trim() !== '' &&
      fitsIdentity(one, { ...filter, words: '' }) &&
      fitsIdentity(session, { ...filter, state: null })
    )
  })
}

/** The maximum indent of lines. */
const mostRails = 8

/** The shown lines, groups first, each parent before its children. */
export function treeLines(
  tree: IdentityTree,
  filter: IdentityFilter,
  closed: ReadonlySet<string>,
): readonly TreeLine[] {
  const fitting = new Set(fittingIdentities(tree, filter).map(({ id }) => id))
  const byId = new Map(tree.identities.map((one) => [one.id, one]))
  const shown = new Set<string>()
  for (const id of fitting)
    for (let at = byId.get(id); at && !shown.has(at.id); at = byId.get(at.parent ?? '')) shown.add(at.id)
  const filtered = filter.words.trim() !== '' || filter.state !== null
  const there = tree.identities.filter(
    ({ id, kind }) => shown.has(id) || (kind === 'sso-session' && !filtered),
  )
  const children = grouped(there, ({ parent }) => parent ?? '')
  const below = (id: string) => children.get(id) ?? []
  // Children come after their parents: counted from the end, each total is complete before its parent's.
  const counts = new Map<string, number>()
  const countOf = ({ id }: KnownIdentity): number => (counts.get(id) ?? 0) + (fitting.has(id) ? 1 : 0)
  for (const one of [...tree.identities].reverse())
    if (one.parent !== null) counts.set(one.parent, (counts.get(one.parent) ?? 0) + countOf(one))

  const lines: TreeLine[] = []
  // A chain may be as long as the number of profiles: so no recursion for its steps.
  function add(all: readonly KnownIdentity[], group: string): void {
    const linesOf = (those: readonly KnownIdentity[], rails: readonly boolean[], depth: number) =>
      those
        .map((identity, at): IdentityLine => {
          const open = below(identity.id).length === 0 ? null : !closed.has(identity.id)
          const last = at === those.length - 1
          const onlyOnTheWay = !fitting.has(identity.id)
          return {
            line: 'item',
            id: identity.id,
            identity,
            depth,
            rails,
            last,
            open,
            onlyOnTheWay,
            above: depth === 0 ? group : (identity.parent ?? group),
          }
        })
        .reverse()
    const todo = linesOf(all, [], 0)
    for (let line = todo.pop(); line !== undefined; line = todo.pop()) {
      lines.push(line)
      const { depth, rails, last } = line
      const further = depth === 0 ? [] : rails.length < mostRails ? [...rails, !last] : rails
      if (line.open === true) todo.push(...linesOf(below(line.id), further, depth + 1))
    }
  }
  const groups = grouped(below(''), ({ kind, id }) => (kind === 'sso-session' ? id : `group ${kind}`))
  for (const [id, members] of groups) {
    const [first] = members
    if (first === undefined) continue
    const session = first.kind === 'sso-session' ? first : null
    const within = session === null ? members : below(session.id)
    const count = members.reduce((sum, one) => sum + countOf(one), 0)
    const open = !closed.has(id)
    lines.push({ line: 'group', id, of: first.kind, session, count, open })
    if (open) add(within, id)
  }
  return lines
}

/** Counts by state, and the summary sentence. */
export function answerOfTree(tree: IdentityTree) {
  const states = { valid: 0, expired: 0, 'sign-in-needed': 0, refused: 0, broken: 0, unknown: 0 }
  /** The time of the last proof of an identity, ms since the epoch. */
  let lastProof: number | null = null
  const everybody = actors(tree)
  for (const { state, proven } of everybody) {
    states[state.kind] += 1
    if (proven !== null && (lastProof === null || proven.at > lastProof)) lastProof = proven.at
  }
  const all = everybody.length
  const signIn = states['sign-in-needed'] + states.expired
  const { refused, broken, valid, unknown } = states
  const about = (tone: 'good' | 'trouble' | 'open', sentence: string) => ({
    all,
    states,
    lastProof,
    tone,
    sentence,
  })
  if (signIn + refused + broken > 0)
    return about('trouble', text.answers.trouble({ signIn, refused, broken }))
  if (unknown === 0) return about('good', text.answers.good(all))
  return about('open', valid === 0 ? text.answers.unknown(all) : text.answers.some(valid, unknown))
}

/** In how many of its contexts keys of the environment act although the entry names a profile by AWS_PROFILE. */
export const takesOver = (
  { kind, contexts }: Pick<KnownIdentity, 'kind' | 'contexts'>,
  rowOf: (id: EntryId) => Pick<Row, 'findings'> | undefined,
): number =>
  kind !== 'environment-keys'
    ? 0
    : contexts.filter(({ id: context }) =>
        rowOf(context)?.findings.some(({ id, severity }) => id === 'env-keys-win' && severity === 'error'),
      ).length

/** From the first credentials to this one. */
export function wayTo(tree: IdentityTree, id: string): readonly KnownIdentity[] {
  const byId = new Map(tree.identities.map((one) => [one.id, one]))
  const way: KnownIdentity[] = []
  for (let at = byId.get(id); at; at = byId.get(at.parent ?? '')) way.push(at)
  return way.reverse()
}

/** The same with only its first and last steps, at most eight; `left`: how many are left out between them. */
export function shownWay(way: readonly KnownIdentity[]) {
  const left = way.length - mostSteps
  return left <= 0
    ? { first: [], left: 0, last: way }
    : { first: way.slice(0, 1), left, last: way.slice(1 - mostSteps) }
}
const mostSteps = 8
