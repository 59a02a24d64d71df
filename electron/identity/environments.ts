/** The three environments of one machine: each made on first use, the login shell asked once. */
import type { EnvironmentName } from '../../shared/identity/identity'
import { passwordsInAddresses } from '../../shared/kubeconfig/secrets'
import { assertNever, type Fault, fault } from '../../shared/result'
import { cleanVariables, type Environment, environmentOf, type Variables } from '../system/environment'
import { monotonicMs } from '../system/monotonic'
import { secretValues } from '../system/redact-output'
import { type LoginShellOptions, loginShellOf, readLoginShell } from '../system/shell-environment'

export type Environments = ReturnType<typeof openEnvironments>

export interface EnvironmentsOptions {
  readonly variables: Variables
  readonly platform: NodeJS.Platform
  readonly loginShell?: LoginShellOptions['start'] | undefined
  readonly signal: AbortSignal
}

/** A login shell that loads little answers sooner. A window does not stay empty for one that takes seconds. */
const shellPatienceMs = 400

/** Environments based on the variables that the app was started with. */
export function openEnvironments({ variables, platform, loginShell, signal }: EnvironmentsOptions) {
  const app = environmentOf('app', variables)
  let clean: Environment | null = null
  let shell: Promise<Environment> | null = null
  let answered: Environment | null = null
  const secretsIn = (found: Variables) => [
    ...secretValues(found),
    ...passwordsInAddresses(Object.values(found)),
  ]
  let secrets = secretsIn(variables)

  const askShell = async () => {
    const began = monotonicMs()
    const shell = await readLoginShell({ variables, platform, signal, start: loginShell })
    const { problem, origins, answered: readable } = shell
    secrets = [...new Set([...secrets, ...secretsIn(shell.variables)])]
    const asked = {
      path: loginShell?.shell ?? loginShellOf(variables),
      ms: Math.round(monotonicMs() - began),
    }
    answered = environmentOf('login-shell', shell.variables, { problem, readable, origins, shell: asked })
    return answered
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
    /**
     * The environment whose KUBECONFIG and HOME a window takes: the login shell's as it answered last. Where its first answer
     * takes longer than 0.4 s, or it cannot be read, the app's.
     */
    async usersOwn(): Promise<Environment> {
      const asked = of('login-shell')
      if (answered === null) await within(asked, shellPatienceMs)
      return answered?.readable ? answered : app
    },
    /** Whether the login shell has answered, or said that it cannot. */
    hasShellAnswered: (): boolean => answered !== null,
    all: (): Promise<readonly Environment[]> => Promise.all([of('login-shell'), of('app'), of('clean')]),
    /** Drops the login shell's answer: it is asked again on next use. */
    reload: (): void => {
      shell = null
    },
    /** The secrets of every environment known so far, for the log. */
    secrets: (): readonly string[] => secrets,
  }
}

/** Waits for this, but no longer than so many milliseconds. */
async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}

/** Why nothing can be checked in this environment; null where it could be read. */
export function unreadableEnvironment({ readable, problem }: Environment): Fault | null {
  if (readable) return null
  const next = 'Fix the startup files of that shell, or check in the environment of the app.'
  return fault('unreadable', problem ?? 'The login shell could not be read.', next)
}
