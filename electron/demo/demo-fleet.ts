/** Tidepool as a world: what the demo's simulator serves. Fixed in everything but the times. */
import { accounts } from './fleet/accounts'
import { clusters } from './fleet/demo-clusters'
import { portals, roles, sparkToken, users } from './fleet/demo-identities'
import { idFrom } from './simulator/signing-keys'
import type { World } from './simulator/world'

/** The made-up company; `now` in milliseconds since the epoch decides which sign-ins have run out. */
export function demoWorld(now: number): World {
  return {
    accounts: Object.values(accounts),
    users,
    roles: [
      ...roles,
      // They trust `eks.amazonaws.com`, which no user or role is.
      ...clusters.map(({ serviceRole }) => ({ arn: serviceRole, uniqueId: idFrom('AROA', serviceRole, 17) })),
    ],
    clusters,
    sso: portals(now),
    webIdentity: [sparkToken],
    throttled: [{ operation: 'ListClusters', about: 'ap-northeast-1' }],
  }
}
