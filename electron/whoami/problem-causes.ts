/**
 * Why an exec command failed, read from what it wrote to standard error. The messages are awscli's and botocore's own
 * (exceptions.py, credentials.py, tokens.py of 2.23 and of the newer `aws login`), then aws-iam-authenticator's.
 * One row per cause. The first that matches counts, so a specific cause is above a general one. The text is untrusted: each
 * pattern gets one line of bounded length, and from each start of a match none looks further than a bounded distance.
 */

import type { Problem, ProblemCode } from '../../shared/identity/identity'
import { option } from '../../shared/shell/offered-command'
import { named } from '../../shared/visible'
import { runSignIn } from '../aws/installed/sign-in-command'
import { offered } from '../system/offer'
import { redact } from '../system/redact-output'
import { deniedRole, type EntryFacts } from './denied'
import { keysOf, newKeys, validKey } from './refused-keys'

interface Cause {
  readonly code: ProblemCode
  readonly says: RegExp
  /** Has to be in the same line. */
  readonly with?: RegExp
  /** Only where this is so. */
  readonly where?: (facts: EntryFacts) => boolean
  /** Gets what `says` captured. */
  readonly message: (found: readonly string[], facts: EntryFacts) => string
  readonly next: (found: readonly string[], facts: EntryFacts) => string
  /** In place of the two, where more is known than the text says. */
  readonly known?: (found: readonly string[], facts: EntryFacts) => Problem | null
}

const configOf = ({ configFile }: EntryFacts): string => configFile ?? 'the AWS config file'
/** By aws's own words, else by those of the SDK for Go. */
const deniedBy: Cause['known'] = ([aws, awsRole, go, goRole], facts) => {
  const [caller, role] = [aws || go, awsRole || goRole]
  return caller && role ? deniedRole(caller, role.replace(/[.,;]$/, ''), facts) : null
}

const signIn = (command: 'sso login' | 'login', { profile, rules }: EntryFacts) =>
  runSignIn(command, profile === null ? null : { profile }, rules)

const processOf = ({ process }: EntryFacts): string =>
  process === null ? 'the profile' : `profile ${named(process.profile)} (${process.file}:${process.line})`

const notGiven = (text: string) => `AWS does not give this role to this identity: ${sentence(text)}`
const checkTrustPolicy =
  'Check the role’s trust policy, or the assignment of the permission set in IAM Identity Center.'

const causes: readonly Cause[] = [
  {
    code: 'sso-login',
    says: /SSO session associated with this profile has expired|Error loading SSO Token|Error when retrieving token from sso|pending authorization to retrieve an SSO token has expired|when calling the GetRoleCredentials operation(?: \([^()]{0,80}\))?: Session token not found or invalid|\(UnauthorizedException\) when calling the GetRoleCredentials|SSOProviderInvalidToken|refresh cached SSO token failed|SSO session has expired|\((?:InvalidGrantException|UnauthorizedClientException|ExpiredTokenException)\) when calling the CreateToken/i,
    message: () => 'The SSO session of this profile has expired, or was never signed in to.',
    next: (_, facts) => signIn('sso login', facts),
  },
  {
    code: 'aws-login',
    says: /reauthenticate using 'aws login'|Error loading login session token|refreshing a login session profile|Unable to create or refresh login credentials/i,
    message: () => 'The `aws login` session of this profile has expired, or was never signed in to.',
    next: (_, facts) => signIn('login', facts),
  },
  {
    code: 'mfa-code',
    says: /MFA token required|Enter MFA code for|AssumeRoleTokenProvider|Assume Role MFA token code|MultiFactorAuthentication failed|EOF when reading a line/i,
    message: () => 'AWS wants an MFA code for this role, and a check never asks you for one.',
    next: (_, { profile }) =>
      profile === null
        ? 'Run any aws command with this profile in a terminal and enter the code: aws keeps the credentials for the next check.'
        : `Run ${offered('aws', 'sts', 'get-caller-identity', option('--profile', profile))} and enter the code: aws keeps the credentials for the next check.`,
  },
  {
    code: 'unknown-profile',
    says: /The config profile \((.{0,300}?)\) could not be found|failed to get shared config profile, ([^\n]*)/i,
    message: ([a = '', b = '']) => `The profile ${shown(a || b)} is in neither AWS file of this environment.`,
    next: (_, facts) => `Add the profile to ${configOf(facts)}, or name another one in the entry.`,
  },
  {
    code: 'broken-profile',
    says: /((?:The source_profile ".{0,300}?" referenced|Infinite loop in credential configuration|The profile ".{0,300}?" (?:contains both|must (?:contain|specify)|is configured to use SSO but is missing)|The credential[ _]source ".{0,300}?"|No credentials found in credential_source|The specified sso-session does not exist|The value for \S+ is inconsistent between|The provided profile or the current environment is configured to assume role with web identity but has no|Unable to parse config file:)[^\n]*)/i,
    message: ([text = '']) => `The AWS config is not usable: ${sentence(text)}`,
    next: (_, facts) => `Correct the profile in ${configOf(facts)}.`,
  },
  {
    code: 'partial-keys',
    says: /Partial credentials found in (\S+?), missing: (\S+)/i,
    message: ([where = '', what = '']) =>
      `Only half of a key pair is there: ${what} is missing (looked in ${where}).`,
    next: () => 'Give both the access key id and its secret, or neither.',
  },
  {
    code: 'no-region',
    says: /You must specify a region|MissingRegion|could not find region configuration/i,
    message: () => 'aws does not know which region’s STS to sign for.',
    next: () => 'Put `--region` into the exec arguments, or `region` into the profile.',
  },
  {
    code: 'expired-keys',
    says: /\((?:ExpiredToken|ExpiredTokenException)\)|\bExpiredToken\b|security token included in the request is expired|Credentials were refreshed, but the refreshed credentials are still expired/i,
    message: (_, facts) => `The temporary keys${keysOf(facts)} have expired.`,
    next: (_, facts) => newKeys(facts),
  },
  {
    code: 'keys-unknown',
    says: /\((?:InvalidClientTokenId|UnrecognizedClientException)\)|\bInvalidClientTokenId\b|security token included in the request is invalid/i,
    message: (_, facts) =>
      `AWS does not accept the access key${keysOf(facts)}: it was deleted or deactivated, or belongs to another partition.`,
    next: (_, facts) => validKey(facts),
  },
  {
    code: 'clock-off',
    says: /Signature expired: |Signature not yet current: |RequestTimeTooSkewed|RequestExpired/i,
    message: () =>
      'AWS refuses the signature because of its time: the clock here differs by more than 5 minutes.',
    next: () => 'Set the clock of this computer (`timedatectl status` says whether it is synchronised).',
  },
  {
    code: 'bad-signature',
    says: /SignatureDoesNotMatch|IncompleteSignature/i,
    message: () => 'AWS refuses the signature: the secret does not belong to the access key id.',
    next: (_, facts) =>
      `Copy both parts of the key again${facts.keysFrom === null ? '' : ` (${facts.keysFrom})`}; a blank or a cut end is the usual reason.`,
  },
  {
    code: 'throttled',
    says: /\((?:Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|SlowDown)\)|Rate exceeded/i,
    message: () => 'AWS answered that there were too many requests.',
    next: () => 'Check again in a minute, with fewer at once.',
  },
  {
    code: 'assume-role-denied',
    says: /\(ValidationError\) when calling the AssumeRole\w* operation(?: \([^()]{0,80}\))?: ([^\n]*)/i,
    message: ([text = '']) => `AWS refuses the role as it is written: ${sentence(text)}`,
    next: () => 'Write the role as arn:aws:iam::ACCOUNT:role/NAME.',
  },
  {
    code: 'assume-role-denied',
    says: /\(AccessDenied(?:Exception)?\) when calling the AssumeRole\w* operation(?: \([^()]{0,80}\))?: (?:User: (\S+) is not authorized to perform: sts:AssumeRole\w* on resource: (\S+)|[^\n]*)|AccessDenied\S{0,40}: User: (\S+) is not authorized to perform: sts:AssumeRole\w* on resource: (\S+)/i,
    message: () => 'The role’s trust policy does not let this identity assume it.',
    next: () => checkTrustPolicy,
    known: deniedBy,
  },
  {
    code: 'assume-role-denied',
    says: /(AccessDenied\S{0,40}:[^\n]*)/i,
    with: /AssumeRole/i,
    message: ([text = '']) => notGiven(text),
    next: () => checkTrustPolicy,
  },
  {
    code: 'assume-role-denied',
    says: /(\(ForbiddenException\) when calling the GetRoleCredentials operation[^\n]*|\(InvalidIdentityToken\w*\)[^\n]*|\(IDPRejectedClaim\w*\)[^\n]*)/i,
    message: ([text = '']) => notGiven(text),
    next: () => checkTrustPolicy,
  },
  {
    code: 'access-denied',
    says: /(\(AccessDenied(?:Exception)?\)[^\n]*|\(UnauthorizedOperation\)[^\n]*)/i,
    message: ([text = '']) => `AWS denied what the command asked: ${sentence(text)}`,
    next: () => 'Ask whoever administers the account for that permission.',
  },
  {
    code: 'sts-unreachable',
    says: /(Could not connect to the endpoint URL[^\n]*|Connect timeout on endpoint URL[^\n]*|Read timeout on endpoint URL[^\n]*|SSL validation failed for[^\n]*|Failed to connect to proxy URL[^\n]*|Connection was closed before we received a valid response[^\n]*|dial tcp[^\n]*)/i,
    message: ([text = '']) => `The command could not reach AWS: ${sentence(text)}`,
    next: () =>
      'Check network, proxy (HTTPS_PROXY, NO_PROXY) and CA bundle (AWS_CA_BUNDLE) of this environment.',
  },
  {
    code: 'no-keys',
    says: /Unable to locate credentials|NoCredentialProviders|no valid providers in chain|failed to refresh cached credentials, no EC2 IMDS role found|The SSO access token has not been found/i,
    message: () =>
      'aws found no credentials in this environment: no keys, no profile that gives any, no metadata service.',
    next: () => 'Name a profile in the entry, or sign in to one.',
  },
  {
    // What Python's json says of it, and Go's SDK: neither names the program.
    code: 'command-failed',
    says: /((?:Expecting |Extra data|Unterminated string|Invalid (?:control character|\\))[^\n]{0,60}: line \d+ column \d+ \(char \d+\)|'utf-8' codec can't decode|'\w+' object has no attribute 'get'|parse failed of process output)/,
    where: ({ process }) => process !== null,
    message: ([text = ''], facts) =>
      `The credential_process of ${processOf(facts)} printed something other than a JSON object: ${sentence(text)}`,
    next: () =>
      'Run that program by hand: aws wants one JSON object with Version, AccessKeyId and SecretAccessKey, and nothing else.',
  },
  {
    // Version, AccessKeyId or SecretAccessKey is missing, or its status is not 0: aws, then Go's SDK.
    code: 'command-failed',
    says: /(?:Error when retrieving credentials from custom-process: |error in credential_process: |((?:wrong version|missing \w{1,20}) in process output))([^\n]*)/i,
    message: ([wrong = '', text = ''], facts) =>
      `The credential_process of ${processOf(facts)} failed${wrong + text.trim() === '' ? ' and said nothing.' : `: ${sentence(wrong + text)}`}`,
    next: () => 'Run that program by hand and see why it fails.',
  },
  {
    code: 'command-failed',
    says: /Error when retrieving credentials from (\S+): ([^\n]*)/i,
    message: ([provider = '', text = '']) =>
      `The credentials’ source (${provider}) failed: ${sentence(text)}`,
    next: () => 'Run that source by hand and see why it fails.',
  },
  {
    code: 'command-failed',
    says: /((?:Unknown options: |Found invalid choice|argument \S+: |Parameter validation failed|Provided region_name |Invalid endpoint|aws: error: |unknown flag: |Error: unknown)[^\n]*)/i,
    message: ([text = '']) => `The command refuses its arguments: ${sentence(text)}`,
    next: () =>
      'Correct the exec arguments of the entry; `aws eks update-kubeconfig --dry-run` shows the usual ones.',
  },
]

/** Longer lines of standard error are looked at as far as this, in characters: no tool writes one on purpose. */
const longestLine = 2_000

/** The first cause whose message is in a line of the text; null for none. */
export function causeOf(text: string, facts: EntryFacts): Problem | null {
  const lines = text.split('\n').map((line) => line.slice(0, longestLine))
  for (const { code, says, with: also, where, message, next, known } of causes) {
    for (const line of lines) {
      const found = says.exec(line)
      if (!found || also?.test(line) === false || where?.(facts) === false) continue
      const parts = found.slice(1).map((part) => part ?? '')
      return known?.(parts, facts) ?? { code, message: message(parts, facts), next: next(parts, facts) }
    }
  }
  return null
}

/** What a failed command's standard error means: the matching cause, else its last line as it is, redacted. */
export function problemOfStderr(
  stderr: string,
  exit: string,
  facts: EntryFacts,
  secrets: readonly string[],
): Problem {
  const text = redact(stderr, secrets, 8_000)
  const cause = causeOf(text, facts)
  if (cause !== null) return cause
  const last = text.trimEnd().split('\n').at(-1)?.trim() || undefined
  return {
    code: 'command-failed',
    message:
      last === undefined
        ? `The command ended with ${exit} and said nothing.`
        : `The command ended with ${exit}: ${sentence(last)}`,
    next: 'Run the command by hand in the same environment; the inspector shows it ready to copy.',
  }
}

/** One line of foreign text as the end of a sentence: trimmed, at most 300 characters, one full stop. */
function sentence(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ')
  return line.length > 300 ? `${line.slice(0, 300)}…` : line.replace(/[.:]?$/, '.')
}

const shown = (name: string): string => (name.trim() === '' ? '“” (an empty name)' : named(name.trim()))
