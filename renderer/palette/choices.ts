/** The palette's choices for the typed text: contexts and actions, in groups. */
import { visible } from '../../shared/visible'
import type { Action } from '../actions/action'
import { isOnTargets, targets, titleOf } from '../actions/targets'
import { actsAsAnother, identityAfterUse, recentRows } from '../actions/use-context'
import { shownOnDisk, usedOf } from '../rows/on-disk'
import { actsOf } from '../rows/proof'
import type { Row } from '../rows/rows'
import type { PaletteMode } from '../store/app-state'
import type { Model } from '../store/window-model'
import { placedName } from '../text/counts'
import { text } from '../text/page'
import { ranked } from './rank'

export type Choice =
  | { readonly kind: 'action'; readonly id: string; readonly action: Action }
  /** `uses`: Enter makes it kubectl's current one; else it goes to its row. */
  | { readonly kind: 'context'; readonly id: string; readonly row: Row; readonly uses: boolean }

export interface Group {
  readonly name: string
  readonly offers: readonly Choice[]
}

/** The maximum number of contexts: in `use` mode a list of contexts only, else as many as leave room for actions. */
const most: Readonly<Record<PaletteMode, number>> = { all: 8, use: 60 }
const mostRecent = 4

/** `use prod`, `switch prod`: the name of the context, and that it is to be used. */
const asksToUse = /^\s*(?:use|switch)\s+(?:to\s+)?(\S.*)$/i

/** The groups for a query, the best first. */
export function groupsOf(
  model: Model,
  actions: readonly Action[],
  query: string,
  mode: PaletteMode,
): readonly Group[] {
  const typed = query.trim().toLowerCase()
  const wanted = mode === 'use' ? null : (asksToUse.exec(query)?.[1] ?? null)
  const uses = mode === 'use' || wanted !== null
  const choice = (row: Row): Choice => ({ kind: 'context', id: `context ${row.id}`, row, uses })
  const recent = typed === '' ? recentRows(model).slice(0, mostRecent) : []
  const found =
    typed === '' && mode === 'all' ? [] : contextsFor(model, wanted ?? query, most[uses ? 'use' : 'all'])
  const left = new Set(recent.map(({ id }) => id))
  // The context that is used already is not offered.
  if (typed === '') for (const row of found) if (usedOf(row).now) left.add(row.id)
  const before: Group = { name: text.palette.recent, offers: recent.map(choice) }
  const contexts: Group = {
    name: text.palette.contexts,
    offers: (typed === '' ? wrongLast(found) : found).filter(({ id }) => !left.has(id)).map(choice),
  }
  if (mode === 'use') return [before, contexts].filter(({ offers }) => offers.length > 0)
  const possible = actionsFor(query, actions, model).filter((action) => action.enabled(model))
  const acting = actionGroups(possible, model)
  // Consecutive letters in a name mean that context, unless an action's title begins with them.
  const meant =
    found.some((row) =>
      namesOf(row).some((name) => name.toLowerCase().includes((wanted ?? typed).toLowerCase())),
    ) &&
    !possible.some((action) => calledOf(action, model).some((name) => name.toLowerCase().startsWith(typed)))
  const order = meant ? [contexts, ...acting] : [...acting, contexts]
  return [before, ...order].filter(({ offers }) => offers.length > 0)
}

/** Otherwise in their order. */
const wrongLast = (rows: readonly Row[]): readonly Row[] =>
  [false, true].flatMap((wrong) => rows.filter((row) => actsAsAnother(row) === wrong))

/** What targets are called, and with a single one the identity that kubectl has there: `stage: carol (not Developer) on stage`. */
function targetsSaid(model: Model): string {
  const rows = targets(model)
  const [row, ...others] = rows
  if (row === undefined) return ''
  const name = visible(placedName(shownOnDisk(row).name))
  return others.length === 0
    ? text.palette.on(`${name}: ${identityAfterUse(row)}`)
    : text.palette.onMany(rows.length, name)
}

/** Those on the targets below their names, the others by themselves; the group of the best one first. */
function actionGroups(possible: readonly Action[], model: Model): readonly Group[] {
  const group = (name: string, actions: readonly Action[]): Group => ({
    name,
    offers: actions.map((action) => ({ kind: 'action', id: action.id, action })),
  })
  const on = group(targetsSaid(model), possible.filter(isOnTargets))
  const others = group(
    text.palette.actions,
    possible.filter((action) => !isOnTargets(action)),
  )
  const [best] = possible
  return best !== undefined && isOnTargets(best) ? [on, others] : [others, on]
}

/** Of a context with a pending rename, both names match. */
const namesOf = (row: Row): readonly string[] => bothOf(row).map(({ name }) => name)

/** The row on disk and the pending one. Ten thousand rows are compared with every letter, and for most both are the same. */
const bothOf = (row: Row): readonly Row[] => {
  const is = shownOnDisk(row)
  return is === row ? [row] : [row, is]
}

/** Its searchable values other than its names. */
const saidOf = (row: Row): readonly (string | null | undefined)[] => [
  actsOf(row)?.who.label,
  row.clusterName,
  row.accountName,
  row.account,
  row.profile,
]

/** By name; then by the identity there, the cluster, the account and the profile. */
function contextsFor(model: Model, query: string, count: number): readonly Row[] {
  const rows = model.rows.all()
  const named = ranked(query, rows, namesOf).slice(0, count)
  const typed = query.trim().toLowerCase()
  if (named.length === count || typed.length < 2) return named
  const known = new Set(named.map(({ id }) => id))
  const others = rows.filter((row) => {
    if (known.has(row.id)) return false
    return bothOf(row)
      .flatMap(saidOf)
      .some((one) => one?.toLowerCase().includes(typed))
  })
  return [...named, ...others].slice(0, count)
}

/** The titles of an action: its own, and for several contexts that of the selection bar and menu. */
const calledOf = (action: Action, model: Model): readonly string[] => {
  const now = titleOf(action, model)
  return now === action.title ? [now] : [now, action.title]
}

/** Whether the query stands in the title or the words of an action as it was typed. */
export const isNamedBy = (query: string, { title, words = '' }: Action): boolean =>
  query.trim() !== '' && `${title} ${words}`.toLowerCase().includes(query.trim().toLowerCase())

/** Actions by their titles and other words; without the action that opens the palette. */
export const actionsFor = (query: string, actions: readonly Action[], model: Model): readonly Action[] =>
  ranked(
    query,
    actions.filter(({ id }) => id !== 'palette'),
    (action) => {
      const { title, place, words } = action
      return [
        ...calledOf(action, model),
        ...(place === undefined ? [] : [place]),
        // A query may have words from both.
        ...(words === undefined ? [] : [`${title} ${words}`]),
      ]
    },
  )
