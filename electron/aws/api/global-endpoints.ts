/**
 * Where services are that a partition has once for all of its regions, and for which none of the SDK's packages here has a client.
 * Source: the endpoint rule sets of account (2021-02-01) and iam (2010-05-08), and partitions.json, in botocore 1.43.
 */
import { partitionOfRegion } from '../../../shared/identity/regions'
import { fail, fault, ok, type Result } from '../../../shared/result'

export type GlobalService = 'account' | 'iam'

export interface GlobalEndpoint {
  readonly url: URL
  /** Calls are signed for it, whichever region whoever asks is at home in. */
  readonly signingRegion: string
}

interface Partition {
  readonly region: string
  readonly suffix: string
  /** Of the addresses that answer by IPv6, too. */
  readonly dualStackSuffix: string
}

const partitions: Readonly<Record<string, Partition>> = {
  aws: { region: 'us-east-1', suffix: 'amazonaws.com', dualStackSuffix: 'api.aws' },
  'aws-cn': {
    region: 'cn-northwest-1',
    suffix: 'amazonaws.com.cn',
    dualStackSuffix: 'api.amazonwebservices.com.cn',
  },
  'aws-us-gov': { region: 'us-gov-west-1', suffix: 'amazonaws.com', dualStackSuffix: 'api.aws' },
  'aws-eusc': {
    region: 'eusc-de-east-1',
    suffix: 'amazonaws.eu',
    dualStackSuffix: 'api.amazonwebservices.eu',
  },
  'aws-iso': { region: 'us-iso-east-1', suffix: 'c2s.ic.gov', dualStackSuffix: 'api.aws.ic.gov' },
  'aws-iso-b': { region: 'us-isob-east-1', suffix: 'sc2s.sgov.gov', dualStackSuffix: 'api.aws.scloud' },
  'aws-iso-e': {
    region: 'eu-isoe-west-1',
    suffix: 'cloud.adc-e.uk',
    dualStackSuffix: 'api.cloud-aws.adc-e.uk',
  },
  'aws-iso-f': {
    region: 'us-isof-south-1',
    suffix: 'csp.hci.ic.gov',
    dualStackSuffix: 'api.aws.hci.ic.gov',
  },
}

type Variant = '' | 'fips' | 'dualstack' | 'fips dualstack'

/** Of IAM, those that are not `iam[-fips].SUFFIX`: the host, and the region that signs where it is another. */
const iamHosts: Readonly<
  Record<string, { readonly [V in Variant]?: { readonly host: string; readonly signs?: string } }>
> = {
  aws: {
    dualstack: { host: 'iam.global.api.aws' },
    'fips dualstack': { host: 'iam-fips.global.api.aws' },
  },
  'aws-cn': {
    '': { host: 'iam.cn-north-1.amazonaws.com.cn', signs: 'cn-north-1' },
    dualstack: { host: 'iam.global.api.amazonwebservices.com.cn', signs: 'cn-north-1' },
  },
  'aws-us-gov': {
    '': { host: 'iam.us-gov.amazonaws.com' },
    fips: { host: 'iam.us-gov.amazonaws.com' },
    dualstack: { host: 'iam.us-gov.api.aws' },
    'fips dualstack': { host: 'iam.us-gov.api.aws' },
  },
  'aws-eusc': { '': { host: 'iam.eusc-de-east-1.amazonaws.eu' } },
  'aws-iso': {
    '': { host: 'iam.us-iso-east-1.c2s.ic.gov' },
    fips: { host: 'iam-fips.us-iso-east-1.c2s.ic.gov' },
  },
  'aws-iso-b': {
    '': { host: 'iam.us-isob-east-1.sc2s.sgov.gov' },
    fips: { host: 'iam-fips.us-isob-east-1.sc2s.sgov.gov' },
  },
  'aws-iso-e': { '': { host: 'iam.eu-isoe-west-1.cloud.adc-e.uk' } },
  'aws-iso-f': { '': { host: 'iam.us-isof-south-1.csp.hci.ic.gov' } },
}

/** The service of a region's partition, where environment and profile name no endpoint of their own. Faults: a partition that is not known. */
export function globalEndpoint(
  service: GlobalService,
  region: string,
  { useFipsEndpoint, useDualstackEndpoint }: { useFipsEndpoint: boolean; useDualstackEndpoint: boolean },
): Result<GlobalEndpoint> {
  const name = partitionOfRegion(region)
  const partition = partitions[name]
  if (partition === undefined)
    return fail(
      fault('aws', `The address of ${service} in partition ${name} is not known.`, 'Name the regions.'),
    )
  const suffix = useDualstackEndpoint ? partition.dualStackSuffix : partition.suffix
  const beginning = useFipsEndpoint ? `${service}-fips` : service
  const at = (host: string, signs = partition.region) =>
    ok({ url: new URL(`https://${host}`), signingRegion: signs })
  if (service === 'account') return at(`${beginning}.${partition.region}.${suffix}`)
  const own = iamHosts[name]?.[variantOf(useFipsEndpoint, useDualstackEndpoint)]
  return own === undefined ? at(`${beginning}.${suffix}`) : at(own.host, own.signs)
}

function variantOf(fips: boolean, dualstack: boolean): Variant {
  if (fips) return dualstack ? 'fips dualstack' : 'fips'
  return dualstack ? 'dualstack' : ''
}
