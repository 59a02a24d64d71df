/** Which of the files that main knows are there for a person. */

import type { Pending } from '../../shared/ipc/kept'
import type { KubeconfigFile } from '../../shared/kubeconfig/entries'

/**
 * A file that was named to be made, and into which nothing goes any more, is nothing to show or to choose. It stays known, because
 * undo and redo may bring back what goes into it. `also`: files that are shown all the same, because they were just named.
 */
export const filesShown = (
  files: readonly KubeconfigFile[],
  pending: readonly Pending[],
  also: readonly string[] = [],
): readonly KubeconfigFile[] =>
  files.filter(
    ({ source, path }) =>
      source !== 'to-make' ||
      also.includes(path) ||
      pending.some(({ edit }) => 'file' in edit && edit.file === path),
  )
