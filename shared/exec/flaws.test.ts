import { describe, expect, test } from 'vitest'
import { flawOfCluster } from './flaws'
import { execMeaning } from './parse'

const flaws = (args: readonly string[], env: readonly string[] = [], command = 'aws') =>
  execMeaning({ command, args, env: env.map((name) => ({ name, value: 'secret' })) }).flaws

describe('what a command line cannot do', () => {
  test.each([
    ['--output text', ['--output', 'text'], 'unusable-output'],
    ['an abbreviation', ['--outp=table'], 'unusable-output'],
    ['--query', ['--query', 'status'], 'unusable-output'],
    ['--no-verify-ssl', ['--no-verify-ssl'], 'unsafe-request'],
    ['--no-sign-request', ['--no-sign-request'], 'unsafe-request'],
    ['another endpoint', ['--endpoint-url', 'http://127.0.0.1:4566'], 'unsafe-request'],
    ['what is no address', ['--endpoint-url', 'nonsense'], 'unsafe-request'],
    ['--version', ['--version'], 'unusable-output'],
  ])('%s', (_, more, id) => {
    const args = [...more, 'eks', 'get-token', '--cluster-name', 'c']
    expect(flaws(args).map((flaw) => flaw.id)).toEqual([id])
    expect(flaws(['exec', 'p', '--', 'aws', ...args], [], 'aws-vault').map((flaw) => flaw.id)).toEqual([id])
  })

  test('is nothing of what changes neither token nor request', () => {
    const args = ['--output', 'yaml', '--debug', '--endpoint-url', 'https://sts.us-east-1.amazonaws.com']
    expect(flaws([...args, 'eks', 'get-token', '--cluster-name', 'c'])).toEqual([])
    expect(flaws(['eks', 'get-token', 'help'])).toMatchObject([
      { id: 'unusable-output', what: 'help is asked for' },
    ])
    expect(flaws(['token', '-i', 'c', '--token-only'], [], 'aws-iam-authenticator')).toMatchObject([
      { id: 'unusable-output' },
    ])
  })

  test('shows no password of an address', () => {
    const [flaw] = flaws(['--endpoint-url', 'https://u:hunter2@sts.example', 'eks', 'get-token'])
    expect(flaw?.because).toContain('sts.example')
    expect(flaw?.because).not.toContain('hunter2')
  })
})

describe('a misspelt variable', () => {
  const get = ['eks', 'get-token', '--cluster-name', 'c']
  test.each([
    ['AW_PROFILE', 'AWS_PROFILE'],
    ['AWS_PROFLE', 'AWS_PROFILE'],
    ['AWS_PROFLIE', 'AWS_PROFILE'],
    ['AWS_PROFILES', 'AWS_PROFILE'],
    ['aws_profile', 'AWS_PROFILE'],
    ['AWS-PROFILE', 'AWS_PROFILE'],
    ['AWS_DEFUALT_REGION', 'AWS_DEFAULT_REGION'],
    ['AWS_SECRET_ACESS_KEY', 'AWS_SECRET_ACCESS_KEY'],
  ])('%s', (name, meant) => {
    const [flaw, ...more] = flaws(get, [name])
    expect(more).toEqual([])
    expect(flaw).toMatchObject({
      id: 'misspelt-variable',
      advice: expect.stringContaining(`Call it ${meant},`),
    })
    expect(JSON.stringify(flaw)).not.toContain('secret')
  })

  test.each([
    'AWS_PROFILE',
    'AWS_ACCESS_KEY',
    'AWS_SECURITY_TOKEN',
    'AWS_SDK_LOAD_CONFIG',
    'AWS_VAULT',
    'PATH',
    'AWS_EB_PROFILE',
    'AWS_PAGER',
  ])('is not %s', (name) => expect(flaws(get, [name])).toEqual([]))

  test('is not looked for in what no program of AWS gets', () => {
    expect(flaws([], ['AW_PROFILE'], '/opt/token')).toEqual([])
    expect(flaws(['AW_PROFILE=x', 'aws', ...get], [], 'env')).toMatchObject([{ id: 'misspelt-variable' }])
  })
})

test('a name that no cluster has', () => {
  for (const name of [
    `$\{module.eks.cluster_name}`,
    '"prod"',
    '<name>',
    '{{ name }}',
    'a b',
    '-x',
    'a.b',
    'x'.repeat(101),
  ])
    expect([name, flawOfCluster('aws', name)?.id]).toEqual([name, 'impossible-cluster-name'])
  for (const name of ['prod', 'Prod_1-x', '', null, 'file://name'])
    expect([name, flawOfCluster('aws', name)]).toEqual([name, null])
  // The authenticator’s clusters need not be of EKS.
  expect(flawOfCluster('aws-iam-authenticator', 'kops.example.com')).toBe(null)
  expect(flawOfCluster('aws-iam-authenticator', `$\{NAME}`)?.id).toBe('impossible-cluster-name')
})
