import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { ownDisplay } from './displays'

/** The project's folder: what is built is in out/ of it. */
export const project = resolve(__dirname, '..')

/** A home and a data folder that belong to one test and go away with it. */
export interface Surroundings {
  readonly home: string
  /** EKSCOPE_HOME: where the app keeps its own data. */
  readonly data: string
  /** All that the app is started with; nothing of the developer's own AWS and kubectl settings is in it. */
  readonly env: Readonly<Record<string, string>>
  /** Chromium switches that this machine needs. */
  readonly switches: readonly string[]
  remove(): Promise<void>
}

const passed = [
  'PATH',
  'LANG',
  'TMPDIR',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'XDG_RUNTIME_DIR',
  'SystemRoot',
  'ELECTRON_OVERRIDE_DIST_PATH',
  'EKSCOPE_STANDIN_ELECTRON',
]

/**
 * Makes an empty home and the environment of a machine that knows no AWS account and no cluster. `programs`: folders for
 * the front of PATH.
 */
export async function makeSurroundings(
  extra: Readonly<Record<string, string>> = {},
  programs: readonly string[] = [],
): Promise<Surroundings> {
  const folder = await mkdtemp(join(tmpdir(), 'ekscope-e2e-'))
  const home = join(folder, 'home')
  const data = join(folder, 'data')
  await mkdir(home)
  const env: Record<string, string> = {}
  for (const name of passed) {
    const value = process.env[name]
    if (value !== undefined) env[name] = value
  }
  // The distribution's aws and kubectl before any other on PATH: they are the judges (docs/developing.md).
  env.PATH = [...programs, '/usr/bin', env.PATH ?? ''].join(delimiter)
  return {
    home,
    data,
    env: {
      ...env,
      ...ownDisplay(),
      SHELL: '/bin/sh',
      HOME: home,
      USERPROFILE: home,
      EKSCOPE_HOME: data,
      ...extra,
    },
    switches: [
      // Drawn by the processor either way; without a try at a graphics card, and without fading, in half the time.
      '--disable-gpu',
      '--force-prefers-reduced-motion',
      // As root Chromium's sandbox refuses to start; an ordinary user's stays on.
      ...(process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  }
}
