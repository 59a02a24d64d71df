/**
 * `ekscope identities`: all identities that AWS files, environment and contexts name, as a tree; with --prove, what AWS says of
 * them.
 */

import { ago } from '../../shared/age'
import { isRoleArn } from '../../shared/identity/arn'
import { type Check, isNotAllowed, type Problem } from '../../shared/identity/identity'
import type {
  IdentityKind,
  IdentityState,
  IdentityTree,
  KnownIdentity,
  PlacedProfile,
} from '../../shared/identity/identity-tree'
import { quoted, visible } from '../../shared/visible'
import { fieldsOf, problemJson, provenJson } from '../report/row-json'
import {
  allowFor,
  contextsFor,
  openTree,
  type ProvableTree,
  proveIdentities,
  questionsFor,
  treeIn,
} from '../state/identity-trees'
import { UsageError } from './arguments'
import { type Command, interrupted, notFound, orThrow, print } from './command'
import { localTime, principalText, type TableRoom, table } from './output'
import { nameOverwritten } from './overwritten'
import { questionJson, questionText } from './question'
import { statusOf } from './whoami'

export const identities: Command = {
  usage: 'identities [NAME…] [--prove] [--allow-exec FINGERPRINT]…',
  summary:
    'the identities that AWS files, environment and contexts name, what each comes from, and whether it can act',
  examples: ['ekscope identities', 'ekscope identities pay pay-ro', 'ekscope identities --prove pay'],
  help: {
    NAME: 'only these: a profile, an identity’s name, ARN or id, a session; with all that come from it',
    '--prove': 'ask AWS who each is, as the aws of this environment would act; starts no sign-in',
    '--allow-exec FINGERPRINT': 'allow the credential_process of a question from now on; can be repeated',
  },
  async run(call) {
    const { args, terminal, signal } = call
    const proves = args.flag('prove')
    const allowed = args.texts('allow-exec')
    if (allowed.length > 0 && !proves) throw new UsageError('--allow-exec goes with --prove')
    const { environment } = args.globals
    const all = await call.reading()
    await all.kubeconfig.load()
    await nameOverwritten(call.terminal, all)
    const { problem } = await all.environments.of(environment)
    if (!proves) {
      const tree = await treeIn(all.trees, environment)
      const shown = chosen(tree, args.positionals, false)
      await print(call, { ...treeJson(tree, shown), problem }, (to) => treeText(tree, shown, new Map(), to))
      return 0
    }
    const proving = await openTree(all.trees, environment)
    const asked = chosen(proving.tree, args.positionals, true)
    const ids = asked.flatMap(({ id, provable }) => (provable ? [id] : []))
    for (const question of await allow(proving, ids, allowed))
      await terminal.err(`Allowed from now on. ${question}`)
    const checks = new Map<string, Check>()
    await proveIdentities(proving, ids, (id, check) => checks.set(id, check), signal)
    const unanswered = [...checks].flatMap(([id, check]) => (isNotAllowed(check.problem) ? [id] : []))
    const { questions, contexts } = await questionsFor(proving, contextsFor(proving, unanswered))
    const tree = await treeIn(all.trees, environment)
    const shown = chosen(tree, args.positionals, true)
    const document = {
      ...treeJson(tree, shown),
      ...(signal.aborted ? { cancelled: true } : {}),
      proofs: [...checks].map(([id, check]) => proofJson(id, check)),
      problem,
      questions: questions.map((question) => questionJson(question, { contexts }, environment)),
    }
    await print(
      call,
      document,
      (to) => `${treeText(tree, shown, checks, to)}${proofsText(shown, checks, to)}`,
    )
    for (const question of questions)
      await terminal.err(`Not allowed yet. ${questionText(question, { contexts }, terminal.errIsTerminal)}`)
    const done = `interrupted: ${checks.size} of ${ids.length} identities were proven.`
    if (signal.aborted) return interrupted(call, done, 'Run the command again for the rest.')
    return statusOf([...checks.values()], false)
  },
}

async function allow(proving: ProvableTree, ids: readonly string[], fingerprints: readonly string[]) {
  if (fingerprints.length === 0) return []
  const { questions, contexts } = await questionsFor(proving, contextsFor(proving, ids))
  const said: string[] = []
  for (const fingerprint of fingerprints) {
    const question = questions.find((one) => one.fingerprint === fingerprint)
    if (question === undefined)
      throw notFound(
        `none of these identities has an open question with the fingerprint ${fingerprint}.`,
        'What runs may have changed since: `ekscope identities --prove` prints the questions anew.',
      )
    orThrow(await allowFor(proving, question))
    said.push(questionText(question, { contexts }, false))
  }
  return said
}

/** The named ones with their ancestors and, where nothing is proven, their descendants; all where none is named. */
function chosen({ identities: all }: IdentityTree, names: readonly string[], proves: boolean) {
  if (names.length === 0) return all
  const found = new Set<string>()
  for (const name of names) {
    const meant = all.filter((one) => isCalled(one, name))
    if (meant.length === 0)
      throw notFound(
        `no identity is called ${quoted(name)}.`,
        '`ekscope identities` lists them; a profile that only holds settings is not an identity.',
      )
    for (const { id } of meant) found.add(id)
  }
  if (proves) return all.filter(({ id }) => found.has(id))
  const byId = new Map(all.map((one) => [one.id, one]))
  const shown = new Set(found)
  // Children come after their parents.
  for (const { id, parent } of all) if (parent !== null && shown.has(parent)) shown.add(id)
  for (const id of found) for (let at = byId.get(id); at; at = byId.get(at.parent ?? '')) shown.add(at.id)
  return all.filter(({ id }) => shown.has(id))
}

const isCalled = ({ id, name, arn, accessKeyId, profiles }: KnownIdentity, word: string): boolean =>
  [id, name, arn, accessKeyId].includes(word) || profiles.some((profile) => profile.name === word)

const head = ['IDENTITY', 'ACCOUNT', 'STATE', 'UNTIL', 'PROFILES', 'CONTEXTS', 'CLUSTERS']

function treeText(
  tree: IdentityTree,
  shown: readonly KnownIdentity[],
  checks: ReadonlyMap<string, Check>,
  to: TableRoom,
) {
  if (shown.length === 0) return 'No identity: neither AWS files, environment nor contexts name one.\n'
  const now = Date.now()
  const depth = new Map<string, number>()
  const rows = shown.map((one) => {
    const at = one.parent === null ? 0 : (depth.get(one.parent) ?? -1) + 1
    depth.set(one.id, at)
    return [
      `${indented(at)}${nameOf(one)}${one.unpinned ? ' *' : ''}`,
      one.accountName ?? one.account ?? '',
      stateText(one.state, now),
      one.state.until === null ? '' : localTime(one.state.until),
      one.profiles.map(profileText).join(', '),
      one.contexts.length === 0 ? '' : String(one.contexts.length),
      one.clusters.length === 0 ? '' : String(one.clusters.length),
    ]
  })
  const besides = (title: string, all: readonly { readonly name: string }[]) =>
    all.length === 0 || shown !== tree.identities
      ? []
      : [`${title}: ${visible(all.map(({ name }) => name).join(', '))}\n`]
  const below = [
    ...(shown.some((one) => one.unpinned) ? ['* whoever names no profile here\n'] : []),
    ...besides('settings only', tree.settingsOnly),
    ...besides('no file says who acts for', tree.notSaid),
    ...notesOf(shown, checks),
  ]
  return `${table(head, rows, to, ['UNTIL', 'CLUSTERS', 'CONTEXTS', 'ACCOUNT'])}${below.length === 0 ? '' : `\n${below.join('')}`}`
}

/** Below this depth only the number of levels is shown: a chain may have as many steps as there are profiles. */
const deepest = 8
const indented = (depth: number): string =>
  depth <= deepest ? '  '.repeat(depth) : `${'  '.repeat(deepest)}(${depth - deepest} further) `

const profileText = ({ name, config, credentials }: PlacedProfile): string => {
  const place = config ?? credentials
  return place === null ? name : `${name} (${place.file.split(/[/\\]/).at(-1) ?? place.file}:${place.line})`
}

/** The kind, shown after the name; empty where the name says it. */
const kinds: Readonly<Record<Exclude<IdentityKind, 'role' | 'nobody'>, string>> = {
  'environment-keys': ' (keys of the environment)',
  'entry-keys': ' (keys in an entry)',
  keys: '',
  metadata: '',
  container: '',
  'sso-session': ' (sign-in)',
  'permission-set': ' (SSO)',
  'web-identity': ' (web identity)',
  login: ' (aws login)',
  process: ' (credential_process)',
  wrapper: ' (given by what wraps aws)',
}

function nameOf({ kind, name, arn }: KnownIdentity): string {
  if (kind === 'nobody') return 'no identity'
  if (kind === 'role') return arn !== null && isRoleArn(arn) ? name : quoted(name)
  return `${name}${kinds[kind]}`
}

/** Problems, each with all its identities: a chain that is broken at its root is named once. */
function notesOf(shown: readonly KnownIdentity[], checks: ReadonlyMap<string, Check>): readonly string[] {
  const about = new Map<string, { readonly names: string[]; readonly problem: Problem }>()
  for (const one of shown) {
    const problem = checks.get(one.id)?.problem ?? one.state.problem
    if (problem === null) continue
    const names = about.get(problem.message)?.names ?? []
    if (one.kind !== 'nobody') names.push(one.name)
    about.set(problem.message, { names, problem })
  }
  return [...about.values()].map(({ names, problem: { message, next } }) => {
    const whom = names.length === 0 ? '' : `${visible([...new Set(names)].join(', '))}: `
    return `${whom}${visible(message)}\n  ${visible(next)}\n`
  })
}

function stateText({ kind, at, by }: IdentityState, now: number): string {
  const word = kind === 'sign-in-needed' ? 'sign-in needed' : kind
  if (at === null) return by === 'cache' && kind === 'valid' ? `${word}, cached` : word
  if (kind !== 'valid') return `${word}, ${ago(at, now)}`
  return `${word}, ${by === 'check' ? 'seen in a check' : 'proven'} ${ago(at, now)}`
}

function proofsText(
  shown: readonly KnownIdentity[],
  checks: ReadonlyMap<string, Check>,
  to: TableRoom,
): string {
  const rows = shown.flatMap((one) => {
    const check = checks.get(one.id)
    if (!check) return []
    const { proven, problem } = check
    return [[nameOf(one), proven ? principalText(proven.arn) : (problem?.code ?? ''), proven?.arn ?? '']]
  })
  if (rows.length === 0) return '\nNone of these can be proven by itself.\n'
  return `\n${table(['IDENTITY', 'AWS SAYS', 'ARN'], rows, to)}`
}

/** The JSON of `identities`: a contract with scripts. Add to it, do not change it. */
const treeJson = (tree: IdentityTree, shown: readonly KnownIdentity[]) => ({
  environment: tree.environment,
  identities: shown.map(identityJson),
  settingsOnly: tree.settingsOnly,
  notSaid: tree.notSaid.map(({ name }) => name),
  files: tree.problems.map(({ file, line, message }) => ({ path: file, line, message })),
})

/** Without shadowed contexts: by name alone, a reader would take each for the context that shadows it. */
const identityJson = ({ state, contexts, shadowed: _, ...one }: KnownIdentity) => ({
  ...one,
  state: {
    ...fieldsOf(state, 'kind', 'until', 'by', 'at'),
    problem: state.problem && problemJson(state.problem),
  },
  contexts: contexts.map(({ name }) => name),
})

const proofJson = (id: string, { at, verdict, proven, problem, aws, ms }: Check) => ({
  id,
  at,
  verdict,
  proven: proven && provenJson(proven),
  problem: problem && problemJson(problem),
  aws,
  ms,
})
