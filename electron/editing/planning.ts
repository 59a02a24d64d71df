/**
 * What is computed from files without writing anything: what the page is shown of them, previews and plans. All inputs and
 * outputs are values, so that another thread can do it. In the window one does (planning-thread.ts), so that a large fleet keeps
 * neither the window nor its keys waiting; the terminal has nothing else to do meanwhile. What the page gets is returned as
 * the text in which it is sent (shared/ipc/packed.ts).
 */

import { createHash } from 'node:crypto'
import type { Audit } from '../../shared/audit/audit'
import { audit } from '../../shared/audit/make-audit'
import { applyEdits } from '../../shared/edits/apply-edits'
import { type Duplicates, duplicatesIn } from '../../shared/edits/duplicates'
import type { AnyEdit, Edit } from '../../shared/edits/edit'
import type { Plan, UndoPlan } from '../../shared/edits/plan'
import type { EksCluster } from '../../shared/identity/eks-cluster'
import type { Check } from '../../shared/identity/identity'
import { countClusters, type PlacedCluster } from '../../shared/identity/known-clusters'
import { allRegions } from '../../shared/identity/regions'
import type { Fingerprint, IdentityReport } from '../../shared/ipc/contract'
import { type Packed, pack } from '../../shared/ipc/packed'
import type { Choices, ViewCounts } from '../../shared/ipc/payloads'
import { packReport } from '../../shared/ipc/report'
import { type EntryId, isBeside, type SnapshotChange } from '../../shared/kubeconfig/entries'
import { ok, type Result } from '../../shared/result'
import { profileChoice } from '../aws/chain/profile-choice'
import type { AwsFiles } from '../aws/files/aws-files'
import {
  assembleIdentities,
  type KnownContext,
  type KnownTask,
  knownContexts,
  printedRows,
} from '../identity/assemble'
import { awsFilesOnce } from '../identity/aws-files-once'
import { allOf, type LookTask, lookInput } from '../identity/basis'
import { identitiesIn } from '../identity/build-identity-tree'
import { clusterMeant } from '../identity/contexts-by-cluster'
import { backWarnings, identityWarnings } from '../identity/edit-warnings'
import { accountNamesIn, awsProblems } from '../identity/reports'
import { planOnDisk } from '../kubeconfig/disk/apply-to-disk'
import { overwrittenNow } from '../kubeconfig/disk/overwritten-writes'
import type { KnownDocuments } from '../kubeconfig/disk/read-sources'
import { keepSeenFiles } from '../kubeconfig/disk/seen-states'
import { planUndo, type UndoRequest } from '../kubeconfig/disk/undo'
import { openHistory } from '../kubeconfig/disk/write-history'
import { changeOfFiles } from '../kubeconfig/read/changed'
import { modelOf, sourceOfRead } from '../kubeconfig/read/edit-model'
import {
  type KubeconfigView,
  type ResolvedContext,
  resolvedIn,
  resolvedValue,
  viewOf,
} from '../kubeconfig/read/kubeconfig-view'
import type { BackWarnings } from '../kubeconfig/rewrite/put-back'
import type { ReadAt } from '../state/changes'
import { keptCheck } from '../state/fleet'
import { type AuditTask, auditInput } from '../state/fleet-clusters'
import { fleetIn } from '../state/fleet-in-thread'
import { checksUnderNewIds } from '../state/stored-checks'
import type { Environment } from '../system/environment'
import { destinationsIn } from '../trust/destinations'
import { wordsAfter } from '../trust/expectations'
import {
  type ContextNamingProfiles,
  contextsNaming,
  type NamingTask,
  titlesIn,
} from './contexts-naming-profiles'
import type { Exported, ExportOptions } from './export'
import { editedView, type PreviewTask, previewEdits, type TryTask, triedOf } from './preview'
import type { ImportsTask } from './read-import'
import { entriesOfFound } from './refreshed-clusters'

/** Where the AWS files are. */
type PlanPlace = Pick<LookTask, 'environment' | 'home' | 'platform' | 'changed'>

/** Files as they were read last. */
export type FilesRead = ReadAt

export interface ReportTask extends LookTask {
  /** Names of accounts, from SSO portals and from the accounts themselves. */
  readonly seenNames: Readonly<Record<string, string>>
  /** Contexts that have a check to compare: fingerprints are computed for these alone. */
  readonly checked: readonly EntryId[]
  /** The digest of the report that the page has. */
  readonly had?: string | undefined
}

export interface PlanTask extends PlanPlace {
  readonly list: readonly string[]
  readonly edits: readonly AnyEdit[]
}

export interface AuditAfter {
  readonly audit: Audit
  readonly renamed: readonly (readonly [was: EntryId, now: EntryId])[]
}

/** An undo or reapply of a write of a history, for the files of a list. */
export interface UndoTask extends Omit<PlanPlace, 'environment'>, Pick<UndoRequest, 'way' | 'id'> {
  /** Whose AWS files are to have the profiles that come back; null: these files go back, too. */
  readonly environment: Environment | null
  readonly list: readonly string[]
  /** The folder of the history. */
  readonly history: string
  readonly contexts: readonly string[] | null
}

/** Ekscope's writes to the files of a list. */
export interface OverwrittenTask extends Pick<UndoTask, 'list' | 'history'> {
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** `torn`: only of files that cannot be read, or could not. */
export interface KeepTask extends Pick<UndoTask, 'list' | 'history'> {
  readonly which: 'all' | 'torn'
}

/** Questions about files as they were read last. */
const questions = {
  ...fleetIn(viewOfRead),
  ...destinationsIn(viewOfRead),
  snapshot: async (_: null, read: FilesRead) => pack(viewOfRead(read).snapshot),
  report: reportOf,
  /** The context that kubectl takes when none is named. */
  current: async (_: null, read: FilesRead) => viewOfRead(read).snapshot.currentContext,
  /** Of the contexts that were checked. */
  fingerprints: fingerprintsOf,
  preview: async (task: PreviewTask, read: FilesRead, signal: AbortSignal) =>
    pack(await previewEdits(task, read, signal)),
  auditAfter,
  /** These contexts for a check, before anything else that was asked. They have secrets, which leave main for no page. */
  contexts: contextsOf,
  /** What these edits would add and leave, before anything else that was asked. */
  tried: async (task: TryTask, read: FilesRead) => triedOf(task, read),
  /** The lines of an entry, secrets redacted, before anything else that was asked; null: it is in no file. */
  entryText: async (id: EntryId, read: FilesRead) => viewOfRead(read).text(id),
  /** What the sidebar counts; it waits until nothing else is asked. */
  counts: countsIn,
  /** Those of these contexts that exist, each once, with secrets. */
  resolved: async (contexts: readonly EntryId[], read: FilesRead) =>
    resolvedIn(viewOfRead(read), contexts).map(resolvedValue),
  /** Those of these contexts that exist, and all that share a cluster entry with one of them, with secrets. */
  sharing: async (contexts: readonly EntryId[], read: FilesRead) => sharingIn(viewOfRead(read), contexts),
  /** A self-contained kubeconfig of those of these contexts that exist; null: none does. */
  exported: exportedIn,
  /** What texts to import contain, with secrets. */
  async imported(task: ImportsTask, { files }: FilesRead) {
    const { offeredImports } = await import('./read-import')
    return offeredImports(task, files)
  },
  /** Contexts that name profiles, and one line for each edit. */
  naming: namingAfter,
  titles: async (edits: readonly Edit[], read: FilesRead) => titlesIn(viewOfRead(read), edits),
  /** Entries that could be merged into one after these edits. */
  duplicates: async (edits: readonly AnyEdit[], read: FilesRead) => duplicatesAfter(edits, read),
  /** What these files hold of each of these clusters. */
  entriesOf: (clusters: readonly EksCluster[], read: FilesRead) =>
    entriesOfFound(clusters, viewOfRead(read), read.files),
  /** What these files and those of AWS offer to choose from. */
  choices: choicesIn,
  /** What edits would make of the files as they are on disk now, with the diffs. */
  plan: planOf,
  /** What another program undid of Ekscope's latest writes, reported or not. */
  overwritten: async ({ list, history, now }: OverwrittenTask, read: FilesRead) =>
    overwrittenNow({
      history: openHistory(history),
      list: () => list,
      now: () => now,
      known: documentsOf(read),
    }),
  /** Keeps the states of these files that other programs made. */
  keepSeen: async ({ list, history, which }: KeepTask, read: FilesRead) =>
    keepSeenFiles(openHistory(history), list, documentsOf(read), which),
  /** What an undo would do to the files as they are on disk now, with the diffs. */
  undoPlan: undoPlanOf,
}
export type QuestionName = keyof typeof questions
/** What another thread can be asked: these questions, and the change from one reading to the next. */
const jobs = {
  ...questions,
  change: async (_: null, after: FilesRead, _signal: AbortSignal, before: FilesRead) =>
    pack(
      changeOfFiles(
        { files: before.files, view: viewOfRead(before) },
        { files: after.files, view: viewOfRead(after) },
      ),
    ),
}
export type JobName = keyof typeof jobs
export type TaskOf<N extends JobName> = Parameters<(typeof jobs)[N]>[0]
export type AnswerOf<N extends JobName> = Awaited<ReturnType<(typeof jobs)[N]>>
/** All of them, by name. */
export const jobsHere: {
  readonly [N in JobName]: (
    task: TaskOf<N>,
    read: FilesRead,
    signal: AbortSignal,
    before: FilesRead,
  ) => Promise<AnswerOf<N>>
} = jobs
/** Each rejects when its signal fires first. */
export type Questions = { readonly [N in QuestionName]: Question<N> }
/** How one of them is asked. */
export type Question<N extends QuestionName> = (
  task: TaskOf<N>,
  read: FilesRead,
  signal: AbortSignal,
) => Promise<AnswerOf<N>>

const isQuestion = (name: string): name is QuestionName => Object.hasOwn(questions, name)

/** All of them, each asked in the way that `way` builds for it. */
export function askedBy(way: <N extends QuestionName>(name: N) => Question<N>): Questions
export function askedBy(way: (name: QuestionName) => unknown): unknown {
  const names = Object.keys(questions).filter(isQuestion)
  return Object.fromEntries(names.map((name) => [name, way(name)]))
}

export interface Planning extends Questions {
  /** What changed from one reading to the next; null: so few entries that the caller compares them itself. */
  change(before: FilesRead, after: FilesRead, signal: AbortSignal): Promise<Packed<SnapshotChange>> | null
  close(): void
  /** Bytes of files from which on another thread is asked. */
  readonly least: number
}

/** In the thread that asks. */
export const planningHere: Planning = {
  ...questions,
  change: () => null,
  close: () => undefined,
  least: Number.POSITIVE_INFINITY,
}

/** The last files that were asked about: a report is about those of the snapshot before it. */
let seen: { readonly read: FilesRead; readonly view: KubeconfigView } | null = null

function viewOfRead(read: FilesRead): KubeconfigView {
  const { revision, files } = read
  const same =
    seen?.read.revision === revision &&
    seen.read.files.length === files.length &&
    seen.read.files.every(({ document }, at) => document === files[at]?.document)
  if (seen === null || !same) seen = { read, view: viewOf(revision, files) }
  return seen.view
}

/** Which identity every context has in one environment, as the page gets it; null where that is what it `had`. */
async function reportOf(
  { seenNames, checked, had, ...task }: ReportTask,
  read: FilesRead,
  signal: AbortSignal,
): Promise<Packed<IdentityReport | null>> {
  const on = lookInput(task, signal)
  const all = allOf(viewOfRead(read))
  const identities = await assembleIdentities({ ...on, ...all, printed: new Set(checked) })
  const { environment } = on
  const files = await on.aws(environment, {})
  const report = {
    environment: environment.name,
    contexts: identities.contexts,
    ofFiles: identities.findings.flatMap(({ id, severity, contexts }) =>
      contexts.length === 0 ? [{ id, severity }] : [],
    ),
    problems: awsProblems(files),
    accountNames: { ...seenNames, ...accountNamesIn(files) },
  }
  return packReport(report, (text) => createHash('sha256').update(text).digest('hex'), had)
}

/** What checks of these contexts depend on in one environment. */
async function fingerprintsOf(
  task: ReportTask,
  read: FilesRead,
  signal: AbortSignal,
): Promise<Packed<readonly Fingerprint[]>> {
  const known = await knownContexts(viewOfRead(read), { ...task, contexts: task.checked }, signal)
  return pack(
    known.map(({ resolved, identity }) => ({ context: resolved.id, fingerprint: identity.fingerprint })),
  )
}

async function contextsOf(
  // For a try: of contexts as these edits would make them, by the ids after the edits.
  { edits, ...task }: KnownTask & { readonly edits?: readonly AnyEdit[] | undefined },
  read: FilesRead,
  signal: AbortSignal,
): Promise<readonly KnownContext[]> {
  const made = edits === undefined ? null : editedView(edits, read)
  // As they will be once this is written.
  const words = made === null ? task.words : wordsAfter(task.words, made.changed)
  const known = await knownContexts(made?.view ?? viewOfRead(read), { ...task, words }, signal)
  return known.map((one) => ({ ...one, resolved: resolvedValue(one.resolved) }))
}

export interface AuditAfterTask extends AuditTask {
  readonly edits: readonly AnyEdit[]
  /** Results of tries of this environment, by the ids after the edits that were tried. */
  readonly tried: readonly Check[]
}

/** The audit of the files as these edits would make them, with the ids that contexts have then; a try counts for exactly its entry. */
async function auditAfter(
  { edits, tried, ...task }: AuditAfterTask,
  read: FilesRead,
  signal: AbortSignal,
): Promise<Packed<AuditAfter>> {
  const { view, changed, renamed } = editedView(edits, read)
  const input = await auditInput(
    view,
    {
      ...task,
      words: wordsAfter(task.words, changed),
      checks: [...checksUnderNewIds(task.checks, renamed), ...tried.map(keptCheck)],
      wholeChecks: checksUnderNewIds(task.wholeChecks, renamed),
    },
    signal,
  )
  const prints = new Map(input.identities.map(({ context, fingerprint }) => [context, fingerprint]))
  const exact = tried.filter(({ context, fingerprint }) => prints.get(context) === fingerprint)
  return pack({ audit: audit({ ...input, checks: [...input.checks, ...exact] }), renamed: [...renamed] })
}

/** The contexts that share a cluster entry decide together which cluster it is (refresh.ts). */
function sharingIn(view: KubeconfigView, contexts: readonly EntryId[]): readonly ResolvedContext[] {
  const chosen = resolvedIn(view, contexts)
  const of = new Set(chosen.flatMap(({ id, cluster }) => [id, ...(cluster === null ? [] : [cluster.id])]))
  const isOf = ({ id, cluster }: ResolvedContext) => of.has(id) || (cluster !== null && of.has(cluster.id))
  return view.resolved().filter(isOf).map(resolvedValue)
}

async function exportedIn(
  { contexts, secrets }: Pick<ExportOptions, 'secrets'> & { readonly contexts: readonly EntryId[] },
  read: FilesRead,
): Promise<Result<Exported & { readonly first: string; readonly count: number }> | null> {
  const view = viewOfRead(read)
  const found = contexts.flatMap((id) => view.resolve(id) ?? [])
  const [first] = found
  if (first === undefined) return null
  const { exportKubeconfig } = await import('./export')
  const { currentContext } = view.snapshot
  const made = await exportKubeconfig(found, { secrets, files: read.files, currentContext })
  return made.ok ? ok({ ...made.value, first: first.entry.name, count: found.length }) : made
}

/** Counted as the pages count what they show, without building it. */
async function countsIn(
  // `clusters`: those that sweeps found.
  { clusters, ...task }: LookTask & { readonly clusters: readonly PlacedCluster[] },
  read: FilesRead,
  signal: AbortSignal,
): Promise<ViewCounts> {
  const { aws, programs, environment, ...on } = lookInput(task, signal)
  const all = allOf(viewOfRead(read))
  const { rows } = await printedRows({ ...on, ...all, environment, aws, programs, trust: null })
  const files = await aws(environment, {})
  const rules = await programs(environment, {}).rules('aws')
  const meanings = rows.flatMap((row) => {
    const { cluster } = row.resolved
    return row.effective ? [{ ...clusterMeant(row), entry: cluster && { server: cluster.raw.server } }] : []
  })
  return {
    identities: identitiesIn({ environment, files, rules, rows, now: on.now }),
    clusters: countClusters(meanings, clusters),
  }
}

async function choicesIn(
  { environment, home, platform }: PlanPlace,
  read: FilesRead,
  signal: AbortSignal,
): Promise<Choices> {
  const aws = await awsFilesOnce(home, platform, signal)(environment, {})
  return choicesOf(aws, viewOfRead(read).resolved())
}

/** Contexts by the ids that the edits name them by. */
async function namingAfter(
  { edits, ...task }: NamingTask,
  read: FilesRead,
): Promise<readonly ContextNamingProfiles[]> {
  if (edits === undefined) return contextsNaming(viewOfRead(read), task)
  const { view, renamed } = editedView(edits, read)
  const first = new Map([...renamed].map(([was, now]) => [now, was]))
  const found = await contextsNaming(view, task)
  return found.map((one) => ({ ...one, id: first.get(one.id) ?? one.id }))
}

/** Entries of files that were only opened are not merged with anything. */
function duplicatesAfter(edits: readonly AnyEdit[], { files }: FilesRead): readonly Duplicates[] {
  const own = files.filter(({ file }) => !isBeside(file))
  return duplicatesIn(applyEdits(modelOf(own.map(sourceOfRead)), edits).model)
}

/** A plan of thousands of edits is hundreds of thousands of objects: a caller that only passes it on gets one text. */
async function planOf(
  { list, edits, environment, home, platform, changed }: PlanTask,
  read: FilesRead,
  signal: AbortSignal,
): Promise<Packed<Plan>> {
  const files = await awsFilesOnce(home, platform, signal, changed)(environment, {})
  const plan = await planOnDisk(list, edits, identityWarnings(files), documentsOf(read))
  // The diffs are made when they are first read: here.
  return pack({ ...plan, files: plan.files })
}

/** The documents of a reading, for a caller that finds the same bytes on disk. */
export const documentsOf =
  ({ files }: FilesRead): KnownDocuments =>
  (path, revision) =>
    files.find(({ file }) => file.path === path && (revision === undefined || file.revision === revision))
      ?.document ?? null

async function undoPlanOf({ history, ...task }: UndoTask, read: FilesRead): Promise<Result<UndoPlan>> {
  const options = { list: task.list, history: openHistory(history), known: documentsOf(read) }
  const plan = await planUndo(options, { ...task, warnings: await backWarningsOf(task) })
  // The diffs are made when they are first read: here.
  return plan.ok ? ok({ ...plan.value, files: plan.value.files }) : plan
}

/** Doubts about the restored profiles; null where nothing is known of them. */
export async function backWarningsOf({
  environment,
  home,
  platform,
}: Pick<UndoTask, 'environment' | 'home' | 'platform'>): Promise<BackWarnings | null> {
  return environment && backWarnings(await awsFilesOnce(home, platform)(environment, {}))
}

/** The roles are those that profiles assume and those that entries already name. */
function choicesOf(files: AwsFiles, contexts: readonly ResolvedContext[]): Choices {
  const profiles = [...files.profiles.values()]
  const written = contexts.flatMap(({ user }) => user?.raw.exec?.args ?? [])
  const roles = [
    ...profiles.flatMap(({ settings }) => settings.role_arn?.value ?? []),
    ...written.filter((arg) => /^arn:[a-z-]+:iam::\d{12}:role\//.test(arg)),
  ]
  return {
    profiles: profiles.map((profile) => profileChoice(files, profile)),
    roles: [...new Set(roles)].sort(),
    regions: allRegions,
  }
}
