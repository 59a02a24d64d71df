/** The words of adding contexts from EKS. */

import type { AddNote, AddProblem } from '../../shared/edits/add-cluster'
import { few, number, plural } from './counts'
import { editText } from './edits'

export const add = {
  title: 'Add contexts from EKS',
  lead: 'Look as somebody, choose clusters, and say whom their contexts act as. Nothing is written before you apply it.',
  who: 'Who looks',
  profile: 'Profile',
  profilePlaceholder: (environment: string) => `whoever ${environment} gives`,
  role: 'Role for looking',
  rolePlaceholder: 'none',
  asking: 'Asking AWS who that is…',
  caller: (arn: string, account: string) => `${arn} · account ${account}`,
  regions: 'Regions',
  addRegion: 'Another region',
  aRegion: 'Region',
  noRegion: 'Neither the profile nor the environment names a region. Add one to look in.',
  removeRegion: (region: string) => `Leave out ${region}`,
  look: 'Look for clusters',
  lookAgain: 'Look again',
  stop: 'Stop',
  looking: (regions: number) => `Looking in ${number(regions)} more…`,
  looked: (clusters: number, regions: number) =>
    `${plural(clusters, 'cluster', 'clusters')} in ${plural(regions, 'region', 'regions')}`,
  none: 'This identity sees no cluster there.',
  clusters: 'Clusters',
  has: (names: readonly string[]) => `in your files: ${few(names)}`,
  private: 'private endpoint only',
  actsAs: 'The contexts act as',
  as: {
    same: 'Whoever looks',
    profile: 'Another profile',
    role: 'A role on top of whoever looks',
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
    'second-entry': 'Leave the proxy out to use the one that is there.',
    'other-partition': 'Choose a role of the same partition.',
  } satisfies Record<AddNote['code'], string>,
  badRole: 'Write it as arn:aws:iam::123456789012:role/Name.',
  pin: 'Pinned by',
  pins: {
    arg: '--profile: wins over whatever the shell exports',
    env: 'AWS_PROFILE in the entry, as aws eks update-kubeconfig: exported keys win over it',
    none: 'Not at all: it is whoever runs kubectl',
  },
  pinNone: 'The environment looks, so there is no profile to pin.',
  template: 'Name',
  namespace: 'Namespace',
  proxy: 'Proxy',
  file: 'Into',
  usual: 'Where kubectl puts new entries',
  optional: 'none',
  done: (count: number) => (count === 0 ? 'Add' : `Add ${editText.contexts(count)}`),
  more: 'Namespace, proxy, file',
} as const
