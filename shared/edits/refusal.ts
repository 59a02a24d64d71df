/** What a field may hold, and the refusal of what may not: a sentence why, and what to do. */

import { type Parsed, parseAddress, parseProxy, parseServer, refusals } from '../destination/address'
import { serverNameOf } from '../destination/destination'
import { isClusterName, isRoleArn } from '../identity/arn'
import { expectedPrincipal } from '../identity/expected'
import { isRegion } from '../identity/regions'
import { mask } from '../kubeconfig/entries'
import { maskAddress, parseShown } from '../kubeconfig/secrets'
import { quoted } from '../visible'
import type { EditProblemCode } from './edit'

/** Refuses one edit: thrown while it is applied, and caught by applyEdits. */
export class Refusal extends Error {
  readonly code: EditProblemCode
  readonly next: string
  constructor(code: EditProblemCode, message: string, next: string) {
    super(message)
    this.code = code
    this.next = next
  }
}

/** What work gives, or why it is refused. */
export function orRefusal<T>(work: () => T): T | Refusal {
  try {
    return work()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

export type Warn = (code: EditProblemCode, message: string, next: string) => void

export const nothingWritten = (path: string, why: string): string =>
  `Nothing is written to ${path}: ${why.replace(/\.$/, '')}.`

export const unreadable = (path: string, why: string): Refusal =>
  new Refusal('file-unreadable', nothingWritten(path, why), 'Fix the file first, or choose another.')

const refuse: Warn = (_code, message, next) => {
  throw new Refusal('bad-value', message, next)
}

/** Why a value is wrong, and what to write instead; nothing where it is right, or there is none. */
const doubting =
  (isRight: (value: string) => boolean, what: string, next: string) =>
  (value: string | null, warn: Warn): void => {
    if (value !== null && !isRight(value)) warn('odd-value', `${quoted(value)} is not ${what}.`, next)
  }

/** Refuses such a value. */
function checking(...rule: Parameters<typeof doubting>) {
  const judge = doubting(...rule)
  return (value: string | null): void => judge(value, refuse)
}

export const checkRole = checking(
  isRoleArn,
  'a role’s ARN',
  'Write it as arn:aws:iam::123456789012:role/Name (not the sts assumed-role form).',
)
export const checkRegion = checking(isRegion, 'an AWS region', 'Write a region such as us-west-2.')
export const checkEksName = checking(
  isClusterName,
  'a valid EKS cluster name',
  'Use letters, digits, dashes and underscores, at most 100.',
)
/** What else is between the brackets of a section is its name, also a bracket. */
export const checkProfile = checking(
  (profile) => profile !== '' && !/[\r\n\0]/.test(profile),
  'a valid profile name',
  'Choose one of ~/.aws/config.',
)
/** Kubernetes refuses such a name, but only once the namespace is used. */
export const doubtNamespace = doubting(
  (name) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name),
  'a valid namespace name',
  'Use lower-case letters, digits and dashes, at most 63.',
)
export const doubtTlsServerName = doubting(
  (host) => serverNameOf(host) !== null,
  'a valid server name',
  'Write a host name such as kubernetes.example.com.',
)

/** A principal's ARN as it is expected; the sts form of a role's session is that of the role. */
export function checkPrincipal(arn: string): string {
  const principal = expectedPrincipal(arn)
  if (principal !== null) return principal
  throw new Refusal(
    'bad-value',
    `${quoted(arn)} is not the ARN of a role or user.`,
    'Write it as arn:aws:iam::123456789012:role/Name or arn:aws:iam::123456789012:user/Name.',
  )
}

const checkingAddress =
  (parse: (text: string) => Parsed, what: string, begins: string) =>
  (text: string | null): void => {
    if (text === null) return
    // A user and password that come back masked are put in again later.
    const parsed = parse(text.replace(`${mask}@`, '@'))
    if (parsed.ok && text.includes('://')) return
    throw new Refusal(
      'bad-value',
      `${quoted(maskAddress(text))} is not a valid ${what} address: it ${refusals[parsed.ok ? 'scheme' : parsed.fault]}.`,
      `Write one that begins with ${begins}.`,
    )
  }

export const checkServer = checkingAddress(parseServer, 'server', 'http:// or https://')
export const checkProxy = checkingAddress(parseProxy, 'proxy-url', 'http://, https:// or socks5://')

/** The address with its old user:password part where that comes back masked from the page. */
export function unmasked(next: string, was: string | null): string {
  if (!next.includes(`${mask}@`) || !parseShown(next).ok) return next
  const old = was === null ? null : parseAddress(was)
  if (was === null || !old?.ok || old.value.loginAt === null)
    throw new Refusal(
      'bad-value',
      'The address has a masked password, and there is none to keep.',
      'Write the whole address.',
    )
  const { start, end } = old.value.loginAt
  return next.replace(mask, () => was.slice(start, end))
}

export const nameTaken = (kind: string, name: string): Refusal =>
  new Refusal('name-taken', `There is a ${kind} ${quoted(name)} already.`, 'Choose another name.')

export function checkName(name: string): void {
  if (name === '' || /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(name))
    throw new Refusal('bad-name', `${quoted(name)} cannot be a name in a file.`, 'Choose another name.')
}
