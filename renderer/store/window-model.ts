/** The model for components: state, rows, marks and every intent; created once per page. */
import type { EnvironmentName } from '../../shared/identity/identity'
import type { Bridge } from '../../shared/ipc/contract'
import { lossText } from '../../shared/ipc/stored-edits'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { callAll } from '../pending/edits-host'
import { createEdits } from '../pending/pending-edits'
import { createDistinctNames } from '../rows/distinct-names'
import { editText } from '../text/edits'
import type { RunKind, State } from './app-state'
import { createAudit } from './audit-store'
import { createAwsAuths, followAwsAuths } from './aws-auths'
import { createClusters, followClusters } from './cluster-store'
import { type Core, createCore } from './core'
import { createCounting } from './counting'
import { createFitting } from './filtered-rows'
import { createFindings } from './finding-store'
import { createIdentities, followIdentities } from './identity-store'
import { createIntents } from './intents'
import { followChecks, followLoading, type Loading, load, takeChecks } from './loading'
import { followIds, ownersIn, showEdits, tick } from './page-rows'
import { areEnded } from './run'
import { noList } from './shown-list'
import { createSigningIn } from './signing-in'
import { createSweeps, followSweeps, searchSignedIn } from './sweep-store'
import { type Checking, followChecking } from './verifying'

interface ModelOptions {
  readonly bridge: Bridge
  /** Milliseconds since the epoch. */
  readonly clock?: () => number
  readonly newRunId?: () => string
}

/** Restores what was pending in a closed window; a notice says so, and what could not be restored. */
async function restore(core: Core, { edits }: Pick<Model, 'edits'>): Promise<void> {
  const kept = await core.ask('edits.kept')
  const lost = kept?.lost.map(lossText) ?? []
  await edits.restore(kept?.steps ?? null, lost.length > 0)
  const count = edits.state.getState().pending.length
  const { notices } = editText
  if (kept?.fromBefore === true && count > 0) {
    const action = { label: notices.discard, run: () => edits.discardAll() }
    core.tell({ tone: 'info', ...notices.fromBefore(count), action, stays: true, ofPending: 'whole' })
  }
  if (lost.length > 0) core.tell({ tone: 'bad', ...notices.lost(lost) })
}

/** After a run: what it found out may change what other parts show. */
function runsChanged(
  core: Core,
  { awsAuths, clusters, sweeps }: Pick<Model, 'awsAuths' | 'clusters' | 'sweeps'>,
  now: State,
  before: State,
): void {
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
    followChecks: () => {
      findings.wrote()
      return followChecks(core)
    },
    showHistory: () => state.setState({ page: 'history' }),
  })
  const clusters = createClusters(core)
  const sweeps = createSweeps(core)
  const counting = createCounting(core)
  const awsAuths = createAwsAuths(core)
  const audit = createAudit(core)
  const findings = createFindings(core, audit, edits)

  return {
    bridge,
    ask: core.ask,
    state,
    /** The contents of the list on the page. */
    list: noList(),
    rows: core.rows,
    /** How names are shown among others of their column. */
    distinct: createDistinctNames(core.rows),
    fileRows: core.fileRows,
    /** The last check of the context in an environment, shown or not, whether stale or not. */
    checkIn: (environment: EnvironmentName, context: EntryId) =>
      core.checks.get(environment)?.get(context) ?? null,
    marks: core.marks,
    edits,
    identities,
    clusters,
    sweeps,
    awsAuths,
    audit,
    findings,
    /** Reads again what findings are shown with, and counts them. */
    readBeside: counting.findings,
    say: core.say,
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
      const timer = setInterval(() => tick(core), 30_000)
      const stop = callAll([
        followLoading(loading),
        followChecking(checking),
        followIdentities(identities),
        followClusters(clusters),
        followSweeps(sweeps),
        counting.follow(),
        followAwsAuths(awsAuths),
        audit.follow([]),
        findings.follow(),
        state.subscribe((now, before) => runsChanged(core, { awsAuths, clusters, sweeps }, now, before)),
        edits.start(),
        () => clearInterval(timer),
      ])
      void load(loading)
        .then(() => restore(core, { edits }))
        .then(() => bridge.request('app.ready'))
      return stop
    },
    ...createFitting(core),
    ...createIntents(core),
  }
}
