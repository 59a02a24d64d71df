/** The identities that files, the environment and contexts name: the tree, what of it is shown, and its proofs. */
import { createStore } from 'zustand/vanilla'
import type { IdentityTree, KnownIdentity } from '../../shared/identity/identity-tree'
import { whoKnown } from '../../shared/identity/named-identity'
import type { IdentityProved } from '../../shared/ipc/payloads'
import type { Fault } from '../../shared/result'
import { typed } from '../pending/editing-state'
import { actors, fittingIdentities, type IdentityFilter, treeLines } from '../rows/identity-rows'
import { identitiesText as text } from '../text/identity-texts'
import type { Core } from './core'
import { createList, newList, onlyThese } from './list-state'
import { ownersIn } from './page-rows'
import { createPageReading, isNamedAnew } from './reading'
import { advance, ask, begin, running } from './run'

const nobody: IdentityFilter = { words: '', state: null }

const initial = () => ({
  ...newList(nobody),
  /** Null until it was requested. */
  tree: typed<IdentityTree | null>(null),
  fault: typed<Fault | null>(null),
  /** Results of the last proof in this window that the tree does not contain. */
  proofs: typed<ReadonlyMap<string, Pick<IdentityProved, 'at' | 'problem'>>>(new Map()),
  /** The name of a profile without an identity, which the panel shows instead. */
  settingsOf: typed<string | null>(null),
  /** Of the profiles shown there, the one that had the keyboard last. */
  profileAt: typed<string | null>(null),
})
export type IdentitiesState = Readonly<ReturnType<typeof initial>>

/**
 * Where the keyboard focus and the panel next to the list go once an identity no longer exists: its profile yields another
 * identity now, or only holds settings.
 */
function followed(
  { tree: before, cursor, settingsOf, profileAt }: IdentitiesState,
  tree: IdentityTree,
): Partial<IdentitiesState> {
  if (settingsOf !== null || tree.identities.some(({ id }) => id === cursor)) return {}
  const was = before?.identities.find(({ id }) => id === cursor)
  if (was === undefined) return {}
  // The profile that was shown last comes before the others.
  const names = [...(profileAt === null ? [] : [profileAt]), ...was.profiles.map(({ name }) => name)]
  for (const name of names) {
    const given = tree.identities.find(({ profiles }) => profiles.some((one) => one.name === name))
    if (given !== undefined) return { cursor: given.id, profileAt: name }
    if (tree.settingsOnly.some((one) => one.name === name)) return { settingsOf: name, profileAt: name }
  }
  return {}
}

export type Identities = ReturnType<typeof createIdentities>

export function createIdentities(core: Core) {
  const { bridge, state: page } = core
  const state = createStore<IdentitiesState>(initial)
  const reading = createPageReading(core, {
    pages: ['identities'],
    read: (environment) => bridge.request('identities.load', { environment }),
    keep(tree) {
      core.marks.add(tree.identities.map((one) => whoKnown(one, ownersIn(core))))
      state.setState((before) => ({ tree, fault: null, ...followed(before, tree) }))
      page.setState(({ counts }) => ({ counts: { ...counts, identities: actors(tree).length } }))
    },
    refused: (fault) => state.setState({ fault }),
    forget: () => state.setState({ tree: null, proofs: new Map() }),
    outdates: (now, before) =>
      isNamedAnew(now, before) || (now.now !== before.now && isEnded(state.getState(), now.now)),
  })
  const list = createList(state, () => {
    const { tree, filter, closed } = state.getState()
    return (tree === null ? undefined : treeLines(tree, filter, closed)[0])?.id ?? null
  })
  return {
    core,
    state,
    ...reading,
    ...list,
    setCursor(cursor: string | null) {
      // The line that had the keyboard gets it back after a dialog: the panel next to the list stays.
      if (cursor !== state.getState().cursor) state.setState({ cursor, settingsOf: null, profileAt: null })
    },
    inspect(open: boolean) {
      state.setState({ settingsOf: null, profileAt: null })
      list.inspect(open)
    },
  }
}

/** Something that was valid has ended by now. */
const isEnded = ({ tree }: IdentitiesState, now: number): boolean =>
  tree?.identities.some(
    ({ state: { kind, until } }) => kind === 'valid' && until !== null && until <= now,
  ) === true

/** Follows main's events; returns the function that stops. */
export const followIdentities = ({ core, state, follow }: Identities) =>
  follow([
    core.bridge.on('identities.begun', ({ run, id }) => begin(core, run, id)),
    core.bridge.on('identities.asking', ({ run, ids }) => ask(core, run, new Set(ids))),
    core.bridge.on('identities.proved', (proved) => {
      const { id, at, problem } = proved
      if (!advance(core, proved, [id])) return
      state.setState(({ proofs }) => ({ proofs: new Map(proofs).set(id, { at, problem }) }))
    }),
  ])

/** The ids of the identities that "prove all" covers: they match the filter, and a command can act as them. */
export function provable({ state }: Identities): readonly string[] {
  const { tree, filter } = state.getState()
  const all = tree === null ? [] : fittingIdentities(tree, filter)
  return all.flatMap(({ id, provable }) => (provable ? [id] : []))
}

/** Asks AWS for these identities. Main asks the user about unknown programs meanwhile, about refused ones only with `again`. */
export async function prove({ core, state, load }: Identities, ids: readonly string[], again = false) {
  if (ids.length === 0) return core.say(text.prove.none)
  const answer = await running(core, { kind: 'prove', waiting: new Set(ids) }, async (run) => {
    const answer = await core.ask('identities.prove', { ...run, ids, again })
    // The tree has the results before the marks of running proofs are removed. The last proof may come after the answer, but no
    // later than the answer to `load`.
    await load()
    return answer
  })
  if (answer === undefined) return
  const { done, total, cancelled, refused } = answer
  if (cancelled) return core.say(text.prove.cancelled(done, total))
  const { proofs } = state.getState()
  const failed = ids.filter((id) => (proofs.get(id)?.problem ?? null) !== null).length
  core.say(text.prove.done(done - failed, failed, refused))
}

/** Shows a profile that only holds settings, or is not written yet (`made`); of any other profile, its identity. */
export function inspectProfile({ state }: Identities, name: string, made = false): void {
  const { tree } = state.getState()
  const of = made
    ? undefined
    : tree?.identities.find(({ profiles }) => profiles.some((one) => one.name === name))
  if (of === undefined) state.setState({ inspecting: true, settingsOf: name, profileAt: name })
  else state.setState({ inspecting: true, cursor: of.id, settingsOf: null, profileAt: name })
}

/** What is to be done with a profile is about one of these. */
export function profilesAt({ state }: Identities): readonly string[] {
  const { tree, cursor, settingsOf, profileAt } = state.getState()
  const one = profileAt ?? settingsOf
  if (one !== null) return [one]
  return tree?.identities.find(({ id }) => id === cursor)?.profiles.map(({ name }) => name) ?? []
}

/** Shows the contexts that act as one of them in the list of contexts. */
export const showContextsAs = ({ core }: Identities, { name, contexts }: KnownIdentity): void =>
  core.state.setState(onlyThese(text.onlyTitle(name), contexts))
