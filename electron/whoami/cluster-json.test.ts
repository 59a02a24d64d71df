import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mask } from '../../shared/kubeconfig/entries'
import { clusterJson } from './cluster-json'

const signature = '7f3e9a1b5c8d2046'.repeat(4)
const session = 'IQoJb3JpZ2luX2VjEA//+'.repeat(9)
const address = `https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&X-Amz-Credential=AKIAEXAMPLEEXAMPLE22%2F20261125%2Feu-west-1%2Fsts%2Faws4_request&X-Amz-Security-Token=${encodeURIComponent(session)}&X-Amz-Signature=${signature}`
const token = `k8s-aws-v1.${Buffer.from(address).toString('base64url')}`
const said = (value: unknown, authorization: string | null = `Bearer ${token}`) =>
  clusterJson(JSON.stringify(value), authorization)

test('no run of the token is in what a cluster says, with or without its prefix, in keys too', () => {
  expect(
    said({ groups: [token, `x ${token.slice(11)}`, `a.${token.slice(500, 560)}.b`], [token]: 'k' }),
  ).toEqual({
    groups: [mask, `x ${mask}`, `a.${mask}.b`],
    [mask]: 'k',
  })
  const span = fc.tuple(fc.nat(token.length - 12), fc.integer({ min: 12, max: 90 }))
  fc.assert(
    fc.property(span, fc.constantFrom('', 'x ', 'system:'), ([from, length], before) => {
      const run = token.slice(from, from + length)
      expect(said([`${before}${run}`])).toEqual([`${before}${mask}`])
    }),
  )
})

test('nor what can be read of it: the signature and the session token of the address that it is', () => {
  expect(said([address])).not.toEqual([address])
  for (const secret of [
    signature,
    session,
    encodeURIComponent(session),
    signature.slice(3, 20),
    session.slice(5, 30),
  ])
    expect(JSON.stringify(said([`of ${secret}`]))).not.toContain(secret.slice(2, 12))
  expect(
    said(['ada', 'my-password-1'], `Basic ${Buffer.from('ada:my-password-1').toString('base64')}`),
  ).toEqual(['ada', mask])
})

test('nothing is 100 characters long without a break, but an ARN whose parts are as long as names are', () => {
  const long = 'x'.repeat(100)
  expect(said([`a ${long}`, 'y'.repeat(99)], null)).toEqual([`a ${mask}`, 'y'.repeat(99)])
  const role = `arn:aws:sts::111122223333:assumed-role/${'R'.repeat(64)}/${'s'.repeat(64)}`
  expect(said([role, `User "${role}" cannot`], null)).toEqual([role, `User "${role}" cannot`])
  expect(said([`arn:aws:iam::111122223333:role/${'R'.repeat(65)}`], null)).toEqual([mask])
})

test('names stay as they are: groups, key ids, ids of pods', () => {
  const names = {
    username: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ada@example.com',
    groups: ['system:masters', 'system:authenticated', 'a group of ours'],
    extra: { accessKeyId: ['AKIAEXAMPLEEXAMPLE22'] },
  }
  expect(said({ ...names, n: 1, no: null })).toEqual({ ...names, n: 1, no: null })
  expect(said(names, null)).toEqual(names)
  expect(clusterJson('no json', null)).toBeNull()
})
