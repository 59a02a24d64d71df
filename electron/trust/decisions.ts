/**
 * The user's decisions, kept in trust.json for window and terminal alike: which commands may run, which foreign files'
 * servers may get a token, which servers may be asked without checking their certificate.
 */
import { randomBytes } from 'node:crypto'
import * as v from 'valibot'
import type { TrustDecision } from '../../shared/ipc/contract'
import type { KubeconfigFile } from '../../shared/kubeconfig/entries'
import { maskAddress, wholeAddress } from '../../shared/kubeconfig/secrets'
import { lazy } from '../../shared/once'
import type { Result } from '../../shared/result'
import { fail, ok } from '../../shared/result'
import type { RawCluster } from '../kubeconfig/read/raw-entries'
import type { DataFile, DataFileKind } from '../system/data-folder'
import { hmac } from './hashes'

/** Beyond this the oldest are forgotten. */
const mostShown = 100_000
const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const decisionSchema = v.object({
  fingerprint: hex,
  kind: v.picklist(['exec', 'credential-process', 'program', 'file', 'insecure']),
  what: v.pipe(v.string(), v.maxLength(8_192)),
  at: v.number(),
})
const trustSchema = v.object({
  /** Key of the fingerprints, so that they reveal nothing of what they bind. Empty until the first decision. */
  key: v.union([v.literal(''), hex]),
  decisions: v.pipe(v.array(decisionSchema), v.maxLength(10_000)),
  /**
   * Keyed hashes of the destinations that writes of Ekscope added, with the users whose tokens were shown for them, and of own
   * users whose tokens may go to a destination of an opened file. They count only next to what is asked: none can be forgotten.
   */
  shown: v.optional(v.pipe(v.array(hex), v.maxLength(mostShown)), []),
})
export type TrustFile = v.InferOutput<typeof trustSchema>

/** trust.json of the data folder. A file that cannot be read counts as no decisions at all. */
export const trustFile: DataFileKind<TrustFile> = {
  name: 'trust.json',
  // Before version 2 a question could hide what would run: decisions of those versions no longer count.
  version: 2,
  schema: trustSchema,
  empty: { key: '', decisions: [], shown: [] },
  loss: 'Nothing that you had allowed counts, so you are asked again.',
}

/** A kubeconfig file as it is now: the decision about it lapses when its content changes. */
export type TrustedFile = Pick<KubeconfigFile, 'path' | 'realPath' | 'revision'>

/** What has been decided, at one moment. Synchronous, so that one check decides by one state. */
export type Trust = ReturnType<typeof trustOf>

/** Keyed hashes of what was shown before a write of Ekscope added it, in any session: another thread can judge by them. */
export interface ShownBefore {
  readonly key: string
  readonly shown: ReadonlySet<string>
}

const addedFingerprint = (key: string, added: string): string => hmac(key, ['brought', added])

/** Whether a write of Ekscope added this key of added-by-write.ts. */
export const wasAddedIn =
  ({ key, shown }: ShownBefore) =>
  (one: string): boolean =>
    shown.size > 0 && shown.has(addedFingerprint(key, one))

/** Where a token goes when no certificate is checked. */
export type InsecureDestination = Pick<RawCluster, 'server' | 'tlsServerName' | 'proxyUrl'>

export type TrustDecisions = ReturnType<typeof openDecisions>

/** What was allowed, by keyed hashes: a value, for the fingerprints of checks that another thread makes. */
export interface Allowed {
  readonly key: string
  readonly fingerprints: ReadonlySet<string>
}

/** The decisions stored in trust.json. */
export function openDecisions(
  file: Pick<DataFile<TrustFile>, 'load' | 'update'>,
  now: () => number = Date.now,
) {
  // Before the first decision there is no key in the file; questions shown meanwhile must keep their fingerprints.
  const freshKey = lazy(() => randomBytes(32).toString('hex'))
  const keyOf = (state: TrustFile) => state.key || freshKey()
  const load = async () => (await file.load()).value

  const keep = (make: (key: string) => Omit<TrustDecision, 'at'>): Promise<Result<null>> =>
    done(
      file.update((state) => {
        const key = keyOf(state)
        const fresh = { ...make(key), at: now() }
        const others = state.decisions.filter(({ fingerprint }) => fingerprint !== fresh.fingerprint)
        return { ...state, key, decisions: [...others, fresh] }
      }),
    )
  const keepShown = async (make: (key: string) => readonly string[]): Promise<Result<null>> => {
    const state = await load()
    const known = new Set(state.shown)
    if (make(keyOf(state)).every((one) => known.has(one))) return ok(null)
    return done(
      file.update((now) => {
        const key = keyOf(now)
        return { ...now, key, shown: [...new Set([...now.shown, ...make(key)])].slice(-mostShown) }
      }),
    )
  }

  return {
    allowed: async (): Promise<Allowed> => {
      const { key, decisions } = await load()
      return { key, fingerprints: new Set(decisions.map(({ fingerprint }) => fingerprint)) }
    },
    /** Reads trust.json again if it changed. */
    load: async () => trustOf(await load(), keyOf),
    /** Stores the key of the fingerprints, so that those of a question that is shown now hold in the next process, too. */
    keepKey: async () =>
      (await load()).key === '' ? done(file.update((state) => ({ ...state, key: keyOf(state) }))) : ok(null),
    /** Allows a command. `what` is shown in the list of decisions, its secrets masked already. */
    allow: (kind: 'exec' | 'credential-process' | 'program', fingerprint: string, what: string) =>
      keep(() => ({ kind, fingerprint, what: what.slice(0, 8_192) })),
    /** Allows tokens to be sent to the servers that this foreign file names. */
    trustFile: (of: TrustedFile) =>
      keep((key) => ({ kind: 'file', fingerprint: fileFingerprint(key, of), what: of.path })),
    /** Stores what writes added: keys of added-by-write.ts. */
    keepAdded: (keys: readonly string[]) =>
      keepShown((hmacKey) => keys.map((one) => addedFingerprint(hmacKey, one))),
    trustInsecure: (path: string, to: InsecureDestination) =>
      keep((key) => {
        const proxy = to.proxyUrl ? ` through ${maskAddress(to.proxyUrl)}` : ''
        return {
          kind: 'insecure',
          fingerprint: insecureFingerprint(key, path, to),
          what: `${maskAddress(to.server ?? '')}${proxy} (${path})`.slice(0, 8_192),
        }
      }),
    forget: (fingerprint: string) =>
      done(
        file.update((state) => ({
          ...state,
          decisions: state.decisions.filter((decision) => decision.fingerprint !== fingerprint),
        })),
      ),
    list: async (): Promise<readonly TrustDecision[]> => (await load()).decisions,
  }
}

function trustOf(state: TrustFile, keyOf: (state: TrustFile) => string) {
  const shown: ReadonlySet<string> = new Set(state.shown)
  const kinds = new Map(state.decisions.map(({ fingerprint, kind }) => [fingerprint, kind]))
  const files = [...kinds.values()].includes('file')
  return {
    /** Key for `decisionFingerprint` and `processFingerprint`, made and used only when needed: a listing mostly needs neither. */
    get key() {
      return keyOf(state)
    },
    /** True for a command, credential_process or path to a program that the user has allowed. */
    allows: (fingerprint: string): boolean =>
      ['exec', 'credential-process', 'program'].includes(kinds.get(fingerprint) ?? ''),
    /** True if tokens may go to the servers that this foreign file names. */
    trustsFile: (file: TrustedFile): boolean =>
      files && file.revision !== null && kinds.get(fileFingerprint(keyOf(state), file)) === 'file',
    /** What writes of Ekscope added. Where nothing was shown there may be no key yet, and none is made for that. */
    added: { key: shown.size > 0 ? keyOf(state) : '', shown },
    /** True if this destination, named by this file, may be asked without checking its certificate. */
    trustsInsecure: (path: string, to: InsecureDestination): boolean =>
      kinds.get(insecureFingerprint(keyOf(state), path, to)) === 'insecure',
  }
}

const fileFingerprint = (key: string, { path, realPath, revision }: TrustedFile): string =>
  hmac(key, ['file', realPath ?? path, revision])

/** Binds the decision that this destination of this file may be asked without checking its certificate. */
export function insecureFingerprint(key: string, file: string, to: InsecureDestination): string {
  const [server, proxy] = [wholeAddress(to.server ?? ''), wholeAddress(to.proxyUrl ?? '')]
  return hmac(key, ['insecure', file, server, to.tlsServerName || null, proxy || null])
}

async function done<T>(work: Promise<Result<T>>): Promise<Result<null>> {
  const result = await work
  return result.ok ? ok(null) : fail(result.fault)
}
