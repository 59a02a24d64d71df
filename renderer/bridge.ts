/** What the preload script puts on the window. Only main.tsx reads it; everything else gets the bridge as an argument. */
import type { Bridge } from '../shared/ipc/contract'

declare global {
  interface Window {
    readonly bridge?: Bridge
  }
}

export type { Bridge }
