import { useMemo } from 'react'
import type { KubeconfigFile } from '../../shared/kubeconfig/entries'
import { filesShown } from '../pending/files'
import { useApp, useEdits } from './model'

const none: readonly KubeconfigFile[] = []

/** The files that are shown, and into which something may go; `also` those that the user named just now. */
export function useFiles(also?: readonly string[]): readonly KubeconfigFile[] {
  const files = useApp((state) => state.snapshot?.files) ?? none
  const pending = useEdits((state) => state.pending)
  return useMemo(() => filesShown(files, pending, also), [files, pending, also])
}
