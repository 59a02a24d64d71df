/**
 * Looking for clusters as many identities in many regions at once. Values without secrets: they may cross IPC. `electron/aws/api`
 * does the looking.
 */
import * as v from 'valibot'
import type { Inferred } from '../inferred'
import { type Fault, faultSchema, ok, type Result, refuse } from '../result'
import { named, quoted } from '../visible'
import type { AccessEntry, Readable, SessionName } from './access-entries'
import type { AskedBy } from './asked-by'
import type { EksCluster } from './eks-cluster'

/** The identity that looks. */
export const lookerSchema = v.variant('kind', [
  v.object({
    kind: v.literal('profile'),
    /** Null: the identity that the environment gives. */
    profile: v.nullable(v.string()),
    /** A role on top of it; null for none. */
    role: v.nullable(v.string()),
  }),
  /** A permission set in an account that an SSO sign-in can see, with a profile for it or without. */
  v.object({
    kind: v.literal('sso'),
    session: v.string(),
    account: v.string(),
    accountName: v.nullable(v.string()),
    permissionSet: v.string(),
    /** The profile that is for just this; null where there is none. */
    profile: v.nullable(v.string()),
  }),
])
export type Looker = Inferred<typeof lookerSchema>

/** The same for the same looker. */
export function lookerId(looker: Looker): string {
  return looker.kind === 'profile'
    ? JSON.stringify(['profile', looker.profile, looker.role])
    : JSON.stringify(['sso', looker.session, looker.account, looker.permissionSet])
}

/** Its name for the user: `prod`, `prod → role Admin`, `corp: 123456789012 Admin`. */
export function lookerName(looker: Looker): string {
  if (looker.kind === 'sso')
    return `${looker.session}: ${looker.accountName ?? looker.account} ${looker.permissionSet}`
  const base = looker.profile ?? '(environment)'
  return looker.role === null ? base : `${base} → ${looker.role.slice(looker.role.lastIndexOf('/') + 1)}`
}

/** As a sentence calls it: `profile pay`; null where the environment decides which identity it is. */
export function lookerInSentence(looker: Looker): string | null {
  if (looker.kind === 'sso') {
    const where = looker.accountName ?? looker.account
    return `${looker.permissionSet} in ${where} (sso-session ${named(looker.session)})`
  }
  return looker.profile === null ? null : withRole(looker.role, `profile ${named(looker.profile)}`)
}
/** The same without a profile, in an environment that a sentence calls so. */
export const keysInSentence = (looker: Looker, environment: string): string =>
  withRole(looker.kind === 'profile' ? looker.role : null, `whoever ${environment} gives`)
const withRole = (role: string | null, base: string): string =>
  role === null ? base : `role ${named(role)} from ${base}`

/** Which regions are searched: the home region of each looker, all that its account has enabled, all that AWS has, or these. */
export type Regions =
  | { readonly kind: 'own' }
  /** As the account itself says; all, where it does not say. */
  | { readonly kind: 'enabled' }
  | { readonly kind: 'all' }
  | { readonly kind: 'these'; readonly regions: readonly string[] }

export interface SweepRequest {
  readonly lookers: readonly Looker[]
  /** SSO sessions of which every account and permission set looks. */
  readonly sessions: readonly string[]
  readonly regions: Regions
  /** Regions that are left out of all of them. */
  readonly without: readonly string[]
  /** Also who may enter each cluster, by its access entries. */
  readonly access: boolean
  /** Also what accounts call themselves, where no SSO portal says it. */
  readonly aliases: boolean
}

/** The identities that the user wants to look as: these, else all that files and environment name. */
export interface Wanted extends SweepRequest {
  /** A role that each profile assumes first; null for none. */
  readonly role: string | null
  /** Profiles that do not look; an empty one is the identity that the environment gives. */
  readonly withoutProfiles: readonly string[]
}

/** An identity that could look, as files and environment have it before AWS is asked. */
export interface Candidate {
  readonly looker: Looker
  /** Null where files do not say it. */
  readonly arn: string | null
  readonly account: string | null
  readonly permissionSet: string | null
  /** The SSO session by which it signs in; null for every other way. */
  readonly session: string | null
  /** How its chain calls the session of its role; `as-before`: as that of the last one. */
  readonly called: SessionName | 'as-before'
}

/** Which identities look, of those that can. Faults: `not-found`, where none is left, or no file has a session or a profile. */
export function sweepFor(
  { lookers, sessions, regions, without, withoutProfiles, access, aliases, role }: Wanted,
  everyone: readonly Looker[],
  known: readonly string[],
): Result<SweepRequest> {
  const unknown = sessions.find((session) => !known.includes(session))
  if (unknown !== undefined)
    return refuse(
      'not-found',
      `no AWS file has an sso-session ${quoted(unknown)}.`,
      'Name a session that has a section [sso-session …].',
    )
  const nobody = withoutProfiles.find((name) => !everyone.some(({ profile }) => (profile ?? '') === name))
  if (nobody !== undefined)
    return refuse(
      'not-found',
      `profile ${quoted(nobody)} is not among the identities to search as anyway.`,
      'Name a profile that leads to credentials.',
    )
  const named = (lookers.length > 0 || sessions.length > 0 ? lookers : everyone).filter(
    ({ profile }) => !withoutProfiles.includes(profile ?? ''),
  )
  if (named.length === 0 && sessions.length === 0 && withoutProfiles.length > 0)
    return refuse('not-found', 'every profile is left out.', 'Leave fewer of them out.')
  if (named.length === 0 && sessions.length === 0)
    return refuse(
      'not-found',
      'there is no identity to search as: no profile leads to credentials, and the environment exports no keys.',
      'Name an SSO session with --session, or write a profile.',
    )
  const first = (looker: Looker): Looker =>
    looker.kind === 'profile' && role !== null ? { ...looker, role } : looker
  return ok({ lookers: named.map(first), sessions, regions, without, access, aliases })
}

/** The state of a looker in a region. */
export const placeStateSchema = v.variant('kind', [
  v.object({ kind: v.literal('looking') }),
  /** All of it was seen. */
  v.object({ kind: v.literal('found'), clusters: v.number() }),
  v.object({ kind: v.literal('denied'), clusters: v.number(), fault: faultSchema }),
  /** AWS asks to slow down, or did not answer; it is asked again after `ms`. */
  v.object({ kind: v.literal('waiting'), ms: v.number(), fault: faultSchema }),
  /** AWS throttled to the end. */
  v.object({ kind: v.literal('throttled'), clusters: v.number(), fault: faultSchema }),
  /** The account has not enabled the region, as far as the answer says. */
  v.object({ kind: v.literal('not-enabled'), fault: faultSchema }),
  v.object({ kind: v.literal('failed'), clusters: v.number(), fault: faultSchema }),
  v.object({ kind: v.literal('stopped') }),
])
export type PlaceState = Inferred<typeof placeStateSchema>

/** The state of a looker itself. */
export const lookerStateSchema = v.variant('kind', [
  v.object({
    kind: v.literal('known'),
    arn: v.string(),
    account: v.string(),
    accessKeyId: v.string(),
    /** Of the EKS that it asks, as `AskedBy` has it. An earlier Ekscope did not keep it. */
    endpoint: v.optional(v.nullable(v.string()), null),
  }),
  /** It looks, but STS did not say which identity it is. */
  v.object({ kind: v.literal('nameless'), fault: faultSchema }),
  v.object({ kind: v.literal('sign-in-needed'), fault: faultSchema }),
  v.object({ kind: v.literal('failed'), fault: faultSchema }),
])
export type LookerState = Inferred<typeof lookerStateSchema>

export type SweepEvent =
  /** What is to be done, as far as is known: sessions add more, and so do accounts that say what they have enabled. */
  | { readonly kind: 'lookers'; readonly lookers: readonly Looker[]; readonly places: number }
  /** A session that could not be looked into. */
  | { readonly kind: 'session'; readonly session: string; readonly state: LookerState }
  | { readonly kind: 'looker'; readonly looker: string; readonly state: LookerState }
  | { readonly kind: 'place'; readonly looker: string; readonly region: string; readonly state: PlaceState }
  /** Once for each cluster and looker that lists it. */
  | { readonly kind: 'cluster'; readonly looker: string; readonly cluster: EksCluster }
  /** It is listed, and may not be described. */
  | {
      readonly kind: 'undescribed'
      readonly looker: string
      readonly region: string
      readonly name: string
      readonly fault: Fault
    }
  | {
      readonly kind: 'access'
      readonly cluster: string
      readonly askedBy: AskedBy
      readonly entries: Readable<readonly AccessEntry[]>
    }
  /** What an account calls itself; null: it has no alias. */
  | { readonly kind: 'alias'; readonly account: string; readonly alias: Readable<string | null> }
  /** Which regions an account has enabled. */
  | { readonly kind: 'enabled'; readonly account: string; readonly regions: Readable<readonly string[]> }

/** Whether a place was seen to its end, so that what was not found there is not there. */
export const isWhole = (state: PlaceState): boolean => state.kind === 'found'
