/**
 * What main tells of a run one by one, shown at a pace that leaves time for the keys: of a fleet that is large what was told meanwhile
 * is put together, because showing it takes as long as it takes.
 */
export function paced<T>(show: (told: readonly T[]) => void): (one: T) => void {
  let told: T[] = []
  let rest = 0
  function showTold(): void {
    const [began, all] = [performance.now(), told]
    told = []
    show(all)
    // Once it is drawn it is known how long that took.
    setTimeout(() => {
      rest = (performance.now() - began) * 2
    })
  }
  return (one) => {
    if (told.push(one) === 1) setTimeout(showTold, rest)
  }
}
