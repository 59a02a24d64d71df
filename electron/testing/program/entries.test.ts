/** Entries of many kinds, as the terminal says them: which cluster, which identity, and what their command line cannot do. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { realProgram, runProgram } from '../real-programs'
import { useTerminal } from './terminal'

const token = ['--region', 'eu-west-1', 'eks', 'get-token', '--cluster-name', 'prod', '--output', 'json']
const entries: Readonly<Record<string, readonly [string, ...string[]]>> = {
  vault: ['aws-vault', 'exec', 'pay', '--', 'aws', ...token],
  'wrapped-keys': ['aws2-wrap', '--profile', 'pay', 'aws', ...token],
  'wrapped-sso': ['aws2-wrap', '--profile', 'over', 'aws', ...token],
  'wrapped-circle': ['aws2-wrap', '--profile', 'circle', 'aws', ...token],
  image: ['docker', 'run', '--rm', 'amazon/aws-cli', '--profile', 'pay', ...token],
  folder: ['direnv', 'exec', '/srv', 'aws', ...token],
  old: ['heptio-authenticator-aws', 'token', '-i', 'prod'],
  library: ['kubergrunt', 'eks', 'token', '--cluster-id', 'prod'],
  opaque: ['/opt/get-token', '--cluster-name', 'prod'],
  text: ['aws', '--profile', 'pay', ...token.slice(0, -1), 'text'],
  unsafe: ['aws', '--profile', 'pay', '--no-verify-ssl', ...token],
  template: [
    'aws',
    '--profile',
    'default',
    'eks',
    'get-token',
    '--output',
    'json',
    '--cluster-name',
    '{{ name }}',
  ],
}
const config = JSON.stringify({
  clusters: [{ name: 'c', cluster: { server: 'https://abc.gr7.eu-west-1.eks.amazonaws.com' } }],
  users: Object.entries(entries).map(([name, [command, ...args]]) => ({
    name,
    user: {
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1beta1',
        command,
        args,
        env: name === 'template' ? [{ name: 'AWS_PROFLE', value: 'pay' }] : null,
      },
    },
  })),
  contexts: Object.keys(entries).map((name) => ({ name, context: { cluster: 'c', user: name } })),
})
const role = 'arn:aws:iam::111122223333:role/Admin'
const aws = `[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = x\n[profile pay]\nrole_arn = ${role}\nsource_profile = default
[profile over]\nrole_arn = ${role}\nsource_profile = sso\n[profile circle]\nrole_arn = ${role}\nsource_profile = circle
[profile sso]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Dev
[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n`

const terminal = useTerminal({ config, aws, inProcess: true })

const named = v.nullable(v.string())
const listed = v.object({
  contexts: v.array(
    v.object({
      context: v.string(),
      cluster: v.object({ name: named }),
      predicted: v.object({ arn: named, accessKeyId: named, certain: v.boolean() }),
    }),
  ),
})
const found = v.object({
  findings: v.array(v.object({ id: v.string(), contexts: v.array(v.string()) })),
})

test('an entry is read for the cluster and the identity that it names, else neither is said', async () => {
  const { contexts } = v.parse(listed, JSON.parse((await terminal.done(['list', '--json'])).stdout))
  const said = contexts.map(({ context, cluster, predicted: { arn, accessKeyId, certain } }) => [
    context,
    [cluster.name, arn ?? accessKeyId, certain],
  ])
  expect(Object.fromEntries(said)).toMatchObject({
    vault: ['prod', role, false],
    'wrapped-keys': ['prod', null, false],
    'wrapped-sso': ['prod', role, false],
    'wrapped-circle': ['prod', null, false],
    image: ['prod', null, false],
    folder: ['prod', null, false],
    old: ['prod', 'AKIADEFAULT', false],
    library: ['prod', 'AKIADEFAULT', false],
    opaque: [null, null, false],
  })
  const { stdout } = await terminal.done(['list'])
  expect(stdout).toMatch(/opaque +entry c +eu-west-1 +get-token /)
  expect(stdout).toMatch(/image +prod +eu-west-1 +pay +docker /)
})

test('what a command line cannot do is found, and said when the entry is edited', async () => {
  const { stdout } = await terminal.ekscope(['lint', '--json'])
  const { findings } = v.parse(found, JSON.parse(stdout))
  const of = (context: string) =>
    findings.flatMap(({ id, contexts }) => (contexts.includes(context) ? [id] : [])).sort()
  expect(of('text')).toEqual(['unusable-output'])
  expect(of('unsafe')).toEqual(['unsafe-request'])
  expect(of('wrapped-sso')).not.toContain('broken-profile')
  for (const name of ['wrapped-keys', 'wrapped-circle']) expect(of(name)).toContain('broken-profile')
  expect(of('template')).toEqual(['impossible-cluster-name', 'misspelt-variable'])
  expect((await terminal.done(['set-region', 'text', 'us-east-1'])).stderr).toContain(
    'warning: No token comes',
  )
  expect((await terminal.done(['set-role', 'vault', role.replace('Admin', 'X')])).stderr).toContain(
    'Profile “pay” already assumes',
  )
  await terminal.done(['fix', 'unusable-output'])
  expect(terminal.text()).not.toContain('"text"]')
})

test('a context that names no cluster leads to the entry without a name, as in kubectl', async () => {
  const server = 'http://127.0.0.1:1'
  const file = join(terminal.home, 'nameless')
  const clusters = [{ name: '', cluster: { server } }]
  const contexts = [{ name: 'x', context: { namespace: 'web' } }]
  writeFileSync(file, JSON.stringify({ clusters, contexts, 'current-context': 'x' }), { mode: 0o600 })
  const dialled = await runProgram(
    realProgram('kubectl'),
    ['--kubeconfig', file, 'get', '--raw', '/', '-v=8'],
    {},
  )
  expect(dialled.stderr).toContain(`GET ${server}/`)
  const { stdout } = await terminal.done(['list', '--json', '--kubeconfig', file])
  expect(JSON.parse(stdout).contexts).toMatchObject([{ cluster: { entry: null, server } }])
  const checked = await terminal.ekscope(['whoami', '--json', '--kubeconfig', file])
  expect(JSON.parse(checked.stdout).results).toMatchObject([{ problem: { code: 'dangling-user' } }])
})
