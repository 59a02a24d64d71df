/** A role or a profile in the place of another one, wherever contexts and AWS profiles name it: one list of edits of both. Pure. */
import type { EnvironmentName, ProfilePin } from '../identity/identity'
import type { PlacedProfile } from '../identity/identity-tree'
import type { EntryId } from '../kubeconfig/entries'
import { named } from '../visible'
import type { Edit } from './edit'

export interface Replacing {
  readonly what: 'role' | 'profile'
  readonly old: string
  readonly now: string
  /** Of the AWS files that profiles are in. */
  readonly environment: EnvironmentName
}

/** What a context says of itself. */
interface Naming {
  readonly id: EntryId
  readonly name: string
  readonly role: string | null
  readonly profile: string | null
  readonly profilePinnedBy: ProfilePin
  /** Why its entry is not changed; null: it can be. */
  readonly locked: string | null
}

/** The edits, and the places that no edit changes, with what to do. */
export function replaceEverywhere(
  { what, old, now, environment }: Replacing,
  contexts: readonly Naming[],
  profiles: readonly Pick<PlacedProfile, 'name' | 'settings'>[],
) {
  const edits: Edit[] = []
  const left: { readonly message: string; readonly next: string }[] = []
  const next = `Change it by hand to ${named(now)}.`
  for (const { id: context, name, role, profile, profilePinnedBy: by, locked } of contexts) {
    if ((what === 'role' ? role : profile) !== old) continue
    const wrapped = what === 'profile' && by !== 'arg' && by !== 'env'
    if (locked !== null || wrapped)
      left.push({
        message: `context ${named(name)} names ${what} ${named(old)} where Ekscope does not change it${locked === null ? '' : `: ${locked}`}.`,
        next,
      })
    else if (what === 'role') edits.push({ kind: 'set-role', context, role: now, scope: 'shared' })
    else edits.push({ kind: 'set-profile', context, profile: now, pin: null, scope: 'shared' })
  }
  const key = what === 'role' ? 'role_arn' : 'source_profile'
  for (const { name: profile, settings } of profiles) {
    const setting = settings.find((one) => one.key === key)
    // A profile is not made its own source.
    if (setting?.value !== old || (what === 'profile' && profile === now)) continue
    if (setting.inCredentials)
      left.push({
        message: `profile ${named(profile)} names it in the AWS credentials file, which Ekscope never writes.`,
        next,
      })
    else
      edits.push({
        kind: 'edit-profile',
        environment,
        edit: { kind: 'set-profile-key', profile, key, value: now },
        was: old,
      })
  }
  return { edits, left }
}
