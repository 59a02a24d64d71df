/** Role credentials that aws stores in ~/.aws/cli/cache, used exactly as long as aws itself would use them. */
import { join } from 'node:path'
import * as v from 'valibot'
import { roleWindow } from '../chain/sign-in-facts'
import { roleCacheFolder } from '../files/cache-files'
import { cacheTime, RoleFile } from '../files/caches'
import { readJson } from '../files/read'
import { type Keys, keysOf } from './access-keys'
import type { CredentialsRequest } from './credentials-request'

/** `isRefused`: AWS takes these keys no more. */
type CacheReader = Pick<CredentialsRequest, 'home' | 'now'> & {
  readonly shared: Pick<CredentialsRequest['shared'], 'isRefused'>
}

/** The cached keys under `key` (base name of the file); null where AWS takes none, or they have too little time left. */
export async function cachedKeys(
  key: string | null,
  { home, now, shared }: CacheReader,
): Promise<Keys | null> {
  if (key === null) return null
  const read = v.safeParse(RoleFile, await readJson(join(roleCacheFolder(home), `${key}.json`)))
  if (!read.success) return null
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = read.output.Credentials
  const expiresAt = cacheTime(Expiration)
  if (expiresAt === null || expiresAt - now < roleWindow || shared.isRefused(AccessKeyId)) return null
  return keysOf(AccessKeyId, SecretAccessKey, SessionToken, expiresAt)
}

/** The outermost of these roles that is cached spares everything before it; `index`: its place, -1 where none is. */
export async function cachedRole(
  roles: readonly { readonly cacheKey: string | null }[],
  request: CacheReader,
): Promise<{ readonly index: number; readonly keys: Keys | null }> {
  for (let index = roles.length - 1; index >= 0; index -= 1) {
    const keys = await cachedKeys(roles[index]?.cacheKey ?? null, request)
    if (keys !== null) return { index, keys }
  }
  return { index: -1, keys: null }
}
