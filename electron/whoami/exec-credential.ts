/**
 * The two sides of client-go's exec protocol: what the command is given (KUBERNETES_EXEC_INFO) and what it answers
 * (ExecCredential). Shapes as kubectl 1.32 was seen to write and to accept them. No I/O.
 */
import * as v from 'valibot'
import type { RawExec } from '../../shared/exec/parse'
import { type Problem, problem } from '../../shared/identity/identity'
import { fail, ok, type Result } from '../../shared/result'
import { option } from '../../shared/shell/offered-command'
import { quoted } from '../../shared/visible'
import type { RawCluster } from '../kubeconfig/read/raw-entries'
import { jsonOf, Shape } from '../kubeconfig/yaml/shapes'
import { readTree } from '../kubeconfig/yaml/yaml-tree'
import { offered } from '../system/offer'
import { type ClientCertificate, pairOf } from './cluster-tls'

const group = 'client.authentication.k8s.io'
const versions: ReadonlySet<string> = new Set([`${group}/v1`, `${group}/v1beta1`])

/** Why kubectl would not even start the command of this context; null when it would. */
export function execRefusal(exec: RawExec, context: string): Problem | null {
  const { apiVersion, interactiveMode } = exec
  if (exec.command === null || exec.command === '') {
    return problem(
      'command-not-found',
      'The exec entry names no command.',
      'Write `command: aws` into the exec entry.',
    )
  }
  if (apiVersion === `${group}/v1alpha1`) {
    return problem(
      'deprecated-api-version',
      'The exec entry asks for client.authentication.k8s.io/v1alpha1, which kubectl refuses since 1.24.',
      `Change its apiVersion to ${group}/v1beta1.`,
    )
  }
  if (apiVersion === null || !versions.has(apiVersion)) {
    return problem(
      'api-version-mismatch',
      apiVersion === null || apiVersion === ''
        ? 'The exec entry has no apiVersion, and kubectl refuses it.'
        : `The exec entry has the apiVersion ${quoted(apiVersion)}, which kubectl does not know.`,
      `Change its apiVersion to ${group}/v1beta1.`,
    )
  }
  if (interactiveMode === null || interactiveMode === '') {
    if (apiVersion !== `${group}/v1`) return null
    return problem(
      'missing-interactive-mode',
      'The exec entry has apiVersion v1 but no interactiveMode, and kubectl refuses it.',
      'Add `interactiveMode: IfAvailable`.',
    )
  }
  if (!['Never', 'IfAvailable', 'Always'].includes(interactiveMode)) {
    return problem(
      'missing-interactive-mode',
      `The exec entry has the interactiveMode ${quoted(interactiveMode)}, which kubectl does not know.`,
      'Change it to `IfAvailable`.',
    )
  }
  if (interactiveMode === 'Always') {
    return problem(
      'interactive-always',
      'The exec entry says that its command needs a terminal (interactiveMode: Always), and a check has none.',
      `Run ${offered('kubectl', option('--context', context), 'auth', 'whoami')} in a terminal: it says whom the cluster sees.`,
    )
  }
  return null
}

/**
 * KUBERNETES_EXEC_INFO as kubectl without a terminal writes it. It names the cluster only if the entry asks for that;
 * `ca` is its authority as PEM, read from the file where the entry names one.
 */
export function execInfo(exec: RawExec, cluster: RawCluster | null, ca: string | null): string {
  const clusterInfo =
    exec.provideClusterInfo && cluster
      ? {
          cluster: {
            server: cluster.server ?? '',
            ...(cluster.tlsServerName ? { 'tls-server-name': cluster.tlsServerName } : {}),
            ...(cluster.insecureSkipTlsVerify ? { 'insecure-skip-tls-verify': true } : {}),
            ...(ca === null ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
            ...(cluster.proxyUrl ? { 'proxy-url': cluster.proxyUrl } : {}),
            ...(cluster.disableCompression ? { 'disable-compression': true } : {}),
            config: cluster.execConfig ?? null,
          },
        }
      : {}
  return JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion,
    spec: { ...clusterInfo, interactive: false },
  })
}

/** The answer of the command. Secret as a whole. */
export interface ExecCredential {
  readonly token: string | null
  readonly certificate: ClientCertificate | null
  /** Milliseconds since the epoch. */
  readonly expirationTimestamp: number | null
}

const text = v.optional(v.nullable(v.string()))
const schema = v.object({
  kind: v.literal('ExecCredential'),
  apiVersion: v.string(),
  status: v.optional(
    v.nullable(
      v.object({
        token: text,
        clientCertificateData: text,
        clientKeyData: text,
        expirationTimestamp: v.optional(v.nullable(v.string())),
      }),
    ),
  ),
})

/**
 * Reads an ExecCredential as client-go does: JSON or YAML, of the version that the entry names, with a token or a
 * whole certificate pair. The problem never quotes the output: it may hold the token.
 */
export function parseExecCredential(stdout: string, apiVersion: string): Result<ExecCredential, Problem> {
  const bad = (
    why: string,
    next = 'Run the command by hand: it must print an ExecCredential and nothing else.',
  ) =>
    fail(problem('bad-exec-credential', `kubectl would not accept what the command printed: ${why}.`, next))
  if (stdout.trim() === '') return bad('it printed nothing')
  const parsed = v.safeParse(schema, parseOutput(stdout))
  if (!parsed.success) {
    return bad(
      'it is not an ExecCredential',
      'If the AWS config sets another `output`, add `--output json` to the exec arguments.',
    )
  }
  const { status } = parsed.output
  if (parsed.output.apiVersion !== apiVersion) {
    return fail(
      problem(
        'api-version-mismatch',
        `The entry asks for ${apiVersion}, but the command answered in ${quoted(parsed.output.apiVersion.slice(0, 80))}; kubectl refuses that.`,
        'Change the apiVersion of the exec entry to what the command speaks, or bring the command up to date.',
      ),
    )
  }
  if (!status) return bad('it has no status')
  const token = status.token || null
  const [cert, key] = [status.clientCertificateData || null, status.clientKeyData || null]
  if ((cert === null) !== (key === null)) return bad('it has only half of a certificate and key')
  const certificate = cert === null || key === null ? null : pairOf(cert, key)
  // With a token too: kubectl reads both before it sends either.
  if (cert !== null && certificate === null)
    return bad(
      'its certificate and key are no pair in PEM',
      'Bring the command up to date, or its certificate.',
    )
  if (token === null && certificate === null) return bad('it has neither token nor certificate')
  if (token !== null && !/^[\x21-\x7e]+$/.test(token))
    return bad('its token holds characters that no header can carry')
  const expires = moment(status.expirationTimestamp ?? null)
  if (expires === 'bad') return bad('its expirationTimestamp is not a date')
  return ok({ token, certificate, expirationTimestamp: expires })
}

/** JSON, else YAML: aws with `output = yaml` in its config prints it, and kubectl accepts it. */
function parseOutput(stdout: string): unknown {
  try {
    return JSON.parse(stdout)
  } catch {
    const { root, error, excess } = readTree(stdout)
    return root === null || error !== null || excess !== null ? null : jsonOf(new Shape(), root)
  }
}

function moment(value: string | null): number | null | 'bad' {
  if (value === null) return null
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(value)) return 'bad'
  const at = Date.parse(value)
  return Number.isNaN(at) ? 'bad' : at
}
