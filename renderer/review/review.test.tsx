// @vitest-environment happy-dom
import { act, cleanup, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fail, fault } from '../../shared/result'
import { full } from '../../shared/testing/counts'
import type { FakeOptions } from '../testing/fake-bridge'
import { mainFile, makeFleet, now } from '../testing/fleet'
import { giveSize, openWindow } from '../testing/window'
import buttons from '../ui/Button.module.css'
import { ModelProvider } from '../ui/model'
import styles from './Review.module.css'
import { LockLeft } from './use-write'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

/** A changed line, with any part of it marked. */
const lineOf = (text: string) => (_: string, element: Element | null) =>
  element?.tagName === 'CODE' && element.textContent?.trim() === text

/** The buttons that are shown as the way on. */
const primaries = (dialog: HTMLElement) =>
  within(dialog)
    .getAllByRole('button')
    .filter(({ classList }) => classList.contains(buttons.primary ?? ''))
    .map(({ firstChild }) => firstChild?.textContent)

async function open(options: FakeOptions = {}) {
  const opened = await openWindow(options)
  stop = opened.stop
  const { model, row, user } = opened
  model.edits.add([
    { kind: 'set-namespace', context: row('prod-admin').id, namespace: 'ops' },
    { kind: 'set-namespace', context: row('stage').id, namespace: 'ops' },
  ])
  await user.keyboard('{Control>}s{/Control}')
  const dialog = await screen.findByRole('dialog', { name: /^Review/ })
  await within(dialog).findByText('1 file · nothing else in it changes')
  return { ...opened, dialog }
}

test('the review shows each edit with a tick and the exact lines, and writes what is ticked', async () => {
  const { dialog, user, bridge, pending } = await open()
  expect(within(dialog).getAllByRole('checkbox')).toHaveLength(2)
  expect(within(dialog).getByText('+2 −2')).toBeTruthy()
  await user.click(within(dialog).getByRole('checkbox', { name: /stage/ }))
  await within(dialog).findByText('+1 −1')
  expect(within(dialog).getByText(lineOf('namespace: ops'))).toBeTruthy()
  await user.click(within(dialog).getByRole('button', { name: /^Apply 1/ }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(bridge.snapshot().contexts.find(({ name }) => name === 'prod-admin')?.namespace).toBe('ops')
  expect(pending()).toMatchObject([{ kind: 'set-namespace', namespace: 'ops' }])
})

test('Ctrl+Enter applies, wherever the keyboard is in the dialog', async () => {
  const { user, bridge, pending } = await open()
  await user.keyboard('{Control>}{Enter}{/Control}')
  await waitFor(() => expect(pending()).toEqual([]))
  expect(bridge.snapshot().revision).toBe(2)
})

test('a lock is shown with its path and age; removing it lets the write go on', async () => {
  const lock = { path: `${mainFile}.lock`, ageMs: 7_200_000 }
  const { user, dialog, bridge, pending } = await open({ editing: { lock } })
  await user.keyboard('{Control>}{Enter}{/Control}')
  expect(await within(dialog).findByText('Another program holds the lock')).toBeTruthy()
  expect(within(dialog).getByText('2 h old', { exact: false })).toBeTruthy()
  await user.click(within(dialog).getByRole('button', { name: 'Remove the lock' }))
  await waitFor(() => expect(pending()).toEqual([]))
  expect(bridge.calls.find(({ name }) => name === 'edits.unlock')?.input).toEqual({ path: lock.path })
})

test('while main asks about what a write brings the dialog says that it waits for the answer, and not that it applies', async () => {
  const lock = { path: `${mainFile}.lock`, ageMs: 7_200_000 }
  const { user, dialog, bridge, model } = await open({ editing: { lock } })
  await user.click(within(dialog).getByRole('button', { name: /^Apply\b(?! and)/ }))
  const run = model.edits.state.getState().applying?.run ?? ''
  const said = () => within(dialog).queryByText('Waits for your answer; nothing is written yet.')
  const asks = (asking: boolean) => act(() => bridge.emit('edits.asking', { run, asking }))
  asks(true)
  expect(said()).toBeTruthy()
  expect(within(dialog).queryByText('Applying…')).toBeNull()
  asks(false)
  expect(said()).toBeNull()
  expect(within(dialog).getByText('Another program holds the lock')).toBeTruthy()
})

test('a lock that is not removed says why beside the button, while it is waited for and after', async () => {
  const lock = { path: `${mainFile}.lock`, ageMs: 7_200_000 }
  const held = `${lock.path} is held by Ekscope, process 7, which is running: the lock was not removed.`
  const refuse: FakeOptions['refuse'] = {
    'edits.unlock': fail(fault('locked', held, 'Wait until that process is done, or end it.')),
  }
  const said =
    '~/.kube/config.lock is held by Ekscope, process 7, which is running: the lock was not removed. Wait until that process is done, or end it.'
  const { user, dialog, pending, model } = await open({ editing: { lock }, refuse })
  await user.keyboard('{Control>}{Enter}{/Control}')
  await user.click(await within(dialog).findByRole('button', { name: 'Remove the lock' }))
  expect((await within(dialog).findByRole('alert')).textContent).toBe(said)

  const onRemoved = vi.fn()
  const { container } = render(
    <ModelProvider model={model}>
      <LockLeft wait={{ ...lock, waitedMs: 60_000 }} ready onRemoved={onRemoved} />
    </ModelProvider>,
  )
  const left = within(container)
  await user.click(left.getByRole('button', { name: 'Remove the lock and write', hidden: true }))
  expect((await left.findByRole('alert', { hidden: true })).textContent).toBe(said)
  expect(onRemoved).not.toHaveBeenCalled()

  // Behind the dialog nobody could read or dismiss it.
  expect(model.state.getState().notices).toEqual([])
  delete refuse['edits.unlock']
  await user.click(within(dialog).getByRole('button', { name: 'Remove the lock' }))
  await waitFor(() => expect(pending()).toEqual([]))
  await user.click(left.getByRole('button', { name: 'Remove the lock and write', hidden: true }))
  await waitFor(() => expect(onRemoved).toHaveBeenCalledOnce())
  expect(left.queryByRole('alert', { hidden: true })).toBeNull()
})

test.skipIf(!full)(
  'what becomes of identities has its place before it is known, so that it moves no button',
  async () => {
    const { dialog } = await open({
      refuse: { 'edits.preview': fail(fault('cancelled', 'Not now.', 'Ask again.')) },
    })
    expect(dialog.querySelectorAll(`.${styles.identities}`)).toHaveLength(1)
  },
)

test('where the user ends the wait for a lock, it is said that nothing was written, until the next try', async () => {
  const refuse: FakeOptions['refuse'] = {
    'edits.apply': fail(fault('cancelled', 'Cancelled while waiting.', 'Apply again.')),
  }
  const { user, dialog, pending } = await open({ refuse })
  await user.keyboard('{Control>}{Enter}{/Control}')
  expect((await within(dialog).findByText('Nothing was written.')).getAttribute('role')).toBe('status')
  expect(pending()).toHaveLength(2)
  expect(within(dialog).queryByRole('alert')).toBeNull()
  delete refuse['edits.apply']
  await user.keyboard('{Control>}{Enter}{/Control}')
  await waitFor(() => expect(pending()).toEqual([]))
})

test('while it is written, the review stays as it was although the files are others already', async () => {
  const lock = { path: `${mainFile}.lock`, ageMs: 7_200_000 }
  const { user, dialog, bridge, model } = await open({ editing: { lock } })
  await user.keyboard('{Control>}{Enter}{/Control}')
  await within(dialog).findByText('Another program holds the lock')
  const asked = () => bridge.calls.filter(({ name }) => name === 'edits.plan').length
  const before = asked()
  model.state.setState(({ snapshot }) => ({ snapshot: snapshot && { ...snapshot } }))
  await new Promise((resolve) => setTimeout(resolve, 0))
  expect(within(dialog).getByText('+2 −2')).toBeTruthy()
  expect(asked()).toBe(before)
})

test('a file that cannot be replaced says why, and is written in place only on a word', async () => {
  const applies = [
    {
      kind: 'obstructed' as const,
      obstacles: [{ path: mainFile, reason: 'hard-link' as const }],
    },
  ]
  const { user, dialog, bridge, pending } = await open({ editing: { applies } })
  await waitFor(() => expect(primaries(dialog)).toEqual(['Apply']))
  await user.keyboard('{Control>}{Enter}{/Control}')
  expect(await within(dialog).findByText(/second name \(hard link\)/)).toBeTruthy()
  expect(pending()).toHaveLength(2)
  expect(primaries(dialog)).toEqual(['Write in place'])
  await user.click(within(dialog).getByRole('button', { name: 'Write in place' }))
  await waitFor(() => expect(pending()).toEqual([]))
  const inputs = bridge.calls.flatMap(({ name, input }) => (name === 'edits.apply' ? [input] : []))
  expect(inputs).toMatchObject([{ inPlace: [] }, { inPlace: [mainFile] }])
})

test.skipIf(!full)(
  'what stands in the way of a switch, or of an undo, is asked about in the dialog that it leads to, without another try',
  async () => {
    const obstacles = [{ path: mainFile, reason: 'hard-link' as const }]
    const { user, dialog, bridge, model, row } = await open({
      editing: { applies: [{ kind: 'obstructed', obstacles }] },
    })
    model.edits.discardAll()
    model.edits.open(null)
    await waitFor(() => expect(dialog.isConnected).toBe(false))
    await model.edits.switchNow(row('stage').id, 'kubectl now uses stage')
    const review = await screen.findByRole('dialog', { name: /^Review/ })
    expect(within(review).getByText(/second name \(hard link\)/)).toBeTruthy()
    const allow = within(review).getByRole<HTMLButtonElement>('button', { name: 'Write in place' })
    await waitFor(() => expect(allow.disabled).toBe(false))
    await user.click(allow)
    await waitFor(() => expect(bridge.snapshot().currentContext).toBe('stage'))
    // The end of the write closes it.
    await waitFor(() => expect(review.isConnected).toBe(false))
    model.edits.open({ kind: 'undo-write', id: 'w1', way: 'undo', obstacles })
    const undo = await screen.findByRole('dialog', { name: 'Undo this write' })
    const undoThere = within(undo).getByRole<HTMLButtonElement>('button', { name: 'Write in place' })
    await waitFor(() => expect(undoThere.disabled).toBe(false))
    expect(primaries(undo)).toEqual(['Write in place'])
    await user.click(undoThere)
    await waitFor(() => expect(bridge.calls.some(({ name }) => name === 'history.undo')).toBe(true))
    const asked = bridge.calls.find(({ name }) => name === 'history.undo')
    expect(asked?.input).toMatchObject({ id: 'w1', way: 'undo', inPlace: [mainFile] })
  },
)

test('the files change while a file cannot be replaced: the word is about the plan that is shown, as soon as one is', async () => {
  const applies = [
    { kind: 'obstructed' as const, obstacles: [{ path: mainFile, reason: 'hard-link' as const }] },
  ]
  const { user, dialog, bridge, model, pending } = await open({ editing: { applies } })
  await user.keyboard('{Control>}{Enter}{/Control}')
  const inPlace = await within(dialog).findByRole<HTMLButtonElement>('button', { name: 'Write in place' })
  const note = within(dialog).getByRole('alert')
  // What is foreseen of the edits, and their list, come after it: they never move it.
  const edits = within(dialog).getByRole('list', { name: 'Changes' })
  expect(note.compareDocumentPosition(edits) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy()
  let planned = () => {}
  const planning = new Promise<void>((resolve) => {
    planned = resolve
  })
  const plan = model.edits.plan
  const asked = vi.spyOn(model.edits, 'plan').mockImplementation((ids) => planning.then(() => plan(ids)))
  // What is shown holds for the same edits, and goes to main with the revisions that it is of.
  model.state.setState(({ snapshot }) => ({ snapshot: snapshot && { ...snapshot } }))
  await waitFor(() => expect(asked).toHaveBeenCalledTimes(1))
  expect(inPlace.disabled).toBe(false)
  expect(within(dialog).getByText('+2 −2')).toBeTruthy()
  // Of other edits nothing is shown yet.
  await user.click(within(dialog).getByRole('checkbox', { name: /stage/ }))
  expect(inPlace.disabled).toBe(true)
  planned()
  await within(dialog).findByText('+1 −1')
  await user.click(inPlace)
  await waitFor(() => expect(pending()).toHaveLength(1))
  const inputs = bridge.calls.flatMap(({ name, input }) => (name === 'edits.apply' ? [input] : []))
  expect(inputs[1]).toMatchObject({ inPlace: [mainFile] })
  expect(inputs[1]).toHaveProperty('revisions[0]', { path: mainFile, revision: '1' })
})

test.skipIf(!full)(
  'a protected file beside a linked one: both are named, and one decision permits what each needs',
  async () => {
    const other = '/home/me/.kube/other'
    const applies = [
      {
        kind: 'obstructed' as const,
        obstacles: [
          { path: mainFile, reason: 'hard-link' as const },
          { path: other, reason: 'write-protected' as const },
        ],
      },
    ]
    const { user, dialog, bridge, pending } = await open({ editing: { applies } })
    await user.keyboard('{Control>}{Enter}{/Control}')
    expect(await within(dialog).findByText('These files cannot simply be replaced')).toBeTruthy()
    expect(within(dialog).getByText(/is write-protected/)).toBeTruthy()
    // The keyboard is at the question, so that it is in view, however many edits stand above it.
    expect(document.activeElement?.textContent).toMatch(/^These files cannot simply be replaced/)
    await user.click(within(dialog).getByRole('button', { name: 'Write anyway' }))
    await waitFor(() => expect(pending()).toEqual([]))
    const inputs = bridge.calls.flatMap(({ name, input }) => (name === 'edits.apply' ? [input] : []))
    expect(inputs).toMatchObject([
      { inPlace: [], force: [] },
      { inPlace: [mainFile], force: [other] },
    ])
  },
)

test('contexts that change along are named, and splitting first leaves them as they are', async () => {
  const { user, model, row, dialog, pending } = await open()
  model.edits.add([
    { kind: 'set-profile', context: row('prod-us-viewer').id, profile: 'dev', pin: null, scope: 'shared' },
  ])
  expect(await within(dialog).findByText('1 context that you did not edit changes too')).toBeTruthy()
  expect(within(dialog).getByText('prod-us-admin')).toBeTruthy()
  expect(within(dialog).getByRole('button', { name: /Apply to all of them/ })).toBeTruthy()
  await user.click(within(dialog).getByRole('button', { name: 'Split first' }))
  await waitFor(() => expect(within(dialog).queryByText(/changes too/)).toBeNull())
  expect(pending().at(-1)).toMatchObject({ kind: 'set-profile', scope: 'split' })
})

test('what blocks is said with what to do, and nothing can be applied', async () => {
  const { model, row, dialog } = await open()
  model.edits.add([{ kind: 'rename-context', context: row('stage').id, name: 'prod-admin', cascade: false }])
  const said = await within(dialog).findByText(/There is a context “prod-admin” already/)
  // Of several edits it says which one.
  expect(said.textContent).toMatch(/^stage: There is/)
  for (const button of within(dialog).getAllByRole('button', { name: /^Apply/ }))
    expect(button.hasAttribute('disabled')).toBe(true)
})

test('a change that needs one that is not ticked names that one', async () => {
  const { model, row, dialog, user } = await open()
  act(() =>
    model.edits.add([
      { kind: 'clone-context', context: row('stage').id, name: 'stage-2', pin: null, userName: null },
    ]),
  )
  act(() => model.edits.add([{ kind: 'use-context', context: row('stage-2').id }]))
  await within(dialog).findByText(/^current-context: .* → stage-2$/)
  await user.click(within(dialog).getByRole('checkbox', { name: /^stage-2 clone of stage/ }))
  const said = await within(dialog).findByText(/needs another one/)
  expect(said.textContent).toBe(
    'current-context: This change needs another one that is not ticked: stage-2 clone of stage. Tick that one, too, or leave this one out.',
  )
})

test('discarding all leaves the files and the grid as they were, and can be undone', async () => {
  const { user, dialog, model, pending } = await open()
  await user.click(within(dialog).getByRole('button', { name: 'Discard all' }))
  expect(pending()).toEqual([])
  expect(model.rows.all().every((row) => row.pending === null)).toBe(true)
  model.edits.undo()
  expect(pending()).toHaveLength(2)
})

test('the history names a write whose record is damaged or of a newer Ekscope, at its place', async () => {
  const unread = [
    { id: 'w2', at: Date.now(), why: 'newer' },
    { id: 'w0', at: 0, why: 'damaged' },
  ] as const
  const { user } = await open({ editing: { unread } })
  await user.keyboard('{Control>}{Enter}{/Control}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  await user.click(screen.getByRole('button', { name: 'History' }))
  await screen.findByText('prod-admin: namespace checkout → ops')
  expect(screen.getByRole('main').textContent).toMatch(
    /Written by a newer Ekscope, which.*prod-admin: namespace checkout → ops.*The record of this write is damaged/,
  )
})

test('the history shows each write with its lines and undoes it after showing what that does', async () => {
  const { user, bridge } = await open()
  await user.keyboard('{Control>}{Enter}{/Control}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  await user.click(screen.getByRole('button', { name: 'History' }))
  expect(await screen.findByText('prod-admin: namespace checkout → ops')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Lines' }))
  expect((await screen.findAllByText(lineOf('namespace: ops'))).length).toBe(2)
  const [main] = screen.getAllByRole('main')
  if (!main) throw new Error('no main')
  await user.click(within(main).getByRole('button', { name: 'Undo' }))
  const dialog = await screen.findByRole('dialog', { name: 'Undo this write' })
  await within(dialog).findByText('+2 −2')
  await user.click(within(dialog).getByRole('button', { name: /^Undo/ }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(bridge.snapshot().contexts.find(({ name }) => name === 'prod-admin')?.namespace).toBe('checkout')
  expect(await screen.findByText(/undone$/)).toBeTruthy()
  // A write of AWS files alone leaves the kubeconfigs as they were.
  const asked = () => bridge.calls.filter(({ name }) => name === 'history.list').length
  const before = asked()
  act(() => bridge.emit('identity.changed', { reason: 'aws' }))
  expect(asked()).toBe(before + 1)
})

test.skipIf(!full)(
  'what is redone in the history stands again, and no button is left that would change nothing',
  async () => {
    const { user } = await open()
    await user.keyboard('{Control>}{Enter}{/Control}')
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    await user.click(screen.getByRole('button', { name: 'History' }))
    await screen.findByText('prod-admin: namespace checkout → ops')
    const [main] = screen.getAllByRole('main')
    if (!main) throw new Error('no main')
    /** The buttons of each write, the newest first. */
    const ways = () =>
      within(main)
        .getAllByRole('listitem')
        .map((one) =>
          within(one)
            .queryAllByRole('button', { name: /^(Undo|Redo)$/ })
            .map(({ textContent }) => textContent),
        )
        .filter((one) => one.length > 0)
    const go = async (way: string, at: number) => {
      const button = within(main).getAllByRole('button', { name: way })[at]
      if (button === undefined) throw new Error(`no ${way}`)
      await user.click(button)
      const dialog = await screen.findByRole('dialog', { name: new RegExp(`^${way} `) })
      const does = within(dialog).getByRole('button', { name: new RegExp(`^${way}`) })
      await waitFor(() => expect(does.hasAttribute('disabled')).toBe(false))
      await user.click(does)
      await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    }
    const shown = (wanted: readonly (readonly string[])[]) => waitFor(() => expect(ways()).toEqual(wanted))
    await shown([['Undo']])
    await go('Undo', 0)
    // At the write itself, and there alone: its undo would redo the same.
    await shown([['Redo']])
    expect(document.activeElement?.textContent).toBe('Redo')
    await go('Redo', 0)
    await shown([['Undo'], ['Undo']])
    expect(main.querySelectorAll('[data-undone]')).toHaveLength(1)
    // Undone by its own button, the redo before it is undone, too.
    await go('Undo', 1)
    await shown([['Redo']])
    expect(main.querySelectorAll('[data-undone]')).toHaveLength(3)
  },
)

test.skipIf(!full)(
  'where the keyboard’s place is gone on a page without a list, it goes on at the page, not at a button that nobody chose',
  async () => {
    const { user, model } = await open()
    await user.keyboard('{Control>}{Enter}{/Control}')
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    await user.click(screen.getByRole('button', { name: 'History' }))
    expect(await screen.findByText('prod-admin: namespace checkout → ops')).toBeTruthy()
    const onPage = () => {
      const { activeElement } = document
      expect(activeElement?.tagName).toBe('DIV')
      expect(activeElement?.contains(screen.getByRole('heading', { name: 'History' }))).toBe(true)
      expect(activeElement).not.toBe(document.body)
    }
    // A page that was just opened looks for the keyboard by itself.
    await new Promise((resolve) => setTimeout(resolve, 600))
    // With the message that it was in.
    model.edits.tell({ tone: 'bad', message: 'Something is wrong.', next: null, action: null })
    const said = await screen.findByText('Something is wrong.')
    const card = said.closest<HTMLElement>('[role="alert"]')
    if (card === null) throw new Error('no message')
    await user.click(within(card).getByRole('button', { name: 'Dismiss' }))
    await waitFor(onPage)
    // With the button that opened a dialog.
    const opener = document.body.appendChild(document.createElement('button'))
    opener.focus()
    act(() => model.edits.open({ kind: 'conflicts' }))
    await screen.findByRole('dialog')
    opener.remove()
    await user.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    await waitFor(onPage)
  },
)

test('the history shows names that are ARNs short, and whole on hover', async () => {
  const arn = (name: string) => `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`
  const { user, model, row } = await open()
  act(() =>
    model.edits.add([{ kind: 'rename-context', context: row('stage').id, name: arn('web'), cascade: false }]),
  )
  await user.keyboard('{Control>}{Enter}{/Control}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  await user.click(screen.getByRole('button', { name: 'History' }))
  // By their attributes, because working out the names of all costs most of such a test.
  const whole = (name: string) => document.querySelector(`[title="${name}"]`)?.textContent
  await waitFor(() => expect(whole(arn('web'))).toBe('…/webeu-west-1 · 1111 2222 3333'))
  const [keep, other] = [row('prod-admin').cluster, row('prod-us-admin').cluster]
  if (keep === null || other === null) throw new Error('no clusters')
  vi.spyOn(model.edits, 'duplicates').mockResolvedValue([
    { kind: 'cluster', keep: { ...keep, name: arn('hub') }, others: [{ ...other, name: arn('lake') }] },
  ])
  act(() => model.edits.open({ kind: 'merge' }))
  await waitFor(() => expect(whole(arn('hub'))).toBe('…/hub'))
  expect(whole(arn('lake'))).toBe('takes the place of …/lake')
})

const reader = 'arn:aws:iam::111122223333:role/ReadOnly'

test('an edit says whom its context acts as before and after, which user is split, and leads to its lines', async () => {
  const { dialog, model, row, user } = await open()
  model.edits.add([
    { kind: 'set-profile', context: row('prod-us-admin').id, profile: 'dev', pin: null, scope: 'split' },
  ])
  const [, , line] = await waitFor(() => {
    const lines = within(within(dialog).getByRole('list', { name: 'Changes' })).getAllByRole('listitem')
    expect(lines).toHaveLength(3)
    return lines
  })
  if (!line) throw new Error('no line')
  await within(line).findByText('own user prod-us-admin, split from prod-us')
  await within(line).findByText('Would act as')
  expect(within(dialog).getByText('The identity of 1 context may change.')).toBeTruthy()
  await user.click(await within(line).findByRole('button', { name: /^Show the lines of: prod-us-admin/ }))
  const pointed = dialog.querySelectorAll('[data-pointed]')
  expect([...pointed].map(({ textContent }) => textContent).join('\n')).toContain('prod-us-admin')
  expect(document.activeElement?.tagName).toBe('SECTION')
})

test('the changed word of a line is marked, and nothing else of it', async () => {
  const { dialog } = await open()
  const marks = [...dialog.querySelectorAll('mark')].map(({ textContent }) => textContent)
  expect(marks).toEqual(['checkout', 'ops', 'web', 'ops'])
})

test('Try all asks AWS and the clusters about the contexts that change, and the answer stands at the edit', async () => {
  const fleet = makeFleet(12)
  const admin = fleet.snapshot.contexts.find(({ name }) => name === 'prod-admin')
  const tried = admin && fleet.check(admin.id, 'login-shell', now)
  const { dialog, model, row, user, bridge } = await open({ editing: { tried: () => tried ?? null } })
  const before = row('prod-admin').verdict
  model.edits.add([{ kind: 'set-role', context: row('prod-admin').id, role: reader, scope: 'split' }])
  await user.click(await within(dialog).findByRole('button', { name: 'Try it first' }))
  await within(dialog).findByText('tried: verified')
  // The sum stands above all edits: those that scroll out of sight count, too.
  expect(within(dialog).getByText('Tried: 1 verified.')).toBeTruthy()
  expect(bridge.calls.find(({ name }) => name === 'edits.try')?.input).toMatchObject({
    contexts: [row('prod-admin').id],
  })
  expect(row('prod-admin').verdict).toBe(before)
  expect(bridge.calls.some(({ name }) => name === 'whoami.run')).toBe(false)
})

test('Apply and verify writes, checks what the write may have changed and nothing else, and the answer stays', async () => {
  const { dialog, model, row, user, bridge, pending } = await open()
  const { id } = row('prod-admin')
  model.edits.add([{ kind: 'set-role', context: id, role: reader, scope: 'split' }])
  await within(dialog).findByText('The identity of 1 context may change.')
  await user.click(within(dialog).getByRole('checkbox', { name: /^stage/ }))
  await within(dialog).findByRole('button', { name: /^Apply 2/ })
  await waitFor(() =>
    expect(within(dialog).getByRole('button', { name: /^Apply and verify/ }).title).toMatch(/1 context/),
  )
  await user.keyboard('{Control>}{Shift>}{Enter}{/Shift}{/Control}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  const notice = await screen.findByText('Checked 1 context: 1 verified')
  expect(screen.getByText('1 change is not written: still pending.')).toBeTruthy()
  expect(bridge.calls.flatMap(({ name, input }) => (name === 'whoami.run' ? [input] : []))).toMatchObject([
    { contexts: [id] },
  ])
  expect(pending()).toHaveLength(1)
  // With any filter, and beside any other message.
  model.setFilter('nothing-like-it')
  model.edits.say('Something else')
  expect(notice.isConnected).toBe(true)
  await user.click(screen.getByRole('button', { name: 'Show' }))
  expect(model.fitting().map(({ name }) => name)).toEqual(['prod-admin'])
})

test('what is not right after the write is named with what to do', async () => {
  const { dialog, model, row, user } = await open()
  model.edits.add([{ kind: 'set-role', context: row('prod-audit').id, role: reader, scope: 'split' }])
  await within(dialog).findByText('The identity of 1 context may change.')
  await user.keyboard('{Control>}{Shift>}{Enter}{/Shift}{/Control}')
  await screen.findByText('Checked 1 context: 1 no access (prod-audit)')
  expect(screen.getByText(/Ask an administrator of prod-eu/)).toBeTruthy()
})

test('a write that changes no identity says so, and checks nothing', async () => {
  const { dialog, user, bridge } = await open()
  await within(dialog).findByText('No identity changes.')
  await user.click(within(dialog).getByRole('button', { name: /^Apply and verify/ }))
  await screen.findByText('No identity changed, so there was nothing to verify.')
  expect(bridge.calls.some(({ name }) => name === 'whoami.run')).toBe(false)
})
