import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyExec, mask } from '../kubeconfig/entries'
import { anyCharacter } from '../testing/characters'
import type { RawExec } from './parse'
import { execMeaning, execVariables, meantCluster, regionOfServer } from './parse'

const entry = (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RawExec => ({
  ...emptyExec,
  apiVersion: 'client.authentication.k8s.io/v1beta1',
  command,
  args,
  env: Object.entries(env).map(([name, value]) => ({ name, value })),
})
const aws = (line: string, env: Readonly<Record<string, string>> = {}) =>
  execMeaning(entry('aws', line.split(' '), env))
const authenticator = (line: string, env: Readonly<Record<string, string>> = {}) =>
  execMeaning(entry('aws-iam-authenticator', line.split(' '), env))
const role = 'arn:aws:iam::111122223333:role/Admin'

describe('aws eks get-token', () => {
  test('what update-kubeconfig writes is understood completely', () => {
    expect(
      aws(`--region us-west-2 eks get-token --cluster-name prod --output json --role ${role}`, {
        AWS_PROFILE: 'pay',
      }),
    ).toEqual({
      program: 'aws',
      gets: 'aws',
      given: null,
      flaws: [],
      complete: true,
      unknown: null,
      understood: true,
      refusal: null,
      region: 'us-west-2',
      regionPinnedBy: 'arg',
      profile: 'pay',
      profilePinnedBy: 'env',
      role,
      roleFrom: '--role',
      clusterName: 'prod',
      clusterId: null,
      output: 'json',
      externalId: null,
      sessionName: null,
    })
  })

  // Each of these was put before aws-cli 2.23's own parser.
  test.each([
    [
      'options may come in any order, also with =',
      `eks --profile=p get-token --role-arn=${role} --cluster-name=c --region=r`,
    ],
    [
      'an option may be abbreviated as long as it is unambiguous',
      `--r r eks get-token --cluster-n c --ro ${role} --prof p`,
    ],
    [
      'the last one of a repeated option counts',
      `--region x eks get-token --cluster-name x --cluster-name c --role x --role-arn ${role} --region r --profile x --profile p`,
    ],
    [
      'an option of get-token before it needs its =',
      `--cluster-name=c eks --role=${role} get-token --region r --profile p`,
    ],
  ])('%s', (_, line) => {
    expect(aws(line)).toMatchObject({
      complete: true,
      region: 'r',
      profile: 'p',
      profilePinnedBy: 'arg',
      role,
      clusterName: 'c',
    })
  })

  test('the spelling of the role is kept for the words of the page', () => {
    expect(aws(`eks get-token --cluster-name c --role-arn=${role}`).roleFrom).toBe('--role-arn')
    expect(aws(`eks get-token --cluster-name c --ro ${role}`).roleFrom).toBe('--ro')
    expect(aws('eks get-token --cluster-name c').roleFrom).toBeNull()
  })

  test.each([
    ['no cluster is named', 'eks get-token'],
    ['--cluster-name and --cluster-id are both given', 'eks get-token --cluster-name a --cluster-id b'],
    ['--cluster-name and --cluster-id are both given', 'eks get-token --cluster-name a --cluster-id='],
    ['--cluster is ambiguous', 'eks get-token --cluster a'],
    ['--cluster-name has no value', 'eks get-token --cluster-name --role x'],
    ['--cluster-name has no value', 'eks get-token --cluster-name'],
    ['--output xml is not known', 'eks get-token --cluster-name c --output xml --output json'],
    ['unknown: --kubeconfig x', 'eks get-token --cluster-name c --kubeconfig x'],
    ['no command is named', '--region us-west-2'],
    [`unknown: --token=${mask} --secret ${mask}`, 'eks get-token --cluster-name c --token=t0p --secret s3c'],
  ])('aws itself refuses: %s', (why, line) => {
    expect(aws(line)).toMatchObject({ complete: false, refusal: why, unknown: why })
  })

  test.each([
    ['--debug is given', 'eks get-token --cluster-name c --debug'],
    ['--endpoint-url is given', 'eks get-token --cluster-name c --endpoint-url http://x'],
    ['--no-verify-ssl is given', 'eks get-token --cluster-name c --no-v'],
    ['--output text gives nothing that kubectl reads', 'eks get-token --cluster-name c --output text'],
    ['a value is read from a file: file:///etc/passwd', 'eks get-token --cluster-name file:///etc/passwd'],
    [
      `a value is fetched from a web address by aws version 1: http://${mask}@169.254.169.254/x`,
      'eks get-token --cluster-name http://u:s3c@169.254.169.254/x',
    ],
    [
      'a value is fetched from a web address by aws version 1: https://x',
      'eks get-token --cluster-id https://x',
    ],
    [
      'a value is fetched from a web address by aws version 1: http://x',
      'eks get-token --cluster-name c --role-arn http://x',
    ],
    [
      'a value is fetched from a web address by aws version 1: HTTPS://x',
      'eks get-token --cluster-name c --role=HTTPS://x',
    ],
    ['a value is read from a file: FileB://x', 'eks get-token --cluster-name FileB://x'],
    ['aws sts get-caller-identity is not aws eks get-token', 'sts get-caller-identity'],
    ['aws c eks is not aws eks get-token', '--cluster-name c eks get-token'],
    [`aws ${mask} sts is not aws eks get-token`, '--password s3c sts get-token'],
    ['-- stands among the arguments', 'eks get-token --cluster-name c -- x'],
  ])('aws would run, but not as a plain get-token: %s', (why, line) => {
    expect(aws(line)).toMatchObject({ complete: false, refusal: null, unknown: why })
  })

  test('an empty --profile counts as absent, an empty AWS_PROFILE does not', () => {
    const args = ['eks', 'get-token', '--cluster-name', 'c', '--profile', '']
    expect(execMeaning(entry('aws', args))).toMatchObject({ profile: null, profilePinnedBy: 'none' })
    expect(execMeaning(entry('aws', args, { AWS_PROFILE: 'p' }))).toMatchObject({ profilePinnedBy: 'env' })
    expect(aws('eks get-token --cluster-name c', { AWS_PROFILE: '' })).toMatchObject({ profile: '' })
  })

  test('--profile beats AWS_PROFILE, which beats AWS_DEFAULT_PROFILE', () => {
    const both = { AWS_DEFAULT_PROFILE: 'second', AWS_PROFILE: 'first' }
    expect(aws('eks get-token --cluster-name c --profile p', both).profile).toBe('p')
    expect(aws('eks get-token --cluster-name c', both).profile).toBe('first')
    expect(aws('eks get-token --cluster-name c', { AWS_DEFAULT_PROFILE: 'second' }).profile).toBe('second')
  })
})

test('without --region the region is that of exec.env, AWS_REGION first', () => {
  const both = { AWS_DEFAULT_REGION: 'second', AWS_REGION: 'first' }
  const read = (line: string, env: Readonly<Record<string, string>>) => {
    const { region, regionPinnedBy } = aws(line, env)
    return [region, regionPinnedBy]
  }
  expect(read('eks get-token --cluster-name c --region r', both)).toEqual(['r', 'arg'])
  expect(read('eks get-token --cluster-name c', both)).toEqual(['first', 'env'])
  expect(read('eks get-token --cluster-name c', { AWS_DEFAULT_REGION: 'second' })).toEqual(['second', 'env'])
  expect(read('eks get-token --cluster-name c', {})).toEqual([null, 'none'])
})

describe('aws-iam-authenticator token', () => {
  test('an empty variable counts as absent, as to the AWS SDK for Go', () => {
    const env = { AWS_PROFILE: '', AWS_DEFAULT_PROFILE: 'p', AWS_REGION: '', AWS_DEFAULT_REGION: 'r' }
    expect(authenticator('token -i c', env)).toMatchObject({ profile: 'p', region: 'r' })
  })

  test.each([
    [
      'long flags',
      `token --cluster-id prod --role ${role} --external-id e --session-name s --region r --cache`,
    ],
    ['short flags', `token -i prod -r ${role} -e e -s s --region=r --forward-session-name`],
    ['values attached', `token -iprod -r=${role} -ee -s=s --region r`],
    ['flags before the command', `-i prod token -r ${role} -e e -s s --region r`],
  ])('%s', (_, line) => {
    expect(authenticator(line)).toMatchObject({
      program: 'aws-iam-authenticator',
      complete: true,
      clusterId: 'prod',
      role,
      externalId: 'e',
      sessionName: 's',
      region: 'r',
    })
  })

  test('a value may begin with -, also as a flag does', () => {
    expect(authenticator('token -i -prod -r --token-only')).toMatchObject({
      complete: true,
      clusterId: '-prod',
      role: '--token-only',
    })
  })

  test('DEFAULT_ROLE in exec.env is the role unless a flag names one', () => {
    expect(authenticator('token -i c', { DEFAULT_ROLE: role })).toMatchObject({
      role,
      roleFrom: 'DEFAULT_ROLE',
    })
    expect(authenticator('token -i c -r x', { DEFAULT_ROLE: role })).toMatchObject({
      role: 'x',
      roleFrom: '-r',
    })
  })

  test.each([
    ['unknown: --config', 'token -i c --config'],
    ['unknown: --clus', 'token --clus c'],
    [`unknown: --token=${mask}`, 'token -i c --token=t0p'],
    [
      `aws-iam-authenticator token https://${mask}@h is not aws-iam-authenticator token`,
      'token https://me:s3c@h',
    ],
    ['aws-iam-authenticator server is not aws-iam-authenticator token', 'server -i c'],
    ['no cluster is named', 'token'],
    ['--token-only gives nothing that kubectl reads', 'token -i c --token-only'],
  ])('not a plain token: %s', (why, line) => {
    expect(authenticator(line)).toMatchObject({ complete: false, unknown: why })
  })
})

test('the program is known by its last path segment, on Windows too', () => {
  expect(execMeaning(entry('/opt/homebrew/bin/aws', [])).program).toBe('aws')
  expect(execMeaning(entry('C:\\Program Files\\Amazon\\AWSCLIV2\\aws.exe', [])).program).toBe('aws')
  expect(execMeaning(entry('AWS.CMD', [])).program).toBe('aws')
  expect(execMeaning(entry('aws-iam-authenticator.bat', [])).program).toBe('aws-iam-authenticator')
  expect(execMeaning(entry('awsx', []))).toMatchObject({ program: 'other', complete: false })
  expect(execMeaning({ ...entry('', []), command: null }).program).toBe('other')
})

test('of a name that occurs twice in exec.env the last value counts', () => {
  const exec = {
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
      { name: 'A', value: '3' },
    ],
  }
  expect(execVariables(exec)).toEqual({ A: '3', B: '2' })
  const twice = ['one', 'two'].map((value) => ({ name: 'AWS_PROFILE', value }))
  expect(execMeaning({ command: 'aws', args: ['eks', 'get-token'], env: twice }).profile).toBe('two')
})

describe('the cluster that a context means', () => {
  const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod'
  const host = 'https://0123456789ABCDEF0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com'

  test('is named by its entry, then by the arguments; its region by the arguments, then the entry, then the host', () => {
    const prod = { name: 'prod', region: 'eu-west-1', account: '111122223333', partition: 'aws' }
    const stage = aws('eks get-token --cluster-name stage --region us-gov-west-1')
    expect(meantCluster(stage, arn, host)).toEqual({ ...prod, region: 'us-gov-west-1', tokenFor: 'stage' })
    expect(meantCluster(aws('eks get-token --cluster-name prod'), arn, host)).toEqual({
      ...prod,
      tokenFor: null,
    })
    expect(meantCluster(null, arn, host)).toEqual({ ...prod, tokenFor: null })
    const nobody = { name: null, region: null, account: null, partition: null, tokenFor: null }
    expect(meantCluster(null, 'prod', host)).toEqual({ ...nobody, region: 'us-west-2', partition: 'aws' })
    expect(meantCluster(stage, 'prod', 'https://10.0.0.1')).toEqual({
      ...nobody,
      name: 'stage',
      region: 'us-gov-west-1',
      partition: 'aws-us-gov',
    })
    expect(meantCluster(null, null, 'https://10.0.0.1')).toEqual(nobody)
  })

  test('a token for another cluster is told where the entry’s name is sure: an ARN or eksctl’s', () => {
    const tokenFor = (line: string, entryName: string) =>
      meantCluster(line.startsWith('token') ? authenticator(line) : aws(line), entryName, null).tokenFor
    expect(tokenFor('eks get-token --cluster-name stage', 'prod.eu-west-1.eksctl.io')).toBe('stage')
    expect(tokenFor('token -i stage', arn)).toBe('stage')
    expect(tokenFor('eks get-token --cluster-name prod', 'prod.eu-west-1.eksctl.io')).toBeNull()
    expect(tokenFor('eks get-token --cluster-name Prod', arn)).toBe('Prod')
    expect(tokenFor('eks get-token --cluster-name stage', 'prod')).toBeNull()
    expect(tokenFor('eks get-token --cluster-id 0000-uuid', arn)).toBeNull()
  })

  test('an Outposts cluster is called by the ARN, the authenticator names the cluster by -i', () => {
    expect(meantCluster(aws('eks get-token --cluster-id 123-uuid'), arn, null).name).toBe('prod')
    expect(meantCluster(aws('eks get-token --cluster-id 123-uuid'), null, null).name).toBe('123-uuid')
    expect(meantCluster(authenticator('token -i stage'), 'x', null).name).toBe('stage')
  })

  test.each([
    [host, 'us-west-2'],
    [`${host}:443/x`, 'us-west-2'],
    ['https://ABC.yl4.cn-north-1.eks.amazonaws.com.cn', 'cn-north-1'],
    ['https://ABC.eks-cluster.eu-central-1.api.aws', 'eu-central-1'],
    ['https://ABC.eks-cluster.cn-north-1.api.amazonwebservices.com.cn', 'cn-north-1'],
    ['https://ABC.gr7.us-west-2.eks.amazonaws.com.example.org', null],
    ['https://x@evil.example/ABC.gr7.us-west-2.eks.amazonaws.com', null],
    ['not a url', null],
    [null, null],
  ])('the region of %s is %s', (server, region) => {
    expect(regionOfServer(server)).toBe(region)
  })
})

test('no arguments whatever make the reader throw, and what is complete names a cluster', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'eks',
      'get-token',
      'token',
      '--region',
      '--role',
      '--cluster-name',
      '-i',
      '-r',
      '--',
      '-',
      '',
    ),
    fc.string({ unit: anyCharacter, maxLength: 8 }),
  )
  fc.assert(
    fc.property(
      fc.constantFrom('aws', 'aws-iam-authenticator', 'x'),
      fc.array(word, { maxLength: 12 }),
      (command, args) => {
        const meaning = execMeaning(entry(command, args))
        expect(meaning.complete).toBe(meaning.unknown === null)
        if (meaning.complete) expect(meaning.clusterName || meaning.clusterId).toBeTruthy()
      },
    ),
    { numRuns: process.env.EKSCOPE_FULL === '1' ? 50_000 : 1_000 },
  )
})
