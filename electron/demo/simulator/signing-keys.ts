/**
 * The owner of each access key: the long-lived keys of the world's users, and the temporary ones that the
 * simulator hands out. Temporary keys are made from a counter, so that a run can be repeated.
 */
import { createHmac } from 'node:crypto'
import { parsePrincipal } from '../../../shared/identity/arn'
import type { Denied, IamRole, IamUser, World } from './world'

/** Who signed, as STS and IAM know it. */
export interface Caller {
  readonly accessKeyId: string
  /** As GetCallerIdentity says it: the user's ARN, or `arn:P:sts::A:assumed-role/R/S`. */
  readonly arn: string
  /** The IAM ARN behind it, with its path. */
  readonly iamArn: string
  readonly account: string
  readonly partition: string
  /** AIDA…, or AROA…:session. */
  readonly userId: string
  /** AIDA… or AROA… without the session. */
  readonly uniqueId: string
  /** Empty for users. */
  readonly sessionName: string
  readonly denied: Denied
}

interface KnownKey {
  readonly caller: Caller
  readonly secret: string
  readonly sessionToken: string | null
  /** Milliseconds since the epoch; null = for ever. */
  readonly expiresAt: number | null
}

export interface TemporaryCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export type Keys = ReturnType<typeof createKeys>

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** 16 characters of an AWS id, derived from `of`. */
export function idFrom(prefix: string, of: string, length = 16): string {
  const bytes = createHmac('sha256', 'ekscope id').update(of).digest()
  let id = prefix
  for (let index = 0; index < length; index++) id += alphabet[(bytes[index] ?? 0) % 32]
  return id
}

/** Forty characters shaped as a secret access key, derived from `of`. */
export function secretFrom(of: string): string {
  return createHmac('sha256', 'ekscope secret').update(of).digest('base64').slice(0, 40).padEnd(40, 'x')
}

function principalOf(arn: string) {
  const principal = parsePrincipal(arn)
  if (!principal) throw new Error(`not a principal's ARN: ${arn}`)
  return principal
}

/** STS's ARN of a role's session: never with the role's path. */
export function assumedRoleArn(role: Pick<IamRole, 'arn'>, sessionName: string): string {
  const { partition, account, name } = principalOf(role.arn)
  return `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}`
}

/** Who signs as a user, or as a role in a session. */
function signerOf(of: IamRole | IamUser, sessionName: string): Omit<Caller, 'accessKeyId'> {
  const { arn: iamArn, uniqueId, denied = [] } = of
  const { partition, account } = principalOf(iamArn)
  const isUser = sessionName === ''
  return {
    arn: isUser ? iamArn : assumedRoleArn(of, sessionName),
    iamArn,
    account,
    partition,
    userId: isUser ? uniqueId : `${uniqueId}:${sessionName}`,
    uniqueId,
    sessionName,
    denied,
  }
}

/** The registry of keys over a world that may be exchanged while it is used. */
export function createKeys(world: () => World) {
  const temporary = new Map<string, KnownKey>()
  let issued = 0
  return {
    find(accessKeyId: string): KnownKey | null {
      const session = temporary.get(accessKeyId)
      if (session) return session
      for (const user of world().users) {
        const key = user.keys.find((each) => each.id === accessKeyId && each.inactive !== true)
        if (!key) continue
        const caller = { ...signerOf(user, ''), accessKeyId }
        return { caller, secret: key.secret, sessionToken: null, expiresAt: null }
      }
      return null
    },
    /** Credentials of a role's session. `expiresAt` may lie in the past: they are then expired from the start. */
    issueRole(role: IamRole, sessionName: string, expiresAt: number): TemporaryCredentials {
      const signer = signerOf(role, sessionName)
      issued += 1
      const of = `${signer.arn}#${issued}`
      const accessKeyId = idFrom('ASIA', of)
      const secret = secretFrom(of)
      const sessionToken = `IQoJb3JpZ2luX2Vj${createHmac('sha512', 'ekscope session').update(of).digest('base64').repeat(3)}`
      temporary.set(accessKeyId, { caller: { ...signer, accessKeyId }, secret, sessionToken, expiresAt })
      return { accessKeyId, secretAccessKey: secret, sessionToken, expiresAt }
    },
  }
}
