/** What is shown of the findings, which the audit has, and the fixes whose outcome is awaited. */
import { createStore } from 'zustand/vanilla'
import { typed } from '../pending/editing-state'
import type { Edits } from '../pending/pending-edits'
import { type FindingFilter, type FindingLine, findingLines, shownFindings } from '../rows/finding-lines'
import type { Fixing } from '../rows/fix-outcome'
import type { createAudit } from './audit-store'
import type { Core } from './core'
import { createList, type ListState, newList } from './list-state'

const none: FindingFilter = { words: '', severity: null }

export interface FindingsState extends ListState<FindingFilter> {
  /** Fixes that are pending. */
  readonly fixing: Fixing | null
  /** Fixes that are written, since when, ms since the epoch: their outcome is shown until it is dismissed. */
  readonly written: (Fixing & { readonly at: number }) | null
}

export function createFindings(
  core: Pick<Core, 'clock' | 'rows' | 'state'>,
  audit: Pick<ReturnType<typeof createAudit>, 'state'>,
  edits: Pick<Edits, 'state'>,
) {
  const state = createStore<FindingsState>(() => ({
    ...newList(none, true),
    fixing: typed<Fixing | null>(null),
    written: null,
  }))
  const list = createList(state, () => {
    const { filter, closed } = state.getState()
    const known = audit.state.getState().audit
    const lines = known === null ? [] : shownFindings(findingLines(known), filter, closed)
    return lines.find(({ line }) => line === 'item')?.id ?? null
  })
  /** Ekscope has written since the last time that nothing was being written. */
  let wrote = false

  /** Those whose contexts have no pending edits any more are written. */
  function settle(): void {
    const { fixing, written } = state.getState()
    if (fixing === null) return
    const isPending = ({ contexts }: FindingLine) =>
      contexts.some(({ id }) => (core.rows.get(id)?.pending ?? null) !== null)
    const done = fixing.lines.filter((line) => !isPending(line))
    const left = fixing.lines.filter(isPending)
    const before = written?.lines.filter(({ id }) => !done.some((line) => line.id === id)) ?? []
    state.setState({
      fixing: left.length === 0 ? null : { ...fixing, lines: left },
      written:
        done.length === 0
          ? written
          : { lines: [...before, ...done], before: written?.before ?? fixing.before, at: core.clock() },
    })
  }

  return {
    state,
    ...list,
    /** Edits for these kinds become pending. */
    fix(lines: readonly FindingLine[]): void {
      const { audit: before } = audit.state.getState()
      const known = state.getState().fixing
      if (before === null) return
      const others = known?.lines.filter(({ id }) => !lines.some((line) => line.id === id)) ?? []
      state.setState({ fixing: { lines: [...others, ...lines], before: known?.before ?? before } })
    },
    /** A write of Ekscope is on disk. */
    wrote(): void {
      wrote = true
    },
    dismiss: () => state.setState({ written: null }),
    follow: () => {
      const stops = [
        edits.state.subscribe((now, was) => {
          if (now.applying !== null) return
          if (was.applying !== null && wrote) settle()
          wrote = false
          // Discarded.
          if (now.pending.length === 0 && was.pending.length > 0) state.setState({ fixing: null })
        }),
        core.state.subscribe((now, was) => {
          if (now.environment !== was.environment) state.setState({ fixing: null, written: null })
        }),
      ]
      return () => {
        for (const stop of stops) stop()
      }
    },
  }
}
