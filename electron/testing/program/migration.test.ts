/** `ekscope access --migration`, at a simulator whose entries the real aws makes by the commands that are printed. */
import { expect, test } from 'vitest'
import { runProgram } from '../real-programs'
import { useSmallSimulator } from '../small-simulator'
import { keyProfile, roleProfile, small } from '../small-world'
import { useTerminal } from './terminal'

const world = useSmallSimulator()
const contexts = [
  ['admin', small.cluster],
  ['reader', small.cluster],
  ['old-carol', small.old],
] as const
const profileOf = (context: string) => context.replace('old-', '')
const terminal = useTerminal({
  inProcess: true,
  config: () => `apiVersion: v1
kind: Config
clusters:
${[small.cluster, small.old].map(world.clusterEntry).join('')}contexts:
${contexts.map(([name, cluster]) => `- {name: ${name}, context: {cluster: "${cluster}", user: ${name}}}\n`).join('')}users:
${contexts
  .map(([name, cluster]) => {
    const args = `[--region, eu-west-1, --profile, ${profileOf(name)}, eks, get-token, --cluster-name, ${cluster.split('/')[1]}, --output, json]`
    return `- {name: ${name}, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: ${args}}}}\n`
  })
  .join('')}`,
  aws: `${keyProfile('alice', small.alice)}${keyProfile('carol', small.carol)}${roleProfile('admin', small.admin)}${roleProfile('reader', small.reader)}`,
  variables: () => ({
    ...world.variables(),
  }),
})
const { ekscope } = terminal

interface Step {
  readonly command: string
}
interface Row {
  readonly principal: string
  readonly in: string
  readonly move: { readonly steps: readonly Step[] } | null
}
const migration = async (...words: readonly string[]) => {
  const { status, stdout, stderr } = await ekscope(['access', ...words, '--migration', '--json'])
  expect([status, stderr]).toEqual([0, ''])
  const said: {
    readonly unread: readonly string[]
    readonly first: Step | null
    readonly principals: readonly Row[]
    readonly contexts: readonly string[] | null
  } = JSON.parse(stdout).migration
  return said
}
/** As somebody would who copies them into a shell. */
const run = async (commands: readonly string[]) => {
  const said = await runProgram('/bin/sh', ['-ec', commands.join('\n')], {
    ...terminal.variables(),
    AWS_PROFILE: 'admin',
  })
  expect([said.status, said.stderr]).toEqual([0, ''])
}
const only = ({ principals }: { readonly principals: readonly Row[] }, where: string) =>
  principals.filter((row) => row.in === where).map(({ principal }) => principal.replace(/^.*\//, ''))
const commandsOf = (rows: readonly Row[]) =>
  rows.flatMap(({ move }) => move?.steps.map(({ command }) => command) ?? [])

test('the printed commands take over what aws-auth alone names, and with entries alone nobody is locked out', async () => {
  const { stdout } = await ekscope(['access', 'admin', '--migration'])
  expect(stdout).toMatch(/^prod in eu-west-1, account 111122223333: access entries decide, then aws-auth\.$/m)
  expect(stdout).toMatch(/^Reader \(role\) .* aws-auth +yes +no: locked out$/m)
  expect(stdout).toMatch(
    /^If access entries alone decided, these would be locked out: Reader \(role\), carol \(user\)\.$/m,
  )
  expect(stdout).toMatch(/^Of your contexts these would be locked out: reader\.$/m)
  expect(stdout).toMatch(/^Line 2 of mapUsers lets nobody in: /m)
  const before = await migration('admin')
  expect([only(before, 'aws-auth'), only(before, 'both'), before.contexts]).toEqual([
    ['Reader', 'carol'],
    [],
    ['reader'],
  ])
  await run(commandsOf(before.principals))
  const after = await migration('admin')
  expect(after.principals.filter((row) => row.in === 'both')).toMatchObject([
    { principal: small.reader, enters: true, wouldEnter: true, differences: [], move: null },
    { principal: small.carol.arn, differences: [], entry: { username: 'carol' } },
  ])
  expect([only(after, 'aws-auth'), after.unread, after.contexts]).toEqual([[], [], []])
  await run([
    'aws eks update-cluster-config --name prod --region eu-west-1 --access-config authenticationMode=API',
  ])
  const checked = await ekscope(['whoami', 'reader', '--json'])
  expect(JSON.parse(checked.stdout)).toMatchObject({
    results: [{ context: 'reader', verdict: 'verified' }],
  })
  // aws-auth is still there, and is asked for although it counts for nothing.
  expect((await migration('admin')).principals.filter((row) => row.in === 'both')).toHaveLength(2)
})

test('of a cluster that looks at aws-auth alone the first command changes that, and the others follow', async () => {
  const before = await migration('old-carol', '--profile', 'admin')
  expect(before.first?.command).toContain('authenticationMode=API_AND_CONFIG_MAP')
  expect([only(before, 'aws-auth'), before.contexts]).toEqual([['Reader', 'carol'], ['old-carol']])
  await run([before.first?.command ?? '', ...commandsOf(before.principals)])
  const after = await migration('old-carol', '--profile', 'admin')
  expect([after.first, only(after, 'aws-auth'), after.contexts]).toEqual([null, [], []])
})

test('whoever may not read one of both lists is told so, and nobody is called missing', async () => {
  // Carol may not describe clusters.
  const said = await migration('old-carol')
  expect(said.unread).toEqual([expect.stringMatching(/^Access entries were not read: /)])
  expect([only(said, 'aws-auth'), said.contexts]).toEqual([[], null])
  const { stdout } = await ekscope(['access', 'old-carol', '--migration'])
  expect(stdout).toMatch(/Who is missing there is not said\.$/m)
  expect(stdout).not.toMatch(/locked out|create-access-entry/)
})
