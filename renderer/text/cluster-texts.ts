/** Texts of the clusters: which there are, their state, and who may enter them. */

import { counted, plural } from '../../shared/counted'
import type { AccessSource } from '../../shared/identity/access-entries'
import type { LetInMay } from '../../shared/identity/let-in'
import type { Difference } from '../../shared/identity/migration'
import { named } from '../../shared/visible'

/** The tabs of a cluster's panel, in their order. */
export const clusterTabs = ['enter', 'mine', 'contexts', 'let-in'] as const
export type ClusterTab = (typeof clusterTabs)[number]

/** Conditions of a cluster that need the user's attention; the most important first. */
export const clusterMarks = [
  'gone',
  'recreated',
  'stale',
  'not-described',
  'unready',
  'silent',
  'ended',
  'extended',
  'no-context',
  'not-asked',
] as const
export type ClusterMark = (typeof clusterMarks)[number]

const clusters = (count: number): string => plural(count, 'cluster')

const statuses: Readonly<Record<string, string>> = {
  ACTIVE: 'active',
  CREATING: 'being created',
  DELETING: 'being deleted',
  FAILED: 'failed',
  UPDATING: 'updating',
  PENDING: 'pending',
}

/** By authentication mode. */
const decides: Readonly<Record<string, string>> = {
  CONFIG_MAP: 'aws-auth',
  API: 'entries',
  API_AND_CONFIG_MAP: 'entries, then aws-auth',
}

export const clustersText = {
  title: 'Clusters',
  loading: 'Reading which clusters are known…',
  list: 'Clusters',
  empty: 'No cluster is known',
  emptyLead:
    'No context leads to an EKS cluster, and no search has found one. Discover searches as many identities in many regions at once.',
  nothingFits: 'No cluster fits',
  filter: 'Filter clusters',
  filterHint: 'Filter clusters, accounts, regions, versions',
  clearFilter: 'Clear the filter of clusters',
  answers: {
    letIn: (open: number, all: number) =>
      all === 1
        ? '1 cluster, and it lets you in'
        : open === all
          ? `${clusters(all)}, and all let you in`
          : `${clusters(all)}, ${counted(open)} ${open === 1 ? 'lets' : 'let'} you in`,
    none: (all: number) => `${clusters(all)}, and no check says yet which let you in`,
  },
  where: (accounts: number, regions: number) =>
    `in ${plural(accounts, 'account')}, ${plural(regions, 'region')}`,
  asked: (age: string) => `AWS asked ${age}`,
  counts: 'Clusters by what there is to look at',
  onlyThese: (mark: string) => `Show only clusters that are counted here: ${mark}`,
  marks: {
    gone: 'gone',
    recreated: 'recreated',
    stale: 'with another CA',
    'not-described': 'not described',
    unready: 'not ready',
    silent: 'without an answer',
    ended: 'past support',
    extended: 'in extended support',
    'no-context': 'without a context',
    'not-asked': 'not asked about',
  } satisfies Readonly<Record<ClusterMark, string>>,
  short: {
    gone: 'gone',
    recreated: 'recreated',
    stale: 'another CA',
    notDescribed: 'AWS does not say',
    notAsked: 'not asked yet',
    outpost: 'Outpost',
    private: 'private',
    public: 'public',
    reached: (where: string, ms: number) => `${where} · ${counted(ms)} ms`,
    silent: (where: string) => `${where}, no answer`,
  },
  /** As EKS calls them. */
  statuses,
  asking: 'asking…',
  columns: {
    cluster: 'Cluster',
    version: 'Version',
    answer: 'Answer',
    decides: 'Access decided by',
    enters: 'You enter as',
    contexts: 'Contexts',
  },
  decides,
  count: clusters,
  noAccount: 'Account not known',
  onlyTitle: (name: string) => `Contexts of ${name}`,
  entersSeen: (name: string) => `${name}: let in by the cluster`,
  entersClaimed: (name: string) => `${name}: named by an access entry or aws-auth, not seen there yet`,
  more: (count: number) => `+${counted(count)}`,
  support: {
    standard: (date: string) => `standard support until ${date}`,
    extended: (date: string) => `extended support until ${date}`,
    inExtended: (date: string | null) =>
      date === null ? 'in extended support' : `in extended support until ${date}`,
    ended: (date: string | null) => (date === null ? 'support has ended' : `support ended on ${date}`),
    notSaid: 'AWS has not said how long this version is supported',
  },
  ask: {
    all: (count: number) => `Ask about ${counted(count)}`,
    nothing: 'Ask AWS',
    meaning:
      'Ask AWS about the clusters that are shown, and each endpoint whether it answers. No token goes to a cluster.',
    stopMeaning: 'Stop asking; what came so far is kept',
    cancelled: (done: number, total: number) =>
      `Stopped: AWS was asked about ${counted(done)} of ${clusters(total)}`,
    done: (done: number) => `AWS was asked about ${clusters(done)}`,
  },
  awsAuth: {
    missing: (open: number, asked: number) =>
      asked === 0
        ? `aws-auth of ${clusters(open)} is not read yet.`
        : open === 0
          ? `${clusters(asked)} ${asked === 1 ? 'was' : 'were'} asked for aws-auth and did not give it.`
          : `aws-auth of ${clusters(open)} is not read yet; ${asked === 1 ? '1 more was' : `${counted(asked)} more were`} asked and did not give it.`,
    /** `again`: all of them were asked before. */
    read: (askable: number, all: number, again: boolean) => {
      const which =
        askable < all || all === 1
          ? clusters(askable)
          : `${all === 2 ? 'both' : `all ${counted(all)}`}${again ? '' : ' clusters'}`
      return `Ask ${which}${again ? ' again' : ''}`
    },
    tokens: ({ least, most }: { readonly least: number; readonly most: number }) =>
      least === most
        ? plural(least, 'token')
        : `${plural(least, 'token')}, up to ${counted(most)} where clusters refuse`,
    meaning:
      'aws-auth is kept in each cluster, not by AWS. A cluster gets a token of a context that works there, else of one of your identities, at the endpoint that AWS gives. No sign-in starts and no question is asked: what may not run does not. Nothing is changed.',
    nobody: 'No context leads there, and there is no identity to ask as.',
    reading: 'Asking clusters for aws-auth…',
    stopMeaning: 'Stop asking; answers so far are kept until Ekscope ends',
    done: (read: number, total: number) => `Read aws-auth of ${counted(read)} of ${clusters(total)}`,
    cancelled: (read: number, total: number) =>
      `Stopped: read aws-auth of ${counted(read)} of ${clusters(total)}`,
  },
  tabs: {
    label: 'Who may enter, and what leads to it',
    enter: 'Who may enter',
    mine: 'Mine',
    contexts: 'Contexts',
    'let-in': 'Let in…',
  } satisfies Readonly<Record<ClusterTab | 'label', string>>,
  access: {
    loading: 'Reading what is known…',
    never: 'Who may enter was not read yet',
    /** `looks`: the mode uses aws-auth, or is not known. */
    neverBody: (looks: boolean) =>
      `AWS is asked for the access entries as whoever finds the cluster or goes there${looks ? ', and the cluster for aws-auth by one of its contexts' : ''}. Ekscope changes no access.`,
    by: 'By',
    awsAlone: 'AWS alone, no token',
    read: 'Read who may enter',
    readAgain: 'Read again',
    reading: 'Reading…',
    readingOf: (done: number, total: number) =>
      `Reading ${counted(done)} of ${plural(total, 'access entry', 'access entries')}…`,
    filter: 'Find by name, ARN, user name or group',
    found: (some: number, all: number) =>
      some === all ? `${counted(all)} are named` : `${counted(some)} of ${counted(all)} are named so`,
    stop: 'Stop',
    token: (context: string) => `One token of ${context} goes to the cluster.`,
    noToken: 'No token goes to the cluster: aws-auth is not read.',
    entriesAlone: 'No token goes to the cluster: access entries alone decide there.',
    list: 'All who are named',
    seen: 'Seen to enter',
    entries: 'Access entries',
    awsAuth: 'aws-auth',
    notRead: (what: string) => `${what} could not be read.`,
    /** `mode`: the authentication mode of the cluster; null where it is not known. */
    entriesNotAsked: (mode: string | null) =>
      `Access entries were not asked for yet. ${mode === null ? 'Where they count, they' : 'They'} come before aws-auth, and whoever they name may enter.`,
    awsAuthNotAsked: (mode: string | null) =>
      `aws-auth was not asked for yet. ${mode === null ? 'Where it counts, whoever' : 'Whoever'} it names may enter, too.`,
    listProblem: (list: string) => `${list} of aws-auth cannot be read: the others count.`,
    creator: 'Whoever created the cluster is its administrator, too, and is in no list.',
    noEntries: 'Access entries name no identity.',
    noLines: (whole: boolean) =>
      whole ? 'aws-auth names no identity.' : 'What can be read of aws-auth names no identity.',
    neither: 'Neither access entries nor aws-auth name an identity.',
    from: {
      'access-entry': 'access entry',
      mapRoles: 'aws-auth',
      mapUsers: 'aws-auth',
      mapAccounts: 'aws-auth',
    } satisfies Readonly<Record<AccessSource, string>>,
    line: (list: string, place: number) => `line ${counted(place)} of ${list}`,
    kinds: {
      role: 'role',
      user: 'user',
      account: 'account',
      root: 'root user',
      'federated-user': 'federated user',
    },
    notArn: 'names no identity',
    knownAs: 'known there as',
    noName: 'no name: the cluster gives none',
    everything: 'everything',
    nothing: 'nothing: passed over',
    you: 'you',
    yourEnvironment: 'your environment',
    node: 'for nodes',
    readAt: (age: string, who: string) => `Read ${age}${who}.`,
    askedAt: (age: string, who: string) => `Asked ${age}${who}.`,
    entriesReadAt: (age: string, who: string) => `Access entries were read ${age}${who}.`,
    awsAuthReadAt: (age: string, who: string) => `aws-auth was read ${age}${who}.`,
    readApart: (entries: string, awsAuth: string) =>
      `Access entries were read ${entries}, aws-auth ${awsAuth}.`,
    as: (who: string) => ` as ${who}`,
    and: (who: string, context: string) => ` as ${who}, and by ${context}`,
    environmentKeys: 'whoever the environment gives',
    hijack: (name: string, everything: boolean) =>
      everything
        ? `${name} may do everything here, and your environment exports keys of ${name}`
        : `${name} gets in here, and your environment exports keys of ${name}`,
    hijackBody:
      'Contexts that pin a profile by AWS_PROFILE alone act as these keys in that environment, whatever the profile says.',
  },
  mine: {
    claimed: 'By what is written there',
    seen: 'Seen by the cluster',
    eitherName: (names: readonly string[]) => names.join(' or '),
    enters: (name: string | null, refused: boolean) =>
      `${refused ? 'would enter' : 'enters'}${name === null ? '' : ` as ${name}`}`,
    notNamed: 'named nowhere',
    refused: 'named, and refused',
    notKnown: 'not known',
    notBy: (by: string, why: string) => `Not by ${by}: ${why}`,
    sawAs: (name: string, age: string) => `the cluster saw ${name}, ${age}`,
    didNotLetIn: (age: string) => `not let in by the cluster, ${age}`,
    notAsked: (why: string) => `not asked: ${why}`,
    waiting: 'asking…',
    outside: 'Of yours these do not get in, as far as is known',
    not: 'Of yours these are not named',
    open: 'Of yours these are not known',
    none: 'None of your identities is named.',
    nobody: 'No identity of yours is known: see Identities.',
    ask: (count: number) => `Ask the cluster as ${counted(count)} of them`,
    tokens: (count: number) =>
      `${plural(count, 'token')}, one for each, to the endpoint that AWS gives and nowhere else. No sign-in starts, and no question is asked: what may not run does not.`,
    list: 'Your identities that get in',
  },
  enter: {
    cancelled: (done: number, total: number) =>
      `Stopped: the cluster was asked as ${counted(done)} of ${plural(total, 'identity', 'identities')}`,
    done: (done: number) => `The cluster was asked as ${plural(done, 'identity', 'identities')}`,
  },
  mayDo: {
    title: 'What one may do there',
    as: 'As',
    context: (name: string) => `context ${named(name)}`,
    inAccount: (name: string, account: string) => `${name} in ${account}`,
    where: 'in namespace',
    ask: 'Ask the cluster',
    stop: 'Stop',
    token: 'One token goes to the cluster, which answers for itself. Nothing is changed.',
    wrong: 'A namespace has lower-case letters, digits and dashes.',
    notAnswered: (who: string) => `${who}: no answer.`,
    told: (who: string, username: string | null, namespace: string, age: string) =>
      `${who}${username === null ? '' : `, seen as ${username}`}, in ${namespace}, ${age}:`,
    answers: 'Answers of the cluster',
    marks: { yes: 'allowed', no: 'not allowed', open: 'not answered' },
    incomplete: 'The list of rules is incomplete.',
    why: (why: string | null) =>
      why === null
        ? 'The answers above are whole.'
        : `The cluster says: ${why}. What access policies give is never listed; the answers above are whole.`,
    rules: (count: number) => `${plural(count, 'rule')} that the cluster lists`,
  },
  letIn: {
    whom: 'User or role',
    hint: 'arn:aws:iam::111122223333:role/Name',
    wrong: 'That is not the ARN of a user or a role of the cluster’s partition.',
    yours: 'One of yours',
    may: 'May',
    mays: {
      read: 'read',
      edit: 'edit',
      administer: 'administer namespaces',
      everything: 'do everything',
    } satisfies Readonly<Record<LetInMay, string>>,
    where: 'Only in namespace',
    whereHint: 'the whole cluster',
    who: 'An administrator of the cluster runs this; Ekscope does not.',
    copiedText: 'the lines',
    copy: 'Copy the lines',
    choose: 'Say whom to let in: the commands for that appear here.',
    modeUnknown: 'What decides about access is not known yet: these are for access entries.',
  },
  migration: {
    /** `out`: how many would be locked out; null: not known. */
    title: (out: number | null) =>
      out === null
        ? 'aws-auth to access entries'
        : `aws-auth to access entries: ${out === 0 ? 'none' : counted(out)} would be locked out`,
    /** `differs`: null where the entry was not read whole. */
    both: (who: string, differs: string | null) =>
      `${who} is in both lists${differs === null ? ', and its entry was not read whole' : differs === '' ? ', which agree' : `, and the entry counts; they differ in ${differs}`}.`,
    differs: {
      username: (entry: string, line: string) => `the username (entry: ${entry}, line: ${line || 'none'})`,
      groups: (entry: string, line: string) => `the groups (entry: ${entry}, line: ${line})`,
      rights: (entry: string, line: string) => `the rights (entry: ${entry}; line: ${line})`,
      kind: (entry: string, line: string) => `whom it is for (entry: ${entry}, line: ${line})`,
    } satisfies Readonly<Record<Difference['what'], (entry: string, line: string) => string>>,
  },
  detail: {
    label: 'About the cluster',
    nothing: 'Choose a cluster',
    version: 'Version',
    endpoint: 'Endpoint',
    decidedBy: 'Decided by',
    runsAs: 'Runs as',
    notForPeople: 'never for people',
    notReached: 'not tried yet',
    inMs: (ms: number, age: string) => `answers in ${counted(ms)} ms, ${age}`,
    noAnswer: (why: string, age: string) => `no answer (${why}), ${age}`,
    publicAndPrivate: 'public and private',
    onlyPublic: 'public',
    onlyPrivate: 'private only: from inside its network',
    address: 'Address',
    notSaid: 'not said',
    asked: (age: string) => `AWS was asked ${age}.`,
    askedEarlier: (age: string) => `What AWS says is of ${age}.`,
    ask: 'Ask AWS',
    askAgain: 'Ask AWS again',
    contexts: 'Contexts',
    shadowed: 'Shadowed by an earlier file',
    noContexts: 'No context leads to this cluster.',
    entries: 'Cluster entries',
    entryStates: {
      same: 'as AWS says',
      recreated: 'another endpoint than AWS gives',
      stale: 'another CA than AWS gives',
      tunnel: 'leads through a tunnel',
      'not-known': 'not compared yet',
    },
    states: {
      gone: 'The cluster is gone',
      recreated: 'The cluster was deleted and made again',
      stale: 'The cluster has another CA',
      'not-described': 'AWS does not describe the cluster',
      unready: 'The cluster is not ready',
      silent: 'The endpoint does not answer',
      ended: 'The version is past support',
      extended: 'The version is in extended support',
      'no-context': 'No context leads to this cluster',
      'not-asked': 'Version, endpoint and status were not asked yet',
      good: 'The entries are up to date',
    } satisfies Readonly<Record<ClusterMark | 'good', string>>,
    goneBody: (name: string, age: string, contexts: number) =>
      `AWS was asked ${age}, and does not know ${name} any more.${contexts === 0 ? '' : contexts === 1 ? ' Its context leads nowhere.' : ' Its contexts lead nowhere.'}`,
    recreatedBody: (entries: string) =>
      `AWS gives another endpoint than ${entries}: only another cluster of the same name has one. Tokens go to the old address until the entry is refreshed.`,
    staleBody: (entries: string) =>
      `The endpoint is the same, and AWS gives another certificate authority than ${entries}: kubectl refuses to connect.`,
    refreshKeeps:
      'Endpoint and CA change; namespace, proxy, names and everything else of the entry stay. As a pending change.',
    refresh: 'Refresh from AWS',
    refreshing: 'Asking AWS…',
    refreshPending: 'What AWS says of endpoint and CA is a pending change: it counts once it is applied.',
    review: 'Review…',
    remove: (count: number) =>
      count === 1 ? 'Delete its context…' : `Delete its ${counted(count)} contexts…`,
    silentBody: (why: string) =>
      `From here: ${why}. From a network that reaches the endpoint it may answer: nothing says that the cluster is broken.`,
    endedBody: (version: string) =>
      `AWS does not support Kubernetes ${version} any more, and may upgrade the cluster by itself.`,
    extendedBody: (version: string, date: string | null) =>
      date === null
        ? `Kubernetes ${version} costs more in extended support.`
        : `Kubernetes ${version} costs more in extended support, which ends on ${date}.`,
    unreadyBody: (status: string) => `AWS says that the cluster is ${status}.`,
    noContextBody: 'Discover makes one: tick who is to enter there.',
    notAskedBody: 'What is shown of them is what the entries say.',
    goodBody: 'Every entry has the endpoint and the CA that AWS gives.',
    notCompared:
      'No entry has another endpoint or CA than AWS gives; those that lead through a tunnel are not compared.',
    add: 'Add context…',
    addMeaning: 'Go to Discover, where cells of this cluster are ticked',
  },
} as const
