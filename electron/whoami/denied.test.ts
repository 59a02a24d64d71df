import { describe, expect, test } from 'vitest'
import { shortName } from '../../shared/identity/verdict'
import { factsOf } from '../testing/entry-facts'
import { deniedRole, type EntryFacts } from './denied'
import { problemOfStderr } from './problem-causes'

const alice = 'arn:aws:iam::777788889999:user/people/alice'
const ops = 'arn:aws:iam::777788889999:role/PlatformOps'
const facts = (more: Partial<EntryFacts> = {}): EntryFacts => ({ ...factsOf('dev'), ...more })
const trustPolicy = /let the role’s trust policy name/
const said = (more: Partial<EntryFacts>, role = ops, caller = alice) => {
  const { code, message, next } = deniedRole(caller, role, facts(more))
  expect(code).toBe('assume-role-denied')
  const begins = `AWS says that ${shortName(caller)} may not assume ${shortName(role)}`
  expect(message.startsWith(begins)).toBe(true)
  return { message: message.slice(begins.length), next }
}

describe('before a trust policy is to be changed, other causes are looked at', () => {
  test('the variable that wins over the profile', () => {
    const shell = said({ instead: 'AWS_ACCESS_KEY_ID of the login shell' })
    expect(shell.message).toBe(
      ', and AWS was asked that only because AWS_ACCESS_KEY_ID of the login shell is used instead of profile dev.',
    )
    expect(shell.next).toBe(
      'Unset AWS_ACCESS_KEY_ID, or pin the profile with --profile in the exec arguments; leave the trust policy of role PlatformOps of 777788889999 as it is.',
    )
    expect(said({ instead: 'AWS_ACCESS_KEY_ID in exec env' }).next).toMatch(/^Remove AWS_ACCESS_KEY_ID from/)
    expect(said({ profile: null, instead: 'DEFAULT_ROLE of the login shell' }).message).toContain(
      'what the entry',
    )
  })

  test('another partition, whatever else is so', () => {
    const china = 'arn:aws-cn:iam::505050505050:role/CnOps'
    const { message, next } = said({ instead: 'AWS_PROFILE of the login shell' }, china)
    expect(message).toContain('of different partitions (aws and aws-cn)')
    expect(next).toBe('Name a profile whose credentials are of partition aws-cn.')
    expect(said({}, ops, 'arn:aws-us-gov:sts::777788889999:assumed-role/Admin/me').next).toContain(
      'partition aws.',
    )
  })

  test('a role that has a path', () => {
    const arn = 'arn:aws:iam::777788889999:role/teams/platform/PlatformOps'
    const rolesWithPath = new Map([[ops, { arn, profile: 'platform' }]])
    const { message, next } = said({ rolesWithPath })
    expect(message).toContain('profile platform names')
    expect(next).toBe(`Write ${arn} as the role in the exec arguments.`)
    expect(said({ rolesWithPath }, 'arn:aws:iam::111122223333:role/PlatformOps').next).toMatch(trustPolicy)
  })

  test.each([
    'tools-cluster-role',
    'eksctl-prod-cluster-ServiceRole-1A2B3C4D',
    'eksClusterRole',
    'prod-eks-cluster-role',
    'AmazonEKSClusterRole',
    'eks-service-role',
  ])('the cluster’s own role, by its name: %s', (name) => {
    const { message, next } = said({}, `arn:aws:iam::777788889999:role/${name}`)
    expect(message).toContain(`${name} is the role that EKS itself runs a cluster with`)
    expect(next).toContain(`leave the trust policy of ${name} as it is.`)
  })

  test.each(['ClusterAdmin', 'cluster-role-admin', 'eks-admin', 'PlatformOps'])(
    '%s is none by its name',
    (name) => {
      expect(said({}, `arn:aws:iam::777788889999:role/${name}`).next).toMatch(trustPolicy)
    },
  )

  test('a role of the entry on top of the one that its profile assumes', () => {
    const hub = 'arn:aws:iam::909090909090:role/teams/Hub'
    const session = 'arn:aws:sts::909090909090:assumed-role/Hub/alice'
    const assumesFirst = { profile: 'hub', role: hub, source: 'base' }
    const rolesWithPath = new Map([[hub.replace('teams/', ''), { arn: hub, profile: 'hub' }]])
    const { message, next } = said({ assumesFirst, rolesWithPath }, ops, session)
    expect(message).toBe(
      '. Profile hub assumes role Hub of 909090909090 first, and the entry’s role is assumed on top of it (double assume), so it is Hub that PlatformOps would have to trust.',
    )
    expect(next).toBe(
      `Name profile base, its source, in the entry, or leave the entry’s role out, and leave the trust policies as they are. Only if this chain is meant, let the role’s trust policy name ${hub}.`,
    )
    // Where the profile itself is denied its role, that is another one.
    expect(said({ assumesFirst }, hub).message).not.toContain('double assume')
    expect(said({ assumesFirst: { ...assumesFirst, source: null } }, ops, session).next).toMatch(
      /^Name a profile that assumes no role in the entry/,
    )
  })

  test('an entry that does not say who assumes its role', () => {
    const { message, next } = said({ unpinned: true, profile: null })
    expect(message).toBe(
      '. The entry names no profile, so whoever the login shell gives has to assume the role.',
    )
    expect(next).toBe(
      `Pin a profile that may assume role PlatformOps of 777788889999. Only if user alice of 777788889999 is meant, let the role’s trust policy name ${alice}.`,
    )
  })

  test('each before those that follow it', () => {
    const instead = 'AWS_PROFILE of the login shell'
    const service = 'arn:aws:iam::777788889999:role/eks-cluster-role'
    const spelt = { arn: 'arn:aws:iam::777788889999:role/x/eks-cluster-role', profile: 'platform' }
    const rolesWithPath = new Map([[service, spelt]])
    const messages = [
      said({ instead, rolesWithPath, unpinned: true }, service),
      said({ rolesWithPath, unpinned: true }, service),
      said({ unpinned: true }, service),
    ].map(({ message }) => message)
    expect(messages).toEqual([
      expect.stringContaining('is used instead of'),
      expect.stringContaining('has a path'),
      expect.stringContaining('that EKS itself runs'),
    ])
  })

  test('else the trust policy, if this is who should', () => {
    expect(said({})).toEqual({
      message: '.',
      next: expect.stringMatching(/^If user alice of 777788889999 is the identity that should assume it/),
    })
  })

  test('a trust policy is to name the role with its path, and no session of it', () => {
    const hub = 'arn:aws:iam::909090909090:role/Hub'
    const session = 'arn:aws:sts::909090909090:assumed-role/Hub/alice'
    expect(said({}, ops, session).next).toContain(
      `let the role’s trust policy name ${hub}, and a policy of Hub allow sts:AssumeRole on ${ops}`,
    )
    const arn = 'arn:aws:iam::909090909090:role/teams/Hub'
    const rolesWithPath = new Map([[hub, { arn, profile: 'hub' }]])
    expect(said({ rolesWithPath }, ops, session).next).toContain(`name ${arn}, and`)
  })
})

const denied = `User: ${alice} is not authorized to perform: sts:AssumeRole on resource: ${ops}`
test.each([
  ['aws', `An error occurred (AccessDenied) when calling the AssumeRole operation: ${denied}`],
  [
    'the AWS SDK for Go, v1',
    `could not get token: AccessDenied: ${denied}\n\tstatus code: 403, request id: 1`,
  ],
  [
    'the AWS SDK for Go, v2',
    `operation error STS: AssumeRole, https response error StatusCode: 403, RequestID: 1, api error AccessDenied: ${denied}`,
  ],
])('%s says who and which role', (_, text) => {
  const { message, next } = problemOfStderr(
    text,
    'status 1',
    facts({ instead: 'AWS_PROFILE of the app' }),
    [],
  )
  expect(
    message.startsWith(
      'AWS says that user alice of 777788889999 may not assume role PlatformOps of 777788889999, ',
    ),
  ).toBe(true)
  expect(next).not.toMatch(trustPolicy)
})

test('the AWS config file that is read is named, not the one that usually is', () => {
  const next = (text: string, configFile: string | null) =>
    problemOfStderr(text, 'status 255', facts({ configFile }), []).next
  const unknown = 'The config profile (x) could not be found'
  expect(next(unknown, '/srv/corp/aws.cfg')).toBe(
    'Add the profile to /srv/corp/aws.cfg, or name another one in the entry.',
  )
  expect(next(unknown, null)).toContain('the AWS config file')
  expect(next('Unable to parse config file: /x', '/x')).toBe('Correct the profile in /x.')
})
