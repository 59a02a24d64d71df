/** A folder of kubeconfigs: each file is read alone, as kubectl reads it with --kubeconfig. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { realProgram, runProgram } from '../real-programs'
import { useTerminal } from './terminal'

const file = (cluster: string, current = 'dev') => `apiVersion: v1
kind: Config
current-context: ${current}
clusters:
- {name: c, cluster: {server: "https://${cluster}.gr7.eu-west-1.eks.amazonaws.com"}}
contexts:
- {name: dev, context: {cluster: c, user: u}}
- {name: only-${cluster}, context: {cluster: c, user: u}}
users:
- {name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, --profile, ${cluster}, eks, get-token, --cluster-name, ${cluster}, --output, json]}}}
`
const terminal = useTerminal({
  inProcess: true,
  config: file('own'),
  aws: '[profile aa]\nrole_arn = arn:aws:iam::111122223333:role/A\nsource_profile = own\n[profile bb]\nrole_arn = arn:aws:iam::111122223333:role/B\nsource_profile = own\n[profile own]\nregion = eu-west-1\n',
})
const { ekscope } = terminal
const folder = () => join(terminal.home, 'configs')
const put = (name: string, text: string) => writeFileSync(join(folder(), name), text)
const inFolder = (...args: readonly string[]) => ekscope(['--kubeconfig', folder(), ...args])

beforeEach(() => {
  mkdirSync(join(folder(), 'deeper'), { recursive: true })
  put('a.yaml', file('aa'))
  put('b', JSON.stringify({ apiVersion: 'v1', kind: 'Config', contexts: [] }))
  put('b.kubeconfig', file('bb'))
  put('.hidden.yaml', file('hidden'))
  put('a.yaml~', file('backup'))
  put('README.md', 'contexts: of a kubeconfig')
  put('deployment.yaml', 'kind: Deployment\nspec: {template: {spec: {containers: []}}}\n')
  put('deeper/c.yaml', file('deeper'))
})

test('its contexts are those of each file, with that file’s cluster and user; none is current', async () => {
  const listed = JSON.parse((await inFolder('list', '--json')).stdout)
  expect(listed.files.map(({ path }: { readonly path: string }) => path)).toEqual(
    ['a.yaml', 'b', 'b.kubeconfig'].map((name) => join(folder(), name)),
  )
  interface Row {
    readonly context: string
    readonly file: string
    readonly profile: string
    readonly current: boolean
    readonly cluster: { readonly name: string; readonly server: string }
    readonly findings: readonly string[]
  }
  const rows: readonly Row[] = listed.contexts
  expect(rows.map((row) => [row.context, row.profile, row.cluster.name, row.current])).toEqual([
    ['dev', 'aa', 'aa', false],
    ['only-aa', 'aa', 'aa', false],
    ['dev', 'bb', 'bb', false],
    ['only-bb', 'bb', 'bb', false],
  ])
  for (const { findings } of rows) {
    expect(findings).toContain('shared-user')
    expect(findings).not.toContain('shadowed')
  }
  // As kubectl has it for each of these files.
  for (const { context, file: named, cluster } of rows) {
    const args = ['config', 'view', '--minify', '--context', context, '--kubeconfig', named, '-o', 'json']
    const { stdout } = await runProgram(realProgram('kubectl'), args, { PATH: '/usr/bin:/bin' })
    expect(JSON.parse(stdout).clusters[0].cluster.server).toBe(cluster.server)
  }
  const checked = JSON.parse((await inFolder('whoami', 'only-aa', 'only-bb', '--json')).stdout)
  expect(checked.results.map((one: Row) => [one.context, one.file])).toEqual([
    ['only-aa', join(folder(), 'a.yaml')],
    ['only-bb', join(folder(), 'b.kubeconfig')],
  ])
})

test('a pattern is each kubeconfig that it names; one that names none is taken for a file', async () => {
  const filesOf = async (pattern: string) => {
    const { stdout } = await ekscope(['--kubeconfig', pattern, 'list', '--json'])
    const { files } = JSON.parse(stdout)
    return files.map(({ path }: { readonly path: string }) => relative(folder(), path))
  }
  symlinkSync(folder(), join(folder(), 'deeper', 'loop'))
  expect(await filesOf(join(folder(), '*.{yaml,kubeconfig}'))).toEqual(['a.yaml', 'b.kubeconfig'])
  expect(await filesOf(join(folder(), 'd*', '*.yaml'))).toEqual(['deeper/c.yaml'])
  expect(await filesOf(join('configs', '?.*'))).toEqual(['a.yaml', 'b.kubeconfig'])
  put('[a].yaml', file('brackets'))
  expect(await filesOf(join(folder(), '[a].yaml'))).toEqual(['[a].yaml'])
  const none = await ekscope(['--kubeconfig', join(folder(), '*.none'), 'list'])
  expect([none.status, none.stderr]).toEqual([3, expect.stringContaining('*.none does not exist')])
})

test('one of them is taken by its name; where several files have it, --kubeconfig FILE says which', async () => {
  const said = join(terminal.home, 'said')
  const run = await inFolder('exec', 'only-bb', '--', 'sh', '-c', `kubectl config current-context > ${said}`)
  expect([run.status, readFileSync(said, 'utf8')]).toEqual([0, 'only-bb\n'])
  expect((await inFolder('env', 'only-aa')).stdout).toContain('EKSCOPE_CONTEXT=only-aa')
  for (const args of [
    ['list', 'dev'],
    ['whoami', 'dev'],
    ['exec', 'dev', '--', 'true'],
    ['explain', 'dev'],
  ]) {
    const refused = await inFolder(...args)
    expect([args, refused.status]).toEqual([args, 3])
    expect(refused.stderr).toContain(
      `“dev” in ${join(folder(), 'a.yaml')}, ${join(folder(), 'b.kubeconfig')}. Say which: --kubeconfig FILE.`,
    )
  }
})

test('what is for one file or list refuses with the way out, and writes nothing', async () => {
  for (const args of [
    ['use', 'only-aa'],
    ['current'],
    ['set-namespace', 'only-aa', 'web'],
    ['add', '--cluster', 'x', '--region', 'eu-west-1'],
    ['fix', '--all'],
  ]) {
    const refused = await inFolder(...args)
    expect([args, refused.status]).toEqual([args, 3])
    expect(refused.stderr).toContain(
      'stands for several kubeconfigs, of which each is read alone. Name the one file',
    )
  }
  mkdirSync(join(terminal.home, 'none'))
  for (const command of ['list', 'lint', 'whoami', 'report']) {
    const empty = await ekscope(['--kubeconfig', join(terminal.home, 'none'), command])
    expect([command, empty.status]).toEqual([command, 3])
    expect(empty.stderr).toContain('kubeconfig')
  }
})
