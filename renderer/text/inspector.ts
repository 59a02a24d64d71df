/** Texts of the inspector. */
import type { LinkName } from '../../shared/audit/chain'
import type { StepKind, UsedProgram } from '../../shared/identity/identity'

/** The tabs, in their order. */
export const tabNames = ['identity', 'steps', 'token', 'entry', 'findings'] as const
export type TabName = (typeof tabNames)[number]

export const inspectorText = {
  label: 'Inspector',
  resize: 'Width of the inspector',
  close: 'Close the inspector',
  copyName: 'Copy the name',
  copiedName: 'the name',
  nothing: 'No context chosen',
  nothingHint: 'Choose a context in the list to see what is known about it.',
  hidden: 'Not in this filter',
  hiddenHint: 'The list does not show this context.',
  show: 'Show it',
  guessed: 'the identity’s account: the entry does not say the cluster’s',
  master: 'system:masters',
  masterMeaning: 'May do everything in this cluster',
  verify: 'Verify',
  use: 'Use',
  useMeaning: 'Make kubectl use this context now',
  clone: 'Clone…',
  edit: (place: string) => `Open ${place} in your editor`,
  tabs: {
    label: 'About this context',
    identity: 'Identity',
    steps: 'Steps',
    token: 'Token',
    entry: 'Entry',
    findings: 'Findings',
  },
  act: {
    becomes: 'then',
    on: 'on',
    becomesMeaning: 'As the files say; only a check proves it',
    pinTo: (profile: string) => `Pin to ${profile} by --profile`,
    pin: 'Pin to a profile…',
    expect: (who: string) => `Expect ${who} from now on`,
    trustFile: 'Allow tokens for the servers of this file…',
    trustInsecure: 'Ask without checking the certificate…',
    allowCommand: 'See the command…',
  },
  chain: {
    label: 'From the entry to the cluster',
    names: {
      intended: 'intended',
      predicted: 'predicted',
      token: 'token',
      proven: 'proven',
      seen: 'seen',
      acts: 'acts as',
    } satisfies Readonly<Record<LinkName, string>>,
  },
  environments: 'In other environments',
  checkedAgo: (ago: string) => `checked ${ago}`,
  onDisk: (checked: string) => `on disk, ${checked}`,
  predicted: 'predicted',
  proven: 'proven',
  clusterKnows: 'What the cluster knows',
  steps: {
    outcomes: {
      ok: 'done',
      failed: 'failed',
      refused: 'refused',
      stopped: 'stopped',
      other: 'another identity',
      skipped: 'skipped',
      unreached: 'not reached',
    },
    ahead: {
      entry: 'Read the entry',
      allow: 'See whether the command may run',
      version: 'Ask the program for its version',
      predict: 'Follow the AWS files',
      exec: 'Run the command',
      token: 'Read the token',
      sts: 'Ask AWS whose token that is',
      cluster: 'Ask the cluster whom it sees',
      'acts-as': 'Ask the cluster again, impersonating',
    } satisfies Readonly<Record<StepKind, string>>,
    none: 'Not checked yet. Verify the context to see each step.',
    notWritten:
      'Not written yet, so there is nothing to check. Try, above, asks AWS and the cluster all the same.',
    nothingRun: 'Nothing had to be run.',
  },
  onceWritten: (name: string) => `kubectl knows ${name} once it is written.`,
  exec: 'What would be run',
  execOnce: 'What will be run once it is written',
  execIn: (environment: string) => `in ${environment}`,
  program: 'Program',
  programIs: ({ path, version }: UsedProgram, asked: boolean) =>
    version !== null
      ? `${path}, version ${version}`
      : asked
        ? `${path}, whose version the first check asks`
        : path,
  noExec: 'This context runs no command.',
  token: {
    none: 'No token yet. Verify the context to see the facts of its token.',
    notWritten: 'Not written yet, so there is no token. Try, above, asks AWS and the cluster all the same.',
    stopped: 'No token: the check ended before there was one.',
    other: 'No AWS token: this context signs in another way.',
    signed: 'Signed',
    valid: 'Valid until',
    host: 'STS host',
    keyId: 'Access key',
    cluster: 'For cluster',
    kind: 'Credentials',
    temporary: 'temporary (session token)',
    longTerm: 'long-term keys',
    says: 'Reported expiry',
    note: 'The token itself never reaches this window.',
  },
  entry: {
    loading: 'Reading the entry…',
    context: 'Context',
    user: 'User',
    cluster: 'Cluster',
    onDisk: 'On disk until then',
  },
  noFindings: 'Nothing wrong or risky was found in this context.',
  muted: 'muted',
  commands: 'See for yourself',
} as const
