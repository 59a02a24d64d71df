/** Work of a page in an environment, with the services that answer its requests. */
import type { EnvironmentName } from '../../shared/identity/identity'
import { type Fault, fail, fault, type Result } from '../../shared/result'
import type { Services } from '../editing/services'
import { unreadableEnvironment } from '../identity/environments'

/** Does work of a page in an environment that could be read. */
export async function inEnvironment<T>(
  { environments }: Pick<Services, 'environments'>,
  environment: EnvironmentName,
  work: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const unreadable = unreadableEnvironment(await environments.of(environment))
  return unreadable === null ? work() : fail(unreadable)
}

/** The same with the kubeconfig files as they are now. */
export const withFiles = <T>(
  services: Pick<Services, 'environments' | 'kubeconfig'>,
  environment: EnvironmentName,
  work: () => Promise<Result<T>>,
): Promise<Result<T>> =>
  inEnvironment(services, environment, async () => {
    await services.kubeconfig.load()
    return work()
  })

/** The user was asked, and said no. `so`: the consequence. */
export const declined = (so: string): Fault =>
  fault('declined', `You did not allow that. ${so}`, 'Try again to be asked again.')
