/**
 * How much of a table of rows a test takes: all of it in the full run (`npm run check -- --full`), in the quick one (`npm test`)
 * what is chosen, and the test says why that. What one row costs decides: whole programs are dear.
 */
export const full = process.env.EKSCOPE_FULL === '1'

/** All rows in the full run, in the quick one those that `quick` takes: at least one, or the table would hold nothing. */
export function someOf<T>(rows: readonly T[], quick: (row: T, index: number) => boolean): readonly T[] {
  if (full) return rows
  const chosen = rows.filter(quick)
  if (chosen.length === 0) throw new Error('the quick run would take no row of this table')
  return chosen
}

/** For `someOf`: one row in so many, from the first on. */
export const oneIn =
  (every: number) =>
  (_row: unknown, index: number): boolean =>
    index % every === 0
