/** Edits of profiles in the AWS config file that are not written yet, with main's plan for them. */
import { createStore } from 'zustand/vanilla'
import type { Permitted } from '../../shared/edits/obstacle'
import type { ProfileEdit } from '../../shared/edits/profile-edit'
import { type EnvironmentName, environmentInSentence } from '../../shared/identity/identity'
import type { IdentityTree, PlacedProfile } from '../../shared/identity/identity-tree'
import type { ApplyAnswer, ProfileEditsPlan } from '../../shared/ipc/payloads'
import { type KeptProfiles, type Steps as StepsOf, unpackedSteps } from '../../shared/ipc/stored-edits'
import { type Fault, ok, type Result } from '../../shared/result'
import { typed } from '../pending/editing-state'
import { keptText, noSteps, redone, stepped, undone } from '../pending/pending'
import type { Edits as ContextEdits } from '../pending/pending-edits'
import { cellProblem, type ProfileEdits as Edits, type ProfileCell, withCell } from '../pending/profile-edits'
import { profilesText as text } from '../text/profile-texts'
import type { Core } from './core'
import { type Checking, verify } from './verifying'

type Steps = StepsOf<ProfileEdit>

const none = {
  ...typed<Steps>(noSteps),
  /** The environment of the AWS files; another environment may have other files. */
  environment: typed<EnvironmentName | null>(null),
  /** What they would write; null while that is not known. */
  plan: typed<ProfileEditsPlan | null>(null),
  /** Why they cannot be written with the files as they are now. */
  fault: typed<Fault | null>(null),
}
export type ProfileEditsState = Readonly<typeof none>

export function createProfileEdits(
  core: Core,
  reload: () => Promise<void>,
  checking: Checking,
  contexts: Pick<ContextEdits, 'writeAs' | 'state'>,
) {
  const { bridge, state: page } = core
  const state = createStore<ProfileEditsState>(() => none)

  const planOf = (environment: EnvironmentName, edits: Edits) =>
    bridge.request('identities.planProfiles', { environment, edits })

  function become(next: ProfileEditsState): void {
    state.setState(next)
    const { environment, pending, past, future } = next
    if (pending.length === 0 && contexts.state.getState().pending.length === 0) core.nothingPending()
    const json = environment === null ? '' : keptText({ pending, past, future }, { environment })
    void core.ask('edits.keep', { of: 'profiles', json })
  }

  /** The edits remain; asks main whether they can be written with the files as they are now. */
  async function planAnew(): Promise<void> {
    const { environment, pending } = state.getState()
    if (environment === null || pending.length === 0) return
    const planned = await planOf(environment, pending)
    if (state.getState().pending !== pending) return
    state.setState(planned.ok ? { plan: planned.value, fault: null } : { plan: null, fault: planned.fault })
  }

  function step(next: Steps | null): void {
    if (next === null) return
    become({ ...state.getState(), ...next, plan: null, fault: null })
    void planAnew()
  }

  const steps = (): Steps => {
    const here = state.getState()
    return here.environment === page.getState().environment ? here : noSteps
  }
  const pending = () => steps().pending

  let begin: () => void = () => undefined
  /** Changes run one after the other: each starts from the result of the previous one, the first from the restored edits. */
  let last: Promise<unknown> = new Promise((resolve) => {
    begin = () => resolve(null)
  })
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }

  async function take(edits: Edits): Promise<Fault | null> {
    const here = pending()
    if (edits.length === here.length && edits.every((one, at) => one === here[at])) return null
    const { environment } = page.getState()
    const { environment: other, pending: others } = state.getState()
    // That environment may have other files: its pending edits are not dropped silently.
    if (other !== null && other !== environment && others.length > 0)
      return { code: 'conflict', ...text.elsewhere(environmentInSentence[other]) }
    const planned = edits.length === 0 ? null : await planOf(environment, edits)
    if (planned !== null && !planned.ok) return planned.fault
    become({ environment, ...stepped(steps(), edits), plan: planned?.value ?? null, fault: null })
    return null
  }

  return {
    state,
    /** The edits of the environment that is shown. */
    pending,
    /** What these would write, or why they cannot be written. */
    ask: (edits: Edits) => planOf(page.getState().environment, edits),
    /** Makes these the pending edits. Edits that cannot be written are not accepted, and the answer says why. */
    take: (edits: Edits) => inTurn(() => take(edits)),
    /** The same for a cell with another value, `''`: none. */
    set: (profile: PlacedProfile, cell: ProfileCell, said: string, tree: IdentityTree) =>
      inTurn(async () => {
        const value = said.trim()
        const here = pending()
        return (
          cellProblem(tree, here, profile, cell, value) ?? (await take(withCell(here, profile, cell, value)))
        )
      }),
    /** Whether there is a step back, or one forward again, in that environment. */
    canStep: (way: 'back' | 'forward') => steps()[way === 'back' ? 'past' : 'future'].length > 0,
    undo: () => step(undone(steps())),
    redo: () => step(redone(steps())),
    discard() {
      if (pending().length > 0) step(stepped(steps(), []))
    },
    /** Writes what the plan shows. */
    async write(permitted: Permitted): Promise<Result<ApplyAnswer>> {
      const { environment, pending: edits, plan } = state.getState()
      if (environment === null || edits.length === 0) return ok({ kind: 'nothing' })
      const answer = await contexts.writeAs((run) =>
        bridge.request('identities.writeProfiles', {
          run,
          environment,
          edits,
          shown: plan?.shown ?? '',
          ...permitted,
        }),
      )
      if (!answer.ok) {
        // Only what was shown is written, so a changed plan is shown again.
        if (answer.fault.code === 'changed-on-disk') await planAnew()
        return answer
      }
      if (answer.value.kind === 'obstructed') return answer
      become(none)
      if (answer.value.kind === 'written') {
        const named = plan?.contexts.map(({ id }) => id) ?? []
        core.tell({
          tone: 'info',
          message: text.written(edits.length),
          action:
            named.length === 0
              ? null
              : { label: text.verify(named.length), run: () => void verify(checking, named) },
        })
      }
      await reload()
      return answer
    },
    follow: () => bridge.on('identity.changed', () => void planAnew()),
    /** Takes over what main stored; until then no change is accepted. */
    restore(kept: KeptProfiles | null) {
      const steps = kept && unpackedSteps(kept)
      if (kept !== null && steps !== null) {
        state.setState({ ...none, ...steps, environment: kept.environment })
        // The page is drawn before main has read the files for the plan.
        void planAnew()
      }
      begin()
    },
  }
}
