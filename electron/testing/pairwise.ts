/** Covering arrays for generated tests: every pair of levels of any two axes in few rows, the same for one seed. */

/** Axis → its levels; the first one is the plain level, which a row has where nothing else is asked. */
export type Axes = Readonly<Record<string, readonly string[]>>
/** Axis → level. */
export type Row = Readonly<Record<string, string>>

/** A small generator (mulberry32): a seed gives the same cases everywhere. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The row in which nothing is out of the ordinary, but for what is said. */
export function plainRow(axes: Axes, but: Row = {}): Row {
  const plain = Object.entries(axes).map(([axis, levels]) => [axis, levels[0] ?? ''])
  return { ...Object.fromEntries(plain), ...but }
}

/** Every combination of the levels. */
export function* product(axes: Axes): Generator<Row> {
  const [axis, ...rest] = Object.keys(axes)
  if (axis === undefined) {
    yield {}
    return
  }
  const others = Object.fromEntries(rest.map((name) => [name, axes[name] ?? []]))
  for (const row of product(others)) {
    for (const level of axes[axis] ?? []) yield { [axis]: level, ...row }
  }
}

const pairsOf = (row: Row): string[] => {
  const said = Object.keys(row)
    .sort()
    .map((axis) => `${axis}=${row[axis]}`)
  return said.flatMap((left, i) => said.slice(i + 1).map((right) => `${left} ${right}`))
}

/**
 * `first`, then rows until every pair of levels stands together in one of them. `cost` steers: of two rows that cover as
 * much the cheaper is taken. Levels hold no space and no `=`.
 */
export function pairwise(
  axes: Axes,
  first: readonly Row[],
  seed: number,
  cost: (row: Row) => number = () => 0,
): readonly Row[] {
  const random = seeded(seed)
  const names = Object.keys(axes)
  const missing = new Set<string>()
  for (const [i, a] of names.entries()) {
    for (const b of names.slice(i + 1)) {
      for (const row of product({ [a]: axes[a] ?? [], [b]: axes[b] ?? [] })) {
        for (const pair of pairsOf(row)) missing.add(pair)
      }
    }
  }
  const rows: Row[] = []
  const add = (row: Row) => {
    rows.push(row)
    for (const pair of pairsOf(row)) missing.delete(pair)
  }
  first.forEach(add)
  const gain = (row: Row) => pairsOf(row).filter((pair) => missing.has(pair)).length
  while (missing.size > 0) {
    let best: Row = {}
    let value = Number.NEGATIVE_INFINITY
    const open = [...missing]
    for (let attempt = 0; attempt < 12; attempt++) {
      const start = open[Math.floor(random() * open.length)] ?? ''
      let row: Row = Object.fromEntries(start.split(' ').map((part) => part.split('=')))
      for (const axis of names.filter((name) => !(name in row)).sort(() => random() - 0.5)) {
        let chosen = row
        let most = Number.NEGATIVE_INFINITY
        for (const level of axes[axis] ?? []) {
          const next = { ...row, [axis]: level }
          const worth = gain(next) - cost(next) + random() * 0.1
          if (worth > most) [chosen, most] = [next, worth]
        }
        row = chosen
      }
      if (gain(row) - cost(row) > value) [best, value] = [row, gain(row) - cost(row)]
    }
    add(best)
  }
  return rows
}
