/** Which kubeconfig files are shown: the environment's own list, and beside it those that the user opened. */
import * as v from 'valibot'
import type { Result } from '../../shared/result'
import { locateKubeconfigs } from '../kubeconfig/disk/locate'
import type { DataFolder } from '../system/data-folder'

export const listedKubeconfigs = locateKubeconfigs

export interface OpenedFiles {
  load(): Promise<readonly string[]>
  add(path: string): Promise<Result<readonly string[]>>
  remove(path: string): Promise<Result<readonly string[]>>
}

const paths: v.GenericSchema<unknown, readonly string[]> = v.pipe(v.array(v.string()), v.maxLength(200))

/** The files that were opened by hand: opened.json of the data folder, so that nobody opens them twice. */
export function openedFiles(folder: DataFolder): OpenedFiles {
  const file = folder.file({ name: 'opened.json', version: 1, schema: paths, empty: [] })
  return {
    load: async () => (await file.load()).value,
    add: (path) => file.update((now) => [...now.filter((one) => one !== path), path].slice(-200)),
    remove: (path) => file.update((now) => now.filter((one) => one !== path)),
  }
}
