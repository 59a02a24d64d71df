/** What components ask of the page's state: selection, cursor, view, filter, inspector, palette, settings, clipboard. */
import type { ProductionMark } from '../../shared/identity/production'
import type { SettingName } from '../../shared/ipc/settings'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { fault } from '../../shared/result'
import type { Offer } from '../../shared/shell/offered-command'
import { history } from '../text/history-texts'
import { text } from '../text/page'
import type { CellRange, ChosenContexts, Cursor, PaletteMode, ViewName } from './app-state'
import { type Arrangement, defaultArrangement } from './arrangement'
import type { Core } from './core'
import { rebuild, takeSettings } from './page-rows'

/** How long a view must stay unchanged before it is saved, in milliseconds. */
const saveAfter = 500

export function createIntents(core: Core) {
  const { state } = core
  let saving: ReturnType<typeof setTimeout> | undefined

  function setView(change: Partial<Arrangement>): void {
    // A new sort uses the rows as they are now: checks may have arrived that the last order did not depend on.
    const orders = change.sort !== undefined || change.grouping !== undefined
    state.setState((before) => ({
      view: { ...before.view, ...change },
      listVersion: before.listVersion + (orders ? 1 : 0),
    }))
    clearTimeout(saving)
    saving = setTimeout(() => {
      void core.ask('settings.save', { key: 'view', value: JSON.stringify(state.getState().view) })
    }, saveAfter)
  }

  /** Puts text on the clipboard; the notice afterwards is `what`. */
  async function copy(value: string, what: string): Promise<void> {
    if ((await core.ask('app.copy', { text: value })) !== undefined) core.say(text.copied(what))
  }

  return {
    setView,
    setFilter: (filter: string) => state.setState({ filter }),
    /** Shows these contexts alone, whatever the filter was; null: all again. */
    showOnly: (only: ChosenContexts | null) =>
      state.setState(only === null ? { only } : { only, filter: '' }),
    resetColumns: () => {
      const { order, hidden, sizes, pinned } = defaultArrangement
      setView({ order, hidden, sizes, pinned })
    },
    async saveSetting(key: Exclude<SettingName, 'view'>, value: string) {
      const settings = await core.ask('settings.save', { key, value })
      if (settings !== undefined) takeSettings(core, settings)
    },
    /** Opens the name of an account for writing in its group header; null: closes it. */
    startNaming: (naming: string | null) => state.setState({ naming }),
    /** Gives an account a name, or removes it with an empty one. */
    async nameAccount(account: string, name: string) {
      const settings = await core.ask('accounts.name', { account, name: name.trim() })
      if (settings !== undefined) takeSettings(core, settings)
    },
    /** Main asks first. */
    async emptyHistory() {
      const count = await core.ask('history.purge')
      if (count !== undefined) core.say(history.purged(count))
    },
    /** Main asks first. No context is checked any more. */
    async clearChecks() {
      if ((await core.ask('checks.clear')) === undefined) return
      for (const checks of core.checks.values()) checks.clear()
      rebuild(core)
    },
    /** Marks these as production, or no longer; main asks about the latter. */
    async markProduction(marks: readonly ProductionMark[], on: boolean) {
      const settings = await core.ask('production.mark', { marks, on })
      if (settings !== undefined) takeSettings(core, settings)
    },
    showPage: (page: ViewName) => state.setState({ page }),
    /** The first picture is drawn and the page is idle: the sidebar's counts are read, and follow changes. */
    countViews: () => state.setState({ counting: true }),
    select: (selected: ReadonlySet<EntryId>) =>
      state.setState(selected.size === 0 ? { selected } : { selected, range: null }),
    /** A rectangle of cells to edit at once; the keyboard is at its far corner. It ends when the cursor leaves that. */
    setRange: (range: CellRange) =>
      state.setState(({ inspecting, inspected }) => ({
        range,
        cursor: range.to,
        inspected: inspecting ? range.to.item : inspected,
      })),
    endRange: () => state.setState({ range: null }),
    /**
     * Moves the grid's cursor; an open inspector follows. `held`: the cursor only keeps its place because its row went out of
     * sight, and the inspected context stays.
     */
    setCursor: (cursor: Cursor | null, held = false) =>
      state.setState(({ inspecting, inspected, range }) => ({
        cursor,
        range: range?.to.item === cursor?.item && range?.to.column === cursor?.column ? range : null,
        inspected:
          inspecting && !held && cursor !== null && core.rows.get(cursor.item) !== undefined
            ? cursor.item
            : inspected,
      })),
    toggleGroup: (id: string) =>
      state.setState((before) => {
        const closed = new Set(before.closed)
        if (!closed.delete(id)) closed.add(id)
        return { closed }
      }),
    /** Opens the inspector on a context; null closes it. */
    inspect: (inspected: EntryId | null) => state.setState({ inspected, inspecting: inspected !== null }),
    /** Opens it without a context. */
    openInspector: () => state.setState({ inspected: null, inspecting: true }),
    openPalette: (paletteOpen: boolean, paletteMode?: PaletteMode) =>
      state.setState(paletteOpen ? { paletteOpen, paletteMode: paletteMode ?? 'all' } : { paletteOpen }),
    showVariables: (variablesOpen: boolean) => state.setState({ variablesOpen }),
    dismiss: (id: number) =>
      state.setState((before) => ({ notices: before.notices.filter((notice) => notice.id !== id) })),
    copy,
    /** The same for a command; where it is not offered, a notice says why. */
    async copyCommand({ command, text: why }: Offer, what: string) {
      if (command !== null) await copy(command, what)
      else core.notify(fault('not-allowed', text.notOffered, why))
    },
  }
}
