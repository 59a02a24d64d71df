/** Why AWS does not take access keys, by where they are: which file and line, or which variable. Pure. */

import type { Predicted, Problem, ProblemCode } from '../../shared/identity/identity'
import { inEntry } from '../../shared/identity/variable-places'
import { named } from '../../shared/visible'

/** Where keys are, as far as files and environment say, and the profile that the entry names. */
export interface KeysPlace {
  /** `~/.aws/credentials:7`, or a variable as a sentence calls it; null where it is not known. */
  readonly keysFrom: string | null
  readonly profile: string | null
}

const secretBeside = /^with AWS_SECRET_ACCESS_KEY /

/** Where the first keys of a prediction are; null where it begins with none. */
export function keysFromOf({ by }: Pick<Predicted, 'by'>): string | null {
  for (const one of by) {
    if (/^AWS_ACCESS_KEY(?:_ID)? (?:of|in) /.test(one)) return one
    const place = /^keys in (.+)$/.exec(one)?.[1]
    if (place !== undefined) return place
  }
  return null
}

/** Which keys: ` in ~/.aws/credentials:7 (profile ci)`, ` of profile ci`, or whose they are at least. */
export function keysOf({ keysFrom, profile }: KeysPlace): string {
  if (keysFrom === null) return profile === null ? ' that the command used' : ` of profile ${named(profile)}`
  const inFile = !keysFrom.startsWith('AWS_')
  return ` in ${keysFrom}${profile === null || !inFile ? '' : ` (profile ${named(profile)})`}`
}

/** What to do about temporary keys that nothing renews. */
export const newKeys = ({ keysFrom, profile }: KeysPlace): string =>
  keysFrom !== null
    ? 'Put new ones there, then check again.'
    : `Get new ones where these came from (${profile === null ? 'the environment' : `profile ${named(profile)}`}), then check again.`

/** What to do about a key that AWS does not accept. */
export const validKey = ({ keysFrom }: KeysPlace): string =>
  `Put a valid key ${keysFrom === null ? 'in its place' : 'there'}, or name another profile in the entry.`

/** The key of a token that STS refused, and what it is used with. */
interface TokenKey extends KeysPlace {
  readonly keysFrom: string
  readonly accessKeyId: string
  readonly by: Predicted['by']
}

/** What is said and advised of each refusal where the place of the key is known. */
const placed: Partial<Record<ProblemCode, (key: TokenKey) => Partial<Problem>>> = {
  'expired-keys': (key) => ({
    message: `AWS says that the temporary keys${keysOf(key)} have expired.`,
    next: newKeys(key),
  }),
  'keys-unknown': (key) => ({
    message: `AWS does not accept access key ${key.accessKeyId}${keysOf(key)}: it was deleted or deactivated, or belongs to another partition.`,
    next: validKey(key),
  }),
  'bad-signature': ({ keysFrom, by }) => {
    const secret = by.find((one) => secretBeside.test(one))?.replace(/^with /, '')
    if (secret === undefined)
      return {
        next: `Copy both parts of the key again (${keysFrom}), and compare the cluster name in the exec arguments.`,
      }
    const own = inEntry(keysFrom)
    return {
      message: `AWS refuses the signature: ${keysFrom} is used with ${secret}, and they are not of one key.`,
      next:
        own === null
          ? 'Give both from one place.'
          : `Write the secret of that key beside it in the env of the entry, or remove ${own}.`,
    }
  },
}

/** STS's refusal of a token, with the place of its key; the refusal unchanged where that is not known. */
export function withPlaceOfKey(
  problem: Problem,
  accessKeyId: string,
  { by, accessKeyId: predictedId }: Pick<Predicted, 'by' | 'accessKeyId'>,
  profile: string | null,
): Problem {
  const keysFrom = predictedId === accessKeyId ? keysFromOf({ by }) : null
  if (keysFrom === null) return problem
  return { ...problem, ...placed[problem.code]?.({ keysFrom, profile, accessKeyId, by }) }
}
