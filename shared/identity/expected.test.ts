import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { at, isList, isMap, type Json, type JsonMap } from '../json'
import { expectedExtension } from '../kubeconfig/schema'
import { expectedIn, expectedPrincipal, sameExpected, withExpected } from './expected'

const admin = 'arn:aws:iam::111122223333:role/Admin'

describe('a principal is expected by partition, account, kind and name', () => {
  test.each([
    [admin, admin],
    ['arn:aws:iam::111122223333:role/team/eu/Admin', admin],
    ['arn:aws:sts::111122223333:assumed-role/Admin/alice@x', admin],
    ['arn:aws-cn:iam::111122223333:user/people/al', 'arn:aws-cn:iam::111122223333:user/al'],
    ['arn:aws:iam::111122223333:root', 'arn:aws:iam::111122223333:root'],
    ['arn:aws:sts::111122223333:federated-user/al', 'arn:aws:sts::111122223333:federated-user/al'],
  ])('%s', (arn, principal) => {
    expect(expectedPrincipal(arn)).toBe(principal)
    expect(expectedPrincipal(principal)).toBe(principal)
  })

  test.each([
    ['', 'Admin', 'arn:aws:eks:eu-west-1:111122223333:cluster/prod', ` ${admin}`, `${admin}\n`],
    [
      'arn:aws:sts::111122223333:federated-user/\u001b]0;title\u0007',
      'arn:aws:sts::111122223333:federated-user/\u202e',
    ],
    [`arn:aws:iam::111122223333:role/${'a/'.repeat(50_000)}Admin`, 'arn:aws:iam::1111:role/Admin'],
  ])('what is none is nobody', (...arns) => {
    expect(arns.map(expectedPrincipal)).toEqual(arns.map(() => null))
  })

  test('letter case tells nobody apart, all else does', () => {
    expect(sameExpected(admin, admin.replace('Admin', 'ADMIN'))).toBe(true)
    for (const other of [
      admin.replace('aws', 'aws-cn'),
      admin.replace('1111', '2222'),
      admin.replace('role', 'user'),
      null,
    ])
      expect([other, sameExpected(admin, other)]).toEqual([other, false])
    expect(sameExpected(null, null)).toBe(true)
  })
})

describe('in the value of an entry', () => {
  const json: fc.Arbitrary<Json> = fc
    .jsonValue({ maxDepth: 2 })
    .map((value): Json => JSON.parse(JSON.stringify(value)))
  const name = fc.constantFrom(expectedExtension, 'context_info', 'x/y', '', '__proto__')
  const own = fc.record({ principal: fc.oneof(json, fc.constantFrom(admin, 'arn:aws:iam::1:root', 'x')) })
  const one: fc.Arbitrary<Json> = fc.oneof(
    fc.record({ name, extension: fc.oneof(json, own) }, { requiredKeys: [] }),
    json,
  )
  const context: fc.Arbitrary<JsonMap> = fc.record(
    {
      cluster: fc.constant('c'),
      namespace: fc.string(),
      extensions: fc.oneof(fc.array(one, { maxLength: 5 }), json),
    },
    { requiredKeys: ['cluster'] },
  )
  const others = (value: JsonMap) => {
    const all = at(value, 'extensions')
    return (isList(all) ? all : []).filter((each) => !(isMap(each) && at(each, 'name') === expectedExtension))
  }
  const principal = fc.constantFrom(
    admin,
    'arn:aws-us-gov:iam::222233334444:user/al',
    'arn:aws:iam::111122223333:root',
  )

  test('what is said is read again, and the extensions of others are the very same, in their order', () => {
    fc.assert(
      fc.property(context, principal, (value, whom) => {
        const said = withExpected(value, whom)
        expect(expectedIn(said)).toBe(whom)
        expect(withExpected(said, whom)).toBe(said)
        const forgotten = withExpected(said, null)
        expect(expectedIn(forgotten)).toBeNull()
        expect(withExpected(forgotten, null)).toBe(forgotten)
        for (const now of [said, forgotten]) {
          const kept = others(now)
          expect(kept).toHaveLength(others(value).length)
          others(value).forEach((each, index) => {
            expect(kept[index]).toBe(each)
          })
          const { extensions: _, ...rest } = now
          const { extensions: __, ...before } = value
          expect(rest).toEqual(before)
        }
      }),
      { numRuns: 200 },
    )
  })

  test.each<[string, Json]>([
    ['no list', { name: expectedExtension, extension: { principal: admin } }],
    ['a text', [{ name: expectedExtension, extension: admin }]],
    ['a list', [{ name: expectedExtension, extension: [admin] }]],
    ['a number', [{ name: expectedExtension, extension: { principal: 12 } }]],
    ['a big number', [{ name: expectedExtension, extension: { principal: 12345678901234567890n } }]],
    ['a map', [{ name: expectedExtension, extension: { principal: { arn: admin } } }]],
    ['nothing', [{ name: expectedExtension }]],
    ['another name', [{ name: 'ekscope', extension: { principal: admin } }]],
    [
      'a key that every object has',
      [{ name: expectedExtension, extension: JSON.parse(`{"__proto__":{"principal":"${admin}"}}`) }],
    ],
  ])('%s says nobody', (_what, extensions) => {
    expect(expectedIn({ extensions })).toBeNull()
  })

  test('of several the one counts that is not null', () => {
    const said = (extension: Json) => ({ name: expectedExtension, extension })
    expect(expectedIn({ extensions: [said(null), said({ principal: admin })] })).toBe(admin)
  })
})
