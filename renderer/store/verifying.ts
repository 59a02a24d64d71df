/** Checks: what is asked before they run, how they go, and what they found out. */
import type { EnvironmentName } from '../../shared/identity/identity'
import type { WhoamiProgress } from '../../shared/ipc/contract'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { assertNever } from '../../shared/result'
import { text } from '../text/page'
import type { Core } from './core'
import type { Loading } from './loading'
import type { AskedCommand, CheckRequest } from './state'

export interface Verifying {
  /** Asks about unknown commands first; what is already running is not run twice. */
  verify(contexts: readonly EntryId[]): Promise<void>
  /** The user's decision to let one of the commands run that are asked about. */
  allow(fingerprint: string): Promise<void>
  /** Goes on with the run that waits for answers. */
  goOn(): Promise<void>
  /** Drops the run that waits for answers. */
  giveUp(): void
  cancel(): Promise<void>
  askFile(path: string, insecure: boolean, context: EntryId): void
  closeFileQuestion(): void
  /** Trusts the file that is asked about and checks its context again. */
  trustFile(): Promise<void>
  follow(): () => void
}

export function createVerifying(core: Core, loading: Loading, newRunId: () => string): Verifying {
  const { bridge, state } = core

  async function run(contexts: readonly EntryId[], environment: EnvironmentName): Promise<void> {
    if (contexts.length === 0) return
    const id = newRunId()
    state.setState((before) => ({
      runs: [...before.runs, { id, environment, done: 0, total: contexts.length }],
    }))
    mark(contexts, environment)
    const answer = await bridge.request('whoami.run', { run: id, contexts: [...contexts], environment })
    finish(id, contexts, environment)
    if (!answer.ok) core.notify(answer.fault)
    else if (answer.value.cancelled) core.say(text.verify.cancelled(answer.value.done, answer.value.total))
    else core.say(text.verify.done(answer.value.done))
  }

  function mark(contexts: readonly EntryId[], environment: EnvironmentName): void {
    const running = core.running.get(environment)
    for (const context of contexts) {
      if (running === undefined || running.has(context)) continue
      running.set(context, [])
      core.touch(context)
    }
  }

  function finish(id: string, contexts: readonly EntryId[], environment: EnvironmentName): void {
    const running = core.running.get(environment)
    state.setState((before) => ({ runs: before.runs.filter((run) => run.id !== id) }))
    for (const context of contexts) if (running?.delete(context)) core.touch(context)
  }

  function progress(event: WhoamiProgress): void {
    switch (event.kind) {
      case 'started':
        mark(event.contexts, event.environment)
        return
      case 'step': {
        const environment = state.getState().runs.find((run) => run.id === event.run)?.environment
        if (environment === undefined) return
        const running = core.running.get(environment)
        const steps = running?.get(event.context)
        if (steps === undefined) return
        running?.set(event.context, [...steps, event.step])
        core.touch(event.context)
        return
      }
      case 'checked':
        core.running.get(event.check.environment)?.delete(event.check.context)
        core.learn(event.check)
        count(event.run, event.done, event.total)
        return
      case 'ended':
        count(event.run, event.done, event.total)
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

  /** While two environments are compared, both are checked: a difference is proven by two proofs. */
  function workFor(contexts: readonly EntryId[]): readonly CheckRequest[] {
    const { environment, compare } = state.getState()
    const environments = compare === null ? [environment] : [environment, compare]
    return environments.flatMap((name) => {
      const running = core.running.get(name)
      const fresh = contexts.filter((id) => !running?.has(id))
      return fresh.length === 0 ? [] : [{ environment: name, contexts: fresh }]
    })
  }

  async function runAll(work: readonly CheckRequest[]): Promise<void> {
    await Promise.all(work.map(({ contexts, environment }) => run(contexts, environment)))
  }

  async function verify(contexts: readonly EntryId[]): Promise<void> {
    const waiting = workFor(contexts)
    const commands: AskedCommand[] = []
    for (const { environment, contexts: asked } of waiting) {
      const pending = await bridge.request('trust.pending', { contexts: [...asked], environment })
      if (!pending.ok) {
        core.notify(pending.fault)
        return
      }
      for (const command of pending.value) {
        const known = commands.some((one) => one.command.fingerprint === command.fingerprint)
        if (!known) commands.push({ environment, command })
      }
    }
    if (commands.length > 0) state.setState({ question: { commands, allowed: new Set(), waiting } })
    else await runAll(waiting)
  }

  return {
    verify,
    async allow(fingerprint) {
      const { question } = state.getState()
      const asked = question?.commands.find((one) => one.command.fingerprint === fingerprint)
      if (asked === undefined) return
      const answer = await bridge.request('trust.allow', {
        context: asked.command.context,
        environment: asked.environment,
        fingerprint,
      })
      if (!answer.ok) {
        core.notify(answer.fault)
        return
      }
      state.setState((before) =>
        before.question === null
          ? {}
          : { question: { ...before.question, allowed: new Set([...before.question.allowed, fingerprint]) } },
      )
    },
    async goOn() {
      const { question } = state.getState()
      if (question === null) return
      state.setState({ question: null })
      await runAll(question.waiting)
    },
    giveUp: () => state.setState({ question: null }),
    async cancel() {
      const answers = await Promise.all(
        state.getState().runs.map((run) => bridge.request('whoami.cancel', { run: run.id })),
      )
      for (const answer of answers) if (!answer.ok) core.notify(answer.fault)
    },
    askFile: (path, insecure, context) => state.setState({ fileQuestion: { path, insecure, context } }),
    closeFileQuestion: () => state.setState({ fileQuestion: null }),
    async trustFile() {
      const { fileQuestion } = state.getState()
      if (fileQuestion === null) return
      const { path, insecure, context } = fileQuestion
      state.setState({ fileQuestion: null })
      const answer = await bridge.request('trust.allowFile', insecure ? { path, insecure } : { path })
      if (!answer.ok) {
        core.notify(answer.fault)
        return
      }
      await loading.takeSnapshot(answer.value)
      await verify([context])
    },
    follow: () => bridge.on('whoami.progress', progress),
  }
}
