/** What pending edits need from the page that hosts them: what it shows now, and how to show the edits in it. */
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
  /** It stays until it is dismissed, although it is not an error. */
  readonly stays?: true
  /** The write that it is about: a later notice about the same write replaces it and its actions. */
  readonly of?: string
  /** It says that something is pending. Once nothing is, the notice goes, or its next step is replaced by this one. */
  readonly ofPending?: 'whole' | { readonly next: string | null }
}

/** Asks main; undefined where main could not answer, which a notice then says. */
export type Ask = <N extends RequestName>(
  name: N,
  ...input: Input<N> extends undefined ? [] : [Input<N>]
) => Promise<Output<N> | undefined>

/** One function that calls all of these. */
export const callAll = (stops: readonly (() => void)[]) => () => {
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
   * Selection, cursor and inspector continue under these ids once the old ones are gone, and back. `written`: at the next
   * change of the files, where entries may have exchanged ids.
   */
  readonly followIds: (ids: ReadonlyMap<EntryId, EntryId>, written?: boolean) => void
  /** A write of Ekscope is on disk: check results follow the contexts that it renamed. */
  readonly followChecks: () => Promise<void>
  readonly notify: (fault: Fault) => void
  readonly say: (message: string) => void
  readonly tell: (notice: NewNotice) => void
  /** Nothing is pending any more: notices about it are removed. */
  readonly nothingPending: () => void
}
