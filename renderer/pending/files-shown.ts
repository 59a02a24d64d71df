/** Which of the files that main knows are shown to the user. */

import type { Pending } from '../../shared/ipc/stored-edits'
import type { KubeconfigFile } from '../../shared/kubeconfig/entries'

/**
 * A file that the user named for creation, and that nothing is written to any more, is not shown or offered. It stays known,
 * because undo and redo may restore edits that write to it. `also`: files that are shown anyway, because they were just named.
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
