/** Texts of adding contexts from EKS. */

import type { AddNote, AddProblem } from '../../shared/edits/add-cluster'
import { few, plural } from './counts'
import { editText } from './edits'

export const add = {
  title: 'Add contexts from EKS',
  lead: 'Find clusters as one of your identities, choose some, and decide whom their contexts act as. Nothing is written before you apply it.',
  searchAs: 'Search as',
  profilePlaceholder: (environment: string) => `the identity that ${environment} gives`,
  role: 'Assume role first',
  rolePlaceholder: 'none',
  asking: 'Asking AWS who that is…',
  caller: (arn: string, account: string) => `${arn} · account ${account}`,
  regions: 'Regions',
  addRegion: 'Another region',
  aRegion: 'Region',
  noRegion: 'Neither the profile nor the environment names a region. Add one to search in.',
  removeRegion: (region: string) => `Remove ${region}`,
  find: 'Find clusters',
  searchAgain: 'Search again',
  stop: 'Stop',
  searching: (regions: number) => `Searching ${plural(regions, 'more region', 'more regions')}…`,
  found: (clusters: number, regions: number) =>
    `${plural(clusters, 'cluster', 'clusters')} in ${plural(regions, 'region', 'regions')}`,
  none: 'This identity sees no cluster there.',
  clusters: 'Clusters',
  has: (names: readonly string[]) => `in your files: ${few(names)}`,
  private: 'private endpoint only',
  actsAs: 'The contexts act as',
  as: {
    same: 'The same identity',
    profile: 'Another profile',
    role: 'A role on top of it',
  },
  otherProfile: 'Profile of the contexts',
  theRole: 'Role of the contexts',
  nextOfProblem: {
    'not-ready': 'Add it once it is active.',
    'service-role': 'Choose a role that has an access entry or stands in aws-auth.',
    'context-taken': 'Choose another name.',
    'cluster-entry-taken': 'Rename that entry first.',
    edit: '',
  } satisfies Record<AddProblem['code'], string>,
  nextOfNote: {
    refreshed: '',
    tunnel: 'Tick below to give it the endpoint that AWS gives.',
    'second-entry': 'Leave the proxy out to use the one that is there.',
    'other-partition': 'Choose a role of the same partition.',
  } satisfies Record<AddNote['code'], string>,
  badRole: 'Write it as arn:aws:iam::123456789012:role/Name.',
  pin: 'Pinned by',
  pins: {
    arg: '--profile: wins over whatever the shell exports',
    env: 'AWS_PROFILE in the entry, as aws eks update-kubeconfig: exported keys win over it',
    none: 'Not at all: kubectl takes the identity of its environment',
  },
  pinNone: 'The identity is the environment’s, so there is no profile to pin.',
  template: 'Name',
  namespace: 'Namespace',
  proxy: 'Proxy',
  tunnels: 'Take endpoints from AWS also for entries that lead elsewhere',
  file: 'Into',
  usual: 'Where kubectl puts new entries',
  optional: 'none',
  done: (count: number) => (count === 0 ? 'Add' : `Add ${editText.contexts(count)}`),
  more: 'Namespace, proxy, file',
} as const
