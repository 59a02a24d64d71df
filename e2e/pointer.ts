import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Surroundings } from './surroundings'

/**
 * The X server's own pointer, as a hand moves it: Playwright's ignores what lies over a page. One process for all of it, that
 * waits for lines: a press must not come as late as a program takes to start on a busy machine.
 */
const script = `
import ctypes, sys
x11, xtst = ctypes.CDLL('libX11.so.6'), ctypes.CDLL('libXtst.so.6')
x11.XOpenDisplay.restype = ctypes.c_void_p
display = ctypes.c_void_p(x11.XOpenDisplay(None))
if not display:
    sys.exit(1)
print('ready', flush=True)
for line in sys.stdin:
    what, x, y = line.split()
    if what == 'move':
        xtst.XTestFakeMotionEvent(display, -1, int(x), int(y), 0)
    else:
        for down in (1, 0):
            xtst.XTestFakeButtonEvent(display, 1, down, 0)
    x11.XSync(display, 0)
    print('done', flush=True)
`

export interface Pointer {
  move(x: number, y: number): Promise<void>
  /** Where it is. */
  press(): Promise<void>
  end(): void
}

/** Null where there is no X server, or nothing to reach it by. */
export async function pointerOf({ env }: Pick<Surroundings, 'env'>): Promise<Pointer | null> {
  if (process.platform !== 'linux' || !env.DISPLAY) return null
  const child = spawn('/usr/bin/python3', ['-c', script], { env, stdio: ['pipe', 'pipe', 'ignore'] })
  const said = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const isThere = await Promise.race([
    new Promise<boolean>((resolve) => child.once('error', () => resolve(false))),
    said.next().then(({ done }) => done !== true),
  ])
  if (!isThere) return null
  const does = async (what: 'move' | 'press', x = 0, y = 0): Promise<void> => {
    child.stdin.write(`${what} ${Math.round(x)} ${Math.round(y)}\n`)
    if ((await said.next()).done) throw new Error('the pointer has gone')
  }
  return {
    move: (x, y) => does('move', x, y),
    press: () => does('press'),
    end: () => child.stdin.end(),
  }
}
