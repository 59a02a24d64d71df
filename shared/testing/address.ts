import { type Address, parseAddress } from '../destination/address'

/** An address that a test is sure of. */
export function addressOf(text: string): Address {
  const parsed = parseAddress(text)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.fault}`)
  return parsed.value
}
