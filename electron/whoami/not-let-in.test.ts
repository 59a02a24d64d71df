import { expect, test } from 'vitest'
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
}
const said = (more: Partial<NotLetIn>) => notLetIn({ ...known, ...more })

test('a token for another cluster says nothing of the identity, whatever else is so', () => {
  const { message, next } = said({
    meant: { ...known.meant, tokenFor: 'stage' },
    unpinned: true,
    earlierIds: ['AROAOLDOLDOLDOLDOLD1'],
  })
  expect(message).toBe(
    'The token is for cluster stage, and it was sent to cluster prod, which refuses it (401). Whether prod knows role Admin of 111122223333 is not known.',
  )
  expect(next).not.toContain('access entry')
})

test('a role that was made anew, as far as an earlier check tells', () => {
  const { message, next } = said({ earlierIds: ['AROANEWNEWNEWNEWNEW1', 'AROAOLDOLDOLDOLDOLD1'] })
  expect(message).toContain('its id was AROAOLDOLDOLDOLDOLD1 and is AROANEWNEWNEWNEWNEW1')
  const entry =
    '--cluster-name prod --region eu-west-1 --principal-arn arn:aws:iam::111122223333:role/teams/Admin'
  expect(next).toContain(
    `aws eks delete-access-entry ${entry}\`, then \`aws eks create-access-entry ${entry}\``,
  )
  expect(said({ earlierIds: ['AROANEWNEWNEWNEWNEW1'] }).message).toBe(
    'Cluster prod does not know role Admin of 111122223333 (401).',
  )
  expect(said({ earlierIds: ['AROAOLDOLDOLDOLDOLD1'], unpinned: true }).message).toContain('made again')
})

test('a command to copy takes the path of a role as a word', () => {
  const role = 'arn:aws:iam::111122223333:role/$(id)/Admin'
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
    'Cluster an-entry does not know role Admin of 111122223333 (401).',
  ])
  expect(next).toMatch(
    /^Let an administrator of an-entry run `aws eks create-access-entry --region eu-west-1 /,
  )
  expect(next).toContain('delete that entry first')
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
