/**
 * Answers of AWS have an end: the SDK limits how long it waits for one to begin, and neither how long it goes on nor how much it holds.
 * Whatever answers at an endpoint could fill the memory, or keep a call waiting for ever with a byte now and then.
 */
import { PassThrough, pipeline, Readable } from 'node:stream'

export interface AnswerLimits {
  /** Milliseconds from its first line to its last byte. */
  readonly ms: number
  readonly bytes: number
}

/** Far more than a hundred of whatever AWS lists. */
export const mostAnswerBytes = 4 * 1024 * 1024

/** An answer that has no end in sight. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge'
}

interface Answered<Output> {
  response: unknown
  output?: Output
}

/** A step between an SDK's client and what has read its answer. */
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
