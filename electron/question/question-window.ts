/**
 * The window in which main asks: with a scheme, a session and a preload of its own, so that no page can draw it, read it or
 * answer it. One at a time in the whole app, over the window that it is about.
 */
import { BrowserWindow, type IpcMain, type IpcMainInvokeEvent, type Session, session } from 'electron'
import { lazy } from '../../shared/once'
import {
  heightOf,
  isTyped,
  questionChannels,
  restMs,
  type ShownQuestion,
  type TypedAnswer,
} from '../../shared/trust/question-text'
import { windowOf } from '../app/dialogs'
import { isQuestionPage, questionAddress, questionScheme, serveFiles, servePage } from '../app/page-server'
import { background, closeSession, type SessionRules, sandboxed } from '../app/window'
import { slots } from '../system/slots'

export interface QuestionWindowOptions extends SessionRules {
  readonly ipc: Pick<IpcMain, 'handle'>
  readonly preload: string
  /** Where the build put the pages. */
  readonly pages: string
  readonly icon: string
}

/** Refused, or allowed with what was typed. */
type Answer = { readonly allowed: false } | { readonly allowed: true; readonly given: TypedAnswer | null }
const refused: Answer = { allowed: false }

interface Open {
  readonly window: BrowserWindow
  readonly question: ShownQuestion
  /** When the window was last shown, focused or moved, in ms. */
  disturbed: number
  readonly settle: (answer: Answer) => void
}

export function createQuestionWindows(options: QuestionWindowOptions) {
  const { ipc, development } = options
  let open: Open | null = null
  const inTurn = slots(1)
  /** In memory only, and shared with no page. */
  const own = (): Session => session.fromPartition('question')

  /** Closes the session of the questions to everything else, before the first: no start waits for it. */
  const prepared = lazy((): Promise<void> => {
    serveFiles(own().protocol, questionScheme, servePage(options.pages, isQuestionPage))
    return closeSession(own(), options, isQuestionPage)
  })

  /** The open question, if its own page asks; no other page is ever answered. */
  function asked({ sender, senderFrame }: IpcMainInvokeEvent): Open | null {
    if (open === null || open.window.isDestroyed() || open.window.webContents !== sender) return null
    if (senderFrame === null || senderFrame !== sender.mainFrame) return null
    return isQuestionPage(senderFrame.url, development) ? open : null
  }
  ipc.handle(questionChannels.read, (event) => asked(event)?.question ?? null)
  ipc.handle(questionChannels.answer, (event, allow: unknown, text: unknown, keep: unknown) => {
    const one = asked(event)
    if (one === null) return false
    if (allow !== true) {
      one.settle(refused)
      return true
    }
    if (one.question.allow === null || !one.window.isVisible()) return false
    // A click that was on its way when the window came up, came back or moved under the pointer is no answer.
    if (performance.now() - one.disturbed < restMs) return false
    const { typed } = one.question
    if (typed === undefined) {
      one.settle({ allowed: true, given: null })
      return true
    }
    if (typeof text !== 'string' || !isTyped(typed, text)) return false
    one.settle({ allowed: true, given: { typed: text.trim(), keep: keep === true && typed.keep !== null } })
    return true
  })

  function show(
    parent: BrowserWindow,
    question: ShownQuestion,
    signal: AbortSignal,
    how?: 'beside',
  ): Promise<Answer> {
    return new Promise((resolve) => {
      const window = new BrowserWindow({
        parent,
        modal: how !== 'beside',
        show: false,
        width: 680,
        height: heightOf(question),
        useContentSize: true,
        minWidth: 480,
        minHeight: 280,
        minimizable: false,
        maximizable: false,
        fullscreenable: false,
        title: 'Ekscope asks',
        icon: options.icon,
        backgroundColor: background(),
        autoHideMenuBar: true,
        webPreferences: {
          ...sandboxed,
          preload: options.preload,
          session: own(),
          devTools: false,
        },
      })
      window.removeMenu()
      let settled = false
      const settle = (answer: Answer) => {
        if (settled) return
        settled = true
        signal.removeEventListener('abort', refuse)
        open = null
        // After the answer to the page has gone out.
        setTimeout(() => {
          if (!window.isDestroyed()) window.destroy()
          resolve(answer)
        }, 0)
      }
      const refuse = () => settle(refused)
      open = { window, question, disturbed: performance.now(), settle }
      const rest = () => {
        if (open === null || open.window !== window || window.isDestroyed()) return
        open.disturbed = performance.now()
        window.webContents.send(questionChannels.rest)
      }
      window.on('show', rest)
      window.on('focus', rest)
      window.on('blur', rest)
      window.on('move', rest)
      window.on('resize', rest)
      window.on('restore', rest)
      window.on('closed', refuse)
      signal.addEventListener('abort', refuse)
      const page = window.webContents
      page.on('will-navigate', (event) => event.preventDefault())
      page.on('will-frame-navigate', (event) => event.preventDefault())
      page.on('will-redirect', (event) => event.preventDefault())
      page.on('render-process-gone', refuse)
      const showOnce = lazy(() => window.show())
      window.once('ready-to-show', showOnce)
      // Where nothing hidden is drawn, as on some displays, Chromium never says that the page has painted.
      page.once('did-finish-load', showOnce)
      const address = development === null ? questionAddress : new URL('/question.html', development).href
      window.loadURL(address).catch(refuse)
    })
  }

  /** Over the window of this page. */
  const ask = (page: number, question: ShownQuestion, signal: AbortSignal, how?: 'beside'): Promise<Answer> =>
    inTurn(async () => {
      await prepared()
      const parent = windowOf(page)
      return parent === null || signal.aborted ? refused : show(parent, question, signal, how)
    })

  return {
    /** Brings the open question to the front of all windows. */
    bringForward() {
      if (open === null || open.window.isDestroyed()) return
      open.window.show()
      open.window.focus()
    },
    /** Resolves with the answer; false when there is no such window any more, or the question was closed. */
    ask: async (...asked: Parameters<typeof ask>): Promise<boolean> => (await ask(...asked)).allowed,
    /** The same for a question that asks for a code; null: the user entered none. The code is stored nowhere here. */
    async askCode(...asked: Parameters<typeof ask>): Promise<TypedAnswer | null> {
      const answer = await ask(...asked)
      return answer.allowed ? answer.given : null
    },
  }
}
