/** `ekscope explain`: where the chain of a context's identity breaks, on what evidence, and what to type. Asks nobody. */

import { ago } from '../../shared/age'
import type { AuditCluster } from '../../shared/audit/audit'
import { chainOf, type Link, type LinkName, type LinkState } from '../../shared/audit/chain'
import { contextSentence, nameOf, type Sentence } from '../../shared/audit/context-sentence'
import { isOfRow } from '../../shared/findings/finding-kinds'
import { clusterAnswer } from '../../shared/identity/cluster-answer'
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
    const refused =
      context.check !== null && context.stale === null && clusterAnswer(context.check).kind === 'refused'
    const cluster = refused ? await clusterOf() : null
    const findings = found.findings.filter((one) => one.severity !== 'info' && isOfRow(one))
    const arn = refused ? (context.check?.proven?.canonicalArn ?? null) : null
    const letIn =
      arn === null ? null : offer('ekscope', 'access', entry.name, option('--let-in'), arn).command
    const document = {
      context: entry.name,
      environment,
      verdict: found.judged.verdict,
      checkedAt: found.kept === null ? null : new Date(found.kept.at).toISOString(),
      said: { tone: said.tone, title: said.title, body: said.body, next: said.next },
      chain: links.map(linkJson),
      cluster: cluster && clusterJson(cluster),
      letIn,
      findings: findings.map(({ id, severity, message, advice }) => ({ id, severity, message, fix: advice })),
    }
    await print(call, document, (shown) =>
      [
        headText(said, shown),
        ...links.map((link) => linkText(link, now, shown)),
        ...(cluster === null ? [] : clusterText(cluster, now)),
        ...(letIn === null ? [] : [`\nThe commands for one who may give access: ${letIn}\n`]),
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

const clusterJson = ({ name, mayEnter, unread, askedAt }: AuditCluster) => ({
  name,
  unread,
  askedAt: askedAt === null ? null : new Date(askedAt).toISOString(),
  administrators: mayEnter
    .filter(({ everything }) => everything)
    .map(({ name: who, from }) => ({ name: who, from })),
  mayEnter: mayEnter.length,
})

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

function clusterText({ name, mayEnter, unread, askedAt }: AuditCluster, now: number): readonly string[] {
  const age = askedAt === null ? '' : `, AWS asked ${ago(askedAt, Math.max(now, askedAt))}`
  if (unread !== null && mayEnter.length === 0)
    return [`\nWhat is known of ${visible(name)}${age}: ${visible(unread)}\n`]
  const admins = mayEnter.flatMap(({ everything, name: who }) =>
    everything && who !== null ? [visible(who)] : [],
  )
  return [
    `\nWhat is known of ${visible(name)}${age}: ${counted(mayEnter.length, 'principal')} may enter, and this identity is not among them.${unread === null ? '' : ` Not all of it was read: ${visible(unread)}`}\n`,
    admins.length === 0 ? '' : `Who may do everything there, and so may let it in: ${admins.join(', ')}.\n`,
  ]
}
