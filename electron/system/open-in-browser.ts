/** Opens an address in the browser of this computer, by the system's own program for it and without a shell. */
import { spawn } from 'node:child_process'
import type { Variables } from './environment'
import { systemProgram } from './windows'

/** The program and what comes before the address. */
function opener(platform: NodeJS.Platform): readonly [program: string, ...before: string[]] {
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return [systemProgram('rundll32.exe'), 'url.dll,FileProtocolHandler']
  return ['xdg-open']
}

/** Only what `URL` has made: no option of a program. False where there is no such program, or it failed at once. */
export function openInBrowser(
  url: URL,
  { platform, variables }: { readonly platform: NodeJS.Platform; readonly variables: Variables },
): Promise<boolean> {
  const [program, ...before] = opener(platform)
  return new Promise((resolve) => {
    const child = spawn(program, [...before, url.href], {
      env: { ...variables },
      stdio: 'ignore',
      detached: true,
    })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
    // A browser that it has become runs on without us.
    setTimeout(() => resolve(true), 2_000).unref()
    child.unref()
  })
}
