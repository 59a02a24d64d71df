import * as v from 'valibot'
import type { Inferred } from './inferred'

/** Why a request was refused. Closed: a new reason is a new member, and every switch over it is asked again. */
const faultCode = v.picklist([
  'bad-request',
  'not-found',
  'unreadable',
  'changed-on-disk',
  'locked',
  'conflict',
  'shared-entry',
  'not-allowed',
  // The user was asked, and said no.
  'declined',
  'not-writable',
  'settings-unreadable',
  'disk-full',
  'aws',
  'unreachable',
  'cancelled',
  'timeout',
  'internal',
])
export type FaultCode = Inferred<typeof faultCode>

/** A refusal as a value: what happened, why as far as known, what to do next. Never holds a secret. */
export const faultSchema = v.object({
  code: faultCode,
  /** What happened and why, one sentence, for the user. */
  message: v.string(),
  /** What to do next, one sentence. */
  next: v.string(),
})
export type Fault = Inferred<typeof faultSchema>

export type Result<T, E = Fault> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: E }

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value })
export const fail = <E>(fault: E): Result<never, E> => ({ ok: false, fault })

/** A fault from its three parts. */
export const fault = (code: FaultCode, message: string, next: string): Fault => ({ code, message, next })

/** The same as a failed result. */
export const refuse = (code: FaultCode, message: string, next: string): Result<never> =>
  fail(fault(code, message, next))

/** Closes a switch over a union: does not compile while a member is unhandled, throws if one arrives anyway. */
export function assertNever(value: never, what = 'value'): never {
  throw new Error(`unexpected ${what}: ${JSON.stringify(value)}`)
}
