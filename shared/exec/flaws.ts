/**
 * What a command line cannot do, or does besides getting a token, as the entry alone says it: one table for findings, for what
 * edits warn of, and for the question before a command runs. Tried with aws 1.46, 2.23 and 2.36 (docs/identity.md).
 */

import { parseAddress } from '../destination/address'
import { isClusterName } from '../identity/arn'
import { partitionOfStsHost } from '../identity/sts-hosts'
import { maskAddress } from '../kubeconfig/secrets'
import { named, quoted } from '../visible'
import { type AwsProgram, type Flag, helpAsked } from './program-arguments'

export const flawIds = [
  'unusable-output',
  'unsafe-request',
  'misspelt-variable',
  'impossible-cluster-name',
] as const

export interface Flaw {
  readonly id: (typeof flawIds)[number]
  /** What is wrong, as a short clause, and what comes of it. */
  readonly what: string
  readonly because?: string
  /** What to do about it, one sentence. */
  readonly advice: string
}

/** A flaw as a sentence. */
export const flawSentence = ({ id, what, because }: Flaw): string =>
  `${leads[id]}: ${what}${because === undefined ? '' : `, ${because}`}.`
const leads: Readonly<Record<Flaw['id'], string>> = {
  'unusable-output': 'No token comes of this entry',
  'unsafe-request': 'The arguments ask for more than a token',
  'misspelt-variable': 'A variable of the entry is misspelt',
  'impossible-cluster-name': 'The name of the cluster cannot be right',
}

/** What to do where aws prints what kubectl cannot read, and `setOutputJson` does. */
export const writeOutputJson =
  'Write --output json into the arguments of the entry, which counts before all else.'

const take = (flag: string) => `Take ${flag} out of the arguments of the entry.`
const passedOver =
  'which aws eks get-token passes over so far: it asks STS of AWS itself, and checks its certificate'

/** By a flag: what is wrong with it, or with its value; null: nothing. */
const byFlag: Readonly<Record<string, (value: string) => (Omit<Flaw, 'advice'> & Partial<Flaw>) | null>> = {
  '--output': (value) =>
    value === 'json' || value === 'yaml'
      ? null
      : {
          id: 'unusable-output',
          what: `--output ${named(value)} gives nothing that kubectl reads`,
          advice: writeOutputJson,
        },
  '--query': () => ({
    id: 'unusable-output',
    what: '--query is given',
    because: 'and leaves parts out that kubectl wants',
  }),
  '--token-only': () => ({ id: 'unusable-output', what: '--token-only gives nothing that kubectl reads' }),
  '--version': () => ({ id: 'unusable-output', what: '--version is given', because: 'and prints no token' }),
  '--cli-auto-prompt': () => ({
    id: 'unusable-output',
    what: '--cli-auto-prompt is given',
    because: 'and aws ends where it cannot ask the user',
  }),
  '--no-verify-ssl': () => ({ id: 'unsafe-request', what: '--no-verify-ssl is given', because: passedOver }),
  '--endpoint-url': (value) => {
    const parsed = parseAddress(value)
    if (parsed.ok && partitionOfStsHost(parsed.value.host) !== null) return null
    return {
      id: 'unsafe-request',
      what: '--endpoint-url is given',
      because: `for ${named(maskAddress(value))}, ${passedOver}`,
    }
  },
  '--no-sign-request': () => ({
    id: 'unsafe-request',
    what: '--no-sign-request is given',
    because: 'and the token has no signature: every cluster refuses it',
  }),
}
/** What aws prints in place of a token. */
const help: Flaw = { id: 'unusable-output', what: helpAsked, advice: take('help') }

/** What is wrong with a flag; null: nothing. */
export function flawOfFlag({ name, value }: Flag): Flaw | null {
  const flaw = value === null ? null : byFlag[name]?.(value)
  return flaw ? { advice: take(name), ...flaw } : null
}

/** What a command line that gets a token cannot do; the name of its cluster apart, in which the entries of a fleet differ. */
export function flawsOf(
  flags: readonly Flag[],
  unknown: string | null,
  env: readonly { readonly name: string }[],
): readonly Flaw[] {
  if (flags.length === 0 && env.length === 0 && unknown === null) return none
  const flaws = [
    ...flags.flatMap((flag) => flawOfFlag(flag) ?? []),
    ...(unknown === helpAsked ? [help] : []),
    ...env.flatMap(({ name }) => misspelt(name) ?? []),
  ]
  return flaws.length === 0 ? none : flaws
}
const none: readonly Flaw[] = []

/**
 * A name that no cluster has: for aws any name that EKS refuses; clusters of the authenticator may be called otherwise, but
 * not with what a template or a quotation leaves behind.
 */
export function flawOfCluster(gets: AwsProgram, name: string | null): Flaw | null {
  if (!name || /^(?:fileb?|https?):\/\//i.test(name)) return null
  if (gets === 'aws' ? isClusterName(name) : !/[\s"'`$<>{}]/.test(name)) return null
  const template = /\$\{|\{\{|<.*>/.test(name)
  return {
    id: 'impossible-cluster-name',
    what: `the token is for ${quoted(name)}`,
    because: `and no cluster can be called so${template ? ': it looks like a template that was not filled in' : ''}`,
    advice: 'Write the name of the cluster into the arguments of the entry.',
  }
}

// variables -----------------------------------------------------------------------------------------------------

/** Variables by which aws and the authenticator choose an identity, a region, a file or an address. */
const variables = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_DEFAULT_OUTPUT',
  'AWS_STS_REGIONAL_ENDPOINTS',
  'AWS_CA_BUNDLE',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_STS',
] as const
const known: ReadonlySet<string> = new Set(variables)

/** A name that is one slip away from one that counts: a letter too few, too many, another, two exchanged, or in small letters. */
function misspelt(name: string): Flaw | null {
  if (known.has(name) || name.length > 40) return null
  const capital = name.toUpperCase().replaceAll('-', '_')
  const meant = variables.find((one) => one === capital || isOneSlip(one, capital))
  return meant === undefined
    ? null
    : {
        id: 'misspelt-variable',
        what: `${quoted(name)} is set`,
        because: `which neither aws nor the authenticator reads: ${meant} is written almost so`,
        advice: `Call it ${meant}, or take it out of the entry.`,
      }
}

/** Whether one letter left out, put in, exchanged for another or with its neighbour makes one word of the other. */
function isOneSlip(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false
  let start = 0
  while (start < one.length && one[start] === other[start]) start++
  let [a, b] = [one.length, other.length]
  while (a > start && b > start && one[a - 1] === other[b - 1]) {
    a--
    b--
  }
  const [left, right] = [one.slice(start, a), other.slice(start, b)]
  return (
    left.length + right.length < 2 ||
    (left.length === 1 && right.length === 1) ||
    (left.length === 2 && left[0] === right[1] && left[1] === right[0])
  )
}
