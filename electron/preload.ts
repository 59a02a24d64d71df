/**
 * The only bridge into the page, made from the keys of the contract. Runs in the sandbox: nothing but `electron`
 * can be required here, and the page gets two functions, never the ipcRenderer itself.
 */
import { contextBridge, ipcRenderer } from 'electron'
import { events, requests } from '../shared/ipc'

const requestNames: ReadonlySet<string> = new Set(Object.keys(requests))
const eventNames: ReadonlySet<string> = new Set(Object.keys(events))

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
