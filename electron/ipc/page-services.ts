/** What the requests of a page are answered from; services.ts wires it. */
import type { EnvironmentName } from '../../shared/identity/identity'
import { type Fault, fail, fault, type Result } from '../../shared/result'
import type { Editing } from '../editing/editing'
import type { Shown } from '../editing/page-answers'
import type { KeptEdits } from '../editing/pending-store'
import type { Trying } from '../editing/try'
import { type Environments, unreadableEnvironment } from '../identity/environments'
import type { SigningIn } from '../identity/signing-in'
import type { AsWhom } from '../state/as-whom'
import type { Changes } from '../state/changes'
import type { Checker } from '../state/checker'
import type { Clusters } from '../state/cluster-answers'
import type { IdentityTrees } from '../state/identity-trees'
import type { KubeconfigFiles } from '../state/kubeconfig-files'
import type { SettingsFile } from '../state/settings'
import type { Expectations } from '../trust/expectations'
import type { Prompts } from '../trust/prompts'

export interface PageServices {
  readonly asWhom: AsWhom
  readonly checker: Checker
  readonly clusters: Clusters
  readonly editing: Editing
  readonly environments: Environments
  readonly expectations: Expectations
  readonly keptEdits: KeptEdits
  readonly kubeconfig: KubeconfigFiles
  readonly reload: Changes['reload']
  readonly settings: SettingsFile
  readonly shown: Shown
  readonly signingIn: () => Promise<SigningIn>
  readonly trees: IdentityTrees
  readonly trust: Prompts
  readonly trying: Trying
}

/** Does work of a page in an environment that could be read. */
export async function inEnvironment<T>(
  { environments }: Pick<PageServices, 'environments'>,
  environment: EnvironmentName,
  work: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const unreadable = unreadableEnvironment(await environments.of(environment))
  return unreadable === null ? work() : fail(unreadable)
}

/** The same with the kubeconfig files as they are now. */
export const withFiles = <T>(
  services: Pick<PageServices, 'environments' | 'kubeconfig'>,
  environment: EnvironmentName,
  work: () => Promise<Result<T>>,
): Promise<Result<T>> =>
  inEnvironment(services, environment, async () => {
    await services.kubeconfig.load()
    return work()
  })

/** The user was asked, and said no. `so`: the consequence. */
export const notAllowed = (so: string): Fault =>
  fault('not-allowed', `You did not allow that. ${so}`, 'Try again to be asked again.')
