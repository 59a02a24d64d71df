/** Regions that offer EKS, for pickers and "all regions": any other name may still be typed. */
export const allRegions: readonly string[] = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'af-south-1',
  'ap-east-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-7',
  'ca-central-1',
  'ca-west-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
  'sa-east-1',
  'cn-north-1',
  'cn-northwest-1',
  'us-gov-east-1',
  'us-gov-west-1',
]

/** A partition of AWS. */
export interface Partition {
  readonly id: string
  /** How the names of its regions begin, as a pattern. */
  readonly regions: string
  /** The domains of its services' host names, and of those that answer by IPv6 too. */
  readonly domain: string
  readonly dualStack: string
  /** Forms of its STS with FIPS. */
  readonly fips: readonly ('domain' | 'dualStack')[]
}

const partition = (
  id: string,
  regions: string,
  domain: string,
  dualStack: string,
  ...fips: Partition['fips']
): Partition => ({ id, regions, domain, dualStack, fips })

/** The partitions of AWS (botocore's partitions.json). */
export const partitions: readonly Partition[] = [
  partition('aws', '(?:us|eu|ap|sa|ca|me|af|il|mx)-', 'amazonaws.com', 'aws', 'domain', 'dualStack'),
  partition('aws-us-gov', 'us-gov-', 'amazonaws.com', 'aws', 'domain', 'dualStack'),
  partition('aws-cn', 'cn-', 'amazonaws.com.cn', 'amazonwebservices.com.cn', 'domain'),
  partition('aws-iso', 'us-iso-', 'c2s.ic.gov', 'aws.ic.gov'),
  partition('aws-iso-b', 'us-isob-', 'sc2s.sgov.gov', 'aws.scloud'),
  partition('aws-iso-e', 'eu-isoe-', 'cloud.adc-e.uk', 'cloud-aws.adc-e.uk'),
  partition('aws-iso-f', '(?:us|eu)-isof-', 'csp.hci.ic.gov', 'aws.hci.ic.gov'),
  partition('aws-eusc', 'eusc-[a-z]+-', 'amazonaws.eu', 'amazonwebservices.eu'),
]

const others = partitions.slice(1).map(({ id, regions }) => ({ id, beginning: new RegExp(`^${regions}`) }))

/** The partition that a region belongs to. */
export function partitionOfRegion(region: string): string {
  return others.find(({ beginning }) => beginning.test(region))?.id ?? 'aws'
}

/** Whether a text has the form of a region's name. */
export function isRegion(text: string): boolean {
  return /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/.test(text)
}

const directions: Readonly<Record<string, string>> = {
  northeast: 'ne',
  northwest: 'nw',
  southeast: 'se',
  southwest: 'sw',
  central: 'c',
  north: 'n',
  south: 's',
  east: 'e',
  west: 'w',
}

/** `euw1` of eu-west-1, as AWS itself shortens regions in bills and host names; what is no region stays unchanged. */
export function shortRegion(region: string): string {
  const found = /^([a-z]{2}(?:-gov|-iso[a-z]?)?)-([a-z]+)-(\d)$/.exec(region)
  const [, area = '', direction = '', number = ''] = found ?? []
  const short = directions[direction]
  return short === undefined ? region : `${area.replace('-', '')}${short}${number}`
}
