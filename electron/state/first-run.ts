/** What Ekscope looks for at start, and where; the page shows it when there are no contexts. */
import { stat } from 'node:fs/promises'
import type { LookedFor } from '../../shared/ipc/contract'
import { awsPaths, type Variables } from '../aws/files/paths'
import { locateKubeconfigs } from '../kubeconfig/disk/locate'
import { lookUp } from '../system/look-path'

export interface FirstRunOptions {
  readonly home: string
  readonly cwd: string
  readonly platform: NodeJS.Platform
  /** `--kubeconfig`. */
  readonly kubeconfig?: string | null
}

/** Kubeconfig files, AWS files, aws and kubectl, as this environment names them. Runs nothing. */
export async function lookedFor(
  variables: Variables,
  { home, cwd, platform, kubeconfig }: FirstRunOptions,
): Promise<readonly LookedFor[]> {
  const files = locateKubeconfigs({
    explicit: kubeconfig ?? null,
    variables,
    home,
    cwd,
    platform,
    opened: [],
  })
  const aws = awsPaths(variables, home, platform)
  return Promise.all([
    ...files.map(({ path, source }) =>
      file('kubeconfig', path, source === 'KUBECONFIG' ? 'named by KUBECONFIG' : 'where kubectl looks'),
    ),
    file('aws-config', aws.config, 'profiles, SSO sessions, regions'),
    file('aws-credentials', aws.credentials, 'access keys'),
    program('aws', variables, 'makes the tokens of most EKS contexts'),
    program('kubectl', variables, 'not needed by Ekscope'),
  ])
}

async function file(what: LookedFor['what'], where: string, detail: string): Promise<LookedFor> {
  const found = await stat(where).then(
    () => true,
    () => false,
  )
  return { what, where, found, detail }
}

async function program(what: 'aws' | 'kubectl', variables: Variables, detail: string): Promise<LookedFor> {
  const lookup = await lookUp(what, variables)
  return lookup.kind === 'found'
    ? { what, where: lookup.path, found: true, detail }
    : { what, where: 'PATH', found: false, detail }
}
