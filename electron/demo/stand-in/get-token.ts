/** `aws eks get-token` and `aws --version`, as the demo's own aws knows them, and nothing else. */
import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { expectedSignature, formatAmzDate } from '../simulator/sigv4'
import { readConfigFiles } from './config-files'
import {
  assumeRole,
  type Credentials,
  endpointVariables,
  profileName,
  Refusal,
  resolveCredentials,
  settingsOf,
} from './credentials'

export interface Outcome {
  /** aws's own: 252 wrong usage, 253 no credentials, 254 AWS refused, 255 the rest. */
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

// It stands for a new one: what that knows decides what is predicted and advised.
const version = 'aws-cli/2.36.12 (stand-in of the Ekscope demo fleet; only eks get-token)'

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

/** The token: a presigned GetCallerIdentity for `cluster`, which is signed as a header and not in the URL. */
export function presignToken(
  credentials: Credentials,
  settings: {
    readonly endpoint: string
    readonly region: string
    readonly cluster: string
    readonly now: number
  },
): string {
  const { endpoint, region, cluster, now } = settings
  const url = new URL(endpoint)
  const date = formatAmzDate(now)
  const day = date.slice(0, 8)
  const parameters: readonly (readonly [string, string])[] = [
    ['Action', 'GetCallerIdentity'],
    ['Version', '2011-06-15'],
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${credentials.accessKeyId}/${day}/${region}/sts/aws4_request`],
    ['X-Amz-Date', date],
    ['X-Amz-Expires', '60'],
    ['X-Amz-SignedHeaders', 'host;x-k8s-aws-id'],
    ...(credentials.sessionToken === undefined
      ? []
      : [['X-Amz-Security-Token', credentials.sessionToken] as const]),
  ]
  const target = `/?${parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`
  const signature = expectedSignature(
    { method: 'GET', target, headers: { host: url.host, 'x-k8s-aws-id': cluster }, body: '' },
    {
      by: 'query',
      accessKeyId: credentials.accessKeyId,
      day,
      region,
      service: 'sts',
      signedHeaders: ['host', 'x-k8s-aws-id'],
      signature: '',
      date,
      expires: 60,
      sessionToken: credentials.sessionToken ?? null,
    },
    credentials.secretAccessKey,
  )
  const presigned = `${url.protocol}//${url.host}${target}&X-Amz-Signature=${signature}`
  return `k8s-aws-v1.${Buffer.from(presigned, 'utf8').toString('base64url')}`
}

const usage = (message: string): Refusal => new Refusal(`${message}\n(${version})`, 252)

function readArguments(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      strict: true,
      options: {
        region: { type: 'string' },
        profile: { type: 'string' },
        output: { type: 'string' },
        'cluster-name': { type: 'string' },
        'cluster-id': { type: 'string' },
        role: { type: 'string' },
        'role-arn': { type: 'string' },
        version: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw usage(error instanceof Error ? error.message : 'unknown options')
  }
}

async function getToken(argv: readonly string[], env: NodeJS.ProcessEnv, now: number): Promise<string> {
  const { values, positionals } = readArguments(argv)
  if (values.version === true) return `${version}\n`
  if (positionals.join(' ') !== 'eks get-token') throw usage("The demo's aws knows only: aws eks get-token")
  const cluster = values['cluster-id'] ?? values['cluster-name']
  if (cluster === undefined) throw usage('Either parameter --cluster-name or --cluster-id must be specified.')
  if (values.output !== undefined && values.output !== 'json') throw usage('The only output here is json.')

  const files = readConfigFiles(env)
  const profileArgument = values.profile ?? null
  const profile = profileName(profileArgument, env)
  const region =
    values.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? settingsOf(files, profile)?.get('region')
  if (region === undefined) {
    throw new Refusal(
      'You must specify a region. You can also configure your region by running "aws configure".',
      253,
    )
  }
  const endpoints = endpointVariables(files, profile, env)
  const endpoint = endpoints.AWS_ENDPOINT_URL_STS
  // Never the real STS: this program belongs to the demo alone.
  if (endpoint === undefined || !['127.0.0.1', 'localhost', '[::1]'].includes(new URL(endpoint).hostname)) {
    throw new Refusal(
      "The demo's aws works only where the profile's services lead to a simulator on this machine.",
      255,
    )
  }
  Object.assign(env, endpoints, { AWS_EC2_METADATA_DISABLED: 'true' })
  let credentials = await resolveCredentials({ profileArgument, env, files, region, now })
  const role = values['role-arn'] ?? values.role
  if (role !== undefined) credentials = await assumeRole(credentials, role, region)
  const expires = new Date(now + 14 * 60_000).toISOString().replace(/\.\d+/, '')
  return `${JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: apiVersion(env.KUBERNETES_EXEC_INFO),
    spec: {},
    status: {
      expirationTimestamp: expires,
      token: presignToken(credentials, { endpoint, region, cluster, now }),
    },
  })}\n`
}

/** The SDK's error as the message of the aws CLI, so that the same causes are recognised. */
function describeError(error: unknown): { status: number; message: string } {
  if (error instanceof Refusal) return { status: error.status, message: error.message }
  if (!(error instanceof Error)) return { status: 255, message: String(error) }
  if ('$metadata' in error) {
    return {
      status: 254,
      message: `An error occurred (${error.name}) when calling the AssumeRole operation: ${error.message}`,
    }
  }
  if (/sso/i.test(error.message) && /expired|refresh|login|token/i.test(error.message)) {
    return {
      status: 255,
      message: `Error when retrieving token from sso: Token has expired and refresh failed`,
    }
  }
  return { status: 255, message: error.message }
}

/** Runs one command line. `env` is changed: the SDK's clients read their endpoints from it. */
export async function runAws(argv: readonly string[], env: NodeJS.ProcessEnv, now: number): Promise<Outcome> {
  try {
    return { status: 0, stdout: await getToken(argv, env, now), stderr: '' }
  } catch (error) {
    const { status, message } = describeError(error)
    return { status, stdout: '', stderr: `\n${message}\n` }
  }
}
