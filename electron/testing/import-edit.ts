/** The edit that brings these entries of another kubeconfig, as window and terminal make it. */
import path from 'node:path'
import type { Edit } from '../../shared/edits/edit'
import { readImport } from '../editing/import'
import type { Services } from '../services'

export function importEdit(services: Services, home: string, entries: string): Edit {
  const read = readImport({
    text: `apiVersion: v1\nkind: Config\n${entries}`,
    from: path.join(home, 'dl', 'x.yaml'),
    source: 'x',
    file: null,
    onConflict: 'rename',
    files: services.kubeconfig.store.files(),
  })
  if (!read.ok) throw new Error(read.fault.message)
  return read.value.edit
}
