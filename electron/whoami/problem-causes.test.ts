import { describe, expect, test } from 'vitest'
import { factsOf } from '../testing/entry-facts'
import { problemOfStderr } from './problem-causes'

/** As written by aws 2.23.6 and 1.45 (run, or their sources), then by aws-iam-authenticator. */
const said: readonly (readonly [string, string])[] = [
  [
    'sso-login',
    'The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session run aws sso login with the corresponding profile.',
  ],
  ['sso-login', 'Error loading SSO Token: Token for small does not exist'],
  ['sso-login', 'Error when retrieving token from sso: Token has expired and refresh failed'],
  [
    'sso-login',
    'An error occurred (UnauthorizedException) when calling the GetRoleCredentials operation (reached max retries: 2): Session token not found or invalid',
  ],
  ['sso-login', 'could not get token: SSOProviderInvalidToken: the SSO session has expired or is invalid'],
  [
    'aws-login',
    "Your session has expired or credentials have changed. Please reauthenticate using 'aws login'.",
  ],
  ['mfa-code', 'Enter MFA code for arn:aws:iam::111122223333:mfa/alice: \nEOF when reading a line'],
  ['mfa-code', 'Cannot refresh credentials: MFA token required.'],
  ['unknown-profile', 'The config profile (nowhere) could not be found'],
  ['unknown-profile', 'The config profile () could not be found'],
  ['broken-profile', 'The source_profile "base" referenced in the profile "dev" does not exist.'],
  [
    'broken-profile',
    "Infinite loop in credential configuration detected. Attempting to load from profile a which has already been visited. Visited profiles: ['a', 'b']",
  ],
  [
    'broken-profile',
    'The profile "dev" is configured to use SSO but is missing required configuration: sso_region',
  ],
  ['broken-profile', 'Unable to parse config file: /home/u/.aws/config'],
  ['partial-keys', 'Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY'],
  ['no-keys', '\nUnable to locate credentials. You can configure credentials by running "aws configure".'],
  ['no-keys', 'could not get token: NoCredentialProviders: no valid providers in chain'],
  ['no-region', 'You must specify a region. You can also configure your region by running "aws configure".'],
  [
    'assume-role-denied',
    'An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::1:user/a is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::2:role/b',
  ],
  [
    'assume-role-denied',
    'An error occurred (ValidationError) when calling the AssumeRole operation (reached max retries: 0): arn:aws:sts::1:role/A is invalid',
  ],
  [
    'assume-role-denied',
    'An error occurred (ForbiddenException) when calling the GetRoleCredentials operation: No access',
  ],
  [
    'assume-role-denied',
    'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity',
  ],
  [
    'expired-keys',
    'An error occurred (ExpiredToken) when calling the AssumeRole operation: The security token included in the request is expired',
  ],
  [
    'keys-unknown',
    'An error occurred (InvalidClientTokenId) when calling the AssumeRole operation: The security token included in the request is invalid.',
  ],
  [
    'clock-off',
    'An error occurred (SignatureDoesNotMatch) when calling the AssumeRole operation: Signature expired: 20260101T000000Z is now earlier than 20260101T010000Z (20260101T011500Z - 15 min.)',
  ],
  [
    'bad-signature',
    'An error occurred (SignatureDoesNotMatch) when calling the AssumeRole operation: The request signature we calculated does not match the signature you provided.',
  ],
  [
    'throttled',
    'An error occurred (Throttling) when calling the AssumeRole operation (reached max retries: 4): Rate exceeded',
  ],
  ['sts-unreachable', 'Could not connect to the endpoint URL: "https://sts.eu-west-1.amazonaws.com/"'],
  [
    'sts-unreachable',
    'SSL validation failed for https://sts.eu-west-1.amazonaws.com/ [SSL: CERTIFICATE_VERIFY_FAILED]',
  ],
  ['sts-unreachable', 'Failed to connect to proxy URL: "http://127.0.0.1:9"'],
  ['command-failed', 'Error when retrieving credentials from custom-process: vault: not logged in'],
  ['command-failed', 'usage: aws [options] <command> <subcommand>\n\nUnknown options: --clustername'],
  ['command-failed', 'something unforeseen'],
  ['command-failed', ''],
]

test('what a command says on standard error becomes a cause', () => {
  expect(
    said.map(([, text]) => [problemOfStderr(text, 'status 255', factsOf('dev'), []).code, text]),
  ).toEqual(said)
})

/** As aws 1.46.2, 2.23.6 and 2.36.12 write it. */
const ofProcess: readonly (readonly [string, RegExp])[] = [
  [
    'Expecting value: line 1 column 1 (char 0)',
    /something other than a JSON object: Expecting value: line 1/,
  ],
  ['aws: [ERROR]: Expecting value: line 1 column 1 (char 0)', /something other than a JSON object/],
  ['Extra data: line 1 column 2 (char 1)', /something other than a JSON object: Extra data/],
  ["'list' object has no attribute 'get'", /something other than a JSON object/],
  [
    "Error when retrieving credentials from custom-process: Missing required key in response: 'AccessKeyId'",
    /failed: Missing required key in response: 'AccessKeyId'\.$/,
  ],
  ['Error when retrieving credentials from custom-process: ', /failed and said nothing\.$/],
  // As the AWS SDK for Go v2 1.30.3 does.
  [
    '… parse failed of process output: hello\n, error: invalid character',
    /something other than a JSON object: parse failed of process output\.$/,
  ],
  ['… error in credential_process: exit status 3', /failed: exit status 3\.$/],
  ['… missing SecretAccessKey in process output', /failed: missing SecretAccessKey in process output\.$/],
]

test('what a credential_process of the chain did names it, with file and line; of others nothing is claimed', () => {
  const process = { profile: 'proc', file: '/home/u/.aws/config', line: 7 }
  for (const [text, says] of ofProcess) {
    const of = (one: typeof process | null) =>
      problemOfStderr(text, 'status 255', { ...factsOf('proc'), process: one }, [])
    expect(of(process).message).toMatch(
      /^The credential_process of profile proc \(\/home\/u\/\.aws\/config:7\) /,
    )
    expect(of(process).message).toMatch(says)
    expect(of(process).next).toMatch(/^Run that program by hand/)
    expect(of(null).message).not.toContain('proc ')
    expect(of(null).message).not.toContain('something other than')
  }
})

describe('the next step', () => {
  const next = (text: string, profile: string | null) =>
    problemOfStderr(text, 'status 255', factsOf(profile), []).next

  test('names the profile, quoted for the shell', () => {
    const expired = 'Error loading SSO Token: Token for small does not exist'
    expect(next(expired, 'dev')).toBe('Run `aws sso login --profile dev`.')
    expect(next(expired, 'a b')).toBe("Run `aws sso login --profile 'a b'`.")
    expect(next(expired, null)).toBe('Run `aws sso login`.')
  })
})

test('every cause is a sentence with a next step, however long, wild or secret the text', () => {
  for (const [, text] of said) {
    for (const wild of [
      text,
      `${text}\n`.repeat(50),
      `\u001b[31m${text}\u202e`,
      `${text} ${'A'.repeat(5_000)} SecretAccessKey=hunter22222`,
    ]) {
      const { message, next } = problemOfStderr(wild, 'status 1', factsOf(null), ['hunter22222'])
      expect(message.length).toBeLessThan(900)
      expect(message).toMatch(/[.…]$/)
      expect(next).not.toBe('')
      expect(`${message}${next}`).not.toMatch(/hunter22222|[\u0000-\u0008\u001b\u202e]/)
    }
  }
})
