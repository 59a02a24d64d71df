/**
 * Shows the events of a run, which main reports one by one, at a pace that leaves time for key presses. In a large fleet, showing
 * takes long: events that arrive meanwhile are shown together.
 */
export function paced<T>(show: (waiting: readonly T[]) => void): (one: T) => void {
  let waiting: T[] = []
  let rest = 0
  function showTold(): void {
    const [began, all] = [performance.now(), waiting]
    waiting = []
    show(all)
    // After drawing, the time that it took is known.
    setTimeout(() => {
      rest = (performance.now() - began) * 2
    })
  }
  return (one) => {
    if (waiting.push(one) === 1) setTimeout(showTold, rest)
  }
}
