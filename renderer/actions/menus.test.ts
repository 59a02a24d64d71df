import { expect, test } from 'vitest'
import { type MenuPart, menus } from '../../shared/ipc/menus'
import { createActions } from './actions'

const actions = createActions({
  ids: [],
  focusFilter: () => undefined,
  focusGrid: () => undefined,
  copyCells: () => undefined,
  place: { rows: () => [], columns: () => [], moveTo: () => undefined, range: () => null },
})

const parts: readonly MenuPart[] = Object.values(menus).flat()
const items = parts.flatMap((part) =>
  part === '-'
    ? []
    : 'group' in part
      ? part.items.map(({ id, label }) => ({ id, title: `${part.group}: ${label}`, shortcut: null }))
      : [{ id: part.id, title: part.label, shortcut: part.keys ?? null }],
)
const byId = (left: { readonly id: string }, right: { readonly id: string }) => (left.id < right.id ? -1 : 1)

test('every action stands in one of the application’s menus (shared/ipc/menus.ts), once, by its own name and keys', () => {
  const known = actions.map(({ id, title, shortcut }) => ({ id, title, shortcut }))
  expect([...items].sort(byId)).toEqual([...known].sort(byId))
})
