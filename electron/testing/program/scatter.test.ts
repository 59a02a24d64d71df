/** One kubeconfig into one file for each context, and back into one: kubectl must read the same of each context throughout. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { realProgram, runProgram } from '../real-programs'
import { useTerminal } from './terminal'

const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod'
const config = `# kept by hand
apiVersion: v1
kind: Config
current-context: dev
clusters:
- {name: c, cluster: {server: "https://c.gr7.eu-west-1.eks.amazonaws.com", certificate-authority: pki/ca.crt}}
- {name: d, cluster: {server: "https://d.gr7.eu-west-1.eks.amazonaws.com"}}
contexts:
- {name: dev, context: {cluster: c, user: u}} # mine
- {name: DEV, context: {cluster: d, user: u, namespace: web}}
- {name: "${arn}", context: {cluster: d, user: v}}
- {name: ../../etc, context: {cluster: c, user: w}}
users:
- {name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, c]}}}
- {name: v, user: {token: v-token}}
- {name: w, user: {tokenFile: tokens/w}}
`
const names = ['dev', 'DEV', arn, '../../etc']
const terminal = useTerminal({ inProcess: true, config, aws: '[profile own]\nregion = eu-west-1\n' })
const { ekscope } = terminal
const own = () => join(terminal.home, '.kube', 'config')
const folder = () => join(terminal.home, 'clusters')
const texts = () =>
  Object.fromEntries(readdirSync(folder()).map((name) => [name, readFileSync(join(folder(), name), 'utf8')]))

/** What kubectl takes for a context: its cluster, user and namespace, each path absolute. */
async function read(file: string, context: string) {
  const args = [
    'config',
    'view',
    '--minify',
    '--raw',
    '--context',
    context,
    '--kubeconfig',
    file,
    '-o',
    'json',
  ]
  const { stdout } = await runProgram(realProgram('kubectl'), args, { PATH: '/usr/bin:/bin' })
  const { clusters, contexts, users } = JSON.parse(stdout)
  const absolute = (value: object): object =>
    Object.fromEntries(
      Object.entries(value).map(([key, text]) =>
        key === 'certificate-authority' || key === 'tokenFile'
          ? [key, resolve(dirname(file), text)]
          : [key, text],
      ),
    )
  return {
    cluster: absolute(clusters[0].cluster),
    user: absolute(users[0].user),
    namespace: contexts[0].context.namespace,
  }
}

/** The file that a context is in, in the folder. */
async function placed(): Promise<Readonly<Record<string, string>>> {
  const listed = JSON.parse((await ekscope(['list', '--json', '--kubeconfig', folder()])).stdout)
  return Object.fromEntries(
    listed.contexts.map((one: { readonly context: string; readonly file: string }) => [
      one.context,
      one.file,
    ]),
  )
}

test('scattered, each context is in a file of its own with all that it needs; merged, all are in one; undone, nothing differs', async () => {
  const before = await Promise.all(names.map((name) => read(own(), name)))
  const preview = await ekscope(['scatter', '--to', folder(), '--dry-run'])
  expect(preview.stdout).toContain('+++')
  expect(existsSync(folder())).toBe(false)

  const scattered = await ekscope(['scatter', '--to', folder()])
  expect(scattered).toMatchObject({ status: 0 })
  expect(scattered.stderr).toContain('kubectl reads no folder')
  expect(readdirSync(folder()).sort()).toEqual(
    ['DEV-2.yaml', 'arn-aws-eks-eu-west-1-111122223333-cluster-prod.yaml', 'dev.yaml', 'etc.yaml'].sort(),
  )
  const files = await placed()
  const after = await Promise.all(names.map((name) => read(files[name] ?? '', name)))
  expect(after).toEqual(before)
  expect(readFileSync(own(), 'utf8')).toContain('# kept by hand')
  expect(readFileSync(own(), 'utf8')).not.toContain('v-token')

  const all = join(terminal.home, 'all')
  const apart = texts()
  const merged = await ekscope(['merge', ...Object.values(files), '--to', all, '--json'])
  expect(JSON.parse(merged.stdout)).toMatchObject({ written: true, renamed: [], problems: [] })
  expect(texts()).toEqual(apart)
  expect(await Promise.all(names.map((name) => read(all, name)))).toEqual(before)
  // The user that two contexts shared was the same in both files, so it is one again.
  const { users } = JSON.parse((await runKubectl(all)).stdout)
  expect(users.map(({ name }: { readonly name: string }) => name).sort()).toEqual(['u', 'v', 'w'])

  expect(await ekscope(['undo', '--kubeconfig', all])).toMatchObject({ status: 0 })
  expect(await ekscope(['undo'])).toMatchObject({ status: 0 })
  expect(readFileSync(own(), 'utf8')).toBe(config)
  expect(readdirSync(folder())).toEqual([])
})

const runKubectl = (file: string) =>
  runProgram(realProgram('kubectl'), ['config', 'view', '--raw', '--kubeconfig', file, '-o', 'json'], {
    PATH: '/usr/bin:/bin',
  })

test('files that say different things under one name: renamed, left out or refused, and a refusal writes nothing', async () => {
  const a = join(terminal.home, 'a')
  const b = join(terminal.home, 'b')
  const all = join(terminal.home, 'all')
  writeFileSync(a, config, { mode: 0o600 })
  writeFileSync(b, config.replaceAll('v-token', 'other'), { mode: 0o600 })
  const refused = await ekscope(['merge', a, b, '--to', all, '--on-conflict', 'fail'])
  expect(refused.status).toBe(3)
  expect(existsSync(all)).toBe(false)
  const skipped = await ekscope(['merge', a, b, '--to', all, '--on-conflict', 'skip'])
  expect(skipped.stderr).toContain(arn)
  expect((await read(all, arn)).user).toEqual({ token: 'v-token' })
  const renamed = await ekscope(['merge', a, b, '--to', join(terminal.home, 'both'), '--json'])
  expect(JSON.parse(renamed.stdout).renamed).toEqual([{ name: arn, renamed: `${arn}-2` }])
  expect((await read(join(terminal.home, 'both'), `${arn}-2`)).user).toEqual({ token: 'other' })
  const nothing = await ekscope([
    'merge',
    a,
    join(terminal.home, 'absent'),
    '--to',
    join(terminal.home, 'new'),
  ])
  expect(nothing.status).toBe(3)
  expect(existsSync(join(terminal.home, 'new'))).toBe(false)
})

test('a file of that name is there already: the context goes beside what it holds', async () => {
  const text = 'apiVersion: v1\nkind: Config\nusers:\n- {name: v, user: {token: mine}}\n'
  await ekscope(['scatter', 'dev', '--to', folder()])
  const file = join(folder(), 'arn-aws-eks-eu-west-1-111122223333-cluster-prod.yaml')
  writeFileSync(file, text, { mode: 0o600 })
  const scattered = await ekscope(['scatter', arn, '--to', folder()])
  expect(scattered).toMatchObject({ status: 0 })
  expect(readFileSync(file, 'utf8')).toContain('{name: v, user: {token: mine}}')
  expect((await read(file, arn)).user).toEqual({ token: 'v-token' })
  const listed = JSON.parse((await ekscope(['list', '--json'])).stdout)
  expect(listed.contexts.map(({ context }: { readonly context: string }) => context)).toEqual([
    'DEV',
    '../../etc',
  ])
})
