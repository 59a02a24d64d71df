/**
 * The expect file: which identity, cluster and pin a team expects of each context, kept in its repository. Judged against what is
 * known of the contexts, as values. A line that cannot be judged is as severe as a wrong one.
 */
import * as v from 'valibot'
import type { Severity } from '../findings/define-rule'
import { type Finding, type FindingId, isFindingId } from '../findings/finding-rules'
import { canonicalArn, parsePrincipal } from '../identity/arn'
import type { Check } from '../identity/identity'
import { permissionSetKey, type Who, whoIntended } from '../identity/named-identity'
import { shortName } from '../identity/verdict'
import type { Inferred } from '../inferred'
import { once } from '../once'
import { named, quoted } from '../visible'
import type { judgedContexts } from './judged'
import type { Muted } from './muted'

/** What such a file begins with, before its version. */
export const expectMark = 'ekscope: expect/'

const identityForm =
  /^arn:([a-z*-]+):(?:iam|sts)::([\d*]+):(?:(root)|(role|user|federated-user)\/(?:[^\s]*\/)?([\w+=,.@*-]+))$/
const clusterForm = /^arn:([a-z*-]+):eks:([a-z0-9*-]+):([\d*]+):cluster\/([\w*-]+)$/

const identity = v.pipe(
  v.string('is not a text'),
  v.regex(identityForm, 'is not an ARN of a role or user, such as arn:aws:iam::111122223333:role/Admin'),
)
const severity = v.picklist(['error', 'warning', 'ignore'], 'is not error, warning or ignore')
const text = v.pipe(v.string('is not a text'), v.nonEmpty('is empty'))
const flag = v.optional(v.boolean('is not true or false'), false)
const id = v.custom<FindingId>(isFindingId, 'is not the id of a finding')

/** What is said of a context, or of all that a pattern fits. */
export const expectLine = v.strictObject({
  identity: v.optional(identity),
  profile: v.optional(text),
  cluster: v.optional(
    v.pipe(
      v.string('is not a text'),
      v.regex(
        clusterForm,
        'is not an ARN of a cluster, such as arn:aws:eks:eu-west-1:111122223333:cluster/prod',
      ),
    ),
  ),
  pinned: flag,
  production: flag,
  muted: v.optional(v.record(id, text), {}),
})

/** The document around them. */
export const expectHead = v.strictObject({
  ekscope: v.literal('expect/1', 'is not expect/1, which is what this Ekscope reads'),
  contexts: v.unknown(),
  others: v.optional(severity, 'warning'),
  missing: v.optional(severity, 'warning'),
})

export interface ExpectLine extends Inferred<typeof expectLine> {
  /** The name of a context, or a pattern. */
  readonly name: string
  /** Where it is written in the file; null where that is not known. */
  readonly at: number | null
}

export interface ExpectFile {
  readonly path: string
  readonly lines: readonly ExpectLine[]
  readonly others: Severity | 'ignore'
  readonly missing: Severity | 'ignore'
}

/** A pattern, in which `*` is any run of characters, or of digits. */
function formOf(pattern: string, any = '.*', flags = 's'): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&'))
  return new RegExp(`^${parts.join(any)}$`, flags)
}

const fits = (pattern: string, text: string, any?: string, flags?: string): boolean =>
  formOf(pattern, any, flags).test(text)

/** Lines of one name, and patterns. */
function formsOf({ lines }: Pick<ExpectFile, 'lines'>) {
  const exact = new Map(lines.map((one) => [one.name, one]))
  const patterns = lines.flatMap((line) =>
    line.name.includes('*') ? [{ line, form: formOf(line.name) }] : [],
  )
  return { exact, patterns }
}

const forms = new WeakMap<object, ReturnType<typeof formsOf>>()

/** The line of a context: of its own name, else the first pattern that fits; null: none. */
export function lineOf(file: Pick<ExpectFile, 'lines'>, name: string): ExpectLine | null {
  const { exact, patterns } = once(forms, file, () => formsOf(file))
  return exact.get(name) ?? patterns.find(({ form }) => form.test(name))?.line ?? null
}

/** Whether this is the identity of a line; null: it is known too little of it. Path, session and letter case do not count. */
function isIdentity(pattern: string, { arn, key, account }: Who): boolean | null {
  const [, partition = '', accounts = '', root, kind = 'root', name = 'root'] =
    identityForm.exec(pattern) ?? []
  const ofKind = root ?? kind
  const principal = arn === null ? null : parsePrincipal(canonicalArn(arn))
  if (principal !== null)
    return (
      fits(partition, principal.partition) &&
      fits(accounts, principal.account, '\\d*') &&
      ofKind === principal.kind &&
      fits(name, principal.name, '.*', 'is')
    )
  // Of a role that Identity Center made, files know all but the end of its name.
  const [, within = '', set = ''] = /^(\S+) \S+ sso (.+)$/.exec(key ?? '') ?? []
  if (set === '' || account === null || key !== permissionSetKey(within, account, set)) return null
  const wanted = name.replace(/_[0-9a-f]{16}$/i, '_*')
  return (
    fits(partition, within) &&
    fits(accounts, account, '\\d*') &&
    ofKind === 'role' &&
    fits(wanted, `AWSReservedSSO_${set}_0123456789abcdef`, '.*', 'is')
  )
}

type JudgedContext = ReturnType<typeof judgedContexts>['contexts'][number]
type Owners = ReturnType<typeof judgedContexts>['owners']

const described = ({ arn, label }: Who): string => (arn === null ? label : shortName(arn))
const advice = 'Change the entry, or the line of the expect file, whichever is wrong.'

/** Which of them the context acts as is not looked at where only a check would say so: `proof`. */
function identityFinding(
  { identity: pattern, profile }: ExpectLine,
  { identity, judged }: JudgedContext,
  owners: Owners,
  proof: boolean,
): string | null {
  if (profile !== undefined && identity?.profile !== profile)
    return `Profile ${named(profile)} is expected, and the entry names ${identity?.profile ? named(identity.profile) : 'none'}.`
  if (pattern === undefined) return null
  const { check, stale } = judged
  const proven = stale === null && check !== null ? judged.proven : null
  const wrong = (who: Who, how: string) => `${pattern} is expected, ${how} ${described(who)}.`
  if (proven !== null)
    return isIdentity(pattern, proven) === true
      ? null
      : wrong(proven, 'but AWS says that the context acts as')
  if (proof)
    return `${pattern} is expected, and AWS did not say who the context is: that could not be judged.`
  const own = identity && whoIntended(identity.entryNames ?? identity.intended, owners)
  const byEntry = own && isIdentity(pattern, own)
  if (own && byEntry === false) return wrong(own, 'but the entry names')
  const byFiles = judged.predicted && isIdentity(pattern, judged.predicted)
  if (judged.predicted && byFiles === false)
    return wrong(judged.predicted, 'but by files and environment the context would act as')
  return byEntry || byFiles
    ? null
    : `${pattern} is expected, and files do not say who the context is: that could not be judged.`
}

function clusterFinding({ cluster: pattern }: ExpectLine, { identity }: JudgedContext): string | null {
  if (pattern === undefined) return null
  const { name, region, account, partition } = identity?.meant ?? {}
  const [, ...parts] = clusterForm.exec(pattern) ?? []
  const known = [partition, region, account, name]
  const differs = known.some(
    (one, at) => typeof one === 'string' && !fits(parts[at] ?? '', one, at === 2 ? '\\d*' : '.*'),
  )
  const shown = `${name ?? 'a cluster without a known name'}${region ? ` in ${region}` : ''}${account ? ` of ${account}` : ''}`
  if (differs) return `${pattern} is expected, but the context leads to ${shown}.`
  const unknown = known.some((one, at) => typeof one !== 'string' && parts[at] !== '*')
  return unknown
    ? `${pattern} is expected, and the entry says only that it leads to ${shown}: that could not be judged.`
    : null
}

const isPinned = ({ identity }: JudgedContext): boolean =>
  identity?.profilePinnedBy === 'arg' ||
  (identity?.entryNames ?? identity?.intended)?.by.some((one) => /^(--role|-r)\S* in exec args/.test(one)) ===
    true

/** What the file finds in these contexts. `proof`: AWS was asked, and only that counts; `whole`: they are all there are. */
export function expectFindings(
  file: ExpectFile,
  contexts: readonly JudgedContext[],
  owners: Owners,
  { proof, whole }: { readonly proof: boolean; readonly whole: boolean },
): readonly Finding[] {
  const found: Finding[] = []
  const used = new Set<ExpectLine>()
  for (const context of contexts) {
    const { id, name, origin } = context.entry
    const add = (finding: FindingId, message: string | null, severity: Severity = 'error', how = advice) =>
      message !== null &&
      found.push({ id: finding, severity, contexts: [id], file: origin.file, message, advice: how })
    const line = lineOf(file, name)
    if (line === null) {
      if (file.others !== 'ignore')
        add(
          'unexpected-context',
          `No line of ${file.path} is about ${quoted(name)}.`,
          file.others,
          'Add a line, or take the context away.',
        )
      continue
    }
    used.add(line)
    add('unexpected-identity', identityFinding(line, context, owners, proof))
    add('unexpected-cluster', clusterFinding(line, context))
    if (line.pinned && !isPinned(context))
      add(
        'unexpected-pin',
        'The line says pinned, and neither profile nor role is named by an argument: variables of the environment can decide.',
        'error',
        'Name the profile by --profile, or the role by --role-arn, in the exec arguments.',
      )
  }
  if (!whole || file.missing === 'ignore') return found
  for (const line of file.lines) {
    // A pattern may fit only contexts that an earlier line is about.
    const form = formOf(line.name)
    if (used.has(line) || (line.name.includes('*') && contexts.some(({ entry }) => form.test(entry.name))))
      continue
    found.push({
      id: 'missing-context',
      severity: file.missing,
      contexts: [],
      file: file.path,
      ...(line.at === null ? {} : { line: line.at }),
      message: `No context fits the line ${quoted(line.name)}.`,
      advice: 'Take the line away, or look why the context is gone.',
    })
  }
  return found
}

/** Why a finding is muted in all its contexts that are looked at; null: it is not. */
export function mutedBy(
  file: ExpectFile | null,
  { id, contexts }: Pick<Finding, 'id' | 'contexts'>,
  nameOf: (context: string) => string | null,
): Muted | null {
  if (file === null) return null
  const reasons = contexts.map((context) => {
    const name = nameOf(context)
    return name === null ? undefined : lineOf(file, name)?.muted[id]
  })
  const [reason] = reasons
  return reason !== undefined && reasons.every((one) => one !== undefined) ? { reason, by: file.path } : null
}

const undecided: ReadonlySet<Check['verdict']> = new Set(['unsupported', 'login-needed', 'expired', 'broken'])

/** A check as it reads by the file: verified where the proven identity is the one of its line, else a mismatch. */
export function checkByFile(check: Check, proven: Who | null, file: ExpectFile): Check {
  const { identity: pattern } = lineOf(file, check.contextName) ?? {}
  if (pattern === undefined || proven === null || undecided.has(check.verdict)) return check
  if (isIdentity(pattern, proven) === true)
    return check.verdict === 'proven' ? { ...check, verdict: 'verified' } : check
  const message = `${pattern} is expected, but AWS says that the context acts as ${described(proven)}.`
  return { ...check, verdict: 'mismatch', problem: { code: 'other-principal', message, next: advice } }
}
