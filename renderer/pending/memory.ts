/** The pending edits of a page as a value: what components see of them (`state`), and what only the functions over it know. */
import { createStore } from 'zustand/vanilla'
import type { AlsoChanged, Edit, EditProblem } from '../../shared/edits/edit'
import type { EditModel } from '../../shared/edits/model'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { Pending } from '../../shared/ipc/kept'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import type { EditsHost } from './host'
import { noPreview, type Overlay } from './overlay'
import { createOwnWrites } from './own-writes'
import { type EditsState, initialEdits, type Switched, type Switching, typed } from './state'

/** The files from one snapshot to the next. */
export interface FileStep {
  readonly before: Snapshot
  readonly snapshot: Snapshot
  /** Ekscope wrote it, and no other program. */
  own: boolean
  /** Of what is not, who did it. */
  readonly by: 'window' | 'program'
}

/** What a list of edits was made on, and conflicts that the user decided for the own side; these do not come back while it stays. */
export interface MadeOn {
  readonly model: (now: Snapshot) => EditModel
  readonly decided: ReadonlySet<string>
}
export const filesOfNow: MadeOn = { model: modelOfSnapshot, decided: new Set() }

/** What edits would make of the contexts, as files and environment say it. */
export interface Foreseen {
  readonly environment: EnvironmentName
  /** By the ids that the edits name contexts by. Of a large fleet only contexts that the edits touch. */
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
    /** Counts what is shown: an answer about what was shown before counts for nothing. */
    turn: 0,
    timer: typed<ReturnType<typeof setTimeout> | undefined>(undefined),
    keeping: typed<ReturnType<typeof setTimeout> | undefined>(undefined),
    /** Main has given what it kept. */
    restored: false,
    /** Main is asked one thing at a time: of what was asked meanwhile only the last counts. */
    asking: false,
    overlay: typed<Overlay | null>(null),
    previewed: noPreview,
    /** How often a cell was opened for editing. */
    openings: 0,
    /** The environment that the choices are of. */
    choicesOf: typed<string | null>(null),
    shown: typed<Snapshot | null>(null),
    ownWrites: createOwnWrites(),
    /** Those of all windows: of each other one's write this one only sees the files. */
    windowsWrites: createOwnWrites(),
    /** What the files became while a write runs. */
    waiting: typed<FileStep[]>([]),
    madeOn: filesOfNow,
    /** The same of lists that undo, redo or a decision took away: with them it comes back, and so do their conflicts. */
    leftOn: new WeakMap<readonly Pending[], MadeOn>(),
    /** Undo and redo that were asked for while a switch was being written. */
    stepsAfter: typed<Switched['way'][]>([]),
    /** The edits of the last writes, to be offered again when another program overwrites them. */
    written: new Map<string, readonly Edit[]>(),
    /** Writes that run. */
    writes: 0,
    /** How many left something on disk. */
    made: 0,
    switching: typed<Switching | null>(null),
    /** What main was asked last about edits that are not pending, or not yet, for all who ask the same at the same time. */
    foreseen: typed<{
      readonly about: readonly unknown[]
      readonly answer: Promise<Foreseen | null>
    } | null>(null),
  }
}

export const editsOf = (pending: readonly Pending[]): readonly Edit[] => pending.map(({ edit }) => edit)
