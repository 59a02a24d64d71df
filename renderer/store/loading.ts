/** Data from files: the snapshot, identities, environments, stored checks, and their changes. */
import type { EnvironmentName } from '../../shared/identity/identity'
import type { KubeconfigPlace } from '../../shared/ipc/contract'
import { applyChange } from '../../shared/kubeconfig/change'
import type { EntryId, Snapshot, SnapshotChange } from '../../shared/kubeconfig/entries'
import { callAll } from '../pending/edits-host'
import type { State } from './app-state'
import { parseArrangement } from './arrangement'
import type { Core } from './core'
import { rebuild, refresh, takeSettings } from './page-rows'

/** Data from files as it is read. */
export interface Loading {
  readonly core: Core
  /** Numbers the questions about identities: answers that come late, after a newer question, are dropped. */
  asked: number
}

/** Reads again what the files say in the environments that are shown. */
export async function loadIdentities(loading: Loading): Promise<void> {
  const turn = ++loading.asked
  const answers = await askIdentities(loading)
  if (turn === loading.asked) takeIdentities(loading, answers, turn)
}

async function askIdentities({ core }: Loading) {
  const { environment, compare, reports } = core.state.getState()
  const names = compare === null ? [environment] : [environment, compare]
  return Promise.all(
    names.map(async (name) => ({
      name,
      result: await core.bridge.request('identity.load', { environment: name, had: reports[name]?.digest }),
    })),
  )
}

/** Takes them with their snapshot, where that is new too: rows need both, and are computed once. */
function takeIdentities(
  { core, asked }: Loading,
  answers: Awaited<ReturnType<typeof askIdentities>>,
  turn: number,
  snapshot: Snapshot | null = null,
): void {
  const { state } = core
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
  refresh(core)
}

/** Shows at once what is known of the environment, which may be nothing: what another environment says does not apply here. */
function show(core: Core, shown: Partial<Pick<State, 'environment' | 'compare'>>): void {
  const { environment: before, reports } = core.state.getState()
  core.state.setState({ ...shown, awaited: reports[shown.environment ?? before] === undefined })
  rebuild(core)
}

/** Takes files that are new, with their identities. */
export async function takeSnapshot(loading: Loading, snapshot: Snapshot): Promise<void> {
  const { state } = loading.core
  // The answer to an opened or closed file may come after a change that happened since.
  const known = state.getState().snapshot
  if (known === null || snapshot.revision >= known.revision) state.setState({ snapshot })
  await loadIdentities(loading)
}

/**
 * Loads everything from the start; the phase says how it went. The grid is drawn before a slow login shell has answered:
 * identities, and another list of files, follow then.
 */
export async function load(loading: Loading): Promise<void> {
  const { core } = loading
  const { bridge, state } = core
  state.setState({ phase: { kind: 'loading' } })
  // Each request waits only for what it needs: identities need only the environment from the settings.
  const turn = ++loading.asked
  const reporting = loadSettings(core).then(() => askIdentities(loading))
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
    refresh(core)
  }
  const [report, environments] = await Promise.all([reporting, naming])
  if (environments.ok) state.setState({ environments: environments.value })
  else core.notify(environments.fault)
  const named = app.value.awaitsShell ? await loadNamed(core) : snapshot
  if (!named.ok) core.notify(named.fault)
  takeIdentities(loading, report, turn, named.ok ? named.value : null)
  state.setState({ phase: { kind: 'ready' } })
}

/** Loads what the login shell names, and its home folder, now that it has answered. */
async function loadNamed({ bridge, state }: Core) {
  const [app, snapshot] = await Promise.all([bridge.request('app.state'), bridge.request('kubeconfig.load')])
  if (app.ok) state.setState({ app: app.value })
  return snapshot
}

async function loadSettings({ ask, state }: Core): Promise<void> {
  const settings = await ask('settings.load')
  if (settings !== undefined)
    state.setState({ settings, view: parseArrangement(settings.view), environment: settings.environment })
}

async function takeChange(loading: Loading, change: SnapshotChange): Promise<void> {
  const { core } = loading
  const { snapshot } = core.state.getState()
  if (snapshot === null) return
  if (snapshot.revision === change.from) {
    const next = applyChange(snapshot, change)
    await Promise.all([takeSnapshot(loading, next), followChecks(core)])
    return
  }
  if (snapshot.revision >= change.revision) return
  const whole = await core.ask('kubeconfig.load')
  if (whole !== undefined) await Promise.all([takeSnapshot(loading, whole), followChecks(core)])
}

/** Contexts that were renamed or moved keep their checks: main knows which. */
export async function followChecks(core: Core): Promise<void> {
  const there = new Set(core.state.getState().snapshot?.contexts.map(({ id }) => id))
  // A context without a check may have had another name. Where no check is left over, there is nothing to follow.
  if ([...core.checks.values()].some((checks) => [...checks.keys()].some((id) => !there.has(id))))
    await takeChecks(core)
}

/** Checks that main has stored and no event reported: those of renamed contexts, or from asking a cluster something else. */
export async function takeChecks(core: Core): Promise<void> {
  const kept = await core.ask('checks.load')
  if (kept === undefined) return
  const there = new Set(core.state.getState().snapshot?.contexts.map(({ id }) => id))
  const newer = kept.filter(
    ({ environment, context, at }) =>
      there.has(context) && at > (core.checks.get(environment)?.get(context)?.at ?? 0),
  )
  if (newer.length === 0) return
  for (const check of newer) core.checks.get(check.environment)?.set(check.context, check)
  const known = new Set(kept.map(({ context }) => context))
  for (const checks of core.checks.values())
    for (const id of checks.keys()) if (!there.has(id) && !known.has(id)) checks.delete(id)
  rebuild(core)
}

/** Loads the contexts that were current before; main stores the current one. Nothing else waits for it. */
async function loadRecent({ bridge, state }: Core): Promise<void> {
  const answer = await bridge.request('contexts.recent')
  if (answer.ok) state.setState({ recent: answer.value })
}

/** Starts following changes; returns the function that stops. */
export function followLoading(loading: Loading) {
  const { core } = loading
  const { bridge, state } = core
  return callAll([
    bridge.on('kubeconfig.changed', (change) => takeChange(loading, change)),
    bridge.on('settings.changed', (settings) => takeSettings(core, settings)),
    bridge.on('identity.changed', () => {
      void loadIdentities(loading)
      void bridge.request('environment.load').then((answer) => {
        if (answer.ok) state.setState({ environments: answer.value })
      })
    }),
    state.subscribe((now, before) => {
      if (now.phase.kind !== 'ready') return
      const moved = now.snapshot?.currentContext !== before.snapshot?.currentContext
      if (moved || before.phase.kind !== 'ready') void loadRecent(core)
    }),
  ])
}

// Environments ----------------------------------------------------------------------------------------------------

export async function setEnvironment(loading: Loading, environment: EnvironmentName): Promise<void> {
  const { core } = loading
  const { compare } = core.state.getState()
  show(core, { environment, compare: compare === environment ? null : compare })
  const settings = await core.ask('settings.save', { key: 'environment', value: environment })
  if (settings !== undefined) takeSettings(core, settings)
  await loadIdentities(loading)
}

export async function setCompare(loading: Loading, environment: EnvironmentName | null): Promise<void> {
  show(loading.core, { compare: environment })
  await loadIdentities(loading)
}

export async function reloadEnvironment(loading: Loading): Promise<void> {
  const { ask, state } = loading.core
  state.setState({ reloadingEnvironment: true })
  const environments = await ask('environment.reload')
  state.setState({ reloadingEnvironment: false })
  if (environments === undefined) return
  state.setState({ environments })
  await loadIdentities(loading)
}

// Files -----------------------------------------------------------------------------------------------------------

/** Lets the user choose a file or a folder of them, or takes a pattern of paths; returns the first context of what is new, null where it has none. */
export async function openKubeconfigs(loading: Loading, what: KubeconfigPlace): Promise<EntryId | null> {
  const { ask, state } = loading.core
  const before = new Set(state.getState().snapshot?.files.map(({ path }) => path))
  const snapshot = (await ask('kubeconfig.open', { what })) ?? null
  if (snapshot === null) return null
  await takeSnapshot(loading, snapshot)
  return snapshot.contexts.find(({ origin }) => !before.has(origin.file))?.id ?? null
}

/** The path of a file that the user wants to create; null when the user named none. */
export async function nameFile(loading: Loading): Promise<string | null> {
  const { ask, bridge } = loading.core
  const named = (await ask('kubeconfig.create')) ?? null
  if (named === null) return null
  const shown = await bridge.request('kubeconfig.load')
  if (shown.ok) await takeSnapshot(loading, shown.value)
  return named
}

export async function closeFile(loading: Loading, path: string): Promise<void> {
  const snapshot = await loading.core.ask('kubeconfig.close', { path })
  if (snapshot !== undefined) await takeSnapshot(loading, snapshot)
}
