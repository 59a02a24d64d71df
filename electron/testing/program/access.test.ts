/** `ekscope access`, with aws answered by its judge, at a simulator of AWS and its clusters. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { useSmallSimulator } from '../small-simulator'
import { keyProfile, roleProfile, small } from '../small-world'
import { useTerminal } from './terminal'

const world = useSmallSimulator()
const { alice, carol } = small
const user = (name: string, profile: string, cluster = 'prod') => `- name: ${name}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, --profile, ${profile}, eks, get-token, --cluster-name, ${cluster}, --output, json]
`
const terminal = useTerminal({
  inProcess: true,
  config: () => `apiVersion: v1
kind: Config
clusters:
${world.clusterEntry(small.cluster)}${world.clusterEntry(small.old)}contexts:
- {name: admin, context: {cluster: "${small.cluster}", user: admin}}
- {name: alice, context: {cluster: "${small.cluster}", user: alice}}
- {name: guarded, context: {cluster: "${small.cluster}", user: guarded}}
- {name: old, context: {cluster: "${small.old}", user: old}}
- {name: away, context: {cluster: "${small.cluster}", user: away}}
users:
${user('admin', 'admin')}${user('alice', 'alice')}${user('guarded', 'guarded')}${user('old', 'carol', 'old')}${user('away', 'away')}`,
  aws: `${keyProfile('alice', small.alice)}${keyProfile('carol', small.carol)}${roleProfile('admin', small.admin)}${roleProfile('nightly', small.admin, 'role_session_name = nightly\n')}${roleProfile('guarded', small.guarded, 'external_id = open sesame\n')}[sso-session corp]
sso_start_url = ${small.startUrl}
sso_region = eu-west-1
[profile away]
region = eu-west-1
sso_session = corp
sso_account_id = ${small.account}
sso_role_name = Developer
`,
  variables: () => ({
    ...world.variables(),
  }),
})
const { ekscope } = terminal

test('who may enter, as whom and from where; one bad line hides nobody; you and administrators are marked', async () => {
  const { status, stdout, stderr } = await ekscope(['access', 'admin', '--may'])
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(
    /^In namespace default admin may: everything, in the whole cluster, read pods, .*\. Not: nothing\.$/m,
  )
  expect(stdout).toMatch(/^The list of rules is incomplete: webhook authorizer/m)
  expect(stdout).toMatch(/^PRINCIPAL +ACCOUNT +KNOWN THERE AS +MAY +FROM +YOU\n/)
  expect(stdout).toMatch(
    /^Admin \(role\) +111122223333 +\S+assumed-role\/Admin\/\{\{SessionName\}\} +! everything +access entry +Admin \(profile admin\), Admin \(profile nightly\)$/m,
  )
  expect(stdout).toMatch(/^carol \(user\) +111122223333 +carol +! everything +aws-auth/m)
  expect(stdout).toMatch(/^no identity +.*aws-auth/m)
  expect(stdout).toMatch(/line 2 of mapRoles: The line is not a mapping/)
  expect(stdout).toMatch(/^prod in eu-west-1, account 111122223333: access entries decide, then aws-auth\.$/m)
  expect(stdout).toMatch(
    /^admin enters as arn:aws:sts::111122223333:assumed-role\/Admin\/\S+ by access entry; the cluster saw arn:/m,
  )
})

test('as JSON, claims beside what was seen; whoever may not read aws-auth is told so', async () => {
  const { stdout, status } = await ekscope(['access', 'alice', '--json', '--may', '--namespace', 'web'])
  expect(status).toBe(0)
  const said = JSON.parse(stdout)
  expect(said).toMatchObject({
    context: 'alice',
    cluster: { arn: small.cluster },
    authenticationMode: 'API_AND_CONFIG_MAP',
    entries: { read: true },
    awsAuth: { read: false, why: expect.stringContaining('aws-auth') },
    you: {
      claimed: { kind: 'enters', from: 'access-entry', username: alice.arn, whole: true },
      verdict: 'verified',
      seen: { username: alice.arn },
      contradicted: false,
    },
    may: {
      namespace: 'web',
      asked: expect.arrayContaining([
        { says: 'read pods', allowed: true },
        { says: 'read secrets', allowed: false },
      ]),
      rules: [],
      incomplete: true,
    },
    letIn: null,
  })
  const admin = said.principals.find(
    ({ principal }: { readonly principal: string }) => principal === small.admin,
  )
  expect(admin).toMatchObject({
    from: 'access-entry',
    may: { everything: true },
    you: ['Admin'],
    node: false,
  })
  // A session name is the profile's, and where it is made up it stays open.
  const session = (name: string) =>
    small.admin.replace(/:iam:(.*):role\/(?:.*\/)?(.+)$/, `:sts:$1:assumed-role/$2/${name}`)
  const ways = said.identities.filter(({ name }: { readonly name: string }) => name === 'Admin')
  expect(ways).toMatchObject([
    { profiles: ['admin'], claimed: { username: session('{{SessionName}}'), whole: false } },
    { profiles: ['nightly'], claimed: { username: session('nightly'), whole: true } },
  ])
  expect(stdout).not.toContain(alice.key.secret)
})

test('a role that was made again: its entry names it, the cluster does not let it in, and both are said', async () => {
  const { stdout } = await ekscope(['access', 'guarded', '--json'])
  expect(JSON.parse(stdout).you).toMatchObject({
    claimed: { kind: 'enters' },
    verdict: 'no-access',
    contradicted: true,
    problem: { code: 'unauthorized' },
  })
  const { stdout: text } = await ekscope(['access', 'guarded'])
  expect(text).toMatch(/although an access entry names it: .* Compare when both were made/)
  expect(text).toMatch(/^guarded: an entry names its identity, and the cluster does not let it in\.$/m)
  expect(text).not.toContain('elete')
})

test('commands to let somebody in are shown and not run; without a right to read, the cluster itself is asked all the same', async () => {
  const before = JSON.stringify(world.simulator.world().clusters)
  const { stdout, status } = await ekscope(['access', 'admin', '--let-in', small.reader])
  expect(status).toBe(0)
  expect(stdout).toContain(
    `aws eks create-access-entry --cluster-name prod --region eu-west-1 --principal-arn ${small.reader}`,
  )
  // Carol may not describe clusters; as an administrator by aws-auth she reads that.
  const old = JSON.parse((await ekscope(['access', 'old', '--json'])).stdout)
  expect(old).toMatchObject({ authenticationMode: null, entries: { read: false }, awsAuth: { read: true } })
  expect(old.you.claimed).toMatchObject({
    kind: 'enters',
    from: 'mapUsers',
    doubt: expect.stringContaining('would win'),
  })
  expect(JSON.stringify(world.simulator.world().clusters)).toBe(before)
  expect((await ekscope(['access'])).status).toBe(2)
  expect((await ekscope(['access', 'admin', '--let-in', 'x'])).status).toBe(2)
  expect((await ekscope(['access', 'nobody'])).status).toBe(3)
  const unread = await ekscope(['access', 'admin', '--json'], {
    AWS_CONFIG_FILE: '/none',
    AWS_SHARED_CREDENTIALS_FILE: '/none',
  })
  expect([unread.status, JSON.parse(unread.stdout)]).toMatchObject([
    3,
    { entries: { read: false }, awsAuth: { read: false }, error: { code: 'not-read' } },
  ])
  expect(unread.stderr).toMatch(/^ekscope: .+\n$/)
})

test('discover --aws-auth asks each cluster that looks at it as whom it most likely lets in, and what it says counts', async () => {
  world.simulator.forgetRequests()
  const looking = ['discover', '--json', '--profile', 'alice', '--profile', 'carol']
  const before = JSON.parse((await ekscope([...looking, '--access'])).stdout)
  const wayAt = (said: typeof before, cluster: string, who: string) =>
    said.clusters
      .find(({ arn }: { readonly arn: string }) => arn === cluster)
      .ways.find(({ identity }: { readonly identity: string }) => identity === who)
  expect(before.awsAuth).toEqual([])
  expect(wayAt(before, small.old, 'alice')).toMatchObject({ way: 'not-known' })
  expect(world.simulator.requests().filter(({ service }) => service === 'kubernetes')).toEqual([])
  const { stdout, stderr, status } = await ekscope([...looking, '--aws-auth'])
  expect([status, stderr]).toEqual([0, ''])
  const said = JSON.parse(stdout)
  expect(said.awsAuth).toEqual([
    { cluster: small.old, read: true, lines: 4 },
    { cluster: small.cluster, read: true, lines: 4 },
  ])
  expect(wayAt(said, small.cluster, 'carol')).toMatchObject({
    way: 'may',
    from: 'mapUsers',
    username: 'carol',
  })
  expect(wayAt(said, small.old, 'alice')).toEqual({ identity: 'alice', way: 'may-not' })
  expect(stdout).not.toMatch(new RegExp(`${alice.key.secret}|${carol.key.secret}|k8s-aws-v1`))
})

test('whoever is not signed in asked nobody: that is said once, and nothing of what nobody was asked about', async () => {
  const away = await ekscope(['access', 'away'])
  expect(away.status).toBe(3)
  expect(away.stdout.match(/no valid sign-in of sso-session corp/g)).toHaveLength(2)
  expect(away.stdout).not.toMatch(/did not let|None of your identities/)
  expect(away.stdout).toMatch(/^away: whom it acts as is not known; /m)
  expect(away.stdout).toMatch(/^No entry and no line that names an identity was read\.$/m)
  const upper = await ekscope(['access', 'away', '--may', '--namespace', 'Web'])
  expect([upper.status, upper.stderr]).toEqual([
    2,
    expect.stringContaining('lower-case letters, digits and dashes'),
  ])
})

test('each command makes the calls of AWS that recipes.md says, whose policy allows just those of access', async () => {
  const [recipes, discovery] = ['recipes', 'discovery'].map((name) =>
    readFileSync(path.join(import.meta.dirname, `../../../docs/${name}.md`), 'utf8'),
  )
  const actionsIn = (text = '') => [...new Set(text.match(/\b(?:eks|sts|account|iam):[A-Z]\w+/g))].sort()
  const policyIn = (text = '') => actionsIn(/"Action": \[.*?\]/s.exec(text)?.[0])
  const callsOf = async (...words: readonly string[]) => {
    world.simulator.forgetRequests()
    await ekscope(words)
    const calls = world.simulator.requests().filter(({ service }) => service !== 'kubernetes')
    return actionsIn(calls.map(({ service, operation }) => `${service}:${operation}`).join(' '))
  }
  const rows = recipes?.match(/^\| `.*$/gm) ?? []
  const saidOf = (command: string) => {
    return actionsIn(rows.find((line) => line.split('|')[1]?.includes(`\`${command}`))?.split('|')[2])
  }
  const assumed = 'sts:AssumeRole'
  const whoLooks = 'sts:GetCallerIdentity'
  const beside = (calls: readonly string[]) => calls.filter((call) => ![assumed, whoLooks].includes(call))
  const discover = ['discover', '--region', 'eu-west-1', '--access', '--profile', 'admin']
  expect({
    list: await callsOf('list'),
    lint: await callsOf('lint'),
    whoami: (await callsOf('whoami', 'admin')).filter((call) => call !== assumed),
    access: beside(await callsOf('access', 'admin')),
    online: beside(await callsOf('clusters', '--online')),
    discover: beside(await callsOf(...discover)),
    add: beside(
      await callsOf('add', '--cluster', 'prod', '--region', 'eu-west-1', '--profile', 'admin', '--dry-run'),
    ),
  }).toEqual({
    list: [],
    lint: [],
    whoami: saidOf('whoami'),
    access: saidOf('access'),
    online: saidOf('clusters --online'),
    discover: saidOf('discover'),
    add: saidOf('add --cluster'),
  })
  expect(policyIn(recipes)).toEqual(saidOf('access'))
  expect(policyIn(discovery)).toEqual(expect.arrayContaining([...saidOf('discover'), ...saidOf('clusters')]))
})
