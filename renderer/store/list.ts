/** What each list beside the contexts is apart from its rows: what narrows it, which lines are closed, where the keyboard is. */
import type { StoreApi } from 'zustand/vanilla'

export interface ListState<F> {
  readonly filter: F
  /** Closed lines, by their ids. */
  readonly closed: ReadonlySet<string>
  /** The line, or the cell, that has the keyboard. */
  readonly cursor: string | null
  /** What there is to know of that one stands beside the list. */
  readonly inspecting: boolean
}

/** A part of the store as it is drawn from. */
export type ReadableStore<S> = Pick<StoreApi<S>, 'getState' | 'getInitialState' | 'subscribe'>

export interface List<F> {
  setFilter(filter: Partial<F>): void
  /** Without `open` a closed line is opened and an open one closed. */
  toggle(id: string, open?: boolean): void
  setCursor(id: string | null): void
  inspect(open: boolean): void
}

/** A list as it begins. */
export const newList = <F>(filter: F, inspecting = false): ListState<F> => ({
  filter,
  closed: new Set(),
  cursor: null,
  inspecting,
})

/** `first`: the line that is inspected while none has the keyboard. */
export const createList = <F>(
  state: StoreApi<ListState<F>>,
  first: () => string | null = () => null,
): List<F> => ({
  setFilter: (filter) => state.setState((before) => ({ filter: { ...before.filter, ...filter } })),
  toggle: (id, open) =>
    state.setState((before) => {
      const closed = new Set(before.closed)
      if (open ?? closed.has(id)) closed.delete(id)
      else closed.add(id)
      return { closed }
    }),
  setCursor: (cursor) => state.setState({ cursor }),
  inspect: (inspecting) => state.setState(({ cursor }) => ({ inspecting, cursor: cursor ?? first() })),
})

/** Contexts by their ids, shown alone in the list of contexts, under a title that says which they are. */
export const onlyThese = (title: string, ids: readonly string[]) =>
  ({ only: { title, ids: new Set(ids) }, filter: '', page: 'contexts' }) as const
