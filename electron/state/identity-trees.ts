/**
 * Every identity that AWS files, an environment and the contexts name, and the proof of each: GetCallerIdentity with the token
 * that the aws of that environment gives for it. It takes the steps of any check, without a context and without a cluster.
 */

import type { ClusterAccess } from '../../shared/identity/access-entries'
import { serverDoubt } from '../../shared/identity/asked-by'
import type { EksCluster } from '../../shared/identity/eks-cluster'
import type { Check, EnvironmentName, Problem } from '../../shared/identity/identity'
import type { IdentityTree } from '../../shared/identity/identity-tree'
import { type Packed, unpack } from '../../shared/ipc/packed'
import { type EntryId, partsOfId } from '../../shared/kubeconfig/entries'
import { type Fault, fail, fault, ok, type Result } from '../../shared/result'
import type { RunQuestion } from '../../shared/trust/command-question'
import { named } from '../../shared/visible'
import type { AwsFiles } from '../aws/files/aws-files'
import { regionFor } from '../aws/files/profile-settings'
import { awsFilesOnce } from '../identity/aws-files-once'
import { lookInput, lookTask } from '../identity/basis'
import type { ProofCommand } from '../identity/build-identity-tree'
import type { IdentityReports } from '../identity/reports'
import { type Subject, subjectsOf } from '../identity/subjects'
import { readDocument } from '../kubeconfig/read/document'
import { fileOf, unread } from '../kubeconfig/read/file-facts'
import { type KubeconfigView, viewOf } from '../kubeconfig/read/kubeconfig-view'
import type { Ask } from '../net/ask'
import type { Environment } from '../system/environment'
import type { Questions } from '../trust/asking'
import { eksEndpointsIn, profileAsksAt } from '../trust/eks-endpoints'
import { type AdmitServer, namedServer } from '../trust/named-servers'
import { openRunPrompts, type Prompts } from '../trust/prompts'
import type { ReviewRequest } from '../whoami/review'
import { earlierIdsOf, type RunOfChecks, type RunWithAnswers, runOfChecks } from './checker'
import { type Fleet, lookAt, treeTask } from './fleet'
import type { MutedFile } from './muted-file'
import type { Proof } from './stored-proofs'

/** What trees of identities, and their proofs, are made of. */
export interface IdentityTrees extends Fleet {
  readonly identities: Pick<IdentityReports, 'subjects'>
  /** Questions about contexts. */
  readonly prompts: Prompts
  readonly onTrust: () => Promise<void>
  readonly mutes: Pick<MutedFile, 'load'>
}

async function lookAtTree(trees: Fleet, name: EnvironmentName) {
  const task = await treeTask(trees, name)
  return lookAt(trees, (looks, ...of) => looks.tree(task, ...of))
}

/** As a page gets it. From files, caches and earlier results; sends no request. The kubeconfig files must be loaded. */
export const shownTree = async (trees: Fleet, name: EnvironmentName): Promise<Packed<IdentityTree>> =>
  (await lookAtTree(trees, name)).tree

export const treeIn = async (trees: Fleet, name: EnvironmentName): Promise<IdentityTree> =>
  unpack(await shownTree(trees, name))

/** One tree, of which identities can be proven. */
export interface ProvableTree extends Commands {
  readonly trees: IdentityTrees
  readonly environment: Environment
  readonly files: AwsFiles
  readonly tree: IdentityTree
  readonly ways: ReadonlyMap<string, ProofCommand>
  /** Of AWS files and environment. */
  readonly fingerprint: string
  /** Identities that a command of our own can use: a cluster can be asked with no other. */
  readonly enterable: readonly string[]
  /** Questions about our own commands. */
  readonly ours: Pick<Prompts, 'ask' | 'allow'>
}

export async function openTree(trees: IdentityTrees, name: EnvironmentName): Promise<ProvableTree> {
  const { tree, ...known } = await lookAtTree(trees, name)
  const environment = await trees.environments.of(name)
  const files = await awsFilesOnce(trees.home, trees.platform)(environment, {})
  const is = { trees, environment, files, tree: unpack(tree), ...known }
  const commands = commandsOf(is, nowhere)
  const ours = openRunPrompts({
    decisions: trees.decisions,
    environment: async () => environment,
    commands: (contexts) => subjectsIn(is, commands.view, contexts),
    onChange: trees.onTrust,
  })
  return { ...is, ...commands, enterable: [...commands.contextOf.keys()], ours }
}

const subjectsIn = async (
  { trees, environment }: Pick<ProvableTree, 'trees' | 'environment'>,
  view: KubeconfigView,
  contexts: readonly EntryId[],
): Promise<readonly Subject[]> =>
  subjectsOf({
    ...lookInput({ ...(await lookTask(trees, environment.name)), environment }),
    snapshot: view.snapshot,
    resolved: contexts.flatMap((id) => view.resolve(id) ?? []),
    words: new Map(),
  })

/** The contexts by whose commands these act: commands of our own, and those of files. */
function commandsFor({ contextOf, ways }: ProvableTree, ids: readonly string[]) {
  const own = new Map<EntryId, string>()
  const entries = new Map<EntryId, string>()
  for (const id of ids) {
    const context = contextOf.get(id)
    const way = ways.get(id)
    if (context !== undefined) own.set(context, id)
    else if (way?.kind === 'entry') entries.set(way.context, id)
  }
  return { own, entries }
}

/** How far proofs are, by the ids of identities. */
interface ProofSteps {
  /** Its turn has come. */
  readonly onBegun?: (id: string) => void
  /** Those that wait for the user's answer. */
  readonly onAsking?: (ids: readonly string[]) => void
}

/** Results as they come, by the ids of identities; those that `proofOf` gives are stored, also after a cancel. */
async function runFor(
  { trees, environment, fingerprint }: ProvableTree,
  idOf: ReadonlyMap<EntryId, string>,
  run: Omit<RunOfChecks, 'environment' | 'emit'>,
  proofOf: (check: Check) => Pick<Check, 'problem'> | null,
  onCheck: (id: string, check: Check) => void,
  { onBegun, onAsking }: ProofSteps = {},
): Promise<RunWithAnswers['asked']> {
  const done: Proof[] = []
  const { asked } = await runOfChecks(trees, {
    ...run,
    environment,
    emit: (progress) => {
      if (progress.kind === 'asking') return onAsking?.(progress.contexts.flatMap((id) => idOf.get(id) ?? []))
      if (progress.kind !== 'begun' && progress.kind !== 'checked') return
      const id = idOf.get(progress.kind === 'begun' ? progress.context : progress.check.context)
      if (id === undefined) return
      if (progress.kind === 'begun') return onBegun?.(id)
      const check = { ...progress.check, problem: askedHere(progress.check.problem) }
      const proof = proofOf(check)
      const { at, until, proven } = check
      const kept = { id, environment: environment.name, at, until, fingerprint, proven }
      if (proof !== null) done.push({ ...kept, problem: proof.problem })
      onCheck(id, check)
    },
  })
  // Results that cannot be stored were shown all the same.
  await trees.proofs.keep(done).catch(() => undefined)
  return asked
}

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

/** Those of these identities whose tokens may go to the cluster. */
async function admittedAt(
  { files, environment, ways, tree }: ProvableTree,
  cluster: ProvingAt,
  ids: readonly string[],
  admit: AdmitServer,
): Promise<Result<readonly string[]>> {
  const endpoints = eksEndpointsIn(files, environment.variables)
  const doubtAbout = (id: string) => {
    const way = ways.get(id)
    const profile = way?.kind === 'profile' ? way.profile : null
    return serverDoubt(cluster, null, profileAsksAt(profile, endpoints) === cluster.askedBy.endpoint)
  }
  const doubts = new Map(ids.map((id) => [id, doubtAbout(id)]))
  const doubt = [...doubts.values()].find((one) => one !== null) ?? null
  if (doubt === null) return ok(ids)
  const names = tree.identities.flatMap(({ id, name }) => (doubts.get(id) ? [name] : []))
  const answer = await admit(namedServer(cluster, doubt, names))
  if (!answer.ok) return answer
  if (answer.value) return ok(ids)
  const unasked = ids.filter((id) => doubts.get(id) === null)
  return unasked.length > 0 ? ok(unasked) : fail(notAdmitted(cluster))
}

/**
 * Asks a cluster which user it sees for these identities: a token each, for its name, sent to its endpoint, checked against its
 * authority. Commands that may not run do not. `admit`: asked about a server that is not EKS's own, before it gets tokens of
 * identities that would not ask the EKS that named it; if refused, only the others are used. Identities that AWS proved are
 * stored as by `proveIdentities`. `onLetIn`: the cluster let one in, and more may be asked with the same token. Fault: none may
 * be used.
 */
export async function enterAs(
  proving: ProvableTree,
  cluster: ProvingAt,
  ids: readonly string[],
  admit: AdmitServer,
  onSeen: (id: string, check: Check) => void,
  signal: AbortSignal,
  onLetIn?: (request: ReviewRequest, ask: Ask, signal: AbortSignal) => Promise<void>,
): Promise<Result<null>> {
  const admitted = await admittedAt(proving, cluster, ids, admit)
  if (!admitted.ok) return admitted
  const { ask } = await import('../net/ask')
  const there = { ...proving, ...commandsOf(proving, cluster) }
  const { own } = commandsFor(there, admitted.value)
  const { checks } = proving.trees
  const run = {
    run: 'enter',
    contexts: [...own.keys()],
    subjectsOf: (contexts: readonly EntryId[]) => subjectsIn(there, there.view, contexts),
    onLetIn: async (_: EntryId, request: ReviewRequest, running: AbortSignal) =>
      onLetIn?.(request, ask, running),
    earlierIds: earlierIdsOf(() => checks.load()),
    access: cluster.access ?? null,
    signal,
  }
  await runFor(proving, own, run, ({ proven }) => proven && { problem: null }, onSeen)
  return ok(null)
}

/** The contexts by whose commands these identities are proven. */
export function contextsFor(proving: ProvableTree, ids: readonly string[]): readonly EntryId[] {
  const { own, entries } = commandsFor(proving, ids)
  return [...own.keys(), ...entries.keys()]
}

/** Those that run a command of our own, and those of files. */
const apart = ({ view }: ProvableTree, contexts: readonly EntryId[]) =>
  [contexts.filter((id) => view.resolve(id)), contexts.filter((id) => !view.resolve(id))] as const

/** The commands of these contexts that are not allowed yet; `contexts`: what they are about, by the ids that they name. */
export async function questionsFor(proving: ProvableTree, contexts: readonly EntryId[]) {
  const [own, entries] = apart(proving, contexts)
  const { trees, ours, view, environment } = proving
  const all = [
    ...(own.length > 0 ? await ours.ask(own, environment.name) : []),
    ...(entries.length > 0 ? await trees.prompts.ask(entries, environment.name) : []),
  ]
  // Both ask about the path to a program.
  const questions = new Map<string, RunQuestion>()
  for (const one of all) {
    const before = questions.get(one.fingerprint)?.contexts ?? []
    questions.set(one.fingerprint, { ...one, contexts: [...before, ...one.contexts] })
  }
  const ofFiles = entries.map((id) => ({ id, name: partsOfId(id)?.name ?? '' }))
  return {
    questions: [...questions.values()],
    contexts: [...view.snapshot.contexts.map(({ id, name }) => ({ id, name })), ...ofFiles],
  }
}

export const allowFor = (
  { ours, view, trees, environment }: ProvableTree,
  { context, fingerprint }: Pick<RunQuestion, 'context' | 'fingerprint'>,
): Promise<Result<null>> =>
  (view.resolve(context) ? ours : trees.prompts).allow(context, environment.name, fingerprint)

/**
 * Proves those of these that can be; results are stored, also after a cancel. `onProof` gets each result as it comes. `questions`:
 * about some of the contexts, while the other identities are proven; answers what came of them.
 */
export async function proveIdentities(
  proving: ProvableTree,
  ids: readonly string[],
  onProof: (id: string, check: Check) => void,
  signal: AbortSignal,
  { questions, ...steps }: ProofSteps & { readonly questions?: Questions } = {},
): Promise<RunWithAnswers['asked']> {
  const { prove } = await import('../whoami/verify')
  const { own, entries } = commandsFor(proving, ids)
  const run = {
    run: 'prove',
    contexts: [...own.keys(), ...entries.keys()],
    async subjectsOf(contexts: readonly EntryId[]) {
      const [ours, ofFiles] = apart(proving, contexts)
      const { trees, view, environment } = proving
      return [
        ...(await subjectsIn(proving, view, ours)),
        ...(await trees.identities.subjects(ofFiles, environment)),
      ]
    },
    questions,
    check: prove,
    signal,
  }
  return runFor(proving, new Map([...own, ...entries]), run, (check) => check, onProof, steps)
}

const notAdmitted = ({ endpoint }: ProvingAt): Fault =>
  fault(
    'declined',
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

/** Contexts, in memory alone, by whose commands identities act. */
interface Commands {
  readonly view: KubeconfigView
  /** By the ids of identities. */
  readonly contextOf: ReadonlyMap<string, EntryId>
}

/** Contexts, in memory alone, whose commands act as identities without a context: `aws --profile P eks get-token`. */
function commandsOf(
  { environment, files, tree, ways }: Pick<ProvableTree, 'environment' | 'files' | 'tree' | 'ways'>,
  place: typeof nowhere,
): Commands {
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
  const contextOf = new Map(view.snapshot.contexts.map(({ id, name }) => [names.get(name) ?? '', id]))
  return { view, contextOf }
}

const nameOfWay = (way: Exclude<ProofCommand, { kind: 'entry' }>): string =>
  way.kind === 'profile' ? `profile ${named(way.profile)}` : 'whoever names no profile'
