import { expect, test } from 'vitest'
import { fleetRows } from '../testing/rows'
import { clusterText, columns } from './columns'

test('a cluster is what kubectl talks to; an entry that no file has is called missing, whatever the token is for', () => {
  const row = fleetRows().find(({ name }) => name === 'prod-admin')
  if (row === undefined) throw new Error('there is no such row')
  expect(clusterText(row)).toBe('prod-eu')
  expect(clusterText({ ...row, tokenFor: 'stage' })).toBe('prod-eu ≠ stage')
  expect(clusterText({ ...row, cluster: null, entry: { ...row.entry, cluster: 'gone' } })).toBe(
    'gone (missing)',
  )
})

test('the columns that are shown at first fit beside the sidebar in a window of 1920', () => {
  const besideSidebarAndScrollBar = 1920 - 204 - 12
  // Only in a comparison is there something to compare.
  const shown = columns.filter(({ id, hidden }) => hidden !== true && id !== 'compared')
  // The last one's handle stands out by half its width.
  expect(shown.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(besideSidebarAndScrollBar - 6)
})
