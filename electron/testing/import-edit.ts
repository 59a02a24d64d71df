/** The edit that brings these entries of another kubeconfig, as window and terminal make it. */
import path from 'node:path'
import type { Edit } from '../../shared/edits/edit'
import { readImport } from '../editing/read-import'
import { modelOf, sourceOfRead } from '../kubeconfig/read/edit-model'
import type { Services } from '../services'

export function importEdit(services: Services, home: string, entries: string): Edit {
  const read = readImport({
    text: `apiVersion: v1\nkind: Config\n${entries}`,
    from: path.join(home, 'dl', 'x.yaml'),
    source: 'x',
    file: null,
    onConflict: 'rename',
    model: modelOf(services.kubeconfig.store.inView().files.map(sourceOfRead)),
  })
  if (!read.ok) throw new Error(read.fault.message)
  return read.value.edit
}
