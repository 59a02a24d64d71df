/** Signing in from the identities: the same flow as for rows and causes, with all contexts that wait for it. */

import type { IdentityTree, KnownIdentity } from '../../shared/identity/identity-tree'
import type { SignInOf } from '../../shared/identity/sign-in'
import { wayTo } from '../rows/identity-rows'
import { useModel } from '../ui/model'

/** The session to sign out of, if it is signed in; by a profile that uses it where there is one. */
export function signedInTo(tree: IdentityTree, { id, kind, name, state }: KnownIdentity): SignInOf | null {
  if (kind !== 'sso-session' || state.kind !== 'valid') return null
  const [profile] = tree.identities.flatMap(({ parent, profiles }) => (parent === id ? profiles : []))
  return profile ? { kind: 'profile', name: profile.name } : { kind: 'session', name }
}

/** Starts the sign-in that this identity waits for; null where a sign-in by Ekscope would not help. */
export function useSignIn(tree: IdentityTree, identity: KnownIdentity | null): (() => void) | null {
  const { edits } = useModel()
  const of = identity?.state.problem?.signIn
  if (identity === null || of === undefined) return null
  const [root] = wayTo(tree, identity.id)
  // An MFA code is for one role, and the identities that come from it.
  const from = identity.state.problem?.code === 'mfa-code' ? identity : root
  return () => {
    // All identities from the same sign-in wait for it, too; children come after their parents.
    const below = new Set([from?.id])
    for (const { id, parent } of tree.identities) if (parent !== null && below.has(parent)) below.add(id)
    const waiting = tree.identities.filter(({ id, state }) => state.kind !== 'broken' && below.has(id))
    edits.open({
      kind: 'sign-in',
      of,
      contexts: waiting.flatMap(({ contexts }) => contexts.map(({ id }) => id)),
    })
  }
}
