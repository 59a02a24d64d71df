/**
 * The environments that an exec command can be started in. Identity is per environment: the same context can be
 * another identity in a terminal, in a double-clicked app and in cron. Values stay in main.
 */

import { createHash } from 'node:crypto'
import { parseAddress } from '../../shared/destination/address'
import type { EnvironmentName } from '../../shared/identity/identity'
import { environmentInSentence } from '../../shared/identity/variable-places'
import type { EnvironmentFacts } from '../../shared/ipc/contract'
import { mask } from '../../shared/kubeconfig/entries'
import { maskAddress } from '../../shared/kubeconfig/secrets'
import { lazy } from '../../shared/once'

/** The variables an exec command would be started with. Held by main only: the page gets `EnvironmentFacts`. */
export type Environment = Readonly<ReturnType<typeof environmentOf>>

export type Variables = Readonly<Record<string, string>>

/**
 * What chooses an identity (product.md, Vocabulary): taken out of the clean environment. What names files, CA,
 * proxy, region and endpoints stays, so that a clean check still reaches the same servers.
 */
export const choosesIdentity: ReadonlySet<string> = new Set([
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  // As the AWS SDK for Go knows them, too.
  'AWS_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'DEFAULT_ROLE',
])

/** Variables that differ from terminal to terminal and start to start, and say nothing of an identity. */
const ofOneSession =
  /^(_|SHLVL|PWD|OLDPWD|WINDOWID|COLUMNS|LINES|TERM.*|SSH_.*|XDG_SESSION_.*|GPG_TTY|TMUX.*|STY|COLORTERM|VTE_VERSION|WT_.*|KITTY_.*|WEZTERM_.*|ITERM_.*|KONSOLE_.*|STARSHIP_.*|_?P9K_.*|_?POWERLEVEL.*|npm_.*|INIT_CWD|NODE|NODE_OPTIONS|VITEST.*|EKSCOPE_.*|ELECTRON_.*|GIO_LAUNCHED_DESKTOP_FILE.*|DESKTOP_STARTUP_ID|INVOCATION_ID|JOURNAL_STREAM)$/

/** How the login shell was read. */
interface ShellReading {
  /** Why it could not be asked (it waited, failed, printed too much), or not as a terminal does, as a sentence. */
  readonly problem: string | null
  /** Where variables get their values: `~/.profile:6`. */
  readonly origins: ReadonlyMap<string, string>
  /** False where it could not be: it has no variables but HOME, and nothing is predicted or checked in it. */
  readonly readable: boolean
  /** Its program, and how many ms it took until it had answered; null: no shell was asked. */
  readonly shell: { readonly path: string; readonly ms: number } | null
}

/** One environment with its fingerprint. */
export function environmentOf(
  name: EnvironmentName,
  variables: Variables,
  { problem = null, origins = new Map(), readable = true, shell = null }: Partial<ShellReading> = {},
) {
  const made = lazy(() => fingerprintOf(variables))
  return {
    name,
    variables,
    problem,
    origins,
    readable,
    shell,
    /**
     * SHA-256 over the variables; reveals no values. Computed when read: loading crypto takes longer than a short command
     * without it.
     */
    get fingerprint() {
      return made()
    },
  }
}

function fingerprintOf(variables: Variables): string {
  const hash = createHash('sha256')
  for (const key of Object.keys(variables).sort()) {
    if (!ofOneSession.test(key)) hash.update(JSON.stringify([key, variables[key]]))
  }
  return hash.digest('hex')
}

/** What sentences call a variable of an environment: `AWS_PROFILE of the login shell (~/.profile:6)`. */
export function variableOf(
  { name, origins }: Pick<Environment, 'name'> & Partial<Pick<Environment, 'origins'>>,
  variable: string,
): string {
  const from = origins?.get(variable)
  return `${variable} of ${environmentInSentence[name]}${from === undefined ? '' : ` (${from})`}`
}

/** The app's variables without what chooses an identity. Windows ignores the case of names, so names are compared so. */
export function cleanVariables(variables: Variables): Variables {
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => !choosesIdentity.has(name.toUpperCase())),
  )
}

/**
 * `process.env` as plain values: names without a value are left out. Windows ignores the case of names, and Python, and with it
 * aws, puts them into upper case there (os.environ): so they are found however they were set.
 */
export function definedVariables(
  variables: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Variables {
  const defined: Record<string, string> = {}
  for (const [name, value] of Object.entries(variables))
    if (value !== undefined) defined[platform === 'win32' ? name.toUpperCase() : name] = value
  return defined
}

/**
 * What tells the app where its page and its Electron are, from the launchers of a clone and from electron-vite. They list in
 * EKSCOPE_LAUNCHER_SET what else they set (scripts/lib/electron.mjs).
 */
const ofLaunchers =
  /^(EKSCOPE_(LAUNCHER_SET|STANDIN_ELECTRON|DEV_NONCE)|ELECTRON_(RENDERER_URL|ENTRY|CLI_ARGS|EXEC_PATH|MAJOR_VER)|NODE_ENV_ELECTRON_VITE)$/

/** The variables that the launcher was started with: what it added for the app is no part of an environment. */
export function callersVariables(variables: Variables): Variables {
  const set = new Set((variables.EKSCOPE_LAUNCHER_SET ?? '').split(' '))
  // Vite's development server sets it for itself.
  if (variables.ELECTRON_RENDERER_URL !== undefined && variables.NODE_ENV === 'development')
    set.add('NODE_ENV')
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => !set.has(name) && !ofLaunchers.test(name)),
  )
}

/** What the page may know: `AWS_*`, `KUBE*`, DEFAULT_ROLE, PATH, HOME, proxy, CA and locale; secrets masked. */
const shown =
  /^(AWS_.*|KUBE.*|KUBERNETES_.*|DEFAULT_ROLE|PATH|HOME|USERPROFILE|(https?|all|no)_proxy|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS|LANG|LANGUAGE|LC_.*)$/i

// Values are shown by a list of names, not hidden by one: what a future AWS_ variable holds is not known today.
const plain =
  /^(AWS_(DEFAULT_)?(PROFILE|REGION|OUTPUT)|AWS_ACCESS_KEY_ID|AWS_ROLE_ARN|AWS_ROLE_SESSION_NAME|AWS_(CONFIG|SHARED_CREDENTIALS|WEB_IDENTITY_TOKEN|CONTAINER_AUTHORIZATION_TOKEN)_FILE|AWS_CREDENTIAL_EXPIRATION|AWS_CA_BUNDLE|AWS_CONTAINER_CREDENTIALS_RELATIVE_URI|AWS_STS_REGIONAL_ENDPOINTS|AWS_USE_(FIPS|DUALSTACK)_ENDPOINT|AWS_SDK_LOAD_CONFIG|AWS_EC2_METADATA_(DISABLED|SERVICE_ENDPOINT_MODE)|AWS_IGNORE_CONFIGURED_ENDPOINT_URLS|AWS_RETRY_MODE|AWS_MAX_ATTEMPTS|AWS_PAGER|AWS_CLI_.*|KUBECONFIG|KUBE_EDITOR|KUBECACHEDIR|KUBERNETES_SERVICE_(HOST|PORT)|DEFAULT_ROLE|PATH|HOME|USERPROFILE|no_proxy|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS|LANG|LANGUAGE|LC_.*)$/i

/** Addresses are shown without the parts that can carry a password: user, query and fragment. */
const address =
  /^(AWS_ENDPOINT_URL.*|AWS_CONTAINER_CREDENTIALS_FULL_URI|AWS_EC2_METADATA_SERVICE_ENDPOINT|(https?|all)_proxy)$/i

/** Names of variables that may be shown, and that have another value in each of the two, or a value in one alone. */
export const differingNames = (a: Variables, b: Variables): readonly string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => shown.test(name) && a[name] !== b[name])
    .sort()

/** The facts of an environment that may cross to the page. */
export function environmentFacts(environment: Environment): EnvironmentFacts {
  const variables = Object.entries(environment.variables)
    .filter(([name]) => shown.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      const from = environment.origins.get(name) ?? null
      if (plain.test(name)) return { name, value, masked: false, from }
      const bare = address.test(name) ? withoutSecrets(value) : null
      return bare === null
        ? { name, value: mask, masked: true, from }
        : { name, value: bare, masked: bare !== value, from }
    })
  return {
    name: environment.name,
    variables,
    count: Object.keys(environment.variables).length,
    problem: environment.problem,
  }
}

function withoutSecrets(value: string): string | null {
  return parseAddress(value).ok ? maskAddress(value.replace(/\/?(?:[?#].*)?$/, '')) : null
}
