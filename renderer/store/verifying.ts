/** Checks: the questions before they run, their progress, and their results. */

import { counted } from '../../shared/counted'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { WhoamiProgress } from '../../shared/ipc/contract'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { assertNever } from '../../shared/result'
import { tally, verdictRank } from '../rows/columns'
import { waiting } from '../rows/rows'
import { few } from '../text/counts'
import { environmentText, text, verdictText } from '../text/page'
import type { Core } from './core'
import { onlyThese } from './list'
import type { Loading } from './loading'
import type { CheckRequest } from './state'

/** The sign-in that contexts have waited for. */
export interface WaitedFor {
  /** Its run, where its code was used once. */
  readonly code?: string
  /** The message about it: shown before the result of the checks, which would otherwise replace it. */
  readonly said: string
}

/** How long to wait for a run's last events after its answer, ms. */
const late = 2_000

export type Verifying = ReturnType<typeof createVerifying>

export function createVerifying(core: Core, loading: Pick<Loading, 'takeSnapshot' | 'loadIdentities'>) {
  const { bridge, state } = core
  /** Runs that are under way. */
  const open = new Map<
    string,
    {
      readonly environment: EnvironmentName
      /** Its results. */
      readonly checks: Check[]
      /** Contexts that are shown as running because of this run. One that is done may already be checked by another run. */
      readonly shown: Set<EntryId>
      /** Called with its last event. */
      over: () => void
    }
  >()

  interface Ending {
    /** Reports its end; by default the tally is shown. */
    readonly say?: ((checks: readonly Check[], total: number) => void) | undefined
    readonly waited?: WaitedFor | undefined
  }

  async function run({ contexts, environment }: CheckRequest, { say, waited }: Ending): Promise<void> {
    if (contexts.length === 0) return
    const id = core.newRunId()
    state.setState((before) => ({
      runs: [...before.runs, { id, environment, done: 0, total: contexts.length }],
    }))
    const checks: Check[] = []
    const over = new Promise<void>((over) => open.set(id, { environment, checks, shown: new Set(), over }))
    mark(id, contexts)
    const reads = core.reads()
    const answer = await bridge.request('whoami.run', {
      run: id,
      contexts,
      environment,
      ...(waited?.code === undefined ? {} : { code: waited.code }),
    })
    // Between processes the last events may come after the answer.
    if (answer.ok) await Promise.race([over, new Promise((resolve) => setTimeout(resolve, late))])
    finish(id)
    // The results may be of older files: the new report says what these checks depend on.
    if (core.reads() !== reads) void loading.loadIdentities()
    const said = tally(checks.map(({ verdict }) => verdict))
    if (!answer.ok) core.notify(answer.fault)
    else if (say !== undefined) say(checks, contexts.length)
    else if (answer.value.cancelled) core.say(text.verify.cancelled(answer.value.done, answer.value.total))
    else {
      const elsewhere = environment !== state.getState().environment
      const done = text.verify.done(answer.value.done, said, elsewhere ? environmentText[environment] : null)
      const edited = contexts.flatMap((id) => {
        const row = core.rows.get(id)
        return row?.pending?.kind === 'changed' ? [row.pending.was.name] : []
      })
      const sentences = [
        ...(waited === undefined ? [] : [waited.said]),
        done,
        ...(edited.length === 0 ? [] : [text.verify.onDisk(few(edited), edited.length)]),
      ]
      core.say(sentences.join('. '))
    }
  }

  function mark(run: string, contexts: readonly EntryId[]): void {
    const own = open.get(run)
    const running = own && core.running.get(own.environment)
    if (!own || !running) return
    for (const context of contexts) {
      if (running.has(context)) continue
      running.set(context, waiting)
      own.shown.add(context)
      core.touch(context)
    }
  }

  /** Whether it was shown as running because of this run. */
  function unmark(run: string, context: EntryId): boolean {
    const own = open.get(run)
    if (own?.shown.delete(context) !== true) return false
    core.running.get(own.environment)?.delete(context)
    return true
  }

  function finish(id: string): void {
    for (const context of open.get(id)?.shown ?? []) if (unmark(id, context)) core.touch(context)
    open.delete(id)
    // Rows kept their places until now: they are sorted once, by all results.
    state.setState((before) => ({
      runs: before.runs.filter((run) => run.id !== id),
      listVersion: before.listVersion + 1,
    }))
  }

  function progress(event: WhoamiProgress): void {
    switch (event.kind) {
      case 'started':
        mark(event.run, event.contexts)
        return
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
        core.touch(event.context)
        return
      }
      case 'checked':
        unmark(event.run, event.check.context)
        open.get(event.run)?.checks.push(event.check)
        core.learn(event.check)
        count(event.run, event.done, event.total)
        return
      case 'ended':
        count(event.run, event.done, event.total)
        open.get(event.run)?.over()
        return
      default:
        assertNever(event, 'progress event')
    }
  }

  function count(id: string, done: number, total: number): void {
    state.setState((before) => ({
      runs: before.runs.map((run) => (run.id === id ? { ...run, done, total } : run)),
    }))
  }

  /** While two environments are compared, both are checked: a difference needs two proofs. */
  function workFor(contexts: readonly EntryId[]): readonly CheckRequest[] {
    const { environment, compare } = state.getState()
    const environments = compare === null ? [environment] : [environment, compare]
    return environments.flatMap((name) => {
      const running = core.running.get(name)
      const fresh = contexts.filter((id) => !running?.has(id))
      return fresh.length === 0 ? [] : [{ environment: name, contexts: fresh }]
    })
  }

  async function runAll(work: readonly CheckRequest[], ending: Ending): Promise<void> {
    const { environment: here } = state.getState()
    await Promise.all(work.map((one) => run(one, one.environment === here ? ending : {})))
  }

  async function verify(contexts: readonly EntryId[], again = false, ending: Ending = {}): Promise<void> {
    const work = workFor(contexts)
    for (const { environment, contexts: wanted } of work) {
      if ((await core.ask('trust.ask', { contexts: wanted, environment, again })) === undefined) return
    }
    // While a question was open, another run may have started some of them.
    await runAll(work.length === 0 ? work : workFor(contexts), ending)
  }

  const good = ({ verdict }: Check) => verdict === 'verified' || verdict === 'proven'

  /** The tally with the names of those that are not right: `2 verified, 1 broken (stage)`. */
  const named = (checks: readonly Check[]): readonly string[] =>
    [...new Set(checks.map(({ verdict }) => verdict))]
      .sort((one, other) => verdictRank[other] - verdictRank[one])
      .map((verdict) => {
        const of = checks.filter((check) => check.verdict === verdict)
        const names = few(of.map(({ contextName }) => contextName))
        const count = `${counted(of.length)} ${verdictText[verdict]}`
        return of.some(good) ? count : `${count} (${names})`
      })

  /** Reports the result of a write, with the contexts that are not right for the user to open. */
  function sayWritten(checks: readonly Check[], total: number, left: number): void {
    const bad = checks.filter((check) => !good(check))
    const missing = total - checks.length
    const wrong = bad.length + missing
    const [first] = bad
    const shown = bad.length > 0 ? bad : checks
    const contexts = shown.map(({ context: id }) => ({ id }))
    const mend = bad.length === 1 && first?.problem ? [`${first.problem.message} ${first.problem.next}`] : []
    core.tell({
      tone: wrong > 0 ? 'bad' : 'info',
      // Problems and remaining edits must be seen; a success need not stay in the way.
      ...(wrong > 0 || left > 0 ? { stays: true } : {}),
      message: text.verify.written(named(checks), missing),
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

  return {
    /**
     * Lets main ask the user about unknown commands first, then runs the allowed ones. A running check is not started
     * twice. `again`: also asks about commands that were refused before.
     */
    verify: (contexts: readonly EntryId[], again?: boolean, waited?: WaitedFor) =>
      verify(contexts, again, { waited }),
    /**
     * Checks contexts that a write may have changed, and shows the result until it is dismissed: the contexts may leave
     * the filter. `left`: how many edits are still pending.
     */
    async verifyWritten(contexts: readonly EntryId[], left: number) {
      if (contexts.length > 0)
        await verify(contexts, false, { say: (checks, total) => sayWritten(checks, total, left) })
      else
        core.tell({
          tone: 'info',
          message: text.verify.nothingWritten,
          // Unwritten edits must be seen; a success need not stay in the way.
          ...(left > 0 ? { next: text.verify.stillPending(left), stays: true, ofPending: 'whole' } : {}),
        })
    },
    cancel: () => Promise.all(state.getState().runs.map((run) => core.ask('run.cancel', { run: run.id }))),
    /** Lets main ask the user whether the token of this context may be sent there, and checks it once that is allowed. */
    async askDestination(context: EntryId) {
      const snapshot = (await core.ask('trust.askDestination', { context })) ?? null
      if (snapshot === null) return
      await loading.takeSnapshot(snapshot)
      await verify([context])
    },
    follow: () => bridge.on('whoami.progress', progress),
  }
}
