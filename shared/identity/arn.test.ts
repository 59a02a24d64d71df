import { describe, expect, test } from 'vitest'
import {
  canonicalArn,
  isClusterArn,
  isRoleArn,
  parseClusterArn,
  parsePrincipal,
  permissionSetOf,
  samePrincipal,
  uniqueIdOf,
} from './arn'

const iam = 'arn:aws:iam::111122223333'
const sts = 'arn:aws:sts::111122223333'

describe('ARNs', () => {
  test('a cluster ARN says partition, region, account and name', () => {
    expect(parseClusterArn('arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/prod_1-x')).toEqual({
      arn: 'arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/prod_1-x',
      partition: 'aws-us-gov',
      region: 'us-gov-west-1',
      account: '111122223333',
      name: 'prod_1-x',
    })
  })

  test.each([
    '',
    'prod',
    'arn:aws:eks:us-west-2:1111:cluster/prod',
    'arn:aws:eks:us-west-2:111122223333:nodegroup/prod',
    'arn:aws:eks:us-west-2:111122223333:cluster/prod/x',
    'arn:aws:eks:us-west-2:111122223333:cluster/prod\n',
  ])('%j is no cluster ARN', (text) => {
    expect(parseClusterArn(text)).toBeNull()
    expect(isClusterArn(text)).toBe(false)
  })

  test('a role ARN may have a path, of which an assumed-role ARN knows nothing', () => {
    expect(parsePrincipal(`${iam}:role/team/x/Admin`)).toEqual({
      partition: 'aws',
      account: '111122223333',
      kind: 'role',
      name: 'Admin',
      path: '/team/x/',
      sessionName: null,
    })
    expect(parsePrincipal(`${sts}:assumed-role/Admin/ann@example.com`)).toMatchObject({
      kind: 'role',
      name: 'Admin',
      path: '/',
      sessionName: 'ann@example.com',
    })
  })

  test('users, the account itself and federated users are principals too', () => {
    expect(parsePrincipal(`${iam}:user/people/ann`)).toMatchObject({
      kind: 'user',
      name: 'ann',
      path: '/people/',
    })
    expect(parsePrincipal(`${iam}:root`)).toMatchObject({ kind: 'root', name: 'root' })
    expect(parsePrincipal(`${sts}:federated-user/ann`)).toMatchObject({ kind: 'federated-user', name: 'ann' })
  })

  test.each([
    '',
    'Admin',
    `${iam}:group/x`,
    'arn:aws:iam::1:role/x',
    `${iam}:role/`,
    `${sts}:assumed-role/x`,
  ])('%j is no principal', (text) => {
    expect(parsePrincipal(text)).toBeNull()
    expect(isRoleArn(text)).toBe(false)
  })

  test('an assumed role is canonically its role, as aws-iam-authenticator looks it up', () => {
    expect(canonicalArn('arn:aws-cn:sts::111122223333:assumed-role/Admin/ann')).toBe(
      'arn:aws-cn:iam::111122223333:role/Admin',
    )
    expect(canonicalArn(`${iam}:user/ann`)).toBe(`${iam}:user/ann`)
    expect(canonicalArn('nonsense')).toBe('nonsense')
  })
})

describe('the same principal', () => {
  const side = (arn: string, uniqueId: string | null = null) => ({ arn, uniqueId })

  test('path, session name and letter case do not count', () => {
    expect(samePrincipal(side(`${iam}:role/team/Admin`), side(`${sts}:assumed-role/admin/ann`))).toBe(true)
  })

  test('partition, account, kind and name count', () => {
    const admin = side(`${iam}:role/Admin`)
    expect(samePrincipal(admin, side('arn:aws-cn:iam::111122223333:role/Admin'))).toBe(false)
    expect(samePrincipal(admin, side('arn:aws:iam::444455556666:role/Admin'))).toBe(false)
    expect(samePrincipal(admin, side(`${iam}:user/Admin`))).toBe(false)
    expect(samePrincipal(admin, side(`${iam}:role/Admin2`))).toBe(false)
  })

  test('where both sides have the unique id, that alone decides: a role made anew is another one', () => {
    const admin = `${iam}:role/Admin`
    expect(samePrincipal(side(admin, 'AROA000000000000OLD1'), side(admin, 'AROA000000000000NEW1'))).toBe(
      false,
    )
    expect(samePrincipal(side(admin, 'AROA000000000000OLD1'), side(admin))).toBe(true)
    expect(samePrincipal(side(admin, 'AROA1'), side(`${iam}:role/Renamed`, 'AROA1'))).toBe(true)
  })

  test('what is no ARN equals only itself', () => {
    expect(samePrincipal(side('x'), side('x'))).toBe(true)
    expect(samePrincipal(side('x'), side('X'))).toBe(false)
  })
})

test('the unique id stands before the session name in a UserId', () => {
  expect(uniqueIdOf('AROAEXAMPLEEXAMPLE01:ann')).toBe('AROAEXAMPLEEXAMPLE01')
  expect(uniqueIdOf('AIDAEXAMPLEEXAMPLE01')).toBe('AIDAEXAMPLEEXAMPLE01')
  expect(uniqueIdOf('111122223333')).toBeNull()
  expect(uniqueIdOf('111122223333:ann')).toBeNull()
  expect(uniqueIdOf(null)).toBeNull()
})

test('a permission set is read from the name of the role that IAM Identity Center made', () => {
  expect(permissionSetOf('AWSReservedSSO_Power_User_0123456789abcdef')).toBe('Power_User')
  expect(permissionSetOf('AWSReservedSSO_Power_0123')).toBeNull()
  expect(permissionSetOf('Admin')).toBeNull()
})
