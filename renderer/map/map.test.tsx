// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Audit } from '../../shared/audit/audit'
import { full } from '../../shared/testing/counts'
import { auditOf, carol } from '../testing/audit'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

async function open(of: (audit: Audit) => Audit = (audit) => audit) {
  let rows: readonly { readonly id: string; readonly name: string }[] = []
  const opened = await openWindow({ contexts: 2, audit: () => of(auditOf(rows)) })
  stop = opened.stop
  rows = opened.model.rows.all()
  await opened.user.click(screen.getByTitle('Map'))
  await screen.findByRole('tree')
  const asked = () => opened.bridge.calls.filter(({ name }) => name === 'clusters.audit').length
  return { ...opened, rows, asked }
}
const items = () => screen.getAllByRole('treeitem').map(({ textContent }) => textContent)
const boxes = (kind: string) => [...document.querySelectorAll(`svg [data-kind="${kind}"]`)]

test('says the worst first, shows wrong paths alone, follows a path by keyboard, and opens its row', async () => {
  const { user, rows, model } = await open()
  const [first] = rows
  expect(screen.getByRole('heading', { level: 1 }).textContent).toMatch(/^1 of 2 contexts acts as carol/)
  expect(boxes('source')).toHaveLength(2)
  await user.click(screen.getByRole('button', { name: 'Wrong paths only' }))
  expect(boxes('context').map((box) => box.textContent)).toEqual([expect.stringContaining('carol')])
  expect(items()).toEqual(['Your shell’s keys, carol, before every profile, 1 context'])
  act(() => screen.getByRole('treeitem').focus())
  await user.keyboard('{ArrowRight>6/}')
  expect(items().at(-1)).toBe(`${first?.name}, mismatch`)
  await user.keyboard('{Enter}')
  expect(model.state.getState()).toMatchObject({ page: 'contexts' })
})

test('arrows go from one source to the next, and the keyboard stays in the tree while branches open and close', async () => {
  const { user } = await open()
  act(() => screen.getAllByRole('treeitem')[0]?.focus())
  const held = () => document.activeElement?.textContent ?? ''
  const [first, second] = items()
  await user.keyboard('{ArrowDown}')
  expect(held()).toBe(second)
  await user.keyboard('{ArrowUp}{ArrowRight>4/}')
  expect(held()).toMatch(/prod/)
  await user.keyboard('{End}')
  expect(held()).toBe(second)
  // Its branch opens, and the other one closes above it.
  await user.keyboard('{ArrowRight>2/}')
  expect([items()[0], items().length]).toEqual([first, 3])
  expect(document.activeElement?.getAttribute('aria-level')).toBe('2')
  await user.keyboard('{ArrowLeft>2/}')
  expect([held(), items()]).toEqual([second, [first, second]])
})

test('a click shows one identity alone, the filter of Contexts applies, and a change is read anew', async () => {
  const { user, rows, model, asked, bridge } = await open()
  const identity = boxes('identity').find((box) => box.getAttribute('data-key') === carol)
  if (identity === undefined) throw new Error('no carol')
  await user.click(identity)
  expect(boxes('context')).toHaveLength(1)
  await user.click(screen.getByRole('button', { name: 'Show more than “carol”' }))
  expect(boxes('context')).toHaveLength(2)
  act(() => model.setFilter(`context:${rows[1]?.name ?? ''}`))
  await waitFor(() => expect(boxes('context')).toHaveLength(1))
  const before = asked()
  await act(() => model.audit.load())
  expect(asked()).toBe(before + 1)
  await user.click(screen.getByRole('button', { name: 'Save as SVG' }))
  const saved = bridge.calls.find(({ name }) => name === 'export.picture')
  expect(saved?.input).toMatchObject({
    kind: 'svg',
    data: expect.stringMatching(/^<svg xmlns.* acts as carol/),
  })
})

test('it stands in the chosen environment, and says where nothing leads through what was shown alone any more', async () => {
  let isGone = false
  const { user, model } = await open((audit) =>
    isGone ? { ...audit, contexts: audit.contexts.slice(1) } : audit,
  )
  expect(screen.getByRole('button', { name: /^Environment: Login shell/i })).toBeTruthy()
  const identity = boxes('identity').find((box) => box.getAttribute('data-key') === carol)
  if (identity === undefined) throw new Error('no carol')
  await user.click(identity)
  isGone = true
  await act(() => model.audit.load())
  expect(screen.getByText('Nothing leads through “carol” any more')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Show all paths' }))
  expect(boxes('context')).toHaveLength(1)
})

test.skipIf(!full)(
  'a map that is too high for a PNG is offered as SVG alone, and can be folded again',
  async () => {
    const { user } = await open((audit) => {
      const [context] = audit.contexts
      const [cluster] = audit.clusters
      if (context === undefined || cluster === undefined) return audit
      const all = Array.from({ length: 600 }, (_, at) => String(at))
      return {
        ...audit,
        clusters: all.map((key) => ({ ...cluster, key, name: key })),
        contexts: all.map((id) => ({ ...context, id, name: id, cluster: id })),
      }
    })
    const png = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Save as PNG' })
    expect(png().disabled).toBe(false)
    await user.click(boxes('account')[0] ?? document.body)
    expect(png().disabled).toBe(true)
    expect(screen.getByText(/pixels high: a filter/)).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Fold all' }))
    expect(png().disabled).toBe(false)
  },
)
