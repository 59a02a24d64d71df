import { describe, expect, test } from 'vitest'
import { type GlobalService, globalEndpoint } from './global-endpoints'

/** As botocore 1.43 has them: where, without https://, and what is signed for. */
const where = (service: GlobalService, region: string, fips: boolean, dual: boolean) => {
  const found = globalEndpoint(service, region, { useFipsEndpoint: fips, useDualstackEndpoint: dual })
  return found.ok ? `${found.value.url.host} ${found.value.signingRegion}` : found.fault.message
}

describe('services that a partition has once', () => {
  test.each([
    ['account', 'eu-west-1', false, false, 'account.us-east-1.amazonaws.com us-east-1'],
    ['account', 'eu-west-1', true, false, 'account-fips.us-east-1.amazonaws.com us-east-1'],
    ['account', 'eu-west-1', false, true, 'account.us-east-1.api.aws us-east-1'],
    ['account', 'eu-west-1', true, true, 'account-fips.us-east-1.api.aws us-east-1'],
    ['account', 'cn-north-1', false, false, 'account.cn-northwest-1.amazonaws.com.cn cn-northwest-1'],
    ['account', 'us-gov-east-1', false, true, 'account.us-gov-west-1.api.aws us-gov-west-1'],
    ['iam', 'eu-west-1', false, false, 'iam.amazonaws.com us-east-1'],
    ['iam', 'eu-west-1', true, false, 'iam-fips.amazonaws.com us-east-1'],
    ['iam', 'eu-west-1', false, true, 'iam.global.api.aws us-east-1'],
    ['iam', 'cn-northwest-1', false, false, 'iam.cn-north-1.amazonaws.com.cn cn-north-1'],
    ['iam', 'cn-northwest-1', true, false, 'iam-fips.amazonaws.com.cn cn-northwest-1'],
    ['iam', 'us-gov-east-1', true, false, 'iam.us-gov.amazonaws.com us-gov-west-1'],
    ['iam', 'eusc-de-east-1', false, false, 'iam.eusc-de-east-1.amazonaws.eu eusc-de-east-1'],
    ['iam', 'us-isob-east-1', true, false, 'iam-fips.us-isob-east-1.sc2s.sgov.gov us-isob-east-1'],
  ] as const)('%s for %s, FIPS %s, dual-stack %s: %s', (service, region, fips, dual, expected) => {
    expect(where(service, region, fips, dual)).toBe(expected)
  })
})
