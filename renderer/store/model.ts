/** The model for components: state, rows, marks and every intent; created once per page. */
import type { EnvironmentName } from '../../shared/identity/identity'
import type { Bridge } from '../../shared/ipc/contract'
import { lossText } from '../../shared/ipc/kept'
import type { SettingName } from '../../shared/ipc/settings'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { fault } from '../../shared/result'
import type { Offer } from '../../shared/shell/offer'
import { together } from '../pending/host'
import { createEdits } from '../pending/store'
import { fits, parseFilter } from '../rows/filter'
import { type Row, staleness } from '../rows/rows'
import { editText } from '../text/edits'
import { text } from '../text/page'
import { type Arrangement, defaultArrangement } from './arrangement'
import { createAwsAuths, followAwsAuths } from './aws-auths'
import { createClusters, followClusters } from './clusters'
import { createCore } from './core'
import { createCounting } from './counting'
import { createIdentities, followIdentities } from './identities'
import { followChecks, followLoading, type Loading, load, takeChecks } from './loading'
import { followIds, ownersIn, rebuild, showEdits, touch } from './page-rows'
import { createProfileEdits } from './profile-edits'
import { areEnded } from './run'
import { noList } from './shown-list'
import { createSigningIn } from './signing-in'
import type { CellRange, Cursor, Only, PaletteMode, RunKind, State, ViewName } from './state'
import { createSweeps, followSweeps, searchSignedIn } from './sweeps'
import { type Checking, followChecking } from './verifying'

/** How long a view must stay unchanged before it is saved, in milliseconds. */
const saveAfter = 500

interface ModelOptions {
  readonly bridge: Bridge
  /** Milliseconds since the epoch. */
  readonly clock?: () => number
  readonly newRunId?: () => string
}

export type Model = ReturnType<typeof createModel>

export function createModel({
  bridge,
  clock = () => Date.now(),
  newRunId = () => crypto.randomUUID(),
}: ModelOptions) {
  const core = createCore(bridge, clock, newRunId)
  const { state } = core
  const loading: Loading = { core, asked: 0 }
  const checking: Checking = { core, loading, open: new Map() }
  const signingIn = createSigningIn(core, checking)
  const identities = createIdentities(core)
  const edits = createEdits({
    ...core,
    showEdits: (shown) => showEdits(core, shown),
    followIds: (ids, written) => followIds(core, ids, written),
    nameOf: (context) => core.rows.get(context)?.name ?? null,
    followChecks: () => followChecks(core),
    showHistory: () => state.setState({ page: 'history' }),
  })
  const profileEdits = createProfileEdits(core, identities.load, checking, edits)
  const clusters = createClusters(core)
  const sweeps = createSweeps(core)
  const counting = createCounting(core)
  const awsAuths = createAwsAuths(core)
  let shown: {
    readonly filter: string
    readonly only: Only | null
    readonly version: number
    readonly rows: readonly Row[]
    /** Created on first use. */
    ids: ReadonlySet<EntryId> | null
  } | null = null
  let saving: ReturnType<typeof setTimeout> | undefined

  function saveViewSoon(): void {
    clearTimeout(saving)
    saving = setTimeout(() => {
      void core.ask('settings.save', { key: 'view', value: JSON.stringify(state.getState().view) })
    }, saveAfter)
  }

  function setView(change: Partial<Arrangement>): void {
    // A new sort uses the rows as they are now: checks may have arrived that the last order did not depend on.
    const orders = change.sort !== undefined || change.grouping !== undefined
    state.setState((before) => ({
      view: { ...before.view, ...change },
      listVersion: before.listVersion + (orders ? 1 : 0),
    }))
    saveViewSoon()
  }

  /** After a run: what it found out may change what other parts show. */
  function runsChanged(now: State, before: State): void {
    const ended = (kind: RunKind) => areEnded(kind, now, before)
    // aws-auth can now be read of clusters that were found or asked about; that also decides which identities can read it.
    if (ended('search') || ended('ask') || ended('access')) awsAuths.changed()
    if (ended('access')) void takeChecks(core)
    // Who may enter may be known of more clusters.
    if (ended('aws-auth'))
      void takeChecks(core).then(() => {
        clusters.changed()
        sweeps.changed()
      })
  }

  /** Updates ages; checks that became too old turn stale. */
  function tick(): void {
    const now = clock()
    const { staleHours } = state.getState().settings
    state.setState({ now })
    for (const row of core.rows.all()) {
      if (row.check === null || row.stale !== null) continue
      if (staleness(row.check, row.identity, now, staleHours) !== null) touch(core, row.id)
    }
  }

  function look(): NonNullable<typeof shown> {
    const { filter, only, listVersion: version } = state.getState()
    if (shown === null || shown.filter !== filter || shown.only !== only || shown.version !== version) {
      const terms = parseFilter(filter)
      const all = core.rows.all()
      const asked = only === null ? all : all.filter(({ id }) => only.ids.has(id))
      const rows = terms.length === 0 ? asked : asked.filter((row) => fits(row, terms))
      shown = { filter, only, version, rows, ids: null }
    }
    return shown
  }

  /** Puts text on the clipboard; the notice afterwards is `what`. */
  async function copy(value: string, what: string): Promise<void> {
    if ((await core.ask('app.copy', { text: value })) !== undefined) core.say(text.copied(what))
  }

  /** Restores what was pending in a closed window; a notice says so, and what could not be restored. */
  async function restore(): Promise<void> {
    const kept = await core.ask('edits.kept')
    const lost = kept?.lost.map(lossText) ?? []
    await edits.restore(kept?.contexts ?? null, lost.length > 0)
    profileEdits.restore(kept?.profiles ?? null)
    const count = edits.state.getState().pending.length + profileEdits.state.getState().pending.length
    const { notices } = editText
    if (kept?.fromBefore === true && count > 0) {
      const discard = () => {
        edits.discardAll()
        profileEdits.discard()
      }
      const action = { label: notices.discard, run: discard }
      core.tell({ tone: 'info', ...notices.fromBefore(count), action, stays: true, ofPending: 'whole' })
    }
    if (lost.length > 0) core.tell({ tone: 'bad', ...notices.lost(lost) })
  }

  return {
    bridge,
    ask: core.ask,
    state,
    /** The contents of the list on the page. */
    list: noList(),
    rows: core.rows,
    /** The last check of the context in an environment, shown or not, whether stale or not. */
    checkIn: (environment: EnvironmentName, context: EntryId) =>
      core.checks.get(environment)?.get(context) ?? null,
    marks: core.marks,
    edits,
    identities,
    profileEdits,
    clusters,
    sweeps,
    awsAuths,
    checking,
    clock,
    /** The owners of the access keys that files and checks name, as far as known. */
    owners: () => ownersIn(core),
    loading,
    ...signingIn,
    async signIn(...request: Parameters<typeof signingIn.signIn>) {
      const ended = await signingIn.signIn(...request)
      if (ended === true) searchSignedIn(sweeps, request[0].of)
      return ended
    },
    /** Loads everything and follows what changes; returns the function that stops. */
    start() {
      const timer = setInterval(tick, 30_000)
      const stop = together([
        followLoading(loading),
        followChecking(checking),
        followIdentities(identities),
        profileEdits.follow(),
        followClusters(clusters),
        followSweeps(sweeps),
        counting.follow(),
        followAwsAuths(awsAuths),
        state.subscribe(runsChanged),
        edits.start(),
        () => clearInterval(timer),
      ])
      void load(loading)
        .then(restore)
        .then(() => bridge.request('app.ready'))
      return stop
    },
    /** The rows that match the filter, in the order of the files; the same list object until rows or filter change. */
    fitting: () => look().rows,
    /** Whether the filter shows a context: no action applies to a hidden one. */
    isShown(context: EntryId) {
      const { filter, only } = state.getState()
      if (only === null && filter.trim() === '') return core.rows.get(context) !== undefined
      const now = look()
      now.ids ??= new Set(now.rows.map(({ id }) => id))
      return now.ids.has(context)
    },
    setFilter: (filter: string) => state.setState({ filter }),
    /** Shows these contexts alone, whatever the filter was; null: all again. */
    showOnly: (only: Only | null) => state.setState(only === null ? { only } : { only, filter: '' }),
    setView,
    resetColumns: () => {
      const { order, hidden, sizes, pinned } = defaultArrangement
      setView({ order, hidden, sizes, pinned })
    },
    async saveSetting(key: Exclude<SettingName, 'view'>, value: string) {
      const settings = await core.ask('settings.save', { key, value })
      if (settings === undefined) return
      state.setState({ settings })
      if (key === 'staleHours') rebuild(core)
    },
    /** Opens the name of an account for writing in its group header; null: closes it. */
    startNaming: (naming: string | null) => state.setState({ naming }),
    /** Gives an account a name, or removes it with an empty one. */
    async nameAccount(account: string, name: string) {
      const settings = await core.ask('accounts.name', { account, name: name.trim() })
      if (settings === undefined) return
      state.setState({ settings })
      rebuild(core)
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
