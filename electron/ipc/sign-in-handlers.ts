/** Main's answers about signing in: the page starts and cancels one, and main alone knows and opens its address. */
import { fail, fault, ok } from '../../shared/result'
import { type Environments, unreadableEnvironment } from '../identity/environments'
import type { SigningIn } from '../identity/signing-in'
import type { Handlers } from './router'
import { createRuns } from './runs'

/** What the requests about signing in are answered from. */
export interface SignInServices {
  readonly environments: Pick<Environments, 'of'>
  readonly signingIn: () => Promise<SigningIn>
}

export interface SignInDesktop {
  readonly copy: (text: string) => void
  /** Opens an address in the user's browser; false where there is none. */
  readonly browse: (url: string) => Promise<boolean>
}

/** The handlers of one room. */
export function createSignInHandlers(
  { environments, signingIn }: SignInServices,
  { copy, browse }: SignInDesktop,
): Pick<Handlers, Extract<keyof Handlers, `signIn.${string}`>> {
  const runs = createRuns()
  /** Where the person of each run is sent, by page and run. */
  const addresses = new Map<string, string>()
  const keyOf = (page: number, run: string) => `${page} ${run}`

  return {
    'signIn.start': ({ run, environment, of, flow, again }, call) =>
      runs.run(call, run, async (signal) => {
        const unreadable = unreadableEnvironment(await environments.of(environment))
        if (unreadable !== null) return fail(unreadable)
        const signing = await signingIn()
        const needs = await signing.needs(environment, of)
        if (!needs.ok) return needs
        const { profile, sso } = needs.value
        if (sso === null)
          return fail(
            fault('bad-request', `Profile ${of.name} does not sign in by SSO.`, 'Look at how it signs in.'),
          )
        const usual = flow === 'usual' ? await signing.usualFlow(environment) : flow
        const key = keyOf(call.page, run)
        try {
          return ok(
            await signing.signIn(
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
            ),
          )
        } finally {
          addresses.delete(key)
        }
      }),
    'signIn.open': async ({ run, to }, { page }) => {
      const url = addresses.get(keyOf(page, run))
      if (url === undefined) return fail(fault('not-found', 'That sign-in is over.', 'Start it again.'))
      if (to === 'clipboard') {
        copy(url)
        return ok(null)
      }
      return (await browse(url))
        ? ok(null)
        : fail(
            fault(
              'not-found',
              'No browser could be started here.',
              'Copy the address, and open it yourself.',
            ),
          )
    },
    'signIn.end': async ({ environment, of }) => {
      const unreadable = unreadableEnvironment(await environments.of(environment))
      if (unreadable !== null) return fail(unreadable)
      // It is a request for each token, which has its own limit of time.
      return await (await signingIn()).signOut(environment, of, new AbortController().signal)
    },
    'signIn.cancel': ({ run }, { page }) => {
      runs.cancel(page, run)
      return ok(null)
    },
  }
}
