/** Texts of profiles that are edited as cells. */
import type { ProfileField } from '../../shared/identity/tree'
import { plural } from './counts'

const changes = (count: number) => plural(count, 'change of a profile', 'changes of profiles')

export const profilesText = {
  grid: (name: string) => `Profile ${name}`,
  name: 'name',
  keys: {
    region: 'region',
    role_arn: 'role_arn',
    source_profile: 'source_profile',
    sso_session: 'sso_session',
    output: 'output',
  } satisfies Readonly<Record<ProfileField, string>>,
  empty: 'not set',
  label: (cell: string, profile: string) => `${cell} of profile ${profile}`,
  hint: 'Enter keeps it · Tab goes on · Esc leaves it',
  clears: 'empty: the key goes',
  edit: 'Show its settings, to edit them',
  start: 'F2, Enter or a double click edits a cell; Delete takes its key out.',
  notHere: {
    default: 'Whoever names no profile is default: under another name it would not be.',
    credentials:
      'It stands in the credentials file, which Ekscope never writes, so its name cannot be changed here.',
    wins: 'The credentials file says so, which wins and is never written: change it there.',
  },
  noName: { message: 'A profile has a name.', next: 'Write one.' },
  noProfile: (name: string) => ({ message: `There is no profile ${name}.`, next: 'Choose one of the list.' }),
  noSession: (name: string) => ({
    message: `There is no sso-session ${name}.`,
    next: 'Choose one of the list, or add it: ekscope profile add-session.',
  }),
  taken: (name: string) => ({ message: `There is a profile ${name} already.`, next: 'Choose another name.' }),
  bar: 'Changes of profiles',
  pending: (count: number) => `${changes(count)} pending, not written yet`,
  undo: 'Undo the last',
  discard: 'Discard',
  review: 'Review and write…',
  title: (count: number) => `Write ${changes(count)}`,
  lead: 'Exactly these lines of the AWS config file, and of kubeconfigs whose contexts follow a new name. The history can undo it.',
  planning: 'Working out what would be written…',
  contexts: (count: number, names: string) =>
    `${plural(count, 'context names', 'contexts name')} one of these profiles, or one that comes from it: ${names}`,
  cancel: 'Cancel',
  write: 'Write it',
  verify: (count: number) => `Verify ${plural(count, 'context', 'contexts')}`,
  written: (count: number) => `Wrote ${changes(count)}; the history can undo it`,
} as const
