/** What was found, arranged once for matrix and panel. */

import { useMemo } from 'react'
import { toldApart } from '../../shared/identity/account-names'
import { accountNamesSeen } from '../../shared/identity/search-results'
import { accountNamesOf } from '../pending/commit'
import { accountText, leftIn, matchingParts, matrixOf } from '../rows/sweep-matrix'
import { swept } from '../store/sweep-store'
import { useApp, useAwsAuths, useEdits, useModel, useSweeps } from '../ui/model'

export type Found = NonNullable<ReturnType<typeof useFound>>

/** Null until it is known. */
export function useFound() {
  const model = useModel()
  const known = useSweeps((state) => state.known)
  const far = useSweeps((state) => state.found)
  const words = useSweeps((state) => state.filter.words)
  const without = useApp((state) => state.view.looking.without)
  const fleet = useApp((state) => state.fleet)
  const reports = useApp((state) => state.reports)
  const awsAuths = useAwsAuths((state) => state.known)
  const found = useMemo(() => {
    void far
    // Whose keys are, and what accounts are called, checks and settings say.
    void fleet
    void reports
    if (known === null) return null
    const all = leftIn(swept(model.sweeps), without)
    const names = new Map([...accountNamesSeen(all), ...accountNamesOf(model)])
    const shown = toldApart(names)
    const inside = new Map(
      [...awsAuths].flatMap(([cluster, { read }]) => (read === null ? [] : [[cluster, read] as const])),
    )
    const matrix = matrixOf({ ...known, swept: all, awsAuths: inside, owners: model.owners() })
    return {
      swept: all,
      /** Everything; `shown`: what the filter leaves. */
      matrix,
      /** What people call accounts, by their numbers; `accountName`: one as the window shows it. */
      accountNames: names,
      accountName: (account: string) => accountText(shown, account),
    }
  }, [model, known, far, without, fleet, reports, awsAuths])
  return useMemo(
    () => found && { ...found, shown: matchingParts(found.matrix, words, found.accountName) },
    [found, words],
  )
}

/** Contexts that were added from here and are pending still, by their cells. */
export function usePendingNames(): ReadonlyMap<string, string> {
  const added = useSweeps((state) => state.added)
  const pending = useEdits((state) => state.pending)
  return useMemo(() => {
    const names = new Set(pending.flatMap(({ edit }) => (edit.kind === 'add-context' ? [edit.name] : [])))
    return new Map([...added].filter(([, name]) => names.has(name)))
  }, [added, pending])
}
