/** Texts of the clusters: which there are, how they stand, and who may enter them. */
import { number, plural } from './counts'

/** What a cluster may have that somebody has to look at; the most first. */
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

const clusters = (count: number): string => plural(count, 'cluster', 'clusters')

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
  loading: 'Looking which clusters are known…',
  list: 'Clusters',
  empty: 'No cluster is known',
  emptyLead:
    'No context leads to a cluster of EKS, and none was found by looking. `ekscope discover` looks for some, as many identities in many regions at once.',
  nothingFits: 'No cluster fits',
  again: 'Look again',
  filter: 'Filter clusters',
  filterHint: 'Filter clusters, accounts, regions, versions',
  clearFilter: 'Clear the filter of clusters',
  answers: {
    letIn: (open: number, all: number) =>
      all === 1
        ? '1 cluster, and it lets you in'
        : open === all
          ? `${clusters(all)}, and all let you in`
          : `${clusters(all)}, ${number(open)} ${open === 1 ? 'lets' : 'let'} you in`,
    none: (all: number) => `${clusters(all)}, and no check says yet which let you in`,
  },
  where: (accounts: number, regions: number) =>
    `in ${plural(accounts, 'account', 'accounts')}, ${plural(regions, 'region', 'regions')}`,
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
    recreated: 'made again',
    stale: 'another CA',
    notDescribed: 'AWS does not say',
    notAsked: 'not asked yet',
    outpost: 'Outpost',
    private: 'private',
    public: 'public',
    reached: (where: string, ms: number) => `${where} · ${number(ms)} ms`,
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
  contextsOf: (count: number, name: string) =>
    `Show ${plural(count, 'context', 'contexts')} of ${name} in the list of contexts`,
  onlyTitle: (name: string) => `Contexts of ${name}`,
  entersSeen: (name: string) => `${name}: the cluster let it in`,
  entersClaimed: (name: string) => `${name}: an access entry names it; nobody has seen it there yet`,
  more: (count: number) => `+${number(count)}`,
  support: {
    standard: (date: string) => `standard support until ${date}`,
    extended: (date: string) => `extended support until ${date}`,
    inExtended: (date: string | null) =>
      date === null ? 'in extended support' : `in extended support until ${date}`,
    ended: (date: string | null) => (date === null ? 'support has ended' : `support ended on ${date}`),
    notSaid: 'AWS has not said until when it is supported',
  },
  ask: {
    all: (count: number) => `Ask about ${number(count)}`,
    nothing: 'Ask AWS',
    meaning:
      'Ask AWS about the clusters that are shown, and each endpoint whether it answers. No token goes to a cluster.',
    stop: (done: number, total: number) => `Stop ${number(done)} of ${number(total)}`,
    stopMeaning: 'Stop asking; what came so far is kept',
    cancelled: (done: number, total: number) =>
      `Stopped: AWS was asked about ${number(done)} of ${clusters(total)}`,
    done: (done: number) => `AWS was asked about ${clusters(done)}`,
  },
  detail: {
    label: 'About the cluster',
    close: 'Close',
    nothing: 'Choose a cluster',
    copyArn: 'Copy the ARN',
    copiedArn: 'the ARN',
    facts: 'Facts',
    version: 'Version',
    endpoint: 'Endpoint',
    decidedBy: 'Access decided by',
    runsAs: 'Runs as',
    notForPeople: 'the cluster’s own role, never for people',
    status: 'Status',
    answers: 'Answers',
    notReached: 'not asked yet whether it answers',
    inMs: (ms: number, age: string) => `in ${number(ms)} ms, ${age}`,
    noAnswer: (why: string, age: string) => `no (${why}), ${age}`,
    publicAndPrivate: 'public and private',
    onlyPublic: 'public',
    onlyPrivate: 'private alone: from inside of its network',
    address: 'Address',
    notSaid: 'not said',
    asked: (age: string) => `AWS was asked ${age}.`,
    askedEarlier: (age: string) => `What AWS says is of ${age}.`,
    ask: 'Ask AWS',
    askAgain: 'Ask AWS again',
    contexts: 'Contexts',
    noContexts: 'No context leads to it.',
    entries: 'Cluster entries',
    entryStates: {
      same: 'as AWS says',
      recreated: 'another endpoint than AWS gives',
      stale: 'another CA than AWS gives',
      tunnel: 'leads through a tunnel',
      'not-known': 'not compared yet',
    },
    states: {
      gone: 'It is gone',
      recreated: 'It was deleted and made again',
      stale: 'Its CA is another',
      'not-described': 'AWS does not describe it',
      unready: 'It is not ready',
      silent: 'Its endpoint does not answer',
      ended: 'Its version is past support',
      extended: 'Its version is in extended support',
      'no-context': 'No context leads to it',
      'not-asked': 'AWS was not asked yet',
      good: 'It stands as its entries say',
    } satisfies Readonly<Record<ClusterMark | 'good', string>>,
    goneBody: (name: string, age: string) =>
      `AWS was asked ${age}, and does not know ${name} any more. Its contexts lead nowhere.`,
    goneNoContexts: (name: string, age: string) =>
      `AWS was asked ${age}, and does not know ${name} any more.`,
    recreatedBody: (entries: string) =>
      `AWS gives another endpoint than ${entries}: only another cluster of the same name has one. Tokens go to the old address until the entry is refreshed.`,
    staleBody: (entries: string) =>
      `The endpoint is the same, and AWS gives another certificate authority than ${entries}: kubectl refuses to connect.`,
    refreshKeeps:
      'Endpoint and CA change; namespace, proxy, names and everything else of the entry stay. As a pending change.',
    refresh: 'Refresh from AWS',
    refreshing: 'Asking AWS…',
    remove: (count: number) =>
      count === 1 ? 'Delete its context…' : `Delete its ${number(count)} contexts…`,
    silentBody: (why: string) =>
      `${why}. From a network that reaches it, it may answer: nothing says that anything is wrong with it.`,
    endedBody: (version: string) =>
      `AWS does not support Kubernetes ${version} any more, and may upgrade it by itself.`,
    extendedBody: (version: string, date: string | null) =>
      date === null
        ? `Kubernetes ${version} costs more in extended support.`
        : `Kubernetes ${version} costs more in extended support, which ends on ${date}.`,
    unreadyBody: (status: string) => `AWS says that it is ${status}.`,
    noContextBody: 'Add makes one for it.',
    notAskedBody: 'What is shown of it is what its entries say.',
    goodBody: 'Every entry has the endpoint and the CA that AWS gives.',
    terminal: 'In your terminal',
    copiedCommand: 'the command',
    showContexts: 'Show its contexts',
  },
} as const
