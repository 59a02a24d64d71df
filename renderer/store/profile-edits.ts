/** Edits of profiles of the AWS config file that are not written yet: as they are made, with the plan that main makes of them. */
import * as v from 'valibot'
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Permitted } from '../../shared/edits/obstacle'
import { type EnvironmentName, environmentInSentence, environmentNames } from '../../shared/identity/identity'
import type { IdentityTree, PlacedProfile } from '../../shared/identity/tree'
import type { ApplyAnswer, ProfileEditsPlan } from '../../shared/ipc/payloads'
import { profileEditSchema } from '../../shared/profiles/edit'
import { type Fault, ok, type Result } from '../../shared/result'
import type { Writing } from '../pending/apply'
import { mostKept } from '../pending/pending'
import { cellProblem, type ProfileEdits as Edits, type ProfileCell, withCell } from '../pending/profiles'
import { profilesText as text } from '../text/profiles'
import type { Core } from './core'
import type { Verifying } from './verifying'

/** The list now, what it was before each of its changes, and what was undone of them. */
interface Steps {
  readonly edits: Edits
  readonly before: readonly Edits[]
  readonly undone: readonly Edits[]
}

export interface ProfileEditsState extends Steps {
  /** In whose AWS files; those of another environment may be others. */
  readonly environment: EnvironmentName | null
  /** What they would write; null while that is not known. */
  readonly plan: ProfileEditsPlan | null
  /** Why they cannot be written as the files stand now. */
  readonly fault: Fault | null
}

export interface ProfileEdits {
  readonly state: StoreApi<ProfileEditsState>
  /** Those of the environment that is shown. */
  pending(): Edits
  /** Whether there is a step back, or one forward again, in that environment. */
  canStep(way: 'back' | 'forward'): boolean
  /** What these would write, or why they cannot be. */
  ask(edits: Edits): Promise<Result<ProfileEditsPlan>>
  /** Takes these for the pending ones. What cannot be written is not taken, and the answer says why. */
  take(edits: Edits): Promise<Fault | null>
  /** The same for a cell with another value, `''`: none. */
  set(profile: PlacedProfile, cell: ProfileCell, value: string, tree: IdentityTree): Promise<Fault | null>
  undo(): void
  redo(): void
  discard(): void
  /** Writes what the plan shows. */
  write(permitted: Permitted): Promise<Result<ApplyAnswer>>
  follow(): () => void
  /** Takes over what main kept over a reload. */
  restore(): Promise<void>
}

const noSteps: Steps = { edits: [], before: [], undone: [] }
const none: ProfileEditsState = { environment: null, ...noSteps, plan: null, fault: null }

/** So many steps lead back. */
const depth = 100

const list = v.array(profileEditSchema)
const kept = v.object({
  version: v.literal(1),
  environment: v.picklist(environmentNames),
  edits: list,
  before: v.array(list),
  undone: v.array(list),
})

export function createProfileEdits(
  core: Core,
  reload: () => Promise<void>,
  verifying: Pick<Verifying, 'verify'>,
  writing: Pick<Writing, 'writeAs'>,
): ProfileEdits {
  const { bridge, state: page } = core
  const state = createStore<ProfileEditsState>(() => none)

  const copies = (edits: Edits) => edits.map((one) => structuredClone(one))

  const planOf = (environment: EnvironmentName, edits: Edits) =>
    bridge.request('identities.planProfiles', { environment, edits: copies(edits) })

  function become(next: ProfileEditsState): void {
    state.setState(next)
    const { environment, edits, before, undone } = next
    const all = { version: 1, environment, edits, before, undone }
    const whole = environment === null ? '' : JSON.stringify(all)
    // Without the way back when that would be too long.
    const json = whole.length <= mostKept ? whole : JSON.stringify({ ...all, before: [], undone: [] })
    void bridge.request('edits.keep', { of: 'profiles', json, count: edits.length }).then((answer) => {
      if (!answer.ok) core.notify(answer.fault)
    })
  }

  /** They are there still; whether they can be written as the files stand now is asked. */
  async function planAnew(): Promise<void> {
    const { environment, edits } = state.getState()
    if (environment === null || edits.length === 0) return
    const planned = await planOf(environment, edits)
    if (state.getState().edits !== edits) return
    state.setState(planned.ok ? { plan: planned.value, fault: null } : { plan: null, fault: planned.fault })
  }

  function step(next: Steps): void {
    become({ ...state.getState(), ...next, plan: null, fault: null })
    void planAnew()
  }

  const steps = (): Steps => {
    const here = state.getState()
    return here.environment === page.getState().environment ? here : noSteps
  }
  const pending = () => steps().edits

  /** One change after the other: each is made on what the one before left. */
  let last: Promise<unknown> = Promise.resolve()
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }

  async function take(edits: Edits): Promise<Fault | null> {
    const here = pending()
    if (edits.length === here.length && edits.every((one, at) => one === here[at])) return null
    const { environment } = page.getState()
    const { environment: other, edits: others } = state.getState()
    // Theirs may be other files: nothing that is pending there goes silently.
    if (other !== null && other !== environment && others.length > 0)
      return { code: 'conflict', ...text.elsewhere(environmentInSentence[other]) }
    const planned = edits.length === 0 ? null : await planOf(environment, edits)
    if (planned !== null && !planned.ok) return planned.fault
    const before = [...steps().before, here].slice(-depth)
    become({ environment, edits, before, undone: [], plan: planned?.value ?? null, fault: null })
    return null
  }

  return {
    state,
    pending,
    ask: (edits) => planOf(page.getState().environment, edits),
    take: (edits) => inTurn(() => take(edits)),
    set: (profile, cell, said, tree) =>
      inTurn(async () => {
        const value = said.trim()
        const here = pending()
        return (
          cellProblem(tree, here, profile, cell, value) ?? (await take(withCell(here, profile, cell, value)))
        )
      }),
    canStep: (way) => steps()[way === 'back' ? 'before' : 'undone'].length > 0,
    undo() {
      const { edits, before, undone } = steps()
      const last = before.at(-1)
      if (last !== undefined) step({ edits: last, before: before.slice(0, -1), undone: [edits, ...undone] })
    },
    redo() {
      const { edits, before, undone } = steps()
      const [next, ...rest] = undone
      if (next !== undefined) step({ edits: next, before: [...before, edits], undone: rest })
    },
    discard() {
      const { edits, before } = steps()
      if (edits.length > 0) step({ edits: [], before: [...before, edits], undone: [] })
    },
    async write({ inPlace, force }) {
      const { environment, edits, plan } = state.getState()
      if (environment === null || edits.length === 0) return ok({ kind: 'nothing' })
      const answer = await writing.writeAs((run) =>
        bridge.request('identities.writeProfiles', {
          run,
          environment,
          edits: copies(edits),
          shown: plan?.shown ?? '',
          inPlace: [...inPlace],
          force: [...force],
        }),
      )
      if (!answer.ok) {
        // What is written is what was shown: it is shown anew.
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
          next: null,
          action:
            named.length === 0
              ? null
              : { label: text.verify(named.length), run: () => void verifying.verify(named) },
        })
      }
      await reload()
      return answer
    },
    follow: () => bridge.on('identity.changed', () => void planAnew()),
    async restore() {
      const answer = await bridge.request('edits.kept', { of: 'profiles' })
      if (!answer.ok) {
        core.notify(answer.fault)
        return
      }
      const read = answer.value === '' ? null : v.safeParse(kept, JSON.parse(answer.value))
      if (read?.success !== true) return
      const { version: _, ...was } = read.output
      state.setState({ ...none, ...was })
      // The page is there before main has read the files for it.
      void planAnew()
    },
  }
}
