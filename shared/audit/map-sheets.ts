/** A map that is higher than a sheet, parted so that it can be read on paper: account by account, as it stands in the whole. Pure. */
import type { Audit } from './audit'
import { mapLayout } from './map-layout'
import type { FleetMap, MapOptions, MapPart } from './map-model'

/** What stays together where it can. */
interface Unit {
  readonly parts: readonly MapPart[]
  readonly height: number
}

const unitOf = (parts: readonly MapPart[]): Unit => {
  const boxes = parts.flatMap(({ box }) => box ?? [])
  const [top, bottom] = [boxes.map(({ y }) => y), boxes.map(({ y, height }) => y + height)]
  return { parts, height: Math.max(...bottom) - Math.min(...top) }
}

/** The boxes of each account, from above. */
function accountsIn({ parts }: FleetMap): readonly Unit[] {
  const units: MapPart[][] = []
  for (const part of parts) {
    if (part.kind === 'account') units.push([])
    if (part.box !== null && (part.kind === 'account' || part.kind === 'cluster')) units.at(-1)?.push(part)
  }
  return units.filter((parts) => parts.length > 0).map(unitOf)
}

/** As many runs, about equally high. */
function runsOf(units: readonly Unit[], count: number): readonly (readonly Unit[])[] {
  const each = units.reduce((sum, { height }) => sum + height, 0) / count
  const runs: Unit[][] = [[]]
  let sum = 0
  for (const unit of units) {
    const run = runs.at(-1)
    if (run !== undefined && run.length > 0 && sum + unit.height / 2 > each * runs.length) runs.push([unit])
    else run?.push(unit)
    sum += unit.height
  }
  return runs
}

/** The map, or where it is higher than `most` its sheets. */
export function mapSheets(audit: Audit, options: MapOptions, most: number): readonly FleetMap[] {
  const whole = mapLayout(audit, options)
  const folds = whole.parts.some(({ kind, box }) => kind === 'account' && box !== null)
  const sheetsOf = (map: FleetMap, accounts: readonly Unit[]): readonly FleetMap[] => {
    // An account that is too high alone is parted between its clusters.
    const units = accounts.length === 1 ? (accounts[0]?.parts ?? []).map((part) => unitOf([part])) : accounts
    if (map.height <= most || units.length < 2) return [map]
    return runsOf(units, Math.max(2, Math.ceil(map.height / most))).flatMap((run) => {
      const only = new Set(
        run.flatMap(({ parts }) => parts.flatMap(({ contexts }) => contexts ?? [])).map(({ id }) => id),
      )
      return sheetsOf(mapLayout(audit, { ...options, only, folds }), run)
    })
  }
  return sheetsOf(whole, accountsIn(whole))
}
