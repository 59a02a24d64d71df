/** The thin edge between the store and React. */
import { createContext, type ReactNode, useCallback, useContext, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import type { Row } from '../rows/rows'
import type { ReadableStore } from '../store/list'
import type { Model } from '../store/model'

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

/** Reads a part of one of the stores; the component draws again only when that part is another. */
const partOf =
  <S,>(storeIn: (model: Model) => ReadableStore<S>) =>
  <T,>(select: (state: S) => T): T =>
    useStore(storeIn(useModel()), select)

export const useApp = partOf(({ state }) => state)
export const useEdits = partOf(({ edits }) => edits.state)
export const useProfileEdits = partOf(({ profileEdits }) => profileEdits.state)
export const useIdentities = partOf(({ identities }) => identities.state)
export const useClusters = partOf(({ clusters }) => clusters.state)
export const useAwsAuths = partOf(({ awsAuths }) => awsAuths.state)
export const useSweeps = partOf(({ sweeps }) => sweeps.state)

/** One row, redrawn when that row changes and no other. */
export function useRow(id: string | null): Row | undefined {
  const { rows } = useModel()
  const subscribe = useCallback(
    (listener: () => void) => (id === null ? () => undefined : rows.subscribe(id, listener)),
    [rows, id],
  )
  const read = useCallback(() => (id === null ? undefined : rows.get(id)), [rows, id])
  return useSyncExternalStore(subscribe, read)
}
