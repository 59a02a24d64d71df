/** The report of what is known now, for window and terminal: one making, five formats. */
import { createHash } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import type { Audit } from '../../shared/audit/audit'
import { type EarlierReport, readReport } from '../../shared/audit/compare'
import { judgedContexts } from '../../shared/audit/judged'
import { narrowed } from '../../shared/audit/make-audit'
import { type ReportDocument, reportOf } from '../../shared/audit/report'
import type { ReportFormat } from '../../shared/audit/report-formats'
import { htmlMark, htmlOf, type ReportPictures, svgMark, svgOf } from '../../shared/audit/report-html'
import { markdownMark, markdownOf, tableMark, tableOf } from '../../shared/audit/report-text'
import { withoutPlaces } from '../../shared/audit/without-places'
import { createMarks } from '../../shared/identity/colours'
import type { EnvironmentName } from '../../shared/identity/identity'
import { unpack } from '../../shared/ipc/packed'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { fail, type Result, refuse } from '../../shared/result'
import type { Services } from '../editing/services'
import { kubectlIn } from '../kubectl/which-kubectl'
import { shownAudit } from '../state/clusters-shown'
import { textOfAny } from '../system/own-file'
import { json } from './json-text'
import { checkJson, fileJson, rowJson } from './row-json'

/** What a report is to say. */
export interface ReportAsked {
  readonly environment: EnvironmentName
  /** Null: all. */
  readonly contexts: readonly EntryId[] | null
  /** Null: the usual one. */
  readonly title: string | null
  /** Without host, user, home and paths of files. */
  readonly secretly: boolean
  /** The report to compare with. */
  readonly since: EarlierReport | null
}

/** Who makes it, and where. */
export interface ReportMaker {
  readonly version: string
  readonly home: string
}

/** A report, and what its pictures are made of. */
export interface MadeReport {
  readonly document: ReportDocument
  readonly drawn: ReportPictures
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64')

/** How each format is made, and by what a file of it is known. */
export const reportFormats = {
  html: {
    of: ({ document, drawn }) => htmlOf(document, drawn, hashOf),
    isOurs: (text) => text.startsWith(htmlMark),
  },
  md: { of: ({ document }) => markdownOf(document), isOurs: (text) => text.startsWith(markdownMark) },
  csv: { of: ({ document }) => tableOf(document), isOurs: (text) => text.startsWith(tableMark) },
  json: { of: ({ document }) => json(document), isOurs: (text) => earlierIn(text).ok },
  svg: { of: ({ document, drawn }) => svgOf(document, drawn), isOurs: (text) => text.startsWith(svgMark) },
} as const satisfies Readonly<
  Record<
    ReportFormat,
    { readonly of: (made: MadeReport) => string; readonly isOurs: (text: string) => boolean }
  >
>

/** A report that says so of itself, with or without the mark that Windows writes before it; else why it is none. */
function earlierIn(text: string): Result<EarlierReport, string> {
  try {
    return readReport(JSON.parse(text.replace(/^\ufeff/, '')))
  } catch {
    return fail('it is not JSON')
  }
}

/** Bytes of a report at most. */
export const mostReport = 512 * 1024 * 1024

/** The report that was written into this file earlier. */
export async function earlierReport(path: string): Promise<Result<EarlierReport>> {
  const next = 'Name a report that `ekscope report --format json` wrote.'
  const text = await textOfAny(path, mostReport)
  if (text === null) return refuse('unreadable', `${path} cannot be read.`, next)
  const earlier = earlierIn(text)
  if (earlier.ok) return earlier
  return refuse('unreadable', `${path} is not a report that this Ekscope can read: ${earlier.fault}.`, next)
}

/** The report of what is known now; asks nobody. The kubeconfig files must be loaded. */
export async function makeReport(
  services: Pick<Services, 'kubeconfig' | 'identities' | 'environments' | 'clusters'>,
  { version, home }: ReportMaker,
  { environment, contexts, title, secretly, since }: ReportAsked,
): Promise<MadeReport> {
  const { kubeconfig, identities, environments, clusters } = services
  const whole = unpack(await shownAudit(clusters, environment))
  const snapshot = kubeconfig.store.snapshot()
  const audit = contexts === null ? whole : narrowed(whole, new Set(contexts))
  const known = await identities.of(environment, { fingerprints: false })
  const { variables, problem } = await environments.of(environment)
  const kept = (await clusters.checks.load()).filter((check) => check.environment === environment)
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
  const [kubectl, aws] = [await kubectlIn(variables), known.rows.find((row) => row.aws !== null)?.aws ?? null]
  const document = reportOf(audit, {
    title: title ?? 'Who acts in our clusters',
    version,
    where: secretly ? null : { host: hostname(), user: userInfo().username, home },
    programs: { aws, kubectl: kubectl && { path: kubectl.path, version: kubectl.version } },
    files: snapshot.files.map(fileJson),
    since,
    rowOf({ id, name, file, findings }) {
      const [row, check] = [rows.get(id), checks.get(id)]
      if (row === undefined)
        return { ...notChecked, context: name, file, user: null, sharedWith: [], findings }
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
  // Each kubeconfig by its number, and the home folder.
  const places = new Map([
    [home, '~'],
    ...snapshot.files.map(({ path }, at) => [path, `kubeconfig ${at + 1}`] as const),
  ])
  const said = <T>(of: T): T => (secretly ? withoutPlaces(of, places) : of)
  return { document: said(document), drawn: { audit: said(audit), markOf: marksOf(audit).of } }
}

/** The tiles that these identities have. */
function marksOf({ identities }: Audit) {
  const marks = createMarks()
  marks.add(identities.map(({ key, name }) => ({ key, label: name })))
  return marks
}

const notChecked = {
  verdict: null,
  proven: null,
  seen: null,
  actsAs: null,
  problem: null,
  clusterProblem: null,
}
