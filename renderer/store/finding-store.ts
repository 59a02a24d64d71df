/** What is shown of the findings, which the audit has, and the fixes whose outcome is awaited. */
import { createStore } from 'zustand/vanilla'
import { typed } from '../pending/editing-state'
import { editsOf } from '../pending/memory'
import type { Edits } from '../pending/pending-edits'
import { type FindingFilter, findingLines, shownFindings } from '../rows/finding-lines'
import { type FixedKind, type Fixing, fixesBy } from '../rows/fix-outcome'
import type { createAudit } from './audit-store'
import type { Core } from './core'
import { createList, type ListState, newList } from './list-state'

const none: FindingFilter = { words: '', severity: null }

export interface FindingsState extends ListState<FindingFilter> {
  /** Fixes that are written: their outcome is shown until it is dismissed. `before`: what main said of the files then. */
  readonly written: (Fixing & { readonly before: unknown }) | null
}

export function createFindings(
  core: Pick<Core, 'rows' | 'state'>,
  audit: Pick<ReturnType<typeof createAudit>, 'state'>,
  edits: Pick<Edits, 'state'>,
) {
  const state = createStore<FindingsState>(() => ({
    ...newList(none, true),
    written: typed<FindingsState['written']>(null),
  }))
  const list = createList(state, () => {
    const { filter, closed } = state.getState()
    const known = audit.state.getState().audit
    const lines = known === null ? [] : shownFindings(findingLines(known), filter, closed)
    return lines.find(({ line }) => line === 'item')?.id ?? null
  })
  /** Ekscope has written since the last time that nothing was being written. */
  let wrote = false
  /** What the edits that are being written are to settle. */
  let fixing: FindingsState['written'] = null

  /** Those whose contexts have no pending edits any more are written. */
  function settle(): void {
    if (fixing === null) return
    const isWritten = ({ contexts }: FixedKind) => contexts.every((id) => !core.rows.get(id)?.pending)
    const done = fixing.kinds.filter(isWritten)
    if (done.length === 0) return
    const { written } = state.getState()
    const before = written?.kinds.filter(
      ({ id, severity }) => !done.some((one) => one.id === id && one.severity === severity),
    )
    const touched = new Set(done.flatMap(({ contexts }) => contexts))
    state.setState({
      written: {
        kinds: [...(before ?? []), ...done],
        had: new Map([...[...fixing.had].filter(([id]) => touched.has(id)), ...(written?.had ?? [])]),
        before: fixing.before,
      },
    })
  }

  return {
    state,
    ...list,
    /** A write of Ekscope is on disk. */
    wrote(): void {
      wrote = true
    },
    dismiss: () => state.setState({ written: null }),
    follow: () => {
      const stops = [
        edits.state.subscribe((now, was) => {
          if (now.applying !== null && was.applying === null) {
            const { environment, reports } = core.state.getState()
            fixing = {
              ...fixesBy(core.rows.all(), editsOf(now.pending)),
              before: reports[environment],
            }
          }
          if (now.applying !== null) return
          if (was.applying !== null && wrote) settle()
          wrote = false
          fixing = null
        }),
        core.state.subscribe((now, was) => {
          if (now.environment !== was.environment) state.setState({ written: null })
        }),
      ]
      return () => {
        for (const stop of stops) stop()
      }
    },
  }
}
