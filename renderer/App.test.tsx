// @vitest-environment happy-dom

import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fail, fault } from '../shared/result'
import { full } from '../shared/testing/counts'
import { App } from './App'
import { targets } from './actions/targets'
import { setCompare, setEnvironment } from './store/loading'
import { verify } from './store/verifying'
import { createModel } from './store/window-model'
import { type FakeOptions, fakeBridge } from './testing/fake-bridge'
import { mainFile, now } from './testing/fleet'
import { heldPace } from './testing/held-pace'
import { giveSize } from './testing/window'
import './testing/all-parts'

// A loaded machine draws slowly; what never comes still fails.
configure({ asyncUtilTimeout: 15_000 })

beforeEach(giveSize)

let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

async function open(options: FakeOptions = {}) {
  const bridge = fakeBridge({ contexts: 24, ...options })
  const model = createModel({ bridge, clock: () => now })
  stop = model.start()
  const user = userEvent.setup()
  render(<App model={model} />)
  await waitFor(() => expect(model.state.getState().phase.kind).not.toBe('loading'))
  return { bridge, model, user }
}

const rowOf = async (name: string) => {
  // A long name stands in two parts, of which the first gives way.
  const whole = (_: string, element: Element | null) => element?.textContent === name
  const [cell] = await screen.findAllByText(whole, { selector: '[data-column="context"] *' })
  const row = cell?.closest<HTMLElement>('[role="row"]')
  if (!row) throw new Error(`${name} is in no row`)
  return row
}

test('the grid is an ARIA grid that tells its size and its sorting', async () => {
  const { user } = await open()
  const grid = await screen.findByRole('grid', { name: 'Contexts' })
  expect(Number(grid.getAttribute('aria-rowcount'))).toBeGreaterThan(24)
  // What is wrong stands on top from the start.
  const verdict = within(grid).getByRole('columnheader', { name: 'Verdict' })
  expect(verdict.getAttribute('aria-sort')).toBe('ascending')
  const cluster = within(grid).getByRole('columnheader', { name: 'Cluster' })
  expect(cluster.getAttribute('aria-sort')).toBe('none')
  await user.click(cluster)
  expect(cluster.getAttribute('aria-sort')).toBe('ascending')
  expect(verdict.getAttribute('aria-sort')).toBe('none')
})

test('the first picture draws what is seen, and those around it follow', async () => {
  const drawn = () => document.querySelectorAll('[role="row"][data-item]').length
  const counts: number[] = []
  const watch = new MutationObserver(() => {
    const count = drawn()
    if (count > 0 && counts.at(-1) !== count) counts.push(count)
  })
  watch.observe(document.body, { childList: true, subtree: true })
  await open({ contexts: 200 })
  // What has room in the size that is expected of the list, and its header; nothing stands above the first row.
  const [first = 0] = counts
  expect(first).toBeGreaterThan(0)
  expect(first).toBeLessThanOrEqual(Math.ceil((window.innerHeight * 0.7) / 32) + 1)
  const seen = Math.ceil((document.querySelector('[role="grid"]')?.parentElement?.clientHeight ?? 0) / 32)
  await waitFor(() => expect(drawn()).toBeGreaterThanOrEqual(seen + 9))
  watch.disconnect()
})

test('the answer stands beside the name: verdict, proof, whom it acts as, or would act as where nothing was checked', async () => {
  const { model } = await open()
  const headers = (await screen.findAllByRole('columnheader')).map((header) => header.textContent)
  expect(headers.slice(0, 6)).toEqual(['Context', 'Verdict', 'Proof', 'Acts as', 'Cluster', 'Profile'])
  await act(() => setEnvironment(model.loading, 'clean'))
  expect(await screen.findByRole('columnheader', { name: 'Would act as' })).toBeTruthy()
})

test.skipIf(!full)(
  'where others were checked in another environment alone, it is said in which one nothing was',
  async () => {
    const { model } = await open()
    await rowOf('prod-admin')
    await act(() => setEnvironment(model.loading, 'clean'))
    expect(await screen.findByRole('heading', { level: 1, name: /in the clean environment$/ })).toBeTruthy()
    expect(screen.getByText(/No context was checked there\.$/)).toBeTruthy()
    expect(screen.getByText('nothing checked yet in the clean environment')).toBeTruthy()
  },
)

test('above a page without a list stands nothing that acts on lists, and Ctrl+F goes to the filter of the contexts', async () => {
  const { model, user } = await open()
  await rowOf('prod-admin')
  for (const page of ['history', 'doctor', 'settings'] as const) {
    act(() => model.showPage(page))
    expect(screen.queryByRole('search')).toBeNull()
    expect(screen.queryByRole('button', { name: /^(Verify|Login shell|Add$)/ })).toBeNull()
    expect(screen.getByRole('button', { name: 'All actions' })).toBeTruthy()
    // Nor is a panel opened that would be there when one comes back.
    await user.keyboard('{Control>}i{/Control}')
    expect(model.state.getState().inspecting).toBe(false)
    const { notices } = model.state.getState()
    expect(notices.at(-1)?.message).toBe(
      'Map, History, Doctor and Settings have no inspector. Go to a list first.',
    )
  }
  await user.keyboard('{Control>}f{/Control}')
  await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Filter contexts'))
  expect(screen.getByRole('button', { name: /^Verify/ })).toBeTruthy()
})

test.skipIf(!full)(
  'the menu of a column says how many values it does not list, and leads on to them in the filter, with their counts',
  async () => {
    const { user, model } = await open({ contexts: 60 })
    await rowOf('prod-admin')
    await user.pointer({
      keys: '[MouseRight]',
      target: screen.getByRole('columnheader', { name: 'Cluster' }),
    })
    const item = await screen.findByRole('menuitem', { name: /^\d+ more in the filter…$/ })
    expect(screen.getAllByRole('menuitemcheckbox', { name: /^Only .*, \d+ contexts?$/ })).toHaveLength(8)
    const left = Number.parseInt(item.textContent ?? '', 10)
    await user.click(item)
    const field = screen.getByRole('combobox', { name: 'Filter contexts' })
    await waitFor(() => expect(document.activeElement).toBe(field))
    expect(model.state.getState().filter).toBe('cluster:')
    const list = await screen.findByRole('listbox', { name: 'Filter suggestions' })
    const offers = within(list).getAllByRole('option', { name: /, \d+ contexts?$/ })
    expect(offers.length).toBe(Math.min(left + 8, 24))
    // A word that no row fits for a moment takes the grid away, and the keyboard stays where it is.
    await user.keyboard('zz')
    await waitFor(() => expect(screen.queryByRole('grid')).toBeNull())
    await user.keyboard('{Backspace}{Backspace}')
    await screen.findByRole('grid')
    expect(document.activeElement).toBe(field)
    await user.keyboard('{ArrowDown}{Enter}')
    const [first] = offers
    const count = /, (\d+) contexts?$/.exec(first?.getAttribute('aria-label') ?? '')?.[1]
    expect(String(model.fitting().length)).toBe(count)
  },
)

test.skipIf(!full)(
  'a value of a column is asked for beside what is asked of others, in its menu and among the counts, and by a second choice no longer',
  async () => {
    const { user, model } = await open()
    await rowOf('prod-admin')
    const choose = async (column: string, value: RegExp, checked: 'true' | 'false') => {
      await user.pointer({ keys: '[MouseRight]', target: screen.getByRole('columnheader', { name: column }) })
      const item = await screen.findByRole('menuitemcheckbox', { name: value })
      expect(item.getAttribute('aria-checked')).toBe(checked)
      await user.click(item)
      await waitFor(() => expect(screen.queryByRole('menu')).toBeNull())
      return model.state.getState().filter
    }
    model.setFilter('prod')
    expect(await choose('Verdict', /^Only verified/, 'false')).toBe('prod verdict:verified ')
    expect(await choose('Cluster', /^Only prod-eu/, 'false')).toBe('prod verdict:verified cluster:prod-eu ')
    expect(await choose('Verdict', /^Only mismatch/, 'false')).toBe('prod cluster:prod-eu verdict:mismatch ')
    const count = screen.getByRole('button', { name: /mismatch/, pressed: true })
    await user.click(count)
    expect(model.state.getState().filter).toBe('prod cluster:prod-eu ')
    await user.click(count)
    expect(await choose('Verdict', /^Only mismatch/, 'true')).toBe('prod cluster:prod-eu ')
  },
)

test('undo in a field is about what was typed in it alone, wherever something was typed before', async () => {
  const { user } = await open()
  const row = await rowOf('prod-admin')
  // As Chromium tells it before it takes anything back, anywhere in the page.
  const takesBack = (inputType = 'historyUndo') => {
    const event = new InputEvent('beforeinput', { inputType, bubbles: true, cancelable: true })
    return document.activeElement?.dispatchEvent(event) === true
  }
  const type = (letter: string) => {
    const field = document.activeElement
    if (!(field instanceof HTMLInputElement)) throw new Error('no field has the keyboard')
    field.dispatchEvent(
      new InputEvent('beforeinput', { inputType: 'insertText', bubbles: true, cancelable: true }),
    )
    field.value += letter
  }
  await user.click(screen.getByRole('combobox', { name: 'Filter contexts' }))
  type('p')
  expect([takesBack(), takesBack('historyRedo')]).toEqual([true, true])
  await user.click(row.querySelector('[data-column="namespace"]') ?? row)
  await user.keyboard('{F2}')
  await waitFor(() => expect(document.activeElement?.tagName).toBe('INPUT'))
  expect([takesBack(), takesBack('historyRedo')]).toEqual([false, false])
  const before = document.activeElement instanceof HTMLInputElement ? document.activeElement.value : ''
  type('x')
  expect(takesBack()).toBe(true)
  if (document.activeElement instanceof HTMLInputElement) document.activeElement.value = before
  expect(takesBack()).toBe(false)
  await user.keyboard('{Escape}')
  expect(document.activeElement?.tagName).not.toBe('INPUT')
  expect(takesBack()).toBe(false)
})

test('a page that takes the place of the grid has the keyboard', async () => {
  const { model } = await open()
  await rowOf('prod-admin')
  for (const page of ['settings', 'doctor', 'history', 'discover', 'contexts'] as const) {
    act(() => model.showPage(page))
    await waitFor(() => expect(document.activeElement?.closest('main')).toBeTruthy())
  }
  expect(document.activeElement?.closest('[role="grid"]')).not.toBeNull()
})

test('whoever differs from the intended is said to differ in words', async () => {
  await open()
  const row = await rowOf('prod-readonly')
  const acts = row.querySelector('[data-column="acts"]')
  expect(acts?.textContent).toMatch(/^carolnot ReadOnly/)
  const proof = row.querySelector('[data-column="proof"]')
  expect(proof?.textContent).toContain('proven carol, another than intended')
})

test('names with hidden characters are shown as code points', async () => {
  await open()
  expect((await screen.findAllByText('U+202E')).length).toBeGreaterThan(0)
  // Neither as text nor in a title or a label; ids in data attributes are JSON and seen by nobody.
  const said = [...document.querySelectorAll('*')].flatMap((element) => [
    element.getAttribute('title') ?? '',
    element.getAttribute('aria-label') ?? '',
  ])
  expect(`${document.body.textContent}${said.join('')}`).not.toMatch(/[\u202e\u200b]/)
})

test('Enter where nothing can be edited opens the inspector with its sentence, Escape closes it and keeps the place', async () => {
  const { user, model } = await open()
  await rowOf('prod-readonly')
  model.setFilter('prod-readonly')
  await user.click(screen.getByRole('combobox', { name: 'Filter contexts' }))
  await user.keyboard('{Enter}{ArrowRight}{Enter}')
  const inspector = await screen.findByRole('complementary', { name: 'Inspector' })
  expect(inspector.querySelector('h3')?.textContent).toBe('Acts as carol (system:masters), not ReadOnly')
  expect(within(inspector).getByText(/by this context’s own token/)).toBeTruthy()
  await user.keyboard('{Escape}')
  expect(screen.queryByRole('complementary')).toBeNull()
  expect(document.activeElement?.closest('[role="grid"]')).not.toBeNull()
})

test('with the keyboard nowhere, an arrow goes into the grid', async () => {
  const { user } = await open()
  await rowOf('prod-admin')
  // A click beside everything.
  fireEvent.pointerDown(document.body)
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  expect(document.activeElement).toBe(document.body)
  await user.keyboard('{ArrowDown}')
  await waitFor(() => expect(document.activeElement?.closest('[role="row"]')).not.toBeNull())
})

test.skipIf(!full)(
  'at the start the keyboard is where Tab would bring it into the grid, unseen until a key is pressed',
  async () => {
    const { user } = await open()
    await rowOf('prod-admin')
    const header = screen.getByRole('columnheader', { name: 'Context' })
    await waitFor(() => expect(document.activeElement).toBe(header))
    expect(document.documentElement.dataset.quietly).toBe('')
    await user.keyboard('{ArrowRight}')
    expect(document.activeElement?.textContent).toBe('Verdict')
    expect(document.documentElement.dataset.quietly).toBeUndefined()
    await user.keyboard('{ArrowDown}{ArrowDown}')
    expect(document.activeElement?.getAttribute('data-column')).toBe('verdict')
  },
)

test.skipIf(!full)(
  'Enter and Space as the first keys sort nothing from where the keyboard stands unseen; once it is seen there they do',
  async () => {
    const { user, model } = await open()
    await rowOf('prod-admin')
    const header = screen.getByRole('columnheader', { name: 'Context' })
    await waitFor(() => expect(document.activeElement).toBe(header))
    const { sort } = model.state.getState().view
    await user.keyboard('{Enter} {Shift>}{Enter}{/Shift}')
    expect(model.state.getState().view.sort).toEqual(sort)
    expect(document.activeElement).toBe(header)
    expect(document.documentElement.dataset.quietly).toBe('')
    await user.keyboard('{ArrowRight}{ArrowLeft}{Enter}')
    expect(model.state.getState().view.sort).toEqual([{ column: 'context', descending: false }])
  },
)

test.skipIf(!full)('whoever has pressed something by then keeps the keyboard where it is', async () => {
  const { user } = await open()
  await user.pointer({ keys: '[MouseLeft]', target: document.body })
  await rowOf('prod-admin')
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(document.activeElement).toBe(document.body)
})

test('Space selects, Shift and an arrow take a range, Ctrl+A takes what is shown', async () => {
  const { user, model } = await open()
  const row = await rowOf('prod-admin')
  await user.click(row.querySelector('[data-column="verdict"]') ?? row)
  await user.keyboard('{Escape}')
  await user.keyboard(' ')
  expect(model.state.getState().selected.size).toBe(1)
  await user.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}')
  expect(model.state.getState().selected.size).toBe(3)
  expect(screen.getByRole('button', { name: /Verify 3 selected/ })).toBeTruthy()
  await user.keyboard('{Control>}a{/Control}')
  expect(model.state.getState().selected.size).toBe(24)
})

test('contexts that are shown from elsewhere are counted as those that a filter shows', async () => {
  const { model } = await open()
  await rowOf('prod-admin')
  const some = model.rows.all().slice(0, 3)
  act(() => model.showOnly({ title: 'Contexts of prod-eu', ids: new Set(some.map(({ id }) => id)) }))
  expect(await screen.findByText('3 of 24 contexts')).toBeTruthy()
})

test('a selection does not outlive what is seen, and nothing is done to what is not', async () => {
  const { user, model, bridge } = await open()
  const row = await rowOf('prod-admin')
  await user.click(row.querySelector('[data-column="verdict"]') ?? row)
  await user.keyboard('{Control>}a{/Control}')
  expect(model.state.getState().selected.size).toBe(24)
  model.setFilter('verdict:mismatch ')
  await waitFor(() => expect(model.state.getState().selected.size).toBe(1))
  const shown = model.fitting().map(({ id }) => id)
  expect([...model.state.getState().selected]).toEqual(shown)
  // Also before the grid has drawn: an action asks the model.
  model.select(new Set(model.rows.all().map(({ id }) => id)))
  expect(targets(model).map(({ id }) => id)).toEqual(shown)
  await user.click(screen.getByRole('button', { name: /^Verify 1/ }))
  await waitFor(() => expect(bridge.calls.some((call) => call.name === 'whoami.run')).toBe(true))
  expect(bridge.calls.find((call) => call.name === 'whoami.run')?.input).toMatchObject({ contexts: shown })
  // The filter holds nobody: the row that the cursor was on is not meant either.
  model.setFilter('nothing-like-this')
  expect(targets(model)).toEqual([])
  model.setFilter('')
  // A group that is closed takes its rows out of sight, and out of the selection.
  await rowOf('prod-admin')
  model.setView({ grouping: 'account' })
  model.select(new Set(model.rows.all().map(({ id }) => id)))
  const group = await waitFor(() => {
    const found = document.querySelector('[data-item^="group:"]')?.getAttribute('data-item')
    if (!found) throw new Error('no group yet')
    return found
  })
  model.toggleGroup(group)
  await waitFor(() => expect(model.state.getState().selected.size).toBeLessThan(24))
  expect(model.state.getState().selected.size).toBeGreaterThan(0)
})

test('what is selected has a bar of its own that says how many, and dangerous names say it again', async () => {
  const { user, model } = await open()
  const row = await rowOf('prod-admin')
  await user.click(row.querySelector('[data-column="namespace"]') ?? row)
  await user.keyboard('{Escape} {Shift>}{ArrowDown}{ArrowDown}{/Shift}')
  const bar = await screen.findByRole('toolbar')
  expect(within(bar).getByText('3 selected')).toBeTruthy()
  expect(within(bar).getByRole('button', { name: 'Delete 3 contexts…' })).toBeTruthy()
  await user.click(within(bar).getByRole('button', { name: 'Select all 24' }))
  expect(model.state.getState().selected.size).toBe(24)
  // Replacing means the column of the keyboard, and no other until it is ticked.
  await user.click(within(bar).getByRole('button', { name: 'Find and replace…' }))
  const dialog = await screen.findByRole('dialog')
  const ticked = within(dialog)
    .getAllByRole('checkbox')
    .filter((box) => box.getAttribute('aria-checked') === 'true' || ('checked' in box && box.checked))
  expect(ticked.map((box) => box.closest('label')?.textContent)).toContain('Namespace')
  expect(ticked.map((box) => box.closest('label')?.textContent)).not.toContain('Context')
  await user.keyboard('{Escape}')
  await user.click(within(bar).getByRole('button', { name: 'Select nothing' }))
  expect(screen.queryByRole('toolbar')).toBeNull()
})

test.skipIf(!full)(
  'what waits for its turn does not say that it is being checked, and the answer says what came of it',
  async () => {
    const held = heldPace()
    const { model, bridge } = await open({ pace: held.pace })
    await rowOf('prod-admin')
    const all = model.rows.all().map((row) => row.id)
    const done = verify(model.checking, all)
    await waitFor(() => expect(model.rows.all().some(({ waiting }) => waiting)).toBe(true))
    expect(screen.getAllByText('waiting').length).toBeGreaterThan(0)
    const last = all.at(-1) ?? ''
    const run = model.state.getState().runs[0]?.run ?? ''
    bridge.emit('whoami.progress', { kind: 'begun', run, context: last })
    expect(model.rows.get(last)).toMatchObject({ running: true, waiting: false })
    held.end()
    await done
    expect(
      await screen.findByText(/^Checked 24 contexts: \d+ mismatch, (\d+ [a-z -]+, )*\d+ verified/),
    ).toBeTruthy()
  },
)

test('Ctrl+Y redoes what Ctrl+Z took back', async () => {
  const { user, model } = await open()
  await rowOf('prod-admin')
  const target = model.rows.all().find(({ name }) => name === 'prod-admin')
  if (!target) throw new Error('the fleet lost prod-admin')
  model.edits.add([{ kind: 'rename-context', context: target.id, name: 'other', cascade: false }])
  await user.keyboard('{Control>}z{/Control}')
  expect(model.edits.state.getState().pending).toEqual([])
  await user.keyboard('{Control>}y{/Control}')
  expect(model.edits.state.getState().pending).toHaveLength(1)
})

test('Ctrl+C puts the selection on the clipboard as a table without formulas', async () => {
  const { user, model, bridge } = await open()
  const row = await rowOf('prod-admin')
  await user.click(row.querySelector('[data-column="verdict"]') ?? row)
  const formula = model.rows.all().find((one) => one.name === '=cmd|calc')
  model.select(new Set(formula ? [formula.id] : []))
  await user.keyboard('{Control>}c{/Control}')
  const [copied] = bridge.copied
  expect(copied?.split('\n')[0]?.startsWith('Context\tVerdict\tProof')).toBe(true)
  expect(copied?.split('\n')[1]?.startsWith("'=cmd|calc\tnot checked")).toBe(true)
})

test('what needs no answer is checked while main asks; rows that wait say so, and the toolbar leads to the question', async () => {
  let answer: () => void = () => undefined
  const until = new Promise<void>((resolve) => {
    answer = resolve
  })
  const about = (id: string) => id.includes('"prod-admin"')
  const { user, bridge, model } = await open({ asks: { about, until } })
  const row = await rowOf('prod-admin')
  await user.keyboard('{Control>}{Enter}{/Control}')
  await waitFor(() => expect(row.textContent).toContain('asks you'))
  const checked = () => model.rows.all().filter(({ check }) => check !== null).length
  await waitFor(() => expect(checked()).toBe(model.rows.all().length - 1))
  expect(bridge.calls.find(({ name }) => name === 'whoami.run')?.input).toMatchObject({ again: false })
  expect(screen.queryByRole('dialog')).toBe(null)
  await user.click(screen.getByRole('button', { name: 'Asks you · 1' }))
  expect(bridge.calls.at(-1)?.name).toBe('question.show')
  answer()
  await waitFor(() => expect(model.state.getState().runs).toEqual([]))
  expect(screen.queryByRole('button', { name: /^Asks you/ })).toBe(null)
  expect(checked()).toBe(model.rows.all().length)
})

test('a cancelled run keeps what is known', async () => {
  const held = heldPace()
  const { bridge, model, user } = await open({ pace: held.pace })
  await rowOf('prod-admin')
  // The button that verifies is the one that stops: the keyboard that pressed it is still there, both times.
  const says = (what: RegExp) => waitFor(() => expect(document.activeElement?.textContent).toMatch(what))
  screen.getByRole('button', { name: /^Verify/ }).focus()
  await user.keyboard('{Enter}')
  await says(/^Stop · 0 of 24$/)
  held.next()
  await says(/^Stop · 1 of 24$/)
  await user.keyboard('{Enter}')
  // The one that is under way ends.
  held.end()
  await says(/^Verify/)
  expect(bridge.calls.some((call) => call.name === 'run.cancel')).toBe(true)
  expect(await screen.findByText(/^Stopped: 2 of 24 were checked/)).toBeTruthy()
  expect(model.rows.all().every((row) => !row.running)).toBe(true)
  expect(model.rows.all().some((row) => row.shown === 'verified')).toBe(true)
})

test('a check that arrives redraws its own row and no other', async () => {
  const { model } = await open()
  await rowOf('prod-admin')
  const before = new Map(model.rows.all().map((row) => [row.id, row]))
  const target = model.rows.all().find((row) => row.name === 'prod-admin')
  if (!target) throw new Error('the fleet lost prod-admin')
  await verify(model.checking, [target.id])
  const changed = model.rows.all().filter((row) => before.get(row.id) !== row)
  expect(changed.map((row) => row.name)).toEqual(['prod-admin'])
})

test.skipIf(!full)('the filter narrows the grid and the empty result offers a way back', async () => {
  const { user } = await open()
  await rowOf('prod-admin')
  await user.keyboard('{Control>}f{/Control}')
  await user.keyboard('verdict:mismatch ')
  expect(await screen.findByText('1 of 24 contexts')).toBeTruthy()
  expect(screen.getByRole('button', { name: /Verify 1/ })).toBeTruthy()
  await user.keyboard('nothing-like-this')
  expect(await screen.findByText('No context fits this filter')).toBeTruthy()
  // Enter has nowhere to go, so the keyboard stays in the filter, also when rows come back.
  await user.keyboard('{Enter}{Backspace>18/}')
  expect(await screen.findByText('1 of 24 contexts')).toBeTruthy()
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Filter contexts')
  await user.keyboard('nothing-like-this')
  await user.click(screen.getAllByRole('button', { name: 'Clear the filter' })[1] ?? document.body)
  // The button is gone with its place; the keyboard is not.
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Filter contexts')
  expect(await rowOf('prod-admin')).toBeTruthy()
})

test('with nothing there, the first page says what was looked for and offers a file or the demo', async () => {
  const { user, bridge } = await open({
    snapshot: (snapshot) => ({ ...snapshot, files: [], contexts: [], clusters: [], users: [] }),
  })
  expect(await screen.findByRole('heading', { name: 'No contexts found yet' })).toBeTruthy()
  expect(screen.getByText('~/.kube/config')).toBeTruthy()
  expect(screen.queryByRole('grid')).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Open the demo fleet' }))
  expect(bridge.calls.some((call) => call.name === 'demo.open')).toBe(true)
})

test('the first page leads from AWS files to clusters where there are some, and else to a file', async () => {
  const acts = async (found: boolean) => {
    const where = '/home/dev/.aws/config'
    await open({
      snapshot: (snapshot) => ({ ...snapshot, files: [], contexts: [], clusters: [], users: [] }),
      app: { lookedFor: [{ what: 'aws-config', where, found, detail: '' }] },
    })
    const heading = await screen.findByRole('heading', { name: 'No contexts found yet' })
    const buttons = within(heading.parentElement ?? document.body).getAllByRole('button')
    const said = buttons.map(({ className, textContent }) => `${textContent} ${/primary/.test(className)}`)
    cleanup()
    stop()
    return said.slice(0, 2)
  }
  expect(await acts(true)).toEqual(['Discover clusters true', 'Open a kubeconfig… false'])
  expect(await acts(false)).toEqual(['Open a kubeconfig… true', 'Discover clusters false'])
})

test.skipIf(!full)('two hundred problems of one cause are one line', async () => {
  await open({
    snapshot: (snapshot) => ({
      ...snapshot,
      files: snapshot.files.map((file) =>
        file.path === mainFile
          ? {
              ...file,
              problems: Array.from({ length: 200 }, (_, i) => ({
                code: 'bad-value' as const,
                severity: 'warning' as const,
                message: `certificate-authority-data of cluster "c${i}" is no base64.`,
                next: 'Copy it again.',
                at: { line: 4 + i * 6, column: 7 },
              })),
            }
          : file,
      ),
    }),
  })
  const heading = await screen.findByRole('heading', { name: '1 problem in your files' })
  const region = heading.closest('section')
  if (region === null) throw new Error('the problems have no section')
  const [line, ...others] = within(region).getAllByRole('listitem')
  expect(others).toEqual([])
  expect(line?.textContent).toContain('line 4, column 7')
  expect(line?.textContent).toContain('and in 199 more places')
})

test('a torn file is named with its line and column, beside everything that could be read', async () => {
  const { model } = await open({
    snapshot: (snapshot) => ({
      ...snapshot,
      files: snapshot.files.map((file) =>
        file.path === mainFile
          ? file
          : {
              ...file,
              problems: [
                {
                  code: 'bad-yaml' as const,
                  severity: 'error' as const,
                  message: 'The file ends inside a quote.',
                  next: 'Close it.',
                  at: { line: 212, column: 17 },
                },
              ],
            },
      ),
    }),
  })
  expect(await screen.findByRole('heading', { name: '1 problem in your files' })).toBeTruthy()
  expect(screen.getByText(/line 212, column 17/)).toBeTruthy()
  const verdict = async (name: string) => (await rowOf(name)).querySelector('[data-column="verdict"] [title]')
  expect((await verdict('prod-admin'))?.getAttribute('title')).not.toMatch(/212/)
  // Contexts of it that were not checked will fail, and the row says why.
  await act(() => setEnvironment(model.loading, 'clean'))
  const torn = model.rows.all().find(({ entry, check }) => entry.origin.file !== mainFile && check === null)
  if (torn === undefined) throw new Error('no context of that file')
  await waitFor(async () =>
    expect([
      (await verdict(torn.name))?.textContent,
      (await verdict(torn.name))?.getAttribute('title'),
    ]).toEqual([
      expect.stringContaining('will fail'),
      expect.stringMatching(/:212:17: The file ends inside a quote\.$/),
    ]),
  )
  act(() => model.inspect(torn.id))
  await screen.findByRole('heading', { name: 'Not checked, but kubectl refuses the file of this context' })
})

test('a file that wants nothing but quotes offers them: a pending edit, looked at before it is written', async () => {
  const misread = (line: number) => ({
    code: 'misread-string' as const,
    severity: 'error' as const,
    message: 'name: on is read by kubectl as the truth value true.',
    next: 'Put the value in quotes.',
    at: { line, column: 9 },
  })
  const { user, model } = await open({
    snapshot: (snapshot) => ({
      ...snapshot,
      files: snapshot.files.map((file) =>
        file.path === mainFile ? file : { ...file, problems: [misread(4), misread(9)] },
      ),
    }),
  })
  const [row] = model.rows.all().filter(({ entry }) => entry.origin.file !== mainFile)
  await user.click(await screen.findByRole('button', { name: 'Quote these names…' }))
  expect(model.edits.state.getState().pending.map(({ edit }) => edit)).toEqual([
    { kind: 'quote-misread', file: row?.entry.origin.file },
  ])
  expect(await screen.findByRole('dialog')).toBeTruthy()
  expect(model.edits.state.getState().problems).toEqual([])
  // What is mended can be edited, with the quotes, in one write.
  expect(model.edits.check([{ kind: 'set-namespace', context: row?.id ?? '', namespace: 'x' }])).toEqual([])
})

test('a refused request is told with what to do next', async () => {
  const { user } = await open({
    refuse: {
      'whoami.run': fail(fault('internal', 'The checks could not start.', 'Start Ekscope again.')),
    },
  })
  await rowOf('prod-admin')
  await user.keyboard('{Control>}{Enter}{/Control}')
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toContain('The checks could not start.Start Ekscope again.')
})

test.skipIf(!full)(
  'what kubectl uses is said of the files whatever is pending, and what would change is said beside the counts',
  async () => {
    const { model } = await open()
    await rowOf('prod-admin')
    const current = model.rows.all().find((row) => row.current)
    if (current === undefined) throw new Error('no context is current')
    const card = screen.getByRole('button', { name: /^kubectl uses / })
    const label = card.getAttribute('aria-label')
    const fleet = screen.getByRole('region', { name: 'The fleet' })
    expect(fleet.textContent).not.toContain('pending')
    const { id: context } = current
    act(() =>
      model.edits.add([{ kind: 'set-profile', context, profile: 'pay-ro', pin: 'arg', scope: 'split' }]),
    )
    await waitFor(() => expect(model.rows.get(context)?.shown).toBe('stale'))
    expect(card.getAttribute('aria-label')).toBe(label)
    expect(fleet.textContent).toContain('1 would change, not tried · ')
  },
)

test.skipIf(!full)(
  'a context that a pending change deletes is counted as it is on disk, and what is counted on disk says so',
  async () => {
    const { model } = await open()
    await rowOf('prod-admin')
    const all = model.rows.all().length
    const fleet = screen.getByRole('region', { name: 'The fleet' })
    const foot = screen.getByRole('contentinfo')
    expect(foot.textContent).toContain(`${all} contexts`)
    expect(foot.textContent).not.toContain('on disk')
    const [gone] = model.rows.all()
    act(() => model.edits.add([{ kind: 'delete-contexts', contexts: [gone?.id ?? ''], keepOrphans: false }]))
    await waitFor(() =>
      expect(fleet.querySelector('p')?.textContent).toMatch(
        new RegExp(`^1 would change, not tried · .* of ${all} `),
      ),
    )
    const chips = [...fleet.querySelectorAll('[data-count]:has([data-verdict]) b')]
    expect(chips.reduce((sum, { textContent }) => sum + Number(textContent), 0)).toBe(all)
    expect(foot.textContent).toContain(`${all} contexts on disk`)
    const contexts = screen.getByRole('button', { name: `Contexts ${all}` })
    expect(contexts.title).toBe(`Contexts: ${all} contexts on disk`)
  },
)

test('beside the answer stands how many work, in another word than the verdict of those without an identity to compare with', async () => {
  const { model } = await open()
  await rowOf('prod-admin')
  const all = model.rows.all()
  const work = all.filter(
    ({ shown, seen }) =>
      shown === 'verified' || shown === 'proven' || (shown === 'unsupported' && seen !== null),
  ).length
  const known = all.filter(({ shown }) => shown !== 'not-checked' && shown !== 'stale').length
  const fleet = screen.getByRole('region', { name: 'The fleet' })
  expect(work).toBeGreaterThan(0)
  expect(known).toBeLessThan(all.length)
  expect(fleet.querySelector('p')?.textContent).toMatch(
    new RegExp(`^${known} of ${all.length} checked, ${work} work · `),
  )
})

test.skipIf(!full)(
  'where kubectl refuses a file of its list the card and the inspector say so, and the file is a click away',
  async () => {
    const problem = { code: 'bad-yaml', severity: 'error', message: 'm', next: 'n', at: null } as const
    const broken = (source: 'default' | 'opened'): FakeOptions => ({
      snapshot: (snapshot) => ({
        ...snapshot,
        files: snapshot.files.map((file) =>
          file.path === mainFile ? { ...file, source, problems: [problem] } : file,
        ),
      }),
    })
    const { model, user, bridge } = await open(broken('default'))
    await user.click(await screen.findByRole('button', { name: 'kubectl refuses ~/.kube/config' }))
    expect(bridge.calls.filter(({ name }) => name === 'kubeconfig.edit').map(({ input }) => input)).toEqual([
      { path: mainFile },
    ])
    expect(screen.queryByRole('button', { name: /^kubectl uses / })).toBeNull()
    const current = model.rows.all().find((row) => row.current)
    act(() => model.inspect(current?.id ?? ''))
    await screen.findByText('kubectl would use this context, and refuses ~/.kube/config')
    cleanup()
    // What is opened beside its list kubectl does not read.
    await open(broken('opened'))
    expect(await screen.findByRole('button', { name: /^kubectl uses / })).toBeTruthy()
  },
)

test.skipIf(!full)(
  'of names that end alike the card of what kubectl uses says where its cluster is',
  async () => {
    const { model } = await open()
    await rowOf('prod-admin')
    const { snapshot } = model.state.getState()
    if (snapshot === null) throw new Error('there is no snapshot')
    const card = screen.getByRole('button', { name: /^kubectl uses / })
    const arn = (account: string) => `arn:aws:eks:ap-southeast-2:${account}:cluster/payments`
    const show = (...names: readonly string[]) =>
      act(() => {
        const contexts = snapshot.contexts.map((entry, at) => ({ ...entry, name: names[at] ?? entry.name }))
        model.state.setState({ snapshot: { ...snapshot, contexts, currentContext: names[0] ?? null } })
      })
    show(arn('111122223333'), arn('444455556666'))
    expect(card.textContent).toContain('…/payments1111 2222 3333')
    show(arn('444455556666'), arn('111122223333'))
    expect(card.textContent).toContain('…/payments4444 5555 6666')
    show(arn('444455556666'))
    expect(card.textContent).not.toContain('4444')
  },
)

test('when the files cannot be loaded at all, the page says so and tries again', async () => {
  const { bridge, user } = await open({
    refuse: { 'kubeconfig.load': fail(fault('internal', 'It broke.', 'Try again.')) },
  })
  expect(await screen.findByRole('heading', { name: 'The contexts could not be loaded' })).toBeTruthy()
  // How many there are, and whether one was checked, is not known then.
  expect(screen.getByRole('contentinfo').textContent).toBe('')
  const before = bridge.calls.filter((call) => call.name === 'kubeconfig.load').length
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(bridge.calls.filter((call) => call.name === 'kubeconfig.load').length).toBe(before + 1)
  // What this machine has may be why.
  await user.click(within(screen.getByRole('main')).getByRole('button', { name: 'Doctor' }))
  expect(await screen.findByRole('heading', { level: 1, name: 'Nothing to fix' })).toBeTruthy()
})

test('Ctrl+K finds every action and every context', async () => {
  const { user, model } = await open()
  await rowOf('prod-admin')
  await user.keyboard('{Control>}k{/Control}')
  await screen.findByRole('dialog', { name: 'All actions' })
  await user.keyboard('group by: file{Enter}')
  await waitFor(() => expect(model.state.getState().view.grouping).toBe('file'))
  await user.keyboard('{Control>}k{/Control}')
  await screen.findByRole('dialog', { name: 'All actions' })
  await user.keyboard('lake-spark{Enter}')
  await waitFor(() => expect(model.rows.get(model.state.getState().inspected ?? '')?.name).toBe('lake-spark'))
})

test('comparing with another environment adds a column that names who it is there', async () => {
  const { model } = await open()
  await rowOf('prod-readonly')
  await setCompare(model.loading, 'clean')
  const header = await screen.findByRole('columnheader', { name: 'In Clean' })
  expect(header).toBeTruthy()
  const row = await rowOf('prod-readonly')
  expect(row.querySelector('[data-column="compared"]')?.textContent).toBe('would be ReadOnly')
})

test.skipIf(!full)('while two environments are compared, verify checks both', async () => {
  const { model, bridge } = await open()
  const row = await rowOf('prod-readonly')
  await setCompare(model.loading, 'clean')
  await verify(model.checking, [row.dataset.item ?? ''])
  const runs = bridge.calls.flatMap((call) => (call.name === 'whoami.run' ? [call.input] : []))
  expect(runs).toMatchObject([{ environment: 'login-shell' }, { environment: 'clean' }])
  const comparison = model.rows.get(row.dataset.item ?? '')?.comparison
  expect(comparison?.proven?.label).toBe('ReadOnly')
  expect(comparison?.shown).toBe('verified')
  expect(comparison?.differs).toBe(true)
  // What was found out there is told on, when nothing is compared any more.
  await setCompare(model.loading, null)
  model.inspect(row.dataset.item ?? '')
  const elsewhere = (await screen.findByText('In other environments')).closest('section')
  await waitFor(() => expect(elsewhere?.textContent).toMatch(/Clean.*ReadOnly.*checked just now/))
  expect(elsewhere?.textContent).not.toContain('Login shell')
  // Another than here, and the intended one: nothing is wrong there.
  expect(elsewhere?.querySelector('[data-differs]')).toBeNull()
  // What is pending was not checked there: the entry on disk was, and acted as that names.
  const context = row.dataset.item ?? ''
  act(() => model.edits.add([{ kind: 'set-profile', context, profile: 'dev', pin: 'arg', scope: 'split' }]))
  await waitFor(() => expect(elsewhere?.textContent).toMatch(/Clean.*ReadOnly.*on disk, checked just now/))
  expect(elsewhere?.querySelector('[data-differs]')).toBeNull()
})

test.skipIf(!full)('a login shell that could not be asked is said so at the picker', async () => {
  const { user } = await open({
    environments: [
      { name: 'login-shell', variables: [], count: 0, problem: 'bash waited for 5 s.' },
      { name: 'app', variables: [], count: 0, problem: null },
      { name: 'clean', variables: [], count: 0, problem: null },
    ],
  })
  // By keyboard: a press of the mouse that takes long, as on a busy machine, opens the menu and closes it again.
  const picker = await screen.findByRole('button', { name: /Login shell/ })
  picker.focus()
  await user.keyboard('{Enter}')
  expect(await screen.findByText('The login shell could not be asked')).toBeTruthy()
  expect(screen.getByText('bash waited for 5 s.')).toBeTruthy()
})

test('how the columns are arranged is kept', async () => {
  const { bridge, user, model } = await open()
  const role = await screen.findByRole('columnheader', { name: 'Verdict' })
  role.focus()
  await user.keyboard('{Alt>}{ArrowRight}{/Alt}')
  expect(model.state.getState().view.order.slice(0, 3)).toEqual(['context', 'proof', 'verdict'])
  await waitFor(
    () => {
      const saved = bridge.calls.find((call) => call.name === 'settings.save')
      expect(JSON.stringify(saved?.input)).toContain('proof')
    },
    { timeout: 20_000 },
  )
})
