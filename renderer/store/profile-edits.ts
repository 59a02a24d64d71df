/** Edits of profiles of the AWS config file that are not written yet: as cells are edited, with the plan that main makes of them. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { IdentityTree, PlacedProfile, ProfileField } from '../../shared/identity/tree'
import type { ProfileEditsPlan } from '../../shared/ipc/payloads'
import type { PageProfileEdit } from '../../shared/profiles/edit'
import type { Fault } from '../../shared/result'
import { profilesText as text } from '../text/profiles'
import type { Core } from './core'
import type { Verifying } from './verifying'

/** A cell of a profile: its name, or one of its settings. */
export type ProfileCell = 'name' | ProfileField

export interface ProfileEditsState {
  /** In whose AWS files; those of another environment may be others. */
  readonly environment: EnvironmentName | null
  /** Settings before names, so that each finds its profile under the name that it has. */
  readonly edits: readonly PageProfileEdit[]
  /** As the edits were before each of their changes. */
  readonly before: readonly (readonly PageProfileEdit[])[]
  /** What they would write; null while that is not known. */
  readonly plan: ProfileEditsPlan | null
  /** Why they cannot be written as the files stand now. */
  readonly fault: Fault | null
}

export interface ProfileEdits {
  readonly state: StoreApi<ProfileEditsState>
  /** Gives a cell a value, `''`: none. What cannot be written is not taken, and the answer says why. */
  set(profile: PlacedProfile, cell: ProfileCell, value: string, tree: IdentityTree): Promise<Fault | null>
  undo(): void
  discard(): void
  /** Null: written. */
  write(): Promise<Fault | null>
  follow(): () => void
}

const none: ProfileEditsState = { environment: null, edits: [], before: [], plan: null, fault: null }

/** What stands in a cell now, before any edit. */
export const writtenIn = ({ name, settings }: PlacedProfile, cell: ProfileCell): string =>
  cell === 'name' ? name : (settings.find(({ key }) => key === cell)?.value ?? '')

/** What an edit makes of a cell; null: none is about it. */
export function pendingOf(
  edits: readonly PageProfileEdit[],
  profile: string,
  cell: ProfileCell,
): string | null {
  for (const edit of edits) {
    if (edit.profile !== profile) continue
    if (edit.kind === 'rename-profile' && cell === 'name') return edit.name
    if (edit.kind === 'set-profile-key' && edit.key === cell) return edit.value ?? ''
  }
  return null
}

function withCell(
  edits: readonly PageProfileEdit[],
  profile: PlacedProfile,
  cell: ProfileCell,
  value: string,
): readonly PageProfileEdit[] {
  const { name } = profile
  const others = edits.filter(
    (edit) => edit.profile !== name || (edit.kind === 'rename-profile' ? 'name' : edit.key) !== cell,
  )
  if (value === writtenIn(profile, cell)) return others
  const edit: PageProfileEdit =
    cell === 'name'
      ? { kind: 'rename-profile', profile: name, name: value }
      : { kind: 'set-profile-key', profile: name, key: cell, value: value === '' ? null : value }
  const all = [...others, edit]
  return [
    ...all.filter(({ kind }) => kind === 'set-profile-key'),
    ...all.filter(({ kind }) => kind === 'rename-profile'),
  ]
}

/** Whom a profile may name: main cannot know which of the names are pending. */
function unknownName(
  tree: IdentityTree,
  profile: PlacedProfile,
  cell: ProfileCell,
  value: string,
): Fault | null {
  if (value === '') return null
  if (cell === 'source_profile' && !profilesOf(tree).some(({ name }) => name === value))
    return { code: 'not-found', ...text.noProfile(value) }
  if (cell === 'sso_session' && !tree.ssoSessions.includes(value))
    return { code: 'not-found', ...text.noSession(value) }
  if (cell === 'name' && value !== profile.name && profilesOf(tree).some(({ name }) => name === value))
    return { code: 'conflict', ...text.taken(value) }
  return null
}

/** Every profile that files have, each once. */
export const profilesOf = (tree: IdentityTree): readonly PlacedProfile[] => [
  ...tree.identities.flatMap(({ profiles }) => profiles),
  ...tree.settingsOnly,
]

export function createProfileEdits(
  core: Core,
  newRunId: () => string,
  reload: () => Promise<void>,
  verifying: Pick<Verifying, 'verify'>,
): ProfileEdits {
  const { bridge, state: page } = core
  const state = createStore<ProfileEditsState>(() => none)

  async function planOf(environment: EnvironmentName, edits: readonly PageProfileEdit[]) {
    return bridge.request('identities.planProfiles', { environment, edits: edits.map((one) => ({ ...one })) })
  }

  /** They are there still; whether they can be written as the files stand now is asked. */
  async function planAnew(): Promise<void> {
    const { environment, edits } = state.getState()
    if (environment === null || edits.length === 0) return
    const planned = await planOf(environment, edits)
    if (state.getState().edits !== edits) return
    state.setState(planned.ok ? { plan: planned.value, fault: null } : { plan: null, fault: planned.fault })
  }

  return {
    state,
    async set(profile, cell, said, tree) {
      const value = said.trim()
      const { environment } = page.getState()
      const kept = state.getState()
      const here = kept.environment === environment ? kept.edits : []
      if (cell === 'name' && value === '') return { code: 'bad-request', ...text.noName }
      const unknown = unknownName(tree, profile, cell, value)
      if (unknown !== null) return unknown
      const edits = withCell(here, profile, cell, value)
      if (edits.length === here.length && edits.every((one, at) => one === here[at])) return null
      const before = [...(here === kept.edits ? kept.before : []), here]
      if (edits.length === 0) {
        state.setState({ environment, edits, before, plan: null, fault: null })
        return null
      }
      const planned = await planOf(environment, edits)
      if (!planned.ok) return planned.fault
      state.setState({ environment, edits, before, plan: planned.value, fault: null })
      return null
    },
    undo() {
      const { before } = state.getState()
      const edits = before.at(-1)
      if (edits === undefined) return
      state.setState({ edits, before: before.slice(0, -1), plan: null, fault: null })
      void planAnew()
    },
    discard() {
      const { edits, before } = state.getState()
      if (edits.length > 0) state.setState({ edits: [], before: [...before, edits], plan: null, fault: null })
    },
    async write() {
      const { environment, edits, plan } = state.getState()
      if (environment === null || edits.length === 0) return null
      const answer = await bridge.request('identities.writeProfiles', {
        run: newRunId(),
        environment,
        edits: edits.map((one) => ({ ...one })),
        shown: plan?.shown ?? '',
      })
      if (!answer.ok) {
        // What is written is what was shown: it is shown anew.
        if (answer.fault.code === 'changed-on-disk') await planAnew()
        return answer.fault
      }
      state.setState(none)
      const named = plan?.contexts.map(({ id }) => id) ?? []
      core.tell({
        tone: 'info',
        message: text.written(edits.length),
        next: null,
        action:
          named.length === 0
            ? null
            : { label: text.verify(named.length), run: () => void verifying.verify(named) },
      })
      await reload()
      return null
    },
    follow: () => bridge.on('identity.changed', () => void planAnew()),
  }
}
