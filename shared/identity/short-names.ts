/** Names as sentences and titles have them: shortened by what they share, never in the part in which they differ. Pure. */

import { named } from '../visible'
import { parseClusterArn } from './arn'

/** Longer names would be more than two lines of a dialog. */
const longest = 64

/** A name in a sentence or a title: a very long one is cut in the middle, as in the grid. */
export const shortened = (name: string): string => {
  if (name.length <= longest) return name
  const letters = [...name]
  return letters.length <= longest
    ? name
    : `${letters.slice(0, longest - 21).join('')}…${letters.slice(-20).join('')}`
}

/** An account number in the groups of four by which people read it. */
export function spaced(account: string): string {
  return /^\d{12}$/.test(account)
    ? `${account.slice(0, 4)} ${account.slice(4, 8)} ${account.slice(8)}`
    : account
}

/** The same where a name may be a cluster's ARN, which is shown by its end, as in the grid. Quoted unless it is a plain word. */
export function shortName(name: string): string {
  const arn = parseClusterArn(name)
  return arn === null ? named(shortened(name)) : `…/${shortened(arn.name)}`
}

/** The same in a sentence of its own. For an ARN it adds region and account, because other names may end alike. */
export function placedName(name: string): string {
  const arn = parseClusterArn(name)
  return arn === null ? shortName(name) : `${shortName(name)} (${arn.region}, ${spaced(arn.account)})`
}

/** Names in one list: those that end alike also get the region and account of their clusters. */
export function toldApart(names: readonly string[]): readonly string[] {
  const short = names.map(shortName)
  const alike = new Set(short).size < new Set(names).size
  return alike ? names.map(placedName) : short
}
