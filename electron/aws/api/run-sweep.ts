/**
 * Looks for clusters with many identities in many regions at once, and reports everything as it comes: which identities look,
 * how far each is in each region, clusters as they are found. One credential per identity, shared by all that need it. An SSO
 * sign-in that has ended is found by one and reported for all; nothing signs in. A slow, denied or silent region delays no
 * other.
 */
import type { EKSClient } from '@aws-sdk/client-eks'
import type { Readable } from '../../../shared/identity/access-entries'
import { parsePrincipal } from '../../../shared/identity/arn'
import type { EksCluster } from '../../../shared/identity/eks-cluster'
import { allRegions, isRegion, partitionOfRegion } from '../../../shared/identity/regions'
import type {
  Looker,
  LookerState,
  PlaceState,
  Regions,
  SweepEvent,
  SweepRequest,
} from '../../../shared/identity/sweep'
import { once } from '../../../shared/once'
import { type Fault, fail, fault, ok, type Result, refuse } from '../../../shared/result'
import { named, quoted } from '../../../shared/visible'
import { withTimeLimit } from '../../net/time-limit'
import { slots } from '../../system/slots'
import { rowOf } from '../chain/credential-sources'
import { principalByChain } from '../chain/intended-identity'
import { loginNeed } from '../chain/sign-in-facts'
import { accessEntries } from './access-entries'
import type { Keys } from './access-keys'
import { accountAlias, enabledRegions } from './account-calls'
import { type Asker, askedBy, askerOf, openAsking } from './asking-as'
import { type Caller, callerOf } from './caller-identity'
import type { BoundClient } from './calls'
import { type ClientOf, createClients, type Limits, type MakeClient } from './clients'
import type { AskingOptions } from './credentials-request'
import { clusterNames, clusterPage, describeCluster } from './list-clusters'
import { assignments } from './portal'
import { faultOf, type RefusalKind, type Refused, refused, whyOf } from './refusals'
import { createPatience, type PatienceOptions, usualPatience } from './throttling'

export interface SweepOptions extends AskingOptions {
  readonly patience?: PatienceOptions
  readonly limits?: Limits
  readonly keyLimits?: Limits
}

/** Of one call, which is then asked again or given up (throttling.ts). */
const lookingLimits: Limits = { connectMs: 5_000, answerMs: 10_000, attempts: 1 }
/** Of services that give credentials, which answer at once or not at all. */
const keyLimits: Limits = { connectMs: 5_000, answerMs: 10_000, attempts: 5 }
/** Limit for an account's answer about itself, ms: without one its regions are looked in all the same. */
const accountMs = 10_000
/** Identities whose credentials are resolved at once. */
const resolvedAtOnce = 16

/** Looks until all has been seen, or the signal fires; `tell`: everything as it comes. */
export async function sweep(
  from: SweepOptions,
  request: SweepRequest,
  tell: (event: SweepEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const run = new Sweep(from, request, tell, signal)
  try {
    await run.all()
  } finally {
    run.close()
  }
}

/** One looker while it looks. */
interface Looking extends Asker {
  /** As far as files say; null where that is not known. */
  readonly account: string | null
  /** The region where it gets its credentials and asks STS for its identity. */
  readonly region: string
  /** What it signs with; others, once AWS does not take these any more. */
  keys: Keys
  renewing: Promise<Result<Keys>> | null
  caller: Promise<Result<Caller>> | null
  /** AWS does not accept its credentials any more: no further request uses them. */
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
  readonly #patience
  readonly #resolving = slots(resolvedAtOnce)
  readonly #clients = new Map<string, Promise<Result<EKSClient>>>()
  /** By endpoint, account, region and name: described once, whichever identity lists it. */
  readonly #described = new Map<string, Promise<Result<EksCluster, Refused>>>()
  readonly #entered = new Set<string>()
  /** By account: asked with the first identity, and with the others where that one may not. */
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
    const { files, variables, patience = usualPatience, limits = lookingLimits, ...rest } = from
    this.#from = from
    this.#request = request
    this.#tell = tell
    this.#signal = signal
    this.#forKeys = openAsking({ files, variables, ...rest }, from.keyLimits ?? keyLimits)
    this.#forLooking = createClients({ files, variables, limits })
    this.#patience = createPatience(patience)
  }

  close(): void {
    this.#forKeys.clients.close()
    this.#forLooking.close()
  }

  async all(): Promise<void> {
    const { lookers, sessions } = this.#request
    await Promise.all([this.#look(lookers), ...sessions.map((session) => this.#session(session))])
  }

  /** The identities of a session, account by account, each looking as soon as it is known. */
  async #session(session: string): Promise<void> {
    const bad = (reason: Fault) => this.#tell({ kind: 'session', session, state: lookerStateOf(reason) })
    const empty = { account: '', accountName: null, permissionSet: '', profile: null }
    const asker = askerOf(this.#from, { kind: 'sso', session, ...empty })
    const { chain } = asker
    const { source } = chain
    if (source?.kind !== 'sso') return bad(faultOf(chain.problem ?? { message: '', next: '' }))
    const need = loginNeed(chain, this.#from.files, this.#from.now(), this.#from.rules)
    if (need !== null) return bad(refused('signed-out', faultOf(need)))
    const known = profilesOf(this.#from, session)
    const looking: Promise<void>[] = []
    const request = this.#forKeys.requestOf(asker, source.region, this.#signal)
    const found = assignments(
      source,
      { ...request, clients: this.#forLooking, who: `sso-session ${named(session)}` },
      (task) => this.#patience.ask(`portal ${source.region}`, task, () => undefined, this.#signal),
    )
    for await (const some of found) {
      if (!some.ok) {
        bad(some.fault)
        continue
      }
      const lookers = some.value.map((one): Looker => {
        const profile = known.get(JSON.stringify([one.account, one.permissionSet])) ?? null
        return { kind: 'sso', session, ...one, profile }
      })
      looking.push(this.#look(lookers))
    }
    await Promise.all(looking)
  }

  async #look(lookers: readonly Looker[]): Promise<void> {
    const all = lookers.flatMap((looker) => {
      const asker = askerOf(this.#from, looker)
      const wanted = regionsOf(asker, this.#request.regions)
      const regions = wanted.ok ? ok(this.#leftIn(wanted.value)) : wanted
      // An identity without a region to look in does not look.
      return regions.ok && regions.value.length === 0 ? [] : [{ asker, regions }]
    })
    // Each account says later how many it has enabled.
    const places =
      this.#request.regions.kind === 'enabled'
        ? 0
        : all.reduce((sum, { regions }) => sum + (regions.ok ? regions.value.length : 0), 0)
    this.#tell({ kind: 'lookers', lookers: all.map(({ asker }) => asker.looker), places })
    await Promise.all(
      all.map(({ asker, regions }) =>
        regions.ok
          ? this.#lookAs(asker, regions.value)
          : this.#state(asker, { kind: 'failed', fault: regions.fault }),
      ),
    )
  }

  /** Reports the state of a looker; nothing after an abort. */
  #state({ id }: Asker, state: LookerState): void {
    if (!this.#signal.aborted) this.#tell({ kind: 'looker', looker: id, state })
  }

  #leftIn(regions: readonly string[]): readonly string[] {
    return regions.filter((region) => !this.#request.without.includes(region))
  }

  async #lookAs(asker: Asker, regions: readonly string[]): Promise<void> {
    const region = signsIn(asker, regions)
    const keys = await this.#keysOf(asker, region)
    if (!keys.ok) return this.#state(asker, lookerStateOf(keys.fault))
    const looking: Looking = {
      ...asker,
      account: principalByChain(asker.chain).account,
      region,
      keys: keys.value,
      renewing: null,
      caller: null,
      ended: null,
    }
    const named = this.#caller(looking).then((answer) => {
      // An identity that has ended its search meanwhile stays ended.
      if (looking.ended !== null) return
      if (answer.ok) {
        const { arn, account } = answer.value
        const { keys, endpoint } = looking
        this.#state(asker, { kind: 'known', arn, account, accessKeyId: keys.accessKeyId, endpoint })
      } else if (endsAll.has(whyOf(answer.fault)) || whyOf(answer.fault) === 'key-unknown')
        this.#end(looking, refused(whyOf(answer.fault), answer.fault))
      else this.#state(asker, { kind: 'nameless', fault: plain(answer.fault) })
    })
    const places = async () => {
      const here = await this.#regionsFor(looking, regions)
      await Promise.all(here.map((region) => this.#place(looking, region)))
    }
    await Promise.all([named, places(), this.#request.aliases && this.#alias(looking)])
  }

  /** Where it looks: the enabled regions of its account, where these were requested and are known; `all`: every one instead. */
  async #regionsFor(looking: Looking, all: readonly string[]): Promise<readonly string[]> {
    if (this.#request.regions.kind !== 'enabled') return all
    const answer = await this.#ofAccount(looking, this.#enabled, {
      service: 'account',
      ask: enabledRegions,
      tell: (account, regions) => this.#tell({ kind: 'enabled', account, regions }),
    })
    const regions = answer?.ok ? this.#leftIn(answer.value) : all
    if (!this.#signal.aborted) this.#tell({ kind: 'lookers', lookers: [], places: regions.length })
    return regions
  }

  async #alias(looking: Looking): Promise<void> {
    const { looker } = looking
    // The portal says what its people call the account.
    if (looker.kind === 'sso' && looker.accountName !== null) return
    await this.#ofAccount(looking, this.#aliases, {
      service: 'iam',
      ask: accountAlias,
      tell: (account, alias) => this.#tell({ kind: 'alias', account, alias }),
    })
  }

  /** Null where STS does not say it. */
  async #accountBySts(looking: Looking): Promise<string | null> {
    const caller = await this.#caller(looking)
    return caller.ok ? caller.value.account : null
  }

  /** What an account says of itself: asked once, and again with each other identity where the one before may not. */
  async #ofAccount<S extends 'account' | 'iam', T>(
    looking: Looking,
    known: Map<string, Promise<Result<T>>>,
    { service, ask, tell }: AboutAccount<S, T>,
  ): Promise<Result<T> | null> {
    const { endpoint, profile, region, keys, name } = looking
    const account = await this.#accountBySts(looking)
    if (account === null) return null
    // Endpoints other than AWS's may say something else.
    const key = `${account} ${endpoint}`
    const before = await known.get(key)
    if (before?.ok) return before
    const asking = this.#resolving(async (): Promise<Result<T>> => {
      const limit = withTimeLimit(this.#signal, accountMs)
      const { signal } = limit
      const make: MakeClient[S] = this.#forKeys.clients[service]
      const client = await make({ profile, region, keys })
      const answer = client.ok ? await ask({ client: client.value, who: name, region, signal }) : client
      limit.done()
      if (this.#signal.aborted) return answer
      if (answer.ok) tell(account, { state: 'read', value: answer.value })
      else {
        const late = {
          message: `AWS did not answer ${name} in time about its account.`,
          next: 'Check network and proxy, then search again.',
        }
        const { message, next } = signal.aborted ? late : answer.fault
        tell(account, { state: 'not-read', why: message, next })
      }
      return answer
    })
    known.set(key, asking)
    return asking
  }

  /** Its identity, as STS says; asked once. */
  #caller(looking: Looking): Promise<Result<Caller>> {
    looking.caller ??= this.#askCaller(looking)
    return looking.caller
  }

  async #askCaller(looking: Looking): Promise<Result<Caller>> {
    const { accessKeyId } = looking.keys
    const as = { clients: this.#forKeys.clients, signal: this.#signal }
    const ask = () => this.#resolving(() => callerOf({ ...looking, ...as, who: looking.name }))
    const first = await ask()
    if (first.ok || whyOf(first.fault) !== 'expired') return first
    const renewed = await this.#renewed(looking, accessKeyId)
    return renewed.ok ? ask() : renewed
  }

  /** One credential per looker and partition; of lookers with the same sign-in, one goes ahead. */
  async #keysOf(asker: Asker, region: string, when: 'first' | 'renewed' = 'first'): Promise<Result<Keys>> {
    const { source } = asker.chain
    const signIn = source === null ? null : rowOf(source).renews(source)
    const resolve = () => this.#resolving(() => this.#forKeys.keysOf(asker, region, this.#signal))
    if (signIn === null) return resolve()
    const sign = `${when} ${signIn}`
    const scout = this.#scouts.get(sign)
    if (scout === undefined) return once(this.#scouts, sign, resolve)
    const ahead = await scout
    if (ahead.ok || whyOf(ahead.fault) !== 'signed-out') return resolve()
    const said = `The sign-in that ${asker.name} depends on has ended.`
    return fail(refused('signed-out', fault('aws', said, ahead.fault.next)))
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
        (at) => clusterPage(at, page),
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

  /** Names are unique in an account's region; a looker of unknown account counts as an account of its own. */
  async #accountOf(looking: Looking): Promise<string> {
    return looking.account ?? (await this.#accountBySts(looking)) ?? looking.id
  }

  async #cluster(looking: Looking, region: string, name: string, refusals: Refusals): Promise<void> {
    const key = JSON.stringify([looking.endpoint, await this.#accountOf(looking), region, name])
    let answer = await this.#described.get(key)
    // A refusal of AWS for one identity does not count for another.
    if (answer === undefined || !answer.ok) {
      const by = this.#caller(looking).then((caller) => askedBy(looking, region, caller))
      const asking = this.#ask(looking, region, async (at) => {
        const known = refusals.tooMany
        return known === null ? describeCluster(at, name, by) : fail(known)
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
    const entries = await accessEntries({
      client: client.value,
      who: looking.name,
      region,
      cluster: name,
      signal: this.#signal,
      ask: (task) => this.#patience.ask(lane, task, () => undefined, this.#signal),
    })
    // Another identity that sees the cluster may read them.
    if (entries.state === 'not-read') this.#entered.delete(there)
    if (!this.#signal.aborted) this.#tell({ kind: 'access', cluster: arn, askedBy, entries })
  }

  async #ask<T>(
    looking: Looking,
    region: string,
    task: (at: BoundClient<EKSClient>) => Promise<Result<T, Refused>>,
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
            ? task({ client: client.value, who: looking.name, region, signal: this.#signal })
            : Promise.resolve(fail(looking.ended))
        },
        onWait,
        this.#signal,
      )
      if (answer.ok || looking.ended !== null || !endsAll.has(answer.fault.why)) return answer
      // Once: credentials that ended half way are renewed where that needs no user.
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
    this.#state(looking, lookerStateOf(reason))
  }

  /** New keys in place of these, which AWS does not take any more; requested once by all calls under way. */
  async #renewed(looking: Looking, accessKeyId: string): Promise<Result<Keys>> {
    if (looking.keys.accessKeyId !== accessKeyId) return ok(looking.keys)
    looking.renewing ??= this.#renew(looking, accessKeyId)
    const renewed = await looking.renewing
    looking.renewing = null
    return renewed
  }

  async #renew(looking: Looking, accessKeyId: string): Promise<Result<Keys>> {
    this.#forKeys.shared.forget(accessKeyId)
    const next = await this.#keysOf(looking, looking.region, 'renewed')
    if (!next.ok) return next
    if (next.value.accessKeyId === accessKeyId) {
      const said = `The credentials of ${looking.name} have expired, and nothing gives new ones.`
      return fail(refused('expired', fault('aws', said, 'Renew the credentials, then search again.')))
    }
    looking.keys = next.value
    return next
  }

  #client({ profile, keys }: Looking, region: string): Promise<Result<EKSClient>> {
    const name = JSON.stringify([keys.accessKeyId, profile, region])
    return once(this.#clients, name, () => this.#forLooking.eks({ profile, region, keys }))
  }

  /** AWS counts the calls of an account's region together. */
  #laneOf({ account, id, endpoint }: Looking, region: string): string {
    return `${account ?? id} ${region} ${endpoint}`
  }
}

/** One of the calls about an account, and the callback for its result. */
interface AboutAccount<S extends 'account' | 'iam', T> {
  readonly service: S
  readonly ask: (at: BoundClient<ClientOf<S>>) => Promise<Result<T>>
  readonly tell: (account: string, answer: Readable<T>) => void
}

/**
 * Counts clusters in a row that one looker may not describe in a region. By policy an identity may see one of very many, so many
 * refusals are allowed; a server that lists clusters and knows none of them is not EKS.
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

/** Refusals after which the same credentials are used no more. */
const endsAll: ReadonlySet<RefusalKind> = new Set(['expired', 'signed-out', 'signature'])

function lookerStateOf(reason: Fault): LookerState {
  const kind = whyOf(reason) === 'signed-out' ? 'sign-in-needed' : 'failed'
  return { kind, fault: plain(reason) }
}

/** What crosses is the fault alone. */
const plain = ({ code, message, next }: Fault): Fault => ({ code, message, next })

function endOf(reason: Refused, clusters: number): PlaceState {
  const { why } = reason
  if (why === 'cancelled') return { kind: 'stopped' }
  if (why === 'key-unknown') return { kind: 'not-enabled', fault: plain(reason) }
  return { kind: why === 'denied' || why === 'throttled' ? why : 'failed', clusters, fault: plain(reason) }
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

/** Where a looker looks: in its own partition, as far as files say which that is. */
function regionsOf({ chain, role, home, name, missing }: Asker, wanted: Regions): Result<readonly string[]> {
  if (missing !== null) return fail(missing)
  const principal = role === null ? principalByChain(chain) : parsePrincipal(role)
  const partition = principal?.partition ?? (home === null ? null : partitionOfRegion(home))
  if (wanted.kind === 'own') {
    if (home !== null && isRegion(home)) return ok([home])
    if (chain.problem !== null) return fail(faultOf(chain.problem))
    return refuse(
      'bad-request',
      home === null
        ? `No region is named for ${name}.`
        : `The region of ${name}, ${quoted(home)}, is not an AWS region.`,
      'Name regions, or search all of them.',
    )
  }
  const all = wanted.kind === 'these' ? wanted.regions : allRegions
  const fitting = all.filter((region) => partitionOfRegion(region) === (partition ?? 'aws'))
  // Where its partition is not known, the regions that were named are asked all the same.
  if (partition === null && wanted.kind === 'these') return ok(wanted.regions)
  if (fitting.length > 0) return ok(fitting)
  return refuse(
    'bad-request',
    `${name} is in partition ${partition}, and none of the regions is.`,
    'Name a region of that partition.',
  )
}

/**
 * The region for credentials, good in the whole partition: its own, as the first of many regions may be silent or not enabled.
 */
function signsIn({ home }: Asker, [first = '']: readonly string[]): string {
  const fits = home !== null && isRegion(home) && partitionOfRegion(home) === partitionOfRegion(first)
  return fits ? home : first
}
