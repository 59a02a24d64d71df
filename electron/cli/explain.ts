/** `ekscope explain`: where the chain of a context's identity breaks, on what evidence, and what to type. Sends no request. */
import { ago } from '../../shared/age'
import type { AuditCluster } from '../../shared/audit/audit'
import type { Link, LinkName, LinkState } from '../../shared/audit/chain'
import { nameOf, type Sentence } from '../../shared/audit/context-sentence'
import { type ClusterKnows, explained, isRefused } from '../../shared/audit/explain'
import { isProduction } from '../../shared/identity/production'
import { unpack } from '../../shared/ipc/packed'
import { refusalOf } from '../../shared/kubeconfig/entries'
import { entriesNamed } from '../../shared/kubeconfig/named-by'
import { option } from '../../shared/shell/offered-command'
import { visible } from '../../shared/visible'
import { shownAudit } from '../state/clusters-shown'
import { offer } from '../system/offer'
import { type Command, print } from './command'
import { contextNamed } from './contexts-by-name'
import { judgedNow } from './judged-contexts'
import { coloured, type TableRoom, type Tone } from './output'
import { exactPositionals } from './writing'

export const explain: Command = {
  usage: 'explain CONTEXT',
  summary: 'where the chain of a context’s identity breaks, on what evidence, and what to do; asks nobody',
  examples: ['ekscope explain prod-audit', 'ekscope explain stage-env --json'],
  async run(call) {
    const { args } = call
    const [name = ''] = exactPositionals(this, args, 1)
    const services = await call.services()
    const { kubeconfig, clusters } = services
    const snapshot = await kubeconfig.load()
    const entry = contextNamed(snapshot, name, kubeconfig.store.inView().view.named)
    const { environment } = args.globals
    const { judged } = await judgedNow(services, snapshot, environment)
    const found = judged.find((one) => one.entry.id === entry.id)
    if (found === undefined) throw new Error(`${entry.id} is not judged`)
    const user = entriesNamed(snapshot.files, () => snapshot.users)(entry.user, entry)
    const context = { ...found.judged, ...found, user, running: false }
    const now = Date.now()
    const known = isRefused(context) ? await clusterOf() : null
    const { said, links, cluster, letIn, findings } = explained(context, {
      ...{ environment, now, cluster: known },
      refusal: refusalOf(snapshot.files.filter(({ path }) => path === entry.origin.file)),
    })
    const typed =
      letIn === null ? null : offer('ekscope', 'access', entry.name, option('--let-in', letIn.arn)).command
    const document = {
      context: entry.name,
      environment,
      verdict: found.judged.verdict,
      production: isProduction(
        (await services.settings.load()).production,
        entry,
        found.identity?.meant ?? null,
      ),
      checkedAt: found.kept === null ? null : isoTime(found.kept.at),
      said: { tone: said.tone, title: said.title, body: said.body, next: said.next },
      chain: links.map(linkJson),
      cluster: cluster && clusterJson(cluster),
      letIn: typed,
      findings: findings.map(({ id, severity, message, advice }) => ({ id, severity, message, fix: advice })),
    }
    await print(call, document, (shown) =>
      [
        headText(said, shown),
        ...links.map((link) => linkText(link, now, shown)),
        ...(cluster === null ? [] : ['\n', ...cluster.says.map((line) => `${line}\n`)]),
        ...(letIn === null ? [] : [`\n${letIn.says} ${typed}\n`]),
        ...findings.map(
          ({ id, severity, message, advice }) =>
            `\n${coloured(severity, severity === 'error' ? 'bad' : 'doubtful', shown.colours)} ${id}\n  ${visible(message)}\n${advice === null ? '' : `  ${visible(advice)}\n`}`,
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

const isoTime = (at: number): string => new Date(at).toISOString()

const clusterJson = ({ name, unread, askedAt, administrators, mayEnter, namedIn }: ClusterKnows) => ({
  ...{ name, unread, administrators, mayEnter, namedIn },
  askedAt: askedAt === null ? null : isoTime(askedAt),
})

const linkJson = ({ name, state, who, none, exact, sources, groups, answered, old, cut }: Link) => ({
  step: name,
  state,
  who: who === null ? null : { name: who.label, arn: who.arn, account: who.account, another: who.differs },
  said: who === null ? none : exact,
  sources,
  groups,
  answered: answered && { by: answered.by, at: isoTime(answered.at) },
  stale: old,
  broken: cut === null ? null : cut.label,
})

const tones: Readonly<Record<Sentence['tone'], Tone | null>> = {
  ok: 'good',
  bad: 'bad',
  no: 'bad',
  warn: 'doubtful',
  info: null,
}

function headText({ tone, title, body, next }: Sentence, { colours }: TableRoom): string {
  const more = [body, next ?? ''].filter(Boolean).map((line) => `  ${visible(line)}\n`)
  return `${coloured(visible(title), tones[tone], colours)}\n${more.join('')}\n`
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

function linkText(link: Link, now: number, { colours }: TableRoom): string {
  const { name, state, who, none, exact, sources, answered, cut } = link
  const is = who === null ? none : `${nameOf(who)}${exact === null ? '' : ` (${exact})`}`
  const by = answered === null ? '' : `, ${answered.by} ${ago(answered.at, Math.max(now, answered.at))}`
  const broken =
    cut === null
      ? ''
      : `  ${coloured(`✗ ${visible(cut.label)}`, cut.tone === 'warn' ? 'doubtful' : 'bad', colours)}\n`
  const lines = sources.map((source) => `              ${visible(source)}\n`).join('')
  const worth =
    who === null && answered === null
      ? ''
      : `  [${who === null ? '' : states[state]}${by}]`.replace('[, ', '[')
  return `${broken}  ${steps[name].padEnd(10)}  ${visible(is)}${worth}\n${lines}`
}
