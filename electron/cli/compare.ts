/** `ekscope compare`: what differs between two environments, kubeconfigs or reports. Sends no request. */
import * as v from 'valibot'
import { type Audit, audit } from '../../shared/audit/audit'
import { clusterFindingIds } from '../../shared/audit/cluster-findings'
import {
  basisWords,
  type Changes,
  changesBetween,
  comparableOf,
  differenceLines,
  type EarlierReport,
  lineText,
} from '../../shared/audit/compare'
import { type EnvironmentName, environmentNames } from '../../shared/identity/identity'
import { unpack } from '../../shared/ipc/packed'
import { visible } from '../../shared/visible'
import { unreadableEnvironment } from '../identity/environments'
import { earlierReport, mostReport } from '../report/make-report'
import { shownAudit } from '../state/clusters-shown'
import { treeIn } from '../state/identity-trees'
import { textOfAny } from '../system/own-file'
import { usedLikeThis } from './arguments'
import { type Command, type CommandCall, orThrow, print, Refusal } from './command'
import { refuseNothingReadable } from './list'
import { localTime } from './output'

/** One of the two that are compared. */
interface Side {
  readonly kind: 'environment' | 'kubeconfig' | 'report'
  /** The environment, or the path. */
  readonly name: string
  readonly known: EarlierReport
}

export const compare: Command = {
  usage: 'compare A [B]',
  summary:
    'what differs between two environments (login-shell, app, clean), kubeconfigs or JSON reports; of one, from now',
  examples: ['ekscope compare login-shell app', 'ekscope compare clean --json'],
  async run(call) {
    const [first, second, ...more] = call.args.positionals
    if (first === undefined || more.length > 0) throw usedLikeThis(this)
    const words = [first, second ?? call.args.globals.environment] as const
    // A kubeconfig beside an environment is judged in that one.
    const environment = words.find(isEnvironment) ?? call.args.globals.environment
    const [a, b] = [await sideOf(call, words[0], environment), await sideOf(call, words[1], environment)]
    // AWS was asked about the clusters of the own files alone.
    const isEven = a.kind !== 'kubeconfig' && b.kind !== 'kubeconfig'
    const [was, is] = [a, b].map(({ known }) => (isEven ? known : withoutClusters(known)))
    if (was === undefined || is === undefined) throw new Error('there are two sides')
    const changes = changesBetween(was, is)
    const side = ({ kind, name, known }: Side) => ({ kind, name, contexts: known.contexts.length })
    await print(call, { a: side(a), b: side(b), changes: withoutSince(changes) }, () => text(a, b, changes))
    return 0
  },
}

const withoutSince = ({ since: _, ...changes }: Changes) => changes

const isEnvironment = (word: string): word is EnvironmentName =>
  environmentNames.some((name) => name === word)

async function sideOf(call: CommandCall, word: string, environment: EnvironmentName): Promise<Side> {
  if (isEnvironment(word)) {
    const { kubeconfig, clusters, environments } = await call.services()
    const unreadable = unreadableEnvironment(await environments.of(word))
    if (unreadable !== null) throw new Refusal(unreadable)
    refuseNothingReadable(await kubeconfig.load(), call.args.globals.kubeconfig)
    return { kind: 'environment', name: word, known: comparableOf(unpack(await shownAudit(clusters, word))) }
  }
  const path = call.pathOf(word)
  // A kubeconfig may be JSON as well: what says that it is a report is one.
  const head = (await textOfAny(path, mostReport))?.trimStart()
  if (head?.startsWith('{') && isReport(head))
    return { kind: 'report', name: path, known: orThrow(await earlierReport(path)) }
  return { kind: 'kubeconfig', name: path, known: comparableOf(await auditOfFile(call, path, environment)) }
}

/** Whether JSON says of itself that it is a report, wherever a program that read it has put the word. */
function isReport(text: string): boolean {
  try {
    return v.is(v.object({ report: v.number() }), JSON.parse(text))
  } catch {
    return false
  }
}

/** Of another file, by what files, environment and kept checks say. */
async function auditOfFile(call: CommandCall, path: string, environment: EnvironmentName): Promise<Audit> {
  const all = await call.reading({ kubeconfig: path, variables: call.around().variables })
  const snapshot = await all.kubeconfig.load()
  refuseNothingReadable(snapshot, path)
  const [kept, { staleHours, production }, mutes, tree] = await Promise.all([
    all.checker.kept(),
    all.settings.load(),
    all.mutes.load(),
    treeIn(all.trees, environment),
  ])
  const checks = kept.filter((check) => check.environment === environment)
  const printed = new Set(checks.map(({ context }) => context))
  const { contexts: identities, findings } = await all.identities.of(environment, { fingerprints: printed })
  return audit({
    environment,
    now: Date.now(),
    ...{ staleHours, snapshot, identities, findings, checks, tree, mutes, production },
    clusters: [],
    accountNames: {},
  })
}

const ofClusters: ReadonlySet<string> = new Set(clusterFindingIds)
const withoutClusters = (known: EarlierReport): EarlierReport => ({
  ...known,
  findings: known.findings.filter(({ id }) => !ofClusters.has(id)),
})

function text(a: Side, b: Side, changes: Changes): string {
  const sides = { was: a.name, is: b.name }
  const lines = differenceLines(changes, sides, (at) => localTime(Date.parse(at)))
  const basis = basisWords(changes, sides)
  const said = basis === null ? '' : `${visible(basis)}\n`
  if (lines.length === 0) return `${said}Nothing differs.\n`
  const head = `${visible(a.name)} → ${visible(b.name)}\n`
  return `${head}${said}${lines.map((line) => `${lineText(line, visible)}\n`).join('')}`
}
