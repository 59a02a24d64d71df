/** What an action is. */
import type { LucideIcon } from 'lucide-react'
import type { ActionId, ActionText } from '../../shared/ipc/actions'
import type { Model } from '../store/model'

/** What an action does, and when; what it is called is in shared/ipc/actions.ts. */
export interface ActionPart {
  /** What it is called for more than one context. */
  readonly titleOfMany?: (count: number) => string
  readonly icon: LucideIcon
  /** A second shortcut that people bring with them from other programs. */
  readonly alias?: string
  /** Of one that leads somewhere: what that is called by itself. */
  readonly place?: string
  /** Other words that people look for it by. */
  readonly words?: string
  /** Why it cannot be done with what is chosen, where that needs to be said; null where nothing is in its way. */
  readonly blockedBy?: (model: Model) => string | null
  /** What it would do now; nothing where it makes no sense. */
  readonly now: (model: Model) => (() => void) | false | null | undefined
}

export type ActionParts = { readonly [Id in ActionId]?: ActionPart }

export interface Action extends Omit<ActionPart, 'now'>, ActionText {
  readonly id: string
  /** Whether it can be done now: it makes sense, and nothing is in its way. */
  readonly enabled: (model: Model) => boolean
  readonly blockedBy: (model: Model) => string | null
  readonly run: (model: Model) => void
}
