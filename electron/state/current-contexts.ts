/**
 * Which contexts were kubectl's current one, for each list of files: `current.json` of the data folder. A name
 * is stored once Ekscope has seen it, also where kubectl or another program set it. Names only.
 */
import * as v from 'valibot'
import { isBeside, type Snapshot } from '../../shared/kubeconfig/entries'
import type { DataFolder } from '../system/data-folder'

/** Names of one list, and lists. */
const [mostNames, mostLists] = [12, 40]

const schema = v.array(v.object({ files: v.array(v.string()), contexts: v.array(v.string()) }))
type Lists = v.InferOutput<typeof schema>

/** The memory of this data folder. */
export function currentContexts(folder: DataFolder) {
  const file = folder.file<Lists>({ name: 'current.json', version: 1, schema, empty: [] })
  const filesOf = ({ files }: Snapshot) => files.flatMap((file) => (isBeside(file) ? [] : [file.path]))
  const isList = (files: readonly string[]) => (one: Lists[number]) =>
    one.files.length === files.length && one.files.every((path, at) => path === files[at])
  return {
    /** Stores the current context where it is new; a failed write loses nothing but this memory. */
    async saw(snapshot: Snapshot, current: string | null = snapshot.currentContext): Promise<void> {
      if (current === null || current === '') return
      const is = isList(filesOf(snapshot))
      const { value } = await file.load()
      if (value.find(is)?.contexts[0] === current) return
      await file.update((lists) => {
        const known = lists.find(is)?.contexts ?? []
        const contexts = [current, ...known.filter((name) => name !== current)].slice(0, mostNames)
        return [{ files: [...filesOf(snapshot)], contexts }, ...lists.filter((one) => !is(one))].slice(
          0,
          mostLists,
        )
      })
    },
    /** Those that were current before, the last one first; `isThere`: whether there is a context of this name. */
    async before(
      snapshot: Snapshot,
      current: string | null,
      isThere: (name: string) => boolean = (name) =>
        snapshot.contexts.some((context) => context.name === name),
    ): Promise<readonly string[]> {
      const { value } = await file.load()
      const known = value.find(isList(filesOf(snapshot)))?.contexts ?? []
      return known.filter((name) => name !== current && isThere(name))
    },
  }
}
