/**
 * A session: one command, or one shell, with a kubeconfig of its own that holds a single context. Its variables say so to
 * all that runs inside of it.
 */
import { delimiter, isAbsolute, resolve } from 'node:path'
import type { Variables } from './environment'

/** The kubeconfig of the session; it is in one as long as KUBECONFIG is this. */
const own = 'EKSCOPE_SESSION'
/** KUBECONFIG as it was outside, its paths absolute; empty: there was none. */
const outside = 'EKSCOPE_OUTSIDE'
/** The context's name, for prompts. */
const context = 'EKSCOPE_CONTEXT'

/** The process that started a shell for the session; not there for anything else. */
export const shellVariable = 'EKSCOPE_SHELL'

/** All that a session sets beside KUBECONFIG. */
export const sessionVariables: readonly string[] = [own, outside, context, shellVariable]

/** The context of the session that these variables belong to; null outside of one. */
export function sessionOf(variables: Variables): string | null {
  const { KUBECONFIG, [own]: kubeconfig } = variables
  return kubeconfig !== undefined && kubeconfig !== '' && kubeconfig === KUBECONFIG
    ? (variables[context] ?? '')
    : null
}

/** The variables as they were before any session: what `exec` inside of `exec` looks for contexts in. */
export function outsideOf(variables: Variables): Variables {
  if (sessionOf(variables) === null) return variables
  const before = variables[outside] ?? ''
  const left = Object.fromEntries(
    Object.entries(variables).filter(([name]) => name !== 'KUBECONFIG' && !sessionVariables.includes(name)),
  )
  return before === '' ? left : { ...left, KUBECONFIG: before }
}

/** What a session sets; `variables` are those outside, `cwd` where their relative paths begin. */
export function sessionSets(
  variables: Variables,
  { kubeconfig, name, cwd }: { readonly kubeconfig: string; readonly name: string; readonly cwd: string },
): Variables {
  const paths = (variables.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '')
  return {
    KUBECONFIG: kubeconfig,
    [own]: kubeconfig,
    [outside]: paths.map((path) => (isAbsolute(path) ? path : resolve(cwd, path))).join(delimiter),
    [context]: name,
  }
}
