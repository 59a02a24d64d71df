import { expect, test } from 'vitest'
import { awsAuthOf } from './aws-auth'

const arn = 'arn:aws:iam::111122223333:role/Ops'
const lines = (data: Readonly<Record<string, string>>) =>
  awsAuthOf(data).lines.map(({ list, place, subject, username, groups, problem }) => [
    `${list} ${place}`,
    subject,
    username,
    groups.join(' '),
    problem,
  ])

test('each line of each list, in their order', () => {
  const mapRoles = `- rolearn: ${arn}\n  username: ops:{{SessionName}}\n  groups:\n  - system:masters\n  - ops\n`
  const mapUsers = '- {userarn: "arn:aws:iam::111122223333:user/carol", username: carol}\n'
  expect(lines({ mapRoles, mapUsers, mapAccounts: '- "111122223333"\n- 012345678901\n' })).toEqual([
    ['mapRoles 1', arn, 'ops:{{SessionName}}', 'system:masters ops', null],
    ['mapUsers 1', 'arn:aws:iam::111122223333:user/carol', 'carol', '', null],
    ['mapAccounts 1', '111122223333', null, '', null],
    ['mapAccounts 2', '012345678901', null, '', null],
  ])
})

test('one bad line hides nobody, and says what is passed over', () => {
  const mapRoles = `- this is no entry
- rolearn: [a, list]
  username: x
- {username: z, groups: [a]}
- {rolearn: "${arn}", username: 012, groups: system:masters}
- {RoleARN: "${arn}", username: last, groups: [1, b]}
`
  expect(lines({ mapRoles })).toEqual([
    ['mapRoles 1', null, null, '', 'The line is not a mapping, so it names no rolearn.'],
    ['mapRoles 2', null, 'x', '', 'Rolearn is a list.'],
    ['mapRoles 3', null, 'z', 'a', 'It names no rolearn.'],
    ['mapRoles 4', arn, null, '', 'Username is no text; groups is a text and not a list, so it gives none.'],
    ['mapRoles 5', arn, 'last', 'b', 'A group is not a text, and is passed over.'],
  ])
})

test('a list that is none hides only itself', () => {
  const found = awsAuthOf({ mapRoles: '{[', mapUsers: 'a: b\n', mapAccounts: '- "111122223333"\n' })
  expect(found.lines).toHaveLength(1)
  expect(found.problems.map(({ list }) => list)).toEqual(['mapRoles', 'mapUsers'])
  expect(awsAuthOf({ mapRoles: '', mapUsers: '  ""  ', mapAccounts: '[]' })).toEqual({
    lines: [],
    problems: [],
  })
})
