/** The thin edge between the store and React. */
import { createContext, type ReactNode, useCallback, useContext, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import type { Row } from '../rows/rows'
import type { Model } from '../store/model'
import type { State } from '../store/state'

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

/** A part of the state; the component draws again only when that part is another. */
export function useApp<T>(select: (state: State) => T): T {
  return useStore(useModel().state, select)
}

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
