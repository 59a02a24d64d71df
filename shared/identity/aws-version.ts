/** Versions of aws as it reports them, `2.23.6`, and which sign-in commands each has. */

/** The first of version 2 with `aws login` (awscli's changelog: 19 November 2025). */
export const firstWithLogin = '2.32.0'

export const isVersion1 = (version: string | null): boolean => version?.startsWith('1.') ?? false

/** Whether one dotted version is not older than another. */
export function isAtLeast(version: string, least: string): boolean {
  const numbers = (text: string) => text.split('.').map((part) => Number.parseInt(part, 10) || 0)
  const mine = numbers(version)
  for (const [index, part] of numbers(least).entries()) {
    const own = mine[index] ?? 0
    if (own !== part) return own > part
  }
  return true
}

/** Whether this aws has the command; one whose version is not known counts as a new one. */
export const hasSignIn = (command: 'sso login' | 'login', version: string | null): boolean =>
  version === null ||
  (!isVersion1(version) && (command === 'sso login' || isAtLeast(version, firstWithLogin)))
