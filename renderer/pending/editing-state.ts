/** State of the editing part of the page, apart from the rows. */

import type { Conflict } from '../../shared/edits/conflicts'
import type { AlsoChanged, EditProblem } from '../../shared/edits/edit'
import type { Obstacle } from '../../shared/edits/obstacle'
import type { Check } from '../../shared/identity/identity'
import type { SignInOf } from '../../shared/identity/sign-in'
import type { Choices, ImportFrom, LockWait } from '../../shared/ipc/payloads'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { noSteps, type Steps } from './pending'

/** The cell that is being edited. */
export interface Editing {
  readonly row: EntryId
  readonly column: string
  /** The text that started the editing; null: the current value, selected. */
  readonly typed: string | null
  /** Rows that get the value: the selection when the cell is part of it, else the one. */
  readonly rows: readonly EntryId[]
  /** Distinguishes this opening from the next; it continues where another program renames its context. */
  readonly opening: number
}

/** `redo` undoes a write that was an undo itself. */
export type UndoWay = 'undo' | 'redo' | 'redo-write' | 'restore' | 'reapply'

/** Main's action for it: `redo` reverts an undo, `redo-write` redoes what was undone; users call both redo. */
export const wayOfMain = {
  undo: 'undo',
  redo: 'undo',
  'redo-write': 'reapply',
  restore: 'restore',
  reapply: 'reapply',
} as const satisfies Readonly<Record<UndoWay, string>>

/** The dialog that is open; at most one. */
export type Dialog =
  /** `obstacles`: what blocked the write that opened this dialog, which asks about it at once. */
  | { readonly kind: 'review'; readonly obstacles?: readonly Obstacle[] }
  /** `inReview`: opened from the review, which continues once all is decided. */
  | { readonly kind: 'conflicts'; readonly inReview?: true }
  | {
      readonly kind: 'undo-write'
      readonly id: string
      readonly way: UndoWay
      readonly obstacles?: readonly Obstacle[]
    }
  | { readonly kind: 'clone'; readonly row: EntryId }
  | { readonly kind: 'rename'; readonly row: EntryId }
  | { readonly kind: 'delete'; readonly rows: readonly EntryId[] }
  | { readonly kind: 'move'; readonly rows: readonly EntryId[] }
  | { readonly kind: 'names'; readonly rows: readonly EntryId[] }
  | { readonly kind: 'replace'; readonly rows: readonly EntryId[]; readonly column: string }
  | { readonly kind: 'everywhere'; readonly old: string }
  | { readonly kind: 'merge' }
  /** `from`: read at once. */
  | { readonly kind: 'import'; readonly from: ImportFrom | null }
  | { readonly kind: 'export'; readonly rows: readonly EntryId[] }
  | { readonly kind: 'add' }
  /** By which identities, and where, clusters are searched. */
  /** `where`: the keyboard starts at the regions, not at the identities. */
  | { readonly kind: 'looking'; readonly at: 'who' | 'where' }
  /** `profile`: one that is not written yet, to be changed; null: a new one. */
  | { readonly kind: 'add-profile'; readonly profile: string | null }
  /** One of these profiles, by name. */
  | { readonly kind: 'clone-profile' | 'delete-profile'; readonly profiles: readonly string[] }
  /** Contexts that wait for the sign-in are verified after it. */
  | { readonly kind: 'sign-in'; readonly of: SignInOf; readonly contexts: readonly EntryId[] }
  /** Null: no filter narrows the contexts. */
  | { readonly kind: 'report'; readonly shown: readonly EntryId[] | null }
  /** `first`: what is shown first, instead of another environment. */
  | { readonly kind: 'compare'; readonly first: 'pending' | null }
  | { readonly kind: 'shortcuts' }

/** The contexts that a dialog changes or includes; without them it has no subject. */
export const aboutContexts = (dialog: Dialog): readonly EntryId[] =>
  'row' in dialog ? [dialog.row] : 'rows' in dialog ? dialog.rows : []

/** A write that runs now. */
export interface Applying {
  readonly run: string
  readonly wait: LockWait | null
  /** Main asks the user about it, in its own window: nothing is written yet. */
  readonly asking: boolean
  /** How many checks were made for it: who makes tokens is written once nobody acts as another by it. */
  readonly checks: number
}

/** The last write of this window, if it switched kubectl's current context or reverted a switch. */
export interface Switched {
  /** Names the write in the history. */
  readonly write: string
  /** `redo`: a reverted switch can be repeated. */
  readonly way: 'undo' | 'redo'
  /** The context that kubectl uses since. */
  readonly to: string | null
  /** What was pending then: if something else is pending now, it was added after the switch. */
  readonly pending: Steps['pending']
}

/** A switch of kubectl's current context, also one reverted or repeated, while it is being written. */
export interface Switching {
  /** What was pending when it was requested. */
  readonly pending: Steps['pending']
  /** The result; null where it was refused, or the user must decide something first. A notice or dialog says so. */
  readonly ended: Promise<Switched | null>
}

/** Results of tries, by environment and context (`triedKey`): the last of each. */
export type TryResults = ReadonlyMap<string, Check>

/** A try that runs now. */
export interface TryRun {
  readonly run: string
  readonly contexts: ReadonlySet<EntryId>
  readonly done: number
}

/** Gives a value a wider type than its own. */
export const typed = <T>(value: T): T => value

export interface EditsState extends Readonly<typeof initialEdits> {}

export const initialEdits = {
  ...typed<Steps>(noSteps),
  /** `edit` is the place in `pending`. */
  problems: typed<readonly EditProblem[]>([]),
  alsoChanges: typed<readonly AlsoChanged[]>([]),
  /** `problems` and `alsoChanges` are main's answer for exactly these edits. */
  previewed: false,
  conflicts: typed<readonly Conflict[]>([]),
  editing: typed<Editing | null>(null),
  dialog: typed<Dialog | null>(null),
  /** Roles that edits gave to contexts in this window, the last one first. */
  recentRoles: typed<readonly string[]>([]),
  choices: typed<Choices | null>(null),
  applying: typed<Applying | null>(null),
  /** Null once anything else was written. */
  switched: typed<Switched | null>(null),
  /** Contexts that AWS is asked about for a refresh. */
  refreshing: 0,
  /** Results of tries of unwritten entries. */
  tried: typed<TryResults>(new Map()),
  trying: typed<TryRun | null>(null),
  /** How often main reported that identities may have changed, as after a command was allowed: older previews do not count. */
  foreseenAnew: 0,
}
