/** What a verdict is called, in the window and on paper. */
import type { ShownVerdict } from './identity'

export const verdictText: Readonly<Record<ShownVerdict, string>> = {
  verified: 'verified',
  proven: 'proven',
  mismatch: 'mismatch',
  'no-access': 'no access',
  'login-needed': 'sign-in needed',
  expired: 'expired',
  broken: 'broken',
  unreachable: 'unreachable',
  unsupported: 'unsupported',
  'not-checked': 'not checked',
  checking: 'checking',
  stale: 'stale',
}

/** A short form for a row of counts, where all of them have to fit. */
export const verdictCount: Readonly<Record<ShownVerdict, string>> = {
  ...verdictText,
  'login-needed': 'sign-in',
}
