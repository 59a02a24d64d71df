import { expect, test } from 'vitest'
import { rowNamed } from '../testing/rows'
import { commandsFor } from './shell-commands'
import { commandLine } from './shell-quote'

const lines = (name: string, foreign = false) =>
  commandsFor(rowNamed(name), foreign).map((command) => commandLine(command.words, 'posix'))

test('every context can be asked who the cluster sees', () => {
  expect(lines('kind-local')).toEqual(['kubectl --context kind-local auth whoami'])
})

test('hostile names are quoted', () => {
  expect(lines('=cmd|calc')[0]).toBe("kubectl --context '=cmd|calc' auth whoami")
})

test('a file outside the own list is named', () => {
  expect(lines('prod-admin', true)[0]).toBe(
    'kubectl --kubeconfig /home/ana/.kube/config --context prod-admin auth whoami',
  )
})

test('where a sign-in is needed, the command for it is there', () => {
  expect(lines('lake-spark')).toContain('aws sso login --profile data-spark')
  expect(lines('prod-admin').some((line) => line.includes('sso login'))).toBe(false)
})

test('writing the entry anew keeps alias, user, profile and role, and is warned of', () => {
  const update = commandsFor(rowNamed('stage-admin'), false).find((command) => command.id === 'update')
  expect(commandLine(update?.words ?? [], 'posix')).toBe(
    'aws eks update-kubeconfig --name stage --region eu-west-1 --profile dev --role-arn arn:aws:iam::444455556666:role/ClusterAdmin --alias stage-admin --user-alias stage-admin',
  )
  expect(update?.note).toContain('lost')
})
