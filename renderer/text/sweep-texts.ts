/** Texts of searching for clusters as many identities at once, and of adding contexts for the results. */

import { counted, plural } from '../../shared/counted'
import type { AccessSource } from '../../shared/identity/access-entries'
import { quoted } from '../../shared/visible'
import { clustersText } from './cluster-texts'
import { few, fewOf } from './counts'

const clusters = clustersText.count

export const sweepsText = {
  title: 'Discover',
  loading: 'Reading what is known…',
  label: 'What was found, and what is added',
  filter: 'Filter what was found',
  filterHint: 'Filter identities, clusters, regions',
  clearFilter: 'Clear the filter of what was found',
  nothingFits: 'Neither an identity nor a cluster fits',
  matrix: 'Identities and clusters',
  answers: {
    empty: 'No search for clusters yet',
    emptyLead:
      'Ekscope searches as each of your profiles and SSO sessions, in their own regions, in those that are enabled or in all, and shows who may enter which cluster. Each account is asked once for its alias. Nothing signs in by itself, and nothing is written.',
    nobody: 'No identity to search as',
    nobodyLead:
      'No profile of the AWS files leads to credentials, there is no SSO session, and the environment exports no keys. Add a profile here, write one with `aws configure`, or sign in with `aws configure sso`.',
    none: 'No cluster was found',
    found: (count: number, open: number) =>
      open === 0
        ? `${clusters(count)} found`
        : `${clusters(count)} found, ${plural(open, 'way in', 'ways in')} without a context`,
    /** Clusters that AWS was asked about, and that no search has found. */
    besides: (count: number) => `${counted(count)} known by contexts alone`,
    looking: (count: number) => (count === 0 ? 'Finding clusters…' : `${clusters(count)} found so far`),
  },
  age: (age: string) => `searched ${age}`,
  ageStopped: (age: string) => `stopped ${age}: not everything was searched`,
  quiet: 'nothing signs in by itself',
  look: 'Find clusters',
  lookAgain: 'Search again',
  stop: 'Stop',
  stopMeaning: 'Stop the search; what was found so far is kept',
  stopped: 'Stopped: what was found until then is kept.',
  progress: (done: number, expected: number) => `${counted(done)} of ${counted(expected)}`,
  nobodyChosen: 'No identity is chosen to search as. Choose profiles or SSO sessions first.',
  who: (profiles: number | null, sessions: number | null, sum: { profiles: number; sessions: number }) => {
    if (profiles === null && (sessions === null || sum.sessions === 0))
      return sum.sessions === 0 ? 'All profiles' : 'All profiles and sessions'
    const parts = [
      profiles === null ? 'All profiles' : profiles === 0 ? '' : plural(profiles, 'profile'),
      sessions === null
        ? sum.sessions === 0
          ? ''
          : 'all sessions'
        : sessions === 0
          ? ''
          : plural(sessions, 'session'),
    ].filter(Boolean)
    return parts.length === 0 ? 'No identity' : parts.join(' and ')
  },
  regions: {
    own: 'Own regions',
    enabled: 'Enabled regions',
    all: 'All regions',
    these: (regions: readonly string[]) => few(regions),
  },
  picker: (chosen: string) => `Find clusters: ${chosen}`,
  dialog: {
    title: 'Find clusters',
    open: 'Choose who searches, and where…',
    lead: 'Choose the identities to search as, and the regions. Your choice is remembered. Nothing signs in, and no program runs that you have not allowed.',
    profiles: 'Profiles',
    allProfiles: 'All profiles',
    environment: 'whoever the environment gives',
    sessions: 'SSO sessions, with every account and permission set',
    allSessions: 'All sessions',
    role: 'Assume a role first',
    roleHint: 'Each profile assumes the role, and searches as that.',
    none: 'none',
    badRole: 'Write it as arn:aws:iam::123456789012:role/Name.',
    where: 'Regions',
    own: 'The region of each profile',
    enabled: 'Those that each account has enabled',
    enabledHint: 'Asks each account once (account:ListRegions), and searches all where that is denied.',
    enabledKnown: (accounts: number, fewest: number, most: number, age: string) =>
      `${plural(accounts, 'account')} said so ${age}: ${fewest === most ? plural(most, 'region') : `${counted(fewest)} to ${plural(most, 'region')}`}.`,
    all: 'Every region of each partition',
    these: 'These',
    list: 'Region names, with spaces in between',
    badRegion: (name: string) => `${quoted(name)} is not an AWS region. Write a region such as us-west-2.`,
    aliases:
      'A search also asks each account once for its alias (iam:ListAccountAliases), to call it by a name where neither you nor SSO do.',
    later: 'Remember',
    now: 'Find clusters',
  },
  head: 'Who ↓ may enter →',
  keys: 'Keys and the roles they assume',
  session: (name: string) => `SSO ${name}`,
  sessionStates: {
    looks: 'signed in',
    'sign-in-needed': 'sign-in needed',
    failed: 'cannot search',
    open: 'not searched yet',
  },
  signIn: 'Sign in…',
  legend: {
    label: 'What the signs mean',
    works: 'has a context that works',
    fails: 'has one that does not',
    unchecked: 'has one, not checked',
    unintended: 'got in, though no entry intends it',
    may: 'may enter, no context yet',
    ticked: 'to add',
    pending: 'is pending',
    mayNot: 'named nowhere',
    unknown: 'not asked, or not answered',
  },
  cells: {
    works: (contexts: readonly string[], as: string | null) =>
      `${few(contexts)} ${contexts.length === 1 ? 'works' : 'work'}${as === null ? '' : `, seen as ${as}`}`,
    fails: (contexts: readonly string[], verdict: string, seen: string | null) =>
      `${few(contexts)}: ${verdict}${seen === null ? '' : `; ${seen}`}`,
    unchecked: (contexts: readonly string[], seen: string | null) =>
      `${few(contexts)}: not checked${seen === null ? '' : `; ${seen}`}`,
    unintended: (said: string) => `${said}; no entry intends it`,
    /** For an identity that acts in contexts that name another one. */
    letIn: (contexts: readonly string[], as: string | null) =>
      `let in${as === null ? '' : ` as ${as}`} with the token of ${few(contexts)}`,
    refused: (contexts: readonly string[]) => `refused (401) with the token of ${few(contexts)}`,
    noContext: (said: string, pending: string | null) =>
      `${said}; ${pending === null ? 'no context yet' : `${pending} is pending`}`,
    may: (from: AccessSource, as: string | null, doubt: string | null, pending: string | null = null) =>
      `may enter by its ${from === 'access-entry' ? 'access entries' : 'aws-auth'}${as === null ? '' : `, as ${as}`}; ${pending === null ? 'no context yet' : `${pending} is pending`}${doubt === null ? '' : `. ${doubt.replace(/\.$/, '')}`}`,
    mayNot: 'named nowhere there',
    unknown: (why: string) => `not known: ${why}`,
    ticked: 'to add',
    pending: (name: string) => `${name} is pending`,
    notReady: (status: string) => `no context can be made: its status is ${status}`,
  },
  here: {
    seen: 'Seen',
    claimed: 'Claimed',
    unknown: 'Not known',
    show: (count: number) => `Show ${plural(count, 'context')}`,
    add: 'Add a context',
    drop: 'Do not add it',
    onlyTitle: (who: string, cluster: string) => `Contexts of ${who} at ${cluster}`,
    asks: 'That is what is written there; only a check of a context shows who gets in.',
  },
  places: {
    title: (accounts: number, regions: number) =>
      `Searched ${plural(accounts, 'account')}, ${plural(regions, 'region')}`,
    none: 'Nothing was searched yet.',
    label: 'Accounts and regions',
    square: (account: string, region: string, kind: string) => `${account} ${region}: ${kind}`,
    kinds: {
      clusters: 'clusters',
      looking: 'searching',
      waiting: 'slowed down',
      denied: 'denied',
      throttled: 'throttled',
      failed: 'failed',
      nothing: 'no cluster',
      off: 'not enabled',
      stopped: 'stopped',
    },
    count: clusters,
  },
  leftOut: {
    region: (region: string) => `Leave ${region} out`,
    profile: (name: string) => `Leave ${name} out`,
    meaning:
      'Neither searched nor shown from now on. What is left out is listed below, and comes back with a click.',
    title: 'Left out',
    again: (name: string) => `Search ${name} again`,
    againAs: (name: string) => `Search as ${name} again`,
  },
  unseen: {
    title: 'Not seen',
    open: (count: number) => `Not seen: ${counted(count)}`,
    meaning: 'Where AWS or a sign-in let no identity look, and what to do',
    where: (names: readonly string[]) => few(names),
    all: (count: number) => `All ${counted(count)} of whom it is`,
    again: 'Search again',
    againFor: (what: string) => `Search again: ${what}`,
  },
  unsaid: {
    title: 'Not said by accounts',
    enabled: (accounts: readonly string[]) =>
      `Which regions are enabled: ${fewOf(accounts)}. All regions were searched instead.`,
    aliases: (accounts: readonly string[]) => `Their alias: ${fewOf(accounts)}.`,
  },
  add: {
    title: (count: number) => `${plural(count, 'context')} to add`,
    none: 'Tick cells to make contexts for them.',
    tickAll: (count: number) => `Tick all ${counted(count)} that I may enter`,
    at: (cluster: string, region: string) => `${cluster} · ${region}`,
    drop: (name: string) => `Do not add ${name}`,
    notSearched: (cluster: string, region: string, account: string) =>
      `${region} was not searched in ${account}: ${cluster} is known by contexts alone, and only an identity that finds it can ask AWS for its endpoint.`,
    notFound: (cluster: string, region: string, account: string) =>
      `${region} was searched in ${account}, and no identity found ${cluster} there: it is known by contexts alone. What was denied there stands under “Not seen”.`,
    search: (region: string) => `Search ${region}`,
    describing: 'asking AWS for its endpoint…',
    template: 'Names',
    fields: 'What names can be made of',
    noCollisions: 'no collisions',
    collisions: (count: number) => `${plural(count, 'collision')}, numbered`,
    pins: { arg: '--profile', env: 'AWS_PROFILE', none: 'nothing' },
    pinHints: {
      arg: 'Immune to keys that a shell exports. Each gets its own user entry.',
      env: 'As aws eks update-kubeconfig writes it: keys that a shell exports win over it.',
      none: 'kubectl takes whoever its environment gives.',
    },
    profiles: (names: readonly string[]) =>
      names.length === 0 ? [] : [`With ${plural(names.length, 'new profile')}: ${fewOf(names)}`],
    button: (count: number) => `Add ${counted(count)} as pending ${count === 1 ? 'change' : 'changes'}`,
    nothing: 'Nothing is written before you review it.',
    done: (count: number) =>
      `${plural(count, 'context is', 'contexts are')} pending. Try ${count === 1 ? 'it' : 'them'} in the review before you apply.`,
  },
} as const
