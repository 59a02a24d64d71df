/** What writes of Ekscope brought, now or in another session, as a value: another thread can judge by it. */
import { hmac } from './hmac'

/** What was shown before it was written, by keyed hashes. */
export interface BroughtBefore {
  readonly key: string
  readonly shown: ReadonlySet<string>
}

export const broughtFingerprint = (key: string, brought: string): string => hmac(key, ['brought', brought])

/** Whether a write of Ekscope brought this: a key of introduced.ts. */
export const broughtIn =
  ({ key, shown }: BroughtBefore) =>
  (one: string): boolean =>
    shown.size > 0 && shown.has(broughtFingerprint(key, one))
