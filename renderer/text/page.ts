/**
 * Every text of the page itself, in one place, so that a second language is a second table. What comes from
 * main (findings, problems, steps) is already a sentence.
 */

import { counted, plural } from '../../shared/counted'
import type { Severity } from '../../shared/findings/define-rule'
import type { EnvironmentName, ShownVerdict } from '../../shared/identity/identity'
import { environmentInSentence } from '../../shared/identity/variable-places'
import { verdictText } from '../../shared/identity/verdict-words'
import type { LookedFor } from '../../shared/ipc/contract'
import type { DoctorCheck } from '../../shared/ipc/doctor'
import type { OwnPiece } from '../../shared/ipc/payloads'
import { type FileSource, untilFixed } from '../../shared/kubeconfig/entries'
import { named, quoted } from '../../shared/visible'

export { verdictCount, verdictRank, verdictText } from '../../shared/identity/verdict-words'

/** The same as one word, as in a filter. */
export const verdictWord = (shown: ShownVerdict): string => verdictText[shown].replaceAll(' ', '-')

export const verdictMeaning: Readonly<Record<ShownVerdict, string>> = {
  verified: 'AWS proved the identity, and it is the one that the context names.',
  proven: 'AWS and the cluster say who acts, and the entry names no identity to compare with.',
  mismatch: 'AWS proved another identity than the context names.',
  'no-access': 'AWS proved the identity; the cluster does not let it in, or refuses its impersonation.',
  'login-needed': 'You have to sign in first.',
  expired: 'Temporary keys have expired and cannot be renewed from here.',
  broken: 'The context gives no identity, or kubectl would refuse it.',
  unreachable: 'AWS or the cluster did not answer, or was not asked.',
  unsupported: 'The context does not sign in with an AWS identity.',
  'not-checked': 'Neither AWS nor the cluster was asked yet.',
  checking: 'Being checked now.',
  stale: 'Checked before, but something changed since, or the check is too old.',
}

export const environmentText: Readonly<Record<EnvironmentName, string>> = {
  'login-shell': 'Login shell',
  app: 'App',
  clean: 'Clean',
}

export const environmentMeaning: Readonly<Record<EnvironmentName, string>> = {
  'login-shell': 'What a new terminal gives kubectl',
  app: 'What this app was started with',
  clean: 'The app’s environment without keys, profile or role',
}

export const severityText: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
}

export const lookedForText: Readonly<Record<LookedFor['what'], string>> = {
  kubeconfig: 'kubeconfig',
  'aws-config': 'AWS config',
  'aws-credentials': 'AWS credentials',
  aws: 'aws CLI',
  kubectl: 'kubectl',
}

/** The nodes of a proof, in order. */
export const nodeNames = ['intended', 'predicted', 'proven', 'seen'] as const
export type NodeName = (typeof nodeNames)[number]

/**
 * `claimed`: files say so. `observed`: AWS or the cluster said so. `other`: another identity than the intended one.
 * `refused`: known, and not let in. `stopped`: waits for a sign-in, new keys or a connection. `failed`: yields no identity.
 * `open`: the entry names no identity. `none`: not asked.
 */
export type NodeState = 'claimed' | 'observed' | 'other' | 'refused' | 'stopped' | 'failed' | 'open' | 'none'

const nodeText: Readonly<Record<NodeState, (who: string) => string>> = {
  claimed: (who) => who,
  observed: (who) => who,
  other: (who) => `${who}, another than intended`,
  refused: () => 'refused',
  stopped: () => 'stopped here',
  failed: () => 'failed here',
  open: () => 'unpinned',
  none: () => 'not known',
}

/** One node of a proof in words: `proven carol, another than intended`. */
export const proofText = (name: NodeName, state: NodeState, who: string | null): string =>
  `${name} ${nodeText[state](who ?? (name === 'seen' ? 'let in, without saying the name' : 'no identity'))}`

export const text = {
  app: 'Ekscope',
  noIdentity: 'no identity',
  production: 'production',
  nothing: '—',
  unpinned: 'unpinned',
  pinnedByWrapper: 'wrapper',
  current: 'current context',
  shadowed: 'shadowed',
  shadowedStill: 'An earlier file has the name, until what is pending is written',
  shadowedSoon: 'An earlier file has the name, once what is pending is written',
  duplicate: 'duplicate',
  contexts: (count: number) => plural(count, 'context'),
  contextsOf: (count: number, name: string) =>
    `Show ${plural(count, 'context')} of ${name} in the list of contexts`,
  files: (count: number) => plural(count, 'file'),
  findings: (count: number) => plural(count, 'finding'),
  problems: (count: number) => plural(count, 'problem'),
  others: (count: number) => plural(count, 'other context'),
  profile: (name: string) => `profile ${named(name)}`,
  account: (id: string) => `account ${id}`,
  /** `more`: the number of others that are not named. A thousand names would not fit a tooltip. */
  sharedWith: (names: readonly string[], more: number) => {
    const named = names.slice(0, 20)
    const left = names.length - named.length + more
    const rest = left === 0 ? '' : ` and ${counted(left)} more`
    const all = counted(names.length + more + 1)
    return `One user entry for ${all} contexts: also ${named.join(', ')}${rest}`
  },
  loading: 'Reading your kubeconfig…',
  retry: 'Try again',
  close: 'Close',
  more: 'More',
  facts: 'Facts',
  terminal: 'In your terminal',
  showContexts: 'Show contexts',
  copy: 'Copy',
  stop: (done: number, total: number) => `Stop · ${counted(done)} of ${counted(total)}`,
  copied: (what: string) => `Copied ${what}`,
  notOffered: 'The command was not copied.',
  why: 'Why',
  nav: {
    views: 'Views',
    files: 'Files',
    openFile: 'Open a kubeconfig file',
    openFolder: 'Open a folder of kubeconfigs',
    contextsOf: (folder: string) => `Contexts of ${folder}`,
    closeFile: (path: string) => `Stop showing ${path}`,
    editFile: (path: string) => `Open ${path} in your editor`,
    missing: 'not there',
    kubectlUses: 'kubectl uses',
    kubectlRefuses: 'kubectl refuses',
    untilFixed,
    noCurrent: 'no context',
    switchFrom: (name: string) => `Choose what kubectl uses instead of ${name}`,
  },
  filter: {
    label: 'Filter contexts',
    placeholder: 'Filter, or account:1111 verdict:mismatch',
    clear: 'Clear the filter',
    none: 'No context fits this filter',
    noneHint: (query: string) => `Nothing matches ${query}.`,
    found: (shown: number, all: number) => `${counted(shown)} of ${plural(all, 'context')}`,
    suggestions: 'Filter suggestions',
    trouble: 'All that needs a look, by a check or by what the files say',
    /** Shown below the offered values. */
    more: (count: number) => `${counted(count)} more: type on to narrow them down`,
  },
  environment: {
    label: 'Environment',
    checkIn: 'Check and predict in',
    compare: 'Compare with',
    noCompare: 'Nothing',
    versus: 'vs',
    variables: 'Show its variables…',
    variablesTitle: 'Variables of the environments',
    variablesNote: (shown: number, count: number) =>
      `${shown} of ${count} variables: those that choose an identity, find files or servers. Secrets are masked; the rest stays with the app.`,
    noVariables: 'None of the variables that matter here is set.',
    masked: 'masked',
    /** `owner`: whose they are, once a check proved it. */
    exportsKeys: (owner: string | null) => (owner === null ? 'exports AWS keys' : `exports keys of ${owner}`),
    reload: 'Reload from the shell',
    reloading: 'Asking…',
    problem: 'The login shell could not be asked',
  },
  verify: {
    all: (count: number) => `Verify ${counted(count)}`,
    selected: (count: number) => `Verify ${counted(count)} selected`,
    noneOfSelected: 'Nothing selected is shown and written: Review can try what is pending.',
    progress: (done: number, total: number) => `Verifying ${counted(done)} of ${counted(total)}`,
    stopMeaning: 'Stop verifying and keep what was found out',
    waits: {
      others: { word: 'waiting', meaning: 'Waits for the checks ahead of this context.' },
      answer: { word: 'asks you', meaning: 'Waits for your answer in the window “Ekscope asks”.' },
    },
    withCode: 'with a code',
    /** Leads to the question that main asks; `count`: what waits for it. */
    asks: (count: number) => `Asks you · ${counted(count)}`,
    asksMeaning: (count: number) =>
      `Ekscope asks whether a command may run: ${plural(count, 'line waits', 'lines wait')} for your answer. Shows the question.`,
    cancelled: (done: number, total: number) =>
      `Stopped: ${counted(done)} of ${counted(total)} were checked, and their results are kept.`,
    notChecked: (count: number) => `${counted(count)} not checked`,
    nothingWritten: 'No identity changed, so there was nothing to verify.',
    stillPending: (count: number) =>
      `${plural(count, 'change is', 'changes are')} not written: still pending.`,
    showWritten: 'Show',
    writtenTitle: 'Verified after the write',
    /** For checks of contexts with unwritten edits: what was checked. */
    onDisk: (names: string, count: number) =>
      `${names} ${count === 1 ? 'was' : 'were'} checked as on disk, without the pending ${count === 1 ? 'change' : 'changes'}: Review can try ${count === 1 ? 'it' : 'them'}.`,
    /** `came`: the result, `1 broken, 2 verified`; `environment`: where, if not in the one that is shown. */
    done: (done: number, came: string, environment: string | null) =>
      `Checked ${plural(done, 'context')}${environment === null ? '' : ` in ${environment}`}: ${came}`,
  },
  grid: {
    label: 'Contexts',
    groupBy: 'Group by',
    groups: {
      account: 'Account',
      verdict: 'Verdict',
      cluster: 'Cluster',
      identity: 'Identity',
      file: 'File',
      none: 'None',
    },
    sort: 'Sort',
    sorts: { file: 'Order of the files', worst: 'Worst first', name: 'By name', own: 'By a column' },
    sortNow: 'Sort now',
    sortNowHint: 'Rows keep their places while contexts are verified, and are sorted anew at the end',
    beforeCheck: 'before this check',
    onlyThese: 'Show all contexts again',
    columns: 'Columns',
    columnsTitle: 'Columns shown',
    noAccount: 'Account not known',
    noCluster: 'No cluster',
    noIdentity: 'No identity named',
    resize: (title: string) => `Width of ${title}`,
    nameAccount: (account: string) => `Name of account ${account}`,
    nameAccountHint: 'Name this account (F2)',
    expand: (name: string) => `Show ${name}`,
    collapse: (name: string) => `Hide ${name}`,
    copiedRows: (rows: number) => `${plural(rows, 'row')} for a spreadsheet`,
    copiedCell: 'the cell',
    fill: 'Drag to fill the rows below or above',
    copiedCells: (cells: number) => plural(cells, 'cell'),
    differs: 'not the intended one',
    uncertain: 'likely',
    accountOfIdentity: 'The identity’s account: the entry does not say the cluster’s',
    missing: '(missing)',
    missingCluster: (name: string) => `${name} (missing)`,
    missingClusterMeaning: 'No file has this cluster entry',
    tokenFor: (other: string) => `The token is for ${other}, which this cluster refuses`,
    staleWas: (verdict: string) => `stale, was ${verdict}`,
    sameInBoth: 'the same',
    wouldBe: 'would be',
    inEnvironment: (name: string) => `In ${name}`,
    /** The header of the column for the identity that contexts act as, while files alone say so. */
    wouldAct: 'Would act as',
    whoever: 'whoever runs kubectl',
    foretold: {
      'sign-in': 'sign-in needed',
      fails: 'will fail',
      other: 'another identity',
      shell: 'depends on shell',
    },
    foretoldMeaning: 'Foretold by the files: neither AWS nor the cluster was asked yet',
    not: 'not',
    master: (why: string) => (why === 'system:masters' ? 'may do everything: system:masters' : why),
    proofOld: 'from a check that does not count now',
    actsBy: {
      intended: 'named by the entry',
      predicted: 'as files say',
      proven: 'proven by AWS',
      seen: 'seen by the cluster',
    },
  },
  fleet: {
    label: 'The fleet',
    awaited: (environment: EnvironmentName) =>
      `Reading what ${environmentInSentence[environment]} makes of the contexts…`,
    answers: {
      mismatch: (count: number) => `${plural(count, 'context does', 'contexts do')} not act as intended`,
      other: (count: number) => `${plural(count, 'context')} would not act as intended`,
      'mismatch-other': (count: number) =>
        `${plural(count, 'context')} do not, or would not, act as intended`,
      broken: (count: number) => `${plural(count, 'context')} cannot be used`,
      fails: (count: number) => `${plural(count, 'context')} will fail as the files stand`,
      'no-access': (count: number) => `${plural(count, 'context is', 'contexts are')} not let in`,
      expired: (count: number) => `The keys of ${plural(count, 'context have', 'contexts have')} expired`,
      'login-needed': (count: number) => `${plural(count, 'context waits', 'contexts wait')} for a sign-in`,
      unreachable: (count: number) => `${plural(count, 'context')} could not be asked`,
      unsupported: (count: number) => plural(count, 'context'),
      proven: (count: number) => plural(count, 'context'),
      verified: (count: number) => plural(count, 'context'),
      unchecked: (count: number) => `${plural(count, 'context')}, none proven yet`,
      stale: (count: number) =>
        `${plural(count, 'context has', 'contexts have')} changed since the last check`,
      some: (count: number) =>
        `${plural(count, 'context acts', 'contexts act')} as intended; the rest are unchecked`,
      all: (count: number) =>
        count === 1 ? 'The context acts as intended' : `All ${counted(count)} act as intended`,
      // The proven identity is not named by the entry, so it cannot be called the intended one.
      'some-works': (count: number) =>
        `${plural(count, 'context works', 'contexts work')}; the rest are unchecked`,
      'all-works': (count: number) => (count === 1 ? 'The context works' : `All ${counted(count)} work`),
    },
    /** `known`: how many were checked. Whether the others work is not known. */
    work: (good: number, known: number, all: number) =>
      known === all
        ? `${counted(good)} of ${counted(all)} ${all === 1 ? 'works' : 'work'}`
        : `${counted(known)} of ${counted(all)} checked, ${counted(good)} ${good === 1 ? 'works' : 'work'}`,
    /** The one identity of all contexts that do not act as intended. */
    actAs: (count: number, who: string) => `${plural(count, 'context acts', 'contexts act')} as ${who}`,
    untilApplied: (said: string) => `${said} until you apply`,
    /** What is pending, beside counts of what is on disk. */
    wouldChange: (count: number) => `${counted(count)} would change, not tried`,
    added: (count: number) => `${counted(count)} to be added`,
    /** The same where contexts were checked only in another environment. */
    toldIn: (said: string, environment: EnvironmentName) =>
      `${said} in ${environmentInSentence[environment]}`,
    /** `there`: names the shown environment, because another one was checked. */
    lead: (
      {
        contexts,
        identities,
        profiles,
        accounts,
      }: Readonly<Record<'contexts' | 'identities' | 'profiles' | 'accounts', number>>,
      there: boolean,
    ) => {
      const who = contexts === 1 ? 'The context names' : 'The contexts name'
      const whom =
        identities === 0
          ? profiles === 0
            ? 'no AWS identity'
            : plural(profiles, 'profile')
          : `${plural(identities, 'identity', 'identities')}${accounts === 0 ? '' : ` in ${plural(accounts, 'account')}`}`
      return `${who} ${whom}. No context was checked${there ? ' there' : ''}.`
    },
    counts: 'Counts that filter',
    moreCounts: (count: number) => plural(count, 'more count'),
    /** On its card, once edits that settle a cause are pending; it leads to their review. */
    fixPending: 'Fix pending',
    causes: 'What a few steps would settle',
    show: 'Show',
    showLabel: (title: string) => `Show the contexts of: ${title}`,
    more: (count: number) => `${plural(count, 'more cause')}`,
    less: 'Fewer causes',
    /** The same on the narrow button next to the causes. */
    others: (count: number) => `${counted(count)} more`,
    fewer: 'Fewer',
    severities: {
      error: (count: number) => `${plural(count, 'context')} with errors`,
      warning: (count: number) => `${plural(count, 'context')} with warnings`,
    },
    /** The same after their number. */
    severityWords: { error: 'with errors', warning: 'with warnings' },
    /** What a badge shows, after how many have it. */
    badges: {
      production: 'production',
      admin: 'may do everything',
      compared: 'differ',
      shared: 'share a user',
      expected: 'with an expected identity',
    },
    onlyThese: (what: string) => `Show only: ${what}`,
    copiedSignIn: 'the sign-in command: run it in a terminal, then verify again',
  },
  selection: {
    label: 'What to do with the selected contexts',
    all: (count: number) => `Select all ${counted(count)}`,
  },
  columnMenu: {
    only: (value: string) => `Only ${value}`,
    values: 'Filter by',
    more: (count: number) => `${counted(count)} more in the filter…`,
    up: { name: 'Sort A to Z', worst: 'Worst first', differs: 'What differs first', latest: 'Latest first' },
    down: { name: 'Sort Z to A', worst: 'Best first', differs: 'The same first', latest: 'Oldest first' },
    unsort: 'Clear sort',
    pin: 'Pin to the left',
    unpin: 'Unpin',
    left: 'Move left',
    right: 'Move right',
    wider: 'Wider',
    narrower: 'Narrower',
    hide: 'Hide',
  },
  first: {
    title: 'No contexts found yet',
    lead: 'Ekscope shows whom each kubectl context acts as, and looked where kubectl and aws look:',
    found: 'found',
    missing: 'not there',
    refused: 'there, but not readable',
    open: 'Open a kubeconfig…',
    add: 'Add contexts from EKS…',
    demo: 'Open the demo fleet',
    dropNote: 'A kubeconfig can also be dropped here, or pasted.',
    demoNote: 'The demo is a made-up company and touches none of your files.',
    emptyTitle: 'No context could be read',
    emptyLead:
      'The files are there, but kubectl would refuse them. Each problem is named below, with its place.',
    noneTitle: 'Your kubeconfig holds no context',
    noneLead: 'The file was read without trouble. Add contexts, or open another file.',
    failed: 'The contexts could not be loaded',
  },
  fileProblems: {
    title: (count: number) => `${plural(count, 'problem')} in your files`,
    more: (count: number) => `and in ${plural(count, 'more place')}`,
    at: (line: number, column: number) => `line ${line}, column ${column}`,
    line: (line: number) => `line ${line}`,
    edit: 'Open in editor',
  },
  banner: {
    demoName: 'Demo',
    standInName: 'Stand-in',
    standIn: (what: string) =>
      `Running on a stand-in Electron (${what}), not the declared one: for development and the demo only, not for real credentials.`,
    demo: 'Demo fleet: a made-up company on this machine. Nothing of yours is read or written.',
    demoAws: {
      installed: '',
      'stand-in': 'No aws CLI is installed, so the demo runs its own stand-in for aws eks get-token.',
      missing:
        'No aws CLI is installed, so no context can be checked: install aws, or Node 20 or newer for the demo’s own stand-in, and open the demo again.',
    },
  },
  status: {
    never: 'nothing checked yet',
    neverIn: (environment: EnvironmentName) => `nothing checked yet in ${environmentInSentence[environment]}`,
    /** Shown next to counts of what the grid shows with pending changes. */
    onDisk: (count: number) => `${plural(count, 'context')} on disk`,
    last: (age: string) => `last check ${age}`,
    selected: (count: number) => `${counted(count)} selected`,
    progress: 'Checks',
    legend: 'What the four dots of a proof stand for, in this order',
  },
  settings: {
    title: 'Settings',
    find: 'Find a setting',
    none: 'No setting has these words.',
    reset: 'Reset',
    resetOf: (label: string, usual: string) => `${label}: back to ${usual === '' ? 'the usual' : usual}`,
    initially: (usual: string) => `Default: ${usual}.`,
    groups: {
      files: { title: 'Files', note: '' },
      checks: { title: 'Checks', note: '' },
      names: { title: 'Names', note: '' },
      production: {
        title: 'Production',
        note: 'Whatever uses or changes such a context, here or in a terminal, asks for its name.',
      },
      trust: {
        title: 'Allowed by you',
        note: 'Commands that may run and files whose servers may be handed a token, beyond those that are safe by themselves.',
      },
      notifications: { title: 'Notifications', note: '' },
      appearance: { title: 'Appearance', note: '' },
      updates: { title: 'Updates', note: '' },
      data: { title: 'Own data', note: '' },
      terminal: { title: 'Terminal command', note: '' },
    },
    sources: {
      default: 'where kubectl looks',
      KUBECONFIG: 'by KUBECONFIG',
      option: 'by --kubeconfig',
      opened: 'opened by you',
      folder: 'folder or pattern',
      'to-make': 'to be made',
    } satisfies Readonly<Record<FileSource, string>>,
    close: 'Close',
    pattern: 'Pattern of kubeconfigs',
    showPattern: 'Show these',
    noTrust: 'Nothing yet.',
    forget: 'Revoke',
    trustKinds: {
      exec: 'command',
      'credential-process': 'credential_process',
      program: 'program',
      file: 'file',
      insecure: 'without certificate check',
    },
    noProduction: 'Nothing is marked.',
    unmark: (mark: string) => `Revoke ${mark}`,
    markKind: 'What to mark',
    markPattern: 'Name or pattern',
    mark: 'Mark',
    markNote: 'An asterisk is any run of characters. A cluster is known by its name, its ARN and its entry.',
    version: (version: string) => `Ekscope ${version}`,
    pieces: {
      history: 'History of writes',
      checks: 'Results of checks',
      clusters: 'Clusters that were found',
      window: 'Window',
      rest: 'Settings and all else',
    } satisfies Readonly<Record<OwnPiece['piece'], string>>,
    clear: 'Clear…',
    clearOf: (piece: string) => `Clear: ${piece}`,
    inTerminal: '`ekscope settings` shows and changes the same.',
  },
  doctor: {
    title: 'This machine',
    states: { ok: 'In order', note: 'Note', problem: 'Problem' },
    lead: 'Read from files; no program was run but the login shell, and nothing was sent.',
    onlineLead: 'Read from files; STS was asked for its time, without credentials.',
    again: 'Look again',
    clock: 'Compare the clock with AWS',
    looking: 'Looking at this machine…',
    inOrder: (count: number) => `${counted(count)} in order`,
    /** What was looked at, in the one line of all that is in order. */
    names: {
      'login-shell': 'login shell',
      variables: 'environment',
      aws: 'aws',
      kubectl: 'kubectl',
      'aws-iam-authenticator': 'aws-iam-authenticator',
      path: 'PATH',
      kuberc: 'kuberc',
      kubeconfig: 'kubeconfigs',
      'aws-config': '~/.aws/config',
      'aws-credentials': '~/.aws/credentials',
      'aws-caches': 'caches of aws',
      'data-folder': 'own data',
      proxy: 'proxy',
      clock: 'clock',
      ekscope: 'Ekscope',
    } satisfies Readonly<Record<DoctorCheck['id'], string>>,
  },
  palette: {
    label: 'All actions',
    placeholder: 'Go to a context, or do something',
    placeholderUse: 'Which context should kubectl use?',
    none: 'No context and no action has that name.',
    noContext: 'No context has that name.',
    actions: 'Actions',
    on: (target: string) => `On ${target}`,
    onMany: (count: number, first: string) => `On ${plural(count, 'context')}: ${first} and others`,
    goToContexts: 'Go to the contexts first.',
    recent: 'Used before',
    goes: 'shows the context',
    uses: 'makes kubectl use the context:',
    /** For the context that kubectl uses, while another is pending. */
    usesStill: 'keeps kubectl at the context:',
    usesSoon: 'makes kubectl use the context once it is written:',
    notNow: (title: string, why: string) => `${quoted(title)} is not possible now. ${why}`.trim(),
    contexts: 'Contexts',
    unchosen: 'The first does not act as intended, so nothing is chosen: go to one by the arrow keys.',
  },
  noInspector: (views: readonly string[]) =>
    `${views.join(', ').replace(/, ([^,]*)$/, ' and $1')} have no inspector. Go to a list first.`,
  actions: {
    verifyMany: (count: number) => `Verify ${plural(count, 'context')}`,
    copyArn: 'Copy the ARN',
  },
  use: {
    previous: (name: string, who: string) => `Use ${name} with kubectl again: ${who}`,
    /** The resulting identity: `Admin on prod-eu`. `instead`: the one that the entry names; `state` where no check proves it. */
    becomes: (who: string, instead: string | null, cluster: string | null, state: string | null) =>
      `${who}${instead === null ? '' : ` (not ${instead})`}${cluster === null ? '' : ` on ${cluster}`}${state === null ? '' : `, ${state}`}`,
    /** The identity after pending changes: `after 1 pending change: ReadOnly on prod-us`. */
    after: (count: number, what: string) => `after ${plural(count, 'pending change')}: ${what}`,
    now: 'kubectl uses this context',
    refused: (path: string) => `kubectl would use this context, and refuses ${path}`,
    nowAfter: (name: string, after: string) => `kubectl uses ${name}; ${after}`,
    soon: 'kubectl will use this context once it is written',
    /** The same at the star of the context. */
    currentSoon: 'current context once it is written',
    done: (name: string, becomes: string) => `kubectl now uses ${name}: ${becomes}`,
    later: (name: string) => `kubectl will use ${name} once it is written.`,
    already: (name: string) => `kubectl uses ${name} already.`,
    unnamed: 'kubectl can use no context with an empty name.',
    going: (name: string) => `${name} is about to be deleted.`,
    shadowed: (name: string) => `kubectl takes ${name} from an earlier file.`,
    earlier: (name: string) => `${name} of an earlier file`,
  },
  commands: {
    whoami: 'Who the cluster sees',
    shell: 'A terminal with this context alone',
    login: 'Sign in',
    callerOfProfile: 'Who the profile is',
    caller: 'Who aws is in your shell',
    update: 'Write the entry anew',
    updateNote:
      'The command replaces whole entries: namespace, proxy-url, own variables and comments are lost, current-context moves, and a profile is named by AWS_PROFILE, over which exported keys win.',
  },
  menus: 'Menus',
  toast: {
    region: 'Messages',
    dismiss: 'Dismiss',
  },
} as const
