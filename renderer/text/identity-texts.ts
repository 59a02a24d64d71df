/** Texts of the identities that files, the environment and contexts name. */

import { counted, plural } from '../../shared/counted'
import type { IdentityKind, IdentityState } from '../../shared/identity/identity-tree'

/** `need` or `needs`, by how many do it. */
const verb = (count: number, one: string, many: string): string => (count === 1 ? one : many)
const identities = (count: number): string => plural(count, 'identity', 'identities')

export const identitiesText = {
  title: 'Identities',
  loading: 'Reading who is named…',
  tree: 'Identities',
  empty: 'No identity is named here',
  emptyLead:
    'No AWS file, no variable of the environment and no context names an identity. Add a profile here, write one with `aws configure`, or sign in with `aws configure sso`.',
  nothingFits: 'No identity fits',
  filter: 'Filter identities',
  filterHint: 'Filter identities, accounts, profiles',
  clearFilter: 'Clear the filter of identities',
  answers: {
    /** The problems, the most important first: `3 identities wait for you, 1 is refused`. */
    trouble: ({ signIn, refused, broken }: Readonly<Record<'signIn' | 'refused' | 'broken', number>>) => {
      const said = [
        { count: signIn, of: verb(signIn, 'waits for you', 'wait for you') },
        { count: refused, of: verb(refused, 'is refused', 'are refused') },
        { count: broken, of: 'cannot work as written' },
      ].filter(({ count }) => count > 0)
      return said
        .map(({ count, of }, at) => `${at === 0 ? identities(count) : counted(count)} ${of}`)
        .join(', ')
    },
    unknown: (all: number) =>
      all === 1 ? 'The identity is not proven yet' : `None of ${identities(all)} is proven yet`,
    some: (valid: number, unknown: number) =>
      `${identities(valid)} ${verb(valid, 'works', 'work')}, ${counted(unknown)} ${verb(unknown, 'is', 'are')} not proven yet`,
    good: (all: number) => (all === 1 ? 'The identity works' : `All ${counted(all)} identities work`),
  },
  works: (valid: number, all: number) => `${counted(valid)} of ${counted(all)} work`,
  lastProof: (age: string) => `last proof ${age}`,
  counts: 'Identities by state',
  onlyThese: (state: string) => `Show only identities that are: ${state}`,
  states: {
    valid: 'valid',
    expired: 'expired',
    'sign-in-needed': 'sign-in needed',
    refused: 'refused',
    broken: 'broken',
    unknown: 'not proven',
  } satisfies Readonly<Record<IdentityState['kind'], string>>,
  stateMeanings: {
    valid: 'Can act now.',
    expired: 'Could act until the credentials or the sign-in ended.',
    'sign-in-needed': 'Can act once you have signed in, or typed a code.',
    refused: 'AWS was asked, and refused.',
    broken: 'Cannot work as the files are written.',
    unknown: 'Neither known to work nor to fail: only a proof says.',
  } satisfies Readonly<Record<IdentityState['kind'], string>>,
  beatsProfile: 'beats AWS_PROFILE',
  takesOver: (count: number) =>
    `These keys come before AWS_PROFILE: ${plural(count, 'context')} would act as their owner, not as the profile.`,
  adminIn: (count: number) =>
    `may do everything in ${count === 1 ? 'one of them' : `${counted(count)} of them`}`,
  others: (count: number) => `+${counted(count)}`,
  needsCode: 'needs an MFA code',
  needsLogin: 'needs aws login',
  proving: 'proving…',
  waiting: 'waiting',
  waitingMeaning: 'Waits for the proofs ahead of this identity.',
  by: {
    proof: (age: string) => `proven ${age}`,
    check: (age: string) => `seen in a check ${age}`,
    cache: 'by what aws has cached',
  },
  unpinned: 'whoever names no profile',
  longTerm: 'long-term key',
  ended: (age: string) => `ended ${age}`,
  columns: {
    identity: 'Identity',
    profiles: 'Profiles',
    state: 'State',
    until: 'Until',
    contexts: 'Contexts',
    clusters: 'Clusters',
  },
  groups: {
    'environment-keys': { title: 'From the environment', detail: 'not from any profile' },
    keys: { title: 'Access keys', detail: 'in AWS files' },
    'sso-session': { title: 'Sign-in', detail: 'IAM Identity Center' },
    'permission-set': { title: 'Permission sets', detail: '' },
    role: { title: 'Roles', detail: 'whose source no file names' },
    'web-identity': { title: 'Web identity', detail: 'a token in a file' },
    login: { title: 'aws login', detail: 'a sign-in by the console' },
    process: { title: 'Processes', detail: 'credential_process' },
    container: { title: 'Container', detail: 'credentials of the container' },
    metadata: { title: 'Instance', detail: 'credentials of the machine' },
    'entry-keys': { title: 'Keys in entries', detail: 'of kubeconfigs' },
    wrapper: { title: 'Given by other programs', detail: 'what wraps aws' },
    nobody: { title: 'No identity', detail: 'what is named leads to no credentials' },
  } satisfies Readonly<Record<IdentityKind, { readonly title: string; readonly detail: string }>>,
  kinds: {
    'environment-keys': 'keys of the environment',
    keys: 'keys in an AWS file',
    'sso-session': 'sign-in of IAM Identity Center',
    'permission-set': 'permission set',
    role: 'role',
    'web-identity': 'web identity',
    login: 'aws login',
    process: 'credential_process',
    container: 'credentials of the container',
    metadata: 'credentials of the machine',
    'entry-keys': 'keys in an entry',
    wrapper: 'given by what wraps aws',
    nobody: 'no credentials',
  } satisfies Readonly<Record<IdentityKind, string>>,
  inAccount: (kind: string, account: string | null) => (account === null ? kind : `${kind} in ${account}`),
  count: identities,
  /** Of a session: the permission sets that sign in by it. */
  permissionSets: (count: number) => plural(count, 'permission set'),
  onlyTitle: (name: string) => `Contexts that act as ${name}`,
  prove: {
    all: (count: number) => `Prove ${counted(count)}`,
    nothing: 'Prove',
    one: 'Prove',
    again: 'Prove again',
    stopMeaning: 'Stop proving; what came out so far is kept',
    cancelled: (done: number, total: number) =>
      `Stopped: ${counted(done)} of ${identities(total)} ${verb(done, 'was', 'were')} proven`,
    done: (proven: number, failed: number, refused: number) =>
      [
        failed === 0
          ? `${identities(proven)} proven`
          : `${counted(proven)} of ${identities(proven + failed)} proven`,
        refused === 0 ? '' : plural(refused, 'program was not allowed', 'programs were not allowed'),
      ]
        .filter(Boolean)
        .join('; '),
    none: 'None of these can be proven by itself: no command acts as one of them.',
    failed: 'The last proof failed',
    /** The same next to a state. */
    failedShort: 'last proof failed',
    notAllowed:
      'The program that gives its credentials may not run yet. Prove the identity again: Ekscope asks about that program first.',
  },
  signIn: 'Sign in…',
  detail: {
    label: 'About the identity',
    nothing: 'Choose an identity',
    states: {
      valid: 'Works',
      expired: 'Has ended',
      'sign-in-needed': 'Waits for a sign-in',
      refused: 'Refused by AWS',
      broken: 'Cannot work as written',
      unknown: 'Not proven yet',
    } satisfies Readonly<Record<IdentityState['kind'], string>>,
    lasts: (time: string) => `its credentials last another ${time}`,
    session: (time: string) => `signed in, another ${time}`,
    way: 'How it signs in',
    further: (steps: number) => `${plural(steps, 'more step')}`,
    profiles: 'Profiles',
    arn: 'ARN',
    provenArn: 'AWS says',
    userId: 'User id',
    account: 'Account',
    key: 'Access key',
    mfa: 'MFA device',
    contexts: 'Contexts that act as this identity',
    noContexts: 'No context acts as this identity.',
    shadowed: 'Shadowed contexts that act as this identity',
    clusters: 'Clusters that these lead to',
    unnamed: 'unnamed cluster',
    more: (count: number) => `and ${counted(count)} more`,
  },
  settingsOnly: 'Only settings:',
  settingsMeaning: 'a profile that only holds settings, and gives no identity',
  notSaid: (names: string) => `No file says who acts for: ${names}`,
  fileProblem: (file: string, line: number | null) => (line === null ? file : `${file}:${line}`),
} as const
