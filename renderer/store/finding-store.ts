/** What is shown of the findings, which the audit has. */
import { createStore } from 'zustand/vanilla'
import { type FindingFilter, findingLines, shownFindings } from '../rows/finding-lines'
import type { createAudit } from './audit-store'
import { createList, type ListState, newList } from './list-state'

const none: FindingFilter = { words: '', severity: null }

export function createFindings(audit: Pick<ReturnType<typeof createAudit>, 'state'>) {
  const state = createStore<ListState<FindingFilter>>(() => newList(none, true))
  const list = createList(state, () => {
    const { filter, closed } = state.getState()
    const known = audit.state.getState().audit
    const lines = known === null ? [] : shownFindings(findingLines(known), filter, closed)
    return lines.find(({ line }) => line === 'item')?.id ?? null
  })
  return { state, ...list }
}
