/** `ekscope report`: the identity audit of all contexts as one document that can be handed on. */
import { hostname, userInfo } from 'node:os'
import { extname } from 'node:path'
import { narrowed } from '../../shared/audit/audit'
import { judgedContexts } from '../../shared/audit/judged'
import { type EarlierReport, type ReportDocument, readReport, reportOf } from '../../shared/audit/report'
import { markdownMark, markdownOf, tableMark, tableOf } from '../../shared/audit/report-text'
import { withoutPlaces } from '../../shared/audit/without-places'
import { unpack } from '../../shared/ipc/packed'
import type { Snapshot } from '../../shared/kubeconfig/entries'
import { visible } from '../../shared/visible'
import { exportTarget } from '../editing/export'
import { realTarget } from '../kubeconfig/disk/replace'
import { kubectlIn } from '../kubectl/which-kubectl'
import { shownAudit } from '../state/clusters-shown'
import { textOfAny } from '../system/own-file'
import { UsageError } from './arguments'
import { type Command, type CommandCall, interrupted, orThrow, print, Refusal } from './command'
import { contextsNamed } from './context-named'
import { refuseNothingReadable } from './list'
import { rowJson } from './list-json'
import { json } from './output'
import { effectiveContexts, fileJson } from './row-json'
import { checkAll, checkJson, openQuestions, sayQuestions } from './whoami'

const formats = {
  md: { of: markdownOf, isOurs: (text: string) => text.startsWith(markdownMark) },
  csv: { of: tableOf, isOurs: (text: string) => text.startsWith(tableMark) },
  json: { of: (report: ReportDocument) => json(report), isOurs: (text: string) => earlierIn(text) !== null },
} as const
type Format = keyof typeof formats
const names = Object.keys(formats)
const isFormat = (name: string): name is Format => Object.hasOwn(formats, name)

export const report: Command = {
  usage:
    'report [CONTEXT…] [--check] [--format md|csv|json] [--out FILE] [--since REPORT.json] [--private] [--title TEXT]',
  summary: 'the identity audit: which identity each context uses, should it, and who else may do everything',
  examples: [
    'ekscope report',
    'ekscope report --check --out audit.md',
    'ekscope report --format json --since yesterday.json --private',
  ],
  help: {
    '--check':
      'check the contexts first, as `ekscope whoami` does; else it says what is known, each with its age',
    '--format FORMAT': 'md (the default), csv or json; else as the name of FILE ends',
    '--out FILE': 'write this file (0600) instead of standard output; only a report of Ekscope is replaced',
    '--since REPORT.json': 'say what changed since this report',
    '--private': 'without host, user, home and paths of files',
    '--title TEXT': 'its title',
  },
  async run(call) {
    const { args, terminal, signal, version } = call
    const { environment } = args.globals
    const out = args.text('out')
    const format = formatOf(args.text('format') ?? (args.globals.json && out === null ? 'json' : null), out)
    const since = await earlierReport(call, args.text('since'))
    const services = await call.services()
    const { kubeconfig, identities, environments } = services
    const snapshot = await kubeconfig.load()
    refuseNothingReadable(snapshot, args.globals.kubeconfig)
    const to = out === null || out === '-' ? null : await target(call, snapshot, out, format)
    const chosen = args.positionals.length === 0 ? null : contextsNamed(snapshot, args.positionals)
    if (args.flag('check')) {
      const checks = await checkAll(call, services, chosen ?? effectiveContexts(snapshot))
      await sayQuestions(call, await openQuestions(call, services, [...checks.values()]), snapshot)
      if (signal.aborted)
        return interrupted(call, `interrupted: ${checks.size} contexts were checked.`, 'Run it again.')
    }
    const whole = unpack(await shownAudit(services.clusters, environment))
    const audit = chosen === null ? whole : narrowed(whole, new Set(chosen.map(({ id }) => id)))
    const known = await identities.of(environment, { fingerprints: false })
    const { variables, problem } = await environments.of(environment)
    const kept = (await services.clusters.checks.load()).filter((check) => check.environment === environment)
    const { contexts: judged } = judgedContexts({
      now: audit.at,
      staleHours: Number.POSITIVE_INFINITY,
      snapshot,
      identities: known.contexts,
      findings: [],
      checks: kept,
    })
    const checks = new Map(judged.map((one) => [one.entry.id, one.judged.check]))
    const rows = new Map(known.rows.map((row) => [row.id, row]))
    const meant = new Map(known.contexts.map((identity) => [identity.context, identity]))
    const { home } = await call.machine()
    const [kubectl, aws] = [
      await kubectlIn(variables),
      known.rows.find((row) => row.aws !== null)?.aws ?? null,
    ]
    const secretly = args.flag('private')
    const where = { host: hostname(), user: userInfo().username, home }
    const document = reportOf(audit, {
      title: args.text('title') ?? 'Who acts in our clusters',
      version,
      where: secretly ? null : where,
      programs: { aws, kubectl: kubectl && { path: kubectl.path, version: kubectl.version } },
      files: snapshot.files.map(fileJson),
      since,
      rowOf({ id, name, file, findings }) {
        const [row, check] = [rows.get(id), checks.get(id)]
        if (row === undefined) return { ...notChecked, context: name, file, findings }
        const checked = check == null ? null : checkJson(check, meant.get(id), problem)
        // What files say is of now, and what was observed is of then.
        return {
          ...notChecked,
          environmentProblem: problem,
          ...checked,
          ...rowJson(row, snapshot),
          context: name,
          file,
          findings,
        }
      },
    })
    const text = formats[format].of(secretly ? withoutPlaces(document, placesOf(snapshot, home)) : document)
    if (to === null) await terminal.out(text)
    else {
      orThrow(await services.editing.exportTo(to.path, text, to.before))
      await print(call, { path: to.path, format }, () => `wrote ${visible(to.path)}\n`, 'report')
    }
    return 0
  },
}

const notChecked = {
  verdict: null,
  proven: null,
  seen: null,
  actsAs: null,
  problem: null,
  clusterProblem: null,
}

function formatOf(named: string | null, out: string | null): Format {
  if (named !== null) {
    if (!isFormat(named)) throw new UsageError(`--format takes ${names.join(', ')}`)
    return named
  }
  if (out === null || out === '-') return 'md'
  const ending = extname(out).slice(1).toLowerCase()
  if (!isFormat(ending))
    throw new UsageError(`the name of FILE ends in .${names.join(', .')}, or --format says what it is`)
  return ending
}

/** A report that says so of itself. */
function earlierIn(text: string): EarlierReport | null {
  try {
    return readReport(JSON.parse(text))
  } catch {
    return null
  }
}

const mostReport = 512 * 1024 * 1024

async function earlierReport(call: CommandCall, named: string | null): Promise<EarlierReport | null> {
  if (named === null) return null
  const text = await textOfAny(call.pathOf(named), mostReport)
  if (text === null)
    throw new Refusal({
      message: `${named} cannot be read.`,
      next: 'Name a report that `ekscope report --format json` wrote.',
    })
  const earlier = earlierIn(text)
  if (earlier !== null) return earlier
  throw new Refusal({
    message: `${named} is not a report of Ekscope, or one of a later version.`,
    next: 'Name a report that `ekscope report --format json` wrote.',
  })
}

/** Where to write, and what is there: it is replaced only if it is a report of that format. */
async function target(call: CommandCall, snapshot: Snapshot, out: string, format: Format) {
  const path = orThrow(await realTarget(call.pathOf(out)))
  const { forbids } = (await call.services()).editing
  const before = orThrow(await exportTarget(path, snapshot.files, '`ekscope move`', forbids))
  if (before === null || formats[format].isOurs(before)) return { path, before }
  throw new Refusal({
    message: `${path} exists, and is not a ${format} report of Ekscope.`,
    next: 'Choose another name.',
  })
}

/** Each kubeconfig by its number, and the home folder. */
const placesOf = ({ files }: Snapshot, home: string): ReadonlyMap<string, string> =>
  new Map([[home, '~'], ...files.map(({ path }, at) => [path, `kubeconfig ${at + 1}`] as const)])
