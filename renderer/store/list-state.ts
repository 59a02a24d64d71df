/** State of each list other than the contexts, apart from its rows: filter, closed lines, and where the keyboard is. */
import type { StoreApi } from 'zustand/vanilla'
import type { EntryId } from '../../shared/kubeconfig/entries'

export interface ListState<F> {
  readonly filter: F
  /** Closed lines, by their ids. */
  readonly closed: ReadonlySet<string>
  /** The line, or the cell, that has the keyboard. */
  readonly cursor: string | null
  /** The panel with its details is open next to the list. */
  readonly inspecting: boolean
}

/** A part of the store as it is drawn from. */
export type ReadableStore<S> = Pick<StoreApi<S>, 'getState' | 'getInitialState' | 'subscribe'>

/** The initial state of a list. */
export const newList = <F>(filter: F, inspecting = false): ListState<F> => ({
  filter,
  closed: new Set(),
  cursor: null,
  inspecting,
})

/** `first`: the line that is inspected while none has the keyboard. */
export const createList = <F>(state: StoreApi<ListState<F>>, first: () => string | null = () => null) => ({
  setFilter: (filter: Partial<F>) =>
    state.setState((before) => ({ filter: { ...before.filter, ...filter } })),
  /** Without `open` a closed line is opened and an open one closed. */
  toggle: (id: string, open?: boolean) =>
    state.setState((before) => {
      const closed = new Set(before.closed)
      if (open ?? closed.has(id)) closed.delete(id)
      else closed.add(id)
      return { closed }
    }),
  setCursor: (cursor: string | null) => state.setState({ cursor }),
  inspect: (inspecting: boolean) =>
    state.setState(({ cursor }) => ({ inspecting, cursor: cursor ?? first() })),
})

/** What every list can do. */
export type List<F> = ReturnType<typeof createList<F>>

/** These contexts shown alone in the list of contexts, under a title that says which they are. */
export const onlyThese = (title: string, contexts: readonly { readonly id: EntryId }[]) =>
  ({ only: { title, ids: new Set(contexts.map(({ id }) => id)) }, filter: '', page: 'contexts' }) as const
