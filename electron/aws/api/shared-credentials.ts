/**
 * Credentials that several identities need are requested once: the role that many others are assumed with, the keys of a
 * program, an SSO sign-in that is renewed (its refresh token may be good once only).
 */
import type { Result } from '../../../shared/result'
import type { Keys } from './access-keys'

export type SharedCredentials = ReturnType<typeof shareCredentials>

/** Keys with less than this left are renewed, ms. */
const leastLeftMs = 300_000

/** Shared for one run. What failed is not tried again in it: it would fail for each of the many who need it. */
export function shareCredentials(now: () => number) {
  const refused = new Set<string>()
  const lasts = ({ accessKeyId, expiresAt }: Keys) =>
    !refused.has(accessKeyId) && (expiresAt === null || expiresAt - now() > leastLeftMs)
  return {
    keys: onceFor(lasts),
    /** Access tokens of SSO sign-ins. */
    tokens: onceFor<string>(() => true),
    /** AWS does not take these keys any more: later requests get others, and not from aws's cache. */
    forget: (accessKeyId: string) => refused.add(accessKeyId),
    isRefused: (accessKeyId: string) => refused.has(accessKeyId),
  }
}

function onceFor<T>(lasts: (value: T) => boolean) {
  const done = new Map<string, Promise<Result<T>>>()
  return async (key: readonly unknown[], work: () => Promise<Result<T>>): Promise<Result<T>> => {
    const name = JSON.stringify(key)
    for (let known = done.get(name); known !== undefined; known = done.get(name)) {
      const answer = await known
      if (!answer.ok || lasts(answer.value)) return answer
      // The first caller that finds it expired renews it for all.
      if (done.get(name) === known) done.delete(name)
    }
    const doing = work()
    done.set(name, doing)
    return doing
  }
}
