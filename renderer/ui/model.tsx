/** The thin edge between the store and React. */

import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import { environmentNames } from '../../shared/identity/identity'
import type { AppState } from '../../shared/ipc/contract'
import { type KubeconfigFile, type Refusal, refusalOf } from '../../shared/kubeconfig/entries'
import { type Offer, offerOn, type Word } from '../../shared/shell/offered-command'
import { filesShown } from '../pending/files-shown'
import { type ProfileEdits, profileEditsIn } from '../pending/profile-edits'
import type { Row } from '../rows/rows'
import type { RunKind } from '../store/app-state'
import type { ReadableStore } from '../store/list-state'
import { runOf } from '../store/run'
import type { Model } from '../store/window-model'

const ModelContext = createContext<Model | null>(null)

export function ModelProvider({ model, children }: { readonly model: Model; readonly children: ReactNode }) {
  return <ModelContext value={model}>{children}</ModelContext>
}

/** The page's model; intents are called on it. */
export function useModel(): Model {
  const model = useContext(ModelContext)
  if (model === null) throw new Error('no model above this component')
  return model
}

/** Reads a part of one of the stores; the component renders again only when that part changes. */
const partOf =
  <S,>(storeIn: (model: Model) => ReadableStore<S>) =>
  <T,>(select: (state: S) => T): T =>
    useStore(storeIn(useModel()), select)

export const useApp = partOf(({ state }) => state)
export const useEdits = partOf(({ edits }) => edits.state)
export const useIdentities = partOf(({ identities }) => identities.state)
export const useClusters = partOf(({ clusters }) => clusters.state)
export const useAwsAuths = partOf(({ awsAuths }) => awsAuths.state)
export const useAudit = partOf(({ audit }) => audit.state)
export const useFindings = partOf(({ findings }) => findings.state)
export const useSweeps = partOf(({ sweeps }) => sweeps.state)

/** The pending edits of AWS profiles, in the environment that is shown. */
export function useProfileEdits(): ProfileEdits {
  const environment = useApp((state) => state.environment)
  const pending = useEdits((state) => state.pending)
  return useMemo(() => profileEditsIn(pending, environment), [pending, environment])
}

/** The run of a kind, redrawn as it gets on; undefined: none is under way. */
export const useRun = (kind: RunKind) => useApp((state) => runOf(kind, state))
/** The same without how far it is. */
export const useIsRunning = (kind: RunKind) => useApp((state) => runOf(kind, state) !== undefined)

/** All checks that are under way. */
export function useChecks() {
  const runs = useApp((state) => state.runs)
  const checks = runs.filter(({ kind }) => kind === 'check')
  const sum = (of: 'done' | 'total') => checks.reduce((all, run) => all + run[of], 0)
  return { running: checks.length > 0, done: sum('done'), total: sum('total') }
}

/** How many contexts or identities wait for the user's answer to a question of main. */
export const useAsking = (): number =>
  useApp(({ runs }) => runs.reduce((all, { asking }) => all + asking.size, 0))

/** One row, redrawn when that row changes and no other. */
export function useRow(id: string | null): Row | undefined {
  const { rows } = useModel()
  return useSyncExternalStore(rows.subscribe, () => (id === null ? undefined : rows.get(id)))
}

const none: readonly KubeconfigFile[] = []

/** The files that are shown and can be written to; `also` those that the user named just now. */
export function useFiles(also?: readonly string[]): readonly KubeconfigFile[] {
  const files = useApp((state) => state.snapshot?.files) ?? none
  const pending = useEdits((state) => state.pending)
  return useMemo(() => filesShown(files, pending, also), [files, pending, also])
}

/** Whether contexts were checked only in other environments, so that the page says which environment is unchecked. */
export function useCheckedElsewhere(): boolean {
  const model = useModel()
  const environment = useApp((state) => state.environment)
  const never = useApp((state) => state.fleet.checked === 0)
  const contexts = useApp((state) => state.snapshot?.contexts)
  return useMemo(
    () =>
      never &&
      contexts !== undefined &&
      environmentNames.some(
        (one) => one !== environment && contexts.some(({ id }) => model.checkIn(one, id) !== null),
      ),
    [model, environment, never, contexts],
  )
}

/** Why kubectl refuses the file of a context, and what to do; null: it reads it, as far as is known. */
export function useRefusal(row: Row): Refusal | null {
  const own = useApp(({ snapshot }) => snapshot?.files.find(({ path }) => path === row.entry.origin.file))
  return useMemo(() => (own === undefined ? null : refusalOf([own])), [own])
}

export type Offering = (program: string, ...words: readonly Word[]) => Offer

/** Commands to copy, for this platform; until it is known, commands that work on any. */
export const offeringOn =
  (app: AppState | null): Offering =>
  (program, ...words) =>
    offerOn(app?.platform ?? 'win32', program, words)

export const useOffer = (): Offering => offeringOn(useApp((state) => state.app))
