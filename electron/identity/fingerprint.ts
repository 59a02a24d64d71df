/** What a check depends on, as a hash: whatever is changed there makes its result stale. */
import { createHash } from 'node:crypto'
import type { MeantCluster } from '../../shared/identity/identity'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { AwsFiles, Setting } from '../aws/files/files'
import { readBounded } from '../aws/files/read'
import type { ResolvedContext } from '../kubeconfig/read/entries'
import type { Environment } from '../system/environment'
import { asWritten } from './as-written'
import { readOf } from './entry-program'
import type { UserIdentity } from './user-identity'

/** What the fingerprints of one assembly share. */
export interface Fingerprinting {
  readonly environment: Environment
  readonly trust: string
  readonly printed: ReadonlySet<EntryId> | undefined
  readonly hashes: Map<object, string>
  /** Hashes of the files that entries name, by path. */
  readonly named: ReadonlyMap<string, string>
}

/** A context with what is derived of it. */
interface Printed {
  readonly resolved: ResolvedContext
  readonly meant: MeantCluster
  readonly who: UserIdentity
}

/**
 * What a check depends on: what kubectl would run and send, or refuse, the files that it names, what the AWS files say, the sign-in behind it,
 * the environment and, where they matter, the user's decisions. What things are called is none of it. Values are hashed per
 * entry, so that a long certificate is read once.
 */
export function fingerprintOf(
  { resolved: { cluster, user, file, userFile, clusterFile }, meant, who }: Printed,
  { environment, trust, hashes, named }: Fingerprinting,
): string {
  const hashed = (value: object | null, write: (value: object) => string = asWritten) => {
    if (value === null) return null
    const before = hashes.get(value)
    if (before !== undefined) return before
    const hash = createHash('sha256').update(write(value)).digest('hex')
    hashes.set(value, hash)
    return hash
  }
  // A command that runs without asking does not depend on what else was allowed.
  const asks = !who.meaning?.complete || who.startsProcess || cluster?.raw.insecureSkipTlsVerify
  const parts = [
    [cluster !== null, user !== null, meant.name, meant.tokenFor],
    hashed(cluster?.raw ?? null),
    hashed(user?.raw ?? null),
    namedFiles({ cluster, user }).map((path) => named.get(path) ?? null),
    environment.fingerprint,
    [hashed(who.files, () => saidByFiles(who.files)), who.signIn],
    who.program && readOf(who.program),
    ...(who.kubectlRefusal === null ? [] : [[who.kubectlRefusal.problem.code, who.kubectlRefusal.certain]]),
    [file, userFile, clusterFile].map((one) => one && (one.own || one.trusted)),
    asks ? trust : null,
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** What AWS files say, whatever their bytes: comments, order and places change nobody's identity. */
export function saidByFiles({
  config,
  credentials,
  profiles,
  ssoSessions,
  services,
  legacyKeys,
  aliased,
}: AwsFiles): string {
  const settings = (of: Readonly<Record<string, Setting>>) =>
    Object.entries(of)
      .map(([name, { value, nested }]) => [name, value, nested])
      .sort()
  const sections = (of: ReadonlyMap<string, { readonly settings: Readonly<Record<string, Setting>> }>) =>
    [...of].map(([name, section]) => [name, settings(section.settings)]).sort()
  // Of a file that aws refuses nothing is known but that it is as it was.
  const states = [config, credentials].map(({ path, state, refused, revision }) => [
    path,
    state,
    refused && revision,
  ])
  return JSON.stringify([
    states,
    sections(profiles),
    sections(ssoSessions),
    sections(services),
    legacyKeys,
    aliased,
  ])
}

/** The certificate, key and token files that kubectl would read for a context. */
function namedFiles({ cluster, user }: Pick<ResolvedContext, 'cluster' | 'user'>): readonly string[] {
  const { clientCertificate, clientKey, tokenFile } = user?.raw ?? {}
  return [cluster?.raw.certificateAuthority, clientCertificate, clientKey, tokenFile].flatMap(
    (path) => path || [],
  )
}

/** Longer ones are told apart by their length alone: kubectl reads a few kilobytes there. */
const mostBytes = 1024 * 1024

/** The hash of each file that an entry of the user's own files names, each read once. */
export async function hashNamedFiles(
  contexts: readonly ResolvedContext[],
): Promise<ReadonlyMap<string, string>> {
  const paths = new Set<string>()
  for (const { cluster, user, clusterFile, userFile } of contexts) {
    if (clusterFile?.own || clusterFile?.trusted)
      for (const path of namedFiles({ cluster, user: null })) paths.add(path)
    if (userFile?.own || userFile?.trusted)
      for (const path of namedFiles({ cluster: null, user })) paths.add(path)
  }
  const found = new Map<string, string>()
  const left = [...paths]
  const work = async () => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      const read = await readBounded(path, mostBytes)
      found.set(
        path,
        read.state === 'read' ? createHash('sha256').update(read.bytes).digest('hex') : read.state,
      )
    }
  }
  await Promise.all(Array.from({ length: 16 }, work))
  return found
}
