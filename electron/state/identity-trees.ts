/**
 * Every identity that AWS files, an environment and the contexts name, and the proof of each: GetCallerIdentity with the token
 * that the aws of that environment gives for it. It takes the steps of any check, without a context and without a cluster.
 */
import type { ClusterAccess } from '../../shared/identity/access'
import { serverDoubt } from '../../shared/identity/asked-by'
import type { EksCluster } from '../../shared/identity/eks-cluster'
import type { Check, EnvironmentName, Problem } from '../../shared/identity/identity'
import type { ContextOfIdentity, IdentityTree } from '../../shared/identity/tree'
import { type Packed, unpack } from '../../shared/ipc/packed'
import { type EntryId, partsOfId } from '../../shared/kubeconfig/entries'
import { type Fault, fail, fault, ok, type Result } from '../../shared/result'
import type { RunQuestion } from '../../shared/trust/question'
import { named } from '../../shared/visible'
import type { AwsFiles } from '../aws/files/files'
import { regionFor } from '../aws/files/settings'
import { awsFilesOnce } from '../identity/aws-files-once'
import { around, type Basis, lookTask } from '../identity/basis'
import type { IdentityReports } from '../identity/reports'
import { type Subject, subjectsOf } from '../identity/subjects'
import type { Way } from '../identity/tree'
import { readDocument } from '../kubeconfig/read/document'
import { fileOf, unread } from '../kubeconfig/read/file-facts'
import { type KubeconfigView, viewOf } from '../kubeconfig/read/view'
import type { Ask } from '../net/ask'
import type { Environment } from '../system/environment'
import { eksEndpointsIn, profileAsksAt } from '../trust/eks-endpoints'
import { type AdmitServer, namedServer } from '../trust/named-servers'
import { openRunPrompts, type Prompts } from '../trust/prompts'
import type { ReviewRequest } from '../whoami/review'
import { earlierIdsOf } from './checker'
import type { KeptChecks } from './checks'
import type { Fleet } from './fleet'
import type { KeptProofs, Proof } from './proofs'
import { type RunOfChecks, runOfChecks } from './run-of-checks'

export type IdentityTrees = ReturnType<typeof createIdentityTrees>

/** One tree, of which identities can be proven. */
export type Proving = Awaited<ReturnType<IdentityTrees['open']>>

/** A cluster as AWS describes it. */
export interface ProvingAt
  extends Pick<
    EksCluster,
    'arn' | 'name' | 'region' | 'certificateAuthorityData' | 'outpostClusterId' | 'askedBy'
  > {
  readonly endpoint: string
  /** Who may enter it, where that was read. */
  readonly access?: ClusterAccess
}

export interface ProofQuestions {
  readonly questions: readonly RunQuestion[]
  /** What they are about, by the ids that they name: identities, and contexts by whose command one is proven. */
  readonly contexts: readonly ContextOfIdentity[]
}

export interface IdentityTreesOptions extends Basis {
  readonly identities: Pick<IdentityReports, 'subjects'>
  /** Questions about contexts. */
  readonly prompts: Prompts
  readonly fleet: Pick<Fleet, 'tree'>
  readonly proofs: Pick<KeptProofs, 'keep'>
  readonly checks: Pick<KeptChecks, 'load'>
  readonly onTrust: () => Promise<void>
}

/** Modules that only a proof needs are imported by the first one. */
export function createIdentityTrees(options: IdentityTreesOptions) {
  const { environments, identities, fleet, proofs, home, platform } = options

  async function open(name: EnvironmentName) {
    const known = await fleet.tree(name)
    const { ways, fingerprint } = known
    const environment = await environments.of(name)
    const files = await awsFilesOnce(home, platform)(environment, {})
    const tree = unpack(known.tree)
    const is: Stand = { environment, files, tree, ways }
    const { view, idOf } = commandsOf(is, nowhere)
    const contextOf = new Map([...idOf].map(([context, id]) => [id, context]))
    const enterable: readonly string[] = [...contextOf.keys()]
    /** By commands of our own, and by those of contexts. */
    const split = (ids: readonly string[]) => {
      const own: EntryId[] = []
      const entries = new Map<EntryId, string>()
      for (const id of ids) {
        const context = contextOf.get(id)
        const way = ways.get(id)
        if (context !== undefined) own.push(context)
        else if (way?.kind === 'entry') entries.set(way.context, id)
      }
      return { own, entries }
    }
    const subjectsIn = async (
      of: KubeconfigView,
      contexts: readonly EntryId[],
    ): Promise<readonly Subject[]> =>
      subjectsOf({
        ...around({ ...(await lookTask(options, environment.name)), environment }),
        snapshot: of.snapshot,
        resolved: contexts.flatMap((id) => of.resolve(id) ?? []),
        words: new Map(),
      })
    const subjects = (contexts: readonly EntryId[]) => subjectsIn(view, contexts)
    /** Results as they come, by the ids of identities; identities that AWS proved are stored, also after a cancel. */
    async function checked(
      run: Pick<RunOfChecks, 'run' | 'subjects' | 'signal'> & Partial<RunOfChecks>,
      idOfContext: ReadonlyMap<EntryId, string>,
      onCheck: (id: string, check: Check) => void,
      proofOf: (check: Check) => Pick<Check, 'problem'> | null,
      onBegun: (id: string) => void = () => undefined,
    ): Promise<void> {
      const done: Proof[] = []
      await runOfChecks(options, {
        ...run,
        environment,
        emit: (progress) => {
          if (progress.kind !== 'begun' && progress.kind !== 'checked') return
          const id = idOfContext.get(progress.kind === 'begun' ? progress.context : progress.check.context)
          if (id === undefined) return
          if (progress.kind === 'begun') return onBegun(id)
          const check = { ...progress.check, problem: askedHere(progress.check.problem) }
          const proof = proofOf(check)
          const { at, until, proven } = check
          const kept = { id, environment: environment.name, at, until, fingerprint, proven }
          if (proof !== null) done.push({ ...kept, problem: proof.problem })
          onCheck(id, check)
        },
      })
      // Results that cannot be stored were shown all the same.
      await proofs.keep(done).catch(() => undefined)
    }
    /** Those of these identities whose tokens may go to the cluster. */
    async function admittedOf(
      cluster: ProvingAt,
      ids: readonly string[],
      admit: AdmitServer,
    ): Promise<Result<readonly string[]>> {
      const endpoints = eksEndpointsIn(is.files, environment.variables)
      const doubtAbout = (id: string) => {
        const way = ways.get(id)
        const profile = way?.kind === 'profile' ? way.profile : null
        return serverDoubt(cluster, null, profileAsksAt(profile, endpoints) === cluster.askedBy.endpoint)
      }
      const doubts = ids.map(doubtAbout)
      const doubt = doubts.find((one) => one !== null) ?? null
      if (doubt === null) return ok(ids)
      const unasked = ids.filter((_, at) => doubts[at] === null)
      const others = new Set(ids.filter((_, at) => doubts[at] !== null))
      const names = tree.identities.flatMap(({ id, name }) => (others.has(id) ? [name] : []))
      const answer = await admit(namedServer(cluster, doubt, names))
      if (!answer.ok) return answer
      if (answer.value) return ok(ids)
      return unasked.length > 0 ? ok(unasked) : fail(notAdmitted(cluster))
    }
    const ours = openRunPrompts({
      decisions: options.decisions,
      environment: async () => environment,
      commands: subjects,
      onChange: options.onTrust,
    })

    return {
      tree,
      /** Identities that a command of our own can use: a cluster can be asked with no other. */
      enterable,
      /**
       * Asks a cluster which user it sees for these identities: a token each, for its name, sent to its endpoint, checked
       * against its authority. Commands that may not run do not. `admit`: asked about a server that is not EKS's own, before it
       * gets tokens of identities that would not ask the EKS that named it; if refused, only the others are used. Identities
       * that AWS proved are stored as by `run`. `onLetIn`: the cluster let one in, and more may be asked with the same token.
       * Fault: none may be used.
       */
      async enter(
        cluster: ProvingAt,
        ids: readonly string[],
        admit: AdmitServer,
        onSeen: (id: string, check: Check) => void,
        signal: AbortSignal,
        onLetIn?: (request: ReviewRequest, ask: Ask, signal: AbortSignal) => Promise<void>,
      ): Promise<Result<null>> {
        const admitted = await admittedOf(cluster, ids, admit)
        if (!admitted.ok) return admitted
        const { ask } = await import('../net/ask')
        const there = commandsOf(is, cluster)
        const wanted = new Set(admitted.value)
        const contexts = [...there.idOf].flatMap(([context, id]) => (wanted.has(id) ? [context] : []))
        const run = {
          run: 'enter',
          subjects: await subjectsIn(there.view, contexts),
          onLetIn: async (_: EntryId, request: ReviewRequest, running: AbortSignal) =>
            onLetIn?.(request, ask, running),
          earlierIds: earlierIdsOf(() => options.checks.load()),
          access: cluster.access ?? null,
          signal,
        }
        await checked(run, there.idOf, onSeen, ({ proven }) => proven && { problem: null })
        return ok(null)
      },
      /** The commands for these that are not allowed yet. */
      async ask(ids: readonly string[]): Promise<ProofQuestions> {
        const { own, entries } = split(ids)
        const questions = [
          ...(own.length > 0 ? await ours.ask(own, environment.name) : []),
          ...(entries.size > 0 ? await options.prompts.ask([...entries.keys()], environment.name) : []),
        ]
        const named = [...entries.keys()].map((id) => ({ id, name: partsOfId(id)?.name ?? '' }))
        return {
          // Both ask about the path to a program.
          questions: [...new Map(questions.map((one) => [one.fingerprint, one])).values()],
          contexts: [...view.snapshot.contexts.map(({ id, name }) => ({ id, name })), ...named],
        }
      },
      allow: ({ context, fingerprint }: Pick<RunQuestion, 'context' | 'fingerprint'>) =>
        (idOf.has(context) ? ours : options.prompts).allow(context, environment.name, fingerprint),
      /**
       * Proves those of these that can be; results are stored, also after a cancel. `onProof` gets each result as it comes,
       * `onBegun` the identity whose turn it is.
       */
      async run(
        ids: readonly string[],
        onProof: (id: string, check: Check) => void,
        signal: AbortSignal,
        onBegun?: (id: string) => void,
      ): Promise<void> {
        const { prove } = await import('../whoami/verify')
        const { own, entries } = split(ids)
        const byEntries = await identities.subjects([...entries.keys()], environment)
        const run = { run: 'prove', subjects: [...(await subjects(own)), ...byEntries], check: prove, signal }
        await checked(run, new Map([...idOf, ...entries]), onProof, (check) => check, onBegun)
      },
    }
  }

  return {
    /** From files, caches and earlier results; sends no request. The kubeconfig files must be loaded. */
    of: async (name: EnvironmentName): Promise<IdentityTree> => unpack((await fleet.tree(name)).tree),
    /** The same, as a page gets it. */
    shown: async (name: EnvironmentName): Promise<Packed<IdentityTree>> => (await fleet.tree(name)).tree,
    /** The same, with what proving some of them takes. */
    open,
  }
}

const notAdmitted = ({ endpoint }: ProvingAt): Fault =>
  fault(
    'not-allowed',
    `You did not allow tokens to go to ${endpoint}, so the cluster was not asked.`,
    'Ask again to be asked again.',
  )

/** There is no context through which the user could allow a command. */
function askedHere(problem: Problem | null): Problem | null {
  if (problem?.code !== 'command-not-allowed' && problem?.code !== 'process-not-allowed') return problem
  const next = 'Look at that program and allow it: `ekscope identities --prove` asks, with its fingerprint.'
  return { ...problem, next }
}

/** Used in place of a context's cluster: a token for it opens nothing. */
const nowhere: Pick<ProvingAt, 'name' | 'endpoint' | 'outpostClusterId' | 'certificateAuthorityData'> & {
  readonly region: string | null
} = {
  name: 'ekscope-proves-who-this-is',
  endpoint: 'https://no-cluster.invalid',
  certificateAuthorityData: null,
  outpostClusterId: null,
  // Each profile's own.
  region: null,
}

/** Where no file and no variable names a region, for the STS to ask. */
const regionOfPartition: Readonly<Record<string, string>> = {
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
}

/** What the commands of a tree depend on. */
interface Stand {
  readonly environment: Environment
  readonly files: AwsFiles
  readonly tree: IdentityTree
  readonly ways: ReadonlyMap<string, Way>
}

/** Contexts, in memory alone, whose commands act as identities without a context: `aws --profile P eks get-token`. */
function commandsOf(
  { environment, files, tree, ways }: Stand,
  place: typeof nowhere,
): {
  readonly view: KubeconfigView
  /** By the ids of these contexts. */
  readonly idOf: ReadonlyMap<EntryId, string>
} {
  const meant =
    place.outpostClusterId === null
      ? ['--cluster-name', place.name]
      : ['--cluster-id', place.outpostClusterId]
  const entries = tree.identities.flatMap(({ id, arn }) => {
    const way = ways.get(id)
    if (way === undefined || way.kind === 'entry') return []
    const profile = way.kind === 'profile' ? way.profile : null
    const usual = regionOfPartition[arn?.split(':')[1] ?? ''] ?? 'us-east-1'
    const isNamed = regionFor(files, profile, environment.variables) !== null
    const named = place.region ?? (isNamed ? null : usual)
    const region = named === null ? [] : ['--region', named]
    const pinned = profile === null ? [] : ['--profile', profile]
    const args = [...region, ...pinned, 'eks', 'get-token', ...meant, '--output', 'json']
    return [{ id, name: nameOfWay(way), args }]
  })
  const { certificateAuthorityData: data } = place
  const authority = data === null ? {} : { 'certificate-authority-data': data }
  const text = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: place.name, cluster: { server: place.endpoint, ...authority } }],
    users: entries.map(({ name, args }) => ({
      name,
      user: { exec: { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'aws', args } },
    })),
    contexts: entries.map(({ name }) => ({ name, context: { cluster: place.name, user: name } })),
  })
  const path = 'ekscope identities'
  const document = readDocument(path, text)
  const file = fileOf({ ...unread, path, source: 'default', own: true, trusted: true }, document)
  const view = viewOf(0, [{ file, document }])
  const names = new Map(entries.map(({ id, name }) => [name, id]))
  const idOf = new Map(view.snapshot.contexts.map(({ id, name }) => [id, names.get(name) ?? '']))
  return { view, idOf }
}

const nameOfWay = (way: Exclude<Way, { kind: 'entry' }>): string =>
  way.kind === 'profile' ? `profile ${named(way.profile)}` : 'whoever names no profile'
