/** Checks: the questions before they run, their progress, and their results. */

import { counted } from '../../shared/counted'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { WhoamiProgress } from '../../shared/ipc/contract'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { assertNever } from '../../shared/result'
import { tally } from '../rows/columns'
import { waiting } from '../rows/rows'
import { few } from '../text/counts'
import { environmentText, text, verdictRank, verdictText } from '../text/page'
import type { CheckRequest } from './app-state'
import type { Core } from './core'
import { onlyThese } from './list-state'
import { type Loading, loadIdentities, takeSnapshot } from './loading'
import { checkArrived, recomputeRow } from './page-rows'
import { advance, ask, running } from './run'

/** The sign-in that contexts have waited for. */
export interface WaitedFor {
  /** Its run, where its code was used once. */
  readonly code?: string
  /** The message about it: shown before the result of the checks, which would otherwise replace it. */
  readonly said: string
}

/** How long to wait for a run's last events after its answer, ms. */
const late = 2_000

/** A run of checks. */
interface Checks {
  readonly environment: EnvironmentName
  /** Its results. */
  readonly checks: Check[]
  /** Contexts that are shown as running because of this run. One that is done may already be checked by another run. */
  readonly shown: Set<EntryId>
  /** Called with its last event. */
  readonly over: () => void
}

/** Checks of contexts, and those that are under way by their runs. */
export interface Checking {
  readonly core: Core
  readonly loading: Loading
  readonly open: Map<string, Checks>
}

interface Ending {
  /** Commands that were refused before are asked about, too. */
  readonly again?: boolean
  /** Reports its end; by default the tally is shown. */
  readonly say?: ((checks: readonly Check[], total: number) => void) | undefined
  readonly waited?: WaitedFor | undefined
}

/**
 * Checks contexts; main asks the user about unknown commands meanwhile. A running check is not started twice. `again`: also asks
 * about commands that were refused before.
 */
export const verify = (
  checking: Checking,
  contexts: readonly EntryId[],
  again = false,
  waited?: WaitedFor,
): Promise<void> => verifyThen(checking, contexts, { again, waited })

/**
 * Checks contexts that a write may have changed, and shows the result until it is dismissed: the contexts may leave
 * the filter. `left`: how many edits are still pending.
 */
export async function verifyWritten(checking: Checking, contexts: readonly EntryId[], left: number) {
  const { core } = checking
  const say: Ending['say'] = (checks, total) => sayWritten(core, checks, total, left)
  if (contexts.length > 0) await verifyThen(checking, contexts, { say })
  else
    core.tell({
      tone: 'info',
      message: text.verify.nothingWritten,
      // Unwritten edits must be seen; a success need not stay in the way.
      ...(left > 0 ? { next: text.verify.stillPending(left), stays: true, ofPending: 'whole' } : {}),
    })
}

/** Lets main ask the user whether the token of this context may be sent there, and checks it once that is allowed. */
export async function askDestination(checking: Checking, context: EntryId): Promise<void> {
  const snapshot = (await checking.core.ask('trust.askDestination', { context })) ?? null
  if (snapshot === null) return
  await takeSnapshot(checking.loading, snapshot)
  await verify(checking, [context])
}

async function verifyThen(
  checking: Checking,
  contexts: readonly EntryId[],
  { again = false, ...ending }: Ending,
): Promise<void> {
  const { core } = checking
  const { environment: here } = core.state.getState()
  const work = workFor(core, contexts)
  await Promise.all(
    work.map((one) => run(checking, one, { again, ...(one.environment === here ? ending : {}) })),
  )
}

/** While two environments are compared, both are checked: a difference needs two proofs. */
function workFor(core: Core, contexts: readonly EntryId[]): readonly CheckRequest[] {
  const { environment, compare } = core.state.getState()
  const environments = compare === null ? [environment] : [environment, compare]
  return environments.flatMap((name) => {
    const running = core.running.get(name)
    const fresh = contexts.filter((id) => !running?.has(id))
    return fresh.length === 0 ? [] : [{ environment: name, contexts: fresh }]
  })
}

async function run(
  checking: Checking,
  { contexts, environment }: CheckRequest,
  { say, waited, again = false }: Ending,
): Promise<void> {
  const { core, loading, open } = checking
  const total = contexts.length
  if (total === 0) return
  const checks: Check[] = []
  const reads = core.reads
  const answer = await running(core, { kind: 'check', environment, total }, async (named) => {
    const over = new Promise<void>((over) =>
      open.set(named.run, { environment, checks, shown: new Set(), over }),
    )
    mark(checking, named.run, contexts)
    const code = waited?.code === undefined ? {} : { code: waited.code }
    const answer = await core.bridge.request('whoami.run', { ...named, contexts, again, ...code })
    // Between processes the last events may come after the answer.
    if (answer.ok) await Promise.race([over, new Promise((resolve) => setTimeout(resolve, late))])
    const shown = open.get(named.run)?.shown ?? []
    for (const context of shown) if (unmark(checking, named.run, context)) recomputeRow(core, context)
    open.delete(named.run)
    return answer
  })
  // The results may be of older files: the new report says what these checks depend on.
  if (core.reads !== reads) void loadIdentities(loading)
  if (!answer?.ok) return answer && core.notify(answer.fault)
  if (say !== undefined) return say(checks, total)
  const { done, cancelled } = answer.value
  if (cancelled) return core.say(text.verify.cancelled(done, answer.value.total))
  const otherEnvironment =
    environment === core.state.getState().environment ? null : environmentText[environment]
  const edited = contexts.flatMap((id) => {
    const row = core.rows.get(id)
    return row?.pending?.kind === 'changed' ? [row.pending.was.name] : []
  })
  const sentences = [
    ...(waited === undefined ? [] : [waited.said]),
    text.verify.done(done, tally(checks.map(({ verdict }) => verdict)), otherEnvironment),
    ...(edited.length === 0 ? [] : [text.verify.onDisk(few(edited), edited.length)]),
  ]
  core.say(sentences.join('. '))
}

// Events ----------------------------------------------------------------------------------------------------------

/** Follows main's events; returns the function that stops. */
export const followChecking = (checking: Checking) =>
  checking.core.bridge.on('whoami.progress', (event) => progress(checking, event))

function progress(checking: Checking, event: WhoamiProgress): void {
  const { core, open } = checking
  switch (event.kind) {
    case 'started':
      mark(checking, event.run, event.contexts)
      return
    case 'asking': {
      const own = open.get(event.run)
      const running = own && core.running.get(own.environment)
      if (!running) return
      const asks = new Set(event.contexts)
      ask(core, event.run, asks)
      for (const id of own.shown) {
        const live = running.get(id)
        if (live === undefined || live.asks === asks.has(id)) continue
        running.set(id, { ...live, asks: asks.has(id) })
        recomputeRow(core, id)
      }
      return
    }
    case 'step':
    case 'begun': {
      const own = open.get(event.run)
      const running = own && core.running.get(own.environment)
      const live = running?.get(event.context)
      if (!running || !live || (event.kind === 'begun' && live.begun)) return
      running.set(
        event.context,
        event.kind === 'begun' ? { ...live, begun: true } : { ...live, steps: [...live.steps, event.step] },
      )
      recomputeRow(core, event.context)
      return
    }
    case 'checked':
      unmark(checking, event.run, event.check.context)
      open.get(event.run)?.checks.push(event.check)
      checkArrived(core, event.check)
      advance(core, event)
      return
    case 'ended':
      advance(core, event)
      open.get(event.run)?.over()
      return
    default:
      assertNever(event, 'progress event')
  }
}

/** Shows contexts as running because of this run. */
function mark({ core, open }: Checking, run: string, contexts: readonly EntryId[]): void {
  const own = open.get(run)
  const running = own && core.running.get(own.environment)
  if (!own || !running) return
  for (const context of contexts) {
    if (running.has(context)) continue
    running.set(context, waiting)
    own.shown.add(context)
    recomputeRow(core, context)
  }
}

/** Whether it was shown as running because of this run. */
function unmark({ core, open }: Checking, run: string, context: EntryId): boolean {
  const own = open.get(run)
  if (own?.shown.delete(context) !== true) return false
  core.running.get(own.environment)?.delete(context)
  return true
}

// Of what was written ---------------------------------------------------------------------------------------------

const good = ({ verdict }: Check) => verdict === 'verified' || verdict === 'proven'

/** The tally with the names of those that are not right: `2 verified, 1 broken (stage)`. */
const named = (checks: readonly Check[]): readonly string[] =>
  [...new Set(checks.map(({ verdict }) => verdict))]
    .sort((one, other) => verdictRank(other) - verdictRank(one))
    .map((verdict) => {
      const of = checks.filter((check) => check.verdict === verdict)
      const names = few(of.map(({ contextName }) => contextName))
      const count = `${counted(of.length)} ${verdictText[verdict]}`
      return of.some(good) ? count : `${count} (${names})`
    })

/** Reports the result of a write, with the contexts that are not right for the user to open. */
function sayWritten({ tell, state }: Core, checks: readonly Check[], total: number, left: number): void {
  const bad = checks.filter((check) => !good(check))
  const missing = total - checks.length
  const wrong = bad.length + missing
  const came = [...named(checks), ...(missing > 0 ? [text.verify.notChecked(missing)] : [])]
  const [first] = bad
  const shown = bad.length > 0 ? bad : checks
  const contexts = shown.map(({ context: id }) => ({ id }))
  const mend = bad.length === 1 && first?.problem ? [`${first.problem.message} ${first.problem.next}`] : []
  tell({
    tone: wrong > 0 ? 'bad' : 'info',
    // Problems and remaining edits must be seen; a success need not stay in the way.
    ...(wrong > 0 || left > 0 ? { stays: true } : {}),
    message: text.verify.done(checks.length, came.join(', '), null),
    next: [...mend, ...(left > 0 ? [text.verify.stillPending(left)] : [])].join(' ') || null,
    ...(left > 0 ? { ofPending: wrong > 0 ? { next: mend.join(' ') || null } : 'whole' } : {}),
    action:
      contexts.length === 0
        ? null
        : {
            label: text.verify.showWritten,
            run: () => state.setState(onlyThese(text.verify.writtenTitle, contexts)),
          },
  })
}
