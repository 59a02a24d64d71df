/**
 * What was found by looking for clusters, kept in discovered.json by environment: without secrets, and always shown with its age. What
 * accounts are called there stands in a small file of its own, since every view names them from the start.
 */
import * as v from 'valibot'
import type { AskedBy } from '../../shared/identity/asked-by'
import { type EnvironmentName, environmentNames } from '../../shared/identity/identity'
import type { Looker, LookerState, PlaceState } from '../../shared/identity/sweep'
import {
  accountNamesSeen,
  nothingSwept,
  type Swept,
  type SweptCluster,
  withSwept,
} from '../../shared/identity/swept'
import type { Fault, FaultCode, Result } from '../../shared/result'
import type { DataFolder } from '../system/data-folder'

const text = v.string()
const textOrNull = v.nullable(text)
const flagOrNull = v.nullable(v.boolean())
const faultCodes: Readonly<Record<FaultCode, true>> = {
  'bad-request': true,
  'not-found': true,
  unreadable: true,
  'changed-on-disk': true,
  locked: true,
  conflict: true,
  'shared-entry': true,
  'not-allowed': true,
  'not-writable': true,
  'disk-full': true,
  aws: true,
  unreachable: true,
  cancelled: true,
  timeout: true,
  internal: true,
}
const isFaultCode = (value: unknown): value is FaultCode =>
  typeof value === 'string' && Object.hasOwn(faultCodes, value)
const fault: v.GenericSchema<unknown, Fault> = v.object({
  code: v.custom<FaultCode>(isFaultCode),
  message: text,
  next: text,
})
const looker: v.GenericSchema<unknown, Looker> = v.variant('kind', [
  v.object({ kind: v.literal('profile'), profile: textOrNull, role: textOrNull }),
  v.object({
    kind: v.literal('sso'),
    session: text,
    account: text,
    accountName: textOrNull,
    permissionSet: text,
    profile: textOrNull,
  }),
])
const lookerState: v.GenericSchema<unknown, LookerState> = v.variant('kind', [
  v.object({
    kind: v.literal('known'),
    arn: text,
    account: text,
    accessKeyId: text,
    endpoint: v.optional(textOrNull, null),
  }),
  v.object({ kind: v.literal('nameless'), fault }),
  v.object({ kind: v.literal('sign-in-needed'), fault }),
  v.object({ kind: v.literal('failed'), fault }),
])
const placeState: v.GenericSchema<unknown, PlaceState> = v.variant('kind', [
  v.object({ kind: v.literal('looking') }),
  v.object({ kind: v.literal('found'), clusters: v.number() }),
  v.object({ kind: v.literal('denied'), clusters: v.number(), fault }),
  v.object({ kind: v.literal('waiting'), ms: v.number(), fault }),
  v.object({ kind: v.literal('throttled'), clusters: v.number(), fault }),
  v.object({ kind: v.literal('not-enabled'), fault }),
  v.object({ kind: v.literal('failed'), clusters: v.number(), fault }),
  v.object({ kind: v.literal('stopped') }),
])
/** What an earlier Ekscope kept does not say for whom it is so: it is shown, and not believed until it is asked for anew. */
const unsaid: AskedBy = { account: null, region: '', endpoint: null }
const askedBy: v.GenericSchema<unknown, AskedBy> = v.optional(
  v.object({ account: textOrNull, region: text, endpoint: textOrNull }),
  unsaid,
)
const cluster: v.GenericSchema<unknown, SweptCluster> = v.object({
  arn: text,
  name: text,
  region: text,
  partition: text,
  status: text,
  version: textOrNull,
  endpoint: textOrNull,
  authority: textOrNull,
  serviceRole: textOrNull,
  outpostClusterId: textOrNull,
  authenticationMode: textOrNull,
  publicEndpoint: flagOrNull,
  privateEndpoint: flagOrNull,
  askedBy,
  foundBy: v.array(text),
  at: v.number(),
  goneAt: v.nullable(v.number()),
})
const policy = v.object({ arn: text, name: text, namespaces: v.nullable(v.array(text)) })
const entry = v.object({
  principalArn: text,
  type: text,
  username: textOrNull,
  groups: v.array(text),
  policies: v.array(policy),
  modifiedAt: v.nullable(v.number()),
  problem: textOrNull,
})
const readable = <T>(value: v.GenericSchema<unknown, T>) =>
  v.variant('state', [
    v.object({ state: v.literal('read'), value }),
    v.object({ state: v.literal('not-read'), why: text, next: text }),
  ])
const entries = readable(v.array(entry))
const swept: v.GenericSchema<unknown, Swept> = v.object({
  lookers: v.array(v.object({ id: text, looker, state: v.nullable(lookerState), at: v.number() })),
  places: v.array(v.object({ looker: text, region: text, state: placeState, at: v.number() })),
  clusters: v.array(cluster),
  problems: v.array(
    v.object({
      looker: textOrNull,
      session: textOrNull,
      region: textOrNull,
      cluster: textOrNull,
      signIn: v.optional(v.boolean(), false),
      fault,
    }),
  ),
  access: v.array(v.object({ cluster: text, askedBy, entries, at: v.number() })),
  // Files of earlier versions have neither.
  aliases: v.optional(v.array(v.object({ account: text, alias: readable(textOrNull), at: v.number() })), []),
  enabled: v.optional(
    v.array(v.object({ account: text, regions: readable(v.array(text)), at: v.number() })),
    [],
  ),
})
const kept = v.array(v.object({ environment: v.picklist(environmentNames), swept }))
type Kept = readonly { readonly environment: EnvironmentName; readonly swept: Swept }[]
const schema: v.GenericSchema<unknown, Kept> = kept

const names: v.GenericSchema<unknown, Names> = v.array(
  v.object({ environment: v.picklist(environmentNames), names: v.record(text, text) }),
)
type Names = readonly { readonly environment: EnvironmentName; readonly names: AccountNames }[]

/** What people call accounts, by their numbers. */
export type AccountNames = Readonly<Record<string, string>>

/** What was not seen for so long is forgotten, ms. */
const oldestMs = 90 * 24 * 60 * 60 * 1000

export interface KeptDiscovery {
  load(environment: EnvironmentName): Promise<Swept>
  /** What accounts are called by SSO portals and by themselves, as far as that was seen. */
  accountNames(environment: EnvironmentName): Promise<AccountNames>
  /** What a sweep has found now, put to what was known; answers all of it. */
  keep(environment: EnvironmentName, found: Swept): Promise<Result<Swept>>
}

/** What a clock that was wrong then put into the future must not count as newer for ever. */
function untilNow(swept: Swept, now: number): Swept {
  const was = <T extends { readonly at: number }>(one: T): T => (one.at > now ? { ...one, at: now } : one)
  return {
    lookers: swept.lookers.map(was),
    places: swept.places.map(was),
    clusters: swept.clusters.map(was),
    problems: swept.problems,
    access: swept.access.map(was),
    aliases: swept.aliases.map(was),
    enabled: swept.enabled.map(was),
  }
}

/** What was found, as this data folder has it; `now` in ms since the epoch. */
export function keptDiscovery(folder: DataFolder, now: () => number): KeptDiscovery {
  const file = folder.file<Kept>({ name: 'discovered.json', version: 1, schema, empty: [] })
  const called = folder.file<Names>({ name: 'account-names.json', version: 1, schema: names, empty: [] })
  const accountNames = async (environment: EnvironmentName): Promise<AccountNames> =>
    (await called.load()).value.find((one) => one.environment === environment)?.names ?? {}
  /** What cannot be kept is said by the file beside it. */
  async function keepNames(environment: EnvironmentName, swept: Swept): Promise<void> {
    const seen = Object.fromEntries([...accountNamesSeen(swept)].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (JSON.stringify(seen) === JSON.stringify(await accountNames(environment))) return
    await called.update((before) => [
      ...before.filter((one) => one.environment !== environment),
      { environment, names: seen },
    ])
  }
  const of = (all: Kept, environment: EnvironmentName) =>
    all.find((one) => one.environment === environment)?.swept ?? nothingSwept
  const recent = ({ at }: { readonly at: number }) => now() - at < oldestMs
  return {
    accountNames,
    load: async (environment) => of((await file.load()).value, environment),
    async keep(environment, found) {
      const done = await file.update((before) => {
        const all = withSwept(untilNow(of(before, environment), now()), found)
        const fresh = {
          ...all,
          lookers: all.lookers.filter(recent),
          places: all.places.filter(recent),
          clusters: all.clusters.filter(recent),
          access: all.access.filter(recent),
          aliases: all.aliases.filter(recent),
          enabled: all.enabled.filter(recent),
        }
        return [...before.filter((one) => one.environment !== environment), { environment, swept: fresh }]
      })
      if (!done.ok) return done
      const value = of(done.value, environment)
      await keepNames(environment, value)
      return { ok: true, value }
    },
  }
}
