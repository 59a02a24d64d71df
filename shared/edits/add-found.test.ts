import { expect, test } from 'vitest'
import type { EksCluster } from '../identity/eks-cluster'
import { type FoundWay, requestsFor } from './add-found'
import { parseTemplate } from './name-template'

const cluster: EksCluster = {
  arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod',
  name: 'prod',
  region: 'eu-west-1',
  partition: 'aws',
  askedBy: { account: '111122223333', region: 'eu-west-1', endpoint: null },
  status: 'ACTIVE',
  version: '1.31',
  endpoint: 'https://prod',
  certificateAuthorityData: 'data',
  serviceRole: null,
  outpostClusterId: null,
  authenticationMode: 'API',
  publicEndpoint: true,
  privateEndpoint: null,
}
const way = (more: Partial<FoundWay>): FoundWay => ({
  cluster,
  sameAuthority: [],
  looker: { kind: 'profile', profile: 'pay', role: null },
  arn: 'arn:aws:sts::111122223333:assumed-role/Admin/ana',
  profile: 'pay',
  role: null,
  ...more,
})
const sso = {
  kind: 'sso',
  session: 'corp',
  account: '111122223333',
  accountName: 'payments',
  permissionSet: 'Reader',
  profile: null,
} as const
const made = (ways: readonly FoundWay[], taken: readonly string[] = [], text = '{cluster}-{role|lower}') => {
  const parsed = parseTemplate(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  const how = { namespace: 'web', proxyUrl: null, pin: 'arg', file: null, tunnels: false } as const
  const accountNames = new Map([['111122223333', 'payments-prod']])
  return requestsFor(ways, { ...how, template: parsed.template, accountNames }, new Set(taken))
}

test('each is called after cluster and identity, one name only once, and a role of Identity Center by its permission set', () => {
  const reader = 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Reader_0123456789abcdef/ana'
  const all = made(
    [way({}), way({ looker: sso, arn: reader, profile: 'payments-Reader' }), way({ looker: sso, arn: null })],
    ['prod-admin'],
  )
  expect(all.map(({ request, collided }) => [request.name, collided])).toEqual([
    ['prod-admin-2', true],
    ['prod-reader', false],
    ['prod-reader-2', true],
  ])
  expect(all[0]?.request).toMatchObject({
    namespace: 'web',
    caller: 'arn:aws:iam::111122223333:role/Admin',
    foundBy: { profile: 'pay', role: null },
    pin: 'arg',
  })
})

test('{account} is what people call the account, where that is known, as in the names of contexts that are there', () => {
  const other = { ...cluster, askedBy: { ...cluster.askedBy, account: '444455556666' } }
  const all = made([way({}), way({ cluster: other })], [], '{account}-{account-id|first3}')
  expect(all.map(({ request }) => request.name)).toEqual(['payments-prod-111', '444455556666-444'])
})

test('whoever the environment gives has no profile to be pinned by', () => {
  expect(made([way({ profile: null })])[0]?.request).toMatchObject({ profile: null, pin: 'none' })
})
