/** Role credentials that aws keeps in ~/.aws/cli/cache, used exactly as long as aws itself would use them. */
import { join } from 'node:path'
import * as v from 'valibot'
import { roleWindow } from '../chain/sign-in'
import { readJson, roleCacheFolder } from '../files/cache-files'
import { cacheTime } from '../files/caches'
import type { Keys } from './keys'

const RoleFile = v.object({
  Credentials: v.object({
    AccessKeyId: v.string(),
    SecretAccessKey: v.string(),
    SessionToken: v.string(),
    Expiration: v.string(),
  }),
})

/** The cached keys under `key` (base name of the file); null when there are none or they have too little time left. */
export async function cachedKeys(key: string | null, home: string, now: number): Promise<Keys | null> {
  if (key === null) return null
  const read = v.safeParse(RoleFile, await readJson(join(roleCacheFolder(home), `${key}.json`)))
  if (!read.success) return null
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = read.output.Credentials
  const expiresAt = cacheTime(Expiration)
  if (expiresAt === null || expiresAt - now < roleWindow) return null
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiresAt }
}
