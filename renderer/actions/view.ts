/** What a view of the window is; renderer/views.tsx has them all. */
import type { LucideIcon } from 'lucide-react'
import type { ComponentType } from 'react'
import type { StoreApi } from 'zustand/vanilla'
import type { Model } from '../store/model'
import type { ViewName } from '../store/state'

/** A list with a filter and a panel of its own. */
export interface ViewList {
  readonly state: Pick<StoreApi<{ readonly inspecting: boolean }>, 'getState' | 'subscribe'>
  inspect(open: boolean): void
}

export interface View {
  readonly name: ViewName
  /** In the sidebar. */
  readonly title: string
  readonly icon: LucideIcon
  /** Other words that people look for it by. */
  readonly words?: string
  /** How many rows it has; 0 shows no number. */
  readonly useCount: () => number
  /** What is pending there and is not counted with its rows. */
  readonly usePending?: () => number
  readonly Page: ComponentType
  /** What is at its right while that is open. */
  readonly Panel: ComponentType | null
  /** Whether it is, where that is not what its list or the grid says. */
  readonly isOpen?: (model: Model) => boolean
  /** The contexts have the grid's own; null: no list. */
  readonly list: 'grid' | ((model: Model) => ViewList) | null
  /** The toolbar, from left to right. */
  readonly tools: {
    readonly Filter: ComponentType
    /** Beside the environment. */
    readonly Beside?: ComponentType
    readonly Add?: ComponentType
    readonly Main: ComponentType
  }
}

/** The list that a view has beside the grid; null: the grid, or none. */
export const listOf = ({ list }: View, model: Model): ViewList | null =>
  typeof list === 'function' ? list(model) : null

/** Whether something is at the right of this view. */
export function isPanelOpen(view: View, model: Model): boolean {
  if (view.Panel === null) return false
  return view.isOpen?.(model) ?? (listOf(view, model) ?? model).state.getState().inspecting
}
