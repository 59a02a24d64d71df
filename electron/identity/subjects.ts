/** What a check is about: a context, which identity would sign in where, and what running its command would start. */

import { execMeaning, readsFiles } from '../../shared/exec/parse'
import { withoutPath } from '../../shared/identity/arn'
import type { Predicted, Problem } from '../../shared/identity/identity'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { once } from '../../shared/once'
import { rowOf } from '../aws/chain/credential-sources'
import { entryVariables } from '../aws/chain/intended-identity'
import { predictedChain, predictIdentity } from '../aws/chain/predicted-identity'
import { credentialProcesses, lastsUntil, loginNeed } from '../aws/chain/sign-in-facts'
import type { AssumesFirst, Chain } from '../aws/chain/types'
import type { AwsFiles } from '../aws/files/aws-files'
import { caBundleFor, chosenProfile, endpointFor, regionFor } from '../aws/files/profile-settings'
import { byNewestRules, everyRules, type RulesInUse } from '../aws/installed/rules'
import type { WhichProgram } from '../aws/installed/which'
import type { ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import { type KubectlRefusal, kubectlPolicy } from '../kubectl/policy'
import type { ProcessFacts } from '../trust/command-permission'
import { examineProcess, lookupsOf } from '../trust/examine'
import { type IdentitiesInput, type KnownContext, knownContextsOf } from './assemble'
import type { LookInput } from './basis'
import { type CodeCredentials, type TakesCredentials, takesCredentials } from './mfa-credentials'
import { namesUnread, rulesFor, runsCommand, whichFor } from './user-identity'

/**
 * One context with what is known of it in one environment before it is checked. Where a token may go, `stsEndpoint`, must
 * come from the user's own files and environment only: exec.env of a kubeconfig can name other AWS files, and with them
 * any endpoint.
 */
export interface Subject extends Readonly<KnownContext['identity']> {
  readonly resolved: ResolvedContext
  /** The aws or authenticator that its command runs; null where there is none, or none was looked up. */
  readonly program: WhichProgram | null
  /** What kubectl refuses by its kuberc, whatever the entry says; null: nothing. */
  readonly kubectlRefusal: KubectlRefusal | null
  /** The rules of the aws that would run, or sign in. */
  readonly rules: RulesInUse
  /** The same by the version that this aws reported when asked; null where it is known already, or decides nothing. */
  readonly byVersion: ((version: string) => Promise<Subject>) | null
  /** Why running the command now would stop for a sign-in, or certainly fail; null: run it. */
  readonly loginNeed: Problem | null
  /** How its command can run with credentials from a code, stored nowhere; null: it waits for none, or takes none. */
  readonly takesCredentials: TakesCredentials | null
  /** The same, with credentials for this run; null: none. */
  readonly credentials: CodeCredentials | null
  /** The profile whose role is assumed before that of the entry; null: none is. */
  readonly assumesFirst: AssumesFirst | null
  /** The credential_process commands that running it now would start. */
  readonly processes: readonly ProcessFacts[]
  /** Names the SSO session that the chain begins with, so that an expired one is found once; null without SSO. */
  readonly ssoSession: string | null
  /** STS endpoint that the environment or the user's AWS config names for this chain; null for AWS's own. */
  readonly stsEndpoint: string | null
  /** Until when its command works without the user, ms; null: no end is known. */
  readonly until: number | null
  /** Path of the CA bundle that aws would use; null: the system's roots. */
  readonly caBundle: string | null
  /** The AWS config file that its command reads; null where that is not known. */
  readonly configFile: string | null
  /** Role ARNs with a path that profiles name, by the same ARN without it. */
  readonly rolesWithPath: ReadonlyMap<string, { readonly arn: string; readonly profile: string }>
}

/** Contexts as the runner takes them. */
export const subjectsOf = async (input: IdentitiesInput): Promise<readonly Subject[]> =>
  subjectsOfKnown(await knownContextsOf(input), input)

/** The same, where the caller has looked at the files. */
async function subjectsOfKnown(
  known: readonly KnownContext[],
  around: LookInput,
): Promise<readonly Subject[]> {
  const found: Subject[] = []
  for (const one of known) found.push(await subjectOf(one, around))
  return found
}

/** How many cross from another thread at once: some 10 ms of this one's time, in which it handles no key. */
const pieceSize = 500
/** How many are looked at here before keys are handled: some 10 ms, and 40 ms for the first. */
const stretch = 100

/** The same for any number of contexts, each once: `known` makes the next piece while this one is looked at here. */
export async function subjectsInPieces(
  contexts: readonly EntryId[],
  known: (piece: readonly EntryId[]) => Promise<readonly KnownContext[]>,
  around: LookInput,
): Promise<readonly Subject[]> {
  const ids = [...new Set(contexts)]
  const ask = (from: number) => {
    if (from >= ids.length) return null
    const asked = known(ids.slice(from, from + pieceSize))
    // A later await sees the rejection; until then nothing handles it.
    asked.catch(() => undefined)
    return asked
  }
  const found: Subject[] = []
  let coming = ask(0)
  for (let next = pieceSize; coming !== null; next += pieceSize) {
    const here: readonly KnownContext[] = await coming
    coming = ask(next)
    for (let at = 0; at < here.length; at += stretch) {
      if (at > 0) await new Promise((resolve) => setImmediate(resolve))
      found.push(...(await subjectsOfKnown(here.slice(at, at + stretch), around)))
    }
  }
  return found
}

/** One context as the runner takes it. */
export async function subjectOf(
  { resolved, identity }: KnownContext,
  { environment, aws, programs, now }: LookInput,
): Promise<Subject> {
  const { auth } = identity
  const exec = resolved.user?.raw.exec ?? null
  const policy = await kubectlPolicy(programs, environment)
  const kubectlRefusal = await policy.refusal(exec !== null && runsCommand(auth) ? exec.command : null)
  // As far as it is known without running or reading anything.
  const base = {
    resolved,
    ...identity,
    kubectlRefusal,
    program: null,
    rules: byNewestRules,
    byVersion: null,
    until: null,
    loginNeed: null,
    processes: [],
    credentials: null,
    takesCredentials: null,
    assumesFirst: null,
    ssoSession: null,
    configFile: null,
    rolesWithPath: new Map<string, never>(),
  }
  const meaning = exec === null ? null : execMeaning(exec)
  const runs = runsCommand(auth) && meaning !== null && readsFiles(meaning)
  // A kubeconfig never decides where a token may be sent: exec.env names neither endpoint nor config file here.
  const own = await aws(environment, {})
  const routeOf = (profile: string | null) => ({
    stsEndpoint: endpointFor(own, profile, 'sts', environment.variables).endpoint?.value ?? null,
    caBundle: caBundleFor(own, profile, environment.variables)?.value ?? null,
  })
  if (exec === null || !runs || namesUnread(resolved)) {
    // Another program also gives AWS's tokens, by the chosen profile.
    const variables = { ...environment.variables, ...entryVariables(exec).variables }
    const profile = chosenProfile(null, variables)?.value ?? null
    return { ...base, ...routeOf(profile) }
  }
  const execEnv = entryVariables(exec).variables
  const files = await aws(environment, execEnv, meaning.gets)
  const which = whichFor(resolved, exec)
  const ofEntry = programs(environment, execEnv)
  const program = which === null ? null : await ofEntry.of(which)
  const lookups = lookupsOf(environment.variables)
  const of = async (rules: RulesInUse, foretold: Predicted): Promise<Subject> => {
    const authenticator = program?.version ?? null
    const question = { meaning, exec, files, environment, rules, authenticator, now }
    const chain = predictedChain(question)
    const { source } = chain
    // Where the rules are not known, whatever any version would start needs its permission.
    const route = routeOf(chain.profile)
    const unsure = meaning.gets === 'aws' && rules.doubt !== null
    const chains = !unsure ? [chain] : everyRules.map((one) => predictedChain({ ...question, rules: one }))
    const started = chains.flatMap((one) => credentialProcesses(one, files.caches, now))
    const processes = [...new Map(started.map((one) => [JSON.stringify(one), one])).values()]
    // A missing sign-in is no fact where the rules are not known.
    const need = unsure || chain.problem !== null ? null : loginNeed(chain, files, now, rules)
    const region = regionFor(files, chain.profile, { ...environment.variables, ...execEnv })?.value ?? null
    return {
      ...base,
      predicted: foretold,
      program,
      rules,
      configFile: files.config.path,
      rolesWithPath: rolesWithPathIn(files),
      loginNeed: need,
      takesCredentials: takesCredentials({ meaning, exec, chain, loginNeed: need, region, ...route }),
      assumesFirst: assumesFirst(chain, files),
      processes: await Promise.all(
        processes.map(({ command, file, line, profile }) =>
          examineProcess({ command, file, line, profile }, lookups),
        ),
      ),
      until: lastsUntil(chain, files),
      ssoSession: source === null ? null : rowOf(source).renews(source),
      ...route,
    }
  }
  const rules = await rulesFor(which, ofEntry)
  const subject = await of(rules, identity.predicted)
  const unasked = auth === 'aws' && program !== null && rules.version === null
  return {
    ...subject,
    byVersion: unasked
      ? async (version) => {
          const found = await ofEntry.rules(program.path, version)
          const foretold = { meaning, exec, files, environment, rules: found, now }
          const asked = await of(found, predictIdentity(foretold))
          return { ...asked, program: { ...program, version } }
        }
      : null,
  }
}

function assumesFirst({ roles }: Chain, files: AwsFiles): AssumesFirst | null {
  const [first, last] = roles.slice(-2)
  if (first?.profile == null || last?.profile !== null) return null
  const { profile, arn: role } = first
  const source = files.profiles.get(profile)?.settings.source_profile?.value ?? null
  return { profile, role, source: source === profile ? null : source }
}

const rolesWithPath = new WeakMap<AwsFiles, Subject['rolesWithPath']>()

/** Once for each set of AWS files: the contexts of a fleet share them. */
const rolesWithPathIn = (files: AwsFiles): Subject['rolesWithPath'] =>
  once(rolesWithPath, files, () => {
    const found = new Map<string, { readonly arn: string; readonly profile: string }>()
    for (const { name, settings } of files.profiles.values()) {
      const arn = settings.role_arn?.value
      const bare = arn === undefined ? null : withoutPath(arn)
      if (arn !== undefined && bare !== null && bare !== arn && !found.has(bare))
        found.set(bare, { arn, profile: name })
    }
    return found
  })

/** Those that wait for this, with it: they need no sign-in, and start nothing else. */
export const withCredentials = (all: readonly Subject[], credentials: CodeCredentials): readonly Subject[] =>
  all.map((subject) =>
    subject.takesCredentials?.profile === credentials.profile
      ? {
          ...subject,
          credentials,
          loginNeed: null,
          processes: [],
          ssoSession: null,
          until: credentials.until,
          byVersion: null,
        }
      : subject,
  )
