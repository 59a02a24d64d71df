/** What was found, arranged once for matrix and panel. */
import { useMemo } from 'react'
import { toldApart } from '../../shared/identity/account-names'
import { accountNamesSeen, type Swept } from '../../shared/identity/swept'
import { accountNamesOf } from '../pending/commit'
import { accountText, fitting, leftIn, type Matrix, matrixOf } from '../rows/sweeps'
import { useApp, useAwsAuths, useModel, useSweeps } from '../ui/model'

export interface Found {
  readonly swept: Swept
  /** Everything. */
  readonly matrix: Matrix
  /** What the filter leaves. */
  readonly shown: Matrix
  /** What people call accounts, by their numbers; `accountName`: one as the window shows it. */
  readonly accountNames: ReadonlyMap<string, string>
  readonly accountName: (account: string) => string
}

/** Null until it is known. */
export function useFound(): Found | null {
  const model = useModel()
  const known = useSweeps((state) => state.known)
  const run = useSweeps((state) => state.run)
  const words = useSweeps((state) => state.filter.words)
  const without = useApp((state) => state.view.looking.without)
  const fleet = useApp((state) => state.fleet)
  const reports = useApp((state) => state.reports)
  const awsAuths = useAwsAuths((state) => state.known)
  const found = useMemo(() => {
    void run
    // Whose keys are, and what accounts are called, checks and settings say.
    void fleet
    void reports
    if (known === null) return null
    const swept = leftIn(model.sweeps.swept(), without)
    const names = new Map([...accountNamesSeen(swept), ...accountNamesOf(model)])
    const shown = toldApart(names)
    const inside = new Map(
      [...awsAuths].flatMap(([cluster, { read }]) => (read === null ? [] : [[cluster, read] as const])),
    )
    const matrix = matrixOf({ ...known, swept, awsAuths: inside, owners: model.owners() })
    return {
      swept,
      matrix,
      accountNames: names,
      accountName: (account: string) => accountText(shown, account),
    }
  }, [model, known, run, without, fleet, reports, awsAuths])
  return useMemo(
    () => found && { ...found, shown: fitting(found.matrix, words, found.accountName) },
    [found, words],
  )
}
