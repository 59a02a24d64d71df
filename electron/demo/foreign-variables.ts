/**
 * What of a person's own environment would lead a tool out of the demo: to another identity, other files, another endpoint,
 * a proxy or other authorities.
 */
import { choosesIdentity } from '../system/environment'
import { shellWord } from '../system/shell-word'

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

/** Also variables of AWS, Kubernetes and Ekscope that are not thought of here. */
export const isForeign = (name: string): boolean => named.has(name) || /^(AWS_|KUBE|EKSCOPE_)/i.test(name)

/** The environment that points a tool at the demo. */
export interface DemoEnvironment {
  /** To be taken away first. */
  readonly unset: readonly string[]
  readonly set: Readonly<Record<string, string>>
}

/** `set`, and what of the caller's and of any other environment has to go for it to hold. */
export function demoEnvironment(
  set: Readonly<Record<string, string>>,
  caller: Readonly<Record<string, string | undefined>>,
): DemoEnvironment {
  const unset = new Set([...foreignVariables, ...Object.keys(caller).filter(isForeign)])
  for (const name of Object.keys(set)) unset.delete(name)
  // A name that no shell can spell cannot have been exported by one.
  return { unset: [...unset].filter((name) => /^\w+$/.test(name)), set }
}

export type ShellName = 'sh' | 'fish' | 'powershell'

/** The shell that a person most likely reads the environment with. */
export function shellOf(
  { SHELL }: Readonly<Record<string, string | undefined>>,
  platform: string,
): ShellName {
  const name = SHELL?.replace(/^.*[\\/]/, '').replace(/\.exe$/, '')
  if (name === 'fish') return 'fish'
  if (name === 'pwsh' || name === 'powershell') return 'powershell'
  return platform === 'win32' && !name ? 'powershell' : 'sh'
}

const lines: Readonly<Record<ShellName, (environment: DemoEnvironment) => readonly string[]>> = {
  sh: ({ unset, set }) => [
    `unset ${unset.join(' ')}`,
    ...Object.entries(set).map(([name, value]) => `export ${name}=${shellWord(value)}`),
  ],
  // Without a name that is there, set -e fails: the semicolon keeps it from being the status of the whole.
  fish: ({ unset, set }) => [
    `set -e ${unset.join(' ')}; true`,
    ...Object.entries(set).map(([name, value]) => `set -gx ${name} '${value.replace(/[\\']/g, '\\$&')}'`),
  ],
  powershell: ({ unset, set }) => [
    `Remove-Item ${unset.map((name) => `Env:${name}`).join(',')} -ErrorAction SilentlyContinue`,
    ...Object.entries(set).map(([name, value]) => `$env:${name} = '${value.replaceAll("'", "''")}'`),
  ],
}

/** What a person's shell reads, a line each. */
export const demoScript = (shell: ShellName, environment: DemoEnvironment): string =>
  `${lines[shell](environment).join('\n')}\n`
