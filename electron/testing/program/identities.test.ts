/** `ekscope identities`, with aws answered by its judge and AWS by the simulator. */
import { expect, test } from 'vitest'
import { useSmallSimulator } from '../small-simulator'
import { roleProfile, small } from '../small-world'
import { useTerminal } from './terminal'

const world = useSmallSimulator()
const exec = (args: string) => `
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, ${args}eks, get-token, --cluster-name, prod, --output, json]
`
const terminal = useTerminal({
  inProcess: true,
  config: `apiVersion: v1
kind: Config
clusters:
- name: ${small.cluster}
  cluster: {server: https://abc.gr7.eu-west-1.eks.amazonaws.com}
contexts:
- {name: admin, context: {cluster: "${small.cluster}", user: admin}}
- {name: twin, context: {cluster: "${small.cluster}", user: admin}}
- {name: on-top, context: {cluster: "${small.cluster}", user: on-top}}
- {name: typo, context: {cluster: "${small.cluster}", user: typo}}
users:
- name: admin${exec('--profile, admin, ')}- name: on-top${exec('--profile, alice, ').replace('json]', `json, --role, "${small.reader}"]`)}- name: typo${exec('--profile, admni, ')}`,
  aws: (home) => `[profile alice]
region = eu-west-1
${roleProfile('admin', small.admin)}[profile denied]
role_arn = arn:aws:iam::${small.account}:role/Nobody
source_profile = alice
[profile batch]
credential_process = ${home}/batch
[profile plain]
region = eu-west-1
`,
  variables: () => ({
    ...world.variables(),
  }),
})
const { ekscope, write } = terminal

function furnish() {
  const { id, secret } = small.alice.key
  write('.aws/credentials', `[alice]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`)
  const keys = { Version: 1, AccessKeyId: small.carol.key.id, SecretAccessKey: small.carol.key.secret }
  write('batch', `#!/bin/sh\necho '${JSON.stringify(keys)}'\n`, 0o700)
}

interface Shown {
  readonly id: string
  readonly name: string
  readonly state: { readonly kind: string }
}
const json = async (...args: readonly string[]) => {
  const { stdout, stderr, status } = await ekscope(['identities', '--json', ...args])
  const said = JSON.parse(stdout)
  const of = (name: string) => said.identities.find((one: Shown) => one.name === name)
  return { said, of, stderr, status, stdout }
}

test('shows who comes from whom, with profiles, contexts and clusters, and runs nothing', async () => {
  furnish()
  const { status, stdout, stderr } = await ekscope(['identities'])
  expect([status, stderr]).toEqual([0, ''])
  expect(
    stdout.replaceAll(/ +\n/g, '\n'),
  ).toBe(`IDENTITY                     ACCOUNT        STATE     UNTIL   PROFILES            CONTEXTS   CLUSTERS
AKIAALICEALICE000001                        unknown           alice (config:1)
  Admin                      111122223333   unknown           admin (config:3)    2          1
  Nobody                     111122223333   unknown           denied (config:6)
  Reader                     111122223333   unknown                               1          1
batch (credential_process)                  unknown           batch (config:9)
no identity                                 broken                                1          1

settings only: plain
The profile “admni” that --profile in exec args names is in neither AWS file; aws fails even where keys are exported.
  Write [profile admni] into the config file, or name another profile.
`)
  const { said, of } = await json('admin')
  expect(said).toMatchObject({ environment: 'app', problem: null, files: [] })
  expect(said.identities.map(({ name }: Shown) => name)).toEqual(['AKIAALICEALICE000001', 'Admin'])
  expect(of('Admin')).toMatchObject({
    parent: of('AKIAALICEALICE000001').id,
    kind: 'role',
    arn: small.admin,
    profiles: [
      { name: 'admin', config: { file: `${terminal.home}/.aws/config`, line: 3 }, credentials: null },
    ],
    contexts: ['admin', 'twin'],
    clusters: [{ name: 'prod', region: 'eu-west-1', account: small.account }],
  })
  expect(await ekscope(['identities', 'nobody-so-called'])).toMatchObject({ status: 3, stdout: '' })
})

test('proves identities as aws makes them, keeps what was found out, and forgets it when the files change', async () => {
  furnish()
  const { said, of, status, stdout } = await json('--prove', 'alice', 'admin', 'denied', small.reader)
  expect(status).toBe(1)
  expect(
    said.proofs
      .map(({ proven, problem }: { proven: { arn: string }; problem: { code: string } }) => [
        proven?.arn.replace(/botocore-session-\d+/, 'SESSION') ?? null,
        problem?.code ?? null,
      ])
      .sort(),
  ).toEqual(
    [
      [null, 'assume-role-denied'],
      [small.alice.arn, null],
      [`arn:aws:sts::${small.account}:assumed-role/Admin/SESSION`, null],
      [`arn:aws:sts::${small.account}:assumed-role/Reader/EKSGetTokenAuth`, null],
    ].sort(),
  )
  expect([of('alice'), of('Admin'), of('Nobody')].map(({ state }) => state.kind)).toEqual([
    'valid',
    'valid',
    'refused',
  ])
  expect(stdout).not.toContain(small.alice.key.secret)
  const later = await json()
  expect([later.of('alice').state.by, later.of('Reader').state.kind]).toEqual(['proof', 'valid'])
  write(
    '.aws/config',
    terminal.text(`${terminal.home}/.aws/config`).replace('[profile plain]', '[profile simple]'),
  )
  expect((await json()).of('Reader').state).toMatchObject({ kind: 'unknown', at: null })
})

test('a credential_process asks before it runs, and runs once it is allowed', async () => {
  furnish()
  const asked = await json('--prove', 'batch')
  expect(asked.status).toBe(1)
  expect(asked.said.proofs[0]).toMatchObject({ proven: null, problem: { code: 'process-not-allowed' } })
  const [{ fingerprint, command }] = asked.said.questions
  expect(command).toBe(`${terminal.home}/batch`)
  expect(asked.stderr).toContain(fingerprint)
  const allowed = await json('--prove', 'batch', '--allow-exec', fingerprint)
  expect([allowed.status, allowed.stderr.split('.')[0]]).toEqual([0, 'Allowed from now on'])
  expect(allowed.said.proofs[0].proven.arn).toBe(small.carol.arn)
  expect(await ekscope(['identities', '--prove', 'batch', '--allow-exec', 'f'.repeat(64)])).toMatchObject({
    status: 3,
  })
})
