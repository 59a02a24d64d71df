/** What comes from files: snapshot, what they say of identities, environments, kept checks, and their changes. */
import type { EnvironmentName } from '../../shared/identity/identity'
import { applyChange } from '../../shared/kubeconfig/change'
import type { EntryId, Snapshot, SnapshotChange } from '../../shared/kubeconfig/entries'
import { together } from '../pending/host'
import type { Core } from './core'
import type { State } from './state'
import { parseView } from './view'

/** Milliseconds after which the first picture is there. */
const behindFirstPictureMs = 1_000

export type Loading = ReturnType<typeof createLoading>

export function createLoading(core: Core) {
  const { bridge, state } = core
  // Answers that come late, after a newer question, are dropped.
  let asked = 0

  /** What the files say in the environments that are shown, again. */
  async function loadIdentities(): Promise<void> {
    const turn = ++asked
    const answers = await askIdentities()
    if (turn === asked) takeIdentities(answers, turn)
  }

  async function askIdentities() {
    const { environment, compare, reports } = state.getState()
    const names = compare === null ? [environment] : [environment, compare]
    return Promise.all(
      names.map(async (name) => ({
        name,
        result: await bridge.request('identity.load', { environment: name, had: reports[name]?.digest }),
      })),
    )
  }

  /** With the snapshot that they are of, where that is new, too: rows are made of both, and once. */
  function takeIdentities(
    answers: Awaited<ReturnType<typeof askIdentities>>,
    turn: number,
    snapshot: Snapshot | null = null,
  ): void {
    const before = state.getState().reports
    const others: State['reports'] = Object.fromEntries(
      (turn === asked ? answers : []).flatMap(({ name, result }) => {
        if (!result.ok) core.notify(result.fault)
        return result.ok && result.value !== null ? [[name, result.value]] : []
      }),
    )
    // The very report as before makes no other rows.
    const reports = Object.keys(others).length === 0 ? before : { ...before, ...others }
    const { environment, awaited } = state.getState()
    // Where main could not say it, nothing more is to come.
    const answered = turn === asked && answers.some(({ name }) => name === environment)
    const now = { reports, awaited: awaited && !answered }
    state.setState(snapshot === null ? now : { ...now, snapshot })
    // What lays pending edits over the files has made the rows anew already.
    core.refresh()
  }

  /** At once with what is known there, which may be nothing: what another environment says is not what this one does. */
  function show(shown: Partial<Pick<State, 'environment' | 'compare'>>): void {
    const environment = shown.environment ?? state.getState().environment
    state.setState({ ...shown, awaited: state.getState().reports[environment] === undefined })
    core.rebuild()
  }

  async function takeSnapshot(snapshot: Snapshot): Promise<void> {
    // The answer to an opened or closed file may come after a change that happened since.
    const known = state.getState().snapshot
    if (known === null || snapshot.revision >= known.revision) state.setState({ snapshot })
    await loadIdentities()
  }

  /**
   * Everything, from the start; the phase says how it went. The grid is there before a slow login shell has answered: who acts,
   * and another list of files, follow then.
   */
  async function load(): Promise<void> {
    state.setState({ phase: { kind: 'loading' } })
    // Nothing waits for what it need not know: identities need the settings' environment, and that alone.
    const turn = ++asked
    const reporting = loadSettings().then(() => askIdentities())
    const naming = bridge.request('environment.load')
    const [app, snapshot, checks] = await Promise.all([
      bridge.request('app.state'),
      bridge.request('kubeconfig.load'),
      bridge.request('checks.load'),
    ])
    if (!app.ok || !snapshot.ok) {
      const fault = !snapshot.ok ? snapshot.fault : app.ok ? null : app.fault
      if (fault !== null) state.setState({ phase: { kind: 'failed', fault } })
      return
    }
    state.setState({ app: app.value })
    if (checks.ok)
      for (const check of checks.value) core.checks.get(check.environment)?.set(check.context, check)
    else core.notify(checks.fault)
    if (app.value.awaitsShell) {
      state.setState({ snapshot: snapshot.value, awaited: true, phase: { kind: 'ready' } })
      core.refresh()
    }
    const [report, environments] = await Promise.all([reporting, naming])
    if (environments.ok) state.setState({ environments: environments.value })
    else core.notify(environments.fault)
    const named = app.value.awaitsShell ? await loadNamed() : snapshot
    if (!named.ok) core.notify(named.fault)
    takeIdentities(report, turn, named.ok ? named.value : null)
    state.setState({ phase: { kind: 'ready' } })
    // Before a key asks for something of them.
    setTimeout(() => snapshot.value.users.length, behindFirstPictureMs)
  }

  /** What the login shell names, and where its home is, now that it has answered. */
  async function loadNamed() {
    const [app, snapshot] = await Promise.all([
      bridge.request('app.state'),
      bridge.request('kubeconfig.load'),
    ])
    if (app.ok) state.setState({ app: app.value })
    return snapshot
  }

  async function loadSettings(): Promise<void> {
    const settings = await core.ask('settings.load')
    if (settings !== undefined)
      state.setState({ settings, view: parseView(settings.view), environment: settings.environment })
  }

  async function takeChange(change: SnapshotChange): Promise<void> {
    const { snapshot } = state.getState()
    if (snapshot === null) return
    if (snapshot.revision === change.from) {
      const next = applyChange(snapshot, change)
      await Promise.all([takeSnapshot(next), followChecks()])
      return
    }
    if (snapshot.revision >= change.revision) return
    const whole = await core.ask('kubeconfig.load')
    if (whole !== undefined) await Promise.all([takeSnapshot(whole), followChecks()])
  }

  /** Contexts that go on under another name or in another file take their checks along: main knows which. */
  async function followChecks(): Promise<void> {
    const there = new Set(state.getState().snapshot?.contexts.map(({ id }) => id))
    // What has none may be one that had another name; where none is left over, there is nothing to go along.
    if ([...core.checks.values()].some((checks) => [...checks.keys()].some((id) => !there.has(id))))
      await takeChecks()
  }

  /** Checks that main has stored and no event reported: those of renamed contexts, or from asking a cluster something else. */
  async function takeChecks(): Promise<void> {
    const kept = await core.ask('checks.load')
    if (kept === undefined) return
    const there = new Set(state.getState().snapshot?.contexts.map(({ id }) => id))
    const newer = kept.filter(
      ({ environment, context, at }) =>
        there.has(context) && at > (core.checks.get(environment)?.get(context)?.at ?? 0),
    )
    if (newer.length === 0) return
    for (const check of newer) core.checks.get(check.environment)?.set(check.context, check)
    const known = new Set(kept.map(({ context }) => context))
    for (const checks of core.checks.values())
      for (const id of checks.keys()) if (!there.has(id) && !known.has(id)) checks.delete(id)
    core.rebuild()
  }

  /** What was current before; main keeps what is current now. Nothing else waits for it. */
  async function loadRecent(): Promise<void> {
    const answer = await bridge.request('contexts.recent')
    if (answer.ok) state.setState({ recent: answer.value })
  }

  return {
    load,
    loadIdentities,
    followChecks,
    takeChecks,
    takeSnapshot,
    async setEnvironment(environment: EnvironmentName) {
      const { compare } = state.getState()
      show({ environment, compare: compare === environment ? null : compare })
      const settings = await core.ask('settings.save', { key: 'environment', value: environment })
      if (settings !== undefined) state.setState({ settings })
      await loadIdentities()
    },
    async setCompare(environment: EnvironmentName | null) {
      show({ compare: environment })
      await loadIdentities()
    },
    async reloadEnvironment() {
      state.setState({ reloadingEnvironment: true })
      const environments = await core.ask('environment.reload')
      state.setState({ reloadingEnvironment: false })
      if (environments === undefined) return
      state.setState({ environments })
      await loadIdentities()
    },
    /** Lets a file be chosen; gives the first of its contexts, null where it has none. */
    async openFile(): Promise<EntryId | null> {
      const before = new Set(state.getState().snapshot?.files.map(({ path }) => path))
      const snapshot = (await core.ask('kubeconfig.open')) ?? null
      if (snapshot === null) return null
      await takeSnapshot(snapshot)
      const opened = snapshot.files.find(({ path }) => !before.has(path))
      return snapshot.contexts.find(({ origin }) => origin.file === opened?.path)?.id ?? null
    },
    /** The path of a file that the user named to be made; null when the user named none. */
    async nameFile(): Promise<string | null> {
      const named = (await core.ask('kubeconfig.create')) ?? null
      if (named === null) return null
      const shown = await bridge.request('kubeconfig.load')
      if (shown.ok) await takeSnapshot(shown.value)
      return named
    },
    async closeFile(path: string) {
      const snapshot = await core.ask('kubeconfig.close', { path })
      if (snapshot !== undefined) await takeSnapshot(snapshot)
    },
    editFile: (path: string) => core.ask('kubeconfig.edit', { path }),
    openDemo: () => core.ask('demo.open'),
    /** Starts following changes; returns the function that stops. */
    follow: () =>
      together([
        bridge.on('kubeconfig.changed', takeChange),
        bridge.on('identity.changed', () => {
          void loadIdentities()
          void bridge.request('environment.load').then((answer) => {
            if (answer.ok) state.setState({ environments: answer.value })
          })
        }),
        state.subscribe((now, before) => {
          if (now.phase.kind !== 'ready') return
          const moved = now.snapshot?.currentContext !== before.snapshot?.currentContext
          if (moved || before.phase.kind !== 'ready') void loadRecent()
        }),
      ]),
  }
}
