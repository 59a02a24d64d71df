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
  /** Of IAM, what stands between `iam[-fips]` and the suffix, by the variant (``, `fips`, `dualstack`); nothing where it is absent. */
  readonly iam: Readonly<Record<string, string>>
}

const partitions: Readonly<Record<string, Partition>> = {
  aws: {
    region: 'us-east-1',
    suffix: 'amazonaws.com',
    dualStackSuffix: 'api.aws',
    iam: { dualstack: '.global', 'fips dualstack': '.global' },
  },
  'aws-cn': {
    region: 'cn-northwest-1',
    suffix: 'amazonaws.com.cn',
    dualStackSuffix: 'api.amazonwebservices.com.cn',
    iam: { '': '.cn-north-1', dualstack: '.global' },
  },
  'aws-us-gov': {
    region: 'us-gov-west-1',
    suffix: 'amazonaws.com',
    dualStackSuffix: 'api.aws',
    iam: { '': '.us-gov', fips: '.us-gov', dualstack: '.us-gov', 'fips dualstack': '.us-gov' },
  },
  'aws-eusc': {
    region: 'eusc-de-east-1',
    suffix: 'amazonaws.eu',
    dualStackSuffix: 'api.amazonwebservices.eu',
    iam: { '': '.eusc-de-east-1' },
  },
  'aws-iso': {
    region: 'us-iso-east-1',
    suffix: 'c2s.ic.gov',
    dualStackSuffix: 'api.aws.ic.gov',
    iam: { '': '.us-iso-east-1', fips: '.us-iso-east-1' },
  },
  'aws-iso-b': {
    region: 'us-isob-east-1',
    suffix: 'sc2s.sgov.gov',
    dualStackSuffix: 'api.aws.scloud',
    iam: { '': '.us-isob-east-1', fips: '.us-isob-east-1' },
  },
  'aws-iso-e': {
    region: 'eu-isoe-west-1',
    suffix: 'cloud.adc-e.uk',
    dualStackSuffix: 'api.cloud-aws.adc-e.uk',
    iam: { '': '.eu-isoe-west-1' },
  },
  'aws-iso-f': {
    region: 'us-isof-south-1',
    suffix: 'csp.hci.ic.gov',
    dualStackSuffix: 'api.aws.hci.ic.gov',
    iam: { '': '.us-isof-south-1' },
  },
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
  const variant = [useFipsEndpoint && 'fips', useDualstackEndpoint && 'dualstack'].filter(Boolean).join(' ')
  const between = service === 'account' ? `.${partition.region}` : (partition.iam[variant] ?? '')
  // That of the USA's government is the same with FIPS; China's signs for another region where it has an address of its own.
  const begins = useFipsEndpoint && between !== '.us-gov' ? `${service}-fips` : service
  const isChinas = name === 'aws-cn' && service === 'iam' && between !== ''
  return ok({
    url: new URL(`https://${begins}${between}.${suffix}`),
    signingRegion: isChinas ? 'cn-north-1' : partition.region,
  })
}
