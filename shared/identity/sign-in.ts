/**
 * A sign-in as main reports it, to the terminal and to the page alike. The user code is meant to be read; access and refresh
 * tokens, client secrets, device codes and authorization codes are in none of these.
 */
import * as v from 'valibot'
import type { Inferred } from '../inferred'
import type { Fault } from '../result'

/**
 * How the user confirms: `browser` on this machine, which sends the answer back here (authorization code with PKCE), or `code`
 * on any device, where the code is shown and compared.
 */
export type SignInFlow = 'browser' | 'code'

/** What signs in: an sso-session, or a profile; for a profile, the identity that its chain starts from. */
export const signInOfSchema = v.object({ kind: v.picklist(['profile', 'session']), name: v.string() })
export type SignInOf = Inferred<typeof signInOfSchema>

/** What happens on the way. */
export type SignInStep =
  | {
      readonly kind: 'address'
      /** What is to be opened; always https, but for the demo on this machine. */
      readonly url: string
      /** The host of that address, for the user to read: it is shown before anything is opened. */
      readonly host: string
      /** Null where the browser of this machine has to be used. */
      readonly byCode: {
        readonly userCode: string
        /** The same page without the code in it, short enough to be typed. */
        readonly url: string
      } | null
      /** Until when the user may answer, ms. */
      readonly until: number
    }
  /** AWS wants to be asked less often: now every `seconds`. */
  | { readonly kind: 'slowed'; readonly seconds: number }

/** Why the sign-in failed. */
export type NotSignedIn =
  /** The user did not answer in time. */
  | 'expired'
  /** The user said no, or may not. */
  | 'denied'
  /** AWS or the files here do not allow it as it was asked. */
  | 'refused'
  | 'unreachable'
  | 'cancelled'

/** What a page gets of it: main opens or copies the address itself, and does not hand it out. */
export type ShownSignInStep =
  /** Main asks for the code of a device, in a window of its own. */
  | { readonly kind: 'code'; readonly serial: string }
  | Omit<Extract<SignInStep, { kind: 'address' }>, 'url'>
  | Exclude<SignInStep, { kind: 'address' }>

/** The result of a sign-in. */
export type SignInOutcome =
  | {
      readonly kind: 'signed-in'
      /** `standing`: it was valid already, and AWS says so; `renewed`: without asking the user. */
      readonly how: 'asked' | 'renewed' | 'standing'
      /** Until when the access token is good, ms. */
      readonly until: number
      /** Until when it can be renewed without asking, ms; null: it cannot. */
      readonly renewableUntil: number | null
    }
  | {
      readonly kind: 'not-signed-in'
      readonly why: NotSignedIn
      readonly message: string
      readonly next: string
    }

/** What signing out took away. */
export interface SignedOut {
  readonly tokens: number
  /** Role credentials that resulted from sign-ins. */
  readonly roles: number
  readonly problems: readonly Fault[]
}

/** The result for a role that asks for an MFA code. */
export type CodeOutcome =
  | {
      readonly kind: 'proven'
      /** As AWS answers with the credentials that the code gave. */
      readonly arn: string
      readonly account: string
      /** Until when they are good, ms. */
      readonly until: number | null
      /** Whether they lie in aws's cache now, where aws and kubectl find them. */
      readonly kept: boolean
      /** They lay there already: no code was needed. */
      readonly standing: boolean
    }
  | Extract<SignInOutcome, { kind: 'not-signed-in' }>
