/** `ekscope explain`: where the chain of a context's identity breaks, on what evidence, and what to type. Sends no request. */
import { ago } from '../../shared/age'
import type { AuditCluster, AuditPrincipal } from '../../shared/audit/audit'
import { chainOf, type Link, type LinkName, type LinkState } from '../../shared/audit/chain'
import { type ContextGround, tokenForOf } from '../../shared/audit/context-ground'
import { contextSentence, nameOf, type Sentence } from '../../shared/audit/context-sentence'
import { isOfRow } from '../../shared/findings/finding-kinds'
import { arnForEntry, parsePrincipal } from '../../shared/identity/arn'
import { clusterAnswer } from '../../shared/identity/cluster-answer'
import { isProduction } from '../../shared/identity/production'
import { principalKey } from '../../shared/identity/who'
import { unpack } from '../../shared/ipc/packed'
import { option } from '../../shared/shell/offered-command'
import { visible } from '../../shared/visible'
import { shownAudit } from '../state/clusters-shown'
import { offer } from '../system/offer'
import { type Command, print } from './command'
import { contextNamed } from './context-named'
import { judgedNow } from './judged-now'
import { counted, painted, type Shown, type Tone } from './output'
import { exactly } from './writing'

export const explain: Command = {
  usage: 'explain CONTEXT',
  summary: 'where the chain of a context’s identity breaks, on what evidence, and what to do; asks nobody',
  examples: ['ekscope explain prod-audit', 'ekscope explain stage-env --json'],
  async run(call) {
    const { args } = call
    const [name = ''] = exactly(this, args, 1)
    const services = await call.services()
    const { kubeconfig, clusters } = services
    const snapshot = await kubeconfig.load()
    const entry = contextNamed(snapshot, name, kubeconfig.store.inView().view.named)
    const { environment } = args.globals
    const { judged } = await judgedNow(services, snapshot, environment)
    const found = judged.find((one) => one.entry.id === entry.id)
    if (found === undefined) throw new Error(`${entry.id} is not judged`)
    const user = snapshot.users.find(
      ({ name: of, origin }) => of === entry.user && origin.shadowedBy === null,
    )
    const context = { ...found.judged, ...found, user: user ?? null, running: false }
    const now = Date.now()
    const said = contextSentence(context, environment, now)
    const links = chainOf(context, now)
    const cluster = isRefused(context) ? await clusterOf() : null
    const findings = found.findings.filter((one) => one.severity !== 'info' && isOfRow(one))
    const lists = cluster && listsSay(cluster, context.check?.proven?.arn ?? null)
    const arn = mayBeLetIn(context, lists)
    const letIn =
      arn === null ? null : offer('ekscope', 'access', entry.name, option('--let-in'), arn).command
    const document = {
      context: entry.name,
      environment,
      verdict: found.judged.verdict,
      production: isProduction(
        (await services.settings.load()).production,
        entry,
        found.identity?.meant ?? null,
      ),
      checkedAt: found.kept === null ? null : new Date(found.kept.at).toISOString(),
      said: { tone: said.tone, title: said.title, body: said.body, next: said.next },
      chain: links.map(linkJson),
      cluster: lists,
      letIn,
      findings: findings.map(({ id, severity, message, advice }) => ({ id, severity, message, fix: advice })),
    }
    await print(call, document, (shown) =>
      [
        headText(said, shown),
        ...links.map((link) => linkText(link, now, shown)),
        ...(lists === null ? [] : listsText(lists, now)),
        ...(letIn === null
          ? []
          : [
              `\n${context.intended === null ? `Only if ${nameOf(context.proven)} is meant, the` : 'The'} commands for one who may give access: ${letIn}\n`,
            ]),
        ...findings.map(
          ({ id, severity, message, advice }) =>
            `\n${painted(severity, severity === 'error' ? 'bad' : 'doubtful', shown.colours)} ${id}\n  ${visible(message)}\n${advice === null ? '' : `  ${visible(advice)}\n`}`,
        ),
      ].join(''),
    )
    return 0

    /** What the cluster’s lists say, as far as they were read. */
    async function clusterOf(): Promise<AuditCluster | null> {
      const audit = unpack(await shownAudit(clusters, environment))
      const key = audit.contexts.find(({ id }) => id === entry.id)?.cluster
      return audit.clusters.find((one) => one.key === key) ?? null
    }
  },
}

const linkJson = ({ name, state, who, none, exact, sources, groups, answered, old, cut }: Link) => ({
  step: name,
  state,
  who: who === null ? null : { name: who.label, arn: who.arn, account: who.account, another: who.differs },
  said: who === null ? none : exact,
  sources,
  groups,
  answered: answered && { by: answered.by, at: new Date(answered.at).toISOString() },
  stale: old,
  broken: cut === null ? null : cut.label,
})

const isRefused = ({ check, stale }: ContextGround): boolean =>
  check !== null && stale === null && clusterAnswer(check).kind === 'refused'

/** What is known of the lists of who may enter a cluster, and whether they name one identity. */
interface ListsSay {
  readonly name: string
  /** Why not all of it was read; null: all was. */
  readonly unread: string | null
  /** When AWS described the cluster last. */
  readonly askedAt: string | null
  readonly administrators: readonly Pick<AuditPrincipal, 'name' | 'from'>[]
  /** How many they let in, and where they name this identity. */
  readonly mayEnter: number
  readonly namedIn: readonly AuditPrincipal['from'][]
}

function listsSay({ name, mayEnter, unread, askedAt }: AuditCluster, arn: string | null): ListsSay {
  const account = arn === null ? null : (parsePrincipal(arn)?.account ?? null)
  const key = arn === null ? null : principalKey(arn)
  const isNamed = (one: AuditPrincipal): boolean =>
    one.from === 'mapAccounts' ? one.principal === account : key !== null && one.key === key
  return {
    ...{ name, unread, askedAt: askedAt === null ? null : new Date(askedAt).toISOString() },
    administrators: mayEnter.flatMap(({ everything, name: who, from }) =>
      everything ? [{ name: who, from }] : [],
    ),
    mayEnter: mayEnter.length,
    namedIn: [...new Set(mayEnter.filter(isNamed).map(({ from }) => from))],
  }
}

/**
 * The ARN of an identity that only has to be let in: the intended one, or where none is named the one of the shell, whose token
 * for this cluster was refused, and whom no list names. Null: another thing is wrong.
 */
function mayBeLetIn(context: ContextGround, lists: ListsSay | null): string | null {
  const { check, identity } = context
  if (check?.proven == null || !isRefused(context)) return null
  if (check.verdict === 'mismatch' || tokenForOf(context) !== null) return null
  if (lists !== null && lists.namedIn.length > 0) return null
  return arnForEntry(check.proven, identity?.intended.arn ?? null)
}

const tones: Readonly<Record<Sentence['tone'], Tone | null>> = {
  ok: 'good',
  bad: 'bad',
  no: 'bad',
  warn: 'doubtful',
  info: null,
}

function headText({ tone, title, body, next }: Sentence, { colours }: Shown): string {
  const more = [body, next ?? ''].filter(Boolean).map((line) => `  ${visible(line)}\n`)
  return `${painted(visible(title), tones[tone], colours)}\n${more.join('')}\n`
}

const steps: Readonly<Record<LinkName, string>> = {
  intended: 'intended',
  predicted: 'by files',
  token: 'token',
  proven: 'proven',
  seen: 'seen',
  acts: 'acts as',
}
const states: Readonly<Record<LinkState, string>> = {
  claimed: 'files say so',
  observed: 'answered',
  other: 'another identity',
  unreached: 'not reached',
  unasked: 'not asked',
  open: 'the entry names no identity',
}

function linkText(link: Link, now: number, { colours }: Shown): string {
  const { name, state, who, none, exact, sources, answered, cut } = link
  const is = who === null ? none : `${nameOf(who)}${exact === null ? '' : ` (${exact})`}`
  const by = answered === null ? '' : `, ${answered.by} ${ago(answered.at, Math.max(now, answered.at))}`
  const broken =
    cut === null
      ? ''
      : `  ${painted(`✗ ${visible(cut.label)}`, cut.tone === 'warn' ? 'doubtful' : 'bad', colours)}\n`
  const lines = sources.map((source) => `              ${visible(source)}\n`).join('')
  const worth =
    who === null && answered === null
      ? ''
      : `  [${who === null ? '' : states[state]}${by}]`.replace('[, ', '[')
  return `${broken}  ${steps[name].padEnd(10)}  ${visible(is)}${worth}\n${lines}`
}

function listsText(
  { name, mayEnter, unread, askedAt, administrators, namedIn }: ListsSay,
  now: number,
): readonly string[] {
  const at = askedAt === null ? null : Date.parse(askedAt)
  const age = at === null ? '' : `, AWS asked ${ago(at, Math.max(now, at))}`
  if (unread !== null && mayEnter === 0)
    return [`\nWhat is known of ${visible(name)}${age}: ${visible(unread)}\n`]
  const where = [
    ...new Set(namedIn.map((from) => (from === 'access-entry' ? 'an access entry' : 'aws-auth'))),
  ]
  const names =
    where.length > 0
      ? `${where.join(' and ')} ${where.length === 1 ? 'names' : 'name'} this identity`
      : unread === null
        ? 'this identity is not among them'
        : 'this identity is not among those that were read'
  const admins = administrators.flatMap(({ name: who }) => (who === null ? [] : [visible(who)]))
  return [
    `\nWhat is known of ${visible(name)}${age}: ${counted(mayEnter, 'principal')} may enter, and ${names}.${unread === null ? '' : ` Not all of it was read: ${visible(unread)}`}\n`,
    admins.length === 0 ? '' : `Who may do everything there: ${admins.join(', ')}.\n`,
  ]
}
