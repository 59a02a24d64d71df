/** The pending edits of a page as a value: what components see (`state`), and what only the functions over it use. */
import { createStore } from 'zustand/vanilla'
import type { AlsoChanged, Edit, EditProblem } from '../../shared/edits/edit'
import type { EditModel } from '../../shared/edits/model'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { Pending } from '../../shared/ipc/stored-edits'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import { type EditsState, initialEdits, type Switched, type Switching, typed } from './editing-state'
import type { EditsHost } from './edits-host'
import { noPreview, type Overlay } from './overlay'
import { createOwnWrites } from './own-writes'
import { knownModel } from './rebase'

/** The files from one snapshot to the next. */
export interface FileStep {
  readonly before: Snapshot
  readonly snapshot: Snapshot
  /** Ekscope wrote it, and no other program. */
  own: boolean
  /** What made a change that is not Ekscope's own. */
  readonly by: 'window' | 'program'
}

/** The base of a list of edits, and conflicts that the user decided for the edits; these do not return while it is the same. */
export interface MadeOn {
  readonly model: (now: Snapshot) => EditModel
  readonly decided: ReadonlySet<string>
}
export const filesOfNow: MadeOn = { model: knownModel, decided: new Set() }

/** The contexts' identities after the edits, as files and environment predict them. */
export interface PredictedAfterEdits {
  readonly environment: EnvironmentName
  /** By the ids that the edits use for contexts. In a large fleet only contexts that the edits touch. */
  readonly identities: ReadonlyMap<EntryId, ContextIdentity>
  readonly problems: readonly EditProblem[]
  readonly alsoChanges: readonly AlsoChanged[]
}

export type PendingEdits = ReturnType<typeof pendingEdits>

export function pendingEdits(host: EditsHost, undoAtOnce: (id: string, way: 'undo' | 'redo') => void) {
  return {
    host,
    /** Undoes a write, or an undo, at once; with its dialog where the user must decide something first. */
    undoAtOnce,
    state: createStore<EditsState>(() => initialEdits),
    lastId: 0,
    /** Numbers what is shown: an answer for an earlier number is dropped. */
    turn: 0,
    timer: typed<ReturnType<typeof setTimeout> | undefined>(undefined),
    stopKeeping: typed<() => void>(() => undefined),
    /** Main has returned what it stored. */
    restored: false,
    /** Main gets one request at a time: of requests made meanwhile only the last counts. */
    asking: false,
    overlay: typed<Overlay | null>(null),
    previewed: noPreview,
    /** How often a cell was opened for editing. */
    openings: 0,
    /** The environment of the choices. */
    choicesOf: typed<string | null>(null),
    ownWrites: createOwnWrites(),
    /** Writes of all windows: of another window's write this one sees only the files. */
    windowsWrites: createOwnWrites(),
    /** File changes that arrived while a write runs. */
    waiting: typed<FileStep[]>([]),
    madeOn: filesOfNow,
    /** The base of lists that undo, redo or a decision removed: it returns with them, and so do their conflicts. */
    leftOn: new WeakMap<readonly Pending[], MadeOn>(),
    /** Undo and redo that the user requested while a switch was being written. */
    stepsAfter: typed<Switched['way'][]>([]),
    /** The edits of the last writes, to be offered again when another program overwrites them. */
    written: new Map<string, readonly Edit[]>(),
    /** Writes that run. */
    writes: 0,
    /** How many writes changed something on disk. */
    made: 0,
    switching: typed<Switching | null>(null),
    /** The last request to main about edits that are not pending (yet), shared by all callers that ask the same. */
    foreseen: typed<{
      readonly about: readonly unknown[]
      readonly answer: Promise<PredictedAfterEdits | null>
    } | null>(null),
  }
}

export const editsOf = (pending: readonly Pending[]): readonly Edit[] => pending.map(({ edit }) => edit)
