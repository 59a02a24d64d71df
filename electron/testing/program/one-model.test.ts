/** Grid, findings, map, report and lint are views of one model: of every fleet they say the same. */
import { rmSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { adminWord } from '../../../renderer/rows/columns'
import { countFindings, findingLines, toFixIn } from '../../../renderer/rows/finding-lines'
import { answerOf, fleetOf } from '../../../renderer/rows/fleet-summary'
import { actsOf } from '../../../renderer/rows/proof'
import { findingsOfRows, knownIdentities, type Row, rowInputs, rowsOf } from '../../../renderer/rows/rows'
import type { Audit } from '../../../shared/audit/audit'
import { mapLayout } from '../../../shared/audit/map-layout'
import type { FleetMap, MapPart } from '../../../shared/audit/map-model'
import type { ReportDocument } from '../../../shared/audit/report'
import { tallies, tallyOf, worstOf } from '../../../shared/audit/worst'
import { createMarks } from '../../../shared/identity/colours'
import { verdictCount } from '../../../shared/identity/verdict-words'
import { unpack } from '../../../shared/ipc/packed'
import { full } from '../../../shared/testing/counts'
import { findingsOfClusters, shownAudit } from '../../state/clusters-shown'
import { keptDiscovery } from '../../state/discovered'
import { storedChecks } from '../../state/stored-checks'
import { checkBy, type GeneratedFleet, generatedFleet } from '../generated-fleet'
import { useTerminal } from './terminal'

const terminal = useTerminal({ inProcess: true })

/** What each of the five says of a fleet that lies in a home with its checks. */
async function toldOf(fleet: GeneratedFleet) {
  for (const part of ['.kube', '.aws', 'state'])
    rmSync(`${terminal.home}/${part}`, { recursive: true, force: true })
  const paths = Object.entries(fleet.files).map(([name, text]) => terminal.write(name, text))
  const variables = {
    ...fleet.variables,
    KUBECONFIG: paths.filter((path) => path.includes('.kube')).join(':'),
  }
  const services = terminal.window(variables)
  const { folder, now } = terminal.machine(variables)
  const snapshot = await services.kubeconfig.load()
  const unchecked = await services.identities.of('app')
  const checks = snapshot.contexts.flatMap((entry, at) => {
    const [identity, outcome] = [unchecked.contexts[at], fleet.outcomes[at]]
    if (identity === undefined || outcome === undefined) throw new Error('each context has its outcome')
    const user = snapshot.users.find(({ name, origin }) => name === entry.user && origin.shadowedBy === null)
    return checkBy(entry, identity, outcome, user?.impersonation != null, now()) ?? []
  })
  expect(await storedChecks(folder, now).keep(checks)).toMatchObject({ ok: true })
  expect(await keptDiscovery(folder, now).keep('app', fleet.swept(now()))).toMatchObject({ ok: true })
  const { contexts, accountNames, problems, findings } = await services.identities.of('app')
  const ofFiles = findings.filter(({ contexts: of }) => of.length === 0)
  const beside = {
    at: now(),
    mutes: await services.mutes.load(),
    ofClusters: await findingsOfClusters(services.clusters, 'app'),
  }
  const rows = rowsOf(
    rowInputs({
      ...{ snapshot, environment: 'app', running: new Map(), awaited: false, compare: null },
      identities: knownIdentities({
        digest: '',
        environment: 'app',
        accountNames,
        contexts,
        ofFiles,
        problems,
      }),
      checks: new Map(checks.map((one) => [one.context, one])),
      beside: findingsOfRows(beside),
      staleHours: (await services.settings.load()).staleHours,
      accountNames: new Map(Object.entries(accountNames)),
      production: (await services.settings.load()).production,
      home: terminal.home,
    }),
    now(),
  )
  const audit = unpack(await shownAudit(services.clusters, 'app'))
  const said = async (...args: readonly string[]) => (await terminal.ekscope(args, variables)).stdout
  const report: ReportDocument = JSON.parse(await said('report', '--json'))
  const lint: Omit<Linted, 'passing'> = JSON.parse(await said('lint', '--json'))
  const passing = (await said('lint', '--format', 'junit')).match(/"><\/testcase>/g)?.length ?? 0
  const toFix = toFixIn(rows, ofFiles, new Set())
  return { rows, toFix, audit, report, lint: { ...lint, passing } }
}

interface Linted {
  /** How many contexts no error names. */
  readonly passing: number
  readonly findings: readonly Pick<
    ReportDocument['findings'][number],
    'id' | 'severity' | 'contexts' | 'file' | 'line' | 'message' | 'fix'
  >[]
}

const sorted = (all: readonly unknown[]) => all.map((one) => JSON.stringify(one)).sort()
const counted = (keys: readonly string[]) => {
  const counts: Record<string, number> = {}
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1
  return counts
}

/** The identity that a row acts as, as the audit knows it. */
function actsIn(row: Row): string {
  const who = actsOf(row)?.who ?? null
  if (who?.key) return who.key
  const auth = row.identity?.auth ?? ''
  const notAws = ['client-certificate', 'token', 'basic', 'auth-provider'].includes(auth)
  return notAws ? 'not-aws' : who === null ? 'nobody' : `not-named ${who.label}`
}

/** Grid and audit, context by context. */
function gridIs(rows: readonly Row[], audit: Audit): void {
  expect(
    audit.contexts.map(({ id, verdict, stale, checkedAt, acts, by, admin, findings }) => ({
      ...{ id, verdict, stale, checkedAt, acts, by, findings },
      admin: admin === null ? '' : admin ? 'yes' : 'no',
    })),
  ).toEqual(
    rows.map((row) => ({
      ...{ id: row.id, verdict: row.shown, stale: row.stale, checkedAt: row.check?.at ?? null },
      ...{ acts: actsIn(row), by: actsOf(row)?.by ?? null, admin: adminWord(row) },
      findings: [...new Set(row.findings.map(({ id }) => id))],
    })),
  )
  // The headline of the grid counts as the audit does.
  const fleet = fleetOf(rows, () => false)
  const { kind, count } = answerOf(fleet)
  const counts = counted(audit.contexts.map(({ verdict }) => verdict))
  if (Object.hasOwn(counts, kind)) expect(count).toBe(counts[kind])
  // Those that no check judges and that would act as another are counted with those that a check saw do so.
  const { other } = fleet.foretold
  const claimed = audit.contexts.filter(({ signs }) => signs === 'claimed-another').length
  expect(other).toBeLessThanOrEqual(claimed)
  if (counts.mismatch !== undefined)
    expect([kind, count]).toEqual([other > 0 ? 'mismatch-other' : 'mismatch', counts.mismatch + other])
  if (worstOf(audit).tone === 'ok') expect(kind).toMatch(/^all/)
}

/** Report and audit, by names; and the fields of `list` and `whoami` in it with the rows of the grid. */
function reportIs(report: ReportDocument, rows: readonly Row[], audit: Audit): void {
  expect(report.contexts).toHaveLength(rows.length)
  for (const [at, row] of rows.entries()) {
    const [told, context] = [report.contexts[at], audit.contexts[at]]
    expect(told).toMatchObject({
      ...{ context: row.name, file: row.entry.origin.file, verdict: row.verdict, stale: row.stale },
      intended: { arn: row.identity?.intended.arn, accessKeyId: row.identity?.intended.accessKeyId },
      predicted: { arn: row.identity?.predicted.arn, accessKeyId: row.identity?.predicted.accessKeyId },
      proven: row.check?.proven ? { arn: row.check.proven.arn } : null,
      seen: row.check?.seen ? { username: row.check.seen.username } : null,
      ...{
        identity: context?.acts,
        identityBy: context?.by,
        shouldBe: context?.should,
        on: context?.cluster,
      },
      ...{ signs: context?.signs, enters: context?.enters, admin: context?.admin },
      findings: context?.findings,
    })
  }
  const counts = counted(audit.contexts.map(tallyOf))
  expect(report.counts).toEqual(Object.fromEntries(tallies.map((id) => [id, counts[id] ?? 0])))
  expect(Object.values(report.counts).reduce((sum, one) => sum + one, 0)).toBe(rows.length)
  const { title, more } = worstOf(audit)
  expect(report.answer).toEqual([title, ...more])
}

/** Findings by contexts and by themselves; those of the report by names, and lint says the same. */
function findingsAre(audit: Audit, report: ReportDocument, lint: Linted, rows: readonly Row[]): void {
  expect(
    sorted(rows.flatMap(({ id, findings }) => findings.map((one) => [id, one.id, one.message]))),
  ).toEqual(
    sorted(
      audit.findings.flatMap(({ id, message, contexts }) =>
        contexts.map((context) => [context, id, message]),
      ),
    ),
  )
  const told = ({ id, severity, contexts, file, line, message, fix }: Linted['findings'][number]) => ({
    ...{ id, severity, file, line, message, fix },
    contexts: [...contexts].sort(),
  })
  const nameOf = new Map(rows.map(({ id, name }) => [id, name]))
  const own = audit.findings.map(({ advice, contexts, ...finding }) =>
    told({ ...finding, fix: advice, contexts: [...new Set(contexts.map((id) => nameOf.get(id) ?? ''))] }),
  )
  expect(sorted(report.findings.map(told))).toEqual(sorted(own))
  expect(sorted(lint.findings.map(told))).toEqual(sorted(own))
  const failing = new Set(
    lint.findings.flatMap(({ severity, contexts }) => (severity === 'error' ? contexts : [])),
  )
  expect(lint.passing).toBe(rows.filter(({ name }) => !failing.has(name)).length)
}

const mapOf = (audit: Audit) =>
  mapLayout(audit, {
    ...{ width: 1440, only: null, wrongOnly: false, focus: null, unfolded: new Set() },
    head: { title: worstOf(audit).title, aside: '' },
    markOf: createMarks().of,
  })

const contextsIn = (parts: readonly MapPart[]) =>
  parts.flatMap(({ contexts }) => (contexts ?? []).map(({ id }) => id)).sort()

/** The map and the report: who is in which box, bands by worth, and counts by verdict. */
function mapIs({ parts, paths, label }: FleetMap, report: ReportDocument, audit: Audit): void {
  const all = audit.contexts.map(({ id }) => id).sort()
  expect(paths.map(({ context }) => context.id).sort()).toEqual(all)
  expect(label).toBe(report.answer[0])
  const boxes = (...kinds: readonly MapPart['kind'][]) =>
    parts.filter(({ kind, box }) => box !== null && kinds.includes(kind))
  for (const kinds of [['source'], ['cluster', 'account']] as const)
    expect(contextsIn(boxes(...kinds))).toEqual(all)
  const counts = (list: readonly { readonly key: string; readonly contexts: number }[]) =>
    Object.fromEntries(list.flatMap(({ key, contexts }) => (contexts === 0 ? [] : [[key, contexts]])))
  const drawn = (list: readonly MapPart[]) =>
    Object.fromEntries(list.map(({ key, contexts }) => [key, contexts?.length]))
  expect(drawn(boxes('source'))).toEqual(counts(report.sources))
  if (audit.contexts.length <= 150) {
    expect(drawn(boxes('cluster'))).toEqual(counts(report.clusters))
    const acting = new Set(audit.contexts.map(({ acts }) => acts))
    expect(drawn(boxes('identity').filter(({ key }) => acting.has(key)))).toEqual(counts(report.identities))
  }
  const worths = parts.flatMap(({ kind, worth, contexts }) =>
    kind === 'band' && worth !== null ? (contexts ?? []).map((one) => [one.id, worth]) : [],
  )
  const shown = (worth: string) => (/^(proved|let-in)$/.test(worth) ? 'said so' : worth)
  expect(counted(worths.map(([, worth]) => shown(worth ?? '')))).toEqual(
    counted(report.contexts.flatMap(({ signs, enters }) => [shown(signs), shown(enters)])),
  )
  // Contexts that are named, and those that are counted by verdict.
  const said = counted(
    report.contexts.map((one) => verdictCount[one.stale !== null ? 'stale' : verdictIn(one)]),
  )
  const lines = parts.filter(
    ({ kind, contexts, title }) =>
      kind === 'context' || (kind === 'text' && contexts !== null && /^\d/.test(title)),
  )
  expect(contextsIn(lines)).toEqual(all)
  const counting: Record<string, number> = {}
  for (const { kind, title, contexts } of lines)
    if (kind === 'context') for (const { verdict } of contexts ?? []) add(counting, verdictCount[verdict], 1)
    else
      for (const [, count = '', words = ''] of title.matchAll(/(\d+) ([^,]+)/g))
        add(counting, words, Number(count))
  expect(counting).toEqual(said)
}

function add(counts: Record<string, number>, key: string, count: number): void {
  counts[key] = (counts[key] ?? 0) + count
}
const verdicts: ReadonlySet<string> = new Set(Object.keys(verdictCount))
const isVerdict = (name: string): name is keyof typeof verdictCount => verdicts.has(name)
const verdictIn = ({ verdict }: { readonly verdict: string | null }) =>
  verdict !== null && isVerdict(verdict) ? verdict : 'not-checked'

test('grid, findings, map, report and lint say the same of generated fleets', async () => {
  // Above 150 contexts the map folds what is alike.
  const sizes = [
    [30, full ? 1_950 : 18],
    [400, full ? 50 : 1],
  ] as const
  for (const [most, count] of sizes)
    await fc.assert(
      fc.asyncProperty(generatedFleet(most), async (fleet) => {
        const { rows, toFix, audit, report, lint } = await toldOf(fleet)
        const counts = countFindings(findingLines(audit), audit)
        expect(toFix.count).toBe(counts.error + counts.warning || counts.info)
        gridIs(rows, audit)
        reportIs(report, rows, audit)
        findingsAre(audit, report, lint, rows)
        mapIs(mapOf(audit), report, audit)
      }),
      { numRuns: count, endOnFailure: true },
    )
})
