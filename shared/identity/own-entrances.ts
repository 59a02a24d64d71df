/** Which of the user's own identities a cluster's lists let in, and as which user. Values only. */
import { type ClusterAccess, type Entrance, entranceOf, type SessionName } from './access-entries'
import type { KnownIdentity } from './identity-tree'

/** One of the user's identities that would enter a cluster. */
export interface OwnEntrance {
  readonly identity: KnownIdentity
  /** By these ways alone, where others to the same identity enter otherwise: `profile nightly`; null: by all of them. */
  readonly by: readonly string[] | null
  readonly entrance: Entrance
}

/** Whether these lists let each in, and as which user. A sign-in is no identity, and what gives no credentials enters nowhere. */
export function ownEntrances(
  identities: readonly KnownIdentity[],
  access: ClusterAccess,
): readonly OwnEntrance[] {
  return identities
    .filter(({ kind }) => kind !== 'sso-session' && kind !== 'nobody')
    .flatMap((identity): readonly OwnEntrance[] => {
      const { arn, account, permissionSet, accessKeyId } = identity
      const entering = (session: SessionName): Entrance =>
        entranceOf({ arn, account, permissionSet, accessKeyId, session }, access)
      const [one] = identity.sessions
      if (identity.sessions.length < 2)
        return [{ identity, by: null, entrance: entering(one?.session ?? { kind: 'not-known' }) }]
      const alike = new Map<string, OwnEntrance>()
      for (const { session, by } of identity.sessions) {
        const entrance = entering(session)
        const key = JSON.stringify(entrance)
        alike.set(key, { identity, by: [...(alike.get(key)?.by ?? []), ...by], entrance })
      }
      const found = [...alike.values()]
      return found.length === 1 ? found.map((mine) => ({ ...mine, by: null })) : found
    })
}
