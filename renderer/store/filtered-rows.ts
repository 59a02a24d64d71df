/** The rows that match the filter, computed again once rows or filter change. */
import type { EntryId } from '../../shared/kubeconfig/entries'
import { lazy } from '../../shared/once'
import { matchesTerms, parseFilter } from '../rows/filter'
import type { Row } from '../rows/rows'
import type { Core } from './core'

export function createFitting({ state, rows }: Core) {
  let madeOf: readonly unknown[] = []
  let shown: readonly Row[] = []
  let ids = lazy(() => new Set<EntryId>())
  function look() {
    const { filter, only, listVersion } = state.getState()
    const of = [filter, only, listVersion]
    if (of.every((part, at) => part === madeOf[at])) return { shown, ids }
    const terms = parseFilter(filter)
    const asked = only === null ? rows.all() : rows.all().filter(({ id }) => only.ids.has(id))
    const found = terms.length === 0 ? asked : asked.filter((row) => matchesTerms(row, terms))
    madeOf = of
    shown = found
    ids = lazy(() => new Set(found.map(({ id }) => id)))
    return { shown, ids }
  }
  return {
    /** In the order of the files; the same list object until rows or filter change. */
    fitting: () => look().shown,
    /** Whether the filter shows a context: no action applies to a hidden one. */
    isShown(context: EntryId) {
      const { filter, only } = state.getState()
      if (only === null && filter.trim() === '') return rows.get(context) !== undefined
      return look().ids().has(context)
    },
  }
}
