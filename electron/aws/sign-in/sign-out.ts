/**
 * Signing out as `aws sso logout` does: the portal is notified, and the tokens and role credentials from sign-ins are removed
 * from aws's caches. What is not one of these stays, the registrations of clients too.
 */
import { lstat, readdir, realpath, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { SignedOut } from '../../../shared/identity/sign-in'
import { type Fault, fault } from '../../../shared/result'
import { option } from '../../../shared/shell/offered-command'
import { codeOf, ioFault } from '../../system/errno'
import { offered } from '../../system/offer'
import { endSignIn } from '../api/portal'
import { roleCacheFolder, ssoCacheFolder } from '../files/cache-files'
import { readJson } from '../files/read'
import type { SignInMeans } from './sign-ins'

/** Which sign-ins are removed, by the names of their files; null: all. */
export interface SignOutOf {
  readonly tokenKey: string
  /** Of the SSO roles that profiles get with that token. */
  readonly roleKeys: ReadonlySet<string>
}

const Token = v.looseObject({ accessToken: v.string(), region: v.optional(v.string()) })
const SsoRole = v.looseObject({ ProviderType: v.literal('sso') })

/** Signs out of one session, or of all (`of` null). A failure is a problem in addition to the rest. */
export async function signOut(
  of: SignOutOf | null,
  { clients, profile, home }: Omit<SignInMeans, 'now'>,
  signal: AbortSignal,
): Promise<SignedOut> {
  const problems: Fault[] = []
  const remove = async (path: string): Promise<number> => {
    try {
      const behind = (await lstat(path)).isSymbolicLink() ? await realpath(path).catch(() => null) : null
      await unlink(path)
      if (behind !== null)
        problems.push(
          fault(
            'not-allowed',
            `${path} was a link, and is removed; ${behind}, to which it led, still holds what was kept of the sign-in.`,
            'Remove that file too, unless something else needs it.',
          ),
        )
      return 1
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') problems.push(ioFault(path, error))
      return 0
    }
  }
  /**
   * How many files of a folder `take` removed. It gets the JSON of each: null where there is none, and where it is torn or
   * unreadable, which is reported.
   */
  const each = async (
    folder: string,
    wanted: (key: string) => boolean,
    take: (path: string, json: unknown) => Promise<number>,
  ) => {
    const names = await readdir(folder).catch((error: unknown) => {
      const code = codeOf(error)
      if (code !== 'ENOENT')
        problems.push(
          fault(
            'unreadable',
            `${folder} cannot be read (${code || 'unknown error'}), so what aws keeps there of sign-ins stays.`,
            `Check the owner and mode of the folder: ${offered('ls', option('-lad'), folder)}.`,
          ),
        )
      return []
    })
    let taken = 0
    for (const name of names) {
      if (signal.aborted || !name.endsWith('.json') || !wanted(name.slice(0, -'.json'.length))) continue
      const path = join(folder, name)
      const json = await readJson(path)
      if (json == null && (await mayBeFile(path))) problems.push(notRead(path))
      taken += await take(path, json)
    }
    return taken
  }
  const tokens = await each(
    ssoCacheFolder(home),
    (key) => of === null || key === of.tokenKey,
    async (path, json) => {
      const token = v.safeParse(Token, json)
      if (!token.success) return 0
      const { accessToken, region } = token.output
      if (region !== undefined) {
        const ended = await endSignIn({ clients, profile, region, who: 'the sign-in', signal }, accessToken)
        if (!ended.ok) problems.push(ended.fault)
      }
      // There may be a new sign-in since the portal was asked: what is there by now was not ended.
      const now = v.safeParse(Token, await readJson(path))
      if (!now.success || now.output.accessToken === accessToken) return remove(path)
      problems.push(
        fault(
          'changed-on-disk',
          `There was a new sign-in meanwhile: what is in ${path} now is still valid, and stays.`,
          'Sign out once more to end that one too.',
        ),
      )
      return 0
    },
  )
  const roles = await each(
    roleCacheFolder(home),
    (key) => of === null || of.roleKeys.has(key),
    async (path, json) => (v.is(SsoRole, json) ? remove(path) : 0),
  )
  return { tokens, roles, problems }
}

/** Whether it may be a file that was not read: also where access is denied. */
const mayBeFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    (error: unknown) => codeOf(error) === 'EACCES',
  )

const notRead = (path: string): Fault =>
  fault(
    'unreadable',
    `${path} cannot be read as a sign-in that aws keeps, so the file stays, and what is in it may still be valid.`,
    'Look at the file, and remove it if it is left over from a sign-in.',
  )
