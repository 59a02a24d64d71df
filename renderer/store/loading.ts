/** Data from files: the snapshot, identities, environments, stored checks, and their changes. */
import type { EnvironmentName } from '../../shared/identity/identity'
import { applyChange } from '../../shared/kubeconfig/change'
import type { EntryId, Snapshot, SnapshotChange } from '../../shared/kubeconfig/entries'
import { together } from '../pending/host'
import type { Core } from './core'
import type { State } from './state'
import { parseView } from './view'

/** Milliseconds after which the first picture is drawn. */
const behindFirstPictureMs = 1_000

export type Loading = ReturnType<typeof createLoading>

export function createLoading(core: Core) {
  const { bridge, state } = core
  // Answers that come late, after a newer question, are dropped.
  let asked = 0

  /** Reads again what the files say in the environments that are shown. */
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

  /** Takes them with their snapshot, where that is new too: rows need both, and are computed once. */
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
    // An unchanged report changes no rows.
    const reports = Object.keys(others).length === 0 ? before : { ...before, ...others }
    const { environment, awaited } = state.getState()
    // Where main could not answer, no more is to come.
    const answered = turn === asked && answers.some(({ name }) => name === environment)
    const now = { reports, awaited: awaited && !answered }
    state.setState(snapshot === null ? now : { ...now, snapshot })
    // Applying pending edits over the files has computed the rows again already.
    core.refresh()
  }

  /** Shows at once what is known of the environment, which may be nothing: what another environment says does not apply here. */
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
   * Loads everything from the start; the phase says how it went. The grid is drawn before a slow login shell has answered:
   * identities, and another list of files, follow then.
   */
  async function load(): Promise<void> {
    state.setState({ phase: { kind: 'loading' } })
    // Each request waits only for what it needs: identities need only the environment from the settings.
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
    // Before a key press needs the users.
    setTimeout(() => snapshot.value.users.length, behindFirstPictureMs)
  }

  /** Loads what the login shell names, and its home folder, now that it has answered. */
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

  /** Contexts that were renamed or moved keep their checks: main knows which. */
  async function followChecks(): Promise<void> {
    const there = new Set(state.getState().snapshot?.contexts.map(({ id }) => id))
    // A context without a check may have had another name. Where no check is left over, there is nothing to follow.
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

  /** Loads the contexts that were current before; main stores the current one. Nothing else waits for it. */
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
    /** Lets the user choose a file; returns its first context, null where it has none. */
    async openFile(): Promise<EntryId | null> {
      const before = new Set(state.getState().snapshot?.files.map(({ path }) => path))
      const snapshot = (await core.ask('kubeconfig.open')) ?? null
      if (snapshot === null) return null
      await takeSnapshot(snapshot)
      const opened = snapshot.files.find(({ path }) => !before.has(path))
      return snapshot.contexts.find(({ origin }) => origin.file === opened?.path)?.id ?? null
    },
    /** The path of a file that the user wants to create; null when the user named none. */
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
