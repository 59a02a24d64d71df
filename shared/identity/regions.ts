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

/** A region's partition by the beginning of its name. `us-iso-` comes after its longer kin. */
const partitionByBeginning: readonly (readonly [string, string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-iso-', 'aws-iso'],
  ['eusc-', 'aws-eusc'],
]

/** The partition that a region belongs to. */
export function partitionOfRegion(region: string): string {
  return partitionByBeginning.find(([beginning]) => region.startsWith(beginning))?.[1] ?? 'aws'
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

/** `euw1` of eu-west-1, as AWS itself shortens regions in bills and host names; what is no region stays as it is. */
export function shortRegion(region: string): string {
  const found = /^([a-z]{2}(?:-gov|-iso[a-z]?)?)-([a-z]+)-(\d)$/.exec(region)
  const [, area = '', direction = '', number = ''] = found ?? []
  const short = directions[direction]
  return short === undefined ? region : `${area.replace('-', '')}${short}${number}`
}
