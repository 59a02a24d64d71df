/** What Windows alone needs. Each rule takes the platform, so that it runs on every system in the tests. */
import { win32 } from 'node:path'
import { codeOf } from './errno'
import { pause } from './pause'

/** Of a variable whose name Windows takes in any case. */
export const anyCase = (
  variables: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined => Object.entries(variables).find(([key]) => key.toUpperCase() === name)?.[1]

/**
 * A program of Windows itself by its full path: PATH, or the folder that a command is started in, may hold another one of its
 * name. By this process's own variables, never by those that a kubeconfig gives a command.
 */
export function systemProgram(name: string, variables = process.env): string {
  const root = anyCase(variables, 'SYSTEMROOT') ?? ''
  return win32.join(/^[a-z]:\\/i.test(root) ? root : 'C:\\Windows', 'System32', name)
}

/** What the system is asked to start for a program with arguments. */
export interface Start {
  readonly file: string
  readonly args: readonly string[]
  /** The arguments are a command line as it is to be. */
  readonly windowsVerbatimArguments: boolean
}

/** Windows takes dots and blanks at the end of a name for nothing. */
const batchFile = /\.(?:cmd|bat)[. ]*$/i
const harmless = /^[a-z0-9_./:=@+,-]+$/i
/** Of a path in double quotes cmd.exe reads these. */
const readByCmd = /["%!\p{Cc}]/u

/**
 * How a program is started. A batch file of Windows, such as aws.cmd, is read by cmd.exe, for which no quoting of an argument is
 * safe: so only arguments that no quoting changes are passed to it. Null: they cannot be, and nothing is started.
 */
export function startOf(
  path: string,
  args: readonly string[],
  platform: NodeJS.Platform = process.platform,
  variables = process.env,
): Start | null {
  if (platform !== 'win32' || !batchFile.test(path))
    return { file: path, args, windowsVerbatimArguments: false }
  if (!win32.isAbsolute(path) || readByCmd.test(path) || !args.every((word) => harmless.test(word)))
    return null
  return {
    file: systemProgram('cmd.exe', variables),
    // No AutoRun of the registry, no names in exclamation marks; /s: the outer quotes alone are taken off.
    args: ['/d', '/v:off', '/s', '/c', `"${[`"${path}"`, ...args].join(' ')}"`],
    windowsVerbatimArguments: true,
  }
}

/** What a program that `startOf` refuses has in place of an errno name. */
export const batchArguments = 'EBATCH'

/** A file that another program has open cannot be renamed over or removed on Windows: virus scanners have it for a moment. */
const openElsewhere: ReadonlySet<string> = new Set(['EPERM', 'EBUSY', 'EACCES'])
export const isOpenElsewhere = (code: string, platform: NodeJS.Platform = process.platform): boolean =>
  platform === 'win32' && openElsewhere.has(code)

/** Pauses between attempts, ms: two seconds in all. */
const pauses = [5, 10, 20, 40, 80, 160, 320, 640, 725]

/** Does it again, on Windows, as long as another program has the file open; throws what the last attempt threw. */
export async function withRetries<T>(
  work: () => Promise<T>,
  platform: NodeJS.Platform = process.platform,
  waits: readonly number[] = pauses,
): Promise<T> {
  for (const wait of waits) {
    try {
      return await work()
    } catch (error) {
      if (!isOpenElsewhere(codeOf(error), platform)) throw error
      await pause(wait)
    }
  }
  return await work()
}
