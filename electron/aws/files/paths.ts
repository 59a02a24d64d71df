/** Where the AWS files are, by the variables that name them and the home. */
import { posix, win32 } from 'node:path'
import type { AwsProgram } from '../../../shared/exec/program-arguments'

export type Variables = Readonly<Record<string, string>>

/** The files that aws reads in one environment. */
export type AwsPaths = ReturnType<typeof awsPaths>

/**
 * The files that aws or the authenticator would use with these variables. The authenticator ignores an empty variable and does
 * not expand `~` and `$`. `home` is used where the variables name no home.
 */
export function awsPaths(
  variables: Variables,
  home: string,
  platform: NodeJS.Platform,
  by: AwsProgram = 'aws',
) {
  const byGo = by === 'aws-iam-authenticator'
  // Go's SDK knows no other home on Windows, and takes an empty one for none.
  const own =
    byGo && !variables[platform === 'win32' ? 'USERPROFILE' : 'HOME']
      ? home
      : homeOf(variables, home, platform)
  const join = platform === 'win32' ? win32.join : posix.join
  const named = (name: string, otherwise: string) => {
    const value = variables[name]
    if (value === undefined || (byGo && value === '')) return otherwise
    return byGo ? value : expandUser(expandVariables(value, variables, platform), own, platform)
  }
  return {
    home: own,
    config: named('AWS_CONFIG_FILE', join(own, '.aws', 'config')),
    credentials: named('AWS_SHARED_CREDENTIALS_FILE', join(own, '.aws', 'credentials')),
    loginCache: named('AWS_LOGIN_CACHE_DIRECTORY', join(own, '.aws', 'login', 'cache')),
  }
}

/** Python's idea of `~`: HOME even when empty; on Windows USERPROFILE, else HOMEDRIVE and HOMEPATH. */
function homeOf(variables: Variables, home: string, platform: NodeJS.Platform): string {
  // With more than this in front of them, no system opens the files below; and path.join takes quadratic time on `../../…`.
  if (platform !== 'win32')
    return variables.HOME === undefined
      ? home
      : variables.HOME.slice(0, 4_096).replace(/(?<!\/)\/+$/, '') || '/'
  if (variables.USERPROFILE !== undefined) return variables.USERPROFILE
  return variables.HOMEPATH === undefined ? home : (variables.HOMEDRIVE ?? '') + variables.HOMEPATH
}

/** os.path.expandvars: `$NAME` and `${NAME}` (on Windows also `%NAME%`); an unknown name stays as it is. */
export function expandVariables(path: string, variables: Variables, platform: NodeJS.Platform): string {
  const replace = (whole: string, plain?: string, braced?: string) => {
    const name = plain ?? braced ?? ''
    return Object.hasOwn(variables, name) ? (variables[name] ?? whole) : whole
  }
  // Behind the last brace no other can close: searching for one from every `${` would take quadratic time.
  const braces = path.lastIndexOf('}') + 1
  const dollars =
    path.slice(0, braces).replace(/\$(?:(\w+)|\{([^}]*)\})/g, replace) +
    path.slice(braces).replace(/\$(\w+)/g, (whole, name) => replace(whole, name))
  return platform === 'win32' ? dollars.replace(/%([^%]+)%/g, (whole, name) => replace(whole, name)) : dollars
}

/** `~` and `~/…`; `~name` is another user's home, which stays unexpanded here. */
export function expandUser(path: string, home: string, platform: NodeJS.Platform): string {
  if (path === '~') return home
  if (path.startsWith('~/') || (platform === 'win32' && path.startsWith('~\\'))) {
    return `${home === '/' ? '' : home}${path.slice(1)}`
  }
  return path
}

/** Without the parts that never mean anything in a path: `/./` and `//`. */
export const withoutDotSegments = (path: string, platform: NodeJS.Platform): string =>
  platform === 'win32' ? path : path.replace(/\/(?:\.?\/)+/g, '/')
