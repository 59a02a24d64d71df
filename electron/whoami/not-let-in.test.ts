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
  expect(next).toContain('aws eks delete-access-entry')
  expect(said({ earlierIds: ['AROANEWNEWNEWNEWNEW1'] }).message).toBe(
    'Cluster prod does not know role Admin of 111122223333 (401).',
  )
})

test('an entry that names nobody: whoever the environment gives is not let in at once', () => {
  const { message, next } = said({ unpinned: true })
  expect(message).toContain('in the login shell it is this one')
  expect(next).toMatch(/^Pin the context to the profile that may enter\. Only if/)
})

test('else an access entry; the cluster is called by its entry where nothing names it', () => {
  const { code, message, next } = said({ meant: { ...known.meant, name: null } })
  expect([code, message]).toEqual([
    'unauthorized',
    'Cluster an-entry does not know role Admin of 111122223333 (401).',
  ])
  expect(next).toMatch(/^Give it an access entry/)
})
