/**
 * The chain of a context's identity as the inspector draws it, and where it breaks. Its links: the identity that the entry
 * intends, what overrides it, the one that AWS proved, the one that the cluster sees. Pure.
 */
import type { Finding } from '../../shared/findings/finding-rules'
import { clusterAnswer, refusesImpersonation } from '../../shared/identity/cluster-answer'
import type { Check, Predicted, ProblemCode } from '../../shared/identity/identity'
import { predictionHeld } from '../../shared/identity/verdict'
import { type Who, whoImpersonated } from '../../shared/identity/who'
import { inspectorText, signsInBy } from '../text/inspector'
import { ago, duration } from './age'
import type { Row } from './rows'

/**
 * `claimed`: files say so. `observed`: AWS or the cluster said so. `other`: another identity than the intended one. `unreached`:
 * the chain breaks before. `unasked`: nothing asked so far. `open`: the entry names no identity.
 */
export type LinkState = 'claimed' | 'observed' | 'other' | 'unreached' | 'unasked' | 'open'

/** Where the chain breaks, and by what. */
export interface Cut {
  readonly tone: 'bad' | 'warn' | 'no'
  readonly label: string
}

export interface Link {
  readonly name: keyof typeof inspectorText.chain.names
  readonly state: LinkState
  readonly who: Who | null
  /** Shown in place of an identity. */
  readonly none: string
  /** The exact name: ARN, key, or what the cluster calls the identity. */
  readonly exact: string | null
  readonly sources: readonly string[]
  readonly groups: readonly string[]
  /** From a stale check. */
  readonly old: boolean
  /** Drawn before this link. */
  readonly cut: Cut | null
}

const { chain } = inspectorText

/** Sign-ins and codes that are needed before anything is proven. */
const waits: Partial<Readonly<Record<ProblemCode, string>>> = {
  'sso-login': chain.cuts.signIn,
  'aws-login': chain.cuts.signIn,
  'mfa-code': chain.cuts.mfa,
  'interactive-always': chain.cuts.terminal,
  'expired-keys': chain.cuts.expired,
}

const consent: ReadonlySet<ProblemCode> = new Set(['command-not-allowed', 'process-not-allowed'])

/** Problems by which kubectl itself fails, with any identity. */
export const unusable: ReadonlySet<ProblemCode> = new Set([
  'deprecated-api-version',
  'api-version-mismatch',
  'missing-interactive-mode',
  'impersonates-nobody',
  'plugin-not-allowed',
  'kuberc-refused',
  'dangling-cluster',
  'dangling-user',
])

/** Why kubectl cannot use a context, according to its files; null where they do not say so. */
export const uselessFinding = ({ findings }: Row): Finding | null =>
  findings.find(({ unusable }) => unusable) ?? null

/** Why the entry yields no identity, where AWS or the files say so. */
function cutBeforeProof(code: ProblemCode | undefined): Cut {
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

function cutByFiles({ predicted }: Row, files: Predicted | null): Cut | null {
  if (!predicted?.differs) return null
  const what = files?.instead ?? null
  return {
    tone: 'bad',
    label: what === null ? chain.cuts.elsewhere : chain.cuts.wins(withoutPlace(what)),
  }
}

/** The check, where it counts. */
const counting = (row: Row): Check | null => (row.stale === null && !row.running ? row.check : null)

/** Why AWS did not prove the identity in the files: by the current check, else as the files predict it. */
function cutAtProof(row: Row, overridden: boolean): Cut | null {
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

function cutAtCluster(row: Row): Cut | null {
  const check = counting(row)
  // Without AWS the cluster is the next to be asked.
  if (!isAws(row) && (check === null ? uselessFinding(row) !== null : check.verdict === 'broken'))
    return { tone: 'bad', label: chain.cuts.kubectl }
  if (check === null && row.tokenFor !== null) return { tone: 'no', label: chain.cuts.tokenFor(row.tokenFor) }
  if (check === null || (isAws(row) && check.proven === null)) return null
  if (check.problem?.code === 'seen-differs') return { tone: 'bad', label: chain.cuts.seenOther }
  const { kind } = clusterAnswer(check)
  const tokenFor = row.identity?.meant.tokenFor ?? null
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

/** Shown in place of the identity that the cluster sees, where a check did not learn it. */
const clusterWords: Partial<Readonly<Record<Kind, string>>> = {
  'let-in': chain.letIn,
  refused: chain.notLetIn,
  'not-said': chain.notSaid,
  'held-back': chain.heldBack,
}
/** Null: the cluster was not reached. */
const clusterSaid = (check: Check): string | null => clusterWords[clusterAnswer(check).kind] ?? null

/** Whether AWS is involved: in all but certificates, static tokens and passwords. */
const isAws = ({ identity }: Row): boolean =>
  identity === null || ['aws', 'aws-iam-authenticator', 'exec'].includes(identity.auth)

/** The links of a row, from the entry to the identity that the cluster acts for. `now`: milliseconds since the epoch. */
export function chainOf(row: Row, now: number): readonly Link[] {
  const files = row.identity?.predicted ?? null
  const held =
    row.check?.proven && row.stale === null && files !== null ? predictionHeld(files, row.check.proven) : null
  // A prediction that a check contradicts overrides nothing.
  const overrides = held === false ? null : cutByFiles(row, files)
  const predicted = predictedLink(row, overrides)
  const links: readonly (Link | null)[] = [
    intendedLink(row, predicted !== null),
    predicted,
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

type Facts = Pick<Link, 'name' | 'state' | 'who' | 'none'> & Partial<Link>
const link = (facts: Facts): Link => ({
  exact: null,
  sources: [],
  groups: [],
  old: false,
  cut: null,
  ...facts,
})

const keyOf = (id: string | null | undefined): string | null => (id == null ? null : chain.key(id))

function intendedLink(row: Row, overridden: boolean): Link {
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
function predictedLink(row: Row, cut: Cut | null): Link | null {
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

/** Why a prediction is only likely, where its sources name no doubt themselves. */
export function likelyBy({ by, certain, problem }: Predicted): readonly string[] {
  if (certain || problem !== null) return []
  const { sso, process } = inspectorText.likelyBy
  const begins = (start: string) => by.some((source) => source.startsWith(start))
  if (begins('sso of ')) return [sso]
  return begins('credential_process of ') ? [process] : []
}

const asOld = (row: Row, now: number): readonly string[] =>
  row.check !== null && (row.stale !== null || row.running)
    ? [chain.old(ago(row.check.at, Math.max(now, row.check.at)))]
    : []

/** How a stale check ended that named no identity; for a current one, a cut says so. */
function endedThen(row: Row): string {
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

function provenLink(row: Row, overridden: boolean, now: number): Link {
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
    cut: cutAtProof(row, overridden),
  })
}

function seenLink(row: Row, now: number): Link {
  const { seen, check, proven } = row
  const letIn = check !== null && clusterAnswer(check).kind === 'let-in'
  return link({
    name: 'seen',
    state: (seen ?? (letIn ? proven : null))?.differs ? 'other' : letIn ? 'observed' : 'unasked',
    who: seen,
    none:
      check === null
        ? chain.notAsked
        : (clusterSaid(check) ?? (proven === null && isAws(row) ? chain.notReached : endedThen(row))),
    // Not repeated where the tile shows the cluster's own name already.
    exact: check?.seen && check.seen.username !== seen?.label ? check.seen.username : null,
    sources: [
      ...(proven === null ? asOld(row, now) : []),
      ...(check?.seen?.fromDenial ? [chain.fromDenial] : []),
    ],
    groups: check?.seen?.groups ?? [],
    old: row.stale !== null || row.running,
    cut: cutAtCluster(row),
  })
}

/** The user that kubectl impersonates by the user entry; null where it impersonates none. */
function actsLink(row: Row): Link | null {
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
