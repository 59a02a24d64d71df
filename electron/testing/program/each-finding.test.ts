/**
 * Each finding: files with it, and files like these without it; and where an edit mends it, the identity of the real kubectl before and
 * after, by the real aws.
 */
import { rmSync, utimesSync } from 'node:fs'
import { expect, test } from 'vitest'
import { contextFixIds, type FindingId, fileFixIds, findingIds } from '../../../shared/findings/finding-rules'
import { full, someOf } from '../../../shared/testing/counts'
import type { World } from '../../demo/simulator/world'
import { builtProgram } from '../bundle'
import { realProgram } from '../real-programs'
import { useSmallSimulator } from '../small-simulator'
import { keyProfile, roleProfile, small, smallWorld } from '../small-world'
import { useTerminal, type Variables } from './terminal'

/** Its lists are complete, and of all that is there only the administrator may enter. */
const closed = small.cluster.replace(/prod$/, 'closed')
const world = useSmallSimulator((now): World => {
  const small = smallWorld(now)
  const [prod] = small.clusters
  const [admin] = prod?.accessEntries ?? []
  if (!prod || !admin) throw new Error('the small world has a cluster that an administrator enters')
  const more = { ...prod, arn: closed, authenticationMode: 'API' as const, accessEntries: [admin] }
  return { ...small, clusters: [...small.clusters, more] }
})
const inPath = (folder: string) => `${terminal.home}/${folder}:${world.variables().PATH}`
const both = () => ({ KUBECONFIG: `${terminal.file}:${terminal.home}/second` })

const user = (name: string, profile: string) =>
  `- name: ${name}\n  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, --profile, ${profile}, eks, get-token, --cluster-name, prod, --output, json]}}\n`
const context = (name: string, cluster: string = small.cluster) =>
  `- {name: ${name}, context: {cluster: "${cluster}", user: ${name}}}\n`
/** Two contexts, with which nothing is wrong. */
const usual = () =>
  `apiVersion: v1\nkind: Config\ncurrent-context: it\nclusters:\n${world.clusterEntry(small.cluster)}contexts:\n${context('it')}${context('other')}users:\n${user('it', 'alice')}${user('other', 'carol')}`
const terminal = useTerminal({
  inProcess: true,
  aws: `${keyProfile('alice', small.alice)}${keyProfile('carol', small.carol)}${roleProfile('admin', small.admin)}${roleProfile('broken', small.reader).replace('= alice', '= nobody')}`,
  variables: world.variables,
})

interface Given {
  /** What is other than in the usual file, the first of its kind. */
  readonly where?: readonly (readonly [usual: string, other: string | (() => string)])[]
  /** Beside it in the home folder. */
  readonly files?: Readonly<Record<string, string>>
  readonly mode?: number
  readonly variables?: () => Variables
  /** A command that is run first. */
  readonly after?: readonly string[]
  readonly lint?: readonly string[]
}
interface Fixture {
  readonly has: Given
  /** Else the usual file is what lacks it. */
  readonly lacks?: Given
  /** Where an edit mends it: the identity that the cluster sees before and after; null: kubectl refuses, or is refused. */
  readonly acts?: readonly [before: string | null, after: string]
}

const profile = '--profile, alice, '
const role = (arn: string): readonly [string, string] => ['--output', `--role-arn, "${arn}", --output`]
const args = (from: string, to: string): Pick<Fixture, 'has'> => ({ has: { where: [[from, to]] } })
const expecting = (lines: string): Pick<Given, 'files' | 'lint'> => ({
  files: { 'expect.yaml': `ekscope: expect/1\n${lines}` },
  lint: ['--expect', 'expect.yaml'],
})
const program = (name: string, says: string): Given => ({
  files: { [`bin/${name}`]: `#!/bin/sh\necho ${says}\n` },
  variables: () => ({ PATH: inPath('bin') }),
})
const asAlice = small.alice.arn
const asCarol = 'carol'
const printsText = () => ({ AWS_DEFAULT_OUTPUT: 'text' })
const keys = () => ({
  AWS_ACCESS_KEY_ID: small.carol.key.id,
  AWS_SECRET_ACCESS_KEY: small.carol.key.secret,
})
const env = (name: string): readonly [string, string] => [
  'json]',
  `json], env: [{name: ${name}, value: alice}]`,
]
const china = small.cluster.replace('aws', 'aws-cn').replace('eu-west-1', 'cn-north-1')
const inChina = [
  [`{name: "${small.cluster}"`, `{name: "${china}"`],
  [`cluster: "${small.cluster}"`, `cluster: "${china}"`],
  ['eu-west-1, --', 'cn-north-1, --'],
] as const
const kuberc = (more: string): Given => ({
  ...program('kubectl', 'a shim'),
  files: {
    'bin/kubectl': '#!/bin/sh\nexit 1\n',
    '.kube/kuberc': `apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n${more}`,
  },
})
const ekscope = await builtProgram()
const elsewhere: readonly [string, string] = [
  'server: ',
  'server: "https://OLD.gr7.eu-west-1.eks.amazonaws.com", before: ',
]
const online = { lint: ['--online'] }

/** A finding without its line is an error of the compiler. */
const fixtures: Readonly<Record<FindingId, Fixture>> = {
  'shared-user': { ...args('user: other', 'user: it'), acts: [asAlice, asAlice] },
  'same-identity': args('--profile, carol', '--profile, alice'),
  'env-keys-win': {
    has: { where: [[profile, ''], env('AWS_PROFILE')], variables: keys },
    lacks: { variables: keys },
    acts: [asCarol, asAlice],
  },
  unpinned: args(profile, ''),
  'double-assume': {
    has: { where: [['alice', 'admin'], role(small.reader)] },
    lacks: { where: [role(small.reader)] },
    acts: [null, 'reader:EKSGetTokenAuth'],
  },
  'cluster-mismatch': { ...args('--cluster-name, prod', '--cluster-name, old'), acts: [null, asAlice] },
  'deprecated-api-version': { ...args('v1beta1', 'v1alpha1'), acts: [null, asAlice] },
  'missing-interactive-mode': {
    ...args('v1beta1', 'v1'),
    lacks: { where: [['v1beta1', 'v1, interactiveMode: Never']] },
    acts: [null, asAlice],
  },
  'command-not-found': args('command: aws', 'command: /no/such/aws'),
  'partition-mismatch': {
    has: { where: [...inChina, role(small.reader)] },
    lacks: { where: [...inChina, role(small.reader.replace('aws', 'aws-cn'))] },
  },
  'region-mismatch': { ...args('eu-west-1, --', 'us-east-1, --'), acts: [asAlice, asAlice] },
  'missing-output-json': { ...args(', --output, json', ''), acts: [asAlice, asAlice] },
  'audit-name-lost': { has: { where: [role(small.reader)] } },
  'unknown-profile': args('alice', 'nobody'),
  'broken-profile': args('alice', 'broken'),
  'dangling-cluster': args(`{cluster: "${small.cluster}", user: it}`, '{cluster: gone, user: it}'),
  'dangling-user': args('user: it}', 'user: gone}'),
  'dangling-current': args('current-context: it', 'current-context: gone'),
  'duplicate-name': args('- {name: other', '- {name: it'),
  shadowed: {
    has: { files: { second: `contexts:\n${context('it')}` }, variables: both },
    lacks: { files: { second: `contexts:\n${context('third')}` }, variables: both },
  },
  'unsafe-name': {
    ...args('- {name: other', '- {name: on'),
    lacks: { where: [['- {name: other', '- {name: "on"']] },
    acts: [null, asAlice],
  },
  impersonation: args('user: {exec', 'user: {as: root, exec'),
  'exec-suppressed': args('user: {exec', 'user: {tokenFile: token, exec'),
  'other-aws': {
    has: { ...program('aws', 'aws-cli/1.45.11'), after: ['whoami', 'it'] },
    lacks: { ...program('aws', 'aws-cli/2.36.12'), after: ['whoami', 'it'] },
  },
  'slow-token': {
    has: {
      files: { 'bin/ekscope': `#!/bin/sh\nexec '${process.execPath}' '${ekscope}' "$@"\n` },
      variables: () => ({ PATH: inPath('bin') }),
    },
    lacks: program('ekscope-token', ''),
    acts: [asAlice, asAlice],
  },
  kuberc: { has: kuberc('credentialPluginPolicy: DenyAll\n'), lacks: kuberc('') },
  'insecure-skip-tls': args('certificate-authority-data', 'insecure-skip-tls-verify: true, x'),
  'plain-secret': {
    ...args('user: {exec', 'user: {token: abc, exec'),
    lacks: { where: [['user: {exec', 'user: {tokenFile: token, exec']] },
  },
  'open-permissions': { has: { mode: 0o666 } },
  'orphan-cluster': args('clusters:\n', 'clusters:\n- {name: spare, cluster: {server: "https://x"}}\n'),
  'orphan-user': args('users:\n', 'users:\n- {name: spare, user: {}}\n'),
  'unreadable-file': {
    has: { files: { second: 'contexts: [' }, variables: both },
    lacks: { files: { second: 'contexts: []' }, variables: both },
  },
  'unusable-output': {
    has: { where: [[', --output, json', '']], variables: printsText },
    lacks: { variables: printsText },
    acts: [null, asAlice],
  },
  'unsafe-request': {
    has: { where: [['json]', 'json, --no-verify-ssl]']] },
    lacks: { where: [['json]', 'json, --no-paginate]']] },
  },
  'misspelt-variable': { has: { where: [env('AW_PROFILE')] }, lacks: { where: [env('AWS_PAGER')] } },
  'impossible-cluster-name': args('--cluster-name, prod', `--cluster-name, "\${module.eks}"`),
  'unexpected-identity': {
    has: { where: [['alice', 'admin']], ...expecting(`contexts: {it: "${small.reader}"}\n`) },
    lacks: { where: [['alice', 'admin']], ...expecting(`contexts: {it: "${small.admin}"}\n`) },
  },
  'unexpected-cluster': {
    has: expecting(`contexts: {it: {cluster: "${small.old}"}}\n`),
    lacks: expecting(`contexts: {it: {cluster: "${small.cluster}"}}\n`),
  },
  'unexpected-pin': {
    has: { where: [[profile, ''], env('AWS_PROFILE')], ...expecting('contexts: {it: {pinned: true}}\n') },
    lacks: expecting('contexts: {it: {pinned: true}}\n'),
  },
  'unexpected-context': {
    has: expecting('contexts: {it: {pinned: true}}\n'),
    lacks: expecting('contexts: {"*": {pinned: true}}\n'),
  },
  'missing-context': {
    has: expecting('contexts: {"*": {}, gone: {pinned: true}}\n'),
    lacks: expecting('contexts: {"*": {}, it: {pinned: true}}\n'),
  },
  'command-not-allowed': {
    has: { where: [['command: aws', 'command: /bin/true']], after: ['whoami', 'it'] },
    lacks: { after: ['whoami', 'it'] },
  },
  'stale-cluster': { has: { ...online, where: [elsewhere] }, lacks: online },
  'cluster-gone': {
    has: {
      ...online,
      where: [elsewhere, ['cluster/prod', 'cluster/gone'], ['cluster/prod', 'cluster/gone']],
    },
    lacks: { ...online, where: [elsewhere] },
  },
  'service-role': {
    has: { ...online, where: [role(`arn:aws:iam::${small.account}:role/prod-service`)] },
    lacks: { ...online, where: [role(small.reader)] },
  },
  'no-access-entry': {
    has: {
      ...online,
      where: [
        ['clusters:\n', () => `clusters:\n${world.clusterEntry(closed)}`],
        [context('it'), context('it', closed)],
        ['-name, prod', '-name, closed'],
        role(small.reader),
      ],
    },
    lacks: {
      ...online,
      where: [
        ['clusters:\n', () => `clusters:\n${world.clusterEntry(closed)}`],
        [context('it'), context('it', closed)],
        ['-name, prod', '-name, closed'],
        role(small.admin),
      ],
    },
  },
}

/** Puts the files into the home; gives the environment. */
function place({ where = [], files = {}, mode, variables }: Given): Variables {
  rmSync(`${terminal.home}/bin`, { recursive: true, force: true })
  let text = usual()
  for (const [from, to] of where) {
    expect(text).toContain(from)
    text = text.replace(from, typeof to === 'string' ? () => to : to)
  }
  const written = [terminal.write('.kube/config', text, mode)]
  for (const [name, text] of Object.entries(files)) written.push(terminal.write(name, text, 0o700))
  // A file that was written just now may be unreadable for a moment only.
  const long = new Date(Date.now() - 60_000)
  for (const file of written) utimesSync(file, long, long)
  return variables?.() ?? {}
}

/** The ids of what `lint` finds. */
async function found({ after, lint = [] }: Given, variables: Variables): Promise<readonly string[]> {
  if (after !== undefined) await terminal.ekscope(after, variables)
  const run = await terminal.ekscope(['lint', '--json', ...lint], variables)
  const { findings }: { findings: readonly { id: string }[] } = JSON.parse(run.stdout)
  return findings.map(({ id }) => id)
}
const foundIn = (given: Given) => found(given, place(given))

test('nothing is found in the usual files', async () => {
  expect(await foundIn({})).toEqual([])
})

test.each(findingIds)('%s is found, and not in files like these without it', async (id) => {
  const { has, lacks = {} } = fixtures[id]
  expect(await foundIn(lacks)).not.toContain(id)
  expect(await foundIn(has)).toContain(id)
})

test('whom the cluster sees is named for each that an edit mends', () => {
  expect(findingIds.filter((id) => fixtures[id].acts !== undefined)).toEqual(
    findingIds.filter((id) => contextFixIds.includes(id) || fileFixIds.includes(id)),
  )
})

const mended = findingIds.flatMap((id) => {
  const { has, acts } = fixtures[id]
  return acts === undefined ? [] : [{ id, has, before: acts[0], after: acts[1] }]
})
test.each(someOf(mended, ({ id, before }) => before === null || id === 'slow-token'))(
  '$id: kubectl acts as its fix says, and the other context as before',
  async ({ id, has, before, after }) => {
    const variables = place(has)
    const seen = async (context: string) => {
      const words = ['--context', context, 'auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}']
      const run = await terminal.run(realProgram('kubectl'), words, variables)
      return run.status === 0 ? run.stdout : null
    }
    const other = full ? await seen('other') : null
    expect(await seen('it')).toBe(before)
    await terminal.done(['fix', id], variables)
    expect(await seen('it')).toBe(after)
    expect(await found(has, variables)).not.toContain(id)
    if (other !== null) expect(await seen('other')).toBe(other)
  },
)
