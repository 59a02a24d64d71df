/**
 * The chain of a context's identity as the inspector draws it, and where it breaks. Its links: the identity that the entry
 * intends, what overrides it, the one that AWS proved, the one that the cluster sees. Pure.
 */
import { ago, duration } from '../age'
import { clusterAnswer, refusesImpersonation } from '../identity/cluster-answer'
import { type Check, type Predicted, type ProblemCode, signsInByAws } from '../identity/identity'
import { type Who, whoImpersonated } from '../identity/named-identity'
import { predictionHeld } from '../identity/verdict'
import { named } from '../visible'
import { type ContextFacts, signsInBy, tokenForOf, unusable, uselessFinding } from './context-facts'

/**
 * `claimed`: files say so. `observed`: AWS or the cluster said so. `other`: another identity than the intended one. `unreached`:
 * the chain breaks before. `unasked`: nothing asked so far. `open`: the entry names no identity.
 */
export type LinkState = 'claimed' | 'observed' | 'other' | 'unreached' | 'unasked' | 'open'

/** Where the chain breaks, and by what. */
export interface ChainBreak {
  readonly tone: 'bad' | 'warn' | 'no'
  readonly label: string
}

/** The step that a link is about. */
export const linkNames = ['intended', 'predicted', 'token', 'proven', 'seen', 'acts'] as const
export type LinkName = (typeof linkNames)[number]

export interface Link {
  readonly name: LinkName
  readonly state: LinkState
  readonly who: Who | null
  /** Shown in place of an identity. */
  readonly none: string
  /** The exact name: ARN, key, or what the cluster calls the identity. */
  readonly exact: string | null
  readonly sources: readonly string[]
  readonly groups: readonly string[]
  /** Who answered, and when (milliseconds since the epoch); null: files say it, or nobody was asked. */
  readonly answered: { readonly by: 'command' | 'AWS' | 'cluster'; readonly at: number } | null
  /** From a stale check. */
  readonly old: boolean
  /** Drawn before this link. */
  readonly cut: ChainBreak | null
}

/** What is said of the links. */
const chain = {
  noneNamed: 'The entry names no identity',
  noCredentials: 'The entry names no credentials',
  signsIn: (how: string) => `The entry signs in ${how}`,
  notAsked: 'not asked yet',
  notReached: 'not reached',
  /** For a stale check, in the words of the grid's proof. */
  failedThen: 'failed here',
  stoppedThen: 'stopped here',
  notLetIn: 'not let in',
  notSaid: 'no answer to that',
  heldBack: 'not asked',
  letIn: 'let in, without saying the name',
  old: (age: string) => `checked ${age}`,
  bySts: (took: string) => `by this context’s own token, STS in ${took}`,
  fromDenial: 'name read from the denial of the review',
  impersonates: 'The user entry makes kubectl ask as this user.',
  asUser: (name: string) => `as ${name}`,
  key: (id: string) => `key ${id}`,
  signed: (cluster: string | null) => (cluster === null ? 'signed' : `signed for ${named(cluster)}`),
  cuts: {
    wins: (what: string) => `${what} wins here`,
    elsewhere: 'The AWS files lead to another identity',
    signIn: 'Waits for a sign-in',
    mfa: 'Waits for an MFA code',
    terminal: 'Waits for a terminal',
    expired: 'The keys have expired',
    notAllowed: 'Waits for your consent',
    stops: 'Stops here: no identity',
    mayStop: 'Likely to stop here',
    kubectl: 'kubectl stops here',
    aws: 'AWS could not be asked',
    other: 'AWS proves another identity',
    seenOther: 'The cluster sees another identity',
    cluster: 'The cluster could not be asked',
    clusterNotSaid: 'The cluster did not say whom it sees',
    clusterHeld: 'The token was not sent',
    unauthorized: 'Refused here (401)',
    wrongToken: (cluster: string) => `Refused: the token is for ${cluster}`,
    tokenFor: (cluster: string) => `The token is for ${cluster}`,
    mayNot: 'Refused: may not act as this user',
  },
} as const

/** Sign-ins and codes that are needed before anything is proven. */
const waits: Partial<Readonly<Record<ProblemCode, string>>> = {
  'sso-login': chain.cuts.signIn,
  'aws-login': chain.cuts.signIn,
  'mfa-code': chain.cuts.mfa,
  'interactive-always': chain.cuts.terminal,
  'expired-keys': chain.cuts.expired,
}

const consent: ReadonlySet<ProblemCode> = new Set(['command-not-allowed', 'process-not-allowed'])

/** Why the entry yields no identity, where AWS or the files say so. */
function cutBeforeProof(code: ProblemCode | undefined): ChainBreak {
  const wait = code === undefined ? undefined : waits[code]
  if (wait !== undefined) return { tone: 'warn', label: wait }
  if (code !== undefined && consent.has(code)) return { tone: 'warn', label: chain.cuts.notAllowed }
  return {
    tone: 'bad',
    label: code !== undefined && unusable.has(code) ? chain.cuts.kubectl : chain.cuts.stops,
  }
}

/** `AWS_ACCESS_KEY_ID of the login shell`: without the place in a file. */
const withoutPlace = (what: string): string => what.replace(/ \([^()]*:\d+\)$/, '')

function cutByFiles({ predicted }: ContextFacts, files: Predicted | null): ChainBreak | null {
  if (!predicted?.differs) return null
  const what = files?.instead ?? null
  return {
    tone: 'bad',
    label: what === null ? chain.cuts.elsewhere : chain.cuts.wins(withoutPlace(what)),
  }
}

/** The check, where it counts. */
const counting = (row: ContextFacts): Check | null => (row.stale === null && !row.running ? row.check : null)

/** Why AWS did not prove the identity in the files: by the current check, else as the files predict it. */
function cutAtProof(row: ContextFacts, overridden: boolean): ChainBreak | null {
  const check = counting(row)
  if (check === null) {
    if (uselessFinding(row) !== null) return { tone: 'bad', label: chain.cuts.kubectl }
    const problem = row.identity?.predicted.problem ?? null
    if (problem === null) return null
    const cut = cutBeforeProof(problem.code)
    return cut.tone === 'bad' && !row.identity?.predicted.certain
      ? { tone: 'warn', label: chain.cuts.mayStop }
      : cut
  }
  if (check.verdict === 'unreachable' && check.proven === null) return { tone: 'warn', label: chain.cuts.aws }
  if (check.proven === null && check.verdict !== 'unsupported') return cutBeforeProof(check.problem?.code)
  return row.proven?.differs && !overridden ? { tone: 'bad', label: chain.cuts.other } : null
}

function cutAtCluster(row: ContextFacts): ChainBreak | null {
  const check = counting(row)
  // Without AWS the cluster is the next to be asked.
  if (!isAws(row) && (check === null ? uselessFinding(row) !== null : check.verdict === 'broken'))
    return { tone: 'bad', label: chain.cuts.kubectl }
  const tokenFor = tokenForOf(row)
  if (check === null && tokenFor !== null) return { tone: 'no', label: chain.cuts.tokenFor(tokenFor) }
  if (check === null || (isAws(row) && check.proven === null)) return null
  if (check.problem?.code === 'seen-differs') return { tone: 'bad', label: chain.cuts.seenOther }
  const { kind } = clusterAnswer(check)
  if (kind === 'refused')
    return {
      tone: 'no',
      label: tokenFor === null ? chain.cuts.unauthorized : chain.cuts.wrongToken(tokenFor),
    }
  const label = notNamed[kind]
  return label === undefined ? null : { tone: 'warn', label }
}

type Kind = ReturnType<typeof clusterAnswer>['kind']

/** Why the cluster names no identity, where it does not refuse. */
const notNamed: Partial<Readonly<Record<Kind, string>>> = {
  'not-said': chain.cuts.clusterNotSaid,
  'held-back': chain.cuts.clusterHeld,
  'not-reached': chain.cuts.cluster,
}

/** The token was sent, and the server answered to it. */
const hasAnswered: ReadonlySet<Kind> = new Set(['let-in', 'refused', 'not-said'])

/** Shown in place of the identity that the cluster sees, where a check did not learn it. */
const clusterWords: Partial<Readonly<Record<Kind, string>>> = {
  'let-in': chain.letIn,
  refused: chain.notLetIn,
  'not-said': chain.notSaid,
  'held-back': chain.heldBack,
}
/** Null: nothing came of the cluster that is worth a word of its own. */
const clusterSaid = (check: Check): string | null => clusterWords[clusterAnswer(check).kind] ?? null

/** Whether AWS is involved: in all but certificates, static tokens and passwords. */
const isAws = ({ identity }: ContextFacts): boolean =>
  identity === null || signsInByAws(identity.auth) || identity.auth === 'exec'

/** The links of a row, from the entry to the identity that the cluster acts for. `now`: milliseconds since the epoch. */
export function chainOf(row: ContextFacts, now: number): readonly Link[] {
  const files = row.identity?.predicted ?? null
  const held =
    row.check?.proven && row.stale === null && files !== null ? predictionHeld(files, row.check.proven) : null
  // A prediction that a check contradicts overrides nothing.
  const overrides = held === false ? null : cutByFiles(row, files)
  const predicted = predictedLink(row, overrides)
  const links: readonly (Link | null)[] = [
    intendedLink(row, predicted !== null),
    predicted,
    isAws(row) ? tokenLink(row, overrides !== null, now) : null,
    isAws(row) ? provenLink(row, overrides !== null, now) : null,
    seenLink(row, now),
    actsLink(row),
  ]
  const found = links.filter((link) => link !== null)
  const broken = found.findIndex(({ cut, name }) => cut !== null && name !== 'predicted')
  // A cut is drawn before the first link that was not reached. Links behind it are shown as unreached, not as unasked.
  return found.map((link, at) =>
    broken !== -1 && at >= broken && link.who === null
      ? {
          ...link,
          state: 'unreached' as const,
          none: (link.name === 'seen' && row.check !== null && clusterSaid(row.check)) || chain.notReached,
        }
      : link,
  )
}

/** The links that are identities: what breaks the chain at the token stands before the next one. */
export function identityLinks(links: readonly Link[]): readonly Link[] {
  const cut = links.find(({ name }) => name === 'token')?.cut ?? null
  return links.flatMap((link) =>
    link.name === 'token' ? [] : [link.name === 'proven' ? { ...link, cut: link.cut ?? cut } : link],
  )
}

type Facts = Pick<Link, 'name' | 'state' | 'who' | 'none'> & Partial<Link>
const link = (facts: Facts): Link => ({
  exact: null,
  sources: [],
  groups: [],
  answered: null,
  old: false,
  cut: null,
  ...facts,
})

const keyOf = (id: string | null | undefined): string | null => (id == null ? null : chain.key(id))

function intendedLink(row: ContextFacts, overridden: boolean): Link {
  const intended = row.identity?.intended ?? null
  const files = row.identity?.predicted ?? null
  const auth = row.identity?.auth ?? 'none'
  // What AWS has proved since is no longer in doubt.
  const doubt = overridden || files === null || counting(row)?.proven ? [] : likelyBy(files)
  return link({
    name: 'intended',
    state: row.intended === null ? 'open' : 'claimed',
    who: row.intended,
    none: isAws(row)
      ? chain.noneNamed
      : auth === 'none'
        ? chain.noCredentials
        : chain.signsIn(signsInBy[auth]),
    exact: intended?.arn ?? keyOf(intended?.accessKeyId),
    sources: [
      // A sentence among them is a problem of the files, which the answer says.
      ...sourceLines((intended?.by ?? []).filter((source) => !source.endsWith('.'))),
      ...doubt,
    ],
  })
}

/** Only where it says something: what takes the place of the intended one, or decides where none is intended. */
function predictedLink(row: ContextFacts, cut: ChainBreak | null): Link | null {
  const { predicted, intended } = row
  const files = row.identity?.predicted ?? null
  if (predicted === null || files === null || (cut === null && intended !== null)) return null
  const by = files.by.filter((source) => !source.startsWith('instead of '))
  return link({
    name: 'predicted',
    state: cut === null ? 'claimed' : 'other',
    who: predicted,
    none: '',
    exact: files.arn ?? keyOf(files.accessKeyId),
    sources: [...sourceLines(by), ...likelyBy(files)],
    cut,
  })
}

const likely = {
  sso: 'likely: IAM Identity Center decides whether the permission set is given',
  process: 'likely: the credential_process decides',
} as const

/** Why a prediction is only likely, where its sources name no doubt themselves. */
export function likelyBy({ by, certain, problem }: Predicted): readonly string[] {
  if (certain || problem !== null) return []
  const begins = (start: string) => by.some((source) => source.startsWith(start))
  if (begins('sso of ')) return [likely.sso]
  return begins('credential_process of ') ? [likely.process] : []
}

const asOld = (row: ContextFacts, now: number): readonly string[] =>
  row.check !== null && (row.stale !== null || row.running)
    ? [chain.old(ago(row.check.at, Math.max(now, row.check.at)))]
    : []

/** How a stale check ended that named no identity; for a current one, a cut says so. */
function endedThen(row: ContextFacts): string {
  if (row.check === null) return chain.notAsked
  if (counting(row) !== null) return chain.notReached
  switch (row.check.verdict) {
    case 'broken':
      return chain.failedThen
    case 'expired':
    case 'login-needed':
    case 'unreachable':
      return chain.stoppedThen
    default:
      return chain.notReached
  }
}

/** Whether the command gave no token, as a check saw it or as files foretell: then nobody else was asked. */
function endsWithoutToken(row: ContextFacts): boolean {
  const check = counting(row)
  return check === null || (check.token === null && check.proven === null && check.verdict !== 'unreachable')
}

function tokenLink(row: ContextFacts, overridden: boolean, now: number): Link {
  const { check } = row
  const token = check?.token ?? null
  const aws = check?.aws ?? row.identity?.aws ?? null
  return link({
    name: 'token',
    state: token === null ? 'unasked' : 'observed',
    who: null,
    none: token !== null ? chain.signed(token.cluster) : check === null ? chain.notAsked : endedThen(row),
    exact: token === null ? null : chain.key(token.accessKeyId),
    sources: [
      ...asOld(row, now),
      ...(aws === null ? [] : [[aws.path, aws.version].filter(Boolean).join(', version ')]),
    ],
    answered: token === null || check === null ? null : { by: 'command', at: check.at },
    old: row.stale !== null || row.running,
    cut: endsWithoutToken(row) ? cutAtProof(row, overridden) : null,
  })
}

function provenLink(row: ContextFacts, overridden: boolean, now: number): Link {
  const { proven, check } = row
  return link({
    name: 'proven',
    state: proven === null ? 'unasked' : proven.differs ? 'other' : 'observed',
    who: proven,
    none: endedThen(row),
    exact: check?.proven?.arn ?? null,
    sources: [
      ...asOld(row, now),
      ...(check?.proven ? [chain.bySts(duration(Math.max(1, check.proven.ms)))] : []),
    ],
    old: row.stale !== null || row.running,
    answered: proven === null || check === null ? null : { by: 'AWS', at: check.at },
    cut: endsWithoutToken(row) ? null : cutAtProof(row, overridden),
  })
}

function seenLink(row: ContextFacts, now: number): Link {
  const { seen, check, proven } = row
  const letIn = check !== null && clusterAnswer(check).kind === 'let-in'
  const saidThere = check && clusterSaid(check)
  return link({
    name: 'seen',
    state: (seen ?? (letIn ? proven : null))?.differs ? 'other' : letIn ? 'observed' : 'unasked',
    who: seen,
    none:
      check === null
        ? chain.notAsked
        : (saidThere ?? (proven === null && isAws(row) ? chain.notReached : endedThen(row))),
    // Not repeated where the tile shows the cluster's own name already.
    exact: check?.seen && check.seen.username !== seen?.label ? check.seen.username : null,
    sources: [
      ...(proven === null ? asOld(row, now) : []),
      ...(check?.seen?.fromDenial ? [chain.fromDenial] : []),
    ],
    groups: check?.seen?.groups ?? [],
    answered:
      check !== null && hasAnswered.has(clusterAnswer(check).kind) ? { by: 'cluster', at: check.at } : null,
    old: row.stale !== null || row.running,
    cut: cutAtCluster(row),
  })
}

/** The user that kubectl impersonates by the user entry; null where it impersonates none. */
function actsLink(row: ContextFacts): Link | null {
  const { check, impersonated } = row
  const as = row.user?.impersonation?.as ?? null
  if (impersonated === null && as === null) return null
  const counts = counting(row)
  const refused = counts !== null && refusesImpersonation(counts)
  return link({
    name: 'acts',
    state: impersonated !== null ? 'observed' : refused ? 'unreached' : 'unasked',
    who: impersonated ?? (as === null || !refused ? null : whoImpersonated({ username: as })),
    none: as === null ? '' : chain.asUser(as),
    sources: [chain.impersonates],
    groups: check?.actsAs?.groups ?? [],
    answered: check === null || impersonated === null ? null : { by: 'cluster', at: check.at },
    old: row.stale !== null || row.running,
    cut: refused ? { tone: 'no', label: chain.cuts.mayNot } : null,
  })
}

/**
 * Where an identity comes from, in few lines: what names it, and which keys yield it: `profile pay-ro, by
 * AWS_PROFILE in the entry`, `keys in ~/.aws/credentials:7 → alice → hub → pay-ro`.
 */
export function sourceLines(by: readonly string[]): readonly string[] {
  const at = by.findIndex((source) => source.startsWith('profile '))
  const before = by.slice(0, at === -1 ? by.length : at + 1).map(inEntry)
  const rest = at === -1 ? [] : by.slice(at + 1)
  const [named] = /(?<=^profile ).+(?= \()/.exec(by[at] ?? '') ?? []
  const steps = rest.filter((source) => !source.startsWith('role_arn of profile '))
  const through = steps.map((source) => /^source_profile (.+)$/.exec(source)?.[1])
  const last = steps.at(-1)
  // Profiles of one chain down to their keys; anything else is said as it is.
  const plain =
    named !== undefined &&
    last !== undefined &&
    (last.startsWith('keys in ') || through.at(-1) !== undefined) &&
    through.slice(0, -1).every((one) => one !== undefined)
  if (!plain) return rest.length === 0 ? before : [...before, rest.join(' → ')]
  const profiles = [named, ...through].filter((one) => one !== undefined)
  const origin = through.at(-1) === undefined ? [last] : []
  return [...before, [...origin, ...profiles.reverse()].join(' → ')]
}

/** `profile pay, by --profile in the entry`, `--role in the entry`. */
const inEntry = (source: string): string =>
  source
    .replace(/ \((\S+) in exec (?:args|env)\)$/, ', by $1 in the entry')
    .replace(/^(\S+) in exec (?:args|env)$/, '$1 in the entry')
