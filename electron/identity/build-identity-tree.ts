/**
 * Builds the tree of every identity that AWS files, one environment and the contexts name. Each chain of credentials is a path
 * through the tree, and its end is the identity that acts. Pure; results of proofs and checks are arguments.
 */

import { createHash } from 'node:crypto'
import { parseAddress } from '../../shared/destination/address'
import { shownHost } from '../../shared/destination/host'
import { grouped } from '../../shared/grouped'
import type { SessionName } from '../../shared/identity/access-entries'
import { isRoleArn, parsePrincipal, permissionSetOf, sameArn } from '../../shared/identity/arn'
import type { Check, Predicted, Problem, Proven } from '../../shared/identity/identity'
import {
  type ClusterOfIdentity,
  type ContextOfIdentity,
  type FilePlace,
  type IdentityKind,
  type IdentityState,
  type IdentityTree,
  identityKinds,
  type identityStates,
  type KnownIdentity,
  type PlacedProfile,
  profileFields,
  type SessionOfIdentity,
} from '../../shared/identity/identity-tree'
import { sessionIn } from '../../shared/identity/who-may-enter'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { maskAddress } from '../../shared/kubeconfig/secrets'
import { named } from '../../shared/visible'
import { assumesRole, credentialChain } from '../aws/chain/credential-chain'
import { rowOf, sessionOfChain, signedInUntil, sourceInProfile } from '../aws/chain/credential-sources'
import { profileAlone } from '../aws/chain/intended-identity'
import { type NamedPrincipal, noPrincipal, principalByArn } from '../aws/chain/principal'
import { badRole, ssoLogin, unknownProfile } from '../aws/chain/problems'
import { loginNeed } from '../aws/chain/sign-in-facts'
import type { Chain, ChainInput, CredentialSource, RoleStep, SourceKind } from '../aws/chain/types'
import type { AwsFiles, Profile, Section } from '../aws/files/aws-files'
import { ssoTokenKey } from '../aws/files/caches'
import { chosenProfile } from '../aws/files/profile-settings'
import type { RulesInUse } from '../aws/installed/rules'
import { type Environment, variableOf } from '../system/environment'
import type { IdentityRow } from './assemble'
import { awsProblems } from './reports'
import { runsCommand } from './user-identity'

/** What a proof, or a check of a context, found out about an identity. */
export type ProofResult = Pick<Check, 'at' | 'until' | 'proven' | 'problem'>

export interface TreeInput {
  readonly environment: Environment
  /** As this environment names them. */
  readonly files: AwsFiles
  /** The rules of the aws that PATH gives. */
  readonly rules: RulesInUse
  readonly rows: readonly IdentityRow[]
  readonly accountNames: Readonly<Record<string, string>>
  /** Checks that count still. */
  readonly checks: ReadonlyMap<EntryId, ProofResult>
  /** Proofs of identities that count still, by their ids. */
  readonly proofs: ReadonlyMap<string, ProofResult>
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The command by which an identity can be proven. */
export type ProofCommand =
  | { readonly kind: 'profile'; readonly profile: string }
  /** By that of a context. */
  | { readonly kind: 'entry'; readonly context: EntryId }
  /** By a command that names no profile. */
  | { readonly kind: 'unpinned' }

/** Identities that a command of our own can use. */
export const enterableOf = (ways: ReadonlyMap<string, ProofCommand>): readonly string[] =>
  [...ways].flatMap(([id, { kind }]) => (kind === 'entry' ? [] : [id]))

/** The whole tree of one environment. */
export const identityTree = (input: TreeInput) => planted(input).made()

/** How many identities it has, sign-ins not counted: results of checks and proofs do not change the number. */
export const identitiesIn = (input: Omit<TreeInput, 'accountNames' | 'checks' | 'proofs'>): number =>
  planted({ ...input, accountNames: {}, checks: new Map(), proofs: new Map() }).actors()

function planted(input: TreeInput): TreeMaker {
  const tree = new TreeMaker(input)
  tree.addSessions()
  tree.addProfiles()
  tree.addUnpinned()
  tree.addContexts()
  return tree
}

/** One step of a path through the tree. */
interface Step {
  /** What distinguishes it from its siblings. */
  readonly key: readonly (string | null)[]
  readonly kind: IdentityKind
  readonly name: string
  readonly principal: NamedPrincipal
  readonly from: string | null
  readonly mfaSerial: string | null
  /** The chain up to here; null for a sign-in, which gives no credentials itself. */
  readonly part: Chain | null
  readonly token: Token | null
}

/** A sign-in of IAM Identity Center. */
interface Token {
  readonly key: string
  readonly session: string | null
  /** A profile that signs in by it, where one of its own start URL does. */
  readonly profile: string
}

/** One path to a node: chains of several profiles may end at the same one. */
interface Part {
  readonly chain: Chain
  readonly files: AwsFiles
}

interface Node {
  readonly id: string
  readonly parent: string | null
  readonly step: Step
  /** By the key of their step, in the order in which they came. */
  readonly children: Map<string, Node>
  readonly parts: Part[]
  readonly from: Set<string>
  readonly profiles: PlacedProfile[]
  /** Those that are shadowed, too. */
  readonly rows: IdentityRow[]
  /** For each chain that ends here: the name that it gives the session. */
  readonly sessions: { readonly by: string; readonly session: SessionName | 'as-before' }[]
  way: ProofCommand | null
  unpinned: boolean
}

class TreeMaker {
  private readonly input: TreeInput
  private readonly roots = new Map<string, Node>()
  /** The identity of each profile that gives credentials, or the node of what stops it. */
  private readonly byProfile = new Map<string, Node>()
  private readonly settingsOnly: PlacedProfile[] = []
  private readonly notSaid: ContextOfIdentity[] = []

  constructor(input: TreeInput) {
    this.input = input
  }

  /** A session is there although no profile uses it yet. */
  addSessions(): void {
    const { files } = this.input
    for (const [name, { settings, file, line }] of files.ssoSessions) {
      const token = { key: ssoTokenKey(name), session: name, profile: '' }
      this.addStep(null, signInStep(token, settings.sso_start_url?.value ?? '', `${file}:${line}`))
    }
  }

  addProfiles(): void {
    const { files } = this.input
    for (const profile of files.profiles.values()) {
      const placed = placedProfile(profile)
      // Judged alone: what the machine would give in its place is no identity of this profile.
      if (!assumesRole(profile) && sourceInProfile(profileAlone(files), profile.name, true) === null)
        this.settingsOnly.push(placed)
      else {
        const end = this.byProfile.get(profile.name) ?? this.addProfile(profile.name)
        end.profiles.push(placed)
        end.way ??= { kind: 'profile', profile: profile.name }
      }
    }
  }

  /**
   * Each profile's role is one step below the identity of its source_profile, which is in the tree once. So chains are links,
   * however many profiles share them. Profiles of a circle are below the node of its problem.
   */
  private addProfile(name: string): Node {
    const waiting = new Map<string, { readonly chain: Chain; readonly role: RoleStep }>()
    const isBy = (profile: string, chain: Chain, node: Node): Node => {
      this.byProfile.set(profile, node)
      node.sessions.push({ by: `profile ${named(profile)}`, session: sessionOfChain(chain) })
      return node
    }
    const below = (parent: Node, profile: string): Node => {
      const one = waiting.get(profile)
      if (one === undefined) return parent
      waiting.delete(profile)
      const { chain, role } = one
      return isBy(profile, chain, this.addStep(parent, roleStep(role, chain)))
    }
    let node: Node | null = null
    for (let at = name; node === null; ) {
      const chain = credentialChain(this.chainInput(true), at)
      const [source, role] = chain.roles.slice(-2)
      if (role === undefined || source?.profile == null)
        node = isBy(at, chain, this.addChain(chain, this.input.files))
      else {
        waiting.set(at, { chain, role })
        at = source.profile
        const known = this.byProfile.get(at)
        if (known !== undefined) node = known
        else if (waiting.has(at)) {
          const wrong = this.addStep(null, nobodyStep(chain.problem))
          const names = [...waiting.keys()]
          for (const one of names.slice(names.indexOf(at))) below(wrong, one)
          node = this.byProfile.get(at) ?? wrong
        }
      }
    }
    for (const one of [...waiting.keys()].reverse()) node = below(node, one)
    return node
  }

  /** The identity of a command without a profile: none where only the machine itself would be left. */
  addUnpinned(): void {
    const { files, environment, rules } = this.input
    const profile = chosenProfile(null, environment.variables, rules.rules)?.value ?? null
    if (profile !== null && !files.profiles.has(profile)) return
    const chain = credentialChain(this.chainInput(false), profile)
    if (chain.source?.kind === 'metadata' && chain.roles.length === 0) return
    if (chain.source === null && chain.roles.length === 0) return
    const end = this.addChain(chain, files)
    end.unpinned = true
    if (profile === null) end.sessions.push({ by: 'no profile', session: sessionOfChain(chain) })
    end.way ??= { kind: 'unpinned' }
  }

  addContexts(): void {
    for (const row of this.input.rows) {
      if (!row.effective || !runsCommand(row.auth)) continue
      const end = this.nodeOf(row)
      if (end === null) {
        this.notSaid.push(shownContext(row))
        continue
      }
      end.rows.push(row)
      const { chain } = row.who
      if (chain !== null)
        end.sessions.push({ by: `context ${named(row.resolved.name)}`, session: sessionOfChain(chain) })
      if (row.auth !== 'exec') end.way ??= { kind: 'entry', context: row.resolved.id }
    }
    // A shadowed context adds no identity.
    for (const row of this.input.rows)
      if (!row.effective && runsCommand(row.auth)) this.endOf(row)?.rows.push(row)
  }

  /** The identity of a context, where others name it already. */
  private endOf({ who: { chain, files } }: IdentityRow): Node | null {
    if (chain === null || (chain.source === null && chain.roles.length === 0)) return null
    return this.along(chain, files, (parent, step) => this.childrenOf(parent).get(keyOf(step)) ?? null)
  }

  private chainInput(pinnedByArgument: boolean): ChainInput {
    const { environment, files, rules, now } = this.input
    const origin = (variable: string) => variableOf(environment, variable)
    return { files, variables: environment.variables, origin, pinnedByArgument, rules: rules.rules, now }
  }

  /** The identity of a context; null where no file says it. */
  private nodeOf({ who: { chain, files }, predicted }: IdentityRow): Node | null {
    if (chain !== null && chain.problem !== null && stopsBefore.has(chain.problem.code))
      return this.addStep(null, nobodyStep(chain.problem))
    if (chain !== null && (chain.source !== null || chain.roles.length > 0))
      return this.addChain(chain, files)
    return this.nodeOfPrincipal(predicted)
  }

  /** The command's wrapper gives an identity that files name: one of the tree, or a node of its own. */
  private nodeOfPrincipal({ arn, accessKeyId, account, partition, permissionSet }: Predicted): Node | null {
    const principal = { arn, accessKeyId, account, partition, permissionSet }
    const name = nameOf(principal)
    if (name === null) return null
    for (const node of this.all()) if (sameNamed(node.step.principal, principal)) return node
    const key = ['wrapper', arn, accessKeyId, account, permissionSet]
    return this.addStep(null, { ...bareStep, key, kind: 'wrapper', name, principal })
  }

  private addChain(chain: Chain, files: AwsFiles): Node {
    return (
      this.along(chain, files, (...next) => this.addStep(...next, files)) ??
      this.addStep(null, nobodyStep(chain.problem))
    )
  }

  /** From one step of a chain to the next; null where `next` finds none. A chain without credentials is where its profile is. */
  private along(
    chain: Chain,
    files: AwsFiles,
    next: (parent: Node | null, step: Step, isEnd: boolean) => Node | null,
  ): Node | null {
    const { source, roles } = chain
    const linked = roles.length - (roles.at(-1)?.profile === null ? 2 : 1)
    const profile = roles[linked]?.profile ?? ''
    const same = this.input.files.profiles.get(profile) === files.profiles.get(profile)
    let node = source === null && same ? (this.byProfile.get(profile) ?? null) : null
    const steps = [...stepsOf(chain, node === null ? null : linked + 1)]
    for (const [at, step] of steps.entries()) {
      node = next(node, step, at === steps.length - 1)
      if (node === null) return null
    }
    return node
  }

  private readonly childrenOf = (parent: Node | null): Map<string, Node> => parent?.children ?? this.roots

  /** All of them, roots by kind, parents before their children. */
  private *all(): Generator<Node, void> {
    const kindOf = (node: Node) => identityKinds.indexOf(node.step.kind)
    const open = [...this.roots.values()].sort((a, b) => kindOf(a) - kindOf(b)).reverse()
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      yield node
      open.push(...[...node.children.values()].reverse())
    }
  }

  private addStep(parent: Node | null, step: Step, isEnd = true, files = this.input.files): Node {
    const siblings = this.childrenOf(parent)
    const key = keyOf(step)
    const known = siblings.get(key)
    const node = known ?? {
      id: idOf(key, parent),
      parent: parent?.id ?? null,
      step,
      children: new Map<string, Node>(),
      parts: [],
      from: new Set<string>(),
      profiles: [],
      rows: [],
      sessions: [],
      way: null,
      unpinned: false,
    }
    if (step.from !== null) node.from.add(step.from)
    if (known === undefined) siblings.set(key, node)
    // Of paths that only pass through it, one is enough.
    if (step.part !== null && (isEnd || node.parts.length === 0)) node.parts.push({ chain: step.part, files })
    return node
  }

  actors(): number {
    return [...this.all()].filter(({ step }) => step.kind !== 'sso-session').length
  }

  made(): { readonly tree: IdentityTree; readonly ways: ReadonlyMap<string, ProofCommand> } {
    const { environment, files } = this.input
    const identities: KnownIdentity[] = []
    const ways = new Map<string, ProofCommand>()
    for (const node of this.all()) {
      identities.push(this.shown(node))
      if (node.way !== null) ways.set(node.id, node.way)
    }
    const problems = awsProblems(files)
    const { settingsOnly, notSaid } = this
    const ssoSessions = [...files.ssoSessions.keys()]
    const tree = { environment: environment.name, identities, settingsOnly, ssoSessions, notSaid, problems }
    return { tree, ways }
  }

  private shown(node: Node): KnownIdentity {
    const { step } = node
    const rows = node.rows.filter(({ effective }) => effective)
    const shadowed = node.rows.filter(({ effective }) => !effective)
    const found = this.foundOf(node)
    const proven = found?.found.proven ?? null
    const arn = step.principal.arn ?? proven?.canonicalArn ?? null
    const account = step.principal.account ?? proven?.account ?? null
    return {
      id: node.id,
      parent: node.parent,
      kind: step.kind,
      // Only AWS knows the owner of keys.
      name: (isKeys(step.kind) ? parsePrincipal(proven?.arn ?? '')?.name : null) ?? step.name,
      arn,
      accessKeyId: step.principal.accessKeyId,
      account,
      accountName: account === null ? null : (this.input.accountNames[account] ?? null),
      permissionSet: step.principal.permissionSet,
      from: [...node.from],
      mfaSerial: step.mfaSerial,
      profiles: node.profiles,
      state: this.stateOf(node, found),
      proven: found && proven ? { arn: proven.arn, userId: proven.userId, at: found.found.at } : null,
      sessions: sessionsOf(node, proven),
      unpinned: node.unpinned,
      provable: node.way !== null,
      contexts: rows.map(shownContext),
      shadowed: shadowed.map(shownContext),
      clusters: clustersOf(rows),
    }
  }

  /** The latest result of proofs and checks about this very identity. */
  private foundOf(node: Node): FoundBy {
    const { proofs, checks, now } = this.input
    const ofChecks = node.rows.flatMap((row): NonNullable<FoundBy>[] => {
      const found = checks.get(row.resolved.id)
      return found ? [{ by: 'check', found }] : []
    })
    const proof = proofs.get(node.id)
    let latest: FoundBy = null
    for (const one of proof ? [...ofChecks, { by: 'proof' as const, found: proof }] : ofChecks) {
      const { proven, until, problem, at } = one.found
      if (until !== null && until <= now) continue
      const counts =
        proven !== null ? isThis(node.step, proven) : problem !== null && refusals.has(problem.code)
      if (counts && (latest === null || latest.found.at < at)) latest = one
    }
    return latest
  }

  private stateOf(node: Node, found: FoundBy): IdentityState {
    const { now, rules, files } = this.input
    const { step, parts } = node
    if (step.kind === 'nobody') return { ...unknownState, kind: 'broken', problem: nobodyProblem(step) }
    if (step.token !== null) return sessionState(step.token, files, now, rules)
    const states = parts.map((part) => stateOfPart(part, found, now, rules))
    if (states.length === 0) return afterFound(unknownState, found)
    // Chains of other profiles to the same identity count too: the best one is the state.
    const rank = ({ kind }: IdentityState) => bestFirst.indexOf(kind)
    return states.reduce((best, one) => (rank(one) < rank(best) ? one : best))
  }
}

/** The chains by their session names, in the order in which they were found. */
function sessionsOf({ sessions }: Node, proven: Proven | null): readonly SessionOfIdentity[] {
  const known = sessions.map(({ by, session }) => ({
    by,
    session: session === 'as-before' ? sessionIn(proven?.arn ?? null) : session,
  }))
  return [...grouped(known, ({ session }) => JSON.stringify(session)).values()].flatMap((alike) => {
    const by = alike.map((one) => one.by)
    // The contexts of a profile use its chain.
    const profiles = by.filter((way) => way.startsWith('profile '))
    return alike.slice(0, 1).map(({ session }) => ({ session, by: profiles.length > 0 ? profiles : by }))
  })
}

/** The last result, and which of the two gave it. */
type FoundBy = { readonly by: 'proof' | 'check'; readonly found: ProofResult } | null

const bestFirst: readonly IdentityState['kind'][] = [
  'valid',
  'unknown',
  'refused',
  'sign-in-needed',
  'expired',
  'broken',
] satisfies readonly (typeof identityStates)[number][]

const unknownState: IdentityState = { kind: 'unknown', until: null, by: null, at: null, problem: null }

function stateOfPart(part: Part, found: FoundBy, now: number, rules: RulesInUse): IdentityState {
  const broken = (problem: Problem): IdentityState => ({ ...unknownState, kind: 'broken', problem })
  const { files, chain } = part
  const { problem, source, roles } = chain
  if (problem?.code === 'expired-keys')
    return { ...unknownState, kind: 'expired', until: expiryOf(source), problem }
  // Only the machine itself could say.
  if (problem !== null && !(problem.code === 'no-keys' && source !== null)) return broken(problem)
  const bad = roles.find(({ arn }) => !isRoleArn(arn))
  if (bad !== undefined) return broken(badRole(bad.arn, roleFrom(bad)))
  const cached = cachedUntil(chain, files)
  if (cached !== null && cached > now) return { ...unknownState, kind: 'valid', until: cached, by: 'cache' }
  const need = loginNeed(chain, files, now, rules)
  if (need !== null) {
    const kind = signIns.has(need.code) ? 'sign-in-needed' : 'broken'
    return { ...unknownState, kind, problem: need }
  }
  return afterFound({ ...unknownState, until: expiryOf(source) }, found)
}

/** A state that files leave open, with the result of a check or proof. */
function afterFound(open: IdentityState, by: FoundBy): IdentityState {
  if (by === null) return open
  const { at, until, problem, proven } = by.found
  return proven !== null
    ? { kind: 'valid', until: until ?? open.until, by: by.by, at, problem: null }
    : { kind: problem?.code === 'expired-keys' ? 'expired' : 'refused', until: null, by: by.by, at, problem }
}

/** A sign-in lasts as long as its token, or as what renews that silently. */
function sessionState(
  { key, session, profile }: Token,
  files: AwsFiles,
  now: number,
  rules: RulesInUse,
): IdentityState {
  const token = files.caches.ssoTokens.get(key)
  const problem = ssoLogin(profile, session, rules)
  const until = signedInUntil(session, token)
  if (until === null) return { ...unknownState, kind: 'sign-in-needed', problem }
  return until > now
    ? { ...unknownState, kind: 'valid', until, by: 'cache' }
    : { ...unknownState, kind: 'expired', until, by: 'cache', problem }
}

/** Problems by which a command stops before it looks for credentials: its chain says nothing then. */
const stopsBefore: ReadonlySet<Problem['code']> = new Set([
  'unknown-profile',
  'unreadable-file',
  'command-failed',
])
const signIns: ReadonlySet<Problem['code']> = new Set(['sso-login', 'aws-login', 'mfa-code'])
/** What AWS says of the identity itself. */
const refusals: ReadonlySet<Problem['code']> = new Set([
  'assume-role-denied',
  'access-denied',
  'keys-unknown',
  'bad-signature',
  'expired-keys',
])

/** Until when aws's cached credentials for the end of this chain last; null where it has none. */
function cachedUntil({ source, roles }: Chain, { caches }: AwsFiles): number | null {
  const last = roles.at(-1)
  const cached = (key: string | null) =>
    key === null ? null : (caches.roleCredentials.get(key)?.expiresAt ?? null)
  if (last !== undefined) return cached(last.cacheKey)
  if (source === null) return null
  if (source.kind === 'login') return caches.logins.get(source.key)?.expiresAt ?? null
  return 'cacheKey' in source ? cached(source.cacheKey) : null
}

const expiryOf = (source: CredentialSource | null): number | null =>
  source?.kind === 'keys' ? (source.expiresAt ?? null) : null

/** Whether it is this identity that was proven: a context may act with another identity than files say. */
function isThis({ principal }: Step, { canonicalArn, accessKeyId, account }: Proven): boolean {
  const permissionSet = permissionSetOf(parsePrincipal(canonicalArn)?.name ?? '')
  const named = principal.arn ?? principal.permissionSet ?? principal.accessKeyId
  return named === null || sameNamed(principal, { arn: canonicalArn, accessKeyId, account, permissionSet })
}

function sameNamed(a: NamedPrincipal, b: Omit<NamedPrincipal, 'partition'>): boolean {
  if (a.arn !== null && b.arn !== null) return sameArn(a.arn, b.arn)
  if (a.permissionSet !== null) return a.permissionSet === b.permissionSet && a.account === b.account
  return a.accessKeyId !== null && a.accessKeyId === b.accessKeyId
}

const nameOf = ({ arn, permissionSet, accessKeyId }: NamedPrincipal): string | null =>
  arn === null ? (permissionSet ?? accessKeyId) : (parsePrincipal(arn)?.name ?? arn)

const isKeys = (kind: IdentityKind): boolean => kind === 'keys' || kind.endsWith('-keys')

const keyOf = ({ key }: Step): string => JSON.stringify(key)

function idOf(key: string, parent: Node | null): string {
  return createHash('sha256')
    .update(`[${JSON.stringify(parent?.id ?? null)},${key}]`)
    .digest('hex')
    .slice(0, 16)
}

/** From what gives the first credentials to the last role; `from`: the roles from this one on alone. */
function* stepsOf(chain: Chain, from: number | null): Generator<Step> {
  const { source, roles, problem } = chain
  if (from === null) {
    if (source === null) yield nobodyStep(problem)
    else yield* sourceSteps(source, { ...chain, roles: [] })
  }
  for (const [at, role] of roles.entries())
    if (at >= (from ?? 0)) yield roleStep(role, { ...chain, roles: roles.slice(0, at + 1) })
}

const bareStep = { principal: noPrincipal, from: null, mfaSerial: null, part: null, token: null }

function roleStep(role: RoleStep, part: Chain): Step {
  const { arn, mfaSerial } = role
  const principal = principalByArn(arn)
  // Another device needs another code.
  const key = ['role', arn, mfaSerial]
  const name = nameOf(principal) ?? arn
  return { key, kind: 'role', name, principal, from: roleFrom(role), mfaSerial, part, token: null }
}

const roleFrom = ({ profile }: RoleStep): string =>
  profile === null ? 'the role of an entry' : `role_arn of profile ${named(profile)}`

/** What a source is as a step: its kind, what tells it from others of that kind, its name, and where it comes from. */
type Head = readonly [IdentityKind, readonly string[], string, string | null]
const heads: { readonly [K in SourceKind]: (source: CredentialSource<K>) => Head } = {
  keys: ({ accessKeyId, from, place }) => {
    const inEntry = / in exec (env|args)$/.test(from) ? 'entry-keys' : 'environment-keys'
    return [place === 'file' ? 'keys' : inEntry, [accessKeyId], accessKeyId, from]
  },
  sso: ({ account, permissionSet, profile }) => [
    'permission-set',
    [account, permissionSet],
    permissionSet,
    `sso of profile ${named(profile)}`,
  ],
  'web-identity': ({ role, tokenFile }) => ['web-identity', [role, tokenFile], nameByArn(role), tokenFile],
  login: ({ session, profile }) => [
    'login',
    [session],
    nameByArn(session),
    `aws login of profile ${named(profile)}`,
  ],
  process: ({ words, file, line, command }) => {
    // Its arguments may hold a secret.
    const program = (words[0] ?? '').split(/[/\\]/).at(-1) ?? ''
    return ['process', [file, command], program, `${file}:${line}`]
  },
  container: ({ variable }) => ['container', [variable], 'container', variable],
  metadata: () => ['metadata', [], 'instance metadata', null],
  environment: () => ['environment-keys', [], 'keys of the environment', null],
}
const headOf = <K extends SourceKind>(source: CredentialSource<K>): Head => heads[source.kind](source)

const nameByArn = (arn: string): string => nameOf(principalByArn(arn)) ?? arn

function* sourceSteps(source: CredentialSource, part: Chain): Generator<Step> {
  if (source.kind === 'sso') {
    const { session, startUrl, tokenKey, profile } = source
    yield signInStep({ key: tokenKey, session, profile }, startUrl, null)
  }
  const [kind, key, name, from] = headOf(source)
  const principal = rowOf(source).principal(source)
  yield { ...bareStep, key: [kind, ...key], kind, name, principal, from, part }
}

function signInStep(token: Token, startUrl: string, from: string | null): Step {
  const { session } = token
  const address = parseAddress(startUrl)
  const name = session ?? (address.ok ? shownHost(address.value.host) : startUrl)
  const place = from ?? (session === null ? maskAddress(startUrl) : null)
  return { ...bareStep, key: ['sso', token.key], kind: 'sso-session', name, from: place, token }
}

/** The node of chains without credentials; each reason has its own. */
function nobodyStep(problem: Problem | null): Step {
  const chain: Chain = { source: null, roles: [], by: [], problem }
  const key = ['nobody', problem?.message ?? null]
  return { ...bareStep, key, kind: 'nobody', name: 'no identity', part: chain }
}

const nobodyProblem = ({ part }: Step): Problem | null => part?.problem ?? unknownProfile('', null)

const place = (section: Section | null): FilePlace | null =>
  section === null ? null : { file: section.file, line: section.line }

const placedProfile = ({ name, config, credentials, settings }: Profile): PlacedProfile => ({
  name,
  config: place(config),
  credentials: place(credentials),
  settings: profileFields.flatMap((key) => {
    const value = settings[key]?.value
    const inCredentials = credentials !== null && Object.hasOwn(credentials.settings, key)
    return value === undefined ? [] : [{ key, value, inCredentials }]
  }),
})

const shownContext = ({ resolved: { id, name } }: IdentityRow): ContextOfIdentity => ({ id, name })

/** Each once, in the order of the contexts. */
function clustersOf(rows: readonly IdentityRow[]): readonly ClusterOfIdentity[] {
  const found = new Map<string, ClusterOfIdentity>()
  for (const { meant, server } of rows) {
    const { name, region, account } = meant
    const known = name !== null
    const key = JSON.stringify(known ? [name, region, account] : server)
    if ((known || server !== null) && !found.has(key)) found.set(key, { name, region, account, server })
  }
  return [...found.values()]
}
