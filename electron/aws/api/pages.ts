/** Lists that AWS gives page by page. */
import * as v from 'valibot'
import { counted } from '../../../shared/counted'
import { fail, ok, type Result } from '../../../shared/result'
import { type AwsCall, type Refused, refusal } from './refusals'

/** Asks AWS; whoever asks with patience asks again where that fails for the moment. */
export type AskAws = <T>(task: () => Promise<Result<T, Refused>>) => Promise<Result<T, Refused>>

/** Once: the SDK's own attempts are all. */
export const askOnce: AskAws = (task) => task()

/** A call of the SDK as a value. */
export async function called<T>(call: AwsCall, send: () => Promise<T>): Promise<Result<T, Refused>> {
  try {
    return ok(await send())
  } catch (error) {
    return fail(refusal(error, call))
  }
}

export interface Paged<T> {
  readonly call: AwsCall
  readonly ask: AskAws
  readonly item: v.GenericSchema<unknown, T>
  /** More items than there can be: of each something more is asked, so an answer without end must not go on. */
  readonly most: number
  /** What an answer is of another shape, or of more than there can be; `why` follows a colon. */
  readonly wrong: (why: string) => Refused
  readonly page: (nextToken: {
    readonly nextToken?: string
  }) => Promise<{ readonly items: unknown; readonly next: string | undefined }>
}

/** More than any list has. */
const mostPages = 1_000

/** All items of all pages. */
export async function allPages<T>({
  call,
  ask,
  item,
  most,
  wrong,
  page,
}: Paged<T>): Promise<Result<readonly T[], Refused>> {
  const found: T[] = []
  let from: string | undefined
  for (let pages = 0; pages < mostPages; pages += 1) {
    const at = from
    const answer = await ask(() => called(call, () => page(at === undefined ? {} : { nextToken: at })))
    if (!answer.ok) return answer
    const { items, next } = answer.value
    const read = v.safeParse(v.array(item), items)
    if (!read.success) return fail(wrong('the answer has an unexpected shape'))
    if (found.length + read.output.length > most) return fail(wrong(withoutEnd(most)))
    found.push(...read.output)
    if (!next || next === from) return ok(found)
    from = next
  }
  return fail(wrong(withoutEnd(most)))
}

const withoutEnd = (most: number): string =>
  `the list still goes on after ${counted(most)} or ${counted(mostPages)} pages, and none of it was used`
