/** Why `lint` and `whoami` did not look at all that was named: a gate must not pass because there was nothing to look at. */
import { isBeside, type KubeconfigFile, type Snapshot } from '../../shared/kubeconfig/entries'
import type { Fault } from '../../shared/result'

/** A dangling link is no file either; /dev/null is one. */
const isThere = ({ problems, realPath }: KubeconfigFile): boolean =>
  !problems.some(({ code }) => code === 'missing' || (code === 'unwritable' && realPath === null))

/**
 * Null where something was looked at; of several files, where `all` is asked for, only if each of them is there. `contexts`: how
 * many were looked at.
 */
export function notLookedAt(
  { files }: Pick<Snapshot, 'files'>,
  contexts: number,
  all: boolean,
): (Pick<Fault, 'message' | 'next'> & { readonly code: string }) | null {
  const named = files.filter((file) => !isBeside(file) || file.source === 'folder')
  if (named.length === 0)
    return {
      code: 'missing',
      message: 'no kubeconfig was named, or found in the folder that was, so nothing was looked at.',
      next: 'Name files that exist, by --kubeconfig or KUBECONFIG.',
    }
  const missing = named.filter((file) => !isThere(file))
  const paths = (some: readonly KubeconfigFile[]) => some.map(({ path }) => path).join(', ')
  if (missing.length === named.length || (all && missing.length > 0))
    return {
      code: 'missing',
      message: `${paths(missing)} ${missing.length === 1 ? 'does' : 'do'} not exist, so ${missing.length === named.length ? 'nothing' : 'not everything'} was looked at.`,
      next: 'Name files that exist, by --kubeconfig or KUBECONFIG.',
    }
  if (contexts > 0) return null
  return {
    code: 'no-contexts',
    message: `there is no context in ${paths(named)}, so nothing was looked at.`,
    next: 'Name a kubeconfig with contexts, by --kubeconfig or KUBECONFIG.',
  }
}
