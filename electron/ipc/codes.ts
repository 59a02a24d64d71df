/**
 * Keys from one-time codes: held in memory for the check that waited for them, and dropped with it. A page names them by its own
 * sign-in, and sees nothing of them.
 */
import type { EnvironmentName } from '../../shared/identity/identity'
import type { Keys } from '../aws/api/access-keys'
import type { CodeCredentials } from '../identity/mfa-credentials'

export type Codes = ReturnType<typeof createCodes>

/** How long keys are held for a check, ms. A page asks for the check at once; keys that no check took are dropped then. */
export const heldMs = 60_000

/** Those of one room. */
export function createCodes() {
  const held = new Map<
    string,
    { readonly environment: EnvironmentName; readonly credentials: CodeCredentials }
  >()
  const keyOf = (page: number, run: string) => `${page} ${run}`
  return {
    hold(
      page: number,
      run: string,
      environment: EnvironmentName,
      profile: string,
      { accessKeyId, secretAccessKey, sessionToken, expiresAt }: Keys,
    ): void {
      const key = keyOf(page, run)
      const variables = [
        { name: 'AWS_ACCESS_KEY_ID', value: accessKeyId },
        { name: 'AWS_SECRET_ACCESS_KEY', value: secretAccessKey },
        ...(sessionToken === null ? [] : [{ name: 'AWS_SESSION_TOKEN', value: sessionToken }]),
      ]
      held.set(key, { environment, credentials: { profile, variables, until: expiresAt } })
      setTimeout(() => held.delete(key), heldMs).unref()
    },
    /** Returns the keys once, and only in that environment; null: there are none, or none any more. */
    take(page: number, run: string, environment: EnvironmentName): CodeCredentials | null {
      const key = keyOf(page, run)
      const one = held.get(key)
      if (one?.environment !== environment) return null
      held.delete(key)
      return one.credentials
    },
  }
}
