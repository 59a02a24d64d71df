/**
 * Middleware for the SDK's calls: silences and answers are limited, and no error contains a secret.
 */
import { PassThrough, pipeline, Readable } from 'node:stream'
import { redact } from '../../system/redact-output'
import type { Keys } from './access-keys'

/**
 * A silent server is asked at most twice. The SDK's attempts are meant for answers that say "again" and connections that break;
 * it makes as many after a timeout, and a whole call is silent for minutes.
 */

const mostSilences = 2

/** A step around each attempt of a call of the SDK. */
export const silentTwice = <Args, Output>(next: (args: Args) => Promise<Output>) => {
  // The SDK builds the steps of each call again.
  let silences = 0
  return async (args: Args): Promise<Output> => {
    try {
      return await next(args)
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error
      silences += 1
      if (silences < mostSilences) throw error
      // By its usual name the SDK would ask again.
      throw Object.assign(new Error(error.message), { name: 'SilentTwice' })
    }
  }
}

/**
 * Limits answers of AWS: the SDK limits only how long it waits for one to begin, neither its duration nor its size. Any server
 * at an endpoint could fill the memory, or keep a call waiting for ever with a byte now and then.
 */

/** How long an answer may take, in milliseconds from its first line to its last byte, and how large it may be. */
type AnswerLimits = { readonly ms: number; readonly bytes: number }

/** Far more than a hundred pages of any list of AWS. */
export const mostAnswerBytes = 4 * 1024 * 1024

/** An answer that has no end in sight. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge'
}

interface Answered<Output> {
  response: unknown
  output?: Output
}

/** A step between an SDK's client and the reader of its answer. */
export const boundedAnswers =
  (limits: AnswerLimits) =>
  <Args, Output>(next: (args: Args) => Promise<Answered<Output>>) =>
  async (args: Args): Promise<Answered<Output>> => {
    const answered = await next(args)
    const { response } = answered
    if (typeof response === 'object' && response !== null && 'body' in response)
      if (response.body instanceof Readable) response.body = bounded(response.body, limits)
    return answered
  }

function bounded(body: Readable, { ms, bytes }: AnswerLimits): Readable {
  let size = 0
  const limited = new PassThrough({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > bytes) done(new AnswerTooLarge(`the answer is larger than ${bytes} bytes`))
      else done(null, chunk)
    },
  })
  // The name by which the SDK, too, knows what is worth another attempt.
  const late = Object.assign(new Error('the answer did not end in time'), { name: 'TimeoutError' })
  const timer = setTimeout(() => limited.destroy(late), ms)
  pipeline(body, limited, () => clearTimeout(timer))
  return limited
}

/**
 * What an error says goes into sentences, onto the screen and to disk. The server may quote the request in it, and with it a
 * token: what was sent as a secret is removed before the error goes any further.
 */

/** Of all inputs of all calls that are made, those with which their holder can act as an identity. */
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
