/** The type of an action. */
import type { LucideIcon } from 'lucide-react'
import type { ActionId, ActionText } from '../../shared/ipc/actions-and-views'
import type { Model } from '../store/window-model'
import type { View } from './view'

/** What an action does, and when; its title is in shared/ipc/actions-and-views.ts. */
export interface ActionPart {
  /** Its title where it acts on something that is not in the view: it names that; null where there is none. */
  readonly titleFor?: (model: Model) => string | null
  /** Its title for more than one context. */
  readonly titleOfMany?: (count: number) => string
  readonly icon: LucideIcon
  /** A second shortcut that users know from other programs. */
  readonly alias?: string
  /** For an action that opens a place: the name of that place. */
  readonly place?: string
  /** Other words that users search for it by. */
  readonly words?: string
  /** Why it is not possible with the current selection, where that needs an explanation; null where it is possible. */
  readonly blockedBy?: (model: Model, views: readonly View[]) => string | null
  /** The function that does it now; nothing where it makes no sense. */
  readonly now: (model: Model, views: readonly View[]) => (() => void) | false | null | undefined
}

export type ActionParts = { readonly [Id in ActionId]?: ActionPart }

export interface Action extends Omit<ActionPart, 'now'>, ActionText {
  readonly id: string
  /** Whether it is possible now: it makes sense, and nothing blocks it. */
  readonly enabled: (model: Model) => boolean
  readonly blockedBy: (model: Model) => string | null
  readonly run: (model: Model) => void
}
