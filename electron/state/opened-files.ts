/** The kubeconfigs, and folders of them, that the user opened beside the environment's list: opened.json of the data folder. */
import * as v from 'valibot'
import type { Result } from '../../shared/result'
import type { DataFolder } from '../system/data-folder'

export type OpenedFiles = ReturnType<typeof openedFiles>

const paths: v.GenericSchema<unknown, readonly string[]> = v.pipe(v.array(v.string()), v.maxLength(200))

/** The opened files of this data folder, stored so that they need not be opened again after a start. */
export function openedFiles(folder: DataFolder) {
  const file = folder.file({ name: 'opened.json', version: 1, schema: paths, empty: [] })
  return {
    load: async (): Promise<readonly string[]> => (await file.load()).value,
    add: (path: string): Promise<Result<readonly string[]>> =>
      file.update((now) => [...now.filter((one) => one !== path), path].slice(-200)),
    remove: (path: string): Promise<Result<readonly string[]>> =>
      file.update((now) => now.filter((one) => one !== path)),
  }
}
