/** What `ekscope current --prompt` says where that is not remembered: hardly more is read than the current context. */
import { join } from 'node:path'
import type { ListedFile } from '../kubeconfig/disk/locate'
import { currentIn } from '../state/current-context'
import { type PromptAnswer, type promptMemory, stampsOf } from '../state/prompt-memory'
import { storedChecks } from '../state/stored-checks'
import type { CommandCall } from './command'

/** The kubeconfigs, and the memory of what was said of them. */
interface Remembering {
  readonly list: readonly ListedFile[]
  readonly memory: ReturnType<typeof promptMemory>
}

/** What the prompt says, which is stored in `kept`. Null: it depends on more than files, and is not stored. */
export async function foundForPrompt(call: CommandCall, kept: Remembering | null): Promise<PromptAnswer> {
  const full = () => import('./current-found')
  if (kept === null) return (await (await full()).foundWithCheck(call, {}, null)).said
  const { list, memory } = kept
  const { folder } = await call.machine()
  const stamps = stampsOf([...list.map(({ path }) => path), join(folder.path, 'checks.json')])
  const current = await currentIn(list)
  const before = current && (await memory.recallOf(current, stamps))
  if (before !== null) return before
  const { environment } = call.args.globals
  const isChecked = async (id: string) =>
    (await storedChecks(folder, Date.now).load()).some(
      (one) => one.context === id && one.environment === environment,
    )
  const found =
    current === null || (await isChecked(current.id))
      ? await (await full()).foundWithCheck(call, stamps, current)
      : { said: { context: current.name, check: null }, stamps }
  await memory.keep(found)
  return found.said
}
