/** Edits planned without writing anything: what the page previews, and what applying them would write. */

import type { AnyEdit, EditProblem } from '../../shared/edits/edit'
import type { Plan } from '../../shared/edits/plan'
import type { EnvironmentName } from '../../shared/identity/identity'
import { type Packed, pack, unpack } from '../../shared/ipc/packed'
import type { Choices, Preview } from '../../shared/ipc/payloads'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { Fault } from '../../shared/result'
import { lookTask } from '../identity/basis'
import type { ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import { changedByProfiles, changeSet } from './change-set'
import type { EditingOptions } from './edit-writes'
import { type AnswerOf, planningHere, type QuestionName, type Questions, type TaskOf } from './planning'
import { type ProfileReading, readNow } from './profile-editing'

/** Contexts per transfer: each is some kilobytes to copy. */
const sharingPiece = 500

/** The plans of an editing service. */
export function editPlans(options: ProfileReading & Pick<EditingOptions, 'list'>) {
  const { list, environments, home, platform } = options
  const setOf = (edits: readonly AnyEdit[]) => changeSet(options, readNow(options), edits)
  const questions: Questions = options.planning ?? planningHere
  /** Asks the files as they were read last. */
  const ask = <N extends QuestionName>(
    name: N,
    task: TaskOf<N>,
    signal: AbortSignal = options.signal,
  ): Promise<AnswerOf<N>> => questions[name](task, readNow(options), signal)
  const planOf = async (edits: readonly AnyEdit[], more: Partial<TaskOf<'plan'>>, signal?: AbortSignal) => {
    const environment = await environments.of('app')
    return ask('plan', { list: list(), edits, environment, home, platform, ...more }, signal)
  }
  const shownPlan = async (edits: readonly AnyEdit[], signal?: AbortSignal): Promise<Packed<Plan>> => {
    const set = await setOf(edits)
    if (!set.ok) {
      const others = unpack(await planOf(withoutProfiles(edits), {}, signal))
      return pack({ ...others, problems: [blockedBy(set.fault), ...others.problems], blocked: true })
    }
    const { profiles, changed } = set.value
    if (profiles === null) return planOf(edits, {}, signal)
    const asked = { changed, ...(profiles.alone ? { list: [] } : {}) }
    const plan = unpack(await planOf(set.value.edits, asked, signal))
    const along = await changedByProfiles(options, readNow(options), edits, set.value.edits, profiles)
    return pack({
      ...plan,
      revisions: [...plan.revisions, ...profiles.plan.revisions],
      files: [...profiles.plan.files, ...plan.files],
      alsoChanges: [...plan.alsoChanges, ...along.alsoChanges],
      problems: [...plan.problems, ...along.problems],
    })
  }
  return {
    ask,
    /** The edits as one set, on the files as they were read last. Faults: why a profile cannot be edited so. */
    changeSet: setOf,
    choices: async (name: EnvironmentName): Promise<Choices> =>
      ask('choices', { environment: await environments.of(name), home, platform }),
    /** `compare`: a second environment in which identities are inferred too. */
    async preview(
      edits: readonly AnyEdit[],
      name: EnvironmentName,
      compare: EnvironmentName | null = null,
      signal?: AbortSignal,
    ): Promise<Packed<Preview>> {
      const set = await setOf(edits)
      // With the decisions, as in the fingerprints of checks: else every check would look outdated.
      const task = {
        ...(await lookTask(options, name)),
        edits: set.ok ? set.value.edits : withoutProfiles(edits),
        changed: set.ok ? set.value.changed : null,
        also: (set.ok && set.value.profiles?.naming.map(({ id }) => id)) || [],
        compare: compare === null ? null : await environments.of(compare),
      }
      const preview = await ask('preview', task, signal)
      const profiles = set.ok ? set.value.profiles : null
      if (set.ok && profiles === null) return preview
      const { alsoChanges, problems } =
        profiles === null
          ? { alsoChanges: [], problems: set.ok ? [] : [blockedBy(set.fault)] }
          : await changedByProfiles(options, readNow(options), edits, task.edits, profiles)
      const known = unpack(preview)
      return pack({
        ...known,
        alsoChanges: [...known.alsoChanges, ...alsoChanges],
        problems: [...known.problems, ...problems],
      })
    },
    /** Those of these contexts that exist, and all that share a cluster entry with one of them, with secrets. */
    async sharing(contexts: readonly EntryId[]): Promise<readonly ResolvedContext[]> {
      const of = readNow(options)
      const found = new Map<EntryId, ResolvedContext>()
      for (let at = 0; at < contexts.length; at += sharingPiece) {
        const piece = contexts.slice(at, at + sharingPiece)
        for (const one of await questions.sharing(piece, of, options.signal)) found.set(one.id, one)
      }
      return [...found.values()]
    },
    /** What applying would write now; nothing is locked. */
    plan: async (edits: readonly AnyEdit[]): Promise<Plan> => unpack(await shownPlan(edits)),
    /** This plan as one text, for the page. */
    shownPlan,
  }
}

const withoutProfiles = (edits: readonly AnyEdit[]) => edits.filter(({ kind }) => kind !== 'edit-profile')

/** Why profiles cannot be edited so. */
const blockedBy = ({ message, next }: Fault): EditProblem => ({
  edit: null,
  code: 'conflict',
  blocks: true,
  message,
  next,
})
