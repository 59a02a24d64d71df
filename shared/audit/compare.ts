/**
 * The one comparison of two audits: environments, kubeconfigs, reports, before and after pending edits. Like is compared with
 * like: what was proven with what was proven, and where one side was only predicted, prediction with prediction. Pure.
 */
import * as v from 'valibot'
import { verdicts } from '../identity/identity'
import { keyOfAccessKey } from '../identity/named-identity'
import type { Inferred } from '../inferred'
import { fail, ok, type Result } from '../result'
import { visible } from '../visible'
import { type Audit, isNotNamed } from './audit'
import { byChecks } from './judged'

/** A moment as reports write it; other writings, and days that no month has, are refused. */
const moment = v.pipe(
  v.string(),
  v.check(
    (at) => !Number.isNaN(Date.parse(at)) && new Date(at).toISOString() === at,
    ({ received }) => `${received} is not a moment like 2026-12-01T10:02:00.000Z`,
  ),
)

/** What a comparison takes of a report. */
const earlierSchema = v.object({
  report: v.literal(1, ({ received }) => `${received} is not a form that this version reads`),
  at: moment,
  environment: v.optional(v.string()),
  contexts: v.array(
    v.object({
      context: v.string(),
      identity: v.string(),
      identityBy: v.nullable(v.picklist(['intended', 'predicted', 'proven', 'seen'])),
      /** Absent where it is the identity that acts. */
      foretold: v.nullish(
        v.object({ key: v.string(), name: v.string(), account: v.nullable(v.string()) }),
        null,
      ),
      on: v.string(),
      verdict: v.nullable(v.picklist(verdicts, ({ received }) => `${received} is not a verdict`)),
      /** Why the verdict does not count any more. */
      stale: v.nullish(v.string(), null),
      checkedAt: v.nullish(moment, null),
      admin: v.nullable(v.boolean()),
    }),
  ),
  identities: v.array(
    v.object({
      ...{ key: v.string(), name: v.string(), account: v.nullable(v.string()) },
      accessKeys: v.optional(v.array(v.string()), []),
    }),
  ),
  clusters: v.array(v.object({ key: v.string(), name: v.string() })),
  findings: v.array(
    v.object({
      // Ours, and printed as it is.
      id: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,63}$/)),
      severity: v.picklist(['error', 'warning', 'info']),
      contexts: v.array(v.string()),
      message: v.string(),
    }),
  ),
})
export type EarlierReport = Inferred<typeof earlierSchema>
type Compared = EarlierReport['contexts'][number]

/** A report that was written earlier; else what is wrong in it, and where. */
export function readReport(document: unknown): Result<EarlierReport, string> {
  const read = v.safeParse(earlierSchema, document)
  if (read.success) return ok(read.output)
  const [{ path, message }] = read.issues
  const where = path === undefined ? '' : `${path.map(({ key }) => String(key)).join('.')}: `
  return fail(visible(`${where}${message}`.slice(0, 200)))
}

const namesIn = ({ contexts }: Audit): ReadonlyMap<string, string> =>
  new Map(contexts.map(({ id, name }) => [id, name]))

/** What a comparison takes of an audit. `nameOf`: what its contexts are to be called. */
export const comparableOf = (audit: Audit, nameOf = namesIn(audit)): EarlierReport => ({
  report: 1,
  at: new Date(audit.at).toISOString(),
  environment: audit.environment,
  contexts: audit.contexts.map(
    ({ id, name, acts, by, foretold, cluster, verdict, stale, checkedAt, admin }) => ({
      context: nameOf.get(id) ?? name,
      identity: acts,
      identityBy: by,
      foretold,
      on: cluster,
      verdict: verdict === 'not-checked' || verdict === 'stale' ? null : verdict,
      stale,
      checkedAt: checkedAt === null ? null : new Date(checkedAt).toISOString(),
      admin,
    }),
  ),
  identities: audit.identities,
  clusters: audit.clusters,
  findings: audit.findings.map(({ id, severity, contexts, message }) => ({
    id,
    severity,
    contexts: contexts.flatMap((context) => nameOf.get(context) ?? []),
    message,
  })),
})

/** By what an identity is known: the entry names it, files and environment predict it, AWS proved it, the cluster saw it. */
export type Evidence = Compared['identityBy']

/** What a side says of one thing, and on what that rests. */
export interface Statement {
  readonly value: string
  readonly who?: ComparedWho
  readonly by: Evidence
  /** When it was checked; null: it was not, or that counts no more. */
  readonly at: string | null
}

/** `evidence`: it is known by another step of the proof, and nothing says that another identity acts. */
export type ChangeKind = 'identity' | 'cluster' | 'verdict' | 'admin' | 'evidence'

/** An identity by its key, as the report lists it. */
export interface ComparedWho {
  readonly key: string
  readonly name: string
  readonly account: string | null
}

/** One thing that differs in one context. `wasWho`, `isWho`: null where it is not about an identity. */
export interface Change {
  readonly context: string
  readonly what: ChangeKind
  readonly was: string
  readonly wasBy: Evidence
  readonly wasAt: string | null
  readonly wasWho: ComparedWho | null
  readonly is: string
  readonly isBy: Evidence
  readonly isAt: string | null
  readonly isWho: ComparedWho | null
}

/** A context that only one side has, and who acts there. */
export interface OnlyThere {
  readonly context: string
  readonly identity: string
  readonly who: ComparedWho
  readonly by: Evidence
  readonly at: string | null
}

/** What differs between two audits; contexts by their names. */
export interface Changes {
  /** When the earlier one was made. */
  readonly since: string
  /** In which environment each side was found; null: in the same, or one does not say. */
  readonly environments: { readonly was: string; readonly is: string } | null
  /** The sides of which no check counts: with these only predictions are compared. */
  readonly unchecked: readonly ('was' | 'is')[]
  readonly came: readonly OnlyThere[]
  readonly went: readonly OnlyThere[]
  readonly changed: readonly Change[]
  readonly findings: {
    readonly came: readonly ChangedFinding[]
    readonly went: readonly ChangedFinding[]
  }
}

/** What a comparison is of. */
interface ComparedSide {
  readonly kind: 'environment' | 'kubeconfig' | 'report' | 'pending'
  /** The environment, or the path. */
  readonly name: string
  readonly contexts: number
}

/** Two sides, and what differs between them. */
export interface Comparison {
  readonly a: ComparedSide
  readonly b: ComparedSide
  readonly changes: Changes
}

/** A finding that only one side has. */
export type ChangedFinding = Pick<
  EarlierReport['findings'][number],
  'id' | 'severity' | 'contexts' | 'message'
>

/** The first of a name counts, as for kubectl. */
export function changesBetween(before: EarlierReport, now: EarlierReport): Changes {
  const whose = keysIn([...before.identities, ...now.identities])
  const first = ({ contexts }: EarlierReport) => {
    const found = new Map<string, Compared>()
    for (const one of contexts) if (!found.has(one.context)) found.set(one.context, whose(one))
    return found
  }
  const [was, is] = [first(before), first(now)]
  const [older, newer] = [pairsIn(before), pairsIn(now)]
  const sides = { was: before, is: now } as const
  const unchecked = (['was', 'is'] as const).filter((side) => !sides[side].contexts.some(counts))
  const [namesBefore, namesNow] = [namesOf(before, now), namesOf(now, before)]
  /** What a check found is compared with what a check found: that one side was never asked is no news. */
  const isAlike = (id: string, context: string): boolean => {
    const [one, other] = [was.get(context), is.get(context)]
    return !byChecks.has(id) || !one || !other || counts(one) === counts(other)
  }
  return {
    since: before.at,
    environments: environmentsOf(before, now),
    unchecked,
    came: [...is.values()].flatMap((one) => (was.has(one.context) ? [] : [onlyThere(one, namesNow)])),
    went: [...was.values()].flatMap((one) => (is.has(one.context) ? [] : [onlyThere(one, namesBefore)])),
    changed: [...was].flatMap(([context, then]) => {
      const after = is.get(context)
      if (after === undefined) return []
      const all = [
        whoOf(then, after, namesBefore, namesNow, unchecked.length > 0),
        ...restOf(then, after, namesBefore, namesNow),
      ]
      return all.flatMap((one) => (one === null ? [] : [{ context, ...one }]))
    }),
    findings: {
      came: now.findings.flatMap((one) => without(one, older, isAlike)),
      went: before.findings.flatMap((one) => without(one, newer, isAlike)),
    },
  }
}

const environmentsOf = ({ environment: was }: EarlierReport, { environment: is }: EarlierReport) =>
  was === undefined || is === undefined || was === is ? null : { was, is }

/** A key is its owner's on both sides, where a check on one of them has shown whose it is. */
function keysIn(identities: EarlierReport['identities']): (one: Compared) => Compared {
  const owner = new Map(
    identities.flatMap(({ key, accessKeys }) => accessKeys.map((id) => [keyOfAccessKey(id), key] as const)),
  )
  const of = (key: string) => owner.get(key) ?? key
  return ({ identity, foretold, ...one }) => ({
    ...one,
    identity: of(identity),
    foretold: foretold && { ...foretold, key: of(foretold.key) },
  })
}

/** A check of it counts now. */
const counts = ({ verdict, stale }: Compared): boolean => verdict !== null && stale === null

const isObserved = ({ identityBy }: Compared): boolean => identityBy === 'proven' || identityBy === 'seen'

/** When that was found out; null: by files alone. */
const atOf = (one: Compared): string | null => (counts(one) ? one.checkedAt : null)

const onlyThere = (one: Compared, { identity, who }: Names): OnlyThere => ({
  context: one.context,
  identity: identity(one.identity),
  who: who(one.identity),
  by: one.identityBy,
  at: atOf(one),
})

const changeOf = (what: ChangeKind, was: Statement, is: Statement): Omit<Change, 'context'> => ({
  what,
  ...{ was: was.value, wasBy: was.by, wasAt: was.at, wasWho: was.who ?? null },
  ...{ is: is.value, isBy: is.by, isAt: is.at, isWho: is.who ?? null },
})

/** Whether another identity acts, or the same one is known by other evidence; null: neither. */
function whoOf(
  then: Compared,
  after: Compared,
  before: Names,
  now: Names,
  byPrediction: boolean,
): Omit<Change, 'context'> | null {
  const files = (one: Compared) => one.foretold?.key ?? one.identity
  const both = isObserved(then) && isObserved(after)
  const differs = both ? then.identity !== after.identity : files(then) !== files(after)
  const acts = then.identity !== after.identity
  if (!acts && (byPrediction || (then.identityBy === after.identityBy && counts(then) === counts(after))))
    return null
  // Where all are compared by prediction, what files cannot name is no news.
  if (!differs && byPrediction && [then, after].some(({ identity }) => isNotNamed(identity))) return null
  const names = [before.identity(then.identity), now.identity(after.identity)] as const
  // Two identities may have one name: a role and a user, say. Then their keys tell them apart.
  const [who, whoNow] = acts && names[0] === names[1] ? [then.identity, after.identity] : names
  const said = (value: string, one: Compared, { who: of }: Names): Statement => ({
    ...{ value, who: of(one.identity) },
    ...{ by: one.identityBy, at: atOf(one) },
  })
  return changeOf(
    differs && acts ? 'identity' : 'evidence',
    said(who, then, before),
    said(whoNow, after, now),
  )
}

function restOf(
  then: Compared,
  after: Compared,
  { cluster: before }: Names,
  { cluster: now }: Names,
): readonly (Omit<Change, 'context'> | null)[] {
  const named = (value: string): Statement => ({ value, by: 'intended', at: null })
  const checked = (value: string, { identityBy: by, checkedAt: at }: Compared): Statement => ({
    value,
    by,
    at,
  })
  const [where, whereNow] = [before(then.on), now(after.on)]
  // Names say little of two clusters of which AWS has said more; all else has a name alone.
  const areKnown = [then.on, after.on].every((key) => key.startsWith('arn:'))
  const places =
    where === whereNow && areKnown ? ([then.on, after.on] as const) : ([where, whereNow] as const)
  const [was, is] = [then.admin, after.admin]
  return [
    places[0] === places[1] ? null : changeOf('cluster', named(places[0]), named(places[1])),
    counts(then) && counts(after) && then.verdict !== after.verdict
      ? changeOf('verdict', checked(then.verdict ?? '', then), checked(after.verdict ?? '', after))
      : null,
    was !== null && is !== null && was !== is
      ? changeOf('admin', checked(rights(was), then), checked(rights(is), after))
      : null,
  ]
}

const rights = (admin: boolean): string => (admin ? 'everything' : 'not everything')

const pairOf = (id: string, context: string | null): string => JSON.stringify([id, context])
const contextsOf = ({ contexts }: ChangedFinding) => (contexts.length === 0 ? [null] : contexts)
const pairsIn = ({ findings }: EarlierReport): ReadonlySet<string> =>
  new Set(findings.flatMap((one) => contextsOf(one).map((context) => pairOf(one.id, context))))

/** A finding with those of its contexts alone of which the other side does not say it, and could. */
function without(
  finding: ChangedFinding,
  other: ReadonlySet<string>,
  isAlike: (id: string, context: string) => boolean,
): readonly ChangedFinding[] {
  const { id } = finding
  const left = contextsOf(finding).filter(
    (context) => !other.has(pairOf(id, context)) && (context === null || isAlike(id, context)),
  )
  return left.length === 0 ? [] : [{ ...finding, contexts: left.flatMap((context) => context ?? []) }]
}

type Names = ReturnType<typeof namesOf>

const plainNames = new Map([
  ['nobody', 'no identity'],
  ['not-aws', 'not AWS'],
])

/** Whether a key is of an identity that has a tile of its own. */
export const isPrincipal = (key: string): boolean => !plainNames.has(key) && !isNotNamed(key)

/** What identities and clusters of a side are called, by their keys; what the other side alone names, as there. */
function namesOf(side: EarlierReport, other: EarlierReport) {
  const identity = new Map([...other.identities, ...side.identities].map((one) => [one.key, one]))
  const cluster = new Map(side.clusters.map((one) => [one.key, one.name]))
  const who = (key: string): ComparedWho => {
    const { name = '', account = null } = identity.get(key) ?? {}
    return { key, name: plainNames.get(key) ?? (name || key), account }
  }
  return {
    who,
    identity(key: string): string {
      const { name, account } = who(key)
      return plainNames.has(key) || account === null ? name : `${name} of ${account}`
    },
    cluster: (key: string): string => cluster.get(key) ?? key,
  }
}
