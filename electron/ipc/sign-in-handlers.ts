/** Main's answers about signing in: the page starts and cancels one, and main alone knows and opens its address. */
import type { CodeOutcome, SignInOutcome } from '../../shared/identity/sign-in'
import { ok, type Result, refuse } from '../../shared/result'
import { type ShownQuestion, shownCode, type TypedAnswer } from '../../shared/trust/question-text'
import { named } from '../../shared/visible'
import type { Keys } from '../aws/api/access-keys'
import type { CodeFor } from '../aws/sign-in/mfa'
import type { Services } from '../editing/services'
import type { Codes } from './codes'
import { inEnvironment } from './page-services'
import type { Handlers } from './router'

export interface SignInDesktop {
  readonly copy: (text: string) => void
  /** Opens an address in the user's browser; false where there is none. */
  readonly browse: (url: string) => Promise<boolean>
  /** Asks for a code in main's own window; null: the user entered none. */
  readonly askCode: (
    page: number,
    question: ShownQuestion,
    signal: AbortSignal,
  ) => Promise<TypedAnswer | null>
}

/** The handlers of one room. */
export function createSignInHandlers(
  services: Pick<Services, 'environments' | 'signingIn'>,
  { copy, browse, askCode }: SignInDesktop,
  codes: Pick<Codes, 'hold'>,
): Pick<Handlers, Extract<keyof Handlers, `signIn.${string}`>> {
  /** The address at which the user of each run signs in, by page and run. */
  const addresses = new Map<string, string>()
  const keyOf = (page: number, run: string) => `${page} ${run}`

  return {
    'signIn.start': ({ run, environment, of, flow, again }, call) =>
      inEnvironment(services, environment, async () => {
        const { signal } = call
        const signing = await services.signingIn()
        const needs = await signing.needs(environment, of)
        if (!needs.ok) return needs
        const { profile, sso, chain, codes: wanted } = needs.value
        const byCode = profile !== null && chain !== null && wanted.length > 0 ? { profile, chain } : null
        if (sso === null && byCode === null)
          return refuse(
            'bad-request',
            `Profile ${named(of.name)} needs no sign-in here.`,
            'Look at how the profile signs in.',
          )
        if (sso === null) return withCode()
        const usual = flow === 'usual' ? await signing.usualFlow(environment) : flow
        const key = keyOf(call.page, run)
        try {
          const outcome = await signing.signIn(
            environment,
            { profile, sso },
            { flow: usual, again },
            (step) => {
              if (step.kind !== 'address') {
                call.emit('signIn.step', { run, step })
                return
              }
              const { url, ...shown } = step
              addresses.set(key, url)
              call.emit('signIn.step', { run, step: shown })
            },
            signal,
          )
          return outcome.kind === 'signed-in' && byCode !== null ? withCode() : ok(outcome)
        } finally {
          addresses.delete(key)
        }

        /** Main asks for the code itself: neither the code nor the keys that it yields pass through a page. */
        async function withCode(): Promise<Result<SignInOutcome | CodeOutcome>> {
          if (byCode === null) return refuse('internal', 'No role asks for a code.', 'Try again.')
          let keep = false
          const codeFor: CodeFor = async ({ arn, mfaSerial }) => {
            if (mfaSerial === null) return null
            call.emit('signIn.step', { run, step: { kind: 'code', serial: mfaSerial } })
            const given = await askCode(call.page, shownCode(byCode.profile, { arn, mfaSerial }), signal)
            keep = given?.keep === true
            return given?.typed ?? null
          }
          const once = (keys: Keys) => codes.hold(call.page, run, environment, byCode.profile, keys)
          return ok(await signing.withCodes(environment, byCode, { codeFor, keep: () => keep, once }, signal))
        }
      }),
    'signIn.open': async ({ run, to }, { page }) => {
      const url = addresses.get(keyOf(page, run))
      if (url === undefined) return refuse('not-found', 'That sign-in is over.', 'Sign in again.')
      if (to === 'clipboard') {
        copy(url)
        return ok(null)
      }
      return (await browse(url))
        ? ok(null)
        : refuse('not-found', 'No browser could be started here.', 'Copy the address, and open it yourself.')
    },
    'signIn.end': ({ environment, of }) =>
      inEnvironment(services, environment, async () =>
        // There is one request per token, and each has its own time limit.
        (await services.signingIn()).signOut(environment, of, new AbortController().signal),
      ),
  }
}
