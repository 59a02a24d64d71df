/** `ekscope discover`, at a simulator of AWS. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../simulator'
import { keyProfile, roleProfile, small, smallWorld } from '../small-world'
import { useTerminal } from './terminal'

let simulator: Simulator
const { alice } = small
const terminal = useTerminal({
  inProcess: true,
  config: `apiVersion: v1
kind: Config
clusters:
- name: ${small.cluster}
  cluster: {server: https://abc.gr7.eu-west-1.eks.amazonaws.com}
contexts:
- {name: prod-admin, context: {cluster: "${small.cluster}", user: admin}}
users:
- name: admin
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, --profile, admin, eks, get-token, --cluster-name, prod, --output, json]
`,
  aws: `${keyProfile('alice', small.alice)}${roleProfile('admin', small.admin)}${roleProfile('reader', small.reader)}${roleProfile('lost', small.guarded)}[sso-session corp]
sso_start_url = ${small.startUrl}
sso_region = eu-west-1
`,
  variables: () => ({
    AWS_ENDPOINT_URL: simulator.endpointUrl,
    AWS_REGION: 'eu-west-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  }),
})
const { ekscope } = terminal
beforeAll(async () => {
  simulator = await startSimulator(smallWorld(Date.now()))
})
afterAll(() => simulator.close())

test('says which clusters there are, who found them, which contexts lead there, and what was not seen', async () => {
  const { status, stdout, stderr } = await ekscope(['discover'])
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^CLUSTER +ACCOUNT +REGION +VERSION +STATUS +FOUND BY +CONTEXTS\n/)
  expect(stdout).toMatch(/^prod +111122223333 +eu-west-1 +1\.31 +ACTIVE +.*\bprod-admin$/m)
  expect(stdout).toMatch(
    /Profile lost may not assume the role .*Guarded\.\n {2}Check the role’s trust policy/,
  )
  expect(stdout).toMatch(/\n2 clusters in 1 account; searched as 4 identities in 1 region\.\n$/)
})

test('as JSON: what the contract has, with who may enter; kept without secrets, and gone when it is', async () => {
  const { status, stdout } = await ekscope([
    'discover',
    '--json',
    '--access',
    '--profile',
    'alice',
    '--profile',
    'admin',
  ])
  expect(status).toBe(0)
  const said = JSON.parse(stdout)
  expect(said.problems).toEqual([])
  const prod = said.clusters.find(({ arn }: { readonly arn: string }) => arn === small.cluster)
  expect(prod).toMatchObject({
    name: 'prod',
    region: 'eu-west-1',
    account: small.account,
    status: 'ACTIVE',
    version: '1.31',
    endpoint: simulator.cluster('prod').url,
    foundBy: expect.arrayContaining(['alice', 'admin']),
    contexts: ['prod-admin'],
  })
  const wayOf = (name: string) =>
    prod.ways.find((one: { readonly identity: string }) => one.identity === name)
  expect(wayOf('alice')).toEqual({
    identity: 'alice',
    way: 'may',
    username: alice.arn,
    from: 'access-entry',
    doubt: null,
  })
  expect(wayOf('admin')).toMatchObject({ way: 'does-not', contexts: ['prod-admin'], verdict: null })
  const file = join(terminal.state, 'discovered.json')
  expect(readFileSync(file, 'utf8')).not.toMatch(
    new RegExp(`${alice.key.secret}|CERTIFICATE|certificateAuthorityData`),
  )
  const world = simulator.world()
  simulator.update((before) => ({
    ...before,
    clusters: before.clusters.filter(({ arn }) => arn !== small.old),
  }))
  try {
    await ekscope(['discover', '--profile', 'alice'])
    const kept = JSON.parse(readFileSync(file, 'utf8'))
    expect(JSON.stringify(kept)).toMatch(/"name":"old".*?"goneAt":\d/)
  } finally {
    simulator.update(() => world)
  }
})

test('--add makes a context for each cluster and profile that has none, with a user of its own; as one write', async () => {
  // What the user called the account in the window.
  mkdirSync(terminal.state, { recursive: true, mode: 0o700 })
  writeFileSync(
    join(terminal.state, 'settings.json'),
    JSON.stringify({ version: 1, content: { accountNames: { [small.account]: 'x' } } }),
  )
  const add = ['discover', '--add', '--access', '--apply-to-shared', '--name-template', '{account}-{cluster}']
  const who = ['--profile', 'alice', '--profile', 'admin']
  // The entry of prod has another server than the simulator gives, which is not AWS: prod is left out until that server is named.
  const place = new URL(simulator.cluster(small.cluster).url).host
  const left = await ekscope([...add, ...who, '--dry-run', '--json'])
  expect([left.status, JSON.parse(left.stdout).added]).toMatchObject([0, undefined])
  expect(left.stderr).toContain(`--allow-server ${place}`)
  const { status, stdout, stderr } = await ekscope([...add, ...who, '--allow-server', place])
  expect([status, stderr.match(/^ekscope: (?!warning).*$/m)?.[0]]).toEqual([0, undefined])
  expect(stdout).toMatch(/to undo this: ekscope undo/)
  const { contexts, users } = await terminal.kubectl()
  // The cluster entry that is there was out of date. Alice may enter prod by an entry; who may enter old stands in aws-auth, which nobody asked. Admin has a context at prod.
  expect([...contexts.keys()].sort()).toEqual(['prod-admin', 'x-old', 'x-old-2', 'x-prod'])
  expect([...users.keys()].sort()).toEqual(['admin', 'x-old', 'x-old-2', 'x-prod'])
  expect(JSON.stringify([...users])).toContain('"--profile","alice"')
  const again = await ekscope([
    'discover',
    '--add',
    '--access',
    '--json',
    '--profile',
    'alice',
    '--profile',
    'admin',
  ])
  expect(JSON.parse(again.stdout)).toMatchObject({ written: false, added: [] })
})

test('looks in what accounts have enabled, names them by their alias from then on, and leaves out whom and where it is told', async () => {
  const denied = ['account:ListRegions', 'iam:ListAccountAliases']
  simulator.update((world) => ({
    ...world,
    accounts: world.accounts.map((one) =>
      one.id === small.account ? { ...one, alias: 'small-company' } : one,
    ),
    roles: world.roles.map((role) => (role.arn === small.admin ? { ...role, denied } : role)),
  }))
  simulator.forgetRequests()
  const left = ['--without-profile', 'lost', '--without-profile', 'reader', '--without-region', 'us-east-1']
  const all = await ekscope(['discover', '--enabled-regions', '--account-aliases', '--json', ...left])
  const said = JSON.parse(all.stdout)
  expect([all.status, said.problems]).toEqual([0, []])
  expect(said.accounts).toEqual([
    {
      account: small.account,
      name: 'small-company',
      alias: { read: true, alias: 'small-company' },
      enabledRegions: { read: true, regions: expect.arrayContaining(['eu-west-1', 'us-east-1']) },
    },
  ])
  type Named = { readonly name: string; readonly accountName: string | null }
  expect(said.identities.map(({ name, accountName }: Named) => [name, accountName]).sort()).toEqual([
    ['admin', 'small-company'],
    ['alice', 'small-company'],
  ])
  const regions = new Set(said.places.map(({ region }: { readonly region: string }) => region))
  expect([regions.has('eu-west-1'), regions.has('us-east-1')]).toEqual([true, false])
  // Kept, and without a word about it asked for nothing of that.
  simulator.forgetRequests()
  const later = await ekscope(['discover', '--profile', 'admin'])
  expect(later.stdout).toMatch(/^prod +small-company +eu-west-1 /m)
  const clusters = JSON.parse((await ekscope(['clusters', '--json'])).stdout).clusters
  expect(clusters[0]).toMatchObject({ accountName: 'small-company' })
  const asked = simulator.requests().map(({ operation }) => operation)
  expect(asked).not.toContain('ListRegions')
  expect(asked).not.toContain('ListAccountAliases')
  // An identity that may not list the regions searches all of them, and says so.
  const admin = await ekscope(['discover', '--profile', 'admin', '--enabled-regions', '--account-aliases'])
  expect([admin.status, admin.stderr]).toEqual([0, ''])
  expect(admin.stdout).toMatch(
    /\nAll regions were searched where an account did not say .*: small-company\. AWS denied ListRegions to profile admin\.\n .*account:ListRegions\./,
  )
  expect(admin.stdout).toMatch(/searched as 1 identity in 3\d regions\.\n$/)
  // The user gave that name to another account: an account of the same name is shown with its number.
  const settings = join(terminal.state, 'settings.json')
  const before = existsSync(settings) ? readFileSync(settings, 'utf8') : null
  writeFileSync(
    settings,
    JSON.stringify({ version: 1, content: { accountNames: { '999988887777': 'Small-Company' } } }),
  )
  const both = `small-company (${small.account})`
  const rows = await Promise.all(
    [['discover', '--profile', 'admin'], ['clusters'], ['identities']].map((args) => ekscope(args)),
  )
  for (const { stdout } of rows) expect(stdout).toContain(` ${both} `)
  if (before === null) rmSync(settings)
  else writeFileSync(settings, before)
  simulator.update(() => smallWorld(Date.now()))
})

test('where nothing could be seen the status is 3, with the reason; wrong usage is 2', async () => {
  const lost = await ekscope(['discover', '--profile', 'lost', '--json'])
  expect(lost.status).toBe(3)
  expect(JSON.parse(lost.stdout)).toMatchObject({
    clusters: [],
    problems: [{ profile: 'lost', region: null, code: 'not-allowed' }],
    error: { code: 'not-allowed', message: expect.stringMatching(/./), next: expect.stringMatching(/./) },
  })
  expect(lost.stderr).toMatch(/^ekscope: .+\n$/)
  const signIn = await ekscope(['discover', '--session', 'corp'])
  expect(signIn.status).toBe(3)
  expect(signIn.stdout).toMatch(/no valid sign-in of sso-session corp.*\n.*aws sso login --sso-session corp/)
  expect((await ekscope(['discover', '--session', 'none'])).status).toBe(3)
  expect((await ekscope(['discover', '--profile', 'nobody'])).stderr).toMatch(
    /^ekscope: The profile “nobody” is in neither AWS file/,
  )
  const role = 'arn:aws:iam::111122223333:role/Nobody'
  expect((await ekscope(['discover', '--profile', 'alice', '--role', role])).stdout).toMatch(
    /^Profile alice may not assume the role arn:aws:iam::111122223333:role\/Nobody\.$/m,
  )
  const field = await ekscope(['discover', '--add', '--name-template', '{x}'])
  expect(field.stderr).toMatch(/namespace, context, user\. `ekscope/)
  const nobody = await ekscope(['discover', '--without-profile', 'nobody'])
  expect([nobody.status, nobody.stderr]).toEqual([
    3,
    expect.stringContaining('profile “nobody” is not among'),
  ])
  for (const words of [
    ['--region', 'nowhere'],
    ['--all-regions', '--region', 'eu-west-1'],
    ['--all-regions', '--enabled-regions'],
    ['--without-region', 'nowhere'],
    ['--name-template', 'x'],
    ['--add', '--name-template', '{x}'],
  ])
    expect((await ekscope(['discover', ...words])).status).toBe(2)
})
