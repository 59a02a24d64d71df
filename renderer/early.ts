/** What was asked of main ahead of the page (ask-early.ts), which `main.tsx` takes. */
import type { Answer, Crossings, RequestName } from '../shared/ipc/contract'
import type { Result } from '../shared/result'

/** What was asked ahead, until the page asks for it. */
export interface Asked {
  readonly name: RequestName
  readonly input: unknown
  readonly answer: Promise<Result<unknown>>
}

declare global {
  interface Window {
    early?: Asked[]
  }
}

/** What was asked ahead in this window; from now on nothing is, because the page that takes it asks for the rest. */
export function takeEarly(page: Pick<Window, 'early'>): Asked[] {
  page.early ??= []
  return page.early
}

/** The crossings with what was asked ahead: each answer is given once, to the first who asks the same. */
export function takingEarly(crossings: Crossings, asked: Asked[]): Crossings {
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
