/**
 * What main tells of a run one by one, shown at a pace that leaves time for the keys: of a fleet that is large what was told meanwhile
 * is put together, because showing it takes as long as it takes.
 */
export function paced<T>(show: (told: readonly T[]) => void): (one: T) => void {
  let told: T[] = []
  let showing = false
  function showTold(): void {
    const [began, all] = [performance.now(), told]
    told = []
    showing = true
    show(all)
    // When it is drawn.
    setTimeout(() => {
      const rest = (performance.now() - began) * 2
      setTimeout(() => {
        showing = false
        if (told.length > 0) showTold()
      }, rest)
    })
  }
  return (one) => {
    told.push(one)
    if (!showing) showTold()
  }
}
