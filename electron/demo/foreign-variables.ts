/**
 * Variables of the user's environment that would take a tool out of the demo: to another identity, other files, another
 * endpoint, a proxy or other authorities.
 */
import { choosesIdentity } from '../system/environment'
import type { VariableChanges } from '../system/shell-script'

/** Those that may be exported later than the demo was started, in the shell that reads its environment. */
export const foreignVariables: readonly string[] = [
  ...choosesIdentity,
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_STS',
  'AWS_ENDPOINT_URL_EKS',
  'AWS_ENDPOINT_URL_ACCOUNT',
  'AWS_ENDPOINT_URL_IAM',
  'AWS_ENDPOINT_URL_SSO',
  'AWS_ENDPOINT_URL_SSO_OIDC',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
  'AWS_STS_REGIONAL_ENDPOINTS',
  'AWS_CA_BUNDLE',
  'KUBERNETES_EXEC_INFO',
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
]

const named: ReadonlySet<string> = new Set(foreignVariables)

/** Also variables of AWS, Kubernetes and Ekscope that the list does not name. */
export const isForeign = (name: string): boolean => named.has(name) || /^(AWS_|KUBE|EKSCOPE_)/i.test(name)

/**
 * The environment that points a tool at the demo: `set`, and the variables of the caller's or any environment to unset for it.
 */
export function demoEnvironment(
  set: Readonly<Record<string, string>>,
  caller: Readonly<Record<string, string | undefined>>,
): VariableChanges {
  const unset = new Set([...foreignVariables, ...Object.keys(caller).filter(isForeign)])
  for (const name of Object.keys(set)) unset.delete(name)
  // A name that no shell can spell cannot have been exported by one.
  return { unset: [...unset].filter((name) => /^\w+$/.test(name)), set }
}
