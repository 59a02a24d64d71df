import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { type AwsProgram, awsJudge, awsProgram } from '../../testing/aws-judge'
import { type Run, realProgram, runProgram } from '../../testing/real-programs'
import { type Simulator, startSimulator } from '../../testing/simulator'
import { small, smallWorld } from '../../testing/small-world'

const judge = awsJudge(1)
const kubectl = realProgram('kubectl')

// kubectl starts the real aws, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

let simulator: Simulator
let quickAws: AwsProgram
let home: string

beforeAll(async () => {
  ;[simulator, quickAws] = await Promise.all([startSimulator(smallWorld(Date.now())), awsProgram()])
})
afterAll(async () => {
  await simulator.close()
})
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ekscope-simulator-'))
  await mkdir(join(home, '.aws/sso/cache'), { recursive: true })
  simulator.clearFaults()
  simulator.forgetRequests()
  return () => rm(home, { recursive: true, force: true })
})

const variables = (more: Record<string, string> = {}): Record<string, string> => ({
  HOME: home,
  PATH: '/usr/bin:/bin',
  AWS_ENDPOINT_URL: simulator.endpointUrl,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: 'eu-west-1',
  AWS_MAX_ATTEMPTS: '2',
  ...more,
})
const keyOf = (user: { key: { id: string; secret: string } }) => ({
  AWS_ACCESS_KEY_ID: user.key.id,
  AWS_SECRET_ACCESS_KEY: user.key.secret,
})
const runAws = (args: string[], more: Record<string, string> = keyOf(small.alice)): Promise<Run> =>
  judge.run(args, variables(more))

async function awsConfig(text: string, credentials = ''): Promise<void> {
  await writeFile(join(home, '.aws/config'), text)
  await writeFile(join(home, '.aws/credentials'), credentials)
}
const aliceCredentials = `[alice]\naws_access_key_id = ${small.alice.key.id}\naws_secret_access_key = ${small.alice.key.secret}\n`

/** kubectl and the aws that it starts: the judge's unless a test brings a PATH of its own, since a whole run of aws is nearly all start. */
async function whoami(context: string, more: Record<string, string> = {}): Promise<Run> {
  const run = { PATH: `${quickAws.folder}:/usr/bin:/bin`, ...more }
  return runProgram(kubectl, ['--context', context, 'auth', 'whoami', '-o', 'json'], variables(run))
}

describe('the account service and IAM, asked by the real aws', () => {
  const withAccount = (more: { readonly alias?: string; readonly enabled?: readonly string[] }) =>
    simulator.update((world) => ({
      ...world,
      accounts: world.accounts.map((one) => (one.id === small.account ? { ...one, ...more } : one)),
    }))
  test.skipIf(!full)('the regions of an account, page by page, and its alias', async () => {
    withAccount({ alias: 'small-company', enabled: ['eu-south-1'] })
    const listed = await runAws(['account', 'list-regions', '--page-size', '10', '--output', 'text'])
    expect(listed.stderr).toBe('')
    expect(listed.stdout).toMatch(/^REGIONS\teu-west-1\tENABLED_BY_DEFAULT$/m)
    expect(listed.stdout).toMatch(/^REGIONS\teu-south-1\tENABLED$/m)
    expect(listed.stdout).toMatch(/^REGIONS\taf-south-1\tDISABLED$/m)
    const enabled = ['--region-opt-status-contains', 'ENABLED', '--query', 'Regions[].RegionName']
    const opted = await runAws(['account', 'list-regions', ...enabled])
    expect(JSON.parse(opted.stdout)).toEqual(['eu-south-1'])
    const alias = await runAws(['iam', 'list-account-aliases'])
    expect(JSON.parse(alias.stdout)).toEqual({ AccountAliases: ['small-company'] })
  })

  test('both are refused with the names that AWS has for it', async () => {
    const denied = ['account:*', 'iam:ListAccountAliases']
    simulator.update((world) => ({ ...world, users: world.users.map((user) => ({ ...user, denied })) }))
    const regions = await runAws(['account', 'list-regions'])
    expect(regions.stderr).toMatch(/\(AccessDeniedException\).*account:ListRegions/)
    const alias = await runAws(['iam', 'list-account-aliases'])
    expect(alias.stderr).toMatch(/\(AccessDenied\).*iam:ListAccountAliases/)
    simulator.update(() => smallWorld(Date.now()))
  })
})

describe('STS, asked by the real aws', () => {
  test('a signed GetCallerIdentity names the owner of the keys', async () => {
    const run = await runAws(['sts', 'get-caller-identity'])
    expect(JSON.parse(run.stdout)).toEqual({
      UserId: 'AIDAALICEALICE000001',
      Account: small.account,
      Arn: small.alice.arn,
    })
    expect(simulator.keyOwner(small.alice.key.id)).toBe(small.alice.arn)
  })

  test('a wrong secret is SignatureDoesNotMatch, an unknown key InvalidClientTokenId', async () => {
    const wrong = await runAws(['sts', 'get-caller-identity'], {
      AWS_ACCESS_KEY_ID: small.alice.key.id,
      AWS_SECRET_ACCESS_KEY: 'not-the-secret',
    })
    expect(wrong.stderr).toContain('(SignatureDoesNotMatch)')
    const unknown = await runAws(['sts', 'get-caller-identity'], {
      AWS_ACCESS_KEY_ID: 'AKIANOBODYNOBODY0000',
      AWS_SECRET_ACCESS_KEY: 'x',
    })
    expect(unknown.stderr).toContain('(InvalidClientTokenId)')
  })

  test('keys of one partition are unknown in another', async () => {
    const run = await runAws(['sts', 'get-caller-identity', '--region', 'cn-north-1'])
    expect(run.stderr).toContain('(InvalidClientTokenId)')
  })

  test('roles chain across accounts, and only along trust', async () => {
    await awsConfig(
      `[profile admin]\nrole_arn = ${small.admin}\nsource_profile = alice\n[profile deploy]\nrole_arn = ${small.crossAccount}\nsource_profile = admin\nrole_session_name = release\n[profile denied]\nrole_arn = ${small.crossAccount}\nsource_profile = alice\n`,
      aliceCredentials,
    )
    const deploy = await runAws(['sts', 'get-caller-identity', '--profile', 'deploy'], {})
    expect(JSON.parse(deploy.stdout)).toMatchObject({
      Arn: 'arn:aws:sts::444455556666:assumed-role/Deploy/release',
      UserId: 'AROADEPLOYDEPL000001:release',
    })
    const denied = await runAws(['sts', 'get-caller-identity', '--profile', 'denied'], {})
    expect(denied.stderr).toContain('(AccessDenied)')
    expect(denied.stderr).toContain(
      `is not authorized to perform: sts:AssumeRole on resource: ${small.crossAccount}`,
    )
  })

  test('an external id and an MFA code are demanded where the role demands them', async () => {
    const assume = (...args: string[]) =>
      runAws(['sts', 'assume-role', '--role-session-name', 'test', '--query', 'AssumedRoleUser.Arn', ...args])
    expect((await assume('--role-arn', small.guarded)).stderr).toContain('(AccessDenied)')
    expect((await assume('--role-arn', small.guarded, '--external-id', 'open sesame')).stdout).toContain(
      'assumed-role/Guarded/test',
    )
    const mfa = ['--role-arn', small.withMfa, '--serial-number', `arn:aws:iam::${small.account}:mfa/alice`]
    expect((await assume('--role-arn', small.withMfa)).stderr).toContain('(AccessDenied)')
    expect((await assume(...mfa, '--token-code', '000000')).stderr).toContain(
      'MultiFactorAuthentication failed',
    )
    expect((await assume(...mfa, '--token-code', '123456')).stdout).toContain('assumed-role/WithMfa/test')
  })

  test('a web identity token becomes its role', async () => {
    await writeFile(join(home, 'token'), small.webToken)
    const run = await runAws(['sts', 'get-caller-identity'], {
      AWS_WEB_IDENTITY_TOKEN_FILE: join(home, 'token'),
      AWS_ROLE_ARN: small.workload,
      AWS_ROLE_SESSION_NAME: 'front',
    })
    expect(JSON.parse(run.stdout)).toMatchObject({
      Arn: 'arn:aws:sts::111122223333:assumed-role/Workload/front',
    })
  })

  test('expired temporary keys are ExpiredToken', async () => {
    const gone = simulator.issue(small.admin, 'yesterday', Date.now() - 1000)
    const run = await runAws(['sts', 'get-caller-identity'], {
      AWS_ACCESS_KEY_ID: gone.accessKeyId,
      AWS_SECRET_ACCESS_KEY: gone.secretAccessKey,
      AWS_SESSION_TOKEN: gone.sessionToken,
    })
    expect(run.stderr).toContain('(ExpiredToken)')
  })

  test('a request from a clock that is 20 minutes off is refused for its time', async () => {
    const late = await startSimulator(smallWorld(Date.now()), { now: () => Date.now() + 20 * 60_000 })
    try {
      const run = await runAws(['sts', 'get-caller-identity', '--endpoint-url', late.endpointUrl])
      expect(run.stderr).toContain('(SignatureDoesNotMatch)')
      expect(run.stderr).toContain('Signature expired')
    } finally {
      await late.close()
    }
  })
})

describe('EKS, asked by the real aws', () => {
  test('lists clusters in pages and describes one', async () => {
    const list = await runAws(['eks', 'list-clusters', '--page-size', '1'])
    expect(JSON.parse(list.stdout)).toEqual({ clusters: ['old', 'prod'] })
    expect(simulator.requests().filter((each) => each.operation === 'ListClusters')).toHaveLength(2)
    const described = await runAws(['eks', 'describe-cluster', '--name', 'prod'])
    expect(JSON.parse(described.stdout).cluster).toMatchObject({
      arn: small.cluster,
      endpoint: simulator.cluster('prod').url,
      status: 'ACTIVE',
      accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
      certificateAuthority: { data: Buffer.from(simulator.cluster('prod').caPem).toString('base64') },
    })
  })

  test('describes access entries and their policies, by an ARN in the path', async () => {
    const entry = await runAws([
      'eks',
      'describe-access-entry',
      '--cluster-name',
      'prod',
      '--principal-arn',
      small.admin,
    ])
    expect(JSON.parse(entry.stdout).accessEntry).toMatchObject({
      username: 'arn:aws:sts::111122223333:assumed-role/Admin/{{SessionName}}',
      kubernetesGroups: ['platform'],
    })
    const policies = await runAws([
      'eks',
      'list-associated-access-policies',
      '--cluster-name',
      'prod',
      '--principal-arn',
      small.alice.arn,
    ])
    expect(JSON.parse(policies.stdout).associatedAccessPolicies[0]).toMatchObject({
      policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
      accessScope: { type: 'namespace', namespaces: ['web'] },
    })
  })

  test('refuses with EKS’s own errors: not found, denied, throttled', async () => {
    expect((await runAws(['eks', 'describe-cluster', '--name', 'nope'])).stderr).toContain(
      '(ResourceNotFoundException)',
    )
    const carol = await runAws(['eks', 'describe-cluster', '--name', 'prod'], keyOf(small.carol))
    expect(carol.stderr).toContain('(AccessDeniedException)')
    simulator.fault({ service: 'eks', operation: 'ListClusters', kind: 'throttle', times: 1 })
    const once = await runAws(['eks', 'list-clusters'])
    expect(once.status).toBe(0)
    simulator.fault({ service: 'eks', operation: 'ListClusters', kind: 'throttle' })
    expect((await runAws(['eks', 'list-clusters'])).stderr).toContain('(TooManyRequestsException)')
  })
})

describe('SSO, asked by the real aws', () => {
  test('a cached access token gets role credentials, named after who signed in', async () => {
    await awsConfig(
      `[profile dev]\nsso_session = small\nsso_account_id = ${small.account}\nsso_role_name = Developer\n[sso-session small]\nsso_start_url = ${small.startUrl}\nsso_region = eu-west-1\n`,
    )
    const file = `${createHash('sha1').update('small').digest('hex')}.json`
    await writeFile(
      join(home, '.aws/sso/cache', file),
      JSON.stringify({
        startUrl: small.startUrl,
        region: 'eu-west-1',
        accessToken: small.ssoToken,
        expiresAt: new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, ''),
      }),
    )
    const run = await runAws(['sts', 'get-caller-identity', '--profile', 'dev'], {})
    expect(run.stderr).toBe('')
    expect(JSON.parse(run.stdout)).toMatchObject({
      Arn: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Developer_0123456789abcdef/dora@small.example',
    })
    // botocore names the file by the SHA-1 of this JSON: sorted keys, no spaces.
    const key = createHash('sha1')
      .update(JSON.stringify({ accountId: small.account, roleName: 'Developer', sessionName: 'small' }))
      .digest('hex')
    const cached = JSON.parse(await readFile(join(home, '.aws/cli/cache', `${key}.json`), 'utf8'))
    expect(cached.ProviderType).toBe('sso')
  })

  test('the device flow waits for the browser, then gives a token that lists accounts and roles', async () => {
    const call = async (path: string, body: unknown) => {
      const answer = await fetch(`${simulator.endpointUrl}${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
      })
      return { status: answer.status, body: await answer.json() }
    }
    const client = await call('/client/register', {
      clientName: 'test',
      clientType: 'public',
      scopes: ['sso:account:access'],
    })
    const { clientId, clientSecret } = client.body
    const device = await call('/device_authorization', {
      clientId,
      clientSecret,
      startUrl: `${small.startUrl}/#`,
    })
    const ask = () =>
      call('/token', {
        clientId,
        clientSecret,
        grantType: 'urn:ietf:params:oauth:grant-type:device_code',
        deviceCode: device.body.deviceCode,
      })
    expect(await ask()).toMatchObject({ status: 400, body: { error: 'authorization_pending' } })
    await fetch(device.body.verificationUriComplete)
    expect(await ask()).toMatchObject({ body: { error: 'authorization_pending' } })
    await fetch(device.body.verificationUri, {
      method: 'POST',
      body: new URLSearchParams({ user_code: device.body.userCode }),
    })
    const token = await ask()
    expect(token.status).toBe(200)
    const accounts = await runAws(['sso', 'list-accounts', '--access-token', token.body.accessToken], {})
    expect(JSON.parse(accounts.stdout).accountList).toMatchObject([{ accountId: small.account }])
    const roles = await runAws(
      ['sso', 'list-account-roles', '--access-token', token.body.accessToken, '--account-id', small.account],
      {},
    )
    expect(JSON.parse(roles.stdout).roleList).toEqual([{ roleName: 'Developer', accountId: small.account }])
    const refreshed = await call('/token', {
      clientId,
      clientSecret,
      grantType: 'refresh_token',
      refreshToken: token.body.refreshToken,
    })
    expect(refreshed.body.accessToken).not.toBe(token.body.accessToken)
  })
})

describe('a cluster, asked by the real kubectl with tokens of the real aws', () => {
  const update = async (...args: string[]) => {
    const run = await runAws(['eks', 'update-kubeconfig', ...args])
    expect(run.stderr).toBe('')
  }

  test('get-token presigns against the configured endpoint, and the path is /', async () => {
    const run = await runAws(['eks', 'get-token', '--cluster-name', 'prod'])
    const token: string = JSON.parse(run.stdout).status.token
    const url = Buffer.from(token.replace('k8s-aws-v1.', ''), 'base64url').toString()
    expect(url.startsWith(`${simulator.endpointUrl}/?Action=GetCallerIdentity&Version=2011-06-15&`)).toBe(
      true,
    )
    const headers = { 'x-k8s-aws-id': 'prod', accept: 'application/json' }
    const replayed = await (await fetch(url, { headers })).json()
    expect(replayed.GetCallerIdentityResponse.GetCallerIdentityResult.Arn).toBe(small.alice.arn)
    const forAnother = await fetch(url, { headers: { ...headers, 'x-k8s-aws-id': 'stage' } })
    expect(forAnother.status).toBe(403)
  })

  test('update-kubeconfig and auth whoami: the user by its access entry', async () => {
    await update('--name', 'prod', '--alias', 'prod')
    const run = await whoami('prod', { ...keyOf(small.alice), PATH: '/usr/bin:/bin' })
    expect(run.stderr).toBe('')
    expect(JSON.parse(run.stdout).status.userInfo).toEqual({
      username: small.alice.arn,
      uid: 'aws-iam-authenticator:111122223333:AIDAALICEALICE000001',
      groups: ['system:authenticated'],
      extra: {
        accessKeyId: [small.alice.key.id],
        arn: [small.alice.arn],
        canonicalArn: [small.alice.arn],
        principalId: ['AIDAALICEALICE000001'],
        sessionName: [''],
      },
    })
    const carol = await whoami('prod', keyOf(small.carol))
    expect(JSON.parse(carol.stdout).status.userInfo).toMatchObject({
      username: 'carol',
      groups: ['system:masters', 'system:authenticated'],
    })
  })

  test('roles map by entry with the default username, or by a pathless line of aws-auth', async () => {
    await update('--name', 'prod', '--alias', 'admin', '--user-alias', 'admin', '--role-arn', small.admin)
    await update('--name', 'old', '--alias', 'reader', '--user-alias', 'reader', '--role-arn', small.reader)
    const admin = await whoami('admin', keyOf(small.alice))
    expect(JSON.parse(admin.stdout).status.userInfo).toMatchObject({
      username: 'arn:aws:sts::111122223333:assumed-role/Admin/EKSGetTokenAuth',
      groups: ['platform', 'system:authenticated'],
    })
    // The old cluster knows only the v1beta1 and v1alpha1 reviews; kubectl asks in that order.
    const reader = await whoami('reader', keyOf(small.alice))
    expect(JSON.parse(reader.stdout).status.userInfo).toMatchObject({
      username: 'reader:EKSGetTokenAuth',
      groups: ['readers', 'system:authenticated'],
    })
  })

  test('an identity without an entry has no access', async () => {
    await update('--name', 'old', '--alias', 'old')
    expect((await whoami('old', keyOf(small.alice))).stderr).toContain('must be logged in')
    expect(simulator.requests().at(-1)).toMatchObject({
      service: 'kubernetes',
      status: 401,
      detail: 'ARN is not mapped',
    })
  })
})
