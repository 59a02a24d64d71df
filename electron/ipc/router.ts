/**
 * The trust boundary between page and main: which frame may ask (the main frame of a window that Ekscope opened, at Ekscope's
 * origin), what may be asked (each request's schema), and that every answer is a Result. A reload or close aborts what that
 * page had running. Bugs are caught here, once.
 */
import * as v from 'valibot'
import { droppedChannel, eventChannel, requestChannel } from '../../shared/ipc/channels'
import {
  type Answer,
  type EventName,
  type EventPayload,
  type Input,
  isRequest,
  isRun,
  type RequestName,
  requests,
} from '../../shared/ipc/contract'
import { fail, fault, type Result, refuse } from '../../shared/result'
import { quoted } from '../../shared/visible'
import { createRuns } from './runs'

/** What a handler gets in addition to its input. */
export interface Call {
  /** Fires when the page ends this run, reloads or closes, or main quits: reaches down to child processes and sockets. */
  readonly signal: AbortSignal
  readonly emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
  /** The window that asks. */
  readonly page: number
  /** Files that the user last dropped onto the page, as the preload named them: returned once. The page names no path. */
  readonly dropped: () => readonly string[]
}

/** Main's side of the contract: one function per request. */
type Answers = {
  readonly [N in RequestName]: (input: Input<N>, call: Call) => Promise<Result<Answer<N>>> | Result<Answer<N>>
}
/** Those of a room: the router itself ends runs. */
export type Handlers = Omit<Answers, 'run.cancel'>

/** The part of a WebFrameMain that is used. */
export interface Frame {
  readonly url: string
}

/** The part of a WebContents that is used. */
export interface IpcPage {
  readonly id: number
  readonly mainFrame: Frame
  send(channel: string, ...args: unknown[]): void
  isDestroyed(): boolean
}

/** The part of an IpcMainInvokeEvent that is used. */
export interface IpcSender {
  readonly sender: IpcPage
  /** Null when the frame navigated or went away meanwhile. */
  readonly senderFrame: Frame | null
}

/** `Pick<IpcMain, 'handle'>`, as far as the router needs it. */
export interface IpcDoor {
  handle(channel: string, listener: (asked: IpcSender, ...args: unknown[]) => Promise<unknown>): void
}

export interface RouterOptions {
  readonly ipc: IpcDoor
  /** Whether a frame at this address is Ekscope's page. */
  readonly trusts: (url: string) => boolean
  /** Gets every bug, to be logged redacted; the page only learns that there was one. */
  readonly onBug: (where: string, error: unknown) => void
}

/** The windows that one set of handlers answers: for the user's own files, or the demo fleet's. */
export type Room = ReturnType<Router['room']>

export type Router = ReturnType<typeof createRouter>

const withRun = v.looseObject({ run: v.string() })
const droppedPaths = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(4_096))), v.maxLength(100))

/** Limit of a page's open requests: a page with more at once is not trusted to be Ekscope's. */
const mostAtOnce = 500

interface Admitted {
  readonly page: IpcPage
  underWay: number
  readonly handlers: Answers
  controller: AbortController
  ready: boolean
  /** Events since its page sent its first request, for a page that is not ready yet; null: it has asked nothing. */
  missed: (() => void)[] | null
  dropped: readonly string[]
}

/** Answers every request of the contract at the door. */
export function createRouter({ ipc, trusts, onBug }: RouterOptions) {
  const admitted = new Map<number, Admitted>()
  const runs = createRuns()

  const send = <N extends EventName>(to: readonly Admitted[], name: N, payload: EventPayload<N>) => {
    if (to.length === 0) return
    for (const { page } of to) if (!page.isDestroyed()) page.send(eventChannel, name, payload)
  }

  function becomesReady(page: Admitted): void {
    const missed = page.missed ?? []
    page.ready = true
    page.missed = null
    for (const tell of missed) tell()
  }

  /** The window that asks; null when it is not Ekscope's. */
  function whoAsks({ sender, senderFrame }: IpcSender): Admitted | null {
    const found = admitted.get(sender.id)
    if (!found || found.page !== sender) return null
    if (senderFrame === null || senderFrame !== sender.mainFrame) return null
    return trusts(senderFrame.url) ? found : null
  }

  async function answered<N extends RequestName>(
    name: N,
    args: readonly unknown[],
    page: Admitted,
  ): Promise<Result<Answer<N>>> {
    // The table's own schema; its input type is Input<N> by definition, which TypeScript cannot see through an index.
    const schema: v.GenericSchema<unknown, Input<N>> = schemaOf(name)
    try {
      const input = args.length > 1 ? null : checked(schema, args[0])
      if (!input?.success) return fail(badRequest(name, input?.issues[0]))
      const { signal } = page.controller
      if (!page.ready) page.missed ??= []
      if (signal.aborted) return refuse('cancelled', 'Ekscope is closing.', 'Start Ekscope again.')
      const call: Call = {
        signal,
        page: page.page.id,
        dropped: () => {
          const { dropped } = page
          page.dropped = []
          return dropped
        },
        emit: (event, payload) => {
          // After a reload the page that asked is gone, and the one in its place did not ask.
          if (!signal.aborted) send([page], event, payload)
        },
      }
      const work = async (signal: AbortSignal) => page.handlers[name](input.output, { ...call, signal })
      const run = isRun(name) && v.is(withRun, input.output) ? input.output.run : null
      const answer = await (run === null ? work(signal) : runs.run(call, run, work))
      if (name === 'app.ready' && !signal.aborted) becomesReady(page)
      return answer
    } catch (error) {
      onBug(name, error)
      return refuse(
        'internal',
        `${quoted(name)} went wrong inside Ekscope.`,
        'Try again; the log in the data folder says more.',
      )
    }
  }
  ipc.handle(requestChannel, async (asked, name, ...args): Promise<Result<unknown>> => {
    const page = whoAsks(asked)
    if (!page) return refuse('not-allowed', 'This page may not ask Ekscope for anything.', 'Close the page.')
    // The name that the page sent is not repeated.
    if (typeof name !== 'string' || !isRequest(name)) return fail(noRequest)
    if (page.underWay >= mostAtOnce) return fail(tooMany)
    page.underWay++
    return answered(name, args, page).finally(() => page.underWay--)
  })
  ipc.handle(droppedChannel, async (asked, ...args) => {
    const page = whoAsks(asked)
    const paths = v.safeParse(droppedPaths, args[0])
    // A drop replaces the one before, also when nothing of it is a file.
    if (page) page.dropped = paths.success ? paths.output : []
  })

  return {
    room(own: Handlers) {
      const handlers: Answers = { ...own, 'run.cancel': runs.cancel }
      return {
        /** From now on this window's page is answered by these handlers, and by no others. */
        admit(page: IpcPage): void {
          admitted.get(page.id)?.controller.abort()
          const controller = new AbortController()
          const empty = { underWay: 0, ready: false, missed: null, dropped: [] }
          admitted.set(page.id, { ...empty, page, handlers, controller })
        },
        /** Sends an event to every page of this room: to one that still loads once it reports that it is ready. */
        broadcast<N extends EventName>(name: N, payload: EventPayload<N>): void {
          for (const to of admitted.values()) {
            if (to.handlers !== handlers) continue
            if (to.ready) send([to], name, payload)
            // It has read something already, which this event may change.
            else to.missed?.push(() => send([to], name, payload))
          }
        },
      }
    },
    /** Sends an event to one page, if it has reported that it is ready. */
    tell<N extends EventName>(id: number, name: N, payload: EventPayload<N>): void {
      const found = admitted.get(id)
      if (found?.ready) send([found], name, payload)
    },
    /** The page reloads, navigates or crashed: all its running requests are aborted. */
    left(id: number): void {
      const found = admitted.get(id)
      if (!found) return
      found.controller.abort()
      found.controller = new AbortController()
      found.ready = false
      found.missed = null
      found.dropped = []
    },
    /** The window closed: aborted and forgotten. */
    dismiss(id: number): void {
      admitted.get(id)?.controller.abort()
      admitted.delete(id)
    },
    /** Aborts everything that runs for any page, for good. */
    close(): void {
      for (const { controller } of admitted.values()) controller.abort()
    },
  }
}

const tooMany = fault(
  'conflict',
  'The page asks for too much at once.',
  'Wait until what was asked for is there, or reload the window.',
)
const noRequest = fault('bad-request', 'Ekscope has no such request.', 'Reload the window.')

function schemaOf<N extends RequestName>(name: N): v.GenericSchema<unknown, Input<N>>
function schemaOf(name: RequestName): v.GenericSchema {
  return requests[name].input
}

/** The parsed input; null when it is nested so deeply that parsing ran out of stack, which is no bug of Ekscope. */
function checked<T>(schema: v.GenericSchema<unknown, T>, input: unknown) {
  try {
    return v.safeParse(schema, input, { abortEarly: true })
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Names the wrong field, never its value: that may be a secret in the wrong place. */
function badRequest(name: RequestName, issue: v.BaseIssue<unknown> | undefined) {
  const field = issue?.path?.map((part) =>
    typeof part.key === 'number' ? '[…]' : String(part.key).slice(0, 40),
  )
  const where = field && issue?.kind !== 'schema' ? ` at ${field.join('.')}` : ''
  return fault(
    'bad-request',
    `${quoted(name)} was asked with an input that it does not take${where}.`,
    'Reload the window.',
  )
}
