/**
 * `ekscope add` beside the real `aws eks update-kubeconfig`, both against the same simulator: what a context needs must
 * be the same, what aws then destroys must still be there.
 */
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { full, oneIn, someOf } from '../../../shared/testing/counts'
import type { EksCluster, World } from '../../demo/simulator/world'
import { awsIsHere, awsJudge } from '../aws-judge'
import { pairwise, product, type Row } from '../pairwise'
import { type Run, realProgram } from '../real-programs'
import { type Simulator, startSimulator } from '../simulator'
import { small, smallWorld } from '../small-world'
import { useTerminal, type Variables } from './terminal'

const china = { account: '222233334444', arn: 'arn:aws-cn:iam::222233334444:user/li' }
const gov = { account: '333344445555', arn: 'arn:aws-us-gov:iam::333344445555:user/sam' }
const key = (letter: string) => ({ id: `AKIA${letter.repeat(16)}`, secret: letter.toLowerCase().repeat(40) })
const outpostId = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0'

function world(): World {
  const base = smallWorld(Date.now())
  const [prod] = base.clusters
  if (!prod) throw new Error('the small world has a cluster')
  const more = (arn: string, change: Partial<EksCluster> = {}): EksCluster => ({ ...prod, arn, ...change })
  const here = (name: string) => `arn:aws:eks:eu-west-1:${small.account}:cluster/${name}`
  return {
    ...base,
    accounts: [
      ...base.accounts,
      { id: china.account, name: 'china', partition: 'aws-cn' },
      { id: gov.account, name: 'gov', partition: 'aws-us-gov' },
    ],
    users: [
      ...base.users,
      { arn: china.arn, uniqueId: 'AIDALILILILILILI0001', keys: [key('L')] },
      { arn: gov.arn, uniqueId: 'AIDASAMSAMSAMSAM0001', keys: [key('S')] },
    ],
    clusters: [
      ...base.clusters,
      more(here('creating'), { status: 'CREATING' }),
      more(here('failed'), { status: 'FAILED' }),
      more(here('deleting'), { status: 'DELETING' }),
      more(here('updating'), { status: 'UPDATING' }),
      more(here('hall'), {
        outpost: { id: outpostId, outpostArns: [`arn:aws:outposts:eu-west-1:${small.account}:outpost/op-1`] },
      }),
      more(`arn:aws-cn:eks:cn-north-1:${china.account}:cluster/cn-core`),
      more(`arn:aws-us-gov:eks:us-gov-west-1:${gov.account}:cluster/gov-core`),
    ],
  }
}

let simulator: Simulator
const profile = (name: string, ...lines: readonly string[]) =>
  `[${name}]\nendpoint_url = ${simulator.endpointUrl}\n${lines.join('\n')}\n`
const keys = ({ id, secret }: { id: string; secret: string }) =>
  `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}`
const terminal = useTerminal({
  inProcess: true,
  aws: () =>
    [
      profile('default', keys(small.alice.key)),
      profile('profile alice', keys(small.alice.key), 'region = eu-west-1'),
      profile('profile placeless', keys(small.alice.key)),
      profile('profile carol', keys(small.carol.key), 'region = eu-west-1'),
      profile('profile admin', `role_arn = ${small.admin}`, 'source_profile = alice', 'region = eu-west-1'),
      profile('profile li', keys(key('L')), 'region = cn-north-1'),
      profile('profile sam', keys(key('S')), 'region = us-gov-west-1'),
    ].join('\n'),
  variables: () => ({ AWS_EC2_METADATA_DISABLED: 'true' }),
})
const { ekscope, kubectl } = terminal
beforeAll(async () => {
  simulator = await startSimulator(world())
})
afterEach(() => simulator.clearFaults())
afterAll(() => {
  return simulator.close()
})

const judge = awsJudge()
const aws = (args: readonly string[], more?: Variables): Promise<Run> =>
  judge.run(['eks', 'update-kubeconfig', ...args], terminal.variables(more))
let count = 0
/** The path of a kubeconfig that is not there yet. */
const fresh = () => {
  count += 1
  return path.join(terminal.home, `config-${count}`)
}

/** The only cluster, user and context of a file, each with its name, as kubectl reads them. */
async function only(file: string) {
  const { clusters, users, contexts } = await kubectl(file)
  expect([clusters.size, users.size, contexts.size]).toEqual([1, 1, 1])
  const [[cluster], [user], [context]] = [[...clusters], [...users], [...contexts]]
  return { cluster, user, context }
}

/** What `add` covers of update-kubeconfig's flags, and where profile and region may come from instead. */
const axes = {
  profile: ['none', 'flag', 'AWS_PROFILE', 'AWS_DEFAULT_PROFILE'],
  region: ['flag', 'profile', 'AWS_REGION', 'AWS_DEFAULT_REGION'],
  role: ['none', 'given'],
  alias: ['none', 'given'],
  userAlias: ['none', 'given'],
} as const

const possible = ({ profile, region }: Row) => !(profile === 'none' && region === 'profile')
/** The quick run has every second row of those that cover all pairs. */
const rows = (full ? [...product(axes)] : pairwise(axes, [], 7).filter(oneIn(2))).filter(possible)

function words(row: Row) {
  const named = row.region === 'profile' ? 'alice' : 'placeless'
  return {
    variables: {
      ...(row.profile?.startsWith('AWS_') ? { [row.profile]: named } : {}),
      ...(row.region?.startsWith('AWS_') ? { [row.region]: 'eu-west-1' } : {}),
    },
    both: [
      ...(row.profile === 'flag' ? ['--profile', named] : []),
      ...(row.region === 'flag' ? ['--region', 'eu-west-1'] : []),
      ...(row.role === 'given' ? ['--role-arn', small.admin] : []),
      ...(row.alias === 'given' ? ['--alias', 'my context'] : []),
      ...(row.userAlias === 'given' ? ['--user-alias', 'my user'] : []),
    ],
  }
}

/** Both ended well and wrote the same cluster, exec and env, and the context is called as asked; what aws wrote. */
async function expectAsAws(
  row: Row,
  { theirs, ours }: { readonly theirs: string; readonly ours: string },
  [one, two]: readonly [Run, Run],
) {
  const told = JSON.stringify(row)
  expect([one.status, one.stderr], told).toEqual([0, ''])
  expect(two.status, `${told} ${two.stderr}`).toBe(0)
  const [want, have] = [await only(theirs), await only(ours)]
  expect(have.cluster, told).toEqual(want.cluster)
  expect(have.user?.[1], told).toEqual(want.user?.[1])
  // aws calls a context as its user, and its user by the cluster: two roles on one cluster would be one.
  const name = row.alias === 'given' ? 'my context' : small.cluster
  const user = row.userAlias === 'given' ? 'my user' : name
  expect(have.context, told).toEqual([name, { cluster: small.cluster, user }])
  return want
}

describe('parity with aws eks update-kubeconfig', () => {
  test('every combination of the flags that both have gives the same cluster, exec and env', async () => {
    expect(rows.length).toBeGreaterThanOrEqual(full ? 100 : 7)
    let next = 0
    const worker = async () => {
      for (;;) {
        const row = rows[next++]
        if (row === undefined) return
        const { variables, both } = words(row)
        const [theirs, ours] = [fresh(), fresh()]
        const [one, two] = await Promise.all([
          aws(['--name', 'prod', '--kubeconfig', theirs, ...both], variables),
          ekscope(['add', '--cluster', 'prod', '--kubeconfig', ours, '--pin', 'env', ...both], variables),
        ])
        await expectAsAws(row, { theirs, ours }, [one, two])
      }
    }
    await Promise.all([worker(), worker()])
  }, 600_000)

  const others = [
    ['an Outposts local cluster by its id', 'hall', 'alice'],
    ['a cluster that is being updated', 'updating', 'alice'],
    ['a region of aws-cn', 'cn-core', 'li'],
    ['a region of aws-us-gov', 'gov-core', 'sam'],
  ] as const
  // In the quick run what has another id, and another partition.
  test.each(someOf(others, ([, name]) => name === 'hall' || name === 'cn-core'))(
    '%s is written as aws writes it',
    async (_, name, profile) => {
      const [theirs, ours] = [fresh(), fresh()]
      const [one, two] = await Promise.all([
        aws(['--name', name, '--kubeconfig', theirs, '--profile', profile]),
        ekscope(['add', '--cluster', name, '--kubeconfig', ours, '--pin', 'env', '--profile', profile]),
      ])
      expect([one.status, one.stderr]).toEqual([0, ''])
      expect(two.status, two.stderr).toBe(0)
      const [want, have] = [await only(theirs), await only(ours)]
      expect(have).toEqual(want)
      if (name === 'hall') expect(have.user?.[1].exec?.args).toContain(outpostId)
    },
  )

  test.each([
    ['creating', 'CREATING', /wait cluster-active --name creating/],
    ['failed', 'FAILED', /describe-cluster --name failed/],
    ['deleting', 'DELETING', /nothing to add/],
  ])('a cluster that is %s is refused with the same words, and what to do', async (name, status, next) => {
    const [theirs, ours] = [fresh(), fresh()]
    const [one, two] = await Promise.all([
      aws(['--name', name, '--kubeconfig', theirs, '--profile', 'alice']),
      ekscope(['add', '--cluster', name, '--kubeconfig', ours, '--profile', 'alice']),
    ])
    expect(one.stderr).toContain(`Cluster status is ${status}`)
    expect(two.status).toBe(3)
    expect(two.stderr).toContain(`ekscope: Cluster status is ${status}.`)
    expect(two.stderr).toMatch(next)
    await expect(readFile(ours)).rejects.toThrow(/ENOENT/)
  })
})

/** The flags of update-kubeconfig since aws 2.36, each there or not; `endpointUrl` has no flag here: it is the profile's. */
const newAxes = {
  profile: ['none', 'given'],
  role: ['none', 'given'],
  assumeRole: ['none', 'given'],
  proxyUrl: ['none', 'given'],
  alias: ['none', 'given'],
  userAlias: ['none', 'given'],
  endpointUrl: ['none', 'given'],
  verbose: ['none', 'given'],
} as const
/** Of the quick run: all flags at once, and each half of them without the other. */
const someNew = [...product(newAxes)].filter((row) => {
  const given = Object.keys(row).filter((name) => row[name] === 'given')
  return given.length === 8 || given.join() === 'role,assumeRole,proxyUrl,alias'
})

describe.skipIf(!awsIsHere('aws-2.36'))('parity with update-kubeconfig of aws 2.36.12', () => {
  const newest = awsJudge(full ? 2 : 1, 'aws-2.36')

  test('every combination of all its flags gives the same cluster, exec, env and context', async () => {
    const all = full ? [...product(newAxes)] : someNew
    expect(all.length).toBeGreaterThanOrEqual(full ? 256 : 2)
    let next = 0
    const worker = async () => {
      for (let row = all[next++]; row !== undefined; row = all[next++]) {
        const has = (name: keyof typeof newAxes, ...words: readonly string[]) =>
          row?.[name] === 'given' ? words : []
        const both = [
          ...['--region', 'eu-west-1'],
          ...has('profile', '--profile', 'alice'),
          ...has('role', '--role-arn', small.reader),
          ...has('proxyUrl', '--proxy-url', 'http://proxy.test:3128'),
          ...has('alias', '--alias', 'my context'),
          ...has('userAlias', '--user-alias', 'my user'),
        ]
        const [theirs, ours] = [fresh(), fresh()]
        const [one, two] = await Promise.all([
          newest.run(
            [
              ...['eks', 'update-kubeconfig', '--name', 'prod', '--kubeconfig', theirs, ...both],
              ...has('assumeRole', '--assume-role-arn', small.admin),
              ...has('endpointUrl', '--endpoint-url', simulator.endpointUrl),
              ...has('verbose', '--verbose'),
            ],
            terminal.variables(),
          ),
          ekscope([
            ...['add', '--cluster', 'prod', '--kubeconfig', ours, '--pin', 'env', ...both],
            ...has('assumeRole', '--describe-role-arn', small.admin),
          ]),
        ])
        const want = await expectAsAws(row, { theirs, ours }, [one, two])
        if (row.alias === 'given') expect(want.context?.[0], JSON.stringify(row)).toBe('my context')
      }
    }
    await Promise.all([worker(), worker()])
  }, 600_000)
})

describe('what aws destroys', () => {
  test('one profile looks and another acts, in one step', async () => {
    const ours = fresh()
    const as = [
      'add',
      '--cluster',
      'prod',
      '--region',
      'eu-west-1',
      '--alias',
      'as-carol',
      '--kubeconfig',
      ours,
    ]
    // Carol may enter, and not look.
    expect((await ekscope([...as, '--profile', 'carol'])).status).toBe(3)
    const run = await ekscope([...as, '--profile', 'carol', '--describe-profile', 'alice'])
    expect(run.status, run.stderr).toBe(0)
    expect(run.stderr).toMatch(/Asking AWS as .*alice/)
    expect(await whoami(ours, 'as-carol')).toContain('carol')
  })

  test('two roles on one cluster stay two identities, as the cluster itself says', async () => {
    const ours = fresh()
    for (const [alias, role] of [
      ['admin', small.admin],
      ['reader', small.reader],
    ] as const) {
      const args = ['add', '--cluster', 'prod', '--profile', 'alice', '--role-arn', role, '--alias', alias]
      const run = await ekscope([...args, '--kubeconfig', ours])
      expect(run.status, run.stderr).toBe(0)
    }
    const names = await Promise.all(['admin', 'reader'].map((alias) => whoami(ours, alias)))
    expect(names[0]).toMatch(/assumed-role\/Admin\//)
    expect(names[1]).toMatch(/^reader:/)
    const { clusters, users } = await kubectl(ours)
    expect([clusters.size, users.size]).toEqual([1, 2])

    // The same two steps by aws: one user entry, and the first context is now the second's identity.
    const theirs = fresh()
    for (const [alias, role] of [
      ['admin', small.admin],
      ['reader', small.reader],
    ] as const)
      await aws([
        '--name',
        'prod',
        '--profile',
        'alice',
        '--role-arn',
        role,
        '--alias',
        alias,
        '--kubeconfig',
        theirs,
      ])
    expect(await whoami(theirs, 'admin')).toMatch(/^reader:/)
  })

  test('a refresh changes endpoint and CA, and keeps all that aws would drop', async () => {
    const ours = fresh()
    await ekscope(['add', '--cluster', 'prod', '--profile', 'alice', '--alias', 'a', '--kubeconfig', ours])
    const right = await readFile(ours, 'utf8')
    const stale = `# kept\n${right
      .replace(
        /server: .*/,
        'server: "https://old.gr7.eu-west-1.eks.amazonaws.com" # kept too\n    proxy-url: "http://proxy.test:1"\n    disable-compression: true',
      )
      .replace(/certificate-authority-data: .*/, 'certificate-authority-data: QQ==')}`
    await writeFile(ours, stale)
    // The simulator is not AWS: what takes the place of another server is named first.
    const place = new URL(simulator.cluster(small.cluster).url).host
    const refused = await ekscope(['refresh', 'a', '--kubeconfig', ours, '--dry-run', '--json'])
    expect([refused.status, JSON.parse(refused.stdout)]).toMatchObject([
      3,
      {
        error: {
          message: expect.stringMatching(/^EKS at http:\S+ says .* AWS itself does not say so/),
          next: expect.stringContaining(`--allow-server ${place}`),
        },
      },
    ])
    const run = await ekscope(['refresh', 'a', '--kubeconfig', ours, '--allow-server', place, '--json'])
    expect(run.status, run.stderr).toBe(0)
    expect(run.stderr).toMatch(
      /^allowed for this command:\n {2}cluster +arn:.*\n {2}server .*\n {2}certificate +SHA-256 /,
    )
    expect(JSON.parse(run.stdout)).toMatchObject({ written: true, problems: [] })
    const now = await readFile(ours, 'utf8')
    expect(now).toMatch(/^# kept\n.*# kept too\n/s)
    const { cluster } = await only(ours)
    expect(cluster?.[1]).toMatchObject({
      server: simulator.cluster(small.cluster).url,
      'certificate-authority-data': Buffer.from(simulator.cluster(small.cluster).caPem).toString('base64'),
      'proxy-url': 'http://proxy.test:1',
      'disable-compression': true,
    })
    const again = await ekscope(['refresh', '--kubeconfig', ours])
    expect([again.status, again.stdout]).toEqual([0, 'Nothing to do: everything is already as requested.\n'])
  })

  test('a wrong cluster name in one context does not lead the others of its entry elsewhere', async () => {
    const ours = fresh()
    const user = (name: string, cluster: string) =>
      `- {name: ${name}, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, --profile, alice, eks, get-token, --cluster-name, ${cluster}]}}}`
    await writeFile(
      ours,
      `apiVersion: v1
kind: Config
clusters:
- {name: mine, cluster: {server: "https://old.gr7.eu-west-1.eks.amazonaws.com", certificate-authority-data: QQ==}}
- {name: unchecked, cluster: {server: "${simulator.cluster(small.old).url}", insecure-skip-tls-verify: true}}
contexts:
- {name: a, context: {cluster: mine, user: a}}
- {name: b, context: {cluster: mine, user: a}}
- {name: wrong, context: {cluster: mine, user: wrong}}
- {name: unchecked, context: {cluster: unchecked, user: wrong}}
users:
${user('a', 'prod')}
${user('wrong', 'old')}
`,
    )
    const wrong = await ekscope(['refresh', 'wrong', '--kubeconfig', ours])
    expect(wrong.status).toBe(3)
    expect(wrong.stderr).toMatch(/is for cluster old .*mean prod/)
    const place = new URL(simulator.cluster(small.cluster).url).host
    const all = await ekscope(['refresh', '--kubeconfig', ours, '--json', '--allow-server', place])
    expect(all.status).toBe(3)
    expect(JSON.parse(all.stdout)).toMatchObject({ written: true, problems: [{ context: 'wrong' }] })
    const { clusters } = await kubectl(ours)
    expect([...clusters].map(([name, { server }]) => [name, server])).toEqual([
      ['mine', simulator.cluster(small.cluster).url],
      ['unchecked', simulator.cluster(small.old).url],
    ])
    // kubectl refuses a CA beside insecure-skip-tls-verify.
    expect(clusters.get('unchecked')).not.toHaveProperty('certificate-authority-data')
  })

  test.skipIf(!full)(
    'a tunnel is left alone, and all contexts that use an entry change with it and are named',
    async () => {
      const ours = fresh()
      await ekscope(['add', '--cluster', 'prod', '--profile', 'alice', '--alias', 'a', '--kubeconfig', ours])
      const right = await readFile(ours, 'utf8')
      const tunnel = right.replace(
        /server: .*/,
        'server: https://localhost:8443\n    tls-server-name: name.test',
      )
      await writeFile(ours, tunnel)
      const named = await ekscope(['refresh', 'a', '--kubeconfig', ours])
      expect([named.status, await readFile(ours, 'utf8')]).toEqual([3, tunnel])
      expect(named.stderr).toMatch(/has a tls-server-name, so it was not changed\. .*--tunnels/)
      const all = await ekscope(['refresh', '--kubeconfig', ours])
      expect([all.status, await readFile(ours, 'utf8')]).toEqual([0, tunnel])
      expect(all.stderr).toContain('was not changed')
      // Another context goes through the same entry.
      await terminal.run(realProgram('kubectl'), [
        ...['config', 'set-context', 'other', '--kubeconfig', ours],
        ...[`--cluster=${[...(await kubectl(ours)).clusters.keys()][0]}`, '--user=nobody'],
      ])
      const there = new URL(simulator.cluster(small.cluster).url).host
      const refresh = ['refresh', 'a', '--tunnels', '--kubeconfig', ours, '--allow-server', there]
      const dry = await ekscope([...refresh, '--dry-run', '--json'])
      expect([dry.status, JSON.parse(dry.stdout).alsoChanges]).toEqual([0, ['other']])
      const text = await ekscope([...refresh, '--dry-run'])
      expect(text.stderr).toMatch(/also change “other”, .* so for all of them\./)
      const asked = await ekscope(refresh)
      expect(asked.status, asked.stderr).toBe(0)
      expect(asked.stdout).toContain('also changed: other')
      // What scripts say until now is taken all the same.
      expect((await ekscope([...refresh, '--apply-to-shared'])).status).toBe(0)
      expect([...(await kubectl(ours)).clusters.values()][0]).toMatchObject({
        server: simulator.cluster(small.cluster).url,
        'tls-server-name': 'name.test',
      })
    },
  )

  test('a refresh never takes over a cluster of the same name in another account', async () => {
    const ours = fresh()
    await ekscope(['add', '--cluster', 'prod', '--profile', 'alice', '--alias', 'a', '--kubeconfig', ours])
    const elsewhere = (await readFile(ours, 'utf8'))
      .replaceAll(small.account, small.other)
      .replace(/server: .*/, 'server: https://other.test')
    await writeFile(ours, elsewhere)
    const run = await ekscope(['refresh', 'a', '--kubeconfig', ours])
    expect(run.status).toBe(3)
    expect(run.stderr).toContain('another account’s cluster of the same name')
    expect(await readFile(ours, 'utf8')).toBe(elsewhere)
  })
})

async function whoami(file: string, context: string): Promise<string> {
  const args = ['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}']
  const where = [`--kubeconfig=${file}`, `--context=${context}`, '--request-timeout=50s']
  const run = await terminal.run(realProgram('kubectl'), [...where, ...args])
  return run.status === 0 ? run.stdout : run.stderr
}

describe('names and places', () => {
  test('pinned by argument unless said, the cluster entry of the same ARN reused, current-context left alone', async () => {
    const ours = fresh()
    const one = await ekscope(['add', '--cluster', small.cluster, '--profile', 'alice', '--kubeconfig', ours])
    expect(one.status, one.stderr).toBe(0)
    const two = await ekscope(
      [
        'add',
        '--cluster',
        'prod',
        '--alias',
        'two',
        '--namespace',
        'web',
        '--use',
        '--json',
        '--kubeconfig',
        ours,
      ],
      { AWS_PROFILE: 'alice' },
    )
    expect(JSON.parse(two.stdout)).toMatchObject({ context: 'two', seenBy: small.alice.arn })
    const { clusters, users, contexts, current } = await kubectl(ours)
    expect(clusters.size).toBe(1)
    expect([...users.values()].map(({ exec }) => exec?.args.slice(0, 4))).toEqual([
      ['--region', 'eu-west-1', '--profile', 'alice'],
      ['--region', 'eu-west-1', '--profile', 'alice'],
    ])
    expect([...contexts.keys()].sort()).toEqual([small.cluster, 'two'])
    expect(current).toBe('two')
    expect(
      (await ekscope(['add', '--cluster', 'prod', '--profile', 'alice', '--kubeconfig', ours])).stderr,
    ).toMatch(/There is a context .* already.*--alias/)
    const { mode } = await import('node:fs/promises').then(({ stat }) => stat(ours))
    expect(mode & 0o777).toBe(0o600)
  })

  test('a profile that was not the one who looked is written with a warning, and none where whom is said', async () => {
    const ours = fresh()
    const keys = {
      AWS_ACCESS_KEY_ID: small.alice.key.id,
      AWS_SECRET_ACCESS_KEY: small.alice.key.secret,
    }
    const add = async (variables: Record<string, string>, ...more: string[]) => {
      const args = ['add', '--cluster', small.cluster, '--dry-run', '--kubeconfig', ours, ...more]
      const { status, stderr } = await ekscope(args, variables)
      expect(status, stderr).toBe(0)
      return /^.*warning: .*$/m.exec(stderr)?.[0] ?? null
    }
    const both = { ...keys, AWS_PROFILE: 'placeless' }
    expect(await add(both)).toMatch(
      /AWS was asked as alice .* because AWS_ACCESS_KEY_ID of .* is used instead of profile placeless; but the context is pinned to profile placeless/,
    )
    expect(await add(both, '--pin', 'none')).toBeNull()
    expect(await add(both, '--profile', 'alice')).toBeNull()
    expect(await add(keys)).toBeNull()
    expect(await add({ AWS_PROFILE: 'alice' })).toBeNull()
  })

  test('unpinned only on request', async () => {
    const ours = fresh()
    await ekscope(['add', '--cluster', 'prod', '--profile', 'alice', '--pin', 'none', '--kubeconfig', ours])
    const { user } = await only(ours)
    expect(user?.[1].exec).toMatchObject({ env: [] })
    expect(user?.[1].exec?.args).not.toContain('alice')
  })

  test('another proxy is another cluster entry; a stale endpoint of a reused one is brought up to date', async () => {
    const ours = fresh()
    const add = (...more: string[]) =>
      ekscope(['add', '--cluster', 'prod', '--profile', 'alice', '--kubeconfig', ours, ...more])
    await add('--alias', 'direct')
    await add('--alias', 'proxied', '--proxy-url', 'http://proxy.test:3128', '--cluster-alias', 'via')
    expect([...(await kubectl(ours)).clusters.keys()].sort()).toEqual([small.cluster, 'via'])
    // So it is where nothing is said of the entry: the one of that ARN goes another way.
    const other = await add('--alias', 'again', '--proxy-url', 'http://proxy.test:9')
    expect(other.stderr).toMatch(/has another proxy-url, so a second one is made: “again”/)
    expect((await kubectl(ours)).clusters.get('again')?.['proxy-url']).toBe('http://proxy.test:9')
    await writeFile(
      ours,
      (await readFile(ours, 'utf8')).replace(
        /server: \S+/,
        'server: https://old.gr7.eu-west-1.eks.amazonaws.com',
      ),
    )
    const place = new URL(simulator.cluster(small.cluster).url).host
    const left = await add('--alias', 'third', '--apply-to-shared')
    expect([left.status, left.stderr]).toEqual([3, expect.stringContaining(`--allow-server ${place}`)])
    const refused = await add('--alias', 'third', '--allow-server', place)
    expect([refused.status, refused.stderr]).toEqual([
      3,
      expect.stringContaining('also change the context direct'),
    ])
    const third = await add('--alias', 'third', '--apply-to-shared', '--allow-server', place)
    expect(third.stderr).toContain('out of date')
    const { clusters } = await kubectl(ours)
    expect(clusters.get(small.cluster)?.server).toBe(simulator.cluster(small.cluster).url)
  })

  test.skipIf(!full)(
    'an old CA of a reused entry is brought up to date; one that stands in a file beside stays there',
    async () => {
      const ours = fresh()
      const add = (alias: string) =>
        ekscope([
          ...['add', '--cluster', 'prod', '--profile', 'alice', '--kubeconfig', ours, '--alias', alias],
          '--apply-to-shared',
        ])
      await add('one')
      const right = await readFile(ours, 'utf8')
      const data = /certificate-authority-data: .*/
      await writeFile(ours, right.replace(data, 'certificate-authority-data: QQ=='))
      expect((await add('two')).stderr).toContain('out of date')
      expect(await readFile(ours, 'utf8')).toContain(data.exec(right)?.[0])
      await writeFile(`${ours}.pem`, simulator.cluster(small.cluster).caPem)
      const inFile = `certificate-authority: ${ours}.pem`
      await writeFile(ours, right.replace(data, inFile))
      expect((await add('three')).stderr).not.toContain('out of date')
      expect(await readFile(ours, 'utf8')).toContain(inFile)
    },
  )
})

describe('what cannot be', () => {
  const refused = async (args: readonly string[], more?: Variables) => {
    const ours = fresh()
    const run = await ekscope(['add', '--kubeconfig', ours, ...args], more)
    await expect(readFile(ours)).rejects.toThrow(/ENOENT/)
    expect(run.stdout).toBe('')
    return run
  }

  test.each<readonly [string, readonly string[], RegExp]>([
    ['no region', ['--cluster', 'prod', '--profile', 'placeless'], /no region is named.*--region us-west-2/],
    [
      'no such cluster',
      ['--cluster', 'nope', '--profile', 'alice'],
      /There is no cluster nope in eu-west-1.*Check/,
    ],
    [
      'access denied',
      ['--cluster', 'prod', '--profile', 'carol'],
      /AWS denied DescribeCluster.*eks:DescribeCluster/,
    ],
    ['no such profile', ['--cluster', 'prod', '--region', 'eu-west-1', '--profile', 'zz'], /zz/],
    [
      "the cluster's own service role",
      [
        '--cluster',
        'prod',
        '--profile',
        'alice',
        '--role-arn',
        'arn:aws:iam::111122223333:role/prod-service',
      ],
      /is the service role of cluster prod.*Choose a role/,
    ],
    [
      'a role for looking that may not be assumed',
      ['--cluster', 'prod', '--profile', 'carol', '--describe-role-arn', small.reader],
      /AWS denied AssumeRole|may not assume|denied/,
    ],
  ])('%s: status 3, one sentence and a next step', async (_, args, message) => {
    const run = await refused(args)
    expect(run.status).toBe(3)
    const last = run.stderr.trim().split('\n').at(-1)
    expect(last).toMatch(/^ekscope: .*\. .+$/)
    expect(last).toMatch(message)
  })

  test('expired keys say whose, and to sign in again', async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = simulator.issue(
      small.admin,
      'old',
      Date.now() - 60_000,
    )
    const run = await refused(['--cluster', 'prod', '--region', 'eu-west-1'], {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_ENDPOINT_URL: simulator.endpointUrl,
    })
    expect(run.status).toBe(3)
    expect(run.stderr).toMatch(/have expired\. Renew the sign-in/)
  })

  test.skipIf(!full)(
    'a throttled call is tried again with growing pauses; throttled for good, it says so',
    async () => {
      simulator.fault({ service: 'eks', operation: 'DescribeCluster', kind: 'throttle', times: 2 })
      const ours = fresh()
      const run = await ekscope(['add', '--cluster', 'prod', '--profile', 'alice', '--kubeconfig', ours])
      expect(run.status, run.stderr).toBe(0)
      simulator.fault({ service: 'eks', operation: 'DescribeCluster', kind: 'throttle' })
      const never = await refused(['--cluster', 'prod', '--profile', 'alice'])
      expect(never.status).toBe(3)
      expect(never.stderr).toMatch(/AWS throttled DescribeCluster.*Wait a minute/)
    },
  )

  test('the SDK says nothing of its own on standard error', async () => {
    const run = await ekscope(['add', '--cluster', 'prod', '--profile', 'alice', '--kubeconfig', fresh()])
    const [asking, brings, ...facts] = run.stderr.trimEnd().split('\n')
    expect(asking).toBe(`Asking AWS as alice (user, ${small.account}): ${small.alice.arn}`)
    expect(brings).toBe('New for kubectl to run or to reach:')
    expect(facts.map((line) => /^ {2}([a-z ]+?) {2,}\S/.exec(line)?.[1])).toEqual([
      'new cluster',
      'server',
      'certificate',
      'written in',
      'for',
      'tokens of',
    ])
  })

  test.each<readonly [readonly string[]]>([
    [[]],
    [['prod']],
    [['--cluster', 'prod', '--region', 'mars']],
    [['--cluster', 'prod', '--pin', 'maybe']],
    [['--cluster', 'prod', '--role-arn', 'Admin']],
    [['--cluster', 'prod', '--role-arn', 'arn:aws:sts::111122223333:assumed-role/Admin/me']],
    [['--cluster', small.cluster, '--region', 'us-east-1']],
    [['--cluster', 'prod', '--alias', '']],
  ])('add %j: wrong usage, status 2', async (args) => {
    expect((await refused(args)).status).toBe(2)
  })
})
