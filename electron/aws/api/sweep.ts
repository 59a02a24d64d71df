/**
 * Looks for clusters as many identities in many regions at once, and tells everything as it comes: who looks, where it stands in each
 * region, clusters as they are found. One credential per identity, whoever needs the same one shares it; an SSO sign-in that has ended is
 * found by one and told to all, and nothing signs in. A region that is slow, denied or silent holds up no other.
 */
import { setMaxListeners } from 'node:events'
import type { EKSClient } from '@aws-sdk/client-eks'
import type { Readable } from '../../../shared/identity/access'
import { parsePrincipal } from '../../../shared/identity/arn'
import type { EksCluster } from '../../../shared/identity/eks-cluster'
import { allRegions, isRegion, partitionOfRegion } from '../../../shared/identity/regions'
import {
  type Looker,
  type LookerState,
  lookerId,
  type PlaceState,
  type Regions,
  type SweepEvent,
  type SweepRequest,
} from '../../../shared/identity/sweep'
import { once } from '../../../shared/once'
import { type Fault, fail, fault, ok, type Result } from '../../../shared/result'
import { named, quoted } from '../../../shared/visible'
import { openChannel } from '../../system/channel'
import { onAbort } from '../../system/on-abort'
import { slots } from '../../system/slots'
import { principalByChain } from '../chain/intended'
import { loginNeed } from '../chain/sign-in'
import { rowOf } from '../chain/sources'
import { regionFor } from '../files/settings'
import { accessEntries } from './access-entries'
import { accountAlias, enabledRegions } from './account-calls'
import {
  type AskingOptions,
  askedBy,
  chainOf,
  credentialsRequest,
  eksOf,
  missingProfile,
  nameOf,
  scopeOf,
} from './asking-as'
import { type Caller, callerOf } from './caller'
import { type ClientRequest, createClients, type Limits } from './clients'
import { clusterNames, clusterPage, describeCluster } from './clusters'
import { credentialsOf } from './credentials'
import type { Keys } from './keys'
import { askOnce } from './pages'
import { createPatience, type PatienceOptions, usualPatience } from './patience'
import { faultOf, type RefusalKind, type Refused, refused, whyOf } from './refusals'
import { shareCredentials } from './shared-credentials'
import { assignments, ssoSourceOf } from './sso-accounts'

export interface SweepOptions extends AskingOptions {
  readonly patience?: PatienceOptions
  readonly limits?: Limits
  readonly keyLimits?: Limits
}

/** Of one call, which is then asked again or given up (patience.ts). */
const lookingLimits: Limits = { connectMs: 5_000, answerMs: 10_000, attempts: 1 }
/** Of what gives credentials, which answers at once or not at all. */
const keyLimits: Limits = { connectMs: 5_000, answerMs: 10_000, attempts: 5 }
/** What an account says of itself is waited for so long, ms: its regions are looked in all the same where it says nothing. */
const accountMs = 10_000
/** Identities whose credentials are got at once. */
const resolvedAtOnce = 16

/** Looks until all has been seen, or the signal fires; what was seen until then has been told. */
export async function* sweep(
  from: SweepOptions,
  request: SweepRequest,
  signal: AbortSignal,
): AsyncGenerator<SweepEvent> {
  const told = openChannel<SweepEvent>()
  const stop = new AbortController()
  setMaxListeners(0, stop.signal)
  const stopListening = onAbort(signal, () => stop.abort())
  const run = new Sweep(from, request, told.put, stop.signal)
  // A mistake of ours ends the sweep, and is thrown where it is read.
  const done = run.all().finally(told.end)
  try {
    yield* told.items()
    await done
  } finally {
    stopListening()
    stop.abort()
    await done.catch(() => undefined)
    run.close()
  }
}

/** What is known of one looker while it looks. */
interface Looking {
  readonly id: string
  readonly looker: Looker
  readonly name: string
  /** As far as files say; null where that is not known. */
  readonly account: string | null
  /** Where it gets its credentials, and is asked who it is. */
  readonly region: string
  /** The EKS that it asks. What another one answers does not count there. */
  readonly endpoint: string | null
  /** What it signs with; others, once AWS does not take these any more. */
  keys: Keys
  renewing: Promise<Result<Keys>> | null
  caller: Promise<Result<Caller>> | null
  /** AWS does not take its credentials any more: nothing more is asked with them. */
  ended: Refused | null
}

class Sweep {
  readonly #from: SweepOptions
  readonly #request: SweepRequest
  readonly #tell: (event: SweepEvent) => void
  readonly #signal: AbortSignal
  /** For credentials the SDK's own attempts are enough; looking has its own patience. */
  readonly #forKeys
  readonly #forLooking
  readonly #shared
  readonly #patience
  readonly #resolving = slots(resolvedAtOnce)
  readonly #clients = new Map<string, Promise<Result<EKSClient>>>()
  /** By endpoint, account, region and name: described once, whoever lists it. */
  readonly #described = new Map<string, Promise<Result<EksCluster, Refused>>>()
  readonly #entered = new Set<string>()
  /** By account: asked by whoever comes first, and by the others where that one may not. */
  readonly #aliases = new Map<string, Promise<Result<string | null>>>()
  readonly #enabled = new Map<string, Promise<Result<readonly string[]>>>()
  /** The first of each SSO sign-in goes ahead alone, and the first again where keys are renewed half way. */
  readonly #scouts = new Map<string, Promise<Result<Keys>>>()

  constructor(
    from: SweepOptions,
    request: SweepRequest,
    tell: (event: SweepEvent) => void,
    signal: AbortSignal,
  ) {
    this.#from = from
    this.#request = request
    this.#tell = tell
    this.#signal = signal
    const { files, variables } = from
    this.#forKeys = createClients({ files, variables, limits: from.keyLimits ?? keyLimits })
    this.#forLooking = createClients({ files, variables, limits: from.limits ?? lookingLimits })
    this.#shared = shareCredentials(from.now)
    this.#patience = createPatience(from.patience ?? usualPatience)
  }

  close(): void {
    this.#forKeys.close()
    this.#forLooking.close()
  }

  async all(): Promise<void> {
    const { lookers, sessions } = this.#request
    await Promise.all([this.#look(lookers), ...sessions.map((session) => this.#session(session))])
  }

  /** Whom a session can be, account by account, each looking as soon as it is known. */
  async #session(session: string): Promise<void> {
    const bad = (reason: Fault) => this.#tell({ kind: 'session', session, state: lookerStateOf(reason) })
    const source = ssoSourceOf(this.#from.files, session, { account: '', permissionSet: '' })
    const looker: Looker = {
      kind: 'sso',
      session,
      account: '',
      accountName: null,
      permissionSet: '',
      profile: null,
    }
    const asked = credentialsRequest(this.#from, looker, {
      clients: this.#forLooking,
      shared: this.#shared,
      region: source?.region ?? '',
    })
    if (!asked.ok) return bad(asked.fault)
    const { chain } = asked.value
    if (source === null || chain.problem !== null)
      return bad(faultOf(chain.problem ?? { message: '', next: '' }))
    const need = loginNeed(chain, this.#from.files, this.#from.now(), this.#from.rules)
    if (need !== null) return bad(refused('signed-out', faultOf(need)))
    const known = profilesOf(this.#from, session)
    const looking: Promise<void>[] = []
    const found = assignments(
      source,
      { ...asked.value, who: `sso-session ${named(session)}` },
      (task) => this.#patience.ask(`portal ${source.region}`, task, () => undefined, this.#signal),
      this.#signal,
    )
    for await (const some of found) {
      if (!some.ok) bad(some.fault)
      else {
        const lookers = some.value.map((one): Looker => {
          const profile = known.get(JSON.stringify([one.account, one.permissionSet])) ?? null
          return { kind: 'sso', session, ...one, profile }
        })
        looking.push(this.#look(lookers))
      }
    }
    await Promise.all(looking)
  }

  async #look(lookers: readonly Looker[]): Promise<void> {
    const all = lookers.flatMap(
      (looker): readonly { looker: Looker; regions: Result<readonly string[]> }[] => {
        const named = regionsOf(this.#from, looker, this.#request.regions)
        if (!named.ok) return [{ looker, regions: named }]
        const regions = this.#leftIn(named.value)
        // Whoever looks nowhere else does not look.
        return regions.length === 0 ? [] : [{ looker, regions: ok(regions) }]
      },
    )
    // How many it has enabled each account says later.
    const places =
      this.#request.regions.kind === 'enabled'
        ? 0
        : all.reduce((sum, { regions }) => sum + (regions.ok ? regions.value.length : 0), 0)
    this.#tell({ kind: 'lookers', lookers: all.map(({ looker }) => looker), places })
    await Promise.all(
      all.map(({ looker, regions }) => {
        const id = lookerId(looker)
        if (regions.ok) return this.#lookAs(id, looker, regions.value)
        this.#tell({ kind: 'looker', looker: id, state: { kind: 'failed', fault: regions.fault } })
        return undefined
      }),
    )
  }

  #leftIn(regions: readonly string[]): readonly string[] {
    return regions.filter((region) => !this.#request.without.includes(region))
  }

  async #lookAs(id: string, looker: Looker, regions: readonly string[]): Promise<void> {
    const region = signsIn(this.#from, looker, regions)
    const keys = await this.#keysOf(looker, region)
    if (!keys.ok) {
      if (!this.#signal.aborted) this.#tell({ kind: 'looker', looker: id, state: lookerStateOf(keys.fault) })
      return
    }
    const looking: Looking = {
      id,
      looker,
      name: nameOf(this.#from, looker),
      account: principalByChain(chainOf(this.#from, looker)).account,
      region,
      endpoint: eksOf(this.#from, scopeOf(this.#from, looker)),
      keys: keys.value,
      renewing: null,
      caller: null,
      ended: null,
    }
    const named = this.#caller(looking).then((answer) => {
      // What has ended meanwhile stays so, whoever it was.
      if (this.#signal.aborted || looking.ended !== null) return
      if (answer.ok) {
        const { arn, account } = answer.value
        const { keys, endpoint } = looking
        const { accessKeyId } = keys
        this.#tell({
          kind: 'looker',
          looker: id,
          state: { kind: 'known', arn, account, accessKeyId, endpoint },
        })
      } else if (endsAll.has(whyOf(answer.fault)) || whyOf(answer.fault) === 'key-unknown')
        this.#end(looking, refused(whyOf(answer.fault), answer.fault))
      else this.#tell({ kind: 'looker', looker: id, state: { kind: 'nameless', fault: plain(answer.fault) } })
    })
    const places = async () => {
      const here = await this.#regionsFor(looking, regions)
      await Promise.all(here.map((region) => this.#place(looking, region)))
    }
    await Promise.all([named, places(), this.#request.aliases && this.#alias(looking)])
  }

  /** Where it looks: what its account has enabled, where that was asked for and is said; `all`: every one in place of it. */
  async #regionsFor(looking: Looking, all: readonly string[]): Promise<readonly string[]> {
    if (this.#request.regions.kind !== 'enabled') return all
    const account = await this.#accountBySts(looking)
    const answer =
      account === null
        ? null
        : await this.#ofAccount(looking, account, this.#enabled, {
            ask: async (request, call, signal) => {
              const client = await this.#forKeys.account(request)
              return client.ok ? enabledRegions(client.value, call, askOnce, signal) : client
            },
            tell: (regions) => this.#tell({ kind: 'enabled', account, regions }),
          })
    const regions = answer?.ok ? this.#leftIn(answer.value) : all
    if (!this.#signal.aborted) this.#tell({ kind: 'lookers', lookers: [], places: regions.length })
    return regions
  }

  async #alias(looking: Looking): Promise<void> {
    const { looker } = looking
    // The portal says what its people call the account.
    if (looker.kind === 'sso' && looker.accountName !== null) return
    const account = await this.#accountBySts(looking)
    if (account === null) return
    await this.#ofAccount(looking, account, this.#aliases, {
      ask: async (request, call, signal) => {
        const client = await this.#forKeys.iam(request)
        return client.ok ? accountAlias(client.value, call, askOnce, signal) : client
      },
      tell: (alias) => this.#tell({ kind: 'alias', account, alias }),
    })
  }

  /** Null where STS does not say it: then there is nothing to ask it about. */
  async #accountBySts(looking: Looking): Promise<string | null> {
    const caller = await this.#caller(looking)
    return caller.ok ? caller.value.account : null
  }

  /** What an account says of itself: asked once, and once more by each who may it perhaps where another may not. */
  async #ofAccount<T>(
    looking: Looking,
    account: string,
    known: Map<string, Promise<Result<T>>>,
    { ask, tell }: AboutAccount<T>,
  ): Promise<Result<T>> {
    // Endpoints of others than AWS may say something else.
    const key = `${account} ${looking.endpoint}`
    const before = await known.get(key)
    if (before?.ok) return before
    const asking = this.#resolving(async (): Promise<Result<T>> => {
      const stop = new AbortController()
      const stopListening = onAbort(this.#signal, () => stop.abort())
      const late = setTimeout(() => stop.abort(), accountMs)
      const { looker, region, keys, name } = looking
      const request = { profile: scopeOf(this.#from, looker), region, keys }
      const answer = await ask(request, { who: name, region }, stop.signal)
      clearTimeout(late)
      stopListening()
      if (this.#signal.aborted) return answer
      if (answer.ok) tell({ state: 'read', value: answer.value })
      else {
        const { message, next } = stop.signal.aborted ? tooLate(name) : answer.fault
        tell({ state: 'not-read', why: message, next })
      }
      return answer
    })
    known.set(key, asking)
    return asking
  }

  /** Who it is, as STS says; asked once. */
  #caller(looking: Looking): Promise<Result<Caller>> {
    looking.caller ??= this.#askCaller(looking)
    return looking.caller
  }

  async #askCaller(looking: Looking): Promise<Result<Caller>> {
    const { looker, name: who, region, keys } = looking
    const profile = scopeOf(this.#from, looker)
    const ask = () =>
      this.#resolving(() =>
        callerOf(this.#forKeys, { profile, region, keys: looking.keys, who }, this.#signal),
      )
    const first = await ask()
    if (first.ok || whyOf(first.fault) !== 'expired') return first
    const renewed = await this.#renewed(looking, keys.accessKeyId)
    return renewed.ok ? ask() : renewed
  }

  /** One credential per looker and partition; of lookers that one sign-in gives, one goes ahead. */
  async #keysOf(looker: Looker, region: string, when: 'first' | 'renewed' = 'first'): Promise<Result<Keys>> {
    const chain = chainOf(this.#from, looker)
    const signIn = chain.source === null ? null : rowOf(chain.source).renews(chain.source)
    const resolve = () => this.#resolving(() => this.#resolve(looker, region))
    if (signIn === null) return resolve()
    const sign = `${when} ${signIn}`
    const scout = this.#scouts.get(sign)
    if (scout === undefined) {
      const first = resolve()
      this.#scouts.set(sign, first)
      return first
    }
    const ahead = await scout
    if (ahead.ok || whyOf(ahead.fault) !== 'signed-out') return resolve()
    const said = `The sign-in that ${nameOf(this.#from, looker)} depends on has ended.`
    return fail(refused('signed-out', fault('aws', said, ahead.fault.next)))
  }

  async #resolve(looker: Looker, region: string): Promise<Result<Keys>> {
    const asked = credentialsRequest(this.#from, looker, {
      clients: this.#forKeys,
      shared: this.#shared,
      // Credentials of a partition are good in all of its regions.
      region,
    })
    if (!asked.ok) return asked
    const { chain, files, now, rules } = asked.value
    const need = chain.problem === null ? loginNeed(chain, files, now, rules) : null
    if (need !== null) return fail(refused('signed-out', faultOf(need)))
    return credentialsOf(asked.value, this.#signal)
  }

  async #place(looking: Looking, region: string): Promise<void> {
    const tell = (state: PlaceState) => this.#tell({ kind: 'place', looker: looking.id, region, state })
    const refusals = new Refusals()
    let clusters = 0
    const describing: Promise<void>[] = []
    const names = clusterNames(region, (page) =>
      this.#ask(
        looking,
        region,
        (client, call) => clusterPage(client, page, call, this.#signal),
        (ms, reason) => tell({ kind: 'waiting', ms, fault: reason }),
        () => tell({ kind: 'looking' }),
      ),
    )
    let end: PlaceState | null = null
    for await (const page of names) {
      if (page.ok) {
        clusters += page.value.length
        for (const name of page.value) describing.push(this.#cluster(looking, region, name, refusals))
      } else end = endOf(page.fault, clusters)
    }
    if (end?.kind === 'not-enabled') {
      // A key that STS does not know either is not one of a region that is not enabled.
      await this.#caller(looking)
      if (looking.ended !== null) end = endOf(looking.ended, clusters)
    }
    await Promise.all(describing)
    if (refusals.tooMany !== null) end ??= endOf(refusals.tooMany, clusters)
    tell(this.#signal.aborted ? { kind: 'stopped' } : (end ?? { kind: 'found', clusters }))
  }

  /** Names are unique in an account's region; who is not known has clusters of its own. */
  async #accountOf(looking: Looking): Promise<string> {
    if (looking.account !== null) return looking.account
    const caller = await this.#caller(looking)
    return caller.ok ? caller.value.account : looking.id
  }

  async #cluster(looking: Looking, region: string, name: string, refusals: Refusals): Promise<void> {
    const key = JSON.stringify([looking.endpoint, await this.#accountOf(looking), region, name])
    let answer = await this.#described.get(key)
    // Whom AWS does not let describe it asks for nobody else.
    if (answer === undefined || !answer.ok) {
      const by = askedBy(this.#from, looking.looker, region, await this.#caller(looking))
      const asking = this.#ask(looking, region, async (client, { who }) => {
        const known = refusals.tooMany
        if (known !== null) return fail(known)
        return describeCluster(client, name, { who, asking: by }, this.#signal)
      })
      this.#described.set(key, asking)
      answer = await asking
      if (refusals.tooMany !== null) return
      refusals.note(answer)
    }
    if (this.#signal.aborted) return
    const { id } = looking
    if (!answer.ok) {
      this.#tell({ kind: 'undescribed', looker: id, region, name, fault: answer.fault })
      return
    }
    this.#tell({ kind: 'cluster', looker: id, cluster: answer.value })
    if (this.#request.access) await this.#access(looking, answer.value)
  }

  async #access(
    looking: Looking,
    { arn, region, name, authenticationMode, askedBy }: EksCluster,
  ): Promise<void> {
    const there = `${arn} ${askedBy.endpoint}`
    if (this.#entered.has(there)) return
    this.#entered.add(there)
    if (authenticationMode === 'CONFIG_MAP') {
      this.#tell({ kind: 'access', cluster: arn, askedBy, entries: { state: 'read', value: [] } })
      return
    }
    const client = await this.#client(looking, region)
    if (!client.ok) return
    const lane = this.#laneOf(looking, region)
    const entries = await accessEntries(
      client.value,
      { who: looking.name, region, cluster: name },
      this.#signal,
      (task) => this.#patience.ask(lane, task, () => undefined, this.#signal),
    )
    // Another who sees the cluster may read them.
    if (entries.state === 'not-read') this.#entered.delete(there)
    if (!this.#signal.aborted) this.#tell({ kind: 'access', cluster: arn, askedBy, entries })
  }

  async #ask<T>(
    looking: Looking,
    region: string,
    task: (
      client: EKSClient,
      call: { readonly who: string; readonly region: string },
    ) => Promise<Result<T, Refused>>,
    onWait: (ms: number, reason: Refused) => void = () => undefined,
    onBegin: () => void = () => undefined,
  ): Promise<Result<T, Refused>> {
    for (let again = false; ; again = true) {
      if (looking.ended !== null) return fail(looking.ended)
      const { accessKeyId } = looking.keys
      const client = await this.#client(looking, region)
      if (!client.ok) return fail(refused(whyOf(client.fault), client.fault))
      const answer = await this.#patience.ask(
        this.#laneOf(looking, region),
        () => {
          onBegin()
          return looking.ended === null
            ? task(client.value, { who: looking.name, region })
            : Promise.resolve(fail(looking.ended))
        },
        onWait,
        this.#signal,
      )
      if (answer.ok || looking.ended !== null || !endsAll.has(answer.fault.why)) return answer
      // Once: what ended half way is got anew where that needs nobody.
      const renewed =
        answer.fault.why === 'expired' && !again ? await this.#renewed(looking, accessKeyId) : null
      if (renewed?.ok) continue
      this.#end(looking, renewed === null ? answer.fault : refused(whyOf(renewed.fault), renewed.fault))
      return answer
    }
  }

  #end(looking: Looking, reason: Refused): void {
    if (looking.ended !== null) return
    looking.ended = reason
    if (!this.#signal.aborted)
      this.#tell({ kind: 'looker', looker: looking.id, state: lookerStateOf(reason) })
  }

  /** Other keys than these, which AWS does not take any more; got once, whoever finds it first. */
  async #renewed(looking: Looking, accessKeyId: string): Promise<Result<Keys>> {
    if (looking.keys.accessKeyId !== accessKeyId) return ok(looking.keys)
    looking.renewing ??= this.#renew(looking, accessKeyId)
    const renewed = await looking.renewing
    looking.renewing = null
    return renewed
  }

  async #renew(looking: Looking, accessKeyId: string): Promise<Result<Keys>> {
    this.#shared.forget(accessKeyId)
    const next = await this.#keysOf(looking.looker, looking.region, 'renewed')
    if (!next.ok) return next
    if (next.value.accessKeyId === accessKeyId) {
      const said = `The credentials of ${looking.name} have expired, and nothing gives new ones.`
      return fail(refused('expired', fault('aws', said, 'Renew the credentials, then search again.')))
    }
    looking.keys = next.value
    return next
  }

  async #client({ looker, keys }: Looking, region: string): Promise<Result<EKSClient>> {
    const profile = scopeOf(this.#from, looker)
    const name = JSON.stringify([keys.accessKeyId, profile, region])
    return once(this.#clients, name, () => this.#forLooking.eks({ profile, region, keys }))
  }

  /** AWS counts the calls of an account's region together. */
  #laneOf({ account, id, endpoint }: Looking, region: string): string {
    return `${account ?? id} ${region} ${endpoint}`
  }
}

/** One of the calls about an account, and who is told what came of it. */
interface AboutAccount<T> {
  readonly ask: (
    request: ClientRequest,
    call: { readonly who: string; readonly region: string },
    signal: AbortSignal,
  ) => Promise<Result<T>>
  readonly tell: (answer: Readable<T>) => void
}

const tooLate = (who: string): Fault =>
  fault(
    'timeout',
    `AWS did not answer ${who} in time about its account.`,
    'Check network and proxy, then search again.',
  )

/**
 * Clusters that one looker may not describe in a region, one after the other. Where policies say so somebody may see one of very many; what
 * lists clusters and knows none of them is not EKS.
 */
class Refusals {
  #inTurn = 0
  /** The one after which nothing more is described there; null until then. */
  tooMany: Refused | null = null

  note(answer: Result<unknown, Refused>): void {
    this.#inTurn = answer.ok ? 0 : this.#inTurn + 1
    if (answer.ok) return
    if (this.#inTurn >= (answer.fault.why === 'denied' ? 1_000 : 25)) this.tooMany ??= answer.fault
  }
}

/** Refusals after which the same credentials are asked for nothing more. */
const endsAll: ReadonlySet<RefusalKind> = new Set(['expired', 'signed-out', 'signature'])

function lookerStateOf(reason: Fault): LookerState {
  const kind = whyOf(reason) === 'signed-out' ? 'sign-in-needed' : 'failed'
  return { kind, fault: plain(reason) }
}

/** What crosses is the fault alone. */
const plain = ({ code, message, next }: Fault): Fault => ({ code, message, next })

function endOf(reason: Refused, clusters: number): PlaceState {
  const known = plain(reason)
  switch (reason.why) {
    case 'denied':
      return { kind: 'denied', clusters, fault: known }
    case 'throttled':
      return { kind: 'throttled', clusters, fault: known }
    case 'key-unknown':
      return { kind: 'not-enabled', fault: known }
    case 'cancelled':
      return { kind: 'stopped' }
    default:
      return { kind: 'failed', clusters, fault: known }
  }
}

/** Profiles that are for just one permission set of a session, by account and permission set; the first of each. */
function profilesOf({ files }: AskingOptions, session: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { name, settings } of files.profiles.values()) {
    if (settings.sso_session?.value !== session || settings.role_arn !== undefined) continue
    const key = JSON.stringify([settings.sso_account_id?.value, settings.sso_role_name?.value])
    if (!found.has(key)) found.set(key, name)
  }
  return found
}

/** Where a looker looks: of its own partition, as far as files say which that is. */
export function regionsOf(from: AskingOptions, looker: Looker, wanted: Regions): Result<readonly string[]> {
  const missing = missingProfile(from, looker)
  if (missing !== null) return fail(missing)
  const chain = chainOf(from, looker)
  const role = looker.kind === 'profile' ? looker.role : null
  const principal = role === null ? principalByChain(chain) : parsePrincipal(role)
  const home = regionFor(from.files, scopeOf(from, looker), from.variables)?.value ?? ssoRegion(from, looker)
  const partition = principal?.partition ?? (home === null ? null : partitionOfRegion(home))
  const name = nameOf(from, looker)
  if (wanted.kind === 'own') {
    if (home !== null && isRegion(home)) return ok([home])
    if (chain.problem !== null) return fail(faultOf(chain.problem))
    return fail(
      fault(
        'bad-request',
        home === null
          ? `No region is named for ${name}.`
          : `The region of ${name}, ${quoted(home)}, is not an AWS region.`,
        'Name regions, or search all of them.',
      ),
    )
  }
  const all = wanted.kind === 'these' ? wanted.regions : allRegions
  const fitting = all.filter((region) => partitionOfRegion(region) === (partition ?? 'aws'))
  // Where its partition is not known, the regions that were named are asked all the same.
  if (partition === null && wanted.kind === 'these') return ok(wanted.regions)
  if (fitting.length > 0) return ok(fitting)
  return fail(
    fault(
      'bad-request',
      `${name} is in partition ${partition}, and none of the regions is.`,
      'Name a region of that partition.',
    ),
  )
}

/** Where it gets credentials, which are good in the whole partition: at home, because the first of many regions may be silent or not enabled. */
function signsIn(from: AskingOptions, looker: Looker, regions: readonly string[]): string {
  const home = regionFor(from.files, scopeOf(from, looker), from.variables)?.value ?? ssoRegion(from, looker)
  const first = regions[0] ?? ''
  const fits = home !== null && isRegion(home) && partitionOfRegion(home) === partitionOfRegion(first)
  return fits ? home : first
}

function ssoRegion({ files }: AskingOptions, looker: Looker): string | null {
  return looker.kind === 'sso'
    ? (files.ssoSessions.get(looker.session)?.settings.sso_region?.value ?? null)
    : null
}
