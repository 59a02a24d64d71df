// For the app, whose compiler reads no JavaScript.
type Environment = Record<string, string | undefined>
export function beforeNpm(
  variables: Readonly<Environment>,
  platform?: NodeJS.Platform,
): Record<string, string>
export function leaveNpm(environment: Environment): void
