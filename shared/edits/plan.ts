/** What applying edits would do: shown before anything is written, and equal to what is then written. */

import type { EntryKind } from '../kubeconfig/entries'
import type { FileDiff } from './diff'
import type { AlsoChanged, EditProblem } from './edit'
import type { CurrentContextChange } from './resolution'

/** Where an entry is in one of the two texts of a diff; lines 1-based, the last one included. */
export interface EntryLines {
  readonly kind: EntryKind
  readonly name: string
  readonly side: 'before' | 'after'
  readonly from: number
  readonly to: number
}

export interface PlannedChange {
  readonly path: string
  /** There is no such file yet. */
  readonly created: boolean
  /** The file is removed. */
  readonly removed: boolean
  /** Secrets redacted. */
  readonly diff: FileDiff
  /** The same as `diff -u` prints it. */
  readonly unified: string
  /** The entries that its lines belong to; absent where it was not looked for. */
  readonly entries?: readonly EntryLines[]
}

export interface FileRevision {
  readonly path: string
  /** SHA-256 of the bytes, hex; null when there was no such file. */
  readonly revision: string | null
}

export interface Plan {
  /** Of every file that was read: an apply that finds others refuses or computes again. */
  readonly revisions: readonly FileRevision[]
  readonly files: readonly PlannedChange[]
  readonly alsoChanges: readonly AlsoChanged[]
  readonly problems: readonly EditProblem[]
  /** Some problem blocks: nothing may be applied. */
  readonly blocked: boolean
  /** Null when current-context stays, and what it resolves to. */
  readonly currentContext: CurrentContextChange | null
}

/** Of a write that changes no kubeconfig. */
export const emptyPlan: Plan = {
  revisions: [],
  files: [],
  alsoChanges: [],
  problems: [],
  blocked: false,
  currentContext: null,
}

/** What undoing a write would do: each problem is something in its way. */
export interface UndoPlan extends Plan {
  /** Where something is in the way: contexts whose part of the write can be undone nevertheless. */
  readonly free: readonly string[]
}

/** A context that changes too, with its file where no list names it. */
export const alsoNamed = ({ name, beside }: AlsoChanged): string =>
  beside === undefined ? name : `${name} of ${beside}`

/** The plan as `--dry-run --json` prints it. */
export const planJson = (plan: Plan) => ({
  files: plan.files.map(({ path, unified }) => ({ path, diff: unified })),
  alsoChanges: plan.alsoChanges.map(({ name }) => name),
})
