/**
 * The icon beside the clock, with what kubectl uses and used: a client of main's own answers, as a page is. Where a desktop has no
 * place for it, it is nowhere, and nothing is missing.
 */
import { Menu, Notification, Tray } from 'electron'
import type { Call, Handlers } from '../ipc/router'
import { type UsedContext, usedContexts } from '../state/used-contexts'
import { onceQuiet } from '../system/once-quiet'
import { actOf, type TrayAct, type TrayDoes, trayMenu, trayNotice } from './tray-menu'

export interface TrayOptions extends TrayDoes {
  readonly icon: string
  readonly handlers: TrayDoes['handlers'] & Pick<Handlers, 'contexts.recent'>
  readonly current: () => Promise<string | null>
  readonly failed: (message: string, next: string) => void
  readonly onBug: (error: unknown) => void
}

/** Contexts that it offers. */
const mostBefore = 6
/** Changes of files come in bursts, ms. */
const quietMs = 1_000
const lookEvery = 60_000

/** Puts the icon there, and keeps its menu true; `refresh`: something may have changed. */
export function createTray(options: TrayOptions): { refresh(): void } {
  const { reading, handlers, signal, failed, onBug } = options
  const tray = new Tray(options.icon)
  signal.addEventListener('abort', () => tray.destroy())
  const known: { current: UsedContext | null; said: number | null } = { current: null, said: null }

  async function look(): Promise<void> {
    const call: Call = { signal, page: 0, emit: () => undefined, dropped: () => [] }
    await reading.kubeconfig.load()
    const name = await options.current()
    const recent = await handlers['contexts.recent'](undefined, call)
    const names = recent.ok ? recent.value.slice(0, mostBefore) : []
    const all = await usedContexts(reading, name === null ? names : [name, ...names], Date.now())
    if (signal.aborted) return
    const current = all.find((one) => one.name === name) ?? null
    const lines = trayMenu(
      current,
      all.filter((one) => one !== current),
    )
    tray.setToolTip(current === null ? 'Ekscope' : `Ekscope: kubectl uses ${current.name}`)
    tray.setContextMenu(
      Menu.buildFromTemplate(
        lines.map((line) =>
          line === null
            ? { type: 'separator' }
            : {
                // An ampersand underlines the letter behind it.
                label: line.label.replaceAll('&', '&&'),
                enabled: line.act !== null,
                click: () => line.act && act(line.act),
              },
        ),
      ),
    )
    await tell(current)
  }

  async function tell(current: UsedContext | null): Promise<void> {
    const { notify } = await reading.settings.load()
    const notice = trayNotice(known.current, current, known.said, Date.now())
    known.current = current
    if (notice === null) return
    known.said = notice.until
    if (notify !== 'on' || !Notification.isSupported()) return
    const shown = new Notification({ title: notice.title, body: notice.body })
    shown.on('click', options.open)
    shown.show()
  }

  const act = (what: TrayAct): void => {
    void actOf(what, options)
      .then((answer) => {
        if (answer !== null && !answer.ok) failed(answer.fault.message, answer.fault.next)
      })
      .catch(onBug)
      .finally(refresh)
  }
  const refresh = onceQuiet(quietMs, () => void look().catch(onBug), signal)
  const timer = setInterval(refresh, lookEvery)
  signal.addEventListener('abort', () => clearInterval(timer))
  refresh()
  return { refresh }
}
