/** The model as components get it: state, rows, marks and every intent; made once per page. */
import type { StoreApi } from 'zustand/vanilla'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { Bridge } from '../../shared/ipc/contract'
import { lossText } from '../../shared/ipc/kept'
import type { SettingName } from '../../shared/ipc/settings'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { fault } from '../../shared/result'
import type { Offer } from '../../shared/shell/offer'
import { createEdits, type Edits } from '../pending/store'
import type { Marks } from '../rows/colours'
import { fits, parseFilter } from '../rows/filter'
import { type Row, staleness } from '../rows/rows'
import type { KeyOwners } from '../rows/who'
import { editText } from '../text/edits'
import { text } from '../text/page'
import { type AwsAuths, createAwsAuths } from './aws-auths'
import { type Clusters, createClusters } from './clusters'
import { createCore } from './core'
import { createCounting } from './counting'
import { createIdentities, type Identities } from './identities'
import type { Keyed } from './keyed'
import { createLoading, type Loading } from './loading'
import { createProfileEdits, type ProfileEdits } from './profile-edits'
import { createSigningIn, type SigningIn } from './signing-in'
import type { CellRange, Cursor, Only, PaletteMode, State, ViewName } from './state'
import { createSweeps, type Sweeps } from './sweeps'
import { createVerifying, type Verifying } from './verifying'
import { defaultView, type View } from './view'

export interface Model
  extends Omit<Loading, 'follow' | 'takeSnapshot' | 'followChecks' | 'takeChecks'>,
    Omit<Verifying, 'follow'>,
    SigningIn {
  readonly bridge: Bridge
  readonly state: StoreApi<State>
  readonly rows: Keyed<Row>
  readonly marks: Marks
  readonly edits: Edits
  readonly identities: Identities
  readonly profileEdits: ProfileEdits
  readonly clusters: Clusters
  readonly sweeps: Sweeps
  readonly awsAuths: AwsAuths
  readonly clock: () => number
  /** Whose the access keys are that files and checks name, as far as it came out. */
  readonly owners: () => KeyOwners
  /** What a check of the context found out last in an environment, shown or not; how stale that is nobody asked. */
  checkIn(environment: EnvironmentName, context: EntryId): Check | null
  /** The rows that fit the filter, in the order of the files; the same list until rows or filter change. */
  fitting(): readonly Row[]
  /** Whether the filter lets a context be seen: no action is about one that nobody sees. */
  isShown(context: EntryId): boolean
  /** Loads everything and follows what changes; returns the function that stops. */
  start(): () => void
  setFilter(filter: string): void
  /** Shows these contexts alone, whatever the filter was; null: all again. */
  showOnly(only: Only | null): void
  setView(change: Partial<View>): void
  resetColumns(): void
  saveSetting(key: Exclude<SettingName, 'view'>, value: string): Promise<void>
  /** Opens the name of an account for writing in its group header; null: closes it. */
  startNaming(account: string | null): void
  /** Gives an account a name, or takes it back with an empty one. */
  nameAccount(account: string, name: string): Promise<void>
  showPage(page: ViewName): void
  /** The first picture stands and the page rests: what the sidebar counts is read, and follows changes. */
  countViews(): void
  select(ids: ReadonlySet<EntryId>): void
  /**
   * Where the grid's cursor stands from now on; an open inspector follows. `held`: it only keeps its place because its row
   * went out of sight, and what is inspected stays.
   */
  setCursor(cursor: Cursor | null, held?: boolean): void
  /** A rectangle of cells to edit at once; the keyboard is at its far corner. It ends when the cursor leaves that. */
  setRange(range: CellRange): void
  endRange(): void
  toggleGroup(id: string): void
  /** Opens the inspector on a context; null closes it. */
  inspect(id: EntryId | null): void
  /** Opens it on nothing. */
  openInspector(): void
  openPalette(open: boolean, mode?: PaletteMode): void
  showVariables(open: boolean): void
  dismiss(notice: number): void
  /** Puts text on the clipboard; `what` is said afterwards. */
  copy(value: string, what: string): Promise<void>
  /** The same of a command; where it is not offered it is said why. */
  copyCommand(offer: Offer, what: string): Promise<void>
}

/** How long a rearranged view rests before it is saved, in milliseconds. */
const saveAfter = 500

export interface ModelOptions {
  readonly bridge: Bridge
  /** Milliseconds since the epoch. */
  readonly clock?: () => number
  readonly newRunId?: () => string
}

export function createModel({
  bridge,
  clock = () => Date.now(),
  newRunId = () => crypto.randomUUID(),
}: ModelOptions): Model {
  const core = createCore(bridge, clock)
  const { state } = core
  const loading = createLoading(core)
  const verifying = createVerifying(core, loading, newRunId)
  const signingIn = createSigningIn(core, verifying)
  const identities = createIdentities(core, newRunId)
  const edits = createEdits(
    {
      ...core,
      nameOf: (context) => core.rows.get(context)?.name ?? null,
      followChecks: loading.followChecks,
      showHistory: () => state.setState({ page: 'history' }),
    },
    newRunId,
  )
  const profileEdits = createProfileEdits(core, identities.load, verifying, edits)
  const clusters = createClusters(core, newRunId)
  const sweeps = createSweeps(core, newRunId, edits)
  const counting = createCounting(core)
  const awsAuths = createAwsAuths(core, newRunId, () => {
    void loading.takeChecks().then(() => {
      clusters.changed()
      sweeps.changed()
    })
  })
  let shown: {
    readonly filter: string
    readonly only: Only | null
    readonly version: number
    readonly rows: readonly Row[]
    /** Made with the first question about one. */
    ids: ReadonlySet<EntryId> | null
  } | null = null
  let saving: ReturnType<typeof setTimeout> | undefined

  function saveViewSoon(): void {
    clearTimeout(saving)
    saving = setTimeout(() => {
      void bridge
        .request('settings.save', { key: 'view', value: JSON.stringify(state.getState().view) })
        .then((answer) => {
          if (!answer.ok) core.notify(answer.fault)
        })
    }, saveAfter)
  }

  function setView(change: Partial<View>): void {
    // Ordered by another column, rows are looked at as they are now: checks may have come that the last order did not ask for.
    const orders = change.sort !== undefined || change.grouping !== undefined
    state.setState((before) => ({
      view: { ...before.view, ...change },
      listVersion: before.listVersion + (orders ? 1 : 0),
    }))
    saveViewSoon()
  }

  /** Ages move on; what became too old turns stale by itself. */
  function tick(): void {
    const now = clock()
    const { staleHours } = state.getState().settings
    state.setState({ now })
    for (const row of core.rows.all()) {
      if (row.check === null || row.stale !== null) continue
      if (staleness(row.check, row.identity, now, staleHours) !== null) core.touch(row.id)
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

  /** What was pending in a window that has ended is pending in this one, which says so, and what of it could not be kept. */
  async function restore(): Promise<void> {
    const answer = await bridge.request('edits.kept')
    if (!answer.ok) core.notify(answer.fault)
    const kept = answer.ok ? answer.value : null
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
    if (lost.length > 0) core.tell({ tone: 'bad', ...notices.lost(lost), action: null })
  }

  return {
    bridge,
    state,
    rows: core.rows,
    checkIn: (environment, context) => core.checks.get(environment)?.get(context) ?? null,
    marks: core.marks,
    edits,
    identities,
    profileEdits,
    clusters,
    sweeps,
    awsAuths,
    clock,
    owners: core.owners,
    ...loading,
    ...verifying,
    ...signingIn,
    async signIn(request, onStep) {
      const ended = await signingIn.signIn(request, onStep)
      if (ended === true) sweeps.signedIn(request.of)
      return ended
    },
    start() {
      const stops = [
        loading.follow(),
        verifying.follow(),
        identities.follow(),
        profileEdits.follow(),
        clusters.follow(),
        sweeps.follow(),
        counting.follow(),
        awsAuths.follow(),
        // What was found or asked about can be asked for aws-auth now, and by whom.
        sweeps.state.subscribe((now, before) => {
          if (before.run !== null && now.run === null) awsAuths.changed()
        }),
        clusters.state.subscribe((now, before) => {
          if (before.asking !== null && now.asking === null) awsAuths.changed()
          if (before.reading === null || now.reading !== null) return
          void loading.takeChecks()
          awsAuths.changed()
        }),
        edits.start(),
      ]
      const timer = setInterval(tick, 30_000)
      void loading
        .load()
        .then(restore)
        .then(() => bridge.request('app.ready'))
      return () => {
        for (const stop of stops) stop()
        clearInterval(timer)
      }
    },
    fitting: () => look().rows,
    isShown(context) {
      const { filter, only } = state.getState()
      if (only === null && filter.trim() === '') return core.rows.get(context) !== undefined
      const now = look()
      now.ids ??= new Set(now.rows.map(({ id }) => id))
      return now.ids.has(context)
    },
    setFilter: (filter) => state.setState({ filter }),
    showOnly: (only) => state.setState(only === null ? { only } : { only, filter: '' }),
    setView,
    resetColumns: () => {
      const { order, hidden, sizes, pinned } = defaultView
      setView({ order, hidden, sizes, pinned })
    },
    async saveSetting(key, value) {
      const answer = await bridge.request('settings.save', { key, value })
      if (!answer.ok) {
        core.notify(answer.fault)
        return
      }
      state.setState({ settings: answer.value })
      if (key === 'staleHours') core.rebuild()
    },
    startNaming: (naming) => state.setState({ naming }),
    async nameAccount(account, name) {
      const answer = await bridge.request('accounts.name', { account, name: name.trim() })
      if (!answer.ok) {
        core.notify(answer.fault)
        return
      }
      state.setState({ settings: answer.value })
      core.rebuild()
    },
    showPage: (page) => state.setState({ page }),
    countViews: () => state.setState({ counting: true }),
    select: (selected) => state.setState(selected.size === 0 ? { selected } : { selected, range: null }),
    setRange: (range) =>
      state.setState(({ inspecting, inspected }) => ({
        range,
        cursor: range.to,
        inspected: inspecting ? range.to.item : inspected,
      })),
    endRange: () => state.setState({ range: null }),
    setCursor: (cursor, held = false) =>
      state.setState(({ inspecting, inspected, range }) => ({
        cursor,
        range: range?.to.item === cursor?.item && range?.to.column === cursor?.column ? range : null,
        inspected:
          inspecting && !held && cursor !== null && core.rows.get(cursor.item) !== undefined
            ? cursor.item
            : inspected,
      })),
    toggleGroup: (id) =>
      state.setState((before) => {
        const closed = new Set(before.closed)
        if (!closed.delete(id)) closed.add(id)
        return { closed }
      }),
    inspect: (inspected) => state.setState({ inspected, inspecting: inspected !== null }),
    openInspector: () => state.setState({ inspected: null, inspecting: true }),
    openPalette: (paletteOpen, paletteMode) =>
      state.setState(paletteOpen ? { paletteOpen, paletteMode: paletteMode ?? 'all' } : { paletteOpen }),
    showVariables: (variablesOpen) => state.setState({ variablesOpen }),
    dismiss: (id) =>
      state.setState((before) => ({ notices: before.notices.filter((notice) => notice.id !== id) })),
    async copy(value, what) {
      const answer = await bridge.request('app.copy', { text: value })
      if (answer.ok) core.say(text.copied(what))
      else core.notify(answer.fault)
    },
    async copyCommand({ command, text: why }, what) {
      if (command !== null) await this.copy(command, what)
      else core.notify(fault('not-allowed', text.notOffered, why))
    },
  }
}
