/**
 * The demo fleet, started: a made-up company on loopback and a temporary home whose files refer to nothing else. The
 * app's `--demo` and `ekscope demo` use it; import it only then, because it is heavy.
 */
import { existsSync } from 'node:fs'
import { mkdir, realpath } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import type { DemoAws } from '../../shared/ipc/contract'
import { leadsTo } from '../system/look-path'
import { makeTemporaryFolder } from '../system/temporary-folder'
import { demoWorld } from './demo-fleet'
import { accounts } from './fleet/accounts'
import { createDemoHome } from './home'
import { type SimulatorOptions, startSimulator } from './simulator/simulator'
import { standInCommand } from './stand-in-command'

export type Demo = Awaited<ReturnType<typeof startDemo>>

export interface DemoOptions extends Pick<SimulatorOptions, 'log' | 'before'> {
  /** An empty or missing folder for the home, which then outlives the demo; temporary by default. */
  readonly folder?: string
  readonly now?: () => number
  /** The process's environment; PATH and a few more are taken over. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** How to start the stand-in aws: program, then leading arguments. */
  readonly standIn?: readonly string[]
}

/** Variables of the caller that say nothing of AWS or Kubernetes and that programs need. */
const kept = [
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TERM',
  'TZ',
  'TMPDIR',
  'SystemRoot',
  'PATHEXT',
  'ComSpec',
  'TEMP',
  'TMP',
]

/** Folders of a search path that a demo may search: absolute ones. */
function searchPath(path: string): readonly string[] {
  return path.split(delimiter).filter((folder) => isAbsolute(folder))
}

/** out/demo/aws.cjs, from wherever in out/ this was bundled into; null where it is in the program itself. */
function builtStandIn(): string | null {
  const places = [
    join(__dirname, 'demo/aws.cjs'),
    join(__dirname, '../demo/aws.cjs'),
    join(__dirname, 'aws.cjs'),
  ]
  return places.find((path) => existsSync(path)) ?? null
}

function demoAws(isInstalled: boolean, standIn: readonly string[] | null): DemoAws {
  if (isInstalled) return 'installed'
  return standIn === null ? 'missing' : 'stand-in'
}

/** Starts simulator and home. Everything listens on 127.0.0.1; nothing of the real home is read or written. */
export async function startDemo(options: DemoOptions = {}) {
  const now = options.now ?? Date.now
  const environment = options.environment ?? process.env
  const folders = searchPath(environment.PATH ?? '/usr/local/bin:/usr/bin:/bin')
  const path = folders.join(delimiter)
  const isInstalled = (await leadsTo('aws', { PATH: path })) !== null
  const simulator = await startSimulator(demoWorld(now()), { ...options, now })
  if (options.folder !== undefined) await mkdir(options.folder, { recursive: true, mode: 0o700 })
  const temporary = options.folder === undefined ? makeTemporaryFolder('ekscope-demo-') : null
  const home = temporary?.path ?? (await realpath(options.folder ?? ''))
  /** Stops the servers and removes the temporary home; a `folder` that was given stays. */
  const close = async () => {
    await simulator.close()
    await temporary?.remove()
  }
  try {
    const standIn = isInstalled
      ? null
      : (options.standIn ?? (await standInCommand(builtStandIn(), process.execPath, path)))
    const { kubeconfigFiles, programs } = await createDemoHome(simulator, home, {
      now: now(),
      path,
      standInAws: standIn,
    })
    const variables: Record<string, string> = {
      HOME: home,
      USERPROFILE: home,
      USER: 'alice',
      LOGNAME: 'alice',
      SHELL: '/bin/sh',
      PATH: [programs, ...folders].join(delimiter),
      KUBECONFIG: kubeconfigFiles.join(delimiter),
      // No profile may fall through to instance metadata; this switches it off for every SDK.
      AWS_EC2_METADATA_DISABLED: 'true',
      EKSCOPE_HOME: join(home, '.local/state/ekscope'),
    }
    for (const name of kept) {
      const value = environment[name]
      if (value !== undefined) variables[name] = value
    }
    return {
      home,
      /** The whole environment for the app and its commands: nothing of the caller's but PATH, language and terminal. */
      variables,
      /** In the order of KUBECONFIG. */
      kubeconfigFiles,
      simulator,
      aws: demoAws(isInstalled, standIn),
      /** What Tidepool calls its accounts, by their number: as its people would have named them in the window. */
      accountNames: Object.fromEntries(
        Object.values(accounts).flatMap(({ id, name }) => (id === accounts.cnShop.id ? [] : [[id, name]])),
      ),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
