/**
 * The entries of a kubeconfig as keys: what a user runs or reads, what its tokens are made of, and where a cluster leads. Two
 * entries of one key are the same to whoever asks what a write brings.
 */
import { createHash } from 'node:crypto'
import { entryOf, setEksName, setProfile, setRegion, setRole } from '../../shared/exec/edit'
import { execMeaning, type RawExec } from '../../shared/exec/parse'
import { isRegion } from '../../shared/identity/regions'
import type { JsonMap } from '../../shared/json'
import { at, textOf } from '../../shared/json'
import { wholeAddress } from '../../shared/kubeconfig/secrets'
import type { Place, Program } from '../../shared/trust/introduced'
import type { SignsIn } from '../../shared/trust/question'
import type { KubeconfigDocument } from '../kubeconfig/read/document'
import { entryValueOf } from '../kubeconfig/read/edit-model'
import type { RawCluster, RawUser } from '../kubeconfig/read/entries'
import type { DocumentEntry } from '../kubeconfig/read/outline'
import { onlyGetsToken } from './commands'
import { destinationOf } from './destinations'

interface UserKeys {
  readonly authProvider: JsonMap | null
  readonly program: string | null
  readonly credentials: string | null
  readonly exact: string
  readonly inline: boolean
}

/** An entry, read when it is first asked for. */
abstract class SideEntry<Read> {
  readonly file: string
  readonly name: string
  protected readonly document: KubeconfigDocument
  protected readonly index: number
  private read: Read | null = null

  constructor(document: KubeconfigDocument, entry: DocumentEntry) {
    this.document = document
    this.index = entry.index
    this.file = document.file
    this.name = entry.name
  }

  protected abstract make(): Read

  protected get known(): Read {
    this.read ??= this.make()
    return this.read
  }
}

/** A user entry. */
export class SideUser extends SideEntry<{ readonly raw: RawUser; readonly keys: UserKeys }> {
  protected make() {
    return readUser(this.document, this.index)
  }
  get raw(): RawUser {
    return this.known.raw
  }
  get authProvider(): JsonMap | null {
    return this.known.keys.authProvider
  }
  /** What it runs or reads, as a key; null: nothing that would be asked about. */
  get program(): string | null {
    return this.known.keys.program
  }
  /** What its tokens are made of; null: it has no credentials. Another profile, role or region is not another. */
  get credentials(): string | null {
    return this.known.keys.credentials
  }
  /** The same with profile, role and region. */
  get exact(): string {
    return this.known.keys.exact
  }
  /** As which its command has AWS asked; null: none. */
  get role(): string | null {
    const { exec } = this.raw
    return exec === null ? null : execMeaning(exec).role
  }
  /** The credentials stand in the entry: no command and no file. */
  get inline(): boolean {
    return this.known.keys.inline
  }
}

function readUser(
  document: KubeconfigDocument,
  index: number,
): { readonly raw: RawUser; readonly keys: UserKeys } {
  const raw = document.user(index)
  const value = raw.authProvider === null ? null : entryValueOf(document, 'user', index)
  const authProvider = value === null ? null : mapOf(at(value, 'auth-provider'))
  const { exec, tokenFile, clientCertificate, clientKey, token, password, username } = raw
  const command = exec === null ? null : commandKey(exec)
  const files = [tokenFile, clientCertificate, clientKey]
  const { impersonation } = raw
  const reads = files.some((path) => path)
  const asks =
    (command !== null && command !== plain) || authProvider !== null || reads || impersonation !== null
  const program = asks ? hash(['program', command, files, authProvider, impersonation]) : null
  const data = [token, username, password, raw.clientCertificateData, raw.clientKeyData]
  const elsewhere = command !== null || authProvider !== null || reads
  const inline = !elsewhere && data.some((part) => part)
  const none = !elsewhere && !inline
  const rest = [files, authProvider, data]
  const credentials = none ? null : hash(['credentials', command, rest])
  const exact = hash(['exact', exec && [exec.command, exec.args, exec.env], rest])
  return { raw, keys: { authProvider, program, credentials, exact, inline } }
}

/** A cluster entry. */
export class SideCluster extends SideEntry<{ readonly raw: RawCluster; readonly place: string }> {
  protected make() {
    return readCluster(this.document.cluster(this.index))
  }
  get raw(): RawCluster {
    return this.known.raw
  }
  /** Where it leads, as a key; without a server that is this machine, where kubectl sends no token. */
  get place(): string {
    return this.known.place
  }
  get getsTokens(): boolean {
    return this.raw.server !== null || this.raw.proxyUrl !== null
  }
}

const readCluster = (raw: RawCluster): { readonly raw: RawCluster; readonly place: string } => ({
  raw,
  place: hash(['place', routeKey(raw), restKey(raw)]),
})

const plain = 'plain'

/** Of a command that only gets a token nothing is told apart; of another all but profile, role, region and cluster name. */
function commandKey(exec: RawExec): string {
  if (onlyGetsToken(exec)) return plain
  const { provideClusterInfo } = exec
  const meaning = execMeaning(exec)
  let value = entryOf(exec)
  // What aws would take for the name of a file stays as it is.
  if (
    meaning.program !== 'other' &&
    !/:\/\//.test([meaning.role, meaning.region, meaning.clusterName, meaning.clusterId].join(' '))
  ) {
    for (const edit of [
      (now: JsonMap) => setProfile(now, null, null),
      (now: JsonMap) => (meaning.role === null ? null : setRole(now, null)),
      (now: JsonMap) =>
        meaning.region === null || isRegion(meaning.region) ? setRegion(now, 'us-east-1') : null,
      (now: JsonMap) => setEksName(now, 'c'),
    ]) {
      const edited = edit(value)
      if (edited?.ok) value = edited.value
    }
  }
  return JSON.stringify([
    textOf(at(value, 'command')),
    at(value, 'args'),
    at(value, 'env'),
    provideClusterInfo,
  ])
}

/** Which authority its certificate is checked by. */
export const authorityKey = ({
  certificateAuthorityData: data,
  certificateAuthority: file,
}: RawCluster): string => JSON.stringify([data || null, data ? null : (file ?? null)])

/** Server and authority: what AWS says of a cluster. */
const routeKey = (cluster: RawCluster): string =>
  JSON.stringify([cluster.server && wholeAddress(cluster.server), authorityKey(cluster)])

type Rest = Pick<RawCluster, 'tlsServerName' | 'proxyUrl' | 'insecureSkipTlsVerify' | 'execConfig'>
/** What an entry of AWS's making says besides. */
export const noRest: Rest = {
  tlsServerName: null,
  proxyUrl: null,
  insecureSkipTlsVerify: false,
  execConfig: null,
}

/** What else decides where a token goes, and what a command is told. */
export const restKey = ({ tlsServerName, proxyUrl, insecureSkipTlsVerify, execConfig }: Rest): string =>
  JSON.stringify([
    tlsServerName || null,
    proxyUrl ? wholeAddress(proxyUrl) : null,
    insecureSkipTlsVerify === true,
    execConfig ?? null,
  ])

const mapOf = (value: unknown): JsonMap | null => (isMap(value) ? value : null)
const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A key of any parts. */
export const hash = (parts: unknown): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex')

/** What a user runs or reads, as the question shows it. */
export function programOf({ raw, authProvider }: SideUser): Program {
  const { exec, tokenFile, clientCertificate, clientKey } = raw
  const files = [
    ['token file', tokenFile],
    ['client cert', clientCertificate],
    ['client key', clientKey],
  ] as const
  return {
    command: exec === null ? null : (exec.command ?? ''),
    args: exec?.args ?? [],
    env: exec?.env ?? [],
    toldOfCluster: exec?.provideClusterInfo === true,
    files: files.flatMap(([kind, path]) => (path ? [{ kind, path }] : [])),
    authProvider: authProvider === null ? null : JSON.stringify(authProvider),
    acting: raw.impersonation,
    installHint: exec?.installHint ?? null,
    interactiveMode: exec?.interactiveMode ?? null,
  }
}

/** Where a cluster leads, with the contexts and users that go there. */
export const placeOf = (
  { raw }: SideCluster,
  contexts: readonly string[],
  users: readonly SignsIn[] = [],
): Place => ({
  destination: destinationOf(raw, contexts, users),
  config: raw.execConfig === null || raw.execConfig === undefined ? null : JSON.stringify(raw.execConfig),
})
