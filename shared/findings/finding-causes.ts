/**
 * Causes: what several findings or verdicts have in common and one act settles. Computed from what is known of each context;
 * a cause is an id in the list below and its rule in the table. Pure.
 */

import { counted, plural } from '../counted'
import type { Edit } from '../edits/edit'
import { grouped } from '../grouped'
import { parseClusterArn } from '../identity/arn'
import type { Check, Problem, ProblemCode } from '../identity/identity'
import type { SignInOf } from '../identity/sign-in'
import type { EntryId, UserEntry } from '../kubeconfig/entries'
import { firstOf } from '../name-lists'
import { type OfferedCommand, partsOf } from '../shell/offered-command'
import { named } from '../visible'
import type { ContextIdentity } from './context-identity'
import { type Fix, type FixContext, isDecision } from './define-rule'
import { type Finding, type FindingId, fixOf } from './finding-rules'

/** What a cause looks at; rows of the grid are this. */
export interface CauseRow extends FixContext {
  readonly name: string
  readonly user: Pick<UserEntry, 'id' | 'name'> | null
  readonly identity: Pick<ContextIdentity, 'predicted' | 'auth'> | null
  readonly check: Pick<Check, 'verdict' | 'problem'> | null
  /** Why the check does not count as true now; null where it does. */
  readonly stale: string | null
  readonly findings: readonly Finding[]
  /** The ids that are muted in it: these make no cause. */
  readonly muted?: ReadonlySet<FindingId>
}

/** What is asked of few rows only. */
export interface OfRows<R> {
  /** No edit can be made of it: it is of a file that was only opened, or would go. */
  readonly isFixed: (row: R) => boolean
  /** The identity that the context would act as, as a sentence calls it; null where that is not known. */
  readonly acts: (row: R) => string | null
}

export const causeIds = [
  'keys-take-over',
  'no-such-profile',
  'wrong-cluster',
  'refused-version',
  'assumed-twice',
  'sign-in',
  'same-trouble',
  'shared-user',
  'weak-pin',
  'reported-once',
  'unpinned',
  'named-by-arn',
  'slow-token',
] as const
export type CauseId = (typeof causeIds)[number]

/** What settles a cause. */
export type CauseAct =
  /** These become pending edits. */
  | {
      readonly kind: 'edits'
      readonly label: string
      readonly edits: readonly Edit[]
      /** One of them names another profile, cluster or command. */
      readonly needsDecision: boolean
    }
  /** Ekscope signs in, and what waited for it is verified. */
  | { readonly kind: 'sign-in'; readonly label: string; readonly of: SignInOf }
  /** A command that the user runs: it is copied. */
  | { readonly kind: 'copy'; readonly label: string; readonly command: OfferedCommand }
  /** Names from a template. */
  | { readonly kind: 'names'; readonly label: string }

export interface Cause {
  readonly id: CauseId
  /** The same for the same cause while rows change. */
  readonly key: string
  readonly tone: 'bad' | 'warn' | 'info'
  readonly title: string
  readonly detail: string
  readonly contexts: readonly EntryId[]
  /** Null where the user has to choose, or nothing in the files settles it. */
  readonly act: CauseAct | null
}

/** Findings that a cause reports for all contexts that have them: only these may be left out in a row. */
export const toldByCauses: ReadonlySet<FindingId> = new Set([
  'env-keys-win',
  'cluster-mismatch',
  'deprecated-api-version',
  'double-assume',
  'shared-user',
  'unknown-profile',
  'unpinned',
])

type Made = Omit<Cause, 'id' | 'key'> & { readonly key?: string }
type Rule = <R extends CauseRow>(looked: Looked<R>) => Iterable<Made>

const contexts = (count: number) => plural(count, 'context')
const ids = (rows: readonly CauseRow[]) => rows.map(({ id }) => id)

/** `a, b and 3 more`. */
const names = (rows: readonly Pick<CauseRow, 'name'>[], most = 2): string =>
  firstOf(
    rows.map(({ name }) => name),
    most,
    (name) => named(parseClusterArn(name)?.name ?? name),
  )

const all = (count: number) => (count === 1 ? '' : count === 2 ? 'both ' : `all ${counted(count)} `)

interface Found<R = CauseRow> {
  readonly row: R
  readonly finding: Finding
  readonly fixed: boolean
}

interface Troubled<R> {
  readonly row: R
  readonly problem: Problem
}

const checkOf = ({ check, stale }: CauseRow) => (stale === null ? check : null)

/** What rules need of all rows, in their order: collected in one pass, because each pass over ten thousand is long. */
interface Looked<R extends CauseRow> extends ReturnType<typeof lookThrough<R>> {}

function lookThrough<R extends CauseRow>(rows: readonly R[], { isFixed, acts }: OfRows<R>) {
  const found = new Map<FindingId, Found<R>[]>()
  /** Those that wait for a sign-in. */
  const waiting: Troubled<R>[] = []
  /** Those with a problem that several may have. */
  const troubled: Troubled<R>[] = []
  /** Those that are named by their ARN and could be renamed. */
  const byArn: R[] = []
  for (const row of rows) {
    for (const finding of row.findings) {
      if (row.muted?.has(finding.id)) continue
      const one = { row, finding, fixed: isFixed(row) }
      const same = found.get(finding.id)
      if (same) same.push(one)
      else found.set(finding.id, [one])
    }
    const [check, { identity, name }] = [checkOf(row), row]
    const observed = check?.problem ?? null
    // The problem that a sign-in settles: from the check where it counts, else as the files predict it.
    const problem = check === null ? (identity?.predicted.problem ?? null) : observed
    if (problem !== null && signIns.has(problem.code)) waiting.push({ row, problem })
    if (observed !== null && shareable.has(observed.code)) troubled.push({ row, problem: observed })
    if (parseClusterArn(name) !== null && !isFixed(row)) byArn.push(row)
  }
  return { found, waiting, troubled, byArn, acts }
}

/** Rows with a finding, and the finding. */
function having<R extends CauseRow>(
  { found }: Looked<R>,
  id: FindingId,
  severity: Finding['severity'] | null = null,
) {
  const isMeant = (one: Finding) => one.id === id && (severity === null || one.severity === severity)
  // One of several in a row counts once.
  return (found.get(id) ?? []).filter(
    ({ row, finding }) => isMeant(finding) && row.findings.find(isMeant) === finding,
  )
}

const fixIn = ({ row, finding }: Pick<Found, 'row' | 'finding'>): Fix | null => fixOf(finding, row)

/** Edits as one act. */
type EditsAct = Extract<CauseAct, { kind: 'edits' }>

/** The fixes of a finding over all rows that can be fixed, as one act; null where none can be. */
function fixAll(found: readonly Found[], label: (count: number, one: Fix) => string): EditsAct | null {
  // Ten thousand of them are not stored: they are counted, and built again when they are needed.
  const fixable = found.filter((one) => !one.fixed && fixIn(one) !== null)
  const first = fixable[0] && fixIn(fixable[0])
  if (!first) return null
  return {
    kind: 'edits',
    label: label(fixable.length, first),
    get edits() {
      return togetherWhereAll(fixable)
    },
    get needsDecision() {
      return fixable.some((one) => {
        const fix = fixIn(one)
        return fix !== null && isDecision(fix, one.row)
      })
    },
  }
}

/**
 * The fixes of one kind of finding in these rows, as one act; null where the user has to choose, or nothing can be written. Of
 * contexts that share a user, the first keeps it.
 * @param isFixed whether no edit can be made of a row
 */
export function fixOfAll<R extends CauseRow>(
  found: readonly { readonly row: R; readonly finding: Finding }[],
  isFixed: (row: R) => boolean,
): EditsAct | null {
  const owned = new Set<string>()
  const wanted = found.filter(({ row, finding }) => {
    if (finding.id !== 'shared-user') return true
    const user = row.user?.id ?? ''
    return owned.has(user) || !owned.add(user)
  })
  const fixable = wanted.map((one) => ({ ...one, fixed: isFixed(one.row) }))
  return fixAll(fixable, (count, { label }) => {
    if (count === 1) return label
    if (fixable[0]?.finding.id === 'shared-user') return 'Give each its own user'
    // What one of them would be called may not fit the others.
    const isAlike = fixable.every((one) => (fixIn(one)?.label ?? label) === label)
    return isAlike ? `${label}: ${all(count).trimEnd()}` : `Fix ${all(count).trimEnd()}`
  })
}

/** A row does not name all others of a user with more contexts than this. */
const mostNamed = 1_000

/** The edits that fix these. A user entry whose contexts all get the same fix is edited in place, and stays shared. */
function togetherWhereAll(fixable: readonly Found[]): readonly Edit[] {
  const made = fixable.map(({ row, finding }) => ({ row, edits: fixIn({ row, finding })?.edits ?? [] }))
  const whole = new Set(
    [...grouped(made, ({ row }) => (row.sharedWith.length === 0 ? null : (row.user?.id ?? null)))].flatMap(
      ([user, group]) => {
        const same = new Set(group.map(({ edits }) => JSON.stringify(edits.map(withoutContext))))
        const others = group[0]?.row.sharedWith.length ?? 0
        return others < mostNamed && group.length === others + 1 && same.size === 1 ? [user] : []
      },
    ),
  )
  return made.flatMap(({ row, edits }) =>
    whole.has(row.user?.id ?? '')
      ? edits.map((edit) => (isInUser(edit) ? { ...edit, scope: 'shared' as const } : edit))
      : edits,
  )
}

/** An edit of what a context's user says, for that context alone or for all of the user. */
const isInUser = (
  edit: Edit,
): edit is Extract<Edit, { kind: 'set-profile' | 'set-api-version' | 'set-eks-name' }> =>
  edit.kind === 'set-profile' || edit.kind === 'set-api-version' || edit.kind === 'set-eks-name'

const withoutContext = (edit: Edit): object => ({ ...edit, context: null })

const signIns: ReadonlySet<ProblemCode> = new Set(['sso-login', 'aws-login'])

/** The command that a next step begins with; null where there is none that can be copied as written. */
export function commandOf(next: string): OfferedCommand | null {
  const [run, command, end, ...more] = partsOf(next)
  if (run?.text !== 'Run ' || command?.kind !== 'command' || end?.text !== '.' || more.length > 0) return null
  return /aws (?:sso )?login(?: |$)/.test(command.text) ? command.text : null
}

const sessionOf = (command: string): string | null =>
  /--(?:sso-session|profile) (?:'([^']+)'|(\S+))/.exec(command)?.slice(1).find(Boolean) ?? null

/** Problems of a check that say nothing about one context alone, and are no sign-in. */
const shareable: ReadonlySet<ProblemCode> = new Set([
  'command-not-found',
  'expired-keys',
  'assume-role-denied',
  'keys-unknown',
  'clock-off',
  'sts-unreachable',
  'file-not-trusted',
  'cluster-proxy',
])

/** One cause of all contexts with a finding; its detail names them where it says nothing else. */
function ofFinding(
  id: FindingId,
  severity: Finding['severity'] | null,
  made: (
    count: number,
    found: readonly Found[],
  ) => Pick<Made, 'tone' | 'title' | 'act'> & { readonly detail?: string },
): Rule {
  return (looked) => {
    const found = having(looked, id, severity)
    const rows = found.map(({ row }) => row)
    return rows.length === 0
      ? []
      : [{ detail: names(rows), contexts: ids(rows), ...made(rows.length, found) }]
  }
}

/** Findings that no row counts as its own: each is reported once for all its contexts. */
const reportedOnce: readonly (readonly [id: FindingId, title: (contexts: string) => string])[] = [
  ['kuberc', (of) => `kubectl refuses ${of} because of a kuberc`],
  ['broken-profile', (of) => `A profile that cannot work is named by ${of}`],
  ['other-aws', (of) => `An aws that lacks something is run by ${of}`],
  ['same-identity', (of) => `${of} are one identity in one cluster`],
]

const rules: Readonly<Record<CauseId, Rule>> = {
  *'keys-take-over'(looked) {
    const found = having(looked, 'env-keys-win', 'error')
    for (const [by, group] of grouped(found, ({ row }) => row.identity?.predicted.instead ?? '')) {
      const taken = group.map(({ row }) => row)
      const who = new Set(taken.map(looked.acts))
      const [one] = who
      // Only a check proves which identity acts; until then the files only predict it.
      const proven = taken.filter((row) => checkOf(row)?.verdict === 'mismatch').length
      const does = taken.length === 1 ? 'acts' : 'act'
      const act = proven === 0 ? 'would act' : proven === taken.length ? does : 'act or would act'
      const acts = who.size === 1 && one ? ` ${act} as ${one}` : ''
      yield {
        tone: 'bad',
        key: by,
        title: `Exported keys take over ${contexts(taken.length)}`,
        detail: `${names(taken)}${acts}${by === '' ? '' : ` by ${by}`}`,
        contexts: ids(taken),
        act: fixAll(group, (count) => `Pin ${all(count)}by --profile`),
      }
    }
  },
  'no-such-profile': ofFinding('unknown-profile', null, (count, found) => {
    const profiles = [...new Set(found.map(({ row }) => row.profile ?? ''))]
    const missing = profiles.length === 1 ? 'a profile' : plural(profiles.length, 'profile')
    return {
      tone: 'bad',
      title: `${contexts(count)} ${count === 1 ? 'names' : 'name'} ${missing} that no AWS file has`,
      detail: firstOf(profiles, 4, named),
      act: null,
    }
  }),
  'wrong-cluster': ofFinding('cluster-mismatch', null, (count, found) => ({
    tone: 'bad',
    title: `${contexts(count)} ${count === 1 ? 'signs' : 'sign'} for another cluster`,
    act: fixAll(found, (fixed, { label }) =>
      fixed === 1 ? label : `Sign ${all(fixed)}for their own cluster`,
    ),
  })),
  'refused-version': ofFinding('deprecated-api-version', null, (count, found) => ({
    tone: 'bad',
    title: `kubectl refuses the exec version of ${contexts(count)}`,
    act: fixAll(found, (fixed) => `Set v1beta1${fixed > 1 ? ` in ${all(fixed)}`.trimEnd() : ''}`),
  })),
  'assumed-twice': ofFinding('double-assume', null, (count, found) => ({
    tone: 'warn',
    title: `${contexts(count)} ${count === 1 ? 'assumes' : 'assume'} a role on top of a role`,
    act: fixAll(found, (fixed, { label }) =>
      fixed === 1 ? label : `Use the source profile in ${all(fixed)}`.trimEnd(),
    ),
  })),
  *'sign-in'({ waiting }) {
    for (const [next, group] of grouped(waiting, ({ problem }) => problem.next)) {
      const wait = group.map(({ row }) => row)
      const command = commandOf(next)
      const code = group[0]?.problem.code === 'mfa-code'
      const of = group[0]?.problem.signIn ?? null
      const session = of?.name ?? (command === null ? null : sessionOf(command))
      yield {
        tone: 'warn',
        key: next,
        title: `One ${code ? 'MFA code' : 'sign-in'}${session === null ? '' : ` ${code ? 'for' : 'to'} ${named(session)}`} unlocks ${contexts(wait.length)}`,
        detail: names(wait, 3),
        contexts: ids(wait),
        act:
          of !== null
            ? {
                kind: 'sign-in',
                label: code ? `Give the code for ${named(of.name)}…` : `Sign in to ${named(of.name)}`,
                of,
              }
            : command === null
              ? null
              : { kind: 'copy', label: `Copy ${command}`, command },
      }
    }
  },
  *'same-trouble'({ troubled }) {
    for (const [, group] of grouped(troubled, ({ problem }) => `${problem.code} ${problem.message}`)) {
      const [first] = group
      if (first === undefined || group.length < 2) continue
      yield {
        tone: 'bad',
        key: `${first.problem.code} ${first.problem.message}`,
        title: `${contexts(group.length)} fail for one reason`,
        detail: first.problem.message,
        contexts: ids(group.map(({ row }) => row)),
        act: null,
      }
    }
  },
  *'shared-user'(looked) {
    const found = having(looked, 'shared-user')
    const groups = grouped(found, ({ row }) => row.user?.id ?? null)
    for (const [user, group] of groups) {
      const sharing = group.map(({ row }) => row)
      if (sharing.length < 2) continue
      yield {
        tone: 'warn',
        key: user,
        title: `One user entry serves ${contexts(sharing.length)}`,
        detail: `a change to ${named(parseClusterArn(sharing[0]?.user?.name ?? '')?.name ?? sharing[0]?.user?.name ?? '')} changes all of them`,
        contexts: ids(sharing),
        // The first keeps the entry as its own.
        act: fixAll(group.slice(1), () => 'Give each its own'),
      }
    }
  },
  'weak-pin': ofFinding('env-keys-win', 'warning', (count, found) => ({
    tone: 'warn',
    title: `${contexts(count)} ${count === 1 ? 'is' : 'are'} pinned by a variable only`,
    detail: 'keys exported in a shell would take over',
    act: fixAll(found, (fixed) => `Pin ${all(fixed)}by --profile`),
  })),
  *'reported-once'(looked) {
    for (const [id, title] of reportedOnce) {
      const all = having(looked, id).filter(({ finding }) => finding.severity !== 'info')
      for (const [message, group] of grouped(all, ({ finding }) => finding.message)) {
        const [first] = group
        if (first === undefined) continue
        yield {
          tone: first.finding.severity === 'error' ? 'bad' : 'warn',
          key: message,
          title: title(contexts(group.length)),
          detail: message,
          contexts: ids(group.map(({ row }) => row)),
          act: null,
        }
      }
    }
  },
  unpinned: ofFinding('unpinned', null, (count) => ({
    tone: 'warn',
    title: `${contexts(count)} ${count === 1 ? 'names' : 'name'} no identity`,
    detail: `and ${count === 1 ? 'follows' : 'follow'} whichever shell runs kubectl`,
    act: null,
  })),
  *'named-by-arn'({ byArn }) {
    if (byArn.length < 2) return
    yield {
      tone: 'info',
      title: `${contexts(byArn.length)} are named by their ARN`,
      detail: 'as aws eks update-kubeconfig names them',
      contexts: ids(byArn),
      act: { kind: 'names', label: 'Rename by template…' },
    }
  },
  'slow-token': ofFinding('slow-token', null, (count, found) => ({
    tone: 'info',
    title: `${contexts(count)} would answer 0.5 s sooner`,
    detail: 'with tokens that Ekscope makes in the place of aws',
    act: fixAll(found, (fixed) => `Let Ekscope make ${fixed === 1 ? 'its' : 'their'} tokens`),
  })),
}

const tones = { bad: 0, warn: 1, info: 2 } as const

/** What is wrong comes first, then what one act settles: mere information can wait behind a click. */
const rank = ({ tone, act }: Cause): number => (tone === 'bad' ? 0 : act !== null ? 1 : 2)

/** Every cause, worst first; among equals the one that settles most. */
export function findCauses<R extends CauseRow>(rows: readonly R[], of: OfRows<R>): readonly Cause[] {
  const looked = lookThrough(rows, of)
  const found = causeIds.flatMap((id) =>
    [...rules[id](looked)].map(({ key = '', ...made }): Cause => ({ id, key: `${id} ${key}`, ...made })),
  )
  return found
    .map((cause, order) => ({ cause, order }))
    .sort(
      (one, other) =>
        rank(one.cause) - rank(other.cause) ||
        tones[one.cause.tone] - tones[other.cause.tone] ||
        Number(one.cause.act === null) - Number(other.cause.act === null) ||
        other.cause.contexts.length - one.cause.contexts.length ||
        one.order - other.order,
    )
    .map(({ cause }) => cause)
}
