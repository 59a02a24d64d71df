// @vitest-environment happy-dom
import { act, cleanup, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { full } from '../../shared/testing/counts'
import { createActions } from '../actions/actions'
import { isOnTargets, needsContexts } from '../actions/targets'
import { ActionsProvider } from '../actions/use-actions'
import { identityAfterUse } from '../actions/use-context'
import { createModel } from '../store/window-model'
import { type FakeOptions, fakeBridge } from '../testing/fake-bridge'
import { legacyFile, now } from '../testing/fleet'
import { editText } from '../text/edits'
import { ModelProvider } from '../ui/model'
import { Palette } from './Palette'

const actions = createActions([])

test('of an action that is not possible now the palette says that, and why', async () => {
  const model = createModel({ bridge: fakeBridge({ contexts: 50 }), clock: () => now })
  const stop = model.start()
  await waitFor(() => expect(model.state.getState().phase.kind).toBe('ready'))
  const { snapshot } = model.state.getState()
  if (snapshot === null) throw new Error('there is no snapshot')
  const files = snapshot.files.map((file) =>
    file.path === legacyFile ? { ...file, source: 'opened' as const, own: false } : file,
  )
  model.state.setState({ snapshot: { ...snapshot, files } })
  model.openPalette(true)
  render(
    <ModelProvider model={model}>
      <ActionsProvider value={actions}>
        <Palette />
      </ActionsProvider>
    </ModelProvider>,
  )
  const user = userEvent.setup()
  await user.type(await screen.findByRole('combobox'), 'Fill down')
  expect(screen.getByRole('status').textContent).toBe(
    '“Fill down” is not possible now. Go to a cell that can be edited first.',
  )
  const row = model.rows.all().find(({ entry }) => entry.origin.file === legacyFile)
  model.setCursor({ item: row?.id ?? '', column: 'namespace' })
  await user.clear(screen.getByRole('combobox'))
  await user.type(screen.getByRole('combobox'), 'Fill down')
  expect(screen.getByRole('status').textContent).toBe(
    `“Fill down” is not possible now. ${editText.locked.opened}`,
  )
  await user.clear(screen.getByRole('combobox'))
  await user.type(screen.getByRole('combobox'), 'zzz')
  expect(screen.getByRole('status').textContent).toBe('No context and no action has that name.')
  stop()
  cleanup()
})

async function opened(options: FakeOptions = {}, mode: 'all' | 'use' = 'all') {
  const bridge = fakeBridge({ contexts: 24, ...options })
  const model = createModel({ bridge, clock: () => now })
  const stop = model.start()
  await waitFor(() => expect(model.state.getState().phase.kind).toBe('ready'))
  await waitFor(() => expect(model.state.getState().recent).toEqual(options.recent ?? []))
  model.openPalette(true, mode)
  render(
    <ModelProvider model={model}>
      <ActionsProvider value={actions}>
        <Palette />
      </ActionsProvider>
    </ModelProvider>,
  )
  const box = await screen.findByRole('combobox')
  const applied = () =>
    bridge.calls.flatMap(({ name, input }) => (name === 'edits.apply' ? [JSON.stringify(input)] : []))
  const said = () => model.state.getState().notices.map(({ message }) => message)
  const end = () => {
    stop()
    cleanup()
  }
  return { model, user: userEvent.setup(), box, applied, said, end }
}
const options = () => screen.getAllByRole('option').map(({ textContent }) => textContent)

test('an action that is named but not possible now is told beside what is found', async () => {
  const { user, box, end } = await opened()
  await user.type(box, 'mark')
  expect(options().length).toBeGreaterThan(0)
  expect(screen.getByRole('status').textContent).toContain(
    '“Mark as production” is not possible now. Choose contexts that are not production first.',
  )
  end()
})

test('letters of a name find contexts before actions, and Enter goes there', async () => {
  const { model, user, box, applied, end } = await opened()
  await user.type(box, 'prod-a')
  expect(screen.getAllByRole('group')[0]?.getAttribute('aria-label')).toBe('Contexts')
  expect(options()[0]).toContain('prod-admin')
  await user.keyboard('{Enter}')
  await waitFor(() => expect(model.rows.get(model.state.getState().inspected ?? '')?.name).toBe('prod-admin'))
  expect(applied()).toEqual([])
  end()
})

test('Ctrl+Enter makes it kubectl’s current context at once; whom one becomes is said before and after, with Undo', async () => {
  const { model, user, box, applied, said, end } = await opened()
  const row = model.rows.all().find(({ name }) => name === 'prod-readonly')
  if (row === undefined) throw new Error('there is no such row')
  await user.type(box, 'prod-readonly')
  const before = document.getElementById(box.getAttribute('aria-describedby') ?? '')?.textContent ?? ''
  expect(before).toContain(`makes kubectl use the context: ${identityAfterUse(row)}`)
  expect(before).toContain(row.clusterName ?? 'nothing')
  await user.keyboard('{Control>}{Enter}{/Control}')
  await waitFor(() => expect(said()).toContain(`kubectl now uses prod-readonly: ${identityAfterUse(row)}`))
  expect(applied()).toHaveLength(1)
  expect(applied()[0]).toContain('"kind":"use-context"')
  expect(model.edits.state.getState().pending).toEqual([])
  expect(model.state.getState().notices.at(-1)?.action?.label).toBe('Undo')
  await waitFor(() => expect(model.state.getState().snapshot?.currentContext).toBe('prod-readonly'))
  end()
})

test.each(['use prod-read', 'switch to prod-read'])('“%s” and Enter uses it', async (typed) => {
  const { model, user, box, end } = await opened()
  await user.type(box, typed)
  expect(options()[0]).toContain('prod-readonly')
  // It acts as carol: it has to be gone to.
  expect(box.getAttribute('aria-activedescendant')).toBeNull()
  expect(below(box)).toContain('does not act as intended')
  await user.keyboard('{Enter}')
  expect(model.state.getState().paletteOpen).toBe(true)
  await user.keyboard('{ArrowDown}{Enter}')
  await waitFor(() => expect(model.state.getState().snapshot?.currentContext).toBe('prod-readonly'))
  end()
})

test('the switcher chooses the previous context, where that acts as intended, and shows production', async () => {
  const { model, user, box, end } = await opened({ recent: ['stage', 'prod-ci'] }, 'use')
  await act(() => model.markProduction([{ kind: 'context', pattern: 'st*' }], true))
  await user.type(box, 's')
  await user.clear(box)
  expect(options()[0]).toMatch(/^stage.*production/)
  // What acts as another comes last.
  const wrong = options().map((one) => one.includes(' not '))
  expect([wrong.includes(true), wrong.indexOf(true) > wrong.lastIndexOf(false)]).toEqual([true, true])
  expect(box.getAttribute('aria-activedescendant')).toMatch(/-0$/)
  await user.keyboard('{Enter}')
  await waitFor(() => expect(model.state.getState().snapshot?.currentContext).toBe('stage'))
  end()
})

test('before anything is typed stand the contexts that were current before; of those that are gone, none', async () => {
  const { model, user, end } = await opened({ recent: ['gone', 'prod-readonly', 'stage'] })
  expect(screen.getAllByRole('group')[0]?.getAttribute('aria-label')).toBe('Used before')
  expect(options()[0]).toContain('prod-readonly')
  await user.type(screen.getByRole('combobox'), 'previous')
  const previous = model.rows.all().find(({ name }) => name === 'prod-readonly')
  if (previous === undefined) throw new Error('no such context')
  expect(options()[0]).toBe(`Use prod-readonly with kubectl again: ${identityAfterUse(previous)}`)
  await user.keyboard('{Enter}')
  await waitFor(() => expect(model.state.getState().snapshot?.currentContext).toBe('prod-readonly'))
  end()
})

test.skipIf(!full)('to choose what kubectl uses there are contexts alone, and a click uses one', async () => {
  const { model, user, end } = await opened({ recent: ['stage'] }, 'use')
  expect(screen.getAllByRole('group').map((group) => group.getAttribute('aria-label'))).toEqual([
    'Used before',
    'Contexts',
  ])
  await user.click(screen.getAllByRole('option')[0] ?? document.body)
  await waitFor(() => expect(model.state.getState().snapshot?.currentContext).toBe('stage'))
  end()
})

test('the one that kubectl uses already is not written again', async () => {
  const { model, user, box, applied, said, end } = await opened()
  const current = model.rows.all().find((row) => row.current)?.name ?? ''
  await user.type(box, current)
  await user.keyboard('{Control>}{Enter}{/Control}')
  await waitFor(() => expect(said()).toContain(`kubectl uses ${current} already.`))
  expect(applied()).toEqual([])
  end()
})

/** What a key would do with the context that is chosen, as a sentence below the list. */
const below = (box: HTMLElement) =>
  document.getElementById(box.getAttribute('aria-describedby') ?? '')?.textContent ?? ''

test('a pending cluster is said as pending, before and after a switch: kubectl uses what is on disk', async () => {
  const { model, user, box, said, end } = await opened()
  const rows = model.rows.all()
  const context = rows.find(({ name }) => name === 'stage')?.id ?? ''
  const cluster = rows.find(({ name }) => name === 'prod-admin')?.entry.cluster ?? ''
  const other = rows.find(({ name }) => name === 'prod-admin')?.clusterName ?? 'nothing'
  act(() => model.edits.add([{ kind: 'set-cluster', context, cluster }]))
  await waitFor(() => expect(model.rows.get(context)?.clusterName).toBe(other))
  await user.type(box, 'stage')
  const after = `after 1 pending change: Developer on ${other}`
  expect(below(box)).toContain(`makes kubectl use the context: Developer on stage${after}`)
  await user.keyboard('{Control>}{Enter}{/Control}')
  await waitFor(() => expect(said()).toContain(`kubectl now uses stage: Developer on stage; ${after}`))
  end()
})

test.skipIf(!full)(
  'kubectl uses a renamed context by its name on disk, and it is found by both names',
  async () => {
    const { model, user, box, said, end } = await opened()
    const context = model.rows.all().find(({ name }) => name === 'stage')?.id ?? ''
    act(() => model.edits.add([{ kind: 'rename-context', context, name: 'zebra', cascade: false }]))
    await user.type(box, 'stage')
    expect(options()[0]).toMatch(/^stage.*zebra/)
    await user.clear(box)
    await user.type(box, 'zebra')
    expect(options()[0]).toMatch(/^stage.*zebra/)
    await user.keyboard('{Control>}{Enter}{/Control}')
    await waitFor(() =>
      expect(said()).toContain('kubectl now uses stage: Developer on stage; after 1 pending change: zebra'),
    )
    act(() => model.openPalette(true))
    await user.type(screen.getByRole('combobox'), 'zebra')
    await waitFor(() =>
      expect(below(screen.getByRole('combobox'))).toContain(
        'kubectl uses stage; after 1 pending change: zebra',
      ),
    )
    end()
  },
)

test('of a context that is not written yet kubectl will be said to use it, and of the one on disk that it still does', async () => {
  const { model, user, box, said, end } = await opened()
  const rows = model.rows.all()
  const current = rows.find((row) => row.current)?.name ?? ''
  const of = rows.find(({ name }) => name === 'prod-admin')?.id ?? ''
  act(() =>
    model.edits.add([{ kind: 'clone-context', context: of, name: 'zebra', pin: null, userName: null }]),
  )
  await user.type(box, 'zebra')
  expect(below(box)).toContain('makes kubectl use the context once it is written: ')
  await user.keyboard('{Control>}{Enter}{/Control}')
  await waitFor(() => expect(said()).toContain('kubectl will use zebra once it is written.'))
  act(() => model.openPalette(true))
  await user.type(screen.getByRole('combobox'), 'zebra')
  await waitFor(() =>
    expect(below(screen.getByRole('combobox'))).toContain('kubectl will use this context once it is written'),
  )
  expect(options()[0]).toContain('current context once it is written')
  await user.clear(screen.getByRole('combobox'))
  await user.type(screen.getByRole('combobox'), current)
  expect(below(screen.getByRole('combobox'))).toContain(
    `kubectl uses ${current}; after 2 pending changes: zebra`,
  )
  expect(below(screen.getByRole('combobox'))).toContain('keeps kubectl at the context: ')
  end()
})

test('of a context that will be deleted the palette says that, and why kubectl is not made to use it', async () => {
  const { model, user, box, applied, said, end } = await opened()
  const context = model.rows.all().find(({ name }) => name === 'stage')?.id ?? ''
  act(() => model.edits.add([{ kind: 'delete-contexts', contexts: [context], keepOrphans: false }]))
  await user.type(box, 'stage')
  expect(options()[0]).toMatch(/^stagedelete/)
  expect(below(box)).toContain('stage is about to be deleted.')
  await user.keyboard('{Control>}{Enter}{/Control}')
  await waitFor(() => expect(said()).toContain('stage is about to be deleted.'))
  expect(applied()).toEqual([])
  end()
})

test('of a context that acts as another the palette says whom it should be', async () => {
  const { user, box, end } = await opened()
  await user.type(box, 'prod-readonly')
  expect(options()[0]).toContain('carol not ReadOnly · prod-eu')
  end()
})

test.each([
  ['rename by template', 'Names from a template…'],
  ['split', 'Give it a user of its own'],
  ['kubectx', 'Use another context with kubectl…'],
])('“%s” finds the action that does it', async (typed, title) => {
  const { model, user, box, end } = await opened()
  const shared = model.rows.all().find(({ sharedWith }) => sharedWith.length > 0)
  model.setCursor({ item: shared?.id ?? '', column: 'context' })
  await user.type(box, typed)
  expect(options().some((one) => one === title)).toBe(true)
  end()
})

test('an act on what is selected is found as the bar calls it', async () => {
  const { model, user, box, end } = await opened()
  model.select(
    new Set(
      model.rows
        .all()
        .slice(0, 3)
        .map(({ id }) => id),
    ),
  )
  await user.type(box, 'delete 3')
  expect(options()[0]).toBe('Delete 3 contexts…Ctrl+Delete')
  await user.clear(box)
  await user.type(box, 'Delete…')
  expect(options()[0]).toBe('Delete 3 contexts…Ctrl+Delete')
  end()
})

test('the palette has the keyboard before the next frame is drawn, so that what is typed at once is typed there', async () => {
  vi.stubGlobal('requestAnimationFrame', () => 0)
  try {
    const { box, end } = await opened()
    expect(document.activeElement).toBe(box)
    end()
  } finally {
    vi.unstubAllGlobals()
  }
})

test('a palette that opens before the one that was closed has given the keyboard back keeps it', async () => {
  const frames: FrameRequestCallback[] = []
  vi.stubGlobal('requestAnimationFrame', (drawn: FrameRequestCallback) => frames.push(drawn))
  const grid = document.createElement('button')
  try {
    const { box, end } = await opened()
    document.body.append(grid)
    // What was queued first comes first in that frame.
    grid.focus()
    for (const drawn of frames) drawn(0)
    expect(document.activeElement).toBe(box)
    end()
  } finally {
    grid.remove()
    vi.unstubAllGlobals()
  }
})

test('a palette that opens again while it still fades begins anew in the same field, which keeps the keyboard', async () => {
  const { model, box, end } = await opened()
  await userEvent.setup().type(box, 'verify')
  act(() => {
    model.openPalette(false)
    model.openPalette(true)
  })
  expect(screen.getByRole('combobox')).toBe(box)
  act(() => model.openPalette(false))
  act(() => model.openPalette(true))
  await waitFor(() => expect(screen.getByRole('combobox')).toHaveProperty('value', ''))
  // For a moment the dialog itself has the keyboard, which is of no use there.
  act(() => screen.getByRole('dialog').focus())
  expect(document.activeElement).toBe(screen.getByRole('combobox'))
  end()
})

const groups = () => screen.getAllByRole('group').map((group) => group.getAttribute('aria-label'))

test('actions on a context stand below its name and whom kubectl would act as; those of many below their number', async () => {
  const { model, end } = await opened()
  const [one, two] = model.rows.all()
  if (one === undefined || two === undefined) throw new Error('no contexts')
  const again = (ids: readonly string[]) => {
    act(() => model.openPalette(false))
    act(() => model.select(new Set(ids)))
    act(() => model.openPalette(true))
  }
  again([one.id])
  await waitFor(() => expect(groups()).toContain(`On ${one.name}: ${identityAfterUse(one)}`))
  again([one.id, two.id])
  await waitFor(() => expect(groups()).toContain(`On 2 contexts: ${one.name} and others`))
  end()
})

test.each(['clusters', 'identities', 'history', 'map'] as const)(
  'from %s no action reaches a context that was chosen in the grid: not by name, not by run',
  async (page) => {
    const { model, user, box, applied, end } = await opened()
    const row = model.rows.all().find(({ name }) => name === 'stage')
    act(() => model.select(new Set([row?.id ?? ''])))
    act(() => model.setCursor({ item: row?.id ?? '', column: 'namespace' }))
    const before = actions.filter((action) => action.enabled(model) && isOnTargets(action))
    expect(before.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['use', 'delete', 'clone', 'edit-cell']),
    )
    act(() => model.showPage(page))
    expect(actions.filter((action) => action.enabled(model) && needsContexts(action))).toEqual([])
    for (const action of before) act(() => action.run(model))
    await user.type(box, 'use with kubectl')
    expect(options().filter((option) => option.startsWith('Use with kubectl'))).toEqual([])
    expect(applied()).toEqual([])
    expect(model.edits.state.getState()).toMatchObject({ pending: [], dialog: null })
    end()
  },
)
