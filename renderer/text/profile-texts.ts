/** Texts of profiles that are edited as cells. */

import { plural } from '../../shared/counted'
import type { ProfileField } from '../../shared/identity/identity-tree'
import { named } from '../../shared/visible'

const changes = (count: number) => plural(count, 'change of a profile', 'changes of profiles')

export const profilesText = {
  grid: (name: string) => `Profile ${named(name)}`,
  name: 'name',
  keys: {
    region: 'region',
    role_arn: 'role_arn',
    source_profile: 'source_profile',
    sso_session: 'sso_session',
    output: 'output',
  } satisfies Readonly<Record<ProfileField, string>>,
  empty: 'not set',
  label: (cell: string, profile: string) => `${cell} of profile ${named(profile)}`,
  edit: 'Show its settings, to edit them',
  start: 'F2, Enter or a double click edits a cell; Delete takes its key out.',
  notHere: {
    goes: 'This profile is to be deleted.',
    default: 'Whoever names no profile is default: under another name it would not be.',
    credentials:
      'The profile is in the credentials file, which Ekscope never writes, so its name cannot be changed here.',
    keys: 'The profile is in the credentials file, which Ekscope never writes: delete or rename it there by hand.',
    wins: 'The value is from the credentials file, which wins and which Ekscope never writes: change it there.',
  },
  noName: { message: 'A profile has a name.', next: 'Write one.' },
  noProfile: (name: string) => ({
    message: `There is no profile ${named(name)}.`,
    next: 'Choose one of the list.',
  }),
  noSession: (name: string) => ({
    message: `There is no sso-session ${named(name)}.`,
    next: 'Choose one of the list. A new one is added with a new profile.',
  }),
  taken: (name: string) => ({
    message: `There is a profile ${named(name)} already.`,
    next: 'Choose another name.',
  }),
  bar: 'Changes of profiles',
  /** For the button next to a profile. */
  clone: 'Clone…',
  delete: 'Delete…',
  change: 'Change…',
  forget: 'Do not add it',
  keep: 'Keep it',
  addShort: 'Add profile',
  made: 'New, not written yet',
  madeOf: (name: string) => `Copy of ${named(name)}, not written yet`,
  deleted: 'Deleted once you write it',
  madeTitle: (names: number) => plural(names, 'new profile'),
  goesTitle: 'to be deleted',
  says: (key: string, value: string) => `${key} = ${value}`,
  form: {
    addTitle: 'Add a profile',
    changeTitle: (name: string) => `Change the new profile ${named(name)}`,
    addLead:
      'The profile becomes a pending change: you see its lines before they are written to the AWS config file.',
    name: 'Name',
    nameHint: 'As in --profile',
    defaultHint: 'Whoever names no profile is default: this would be that identity.',
    way: 'How it comes by credentials',
    ways: {
      role: 'A role',
      sso: 'IAM Identity Center (SSO)',
      process: 'A program',
      keys: 'Access keys, or settings alone',
    },
    wayHints: {
      role: 'assumed with the credentials of another profile',
      sso: 'a permission set in an account, by an sso-session of the file',
      process: 'credential_process: aws runs it, and reads what it prints',
      keys: 'Ekscope writes no keys: aws asks for them, and keeps them in the credentials file',
    },
    role: 'Role ARN',
    source: 'Source profile',
    sourceHint: 'Whose credentials assume the role',
    mfa: 'MFA device (optional)',
    mfaHint: 'Where the role asks for a code: the ARN of the device, or its serial number',
    session: 'SSO session',
    sessionHint: 'One of the file, or a new name: its section is added along',
    newSession: (name: string) => `New session ${named(name)}`,
    startUrl: 'Start URL',
    startUrlHint:
      'Where you sign in, as https://d-1234567890.awsapps.com/start; Ekscope asks you before a new one is written',
    ssoRegion: 'Region of IAM Identity Center',
    scopes: 'Scopes (optional)',
    scopesHint: 'Without sso:account:access a sign-in cannot be renewed',
    account: 'Account',
    permissionSet: 'Permission set',
    command: 'Command',
    commandHint: 'Ekscope asks you before this is written, and once more before it runs',
    region: 'Region (optional)',
    output: 'Output (optional)',
    keysNext: 'Once the profile is written, give it its keys in a terminal:',
    done: 'Add',
    changed: 'Change',
  },
  cloneForm: {
    title: (name: string) => `Clone profile ${named(name)}`,
    lead: 'Everything that it says, with the remarks among its lines, right below it under a new name.',
    which: 'Profile',
    done: 'Clone',
    next: 'Its cells are edited beside the list.',
  },
  deleteForm: {
    title: (name: string) => `Delete profile ${named(name)}`,
    lead: 'The deletion becomes a pending change: the lines of the profile leave the AWS config file once you have reviewed and written that change.',
    done: 'Delete',
    goes: 'What goes',
    unpinned:
      'Whoever names no profile is default: those contexts and programs get whatever else there is then.',
  },
  pending: (count: number) => `${changes(count)} pending, not written yet`,
} as const
