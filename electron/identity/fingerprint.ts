/** What a check depends on, as a hash: a change in any of it makes the result stale. */
import { createHash } from 'node:crypto'
import type { MeantCluster } from '../../shared/identity/identity'
import { once } from '../../shared/once'
import { rowOf } from '../aws/chain/credential-sources'
import { entryVariables } from '../aws/chain/intended-identity'
import type { AwsFiles, Setting } from '../aws/files/aws-files'
import { readBounded } from '../aws/files/read'
import type { ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import type { Environment } from '../system/environment'
import { slots } from '../system/slots'
import { commandPermission, decisionFingerprint, processFingerprint } from '../trust/command-permission'
import { type Allowed, insecureFingerprint } from '../trust/decisions'
import { examineCommand, examineProcess, type Lookups } from '../trust/examine'
import { asWritten } from './entry-text'
import { readOf, type UserIdentity } from './user-identity'

/** What the fingerprints of one assembly share. */
interface Fingerprinting {
  readonly environment: Environment
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
 * What a check depends on: what kubectl would run and send, or refuse, the files that it names, what the AWS files say, the
 * sign-in behind it, the environment and, where they matter, the user's decisions. Names of entries do not count. Values are
 * hashed per entry, so that a long certificate is read once.
 */
export function fingerprintOf(
  { resolved: { cluster, user, file, userFile, clusterFile }, meant, who }: Printed,
  { environment, hashes, named }: Fingerprinting,
  allowed: readonly string[],
): string {
  const hashed = (value: object | null, write: (value: object) => string = asWritten) =>
    value === null ? null : once(hashes, value, () => sha256(write(value)))
  /** What AWS files say to the command: nothing of profiles that it does not reach, and nothing at all where none runs. */
  const said = () => {
    const { meaning, files } = who
    if (meaning === null) return ''
    const read = profilesRead(who, {
      ...environment.variables,
      ...entryVariables(user?.raw.exec ?? null).variables,
    })
    return read === null ? (hashed(files, () => saidByFiles(files)) ?? '') : saidByFiles(files, read)
  }
  const parts = [
    [cluster !== null, user !== null, meant.name, meant.tokenFor],
    hashed(cluster?.raw ?? null),
    hashed(user?.raw ?? null),
    namedFiles({ cluster, user }).map((path) => named.get(path) ?? null),
    environment.fingerprint,
    [hashed(who.actor, said), who.signIn],
    who.program && readOf(who.program),
    ...(who.kubectlRefusal === null ? [] : [[who.kubectlRefusal.problem.code, who.kubectlRefusal.certain]]),
    [file, userFile, clusterFile].map((one) => one && (one.own || one.trusted)),
    allowed,
  ]
  return sha256(JSON.stringify(parts))
}

/**
 * What the user allowed of all that would be asked about this context, by its hashes: of its command, of the program that its
 * profile starts, of a server without a certificate. What is allowed of others changes nothing here.
 */
export async function allowedOf(
  { resolved: { cluster, user }, who: { meaning, chain } }: Omit<Printed, 'meant'>,
  { key, fingerprints }: Allowed,
  lookups: Lookups,
): Promise<readonly string[]> {
  if (fingerprints.size === 0) return []
  const asked: string[] = []
  const exec = user?.raw.exec
  if (exec && meaning?.complete === false) {
    const facts = await examineCommand(exec, user.file, cluster?.raw ?? null, lookups)
    const permission = commandPermission(facts)
    if (permission.kind === 'ask') asked.push(decisionFingerprint(key, facts, permission))
  }
  const source = chain?.source ?? null
  const process = source && rowOf(source).starts(source)
  if (process !== null) asked.push(processFingerprint(key, await examineProcess(process, lookups)))
  if (cluster?.raw.insecureSkipTlsVerify) asked.push(insecureFingerprint(key, cluster.file, cluster.raw))
  return asked.filter((one) => fingerprints.has(one))
}

const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex')

/** By which aws chooses a profile where no argument does. */
const choosing = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'] as const

/** How many profiles in a chain are followed; aws itself follows some three hundred. */
const mostBehind = 400

/**
 * The names of profiles, SSO sessions and services that a command reaches: the chosen profile, and everything that any setting
 * of these names. Null where it may read any: a program other than aws and the authenticator, an alias, a credential_process, or
 * more of them than aws would follow.
 */
function profilesRead(
  { meaning, files, profile, profilePinnedBy }: UserIdentity,
  variables: Readonly<Record<string, string | undefined>>,
): ReadonlySet<string> | null {
  if (meaning?.program === 'other' || files.aliased !== null) return null
  const { profiles, ssoSessions, services } = files
  // An argument chooses before any variable.
  const chosen =
    profilePinnedBy === 'arg' ? [profile] : [profile, ...choosing.map((name) => variables[name]), 'default']
  const read = new Set(chosen.flatMap((name) => name || []))
  for (const name of read) {
    if (read.size > mostBehind) return null
    for (const section of [profiles.get(name), ssoSessions.get(name), services.get(name)]) {
      for (const [key, { value, nested }] of Object.entries(section?.settings ?? {})) {
        if (key === 'credential_process') return null
        for (const one of [value, ...Object.values(nested)])
          if (profiles.has(one) || ssoSessions.has(one) || services.has(one)) read.add(one)
      }
    }
  }
  return read
}

/**
 * What AWS files say, whatever their bytes: comments, order and places change no identity. `only`: of profiles, sessions and
 * services of these names.
 */
export function saidByFiles(
  { config, credentials, profiles, ssoSessions, services, plugins, legacyKeys, aliased }: AwsFiles,
  only: ReadonlySet<string> | null = null,
): string {
  const settings = (of: Readonly<Record<string, Setting>>) =>
    Object.entries(of)
      .map(([name, { value, nested }]) => [name, value, nested])
      .sort()
  const sections = (of: ReadonlyMap<string, { readonly settings: Readonly<Record<string, Setting>> }>) =>
    // One by one: each of ten thousand profiles may have a context of its own.
    [...(only ?? of.keys())]
      .flatMap((name) => {
        const section = of.get(name)
        return section === undefined ? [] : [[name, settings(section.settings)]]
      })
      .sort()
  // Of a file that aws refuses only its revision is known.
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
    ...(plugins === null ? [] : [settings(plugins.settings)]),
  ])
}

/** The certificate, key and token files that kubectl would read for a context. */
function namedFiles({ cluster, user }: Pick<ResolvedContext, 'cluster' | 'user'>): readonly string[] {
  const { clientCertificate, clientKey, tokenFile } = user?.raw ?? {}
  return [cluster?.raw.certificateAuthority, clientCertificate, clientKey, tokenFile].flatMap(
    (path) => path || [],
  )
}

/** Longer ones are distinguished by their length alone: kubectl reads a few kilobytes there. */
const mostBytes = 1024 * 1024

/** The files that entries of the user's own files name, each once. */
export function filesNamedBy(contexts: readonly ResolvedContext[]): readonly string[] {
  const paths = new Set<string>()
  for (const { cluster, user, clusterFile, userFile } of contexts) {
    if (clusterFile?.own || clusterFile?.trusted)
      for (const path of namedFiles({ cluster, user: null })) paths.add(path)
    if (userFile?.own || userFile?.trusted)
      for (const path of namedFiles({ cluster: null, user })) paths.add(path)
  }
  return [...paths]
}

/** The hash of each of these files, by path. */
export async function hashFiles(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const turn = slots(16)
  const hashed = paths.map((path) =>
    turn(async () => {
      const read = await readBounded(path, mostBytes)
      const said = read.state === 'read' ? sha256(read.bytes) : read.state
      return [path, said] as const
    }),
  )
  return new Map(await Promise.all(hashed))
}
