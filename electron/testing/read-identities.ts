/** What the files of a home folder say in one environment, by the product's own readers: no program is started. */
import type { ContextIdentity } from '../../shared/findings/context-identity'
import { type AskedVersions, programsOnce } from '../aws/installed/which'
import { assembleIdentities } from '../identity/assemble'
import { awsFilesOnce } from '../identity/aws-files-once'
import { type Subject, subjectOf } from '../identity/subjects'
import { createKubeconfigStore } from '../kubeconfig/disk/kubeconfig-store'
import { locateKubeconfigs } from '../kubeconfig/disk/locate'
import { environmentOf } from '../system/environment'
import type { Allowed } from '../trust/decisions'

interface Home {
  readonly home: string
  readonly variables: Readonly<Record<string, string>>
}

export interface ReadContext extends ContextIdentity {
  readonly name: string
  readonly subject: () => Promise<Subject>
}

/** No decision was made yet. */
export const nothingAllowed: Allowed = { key: '', fingerprints: new Set() }

/** Every context, in the variables of the home with these on top; `trust`: what the user allowed. */
export async function readIdentities(
  { home, variables: own }: Home,
  more: Readonly<Record<string, string>> = {},
  now = Date.now(),
  asked: AskedVersions = new Map(),
  trust = nothingAllowed,
): Promise<{ readonly contexts: readonly ReadContext[] }> {
  const variables = { ...own, ...more }
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
  const resolved = store.inView().view.resolved()
  const environment = environmentOf('app', variables)
  const aws = awsFilesOnce(home, process.platform)
  const programs = programsOnce(asked)
  const { contexts } = await assembleIdentities({
    snapshot: store.snapshot(),
    resolved,
    environment,
    aws,
    programs,
    trust,
    words: new Map(),
    now,
  })
  return {
    contexts: contexts.flatMap((identity, index) => {
      const one = resolved[index]
      if (one === undefined) return []
      const subject = () => subjectOf({ resolved: one, identity }, { environment, aws, programs, now })
      return [{ ...identity, name: one.entry.name, subject }]
    }),
  }
}
