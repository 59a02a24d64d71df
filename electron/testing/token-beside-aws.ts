/** A token that is made here, beside the one that aws has just made of the same home, arguments and variables. */
import { nativeToken } from '../aws/token/native-token'
import type { AskedToken } from '../aws/token/plan'
import { amzDate } from '../whoami/token'
import { keyIdOf } from './aws-judge'

/** aws takes the time of the end after it has signed. */
const lasting = (stdout: string) => stdout.replace(/"expirationTimestamp": "[^"]{20}"/, '')

/** The moment that aws signed at, ms; now where it printed no token. */
function signedAt(stdout: string): number {
  const token = /"k8s-aws-v1\.([\w-]+)"/.exec(stdout)?.[1] ?? ''
  const date = /X-Amz-Date=(\w+)/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  return amzDate(date ?? '') ?? Date.now()
}

/**
 * Asks for it at aws's own moment. `wrong`: why it may not be so; it has to be the same bytes where the same key signs, of the same
 * principal where both asked AWS anew, or left to aws. `ownerOf`: whose key an id is.
 */
export async function besideAws(
  asked: Omit<AskedToken, 'now'>,
  stdout: string,
  ownerOf: (keyId: string) => string | null,
) {
  const now = signedAt(stdout)
  const made = await nativeToken({ ...asked, now: () => now })
  if (!made.ok) return { how: 'left to aws', why: made.fault, wrong: null } as const
  const ids = [made.value.text, stdout].map(keyIdOf)
  const [mine, theirs] = ids.map((id) =>
    id === null
      ? null
      : (ownerOf(id)?.replace(/(?<=botocore-session-)\d+$/, '…') ?? 'a key that nobody owns'),
  )
  const same = lasting(made.value.text) === lasting(stdout)
  const wrong =
    mine !== theirs
      ? `a token of ${mine} is made here, and aws gives ${theirs}`
      : same || ids[0] !== ids[1]
        ? null
        : `other bytes by the same key: ${made.value.text} and ${stdout}`
  return { how: same ? 'same bytes' : 'same principal', why: '', wrong } as const
}
