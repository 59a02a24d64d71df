/** Edits and undos as writes: with the user's consents, the files beside the kubeconfigs, and what is remembered of contexts. */

import { type AnyEdit, type EditProblem, noted } from '../../shared/edits/edit'
import type { FileRevision, Plan } from '../../shared/edits/plan'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { ShownUndoPlan } from '../../shared/ipc/payloads'
import { type Fault, ok, type Result, refuse } from '../../shared/result'
import { configBack } from '../aws/config-file/config-undo'
import { type ConfigFile, editedConfig, type Permits } from '../aws/config-file/config-write'
import type { AwsFiles } from '../aws/files/aws-files'
import type { ChangedConfig } from '../aws/files/read-aws-files'
import { identityWarnings } from '../identity/edit-warnings'
import { type ApplyOptions, applyToDisk } from '../kubeconfig/disk/apply-to-disk'
import type { WholeRecord } from '../kubeconfig/disk/history-record'
import type { OldStates } from '../kubeconfig/disk/old-states'
import type { OverwrittenFollower } from '../kubeconfig/disk/overwritten-writes'
import {
  asPlanned,
  planUndo,
  type UndoRequest as UndoOnDisk,
  type UndoWay,
  undoWrite,
} from '../kubeconfig/disk/undo'
import type { ApplyOutcome, WriteOptions } from '../kubeconfig/disk/write'
import type { DataFolder } from '../system/data-folder'
import type { KeptThroughWrite } from '../system/kept-through-write'
import { offered } from '../system/offer'
import type { Consent, Consents } from '../trust/consent'
import { askingForAccess } from './ask-about-profiles'
import { changeSet } from './change-set'
import { backWarningsOf, documentsOf } from './planning'
import { type Guard, guarded, productionTouched } from './production'
import { credentialsOf, type EditingBase, readNow, withConfig, withContexts } from './profile-editing'
import { followedIn, type RenamedByWrite } from './renamed-by-write'
import { sharedRefusal } from './shared-entries'

/** What a caller can ask of any write. */
export interface WriteRequest extends Pick<WriteOptions, 'inPlace' | 'force' | 'onWait'> {
  /** The revisions that the write is based on; null: whatever is on disk (the terminal). */
  readonly revisions: readonly FileRevision[] | null
  /** Other contexts may change along: the user has seen which. */
  readonly sharedAllowed: boolean
  /** How to decide on a write that adds something new to run or to reach. Without it the window writes none. */
  readonly consent?: Consent | undefined
  /** How a name is typed, where the write touches production. Without it none does. */
  readonly guard?: Guard | undefined
}

export interface ApplyRequest extends WriteRequest, Pick<ApplyOptions, 'titles'> {
  readonly edits: readonly AnyEdit[]
  /** What is written, one line an edit, by the files as they are under their locks. */
  readonly onTitles?: ((titles: readonly string[]) => void) | undefined
}

/** A write that is to be undone, reapplied or restored to before. */
export interface UndoTarget {
  readonly id: string
  readonly way: UndoWay
  /** Of an undo, only what belongs to these contexts; null: everything. */
  readonly contexts: readonly string[] | null
}

export interface UndoRequest extends UndoTarget, WriteRequest {}

export interface EditingOptions extends EditingBase {
  /** History and journal are stored in it. */
  readonly folder: DataFolder
  /** The files that kubectl would merge, absolute, in order; current after a load. */
  readonly list: () => readonly string[]
  /** What is remembered of contexts by name or file follows them. */
  readonly follow: (followed: RenamedByWrite) => Promise<Result<KeptThroughWrite>>
}

/** What kubeconfigs are written with. */
export interface Writing
  extends EditingOptions,
    Required<Pick<WriteOptions, 'history' | 'journal' | 'forbids'>> {
  readonly consents: Consents
  readonly files: (environment: EnvironmentName) => Promise<AwsFiles>
  /** Old states of files that a command read to name what was overwritten, and needs again for an undo; a window keeps none. */
  readonly states: OldStates | undefined
  readonly overwritten: OverwrittenFollower
}

/** The options of a write to disk. */
export const howToWrite = (
  of: Omit<Writing, 'consents' | 'files' | 'overwritten'>,
  how: Pick<WriteRequest, 'inPlace' | 'force' | 'onWait'> = {},
): WriteOptions => ({
  ...of,
  ...how,
  list: of.list(),
  known: (path, revision) => documentsOf(readNow(of))(path, revision),
  knownBytes: of.store.bytes,
})

const refusesShared =
  (allowed: boolean) =>
  (plan: Plan): Fault | null =>
    allowed ? null : sharedRefusal(plan)

/**
 * Writes with the user's consents. What is remembered of contexts by name or file follows the write, also the expected identity,
 * because other programs rewrite whole entries.
 */
async function remembered(
  { consents, overwritten, follow, production, store }: Writing,
  {
    consent,
    guard,
    back,
    takesBack = back,
  }: Pick<WriteRequest, 'consent' | 'guard'> & {
    /** It restores what another write removed. */
    readonly back: boolean
    /** It brings no switch of its own: a redo and a reapply do. */
    readonly takesBack?: boolean
  },
  attempt: Parameters<Consents['write']>[1],
): Promise<Result<ApplyOutcome>> {
  let kept: KeptThroughWrite | null = null
  const permitted = () => kept
  const marks = await production.marks()
  const outcome = await guarded(guard, (mayTouch) =>
    consents.write(consent, (permits) =>
      attempt(async (write) => {
        const refused =
          mayTouch(productionTouched(marks, write, takesBack, store.inView().view)) ?? (await permits(write))
        if (refused !== null) return refused
        const follows = await follow(followedIn(write, back))
        if (!follows.ok) return follows.fault
        kept = follows.value
        return null
      }),
    ),
  )
  const isWritten = outcome.ok && outcome.value.kind === 'written'
  const done = await permitted()?.[isWritten ? 'written' : 'notWritten']()
  return overwritten.noted(
    isWritten && done?.ok === false ? ok(withProblem(outcome.value, formerStays(done.fault))) : outcome,
  )
}

const formerStays = ({ message, next }: Fault): EditProblem =>
  noted('odd-value', `What is remembered by a former name or file stays: ${message}`, next)

const withProblem = <T extends { readonly plan: Plan }>(written: T, problem: EditProblem): T => ({
  ...written,
  plan: { ...written.plan, problems: [...written.plan.problems, problem] },
})

/** Edits of kubeconfigs, of AWS profiles, or of both: one write, of all its files or of none. */
export async function apply(
  of: Writing,
  request: ApplyRequest,
  signal: AbortSignal,
): Promise<Result<ApplyOutcome>> {
  const { edits, revisions, sharedAllowed, consent, onTitles, titles: titled, guard, ...how } = request
  const first = await changeSet(of, readNow(of), edits)
  if (!first.ok) return first
  let set = first.value
  const { profiles } = set
  if (profiles === null) return applyEdits(of, request, signal)
  // The terminal takes what is on disk under the locks, so a rename takes all of it, whether or not a context follows by now.
  const later = revisions === null && profiles.edits.some(({ kind }) => kind === 'rename-profile')
  const all = async (): Promise<Result<readonly AnyEdit[]>> => {
    await of.store.load()
    const now = await changeSet(of, readNow(of), edits)
    if (now.ok) set = now.value
    return now.ok ? ok(now.value.edits) : now
  }
  const { path, environment } = profiles
  const credentials = credentialsOf(await of.files(environment))
  const asking = { by: of.by, consent, unnamed: of.unnamed, inTerminal: 'ekscope profile' }
  return askingForAccess(asking, async (permits) => {
    const file = editedConfig(path, profiles.edits, credentials, permits)
    let ofConfig: readonly string[] = []
    const noting: ConfigFile = {
      ...asPlanned(file, revisions),
      async compute(after) {
        const computed = await asPlanned(file, revisions).compute(after)
        if (computed.ok) ofConfig = computed.value.titles
        return computed
      },
    }
    const asked = {
      ...how,
      consent,
      guard,
      revisions,
      sharedAllowed,
      edits: later ? all : set.edits,
      changed: set.changed,
      // Without a change of theirs no kubeconfig is locked or read.
      list: profiles.alone && !later ? [] : of.list(),
      beside: withContexts(of, noting, sharedAllowed, environment),
      async titles(read: readonly FileRevision[]) {
        const lines = typeof titled === 'function' ? await titled(read) : titled
        const others = lines.filter((_, at) => edits[at]?.kind !== 'edit-profile')
        const now = [...ofConfig, ...others, ...(set.profiles?.followTitles ?? [])]
        onTitles?.(now)
        return now
      },
    }
    return applyEdits(of, asked, signal)
  })
}

interface AppliedEdits extends WriteRequest, Pick<ApplyOptions, 'edits' | 'titles' | 'beside'> {
  /** The files to lock and to read; by default the list. */
  readonly list?: readonly string[]
  readonly changed?: ChangedConfig | null
}

async function applyEdits(
  of: Writing,
  { edits, titles, revisions, sharedAllowed, beside, consent, guard, list, changed, ...how }: AppliedEdits,
  signal: AbortSignal,
): Promise<Result<ApplyOutcome>> {
  const files = await of.files('app')
  const warnings = identityWarnings(changed ? withConfig(files, changed.text, changed.path) : files)
  const asked = { edits, titles, revisions, warnings, accept: refusesShared(sharedAllowed), beside }
  return remembered(of, { consent, guard, back: false }, (permits) =>
    applyToDisk({ ...howToWrite(of, how), ...(list && { list }), ...asked, permits }, signal),
  )
}

/**
 * The undo of the AWS config file, where the write changed it. A write of that file alone concerns no kubeconfig, so none is
 * locked or read.
 */
async function configBackOf(
  of: Writing,
  record: WholeRecord | null,
  { way, id, contexts }: UndoTarget,
  sharedAllowed: boolean,
  permits?: Permits,
): Promise<Result<Pick<UndoOnDisk, 'called'> & Pick<WriteOptions, 'list'> & { beside: ConfigFile | null }>> {
  const list = of.list()
  const config = record?.files.find((file) => file.of === 'aws-config')
  if (record === null || config === undefined) return ok({ list, beside: null })
  const isAlone = record.files.length === 1
  if (!isAlone && contexts !== null)
    return refuse(
      'conflict',
      `That write renamed what these contexts name in ${config.path}, too, so the write is undone whole or not at all.`,
      `To undo all of it: ${offered('ekscope', 'undo', id)}.`,
    )
  const back = await configBack(of.history, way, id, config, permits)
  if (!back.ok) return back
  const { file, called } = back.value
  const beside = withContexts(of, file, sharedAllowed || way === 'restore')
  return ok(isAlone ? { list: [], beside, called } : { list, beside })
}

/** Doubts about the restored profiles; with the AWS config file these are restored, too. */
const doubtsOfBack = async (
  { environments, home, platform }: Writing,
  beside: ConfigFile | null,
): Promise<Parameters<typeof backWarningsOf>[0]> => ({
  environment: beside === null ? await environments.of('app') : null,
  home,
  platform,
})

/** The plan of an undo; what prevents it is a problem of the plan. */
export async function shownUndo(of: Writing, target: UndoTarget): Promise<Result<ShownUndoPlan>> {
  const { history, planning, signal, now, by } = of
  const write = await history.get(target.id)
  // The shown plan itself asks for permission.
  const back = await configBackOf(of, write, target, true)
  if (!back.ok) return back
  const { list, ...config } = back.value
  const doubts = await doubtsOfBack(of, config.beside)
  const task = { ...target, ...doubts, list, history: history.folder }
  const plan =
    // An undo of the AWS config file is small, and seldom.
    config.beside === null && planning !== undefined
      ? await planning.undoPlan(task, readNow(of), signal)
      : await planUndo(
          { ...howToWrite(of), list },
          { ...target, ...config, warnings: await backWarningsOf(doubts) },
        )
  if (!plan.ok) return plan
  const { at, titles } = write ?? { at: now(), titles: [] }
  return ok({ ...plan.value, write: { at, by: write?.by ?? by, titles } })
}

/** Undoes, reapplies or restores a write. */
export async function undo(
  of: Writing,
  request: UndoRequest,
  signal: AbortSignal,
): Promise<Result<ApplyOutcome>> {
  const { way, id, contexts, revisions, sharedAllowed, consent, guard } = request
  const record = await of.history.get(id)
  return askingForAccess(
    { by: of.by, consent, unnamed: of.unnamed, inTerminal: `ekscope ${way} ${id}` },
    async (permits) => {
      const back = await configBackOf(of, record, request, sharedAllowed, permits)
      if (!back.ok) return back
      const { list, ...config } = back.value
      const warnings = await backWarningsOf(await doubtsOfBack(of, config.beside))
      const accept = refusesShared(sharedAllowed)
      const asked = { way, id, contexts, revisions, accept, ...config, warnings }
      const takesBack = way !== 'reapply' && (record?.undoes ?? null) === null
      return remembered(of, { consent, guard, back: true, takesBack }, (permits) =>
        undoWrite({ ...howToWrite(of, request), list, permits }, asked, signal),
      )
    },
  )
}
