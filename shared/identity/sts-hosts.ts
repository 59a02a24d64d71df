/**
 * The STS hosts of AWS itself, per partition: regional, global, FIPS, dual-stack. A fixed list of forms with the regions'
 * own pattern (botocore's partitions.json), so that `sts.s3.amazonaws.com`, which can be anyone's bucket, is none.
 */
const partitions: readonly {
  readonly id: string
  readonly region: string
  readonly hosts: readonly string[]
}[] = [
  {
    id: 'aws',
    region: '(?:us|eu|ap|sa|ca|me|af|il|mx)-(?:[a-z]+)-\\d{1,2}',
    hosts: [
      'sts.amazonaws.com',
      'sts.R.amazonaws.com',
      'sts-fips.R.amazonaws.com',
      'sts.R.api.aws',
      'sts-fips.R.api.aws',
    ],
  },
  {
    id: 'aws-us-gov',
    region: 'us-gov-(?:[a-z]+)-\\d{1,2}',
    hosts: ['sts.R.amazonaws.com', 'sts-fips.R.amazonaws.com', 'sts.R.api.aws', 'sts-fips.R.api.aws'],
  },
  {
    id: 'aws-cn',
    region: 'cn-(?:[a-z]+)-\\d{1,2}',
    hosts: ['sts.R.amazonaws.com.cn', 'sts-fips.R.amazonaws.com.cn', 'sts.R.api.amazonwebservices.com.cn'],
  },
  {
    id: 'aws-iso',
    region: 'us-iso-(?:[a-z]+)-\\d{1,2}',
    hosts: ['sts.R.c2s.ic.gov', 'sts.R.api.aws.ic.gov'],
  },
  {
    id: 'aws-iso-b',
    region: 'us-isob-(?:[a-z]+)-\\d{1,2}',
    hosts: ['sts.R.sc2s.sgov.gov', 'sts.R.api.aws.scloud'],
  },
  {
    id: 'aws-iso-e',
    region: 'eu-isoe-(?:[a-z]+)-\\d{1,2}',
    hosts: ['sts.R.cloud.adc-e.uk', 'sts.R.api.cloud-aws.adc-e.uk'],
  },
  {
    id: 'aws-iso-f',
    region: 'us-isof-(?:[a-z]+)-\\d{1,2}',
    hosts: ['sts.R.csp.hci.ic.gov', 'sts.R.api.aws.hci.ic.gov'],
  },
  {
    id: 'aws-eusc',
    region: 'eusc-(?:[a-z]+)-(?:[a-z]+)-\\d{1,2}',
    hosts: ['sts.R.amazonaws.eu', 'sts.R.api.amazonwebservices.eu'],
  },
]

const forms = partitions.flatMap(({ id, region, hosts }) =>
  hosts.map((host) => ({
    id,
    form: new RegExp(`^${host.replaceAll('.', '\\.').replace('R', region)}$`),
  })),
)

/** The partition whose STS this host is; null when it is none of AWS's own. Lower case expected. */
export function partitionOfStsHost(host: string): string | null {
  return forms.find(({ form }) => form.test(host))?.id ?? null
}

const regionForms = partitions.map(({ region }) => new RegExp(`^${region}$`, 'i'))

/** Whether STS of a region of this name is AWS's own: a name that is part of a host must not lead to another service. */
export function isStsRegion(region: string): boolean {
  return regionForms.some((form) => form.test(region))
}

/** True for a host that never leaves this machine: 127.0.0.0/8, ::1, localhost. */
export function loopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}
