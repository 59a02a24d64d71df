/** What an edit of an AWS profile says of itself, for review and history. */
import { mask } from '../kubeconfig/entries'
import { isSecretName } from '../kubeconfig/secrets'
import { type EditDescription, editLine, lineName } from './describe'
import type { ProfileEdit } from './profile-edit'

/** The same as an edit of a context is described; `was`: what the key said before. */
export function describeProfileEdit(edit: ProfileEdit, was: string | null): EditDescription {
  const of = (subject: string, what: string, before: string | null = null, now: string | null = null) => ({
    subject: lineName(subject),
    what,
    was: before,
    now,
  })
  switch (edit.kind) {
    case 'set-profile-key': {
      const shown = (text: string | null) => (text !== null && isSecretName(edit.key) ? mask : text)
      return of(`profile ${edit.profile}`, edit.key, shown(was), shown(edit.value))
    }
    case 'add-profile':
      return of(`profile ${edit.profile}`, 'added')
    case 'clone-profile':
      return of(`profile ${edit.name}`, `added as a copy of ${lineName(edit.profile)}`)
    case 'rename-profile':
      return of(`profile ${edit.profile}`, `renamed to ${lineName(edit.name)}`)
    case 'delete-profile':
      return of(`profile ${edit.profile}`, 'deleted')
    case 'add-sso-session':
      return of(`sso-session ${edit.session}`, 'added')
  }
}

/** One line of it. */
export const profileEditLine = (edit: ProfileEdit, was: string | null): string =>
  editLine(describeProfileEdit(edit, was))
