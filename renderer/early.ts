/** Requests to main that were sent before the page (ask-early.ts); `main.tsx` takes them over. */
import type { Answer, BridgeApi, RequestName } from '../shared/ipc/contract'
import type { Result } from '../shared/result'

/** An early request, until the page makes the same one. */
export interface EarlyRequest {
  readonly name: RequestName
  readonly input: unknown
  readonly answer: Promise<Result<unknown>>
}

declare global {
  interface Window {
    early?: EarlyRequest[]
  }
}

/** The early requests of this window; from now on there are no more, because the page itself makes the rest. */
export function takeEarly(page: Pick<Window, 'early'>): EarlyRequest[] {
  page.early ??= []
  return page.early
}

/** The crossings with the early requests: each answer is used once, for the first equal request. */
export function takingEarly(crossings: BridgeApi, asked: EarlyRequest[]): BridgeApi {
  function taken<N extends RequestName>(name: N, input: unknown): Promise<Result<Answer<N>>> | null
  function taken(name: RequestName, input: unknown): Promise<Result<unknown>> | null {
    const same = JSON.stringify(input)
    const at = asked.findIndex((one) => one.name === name && JSON.stringify(one.input) === same)
    return at < 0 ? null : (asked.splice(at, 1)[0]?.answer ?? null)
  }
  return {
    request: (name, ...input) => taken(name, input[0]) ?? crossings.request(name, ...input),
    on: crossings.on,
  }
}
