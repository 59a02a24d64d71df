/** Time as a function of length: patterns that backtrack take quadratic time or worse on the text that is made for them. */

/** Shorter times, in ms, are not compared: they say more about the computer than about the work. */
const shortest = 40

/** Together, in ms, no more is spent on doing the same again. */
const longest = 1_000

function fastest(run: () => void): number {
  let best = Number.MAX_VALUE
  for (let at = 0; at === 0 || (at < 3 && best >= shortest && best * at < longest); at++) {
    const before = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, (user + system) / 1_000)
  }
  return best
}

/** From this growth on it is compared anew, so many times: a busy machine is busy by chance, a quadratic pattern each time. */
const suspicious = 9
const attempts = 6

/**
 * How much longer work takes on four times the text: about 4 for linear time, 16 for quadratic; 1 where the long text takes
 * too little time to be compared. Processor time counts, which a busy machine makes longer too: the least of some counts.
 */
export function growth(
  run: (text: string) => void,
  textOf: (length: number) => string,
  length: number,
): number {
  const [short, long] = [textOf(length), textOf(4 * length)]
  let least = Number.MAX_VALUE
  for (let at = 0; at < attempts && least > suspicious; at++) {
    const slow = fastest(() => run(long))
    if (slow < shortest) return 1
    const quick = fastest(() => run(short))
    least = Math.min(least, slow / Math.max(quick, 1))
  }
  return least
}
