/**
 * The only bridge into the page, made from the keys of the contract. Runs in the sandbox: nothing but `electron`
 * can be required here, and the page gets two functions, never the ipcRenderer itself.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { events, requests } from '../shared/ipc/contract'

const requestNames: ReadonlySet<string> = new Set(Object.keys(requests))
const eventNames: ReadonlySet<string> = new Set(Object.keys(events))

/** The part of the page's window that is listened to: main's folder is compiled without the DOM. */
declare const window: {
  addEventListener(
    type: 'drop',
    listener: (event: {
      readonly isTrusted: boolean
      readonly dataTransfer: { readonly files: Iterable<File> } | null
    }) => void,
    options: { readonly capture: true },
  ): void
}

/** Where a dropped file is; empty for one that a page made up. Electron before 29 says it on the file itself. */
function pathOf(file: File): string {
  // The types know the declared Electron only; the stand-in has no webUtils.
  const known: typeof webUtils | undefined = webUtils
  const path: unknown = known === undefined ? Reflect.get(file, 'path') : known.getPathForFile(file)
  return typeof path === 'string' ? path : ''
}

// Paths go straight to main, from here and on a channel that the page cannot reach: it only hears of a drop, and may
// ask main to read what was dropped. `isTrusted` is the browser's word that a person did it; neither it nor the files of
// the event can be forged by the page, whose prototypes are not those of this world.
window.addEventListener(
  'drop',
  (event) => {
    if (!event.isTrusted || event.dataTransfer === null) return
    const paths = [...event.dataTransfer.files].map(pathOf).filter((path) => path !== '')
    void ipcRenderer.invoke('dropped', paths)
  },
  { capture: true },
)

contextBridge.exposeInMainWorld('bridge', {
  request: (name: string, ...input: unknown[]): Promise<unknown> =>
    requestNames.has(name)
      ? ipcRenderer.invoke(`request:${name}`, ...input)
      : Promise.reject(new Error('Ekscope has no such request')),
  on: (name: string, listener: (payload: unknown) => void): (() => void) => {
    if (!eventNames.has(name)) throw new Error('Ekscope has no such event')
    const heard = (_event: unknown, sent: unknown, payload: unknown) => {
      if (sent === name) listener(payload)
    }
    ipcRenderer.on('event', heard)
    return () => {
      ipcRenderer.removeListener('event', heard)
    }
  },
})
