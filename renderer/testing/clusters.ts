/** Made-up clusters: one that is well, one made again, one that is gone, one of which nothing is known. */
import type { ShownCluster } from '../../shared/identity/known-clusters'
import type { SweptCluster } from '../../shared/identity/swept'
import { now } from './fleet'

const day = 86_400_000

const described = (name: string, account: string, more: Partial<SweptCluster>): SweptCluster => ({
  arn: `arn:aws:eks:eu-west-1:${account}:cluster/${name}`,
  name,
  region: 'eu-west-1',
  account,
  partition: 'aws',
  status: 'ACTIVE',
  version: '1.31',
  endpoint: `https://${name}.gr7.eu-west-1.eks.amazonaws.com`,
  authority: 'a',
  serviceRole: `arn:aws:iam::${account}:role/${name}-cluster-role`,
  outpostClusterId: null,
  authenticationMode: 'API_AND_CONFIG_MAP',
  publicEndpoint: true,
  privateEndpoint: true,
  foundBy: [],
  at: now - 120_000,
  goneAt: null,
  ...more,
})

/** A cluster that AWS described two minutes ago; what is said differs. */
export function knownCluster(
  name: string,
  said: Partial<ShownCluster> = {},
  more: Partial<SweptCluster> = {},
): ShownCluster {
  const account = said.account ?? '111122223333'
  const cluster = described(name, account, more)
  return {
    id: cluster.arn,
    arn: cluster.arn,
    name,
    region: 'eu-west-1',
    account,
    accountName: null,
    described: cluster,
    goneAt: null,
    support: null,
    asked: { at: now - 120_000, reached: { answers: true, ms: 61, why: null }, fault: null, gone: false },
    contexts: [],
    entries: [],
    enters: [],
    accessAt: null,
    ...said,
  }
}

/** `contexts`: of prod-eu. */
export const knownClusters = (contexts: ShownCluster['contexts'] = []): readonly ShownCluster[] => [
  knownCluster('prod-eu', {
    accountName: 'payments-prod',
    contexts,
    support: { version: '1.31', standardUntil: now + 30 * day, extendedUntil: now + 400 * day },
  }),
  knownCluster('ledger', {
    accountName: 'payments-prod',
    contexts: [{ id: 'ledger-id', name: 'ledger', verdict: null }],
    entries: [{ file: '/home/k/.kube/config', name: 'ledger', state: 'recreated' }],
    support: { version: '1.31', standardUntil: now - day, extendedUntil: now + 20 * day },
  }),
  knownCluster('old', {
    account: '444455556666',
    goneAt: now - 60_000,
    contexts: [{ id: 'old-id', name: 'old', verdict: null }],
  }),
  knownCluster('edge', {
    account: '444455556666',
    described: null,
    asked: null,
    contexts: [{ id: 'edge-id', name: 'edge', verdict: null }],
  }),
]
