/** Where the data folder is. Apart from data-folder.ts, because a window that starts needs no more at first. */
import path from 'node:path'

export interface DataFolderPlace {
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly home: string
}

/**
 * EKSCOPE_HOME, else the platform's place for state. A relative XDG_STATE_HOME is ignored, as the XDG base
 * directory specification asks.
 */
export function dataFolderPath({ variables, platform, home }: DataFolderPlace): string {
  const named = variables.EKSCOPE_HOME
  if (named) return path.resolve(named)
  if (platform === 'win32') {
    return path.join(variables.LOCALAPPDATA || path.join(home, 'AppData', 'Local'), 'Ekscope')
  }
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Ekscope')
  const state = variables.XDG_STATE_HOME
  return path.join(state && path.isAbsolute(state) ? state : path.join(home, '.local', 'state'), 'ekscope')
}
