/** The three environments of one machine: each made when it is first asked for, the login shell asked once. */
import type { EnvironmentName } from '../../shared/identity/identity'
import { passwordsInAddresses } from '../../shared/kubeconfig/secrets'
import { assertNever, type Fault, fault } from '../../shared/result'
import { cleanVariables, type Environment, environmentOf, type Variables } from '../system/environment'
import { secretValues } from '../system/redact-output'
import { type LoginShellOptions, readLoginShell } from '../system/shell-environment'

export interface Environments {
  of(name: EnvironmentName): Promise<Environment>
  all(): Promise<readonly Environment[]>
  /** Forgets the login shell's answer: it is asked again when it is needed next. */
  reload(): void
  /** The secrets of every environment known so far, for the log. */
  secrets(): readonly string[]
}

export interface EnvironmentsOptions {
  readonly variables: Variables
  readonly platform: NodeJS.Platform
  readonly loginShell?: LoginShellOptions['start'] | undefined
  readonly signal: AbortSignal
}

/** Environments over what the app was started with. */
export function openEnvironments({
  variables,
  platform,
  loginShell,
  signal,
}: EnvironmentsOptions): Environments {
  const app = environmentOf('app', variables)
  let clean: Environment | null = null
  let shell: Promise<Environment> | null = null
  const secretsIn = (found: Variables) => [
    ...secretValues(found),
    ...passwordsInAddresses(Object.values(found)),
  ]
  let secrets = secretsIn(variables)

  const askShell = async () => {
    const {
      variables: found,
      problem,
      answered: readable,
      origins,
    } = await readLoginShell({
      variables,
      platform,
      signal,
      start: loginShell,
    })
    secrets = [...new Set([...secrets, ...secretsIn(found)])]
    return environmentOf('login-shell', found, { problem, readable, origins })
  }
  const of = async (name: EnvironmentName): Promise<Environment> => {
    switch (name) {
      case 'app':
        return app
      case 'clean':
        clean ??= environmentOf('clean', cleanVariables(variables))
        return clean
      case 'login-shell':
        shell ??= askShell()
        return shell
      default:
        return assertNever(name, 'environment')
    }
  }
  return {
    of,
    all: () => Promise.all([of('login-shell'), of('app'), of('clean')]),
    reload: () => {
      shell = null
    },
    secrets: () => secrets,
  }
}

/** Why nothing can be checked in this environment; null where it could be read. */
export function unreadableEnvironment({ readable, problem }: Environment): Fault | null {
  if (readable) return null
  const next = 'Fix the startup files of that shell, or check in the environment of the app.'
  return fault('unreadable', problem ?? 'The login shell could not be read.', next)
}
