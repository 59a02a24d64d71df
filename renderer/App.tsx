import { CSPProvider } from '@base-ui/react/csp-provider'
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react'
import type { Action } from './actions/action'
import { createActions, shortcutOf } from './actions/actions'
import { ActionsProvider, useActions } from './actions/use-actions'
import { isPanelOpen, listOf, type View } from './actions/view'
import { DropTarget } from './dialogs/DropTarget'
import { FirstPage } from './first/FirstPage'
import { leaveEditor } from './grid/editing-keys'
import { Sidebar } from './sidebar/Sidebar'
import { StatusBar } from './status/StatusBar'
import type { State } from './store/app-state'
import type { Model } from './store/window-model'
import { text } from './text/page'
import { applyTheme } from './theme'
import { Toolbar } from './toolbar/Toolbar'
import { textField, useFieldUndo } from './ui/field-undo'
import { keepFocus } from './ui/kept-focus'
import { Loading } from './ui/Loading'
import { late } from './ui/late'
import { listen } from './ui/listen'
import { ModelProvider, useApp, useModel } from './ui/model'
import { Notices } from './ui/Notices'
import { PopupsProvider } from './ui/popups'
import { toNextRegion } from './ui/regions'
import { placeInGrid, placeInTree, placeOnPage, takeFocus, useBeginning } from './ui/use-page-focus'
import { views } from './views'

const actions = createActions(views)
const Palette = late(async () => (await import('./palette/Palette')).Palette)
const EditDialogs = late(async () => (await import('./dialogs/EditDialogs')).EditDialogs)
const VariablesDialog = late(async () => (await import('./toolbar/VariablesDialog')).VariablesDialog)

/** The whole window over one model. */
export function App({ model }: { readonly model: Model }) {
  return (
    <CSPProvider disableStyleElements>
      <ModelProvider model={model}>
        <ActionsProvider value={actions}>
          <PopupsProvider>
            <Window />
          </PopupsProvider>
        </ActionsProvider>
      </ModelProvider>
    </CSPProvider>
  )
}

/** Shortcuts work wherever the focus is, except in a dialog. */
function useShortcuts(actions: readonly Action[]): void {
  const model = useModel()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const { app, variablesOpen } = model.state.getState()
      if (variablesOpen) return
      const { dialog, editing } = model.edits.state.getState()
      if (dialog !== null) return
      if (event.key === 'F6' && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault()
        leaveEditor(model)
        toNextRegion(event.shiftKey)
        return
      }
      const shortcut = shortcutOf(event, app?.platform === 'darwin')
      const meant = actions.filter(
        (one) => shortcut !== null && (one.shortcut === shortcut || one.alias === shortcut),
      )
      // Of actions with the same keys, the one that is possible here.
      const action = meant.find((one) => one.enabled(model)) ?? meant[0]
      if (action === undefined) return
      // In a text field undo belongs to the field, and so do deleting the next word and a letter.
      const ofField =
        action.id === 'undo' || action.id === 'redo' || action.shortcut === 'Mod+Delete' || shortcut === '?'
      if (ofField && (editing !== null || textField(event.target) !== null)) return
      event.preventDefault()
      // The typed text is accepted first, so that the action uses it.
      leaveEditor(model)
      if (action.enabled(model)) {
        // From the sidebar too the keyboard goes into the view that its key shows.
        if (action.place !== undefined && document.activeElement instanceof HTMLElement)
          document.activeElement.blur()
        action.run(model)
      }
      // The view is shown already: the keyboard goes into it.
      else if (action.place !== undefined) placeOnPage()?.focus()
      else {
        const why = action.blockedBy(model)
        if (why !== null) model.edits.say(why)
      }
    }
    return listen(['keydown'], onKeyDown)
  }, [actions, model])
}

/** Runs actions from the application's menu; where one is not possible now, a notice says why. */
function useMenu(actions: readonly Action[]): void {
  const model = useModel()
  useEffect(
    () =>
      model.bridge.on('app.action', ({ id }) => {
        const action = actions.find((one) => one.id === id)
        const { variablesOpen } = model.state.getState()
        if (action === undefined || variablesOpen || model.edits.state.getState().dialog !== null) return
        // In a text field undo belongs to the field.
        const writing = textField(document.activeElement) !== null
        if ((id === 'undo' || id === 'redo') && writing) {
          document.execCommand(id)
          return
        }
        leaveEditor(model)
        if (action.enabled(model)) action.run(model)
        else model.edits.say(text.palette.notNow(action.title, action.blockedBy(model) ?? action.needs))
      }),
    [actions, model],
  )
}

/** If nothing has the focus (at the start, after a click on empty space), or the page as a whole, an arrow key enters the list.
 * */
function useArrows(): void {
  const { list } = useModel()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const onPage = event.target instanceof HTMLElement && event.target.matches('main > [tabindex="-1"]')
      if ((event.target !== document.body && !onPage) || event.defaultPrevented) return
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
      // A page without a list scrolls.
      const tree = placeInTree(document)
      if (onPage && placeInGrid() === null && tree === null) return
      event.preventDefault()
      if (tree === null) list.focusGrid()
      else tree.focus()
    }
    return listen(['keydown'], onKeyDown)
  }, [list])
}

/** Back from another page, whose elements are gone: the focus goes to the grid. */
function useWayBack(page: State['page']): void {
  const { list } = useModel()
  const before = useRef(page)
  useEffect(() => {
    if (before.current === page) return
    before.current = page
    if (page !== 'contexts') return
    // At once where the focused element went with its page, or the focus would go to a header first (kept-focus.ts).
    if (document.activeElement === document.body) list.focusGrid()
    return takeFocus(() => {
      list.focusGrid()
      return null
    })
  }, [page, list])
}

/** Pixels below which the sidebar shows only icons: next to an open inspector, and without one. */
const wideEnough = { inspecting: 1360, alone: 900 }

function useNarrow(inspecting: boolean): boolean {
  const query = `(max-width: ${inspecting ? wideEnough.inspecting : wideEnough.alone}px)`
  return useSyncExternalStore(
    useCallback(
      (changed) => {
        const list = window.matchMedia(query)
        list.addEventListener('change', changed)
        return () => list.removeEventListener('change', changed)
      },
      [query],
    ),
    () => window.matchMedia(query).matches,
  )
}

function useTheme(): void {
  const theme = useApp((state) => state.settings.theme)
  const density = useApp((state) => state.settings.density)
  useEffect(() => applyTheme({ theme, density }), [theme, density])
}

/** The panel at the right of this view now; null: none. */
function usePanel(view: View | undefined): View['Panel'] {
  const model = useModel()
  const subscribe = useCallback(
    (changed: () => void) => ((view && listOf(view, model)) ?? model).state.subscribe(changed),
    [view, model],
  )
  return useSyncExternalStore(subscribe, () => (view && isPanelOpen(view, model) ? view.Panel : null))
}

function Window() {
  const actions = useActions()
  const phase = useApp((state) => state.phase)
  const page = useApp((state) => state.page)
  const model = useModel()
  // Contexts that are still only pending are rows, too.
  const empty = useApp(
    ({ phase: { kind }, listVersion }) => kind === 'ready' && listVersion > 0 && model.rows.size === 0,
  )
  const view = views.find(({ name }) => name === page)
  const Panel = usePanel(view)
  const narrow = useNarrow(Panel !== null)
  useShortcuts(actions)
  useMenu(actions)
  useArrows()
  useFieldUndo()
  useEffect(keepFocus, [])
  useBeginning(phase.kind === 'ready' && !empty && page === 'contexts')
  useWayBack(page)
  useTheme()
  return (
    <div className="flex tall" data-narrow={narrow || undefined}>
      <Sidebar views={views} />
      <div className="column fill">
        <Toolbar views={views} />
        <div className="space flex low">
          <main className="column fill panel" aria-busy={phase.kind === 'loading'}>
            {view?.alone ? (
              <view.Page />
            ) : phase.kind === 'loading' ? (
              <Loading label={text.loading} />
            ) : phase.kind === 'failed' || (empty && page === 'contexts') ? (
              <FirstPage />
            ) : (
              view && <view.Page />
            )}
          </main>
          {phase.kind === 'ready' && Panel !== null && <Panel />}
        </div>
        <StatusBar />
      </div>
      <Palette />
      <EditDialogs />
      <VariablesDialog />
      <DropTarget />
      <Notices />
    </div>
  )
}
