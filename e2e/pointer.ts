import { execFileSync } from 'node:child_process'
import type { Surroundings } from './surroundings'

/** The X server's own pointer, as a hand moves it: Playwright's goes past whatever lies over a page. */
const script = `
import ctypes, sys
x11, xtst = ctypes.CDLL('libX11.so.6'), ctypes.CDLL('libXtst.so.6')
x11.XOpenDisplay.restype = ctypes.c_void_p
display = ctypes.c_void_p(x11.XOpenDisplay(None))
what, x, y = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
if what == 'move':
    xtst.XTestFakeMotionEvent(display, -1, x, y, 0)
else:
    for down in (1, 0):
        xtst.XTestFakeButtonEvent(display, 1, down, 0)
x11.XSync(display, 0)
`

export interface Pointer {
  move(x: number, y: number): void
  /** Where it is. */
  press(): void
}

/** Null where there is no X server, or nothing to reach it by. */
export function pointerOf({ env }: Pick<Surroundings, 'env'>): Pointer | null {
  const run = (what: string, x = 0, y = 0) =>
    execFileSync('/usr/bin/python3', ['-c', script, what, `${x}`, `${y}`], { env, stdio: 'pipe' })
  if (process.platform !== 'linux' || !env.DISPLAY) return null
  try {
    run('move', 1, 1)
  } catch {
    return null
  }
  return {
    move: (x, y) => void run('move', Math.round(x), Math.round(y)),
    press: () => void run('press'),
  }
}
