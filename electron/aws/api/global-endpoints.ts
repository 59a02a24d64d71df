/**
 * Endpoints of services that a partition has once for all of its regions, and for which no SDK package here has a client.
 * Source: the endpoint rule sets of account (2021-02-01) and iam (2010-05-08), and partitions.json, in botocore 1.43.
 */
import { partitionOfRegion, partitions } from '../../../shared/identity/regions'
import { ok, refuse } from '../../../shared/result'

export type GlobalService = 'account' | 'iam'

/**
 * A partition: the region that signs, and for IAM the text between `iam[-fips]` and the suffix, by variant (``, `fips`,
 * `dualstack`).
 */
type Partition = readonly [home: string, iam: Readonly<Record<string, string>>]
const everywhere = (place: string) => ({
  '': place,
  fips: place,
  dualstack: place,
  'fips dualstack': place,
})

const signing: Readonly<Record<string, Partition>> = {
  aws: ['us-east-1', { dualstack: '.global', 'fips dualstack': '.global' }],
  'aws-cn': ['cn-northwest-1', { '': '.cn-north-1', dualstack: '.global' }],
  'aws-us-gov': ['us-gov-west-1', everywhere('.us-gov')],
  'aws-eusc': ['eusc-de-east-1', { '': '.eusc-de-east-1' }],
  'aws-iso': ['us-iso-east-1', { '': '.us-iso-east-1', fips: '.us-iso-east-1' }],
  'aws-iso-b': ['us-isob-east-1', { '': '.us-isob-east-1', fips: '.us-isob-east-1' }],
  'aws-iso-e': ['eu-isoe-west-1', { '': '.eu-isoe-west-1' }],
  'aws-iso-f': ['us-isof-south-1', { '': '.us-isof-south-1' }],
}

/**
 * The service's endpoint in a region's partition, where environment and profile name no endpoint, and the region that calls are
 * signed for, whatever the caller's own. Faults: unknown partition.
 */
export function globalEndpoint(
  service: GlobalService,
  region: string,
  { useFipsEndpoint, useDualstackEndpoint }: { useFipsEndpoint: boolean; useDualstackEndpoint: boolean },
) {
  const name = partitionOfRegion(region)
  const [partition, suffixes] = [signing[name], partitions.find(({ id }) => id === name)]
  if (partition === undefined || suffixes === undefined)
    return refuse('aws', `The address of ${service} in partition ${name} is not known.`, 'Name the regions.')
  const [home, iam] = partition
  const suffix = useDualstackEndpoint ? `api.${suffixes.dualStack}` : suffixes.domain
  const variant = [useFipsEndpoint && 'fips', useDualstackEndpoint && 'dualstack'].filter(Boolean).join(' ')
  const between = service === 'account' ? `.${home}` : (iam[variant] ?? '')
  // That of the USA's government is the same with FIPS; China's signs for another region where it has an address of its own.
  const begins = useFipsEndpoint && between !== '.us-gov' ? `${service}-fips` : service
  const isChinas = name === 'aws-cn' && service === 'iam' && between !== ''
  return ok({
    url: new URL(`https://${begins}${between}.${suffix}`),
    signingRegion: isChinas ? 'cn-north-1' : home,
  })
}
