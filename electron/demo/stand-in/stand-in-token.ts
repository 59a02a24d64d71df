/**
 * `aws eks get-token` and `aws --version` as the demo's own aws has them, and nothing else. It uses Ekscope's own arguments,
 * files, chain and calls, so it proves nothing of these; the real aws does that.
 */

import * as v from 'valibot'
import { execMeaning } from '../../../shared/exec/parse'
import { loopback } from '../../../shared/identity/sts-hosts'
import type { Fault } from '../../../shared/result'
import { askerOf, openAsking } from '../../aws/api/asking-as'
import { credentialsOf } from '../../aws/api/credentials'
import type { RoleStep } from '../../aws/chain/types'
import { endpointFor } from '../../aws/files/profile-settings'
import { readAwsFiles } from '../../aws/files/read-aws-files'
import { byNewestRules, newestVersion } from '../../aws/installed/rules'
import { presignedToken } from '../../aws/token/signature'
import type { Variables } from '../../system/environment'
import { runCommand } from '../../system/run-command'

export interface Outcome {
  /** aws's own: 252 wrong usage, 253 no region, 254 AWS refused, 255 the rest. */
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

// It plays a new aws: what that version knows decides what is predicted and advised.
const version = `aws-cli/${newestVersion} (stand-in of the Ekscope demo fleet; only eks get-token)`

const fallbackApiVersion = 'client.authentication.k8s.io/v1beta1'
const knownApiVersions: readonly string[] = [
  'client.authentication.k8s.io/v1',
  fallbackApiVersion,
  'client.authentication.k8s.io/v1alpha1',
]

function apiVersion(execInfo: string | undefined): string {
  try {
    const value: unknown = JSON.parse(execInfo ?? '')
    const asked = v.parse(v.object({ apiVersion: v.string() }), value).apiVersion
    return knownApiVersions.includes(asked) ? asked : fallbackApiVersion
  } catch {
    return fallbackApiVersion
  }
}

const printed = (stdout: string): Outcome => ({ status: 0, stdout: `${stdout}\n`, stderr: '' })
const refused = (status: number, message: string): Outcome => ({
  status,
  stdout: '',
  stderr: `\n${message}\n`,
})

/** A refusal in the words of the real aws where a check knows these. */
function refusedBy(fault: Fault): Outcome {
  if ('why' in fault && fault.why === 'signed-out')
    return refused(255, 'Error when retrieving token from sso: Token has expired and refresh failed')
  return fault.code === 'not-allowed'
    ? refused(254, `An error occurred (AccessDenied) when calling the AssumeRole operation: ${fault.message}`)
    : refused(255, fault.message)
}

/** A role in the arguments, by the session name that aws uses for it. */
const roleOnTop = (arn: string): RoleStep => ({
  arn,
  profile: null,
  mfaSerial: null,
  session: { kind: 'named', name: 'EKSGetTokenAuth' },
  cacheKey: null,
})

/** Runs one command line in an environment; `home` is used where that names none, `now`: ms since the epoch. */
export async function runAws(
  args: readonly string[],
  environment: Variables,
  home: string,
  now: number,
): Promise<Outcome> {
  if (args.includes('--version')) return printed(version)
  const asked = execMeaning({ command: 'aws', args, env: [] }, newestVersion)
  const cluster = asked.clusterId ?? asked.clusterName
  if (!asked.complete || cluster === null)
    return refused(252, `The demo's aws knows only aws eks get-token: ${asked.unknown}.\n(${version})`)
  const variables = { ...environment, AWS_EC2_METADATA_DISABLED: 'true' }
  const files = await readAwsFiles({ variables, home })
  const asking = {
    ...{ files, variables, home, environment: 'the environment', rules: byNewestRules },
    ...{ now: () => now, run: runCommand, mayRun: async () => true },
  }
  const asker = askerOf(asking, { kind: 'profile', profile: asked.profile, role: null })
  const region = asked.region ?? asker.home
  if (region === null)
    return refused(
      253,
      'You must specify a region. You can also configure your region by running "aws configure".',
    )
  const endpoint = endpointFor(files, asker.profile, 'sts', variables).endpoint?.value
  // Never the real STS: this program belongs to the demo alone.
  if (endpoint === undefined || !loopback(new URL(endpoint).hostname))
    return refused(
      255,
      "The demo's aws works only where the profile's services lead to a simulator on this machine.",
    )
  if (asker.missing !== null) return refusedBy(asker.missing)
  const { clients, requestOf } = openAsking(asking)
  const roles = [...asker.chain.roles, ...(asked.role === null ? [] : [roleOnTop(asked.role)])]
  const request = requestOf(
    { ...asker, chain: { ...asker.chain, roles } },
    region,
    new AbortController().signal,
  )
  const keys = await credentialsOf(request).finally(() => clients.close())
  if (!keys.ok) return refusedBy(keys.fault)
  const expirationTimestamp = new Date(now + 14 * 60_000).toISOString().replace(/\.\d+/, '')
  const token = presignedToken(keys.value, { origin: new URL(endpoint).origin, region, cluster, now })
  return printed(
    JSON.stringify({
      kind: 'ExecCredential',
      apiVersion: apiVersion(environment.KUBERNETES_EXEC_INFO),
      spec: {},
      status: { expirationTimestamp, token },
    }),
  )
}
