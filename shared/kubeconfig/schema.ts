/**
 * Every key of a kubeconfig once, as client-go's clientcmd/api/v1 has it: how its value is decoded, which field of ours
 * holds it, and how much of it may be shown. All code that reads, shows, copies or leaves out a value uses this table; a key
 * that is not here is unknown to kubectl too, and nothing of its value is ever shown.
 */

/**
 * How much of a value may be shown. `name`: all of it, because entries refer to each other by it. `public`: all but what
 * looks like a secret. `address`: all but a `user:password@`. `arguments`: all but what follows --token and its kind.
 * `never`: nothing. `besides`: public where `name` next to it is one of these, else nothing.
 */
export type Visibility =
  | 'name'
  | 'public'
  | 'address'
  | 'arguments'
  | 'never'
  | { readonly besides: ReadonlySet<string> }

/** Values of one kind, with the type of the field that holds them. A key that is absent counts as empty. */
export interface Values {
  /** Null when empty, as everywhere in client-go. */
  readonly text: string | null
  /** Base64, without its line breaks. */
  readonly data: string | null
  /** A path; relative to the folder of the file that the entry is in. */
  readonly file: string | null
  /** The same where it has a path separator; else a name on PATH. */
  readonly program: string | null
  readonly flag: boolean
  readonly texts: readonly string[]
}
export type ValueType = keyof Values

export interface KeyOf<T extends ValueType> {
  readonly type: T
  readonly shown: Visibility
  /** What the file at that path holds, where it is a secret. */
  readonly leadsTo?: 'secret'
  /** The field of ours that holds the value, named as client-go's; absent where several keys make one field. */
  readonly field?: string
}

/** A key whose value is one of ours. */
export type ValueKey = { readonly [T in ValueType]: KeyOf<T> }[ValueType]

export type Key =
  | ValueKey
  /** Any names, each with a text or a list of texts. `any`: any JSON value. */
  | { readonly type: 'by-name' | 'any'; readonly shown: Visibility }
  | { readonly type: 'map'; readonly keys: Keys }
  /** One that is not `ordered` kubectl holds by the names in it. */
  | { readonly type: 'list'; readonly keys: Keys; readonly ordered: boolean }

export interface Keys {
  readonly [key: string]: Key
}

/** exec.env names whose values are no secret. */
const plainVariables: ReadonlySet<string> = new Set([
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_STS_REGIONAL_ENDPOINTS',
  'AWS_ACCESS_KEY_ID',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_EC2_METADATA_DISABLED',
  'AWS_CA_BUNDLE',
  'DEFAULT_ROLE',
  'PATH',
  'HOME',
])

/** The extension whose content kubectl passes to an exec command that requests cluster information. */
export const execExtension = 'client.authentication.k8s.io/exec'

/** The extension of a context in which Ekscope stores its expected identity (shared/identity/expected.ts). */
export const expectedExtension = 'ekscope/expected'

const extensions = {
  type: 'list',
  ordered: false,
  keys: {
    name: { type: 'text', shown: 'public' },
    extension: { type: 'any', shown: { besides: new Set([execExtension, expectedExtension]) } },
  },
} as const satisfies Key

export const clusterKeys = {
  server: { type: 'text', shown: 'address', field: 'server' },
  'certificate-authority': { type: 'file', shown: 'public', field: 'certificateAuthority' },
  'certificate-authority-data': { type: 'data', shown: 'public', field: 'certificateAuthorityData' },
  'tls-server-name': { type: 'text', shown: 'public', field: 'tlsServerName' },
  'insecure-skip-tls-verify': { type: 'flag', shown: 'public', field: 'insecureSkipTlsVerify' },
  'proxy-url': { type: 'text', shown: 'address', field: 'proxyUrl' },
  'disable-compression': { type: 'flag', shown: 'public', field: 'disableCompression' },
  extensions,
} as const satisfies Keys

export const variableKeys = {
  name: { type: 'text', shown: 'public', field: 'name' },
  value: { type: 'text', shown: { besides: plainVariables }, field: 'value' },
} as const satisfies Keys

export const execKeys = {
  apiVersion: { type: 'text', shown: 'public', field: 'apiVersion' },
  command: { type: 'program', shown: 'public', field: 'command' },
  args: { type: 'texts', shown: 'arguments', field: 'args' },
  env: { type: 'list', ordered: true, keys: variableKeys },
  interactiveMode: { type: 'text', shown: 'public', field: 'interactiveMode' },
  provideClusterInfo: { type: 'flag', shown: 'public', field: 'provideClusterInfo' },
  installHint: { type: 'text', shown: 'public', field: 'installHint' },
} as const satisfies Keys

export const userKeys = {
  token: { type: 'text', shown: 'never', field: 'token' },
  tokenFile: { type: 'file', shown: 'public', leadsTo: 'secret', field: 'tokenFile' },
  username: { type: 'text', shown: 'public', field: 'username' },
  password: { type: 'text', shown: 'never', field: 'password' },
  'client-certificate': { type: 'file', shown: 'public', field: 'clientCertificate' },
  'client-certificate-data': { type: 'data', shown: 'public', field: 'clientCertificateData' },
  'client-key': { type: 'file', shown: 'public', leadsTo: 'secret', field: 'clientKey' },
  'client-key-data': { type: 'data', shown: 'never', field: 'clientKeyData' },
  'auth-provider': {
    type: 'map',
    keys: { name: { type: 'text', shown: 'public' }, config: { type: 'by-name', shown: 'never' } },
  },
  exec: { type: 'map', keys: execKeys },
  as: { type: 'text', shown: 'public' },
  'as-uid': { type: 'text', shown: 'public' },
  'as-groups': { type: 'texts', shown: 'public' },
  'as-user-extra': { type: 'by-name', shown: 'public' },
  extensions,
} as const satisfies Keys

/** Keys of a user that hold a secret: only their presence is reported. */
export type SecretField =
  | {
      readonly [N in keyof typeof userKeys]: (typeof userKeys)[N] extends Never ? N : never
    }[keyof typeof userKeys]
  | 'auth-provider'
interface Never {
  readonly shown: 'never'
}

const isSecretField = (name: string): name is SecretField => {
  const key = keyOf(userKeys, name)
  return key !== undefined && holdsSecret(key)
}
const holdsSecret = (key: Key): boolean =>
  'keys' in key ? Object.values(key.keys).some(holdsSecret) : key.shown === 'never'

export const secretFields: readonly SecretField[] = Object.keys(userKeys).filter(isSecretField)

export const contextKeys = {
  cluster: { type: 'text', shown: 'name', field: 'cluster' },
  user: { type: 'text', shown: 'name', field: 'user' },
  namespace: { type: 'text', shown: 'public', field: 'namespace' },
  extensions,
} as const satisfies Keys

/** The keys under `cluster:`, `user:` and `context:`. */
export const entryKeys: Readonly<Record<'cluster' | 'user' | 'context', Keys>> = {
  cluster: clusterKeys,
  user: userKeys,
  context: contextKeys,
}

/** The keys of what a model holds. Null: a section of an AWS config file, of which every key counts as it is written. */
export const modelKeys: Readonly<Record<keyof typeof entryKeys | 'section', Keys | null>> = {
  ...entryKeys,
  section: null,
}

/** One element of `clusters`, `users` or `contexts`. */
export const elementKeys = {
  cluster: elementOf('cluster'),
  user: elementOf('user'),
  context: elementOf('context'),
}

function elementOf(kind: keyof typeof entryKeys): Keys {
  return { name: { type: 'text', shown: 'name' }, [kind]: { type: 'map', keys: entryKeys[kind] } }
}

/** A whole file. */
export const configKeys: Keys = {
  apiVersion: { type: 'text', shown: 'public' },
  kind: { type: 'text', shown: 'public' },
  preferences: { type: 'map', keys: { colors: { type: 'flag', shown: 'public' }, extensions } },
  'current-context': { type: 'text', shown: 'name' },
  clusters: { type: 'list', ordered: false, keys: elementKeys.cluster },
  users: { type: 'list', ordered: false, keys: elementKeys.user },
  contexts: { type: 'list', ordered: false, keys: elementKeys.context },
  extensions,
}

/** What the schema says of a key; undefined for one that it does not know. */
export function keyOf(keys: Keys, name: string): Key | undefined {
  return Object.hasOwn(keys, name) ? keys[name] : undefined
}
