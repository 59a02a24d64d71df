/** What pending edits need of the page that hosts them: what it shows now, and how they are shown in it. */
import type { EnvironmentName } from '../../shared/identity/identity'
import type { AppState, Bridge, IdentityReport, Input, Output, RequestName } from '../../shared/ipc/contract'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import type { Fault } from '../../shared/result'
import type { ShownEdits } from './overlay'

export interface HostState {
  readonly app: Pick<AppState, 'home' | 'dataFolder'> | null
  readonly snapshot: Snapshot | null
  readonly environment: EnvironmentName
  /** The second environment that every context is shown in; null when none. */
  readonly compare: EnvironmentName | null
  readonly reports: Readonly<Partial<Record<EnvironmentName, IdentityReport>>>
}

/** A sentence at the edge of the window. */
export interface NewNotice {
  readonly tone: 'info' | 'bad'
  readonly message: string
  readonly next?: string | null
  readonly action?: { readonly label: string; readonly run: () => void } | null
  /** It stays until it is dismissed, although it is no bad news. */
  readonly stays?: true
  /** The write that it is about: a later sentence about the same takes its place, with what can be done about it. */
  readonly of?: string
  /** It says of something that it is pending: once nothing is, it goes, or what to do next is this alone. */
  readonly ofPending?: 'whole' | { readonly next: string | null }
}

/** Asks main; undefined where it could not answer, which is then said. */
export type Ask = <N extends RequestName>(
  name: N,
  ...input: Input<N> extends undefined ? [] : [Input<N>]
) => Promise<Output<N> | undefined>

/** One function that calls all of these. */
export const together = (stops: readonly (() => void)[]) => () => {
  for (const stop of stops) stop()
}

export interface EditsHost {
  readonly bridge: Bridge
  readonly ask: Ask
  readonly newRunId: () => string
  readonly state: {
    getState(): HostState
    subscribe(listener: (now: HostState, before: HostState) => void): () => void
  }
  /** A context's name as its row has it; null when there is no such row. */
  readonly nameOf: (context: EntryId) => string | null
  readonly showHistory: () => void
  /** Lays pending edits over the files; null when there are none. */
  readonly showEdits: (edits: ShownEdits | null) => void
  /**
   * Selection, cursor and inspector go on under these ids once the others are gone, and back. `written`: at the next
   * change of the files, where entries may have taken each other's ids.
   */
  readonly followIds: (ids: ReadonlyMap<EntryId, EntryId>, written?: boolean) => void
  /** A write of Ekscope is on disk: what checks found out goes along with what it renamed. */
  readonly followChecks: () => Promise<void>
  readonly notify: (fault: Fault) => void
  readonly say: (message: string) => void
  readonly tell: (notice: NewNotice) => void
  /** Nothing is pending any more: what was said of that goes. */
  readonly nothingPending: () => void
}
