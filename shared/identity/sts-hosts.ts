/**
 * The STS hosts of AWS itself, per partition: regional, global, FIPS, dual-stack. A fixed list of forms with the regions'
 * own pattern (botocore's partitions.json), so that `sts.s3.amazonaws.com`, which can be anyone's bucket, is none.
 */

import { type Partition, partitions } from './regions'

const regionOf = ({ regions }: Partition): string => `${regions}[a-z]+-\\d{1,2}`
const forms = partitions.flatMap((partition) => {
  const region = regionOf(partition)
  const places = { domain: partition.domain, dualStack: `api.${partition.dualStack}` }
  const hosts = [
    ...(partition.id === 'aws' ? [`sts.${places.domain}`] : []),
    ...Object.values(places).map((place) => `sts.R.${place}`),
    ...partition.fips.map((kind) => `sts-fips.R.${places[kind]}`),
  ]
  return hosts.map((host) => ({
    id: partition.id,
    form: new RegExp(`^${host.replaceAll('.', '\\.').replace('R', region)}$`),
  }))
})

/** The partition whose STS this host is; null when it is not one of AWS's own. Lower case expected. */
export function partitionOfStsHost(host: string): string | null {
  return forms.find(({ form }) => form.test(host))?.id ?? null
}

const regionForms = partitions.map((partition) => new RegExp(`^${regionOf(partition)}$`, 'i'))

/** Whether STS of a region of this name is AWS's own: a name that is part of a host must not name another service. */
export function isStsRegion(region: string): boolean {
  return regionForms.some((form) => form.test(region))
}

/** True for a host that never leaves this machine: 127.0.0.0/8, ::1, localhost. */
export function loopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}
