/** User and password of an address as a header has them. */
import type { Login } from '../../shared/destination/address'

/** Each percent-encoded as in the address; the bytes may be in no text at all. */
export const bytesOf = (encoded: string): Buffer =>
  Buffer.from(
    encoded.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    'latin1',
  )

/** What Go's net/http sends for it, in the place of any token. */
export const basicOf = ({ user, password }: Login): string =>
  `Basic ${Buffer.concat([bytesOf(user), Buffer.from(':'), bytesOf(password ?? '')]).toString('base64')}`
