/**
 * Editing as a service for window and terminal: preview, plan, apply, history, and looking at AWS for what is to be
 * added. The write path itself is in kubeconfig/; this decides with what and on whose behalf it runs.
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { changesBetween } from '../../shared/edits/diff'
import type { AnyEdit, Edit } from '../../shared/edits/edit'
import type { FileRevision, Plan } from '../../shared/edits/plan'
import { type EnvironmentName, environmentInSentence } from '../../shared/identity/identity'
import { allRegions } from '../../shared/identity/regions'
import type { Choices, ExternalChange, HistoryEntry, Preview, ShownDiff } from '../../shared/ipc/payloads'
import { fail, fault, ok, type Result } from '../../shared/result'
import type { Discovery } from '../aws/api/discovery'
import { profileChoice } from '../aws/chain/profile-choice'
import type { AwsFiles } from '../aws/files/files'
import { awsFilesOnce } from '../identity/assemble'
import { identityWarnings } from '../identity/edit-warnings'
import type { Environments } from '../identity/environments'
import { applyToDisk } from '../kubeconfig/disk/apply'
import { externalChangeBytes, externalChanges } from '../kubeconfig/disk/external-changes'
import { type History, type HistoryChange, type HistoryRecord, openHistory } from '../kubeconfig/disk/history'
import { acquireLocks, type LockProgress, removeLock } from '../kubeconfig/disk/lock'
import { followOverwritten, type OverwrittenWrite } from '../kubeconfig/disk/overwritten'
import { recoverWrites } from '../kubeconfig/disk/recover'
import type { StepHook } from '../kubeconfig/disk/replace'
import type { KubeconfigStore } from '../kubeconfig/disk/store'
import { planUndo, type UndoWay, undoWrite } from '../kubeconfig/disk/undo'
import type { ApplyOutcome, WriteOptions } from '../kubeconfig/disk/write'
import { shownChange } from '../kubeconfig/rewrite/plan'
import type { RunCommand } from '../system/run-command'
import { processFingerprint } from '../trust/commands'
import { decisionsFingerprint, type TrustDecisions } from '../trust/decisions'
import { type Planning, type PreviewTask, planningHere } from './planning'

export interface ApplyRequest {
  readonly edits: readonly AnyEdit[]
  /** One line an edit, for the history. */
  readonly titles: readonly string[]
  /** What the edits were made on; null: whatever is there (the terminal). */
  readonly revisions: readonly FileRevision[] | null
  /** Other contexts may change along: the user has seen which. */
  readonly sharedAllowed: boolean
  /** Files that may be written in place where no rename can be. */
  readonly inPlace?: readonly string[]
  readonly onWait?: (progress: LockProgress) => void
}

export interface UndoRequest extends Pick<ApplyRequest, 'revisions' | 'inPlace' | 'onWait'> {
  readonly id: string
  readonly way: UndoWay
}

export interface Editing {
  /** `compare`: a second environment in which identities are worked out too. */
  preview(
    edits: readonly Edit[],
    environment: EnvironmentName,
    compare?: EnvironmentName | null,
    signal?: AbortSignal,
  ): Promise<Preview>
  /** What applying would write now; nothing is locked. */
  plan(edits: readonly AnyEdit[], signal?: AbortSignal): Promise<Plan>
  apply(request: ApplyRequest, signal: AbortSignal): Promise<Result<ApplyOutcome>>
  readonly history: History
  listHistory(): Promise<readonly HistoryEntry[]>
  /** The diff that one write made; `not-found`. */
  showHistory(id: string): Promise<Result<ShownDiff>>
  planUndo(id: string, way: UndoWay): Promise<Result<Plan>>
  undo(request: UndoRequest, signal: AbortSignal): Promise<Result<ApplyOutcome>>
  /** What others wrote between our writes, entry by entry; and the lines of one of these. */
  externalChanges(): Promise<readonly ExternalChange[]>
  showExternalChange(after: string, path: string): Promise<Result<ShownDiff>>
  /** What of our last writes (10 minutes) another program has undone since, told once; oldest write first. */
  overwritten(): Promise<readonly OverwrittenWrite[]>
  /** Settles what a killed process left: one sentence each. */
  recover(signal: AbortSignal): Promise<readonly string[]>
  /** Removes a lock that belongs to a file of the list, because the user said that nobody holds it. */
  unlock(path: string): Promise<Result<null>>
  choices(environment: EnvironmentName): Promise<Choices>
  /** Call `close` of the answer when done. */
  discovery(environment: EnvironmentName): Promise<Discovery>
}

export interface EditingOptions {
  readonly by: 'window' | 'terminal'
  /** Of the data folder. */
  readonly folder: string
  /** Makes the data folder where it is not there yet. */
  readonly ensureFolder: () => Promise<Result<null>>
  readonly store: KubeconfigStore
  /** The files that kubectl would merge, absolute, in order; current after a load. */
  readonly list: () => readonly string[]
  readonly environments: Environments
  readonly decisions: TrustDecisions
  readonly home: string
  readonly platform: NodeJS.Platform
  readonly now: () => number
  readonly signal: AbortSignal
  readonly runCommand?: RunCommand
  /** Who previews and plans; the thread that asks unless said. */
  readonly planning?: Planning
  /** How long another's lock is waited for, ms; a minute unless said. */
  readonly lockWaitMs?: number
  /** Stops at each step of a write: for the tests of faults. */
  readonly hook?: StepHook
}

/** The editing service. Touches neither disk nor network by itself. */
export function createEditing(options: EditingOptions): Editing {
  const { store, environments, home, platform, now, folder, planning = planningHere } = options
  const history = openHistory(join(folder, 'history'))
  const writing = (more: Partial<WriteOptions> = {}): WriteOptions => ({
    list: options.list(),
    by: options.by,
    history,
    journal: join(folder, 'journal'),
    known: (path, revision) =>
      store.files().find(({ file }) => file.path === path && file.revision === revision)?.document ?? null,
    ...(options.hook ? { hook: options.hook } : {}),
    ...(options.lockWaitMs === undefined ? {} : { lockWaitMs: options.lockWaitMs }),
    ...more,
  })

  const overwritten = followOverwritten({ history, list: options.list, now })

  async function filesOf(name: EnvironmentName): Promise<AwsFiles> {
    return awsFilesOnce(home, platform, options.signal)(await environments.of(name), {})
  }

  const warnings = async (name: EnvironmentName) => identityWarnings(await filesOf(name))

  return {
    history,
    async preview(edits, name, compare = null, signal = options.signal) {
      const environment = await environments.of(name)
      const second = compare === null ? null : await environments.of(compare)
      const task: PreviewTask = {
        revision: store.snapshot().revision,
        edits,
        environments: [environment, ...(second ? [second] : [])],
        // With the word that was given: without it every check would look as if something had changed.
        trust: await decisionsFingerprint(options.decisions),
        home,
        platform,
        now: now(),
      }
      return planning.preview(task, store.files(), signal)
    },
    async plan(edits, signal = options.signal) {
      const environment = await environments.of('app')
      return planning.plan({ list: options.list(), edits, environment, home, platform }, signal)
    },
    async apply(request, signal) {
      const ready = await options.ensureFolder()
      if (!ready.ok) return ready
      const { edits, titles, revisions, inPlace, onWait } = request
      const outcome = await applyToDisk(
        {
          ...writing({ ...(inPlace ? { inPlace } : {}), ...(onWait ? { onWait } : {}) }),
          edits,
          titles,
          revisions,
          warnings: await warnings('app'),
          accept: (plan) => (request.sharedAllowed ? null : sharedRefusal(plan)),
        },
        signal,
      )
      return overwritten.noted(outcome)
    },
    async listHistory() {
      const records = await history.list()
      return records.map((record, index) => entryOf(record, records.slice(index + 1)))
    },
    async showHistory(id) {
      const record = await history.get(id)
      if (!record)
        return fail(fault('not-found', `There is no write ${id} in the history.`, 'Look at the list again.'))
      return ok({
        files: await Promise.all(record.files.map((file) => diffOfWrite(id, file))),
        revisions: [],
      })
    },
    planUndo: (id, way) => planUndo(way, writing(), id),
    externalChanges: async () => externalChanges(history, await history.list()),
    async showExternalChange(after, path) {
      const sides = await externalChangeBytes(history, await history.list(), after, path)
      if (!sides.ok) return sides
      return ok({ files: [shownDiff(path, sides.value.before, sides.value.after)], revisions: [] })
    },
    async undo({ id, way, revisions, onWait, inPlace }, signal) {
      const ready = await options.ensureFolder()
      if (!ready.ok) return ready
      const how = writing({ ...(inPlace ? { inPlace } : {}), ...(onWait ? { onWait } : {}) })
      return overwritten.noted(await undoWrite(way, how, id, signal, revisions))
    },
    overwritten: overwritten.find,
    async recover(signal) {
      const { writes, kept } = await recoverWrites(join(folder, 'journal'), history, signal)
      await freeDeadLocks(options.list(), signal)
      return [
        ...writes.map(({ message }) => message),
        ...kept.map(
          ({ id, titles }) =>
            `A write that was interrupted is on disk and in the history as ${id}: ${titles.join('; ')}.`,
        ),
      ]
    },
    unlock(path) {
      // Only what a lock of these files can be: the page must not remove whatever it likes.
      const files = store.snapshot().files
      const locks = files.flatMap((file) => [file.path, ...(file.realPath === null ? [] : [file.realPath])])
      return locks.some((file) => `${file}.lock` === path)
        ? removeLock(path)
        : Promise.resolve(
            fail(fault('bad-request', `${path} is no lock of an open file.`, 'Try the edit again.')),
          )
    },
    async choices(name) {
      const files = await filesOf(name)
      const profiles = [...files.profiles.values()]
      const written = store.resolved().flatMap(({ user }) => user?.raw.exec?.args ?? [])
      const roles = [
        ...profiles.flatMap(({ settings }) => settings.role_arn?.value ?? []),
        ...written.filter((arg) => /^arn:[a-z-]+:iam::\d{12}:role\//.test(arg)),
      ]
      return {
        profiles: profiles.map((profile) => profileChoice(files, profile)),
        roles: [...new Set(roles)].sort(),
        regions: allRegions,
      }
    },
    async discovery(name) {
      const [{ createDiscovery }, { runCommand }] = await Promise.all([
        import('../aws/api/discovery'),
        import('../system/run-command'),
      ])
      const environment = await environments.of(name)
      const files = await filesOf(name)
      const trust = await options.decisions.load()
      return createDiscovery({
        files,
        variables: environment.variables,
        home,
        environment: environmentInSentence[name],
        now,
        run: options.runCommand ?? runCommand,
        mayRun: (process) => trust.allows(processFingerprint(trust.key, process)),
      })
    },
  }

  async function diffOfWrite(id: string, { path, realPath }: HistoryRecord['files'][number]) {
    const [was, is] = [
      await history.bytesOf(id, realPath, 'before'),
      await history.bytesOf(id, realPath, 'after'),
    ]
    const before = was.ok ? (was.value?.toString() ?? null) : null
    const after = is.ok ? (is.value?.toString() ?? '') : (before ?? '')
    return shownDiff(path, before, after)
  }
}

function shownDiff(path: string, before: string | null, after: string): ShownDiff['files'][number] {
  const { diff, unified } = shownChange(path, before, after, changesBetween(before ?? '', after))
  return { path, diff, unified }
}

/** A killed Ekscope's locks keep kubectl out: they are taken over and given back. Of others' nothing is touched. */
async function freeDeadLocks(list: readonly string[], signal: AbortSignal): Promise<void> {
  const left = await Promise.all(list.map((path) => stat(`${path}.lock`).catch(() => null)))
  if (left.every((one) => one === null)) return
  const locks = await acquireLocks(
    { list, writes: list, waitMs: 0, withoutLockWhereImpossible: true },
    signal,
  )
  if (locks.ok) await locks.value.release()
}

/** Exit 3 in the terminal, a question in the window: never in silence. */
function sharedRefusal(plan: Plan) {
  if (plan.alsoChanges.length === 0) return null
  const names = [...new Set(plan.alsoChanges.map(({ name }) => name))]
  return fault(
    'shared-entry',
    `This would also change ${names.length === 1 ? 'the context' : 'the contexts'} ${names.join(', ')}, which ${names.length === 1 ? 'uses' : 'use'} the same entry.`,
    'Give the context a user of its own first (split-user), or allow the change for all of them (--apply-to-shared).',
  )
}

const text64 = (base64: string) => Buffer.from(base64, 'base64').toString()

/** How many lines a splice adds and removes, as a diff counts: those inside a line replace that line, once. */
function changedLines(change: HistoryChange): { added: number; removed: number } {
  const [inserted, removed] = [text64(change.inserted), text64(change.removed)]
  const breaks = (text: string) => text.split('\n').length - 1
  const whole = (text: string) => text === '' || text.startsWith('\n') || text.endsWith('\n')
  const line = (whole(inserted) && whole(removed)) || change.sameLine ? 0 : 1
  return { added: breaks(inserted) + line, removed: breaks(removed) + line }
}

/** `older`: newest first. Whoever wrote between two of our writes shows in a state that neither of them left. */
function entryOf(record: HistoryRecord, older: readonly HistoryRecord[]): HistoryEntry {
  const { id, at, by, titles, undoes, restores, uncertain } = record
  return {
    id,
    at,
    by,
    titles,
    undoes,
    restores,
    uncertain,
    files: record.files.map(({ path, realPath, before, changes }) => {
      const lines = changes.map(changedLines)
      const last = older.flatMap(({ files }) => files).find((file) => file.realPath === realPath)
      return {
        path,
        othersBefore: last !== undefined && last.after !== before,
        added: lines.reduce((sum, { added }) => sum + added, 0),
        removed: lines.reduce((sum, { removed }) => sum + removed, 0),
      }
    }),
  }
}
