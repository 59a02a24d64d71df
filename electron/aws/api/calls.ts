/** Calls of the SDK as values, and lists that AWS gives page by page. */
import { setMaxListeners } from 'node:events'
import * as v from 'valibot'
import { counted } from '../../../shared/counted'
import { fail, ok, type Result } from '../../../shared/result'
import type { ClientOf, ClientRequest, MakeClient, Service } from './clients'
import { type AwsCall, notOfService, type Refused, refusal } from './refusals'

/** Runs a request to AWS, and may run it again where it failed for the moment. */
export type AskAws = <T>(task: () => Promise<Result<T, Refused>>) => Promise<Result<T, Refused>>

/** A client with what each call of it takes besides its input. */
export interface BoundClient<C> extends Omit<AwsCall, 'action'> {
  readonly client: C
  readonly signal: AbortSignal
  /** Absent: the SDK's own attempts are all. */
  readonly ask?: AskAws
}

export interface CallOptions {
  readonly abortSignal: AbortSignal
}

/** One call, or why it failed. */
export function callOnce<C, T>(
  { client, signal, ask = (task) => task(), ...about }: BoundClient<C>,
  action: string,
  send: (client: C, options: CallOptions) => Promise<T>,
): Promise<Result<T, Refused>> {
  // Every call under way listens to it.
  setMaxListeners(0, signal)
  return ask(async () => {
    try {
      return ok(await send(client, { abortSignal: signal }))
    } catch (error) {
      return fail(refusal(error, { ...about, action }))
    }
  })
}

/** The settings and keys of a single call; `who`: the identity as a sentence calls it. */
export interface AskedAs extends ClientRequest, Pick<AwsCall, 'who' | 'signIn'> {
  readonly clients: MakeClient
  readonly signal: AbortSignal
}

/** One call of a client that is made for it. */
export async function calledOnce<S extends Service, T>(
  service: S,
  { clients, profile, region, keys, ...about }: AskedAs,
  action: string,
  send: (client: ClientOf<S>, options: CallOptions) => Promise<T>,
): Promise<Result<T>> {
  const make: MakeClient[S] = clients[service]
  const client = await make({ profile, region, keys })
  return client.ok ? callOnce({ ...about, client: client.value, region }, action, send) : client
}

export interface PagedCall<C, T> {
  readonly item: v.GenericSchema<unknown, T>
  /** More items than there can be: of each something more is asked, so an answer without end must not go on. */
  readonly most: number
  /** The refusal for an answer of another shape, or of too many items, where that is not EKS's; `why` follows a colon. */
  readonly wrong?: (why: string) => Refused
  readonly page: (
    client: C,
    nextToken: { readonly nextToken?: string },
    options: CallOptions,
  ) => Promise<{ readonly items: unknown; readonly next: string | undefined }>
}

/** More than any list has. */
const mostPages = 1_000

/** All items of all pages. */
export async function listAll<C, T>(
  at: BoundClient<C>,
  action: string,
  { item, most, wrong = (why) => noEks(action, at, why), page }: PagedCall<C, T>,
): Promise<Result<readonly T[], Refused>> {
  const found: T[] = []
  let from: string | undefined
  for (let pages = 0; pages < mostPages; pages += 1) {
    const nextToken = from === undefined ? {} : { nextToken: from }
    const answer = await callOnce(at, action, (client, options) => page(client, nextToken, options))
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

/** An answer that is not EKS's. */
export const noEks = (action: string, { region, cluster }: Omit<AwsCall, 'action'>, why?: string): Refused =>
  notOfService('EKS', `${action}${cluster === undefined ? '' : ` ${cluster}`} for EKS in ${region}`, why)
