/**
 * The only bridge into the page. Runs in the sandbox: nothing but `electron` can be required here, and the page gets two
 * functions, never the ipcRenderer itself. It reaches the request channel alone, on which main answers the requests of the
 * contract. The contract itself, with its schemas, is main's: reading it here took as long as all else before the page's first
 * line.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { droppedChannel, eventChannel, requestChannel } from '../shared/ipc/channels'

/** The part of the page's window that is listened to: this folder is compiled without the DOM. */
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

/** The path of a dropped file; empty for one that a page made up. Before Electron 29 the file itself carries it. */
function pathOf(file: File): string {
  // The types know the declared Electron only; the stand-in has no webUtils.
  const known: typeof webUtils | undefined = webUtils
  const path: unknown = known === undefined ? Reflect.get(file, 'path') : known.getPathForFile(file)
  return typeof path === 'string' ? path : ''
}

// Paths go straight to main, on a channel that the page cannot reach: the page only sees that there was a drop, and may
// ask main to read what was dropped. `isTrusted` says that a person dropped it. The page can forge neither that nor the
// files of the event, because its prototypes are not those of this world.
window.addEventListener(
  'drop',
  (event) => {
    if (!event.isTrusted || event.dataTransfer === null) return
    const paths = [...event.dataTransfer.files].map(pathOf).filter((path) => path !== '')
    void ipcRenderer.invoke(droppedChannel, paths)
  },
  { capture: true },
)

/** The listeners of each event. One channel for all, and one listener on it: Electron warns of more than ten. */
const listeners = new Map<string, Set<(payload: unknown) => void>>()
ipcRenderer.on(eventChannel, (_event: unknown, name: unknown, payload: unknown) => {
  if (typeof name !== 'string') return
  for (const listener of [...(listeners.get(name) ?? [])]) listener(payload)
})

contextBridge.exposeInMainWorld('bridge', {
  // A page may send anything.
  request: (name: unknown, ...input: unknown[]): Promise<unknown> =>
    typeof name === 'string'
      ? ipcRenderer.invoke(requestChannel, name, ...input)
      : Promise.reject(new Error('A request is called by its name')),
  on: (name: unknown, listener: (payload: unknown) => void): (() => void) => {
    if (typeof name !== 'string') throw new Error('An event is called by its name')
    // One listener per call, also for a function that listens already.
    const heard = (payload: unknown) => listener(payload)
    const all = listeners.get(name) ?? new Set()
    listeners.set(name, all.add(heard))
    return () => {
      all.delete(heard)
    }
  },
})
