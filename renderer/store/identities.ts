/** The identities that files, the environment and contexts name: the tree, what of it is shown, and its proofs. */
import { createStore } from 'zustand/vanilla'
import type { IdentityTree, KnownIdentity } from '../../shared/identity/tree'
import type { IdentityProved } from '../../shared/ipc/payloads'
import type { Fault } from '../../shared/result'
import { typed } from '../pending/state'
import { actors, fittingIdentities, type IdentityFilter, treeLines } from '../rows/identities'
import { whoKnown } from '../rows/who'
import { identitiesText as text } from '../text/identities'
import type { AskingRun } from './clusters'
import type { Core } from './core'
import { createList, newList, onlyThese } from './list'
import { createPageReading, isNamedAnew } from './reading'

/** One call of identities.prove. `begun`: of those without a result so far, the ones whose proof has started. */
type ProvingRun = AskingRun & { readonly begun: ReadonlySet<string> }

const nobody: IdentityFilter = { words: '', state: null }

const initial = () => ({
  ...newList(nobody),
  /** Null until it was requested. */
  tree: typed<IdentityTree | null>(null),
  fault: typed<Fault | null>(null),
  proving: typed<ProvingRun | null>(null),
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

export function createIdentities(core: Core) {
  const { bridge, state: page } = core
  const state = createStore<IdentitiesState>(initial)
  const { load, follow } = createPageReading(core, {
    pages: ['identities'],
    read: (environment) => bridge.request('identities.load', { environment }),
    keep(tree) {
      core.marks.add(tree.identities.map((one) => whoKnown(one, core.owners())))
      state.setState((before) => ({ tree, fault: null, ...followed(before, tree) }))
      page.setState(({ counts }) => ({ counts: { ...counts, identities: actors(tree).length } }))
    },
    refused: (fault) => state.setState({ fault }),
    forget: () => state.setState({ tree: null, proofs: new Map() }),
    outdates: (now, before) =>
      isNamedAnew(now, before) ||
      // What was valid has ended by now.
      (now.now !== before.now &&
        state
          .getState()
          .tree?.identities.some(
            ({ state: { kind, until } }) => kind === 'valid' && until !== null && until <= now.now,
          ) === true),
  })
  const list = createList(state, () => {
    const { tree, filter, closed } = state.getState()
    return (tree === null ? undefined : treeLines(tree, filter, closed)[0])?.id ?? null
  })

  function learn({ run, id, at, problem, done, total }: IdentityProved): void {
    state.setState((before) => {
      if (before.proving?.run !== run) return before
      const waiting = new Set(before.proving.waiting)
      waiting.delete(id)
      const proofs = new Map(before.proofs).set(id, { at, problem })
      return { proofs, proving: { ...before.proving, waiting, done, total } }
    })
  }

  function begin({ run, id }: { readonly run: string; readonly id: string }): void {
    state.setState(({ proving }) =>
      proving?.run === run ? { proving: { ...proving, begun: new Set(proving.begun).add(id) } } : {},
    )
  }

  return {
    state,
    /** Reads the tree again. */
    load,
    /** The identities that "prove all" covers: they match the filter, and a command can act as them. */
    provable() {
      const { tree, filter } = state.getState()
      return tree === null ? [] : fittingIdentities(tree, filter).filter(({ provable }) => provable)
    },
    /** Asks AWS for these identities. Main asks the user about unknown programs first, about refused ones only with `again`. */
    async prove(ids: readonly string[], again = false) {
      if (state.getState().proving !== null) return
      if (ids.length === 0) return core.say(text.prove.none)
      const run = core.newRunId()
      const { environment } = page.getState()
      state.setState({
        proving: { run, waiting: new Set(ids), begun: new Set(), done: 0, total: ids.length },
      })
      const answer = await core.ask('identities.prove', { run, environment, ids, again })
      // The tree has the results before the marks of running proofs are removed. The last proof may come after the answer, but no
      // later than the answer to `load`.
      await load()
      const { proofs } = state.getState()
      state.setState({ proving: null })
      if (answer === undefined) return
      const { done, total, cancelled, refused } = answer
      if (cancelled) return core.say(text.prove.cancelled(done, total))
      const failed = ids.filter((id) => (proofs.get(id)?.problem ?? null) !== null).length
      core.say(text.prove.done(done - failed, failed, refused))
    },
    stopProving() {
      const { proving } = state.getState()
      if (proving !== null) void bridge.request('run.cancel', { run: proving.run })
    },
    ...list,
    setCursor(cursor: string | null) {
      // The line that had the keyboard gets it back after a dialog: the panel next to the list stays.
      if (cursor !== state.getState().cursor) state.setState({ cursor, settingsOf: null, profileAt: null })
    },
    inspect(open: boolean) {
      state.setState({ settingsOf: null, profileAt: null })
      list.inspect(open)
    },
    /** Shows a profile that only holds settings, or is not written yet (`made`); of any other profile, its identity. */
    inspectProfile(name: string, made = false) {
      const { tree } = state.getState()
      const of = made
        ? undefined
        : tree?.identities.find(({ profiles }) => profiles.some((one) => one.name === name))
      if (of === undefined) state.setState({ inspecting: true, settingsOf: name, profileAt: name })
      else state.setState({ inspecting: true, cursor: of.id, settingsOf: null, profileAt: name })
    },
    setProfile: (profileAt: string) => state.setState({ profileAt }),
    /** What is to be done with a profile is about one of these. */
    profilesAt() {
      const { tree, cursor, settingsOf, profileAt } = state.getState()
      const one = profileAt ?? settingsOf
      if (one !== null) return [one]
      return tree?.identities.find(({ id }) => id === cursor)?.profiles.map(({ name }) => name) ?? []
    },
    /** Shows the contexts that act as one of them in the list of contexts. */
    showContexts: ({ name, contexts }: KnownIdentity) =>
      page.setState(onlyThese(text.onlyTitle(name), contexts)),
    follow: () => follow([bridge.on('identities.begun', begin), bridge.on('identities.proved', learn)]),
  }
}
