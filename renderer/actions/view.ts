/** The type of a view of the window; renderer/views.tsx has them all. */
import type { LucideIcon } from 'lucide-react'
import type { ComponentType } from 'react'
import type { StoreApi } from 'zustand/vanilla'
import type { ViewName } from '../store/app-state'
import type { Model } from '../store/window-model'

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
  /** Other words that users search for it by. */
  readonly words?: string
  /** How many rows it has; 0 shows no number. */
  readonly useCount?: () => number
  /** How bad what is counted is; null: it is no trouble. */
  readonly useTone?: () => 'bad' | 'warn' | null
  /** The number of pending changes there that are not counted with its rows. */
  readonly usePending?: () => number
  readonly Page: ComponentType
  /** Shown also when the contexts cannot be read: it is not about them, and may say why. */
  readonly alone?: true
  /** The panel at its right while that is open. */
  readonly Panel: ComponentType | null
  /** Whether the panel is open, where neither its list nor the grid decides that. */
  readonly isOpen?: (model: Model) => boolean
  /** The contexts have the grid's list; null: no list. */
  readonly list: 'grid' | ((model: Model) => ViewList) | null
  /** The toolbar, from left to right. */
  readonly tools: {
    readonly Filter: ComponentType
    /** Next to the environment. */
    readonly Beside?: ComponentType
    readonly Add?: ComponentType
    readonly Main: ComponentType
  }
}

/** The list of a view other than the grid; null: the grid, or none. */
export const listOf = ({ list }: View, model: Model): ViewList | null =>
  typeof list === 'function' ? list(model) : null

/** Whether a panel is open at the right of this view. */
export function isPanelOpen(view: View, model: Model): boolean {
  if (view.Panel === null) return false
  return view.isOpen?.(model) ?? (listOf(view, model) ?? model).state.getState().inspecting
}
