/**
 * What an error says goes into sentences, onto the screen and to disk. Whatever answers may quote the request in it, and with it a token:
 * what was sent as a secret is taken out before anybody sees the error.
 */
import { redact } from '../../system/redact-output'
import type { Keys } from './keys'

/** Of all inputs of all calls that are made, those that let whoever has them act as somebody. */
const secretInputs: ReadonlySet<string> = new Set([
  'accessToken',
  'clientSecret',
  'code',
  'codeVerifier',
  'deviceCode',
  'refreshToken',
  'TokenCode',
  'WebIdentityToken',
])

/** A shorter one would be found in words. */
const shortest = 6

/** A step around a whole call; `keys` sign it. */
export const withoutSecrets =
  (keys: Keys | null) =>
  <Args extends { readonly input: object }, Output>(next: (args: Args) => Promise<Output>) =>
  async (args: Args): Promise<Output> => {
    try {
      return await next(args)
    } catch (error) {
      if (error instanceof Error) {
        const value = redact(error.message, sent(args.input, keys))
        Object.defineProperty(error, 'message', { value, configurable: true, writable: true })
      }
      throw error
    }
  }

function sent(input: object, keys: Keys | null): readonly string[] {
  const inputs = Object.entries(input).flatMap(([name, value]) =>
    secretInputs.has(name) && typeof value === 'string' ? [value] : [],
  )
  const all = [...inputs, keys?.secretAccessKey ?? '', keys?.sessionToken ?? '']
  return all
    .filter((one) => one.length >= shortest)
    .flatMap((one) => [one, encodeURIComponent(one), JSON.stringify(one).slice(1, -1)])
}
