/** The contexts that actions apply to. */
import { type ActionId, rowMenu } from '../../shared/ipc/actions-and-views'
import type { Row } from '../rows/rows'
import type { Model } from '../store/window-model'
import type { Action } from './action'

interface Asked {
  /** What the answer depends on. */
  readonly of: readonly unknown[]
  readonly rows: readonly Row[]
}

/** Cached: a dozen actions need the same targets for one drawing, and all rows may be selected. */
const lastAsked = new WeakMap<Model, Asked>()

/**
 * The targets of an action on contexts: the selection, else the focused row, else the inspected one. Only those that the view of
 * the contexts shows now, so that nothing happens to a context that is not on the screen.
 */
export function targets(model: Model): readonly Row[] {
  const { page, selected, cursor, inspected, filter, only, listVersion } = model.state.getState()
  const of = [page, selected, cursor?.item, inspected, filter, only, listVersion, model.rows.version]
  const last = lastAsked.get(model)
  if (last?.of.every((part, at) => part === of[at])) return last.rows
  const rows = targetsNow(model)
  lastAsked.set(model, { of, rows })
  return rows
}

/** Actions on the targets: those of a row's menu, but for the panel, and for replacing, which may be about all that is shown. */
const onTargets: ReadonlySet<string> = new Set<ActionId>(
  [...Object.values(rowMenu.first), ...Object.values(rowMenu.more)]
    .flat()
    .filter((id) => id !== 'inspect' && id !== 'replace'),
)
export const isOnTargets = ({ id }: Pick<Action, 'id'>): boolean => onTargets.has(id)

/** Actions on the list of the contexts, as it is shown. */
const onList: ReadonlySet<string> = new Set<ActionId>(['replace', 'select-all', 'name-account'])
/** Whether an action exists only while the contexts are on the screen. */
export const needsContexts = (action: Pick<Action, 'id'>): boolean =>
  isOnTargets(action) || onList.has(action.id)

/** Computes something once for the same list of rows. */
export function onceFor<T>(make: (rows: readonly Row[]) => T): (rows: readonly Row[]) => T {
  const made = new WeakMap<readonly Row[], { readonly of: T }>()
  return (rows) => {
    const known = made.get(rows) ?? { of: make(rows) }
    made.set(rows, known)
    return known.of
  }
}

function targetsNow(model: Model): readonly Row[] {
  const { page, selected, cursor, inspected } = model.state.getState()
  if (page !== 'contexts') return []
  const ids =
    selected.size > 0
      ? [...selected]
      : cursor !== null && model.rows.get(cursor.item)
        ? [cursor.item]
        : inspected !== null
          ? [inspected]
          : []
  return ids.flatMap((id) => {
    const row = model.rows.get(id)
    return row === undefined || !model.isShown(id) ? [] : [row]
  })
}

/** Whether a context is in a file under this id: a new or a moved one only once it is written. */
export function isOnDisk({ id, pending }: Row): boolean {
  return pending === null || (pending.kind !== 'added' && (pending.was?.id ?? id) === id)
}

/** The title of an action for what it would act on: it names a target of its own, and says how many contexts when there are several. */
export function titleOf({ title, titleFor, titleOfMany }: Action, model: Model): string {
  const own = titleFor?.(model)
  if (own) return own
  const count = titleOfMany === undefined ? 1 : targets(model).length
  return titleOfMany === undefined || count < 2 ? title : titleOfMany(count)
}
