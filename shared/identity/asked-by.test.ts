import { expect, test } from 'vitest'
import { isOwn, serverDoubt } from './asked-by'
import { eksEndpointOf, isEksServer } from './eks-endpoint'

const askedBy = { account: '111122223333', region: 'eu-west-1', endpoint: null }
const own = 'https://A1B2.gr7.eu-west-1.eks.amazonaws.com'

test('a server of EKS that AWS itself named is asked about for nobody, and only there', () => {
  expect(serverDoubt({ endpoint: own, askedBy }, 'https://other', false)).toBe(null)
  const elsewhere = { ...askedBy, endpoint: 'http://127.0.0.1:1' }
  for (const [endpoint, by] of [
    ['https://127.0.0.1:6443', askedBy],
    ['https://A1B2.gr7.eu-west-1.eks.amazonaws.com:444', askedBy],
    ['https://me@A1B2.gr7.eu-west-1.eks.amazonaws.com', askedBy],
    ['https://A1B2.gr7.eu-west-1.eks.amazonaws.com.cn', askedBy],
    [own, elsewhere],
  ] as const) {
    const answer = { endpoint, askedBy: by }
    expect([isOwn(answer), serverDoubt(answer, null, true)]).toEqual([false, null])
    const inPlaceOf = (standing: string) => serverDoubt(answer, standing, true)
    const atAnotherPort = endpoint.replace(/(?::\d+)?$/, ':8443')
    expect([endpoint, atAnotherPort, 'https://other', ''].map(inPlaceOf)).toEqual([
      null,
      null,
      'in-place',
      'in-place',
    ])
    expect(serverDoubt(answer, null, false)).toBe('others')
  }
  expect(serverDoubt({ endpoint: own, askedBy: { ...askedBy, account: null } }, null, true)).toBe(
    'not-believed',
  )
})

test('each partition has its own hosts', () => {
  const servers = {
    'us-east-1': 'https://A.gr7.us-east-1.eks.amazonaws.com',
    'us-gov-west-1': 'https://a.eks-cluster.us-gov-west-1.api.aws',
    'cn-north-1': 'https://a.sk1.cn-north-1.eks.amazonaws.com.cn',
    'us-iso-east-1': 'https://a.gr7.us-iso-east-1.eks.c2s.ic.gov',
    'us-isob-east-1': 'https://a.eks-cluster.us-isob-east-1.api.aws.scloud',
    'eu-isoe-west-1': 'https://a.gr7.eu-isoe-west-1.eks.cloud.adc-e.uk',
    'us-isof-south-1': 'https://a.gr7.us-isof-south-1.eks.csp.hci.ic.gov',
    'eusc-de-east-1': 'https://a.eks-cluster.eusc-de-east-1.api.amazonwebservices.eu',
  }
  for (const [region, server] of Object.entries(servers)) {
    expect([server, isEksServer(server, region)]).toEqual([server, true])
    expect(isEksServer(server, region === 'cn-north-1' ? 'us-east-1' : 'cn-north-1')).toBe(false)
  }
})

test('where EKS is asked is compared by scheme, host and port; all of AWS’s own are one', () => {
  for (const named of [
    null,
    'https://eks.us-east-1.amazonaws.com',
    'https://fips.eks.us-gov-west-1.amazonaws.com:443/',
    'https://eks-fips.us-east-1.api.aws',
    'https://vpce-0a1b-2c3d.eks.us-east-1.vpce.amazonaws.com',
  ])
    expect([named, eksEndpointOf(named)]).toEqual([named, null])
  expect(eksEndpointOf('http://LOCALHOST:4566/eks')).toBe('http://localhost:4566')
  expect(eksEndpointOf('http://eks.us-east-1.amazonaws.com')).toBe('http://eks.us-east-1.amazonaws.com:80')
  expect(eksEndpointOf('https://eks.us-east-1.amazonaws.com.evil.example')).toBe(
    'https://eks.us-east-1.amazonaws.com.evil.example:443',
  )
})
