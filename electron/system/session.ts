/**
 * A session: one command, or one shell, with a kubeconfig of its own that holds a single context. Its variables say so to
 * all that runs inside of it.
 */
import { delimiter, isAbsolute, resolve } from 'node:path'
import * as v from 'valibot'
import type { Variables } from './environment'

/** The kubeconfig of the session; it is in one as long as KUBECONFIG is this. */
const own = 'EKSCOPE_SESSION'
/** KUBECONFIG as it was outside, its paths absolute; empty: there was none. */
const outside = 'EKSCOPE_OUTSIDE'
/** The context's name, for prompts. */
const context = 'EKSCOPE_CONTEXT'

/** What leaving the session brings back, as JSON: variables of AWS that `--aws` changed, and KUBECONFIG where `--kubeconfig` was given; null: not there. */
const before = 'EKSCOPE_BEFORE'

/** The process that started a shell for the session; not there for anything else. */
export const shellVariable = 'EKSCOPE_SHELL'

/** All that a session sets beside KUBECONFIG. */
export const sessionVariables: readonly string[] = [own, outside, context, before, shellVariable]

/** The context of the session that these variables belong to; null outside of one. */
export function sessionOf(variables: Variables): string | null {
  const { KUBECONFIG, [own]: kubeconfig } = variables
  return kubeconfig !== undefined && kubeconfig !== '' && kubeconfig === KUBECONFIG
    ? (variables[context] ?? '')
    : null
}

/** The variables as they were before any session: what `exec` inside of `exec` looks for contexts in. */
export const outsideOf = (variables: Variables): Variables =>
  withBefore(variables, (list) => ({ KUBECONFIG: list }))

/** The variables that a shell has once it leaves its session. */
export const leftOf = (variables: Variables): Variables => withBefore(variables, () => ({}))

function withBefore(
  variables: Variables,
  more: (list: string | null) => Readonly<Record<string, string | null>>,
): Variables {
  if (sessionOf(variables) === null) return variables
  const read = v.safeParse(Before, variables[before] ?? '{}')
  const list = variables[outside] || null
  const were = { KUBECONFIG: list, ...(read.success ? read.output : {}), ...more(list) }
  const kept = Object.entries(variables).filter(
    ([name]) => !Object.hasOwn(were, name) && !sessionVariables.includes(name),
  )
  return Object.fromEntries(
    [...kept, ...Object.entries(were)].flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  )
}

const Before = v.pipe(
  v.string(),
  v.parseJson(),
  v.record(v.pipe(v.string(), v.regex(/^(?:AWS_\w+|DEFAULT_ROLE|KUBECONFIG)$/)), v.nullable(v.string())),
)

/** Keys are in no second variable: leaving a session does not bring them back. */
const keys = /KEY|TOKEN$|EXPIRATION$/

/** Which of these variables leaving the session does not bring back. */
export const staysAway = (names: readonly string[]): readonly string[] =>
  names.filter((name) => keys.test(name))

/**
 * What a session sets; `variables` are those outside, `cwd` where their relative paths begin. `list`: KUBECONFIG once it is left;
 * `changed`: names of variables that it sets or takes away for other tools.
 */
export function sessionSets(
  variables: Variables,
  {
    kubeconfig,
    name,
    cwd,
    list,
    changed,
  }: {
    readonly kubeconfig: string
    readonly name: string
    readonly cwd: string
    readonly list: string | undefined
    readonly changed: readonly string[]
  },
): Variables {
  const were = changed.filter((one) => !keys.test(one)).map((one) => [one, variables[one] ?? null])
  const absolute = (paths = '') =>
    paths
      .split(delimiter)
      .flatMap((one) => (one === '' ? [] : isAbsolute(one) ? one : resolve(cwd, one)))
      .join(delimiter)
  const [inside, left] = [absolute(variables.KUBECONFIG), absolute(list)]
  if (inside !== left) were.push(['KUBECONFIG', left || null])
  return {
    KUBECONFIG: kubeconfig,
    [own]: kubeconfig,
    [outside]: inside,
    [context]: name,
    ...(were.length === 0 ? {} : { [before]: JSON.stringify(Object.fromEntries(were)) }),
  }
}
