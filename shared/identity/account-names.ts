/** What people call AWS accounts, by their numbers. */

/**
 * The names as they are shown: whoever is called as another account is says its number with it, both of them. An alias or a name of an
 * organisation belongs to whoever takes it.
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
