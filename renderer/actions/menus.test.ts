import { expect, test } from 'vitest'
import { type MenuPart, menus } from '../../shared/ipc/actions-and-views'
import { views } from '../views'
import { createActions } from './actions'

test('every action stands in one of the application’s menus, once', () => {
  const actions = createActions(views)
  const parts: readonly MenuPart[] = Object.values(menus).flat()
  const items = parts.flatMap((part) =>
    part === '-' ? [] : 'items' in part ? Object.keys(part.items) : part.id,
  )
  expect(items.sort()).toEqual(actions.map(({ id }) => id).sort())
})
