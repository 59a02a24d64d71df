/**
 * The entries of a kubeconfig as keys: what a user runs or reads, what its tokens result from, and where a cluster sends them.
 * Two entries of one key are the same where a write is judged.
 */

import { execMeaning, type RawExec } from '../../shared/exec/parse'
import { entryOf, setEksName, setProfile, setRegion, setRole } from '../../shared/exec/set-values'
import { isRegion } from '../../shared/identity/regions'
import type { JsonMap } from '../../shared/json'
import { at, isMap, textOf } from '../../shared/json'
import { wholeAddress } from '../../shared/kubeconfig/secrets'
import type { Place, Program } from '../../shared/trust/added-by-write'
import type { SignsIn } from '../../shared/trust/command-question'
import { emptyExec } from '../kubeconfig/read/decode'
import type { KubeconfigDocument } from '../kubeconfig/read/document'
import { entryValueOf } from '../kubeconfig/read/edit-model'
import type { DocumentEntry } from '../kubeconfig/read/outline'
import type { RawCluster } from '../kubeconfig/read/raw-entries'
import { onlyGetsToken } from './command-permission'
import { destinationOf } from './destinations'
import { hash } from './hashes'

/** An entry by its place; its content is read when it is first needed. */
const sideEntry =
  <Keys>(read: (document: KubeconfigDocument, index: number) => Keys) =>
  (document: KubeconfigDocument, { name, index }: DocumentEntry) => {
    let known: Keys | null = null
    return {
      file: document.file,
      name,
      get keys() {
        known ??= read(document, index)
        return known
      },
    }
  }

export type SideUser = ReturnType<typeof sideUser>

/** A user entry. */
export const sideUser = sideEntry((document, index) => {
  const raw = document.user(index)
  const value = raw.authProvider === null ? null : entryValueOf(document, 'user', index)
  const found = value === null ? undefined : at(value, 'auth-provider')
  const authProvider = isMap(found) ? found : null
  const { exec, tokenFile, clientCertificate, clientKey, token, password, username } = raw
  const command = exec === null ? null : commandKey(exec)
  const files = [tokenFile, clientCertificate, clientKey]
  const { impersonation } = raw
  const reads = files.some((path) => path)
  const asks =
    (command !== null && command !== plain) || authProvider !== null || reads || impersonation !== null
  const program = asks ? hash(['program', command, files, authProvider, impersonation]) : null
  const data = [token, username, password, raw.clientCertificateData, raw.clientKeyData]
  const sendsElsewhere = command !== null || authProvider !== null || reads
  const inline = !sendsElsewhere && data.some((part) => part)
  const none = !sendsElsewhere && !inline
  const rest = [files, authProvider, data]
  const credentials = none ? null : hash(['credentials', command, rest])
  const exact = hash(['exact', exec && [exec.command, exec.args, exec.env], rest])
  const role = exec === null ? null : execMeaning(exec).role
  return {
    raw,
    authProvider,
    /** What it runs or reads, as a key; null: nothing that would be asked about. */
    program,
    /** What its tokens result from; null: it has no credentials. Another profile, role or region makes no difference. */
    credentials,
    /** The same with profile, role and region. */
    exact,
    /** The role as which its command asks AWS; null: none. */
    role,
    /** The credentials are written in the entry: no command and no file. */
    inline,
  }
})

export type SideCluster = ReturnType<typeof sideCluster>

/** A cluster entry. */
export const sideCluster = sideEntry((document, index) => {
  const raw = document.cluster(index)
  return {
    raw,
    /** Where it sends requests, as a key; without a server that is this machine, where kubectl sends no token. */
    place: hash(['place', routeKey(raw), restKey(raw)]),
    getsTokens: raw.server !== null || raw.proxyUrl !== null,
  }
})

const plain = 'plain'

/** Of a command that only gets a token nothing makes a difference; of another all but profile, role, region and cluster name. */
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
/** What an entry that AWS wrote says besides. */
export const noRest: Rest = {
  tlsServerName: null,
  proxyUrl: null,
  insecureSkipTlsVerify: false,
  execConfig: null,
}

/** What else decides where a token goes, and what a command gets to know. */
export const restKey = ({ tlsServerName, proxyUrl, insecureSkipTlsVerify, execConfig }: Rest): string =>
  JSON.stringify([
    tlsServerName || null,
    proxyUrl ? wholeAddress(proxyUrl) : null,
    insecureSkipTlsVerify === true,
    execConfig ?? null,
  ])

/** What a user runs or reads, as the question shows it. */
export function programOf({ keys: { raw, authProvider } }: SideUser): Program {
  const { exec, tokenFile, clientCertificate, clientKey } = raw
  const files = [
    ['token file', tokenFile],
    ['client cert', clientCertificate],
    ['client key', clientKey],
  ] as const
  return {
    ...(exec === null ? { ...startedOf(emptyExec), command: null } : startedOf(exec)),
    files: files.flatMap(([kind, path]) => (path ? [{ kind, path }] : [])),
    authProvider: authProvider === null ? null : JSON.stringify(authProvider),
    acting: raw.impersonation,
  }
}

/** A command of an entry, as questions show it. */
export const startedOf = (exec: RawExec) => ({
  command: exec.command ?? '',
  args: exec.args,
  env: exec.env.map(({ name, value }) => ({ name, value })),
  toldOfCluster: exec.provideClusterInfo === true,
  installHint: exec.installHint,
  interactiveMode: exec.interactiveMode,
})

/** The destination of a cluster, with the contexts and users that go there. */
export const placeOf = (
  { keys: { raw } }: SideCluster,
  contexts: readonly string[],
  users: readonly SignsIn[] = [],
): Place => ({
  destination: destinationOf(raw, contexts, users),
  config: raw.execConfig === null || raw.execConfig === undefined ? null : JSON.stringify(raw.execConfig),
})
