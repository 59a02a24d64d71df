/** The smallest change that turns one list into another, element by element. */
import { type Json, sameJson } from '../../../shared/json'

export type Step =
  | { readonly kind: 'keep' | 'change'; readonly item: number; readonly wanted: number }
  | { readonly kind: 'remove'; readonly item: number }
  | { readonly kind: 'insert'; readonly after: number; readonly wanted: number }

/** Smallest change from one list to another; elements between two equal ones are changed pairwise. */
export function steps(was: readonly Json[], wanted: readonly Json[]): readonly Step[] {
  const width = wanted.length + 1
  const lengths = new Array<number>((was.length + 1) * width).fill(0)
  const small = was.length * wanted.length <= 250_000
  const common = (i: number, j: number): number => lengths[i * width + j] ?? 0
  if (small)
    for (let i = was.length - 1; i >= 0; i--)
      for (let j = wanted.length - 1; j >= 0; j--)
        lengths[i * width + j] = sameJson(was[i], wanted[j])
          ? common(i + 1, j + 1) + 1
          : Math.max(common(i + 1, j), common(i, j + 1))
  const result: Step[] = []
  let [i, j] = [0, 0]
  const gap = (toI: number, toJ: number): void => {
    while (i < toI && j < toJ) result.push({ kind: 'change', item: i++, wanted: j++ })
    while (i < toI) result.push({ kind: 'remove', item: i++ })
    while (j < toJ) result.push({ kind: 'insert', after: i - 1, wanted: j++ })
  }
  let [a, b] = [0, 0]
  while (a < was.length && b < wanted.length) {
    if (sameJson(was[a], wanted[b])) {
      gap(a, b)
      result.push({ kind: 'keep', item: i++, wanted: j++ })
      a++
      b++
    } else if (!small) break
    else if (common(a + 1, b) >= common(a, b + 1)) a++
    else b++
  }
  gap(was.length, wanted.length)
  return result
}
