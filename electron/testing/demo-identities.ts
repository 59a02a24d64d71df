/** What the demo fleet's files say in one environment, by the product's own readers: no program is started. */
import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { Demo } from '../demo/demo'
import { assembleIdentities, awsFilesOnce } from '../identity/assemble'
import { locateKubeconfigs } from '../kubeconfig/disk/locate'
import { createKubeconfigStore } from '../kubeconfig/disk/store'
import { environmentOf } from '../system/environment'

/** Every context by name, in the demo's variables with these on top. */
export async function readDemo(
  demo: Pick<Demo, 'home' | 'variables'>,
  more: Readonly<Record<string, string>> = {},
): Promise<{ readonly contexts: readonly (ContextIdentity & { readonly name: string })[] }> {
  const variables = { ...demo.variables, ...more }
  const { home } = demo
  const listed = locateKubeconfigs({
    explicit: null,
    opened: [],
    variables,
    home,
    cwd: home,
    platform: process.platform,
  })
  const store = createKubeconfigStore({ list: () => listed, trustedFile: () => false })
  await store.load()
  const resolved = store.resolved()
  const { contexts } = await assembleIdentities({
    snapshot: store.snapshot(),
    resolved,
    environment: environmentOf('app', variables),
    aws: awsFilesOnce(home, process.platform),
    trust: null,
    now: Date.now(),
  })
  return {
    contexts: contexts.map((identity, index) => ({ ...identity, name: resolved[index]?.entry.name ?? '' })),
  }
}
