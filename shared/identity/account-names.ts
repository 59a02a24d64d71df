/** The names of AWS accounts, by their numbers. */

/**
 * The names as they are shown: accounts with the same name show their numbers too. An alias, or a name in an organisation,
 * belongs to any account that takes it.
 */
export function toldApart(names: Iterable<readonly [account: string, name: string]>): Map<string, string> {
  const all = new Map(names)
  const bearers = new Map<string, number>()
  const key = (name: string) => name.toLowerCase()
  for (const name of all.values()) bearers.set(key(name), (bearers.get(key(name)) ?? 0) + 1)
  for (const [account, name] of all)
    if ((bearers.get(key(name)) ?? 0) > 1) all.set(account, `${name} (${account})`)
  return all
}
