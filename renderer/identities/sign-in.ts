/** Signing in from the identities: the flow that rows and causes have, with everything that waits for it. */
import type { SignInOf } from '../../shared/identity/sign-in'
import type { IdentityTree, KnownIdentity } from '../../shared/identity/tree'
import { wayTo } from '../rows/identities'
import { useModel } from '../ui/model'

/** What to sign out of: a session that is signed in to, by a profile that uses it where there is one. */
export function signedInTo(tree: IdentityTree, { id, kind, name, state }: KnownIdentity): SignInOf | null {
  if (kind !== 'sso-session' || state.kind !== 'valid') return null
  const [profile] = tree.identities.flatMap(({ parent, profiles }) => (parent === id ? profiles : []))
  return profile ? { kind: 'profile', name: profile.name } : { kind: 'session', name }
}

/** Starts the sign-in that this identity waits for; null where Ekscope's own would not help. */
export function useSignIn(tree: IdentityTree, identity: KnownIdentity | null): (() => void) | null {
  const { edits } = useModel()
  const of = identity?.state.problem?.signIn
  if (identity === null || of === undefined) return null
  const [root] = wayTo(tree, identity.id)
  // A code is for one role, and what comes by it.
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
