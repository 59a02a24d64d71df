/**
 * Edits of kubeconfigs and of AWS profiles as one set: what those of profiles make of the AWS config file, which contexts follow a
 * renamed profile, and what is doubtful of it. Planned, tried and written together. The credentials file is never written.
 */
import type { AlsoChanged, AnyEdit, EditProblem } from '../../shared/edits/edit'
import { contextsOf } from '../../shared/edits/kinds'
import type { Plan } from '../../shared/edits/plan'
import type { ProfileEdit } from '../../shared/edits/profile-edit'
import type { EnvironmentName } from '../../shared/identity/identity'
import { type EntryId, nameInId } from '../../shared/kubeconfig/entries'
import { fail, fault, ok, type Result } from '../../shared/result'
import { editedConfig, planConfig } from '../aws/config-file/config-write'
import { reachingAlike } from '../aws/config-file/profile-of-session'
import type { ChangedConfig } from '../aws/files/read-aws-files'
import type { ReadAt } from '../state/changes'
import type { ContextNamingProfiles } from './contexts-naming-profiles'
import { planningHere } from './planning'
import {
  becomingOthers,
  brokenThen,
  contextsAfterRename,
  credentialsOf,
  dependents,
  leftWithout,
  noConfig,
  type ProfileReading,
  pathIn,
  placedTitles,
  profileOf,
  withConfig,
} from './profile-editing'
import { badValue } from './profile-values'

export type ChangeSet = Awaited<ReturnType<typeof changeSet>>

/** In this order each edit finds its profile by the name in the file, and a new profile by its own name. */
const order = {
  'add-sso-session': 0,
  'add-profile': 1,
  'clone-profile': 1,
  'set-profile-key': 2,
  'rename-profile': 3,
  'delete-profile': 4,
}

/** The edits of profiles in a list, in the order in which they are made. */
const profileEditsIn = (edits: readonly AnyEdit[]) =>
  edits
    .flatMap((edit) => (edit.kind === 'edit-profile' ? [edit] : []))
    .sort((one, other) => order[one.edit.kind] - order[other.edit.kind])

/** The part of a set that is about the AWS config file. */
export interface ProfilePart {
  readonly environment: EnvironmentName
  readonly path: string
  readonly edits: readonly ProfileEdit[]
  /** The file with them. */
  readonly changed: ChangedConfig
  /** What is written of that file, and its revision. */
  readonly plan: Plan
  /** One line for each edit of a context that follows. */
  readonly followTitles: readonly string[]
  /** Contexts that name one of these profiles now, or one that comes from it. */
  readonly naming: readonly ContextNamingProfiles[]
  readonly doubts: readonly EditProblem[]
  /** No kubeconfig is written with it. */
  readonly alone: boolean
}

const doubtful = ({ message, next }: Pick<EditProblem, 'message' | 'next'>): EditProblem => ({
  edit: null,
  code: 'odd-value',
  blocks: false,
  message,
  next,
})

/** The set of these edits on these kubeconfigs. Faults: why a profile cannot be edited so. */
export async function changeSet(writing: ProfileReading, of: ReadAt, edits: readonly AnyEdit[]) {
  const made = await profilePart(writing, of, edits)
  if (!made.ok) return made
  const { part, follow } = made.value
  const all: readonly AnyEdit[] = follow.length === 0 ? edits : [...edits, ...follow]
  const alone = all.every(({ kind }) => kind === 'edit-profile')
  const profiles = part && { ...part, alone }
  return ok({ edits: all, profiles, changed: part?.changed ?? null })
}

type Part = Omit<ProfilePart, 'alone'>

async function profilePart(
  writing: ProfileReading,
  of: ReadAt,
  all: readonly AnyEdit[],
): Promise<Result<{ readonly part: Part | null; readonly follow: readonly AnyEdit[] }>> {
  const list = profileEditsIn(all)
  const [first] = list
  if (first === undefined) return ok({ part: null, follow: [] })
  const { home, platform, planning = planningHere, signal } = writing
  const { environment } = first
  const paths = new Set<string>()
  for (const name of new Set(list.map((one) => one.environment))) paths.add(await pathIn(writing, name))
  const [path = '', other] = paths
  if (path === '') return fail(noConfig(environment))
  if (other !== undefined)
    return fail(
      fault(
        'conflict',
        `These edits are of two AWS config files, ${path} and ${other}, and one write has one.`,
        'Write those of one file first: take the others out of the list until then.',
      ),
    )
  const bad = writing.by === 'window' ? list.flatMap(({ edit }) => badValue(edit) ?? [])[0] : undefined
  if (bad !== undefined) return fail(bad)
  const { variables } = await writing.environments.of(environment)
  const files = await writing.files(environment)
  const edits = list.map(({ edit }) => reachingAlike(files, edit))
  const planned = await planConfig(editedConfig(path, edits, credentialsOf(files)))
  if (!planned.ok) return planned
  const { plan, text } = planned.value
  const after = withConfig(files, text ?? '', path)
  const profiles = new Set([
    ...becomingOthers(files, after),
    ...dependents(files, new Set(edits.flatMap(profileOf))),
  ])
  const task = { path, profiles, variables, home, platform }
  // Of a context that gets another profile in the same list, that one counts.
  const others = all.some(({ kind }) => kind !== 'edit-profile') ? { edits: all } : {}
  const naming = await planning.naming({ ...task, ...others }, of, signal)
  const followed = edits.map((edit) => contextsAfterRename(edit, naming, environment, variables))
  const follow = followed.flatMap((one) => one.follow)
  const doubts = [...brokenThen(files, after, edits), ...followed.flatMap((one) => one.doubts)].map(doubtful)
  const followTitles = await placedTitles(planning, naming, follow, of, signal)
  const changed = { path, text: text ?? '' }
  return ok({ part: { environment, path, edits, changed, plan, followTitles, naming, doubts }, follow })
}

/**
 * Contexts that act otherwise by a profile, or follow its new name, though no edit that was `asked` for names them; what is doubtful,
 * and who would be left without a profile. `edits`: the whole set.
 */
export async function changedByProfiles(
  { environments, files, home, platform, planning = planningHere, signal }: ProfileReading,
  of: ReadAt,
  asked: readonly AnyEdit[],
  edits: readonly AnyEdit[],
  { environment, path, changed, doubts }: ProfilePart,
) {
  const was = await files(environment)
  const is = withConfig(was, changed.text, path)
  const { variables } = await environments.of(environment)
  const task = { path, profiles: becomingOthers(was, is), variables, home, platform, edits }
  const naming = await planning.naming(task, of, signal)
  const named = new Set<EntryId>(asked.flatMap(contextsOf))
  const left = [...was.profiles.keys()].flatMap((gone) => leftWithout(is, gone, naming) ?? [])
  return {
    alsoChanges: naming.flatMap(({ id, profile }): readonly AlsoChanged[] =>
      named.has(id) ? [] : [{ context: id, name: nameInId(id), through: 'profile', entry: profile }],
    ),
    problems: [...doubts, ...left.map((one): EditProblem => ({ ...doubtful(one), code: 'still-used' }))],
  }
}
