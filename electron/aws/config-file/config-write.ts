/**
 * Writes the AWS config file to disk as a kubeconfig is written: a lock, the history, a new file next to the old one with its
 * rights, one rename. aws takes no lock, so the file is compared a last time before it is replaced.
 */

import { changesBetween } from '../../../shared/edits/diff'
import { emptyPlan, type Plan } from '../../../shared/edits/plan'
import type { ProfileEdit } from '../../../shared/edits/profile-edit'
import { type Fault, fail, ok, type Result, refuse } from '../../../shared/result'
import { inBytes } from '../../kubeconfig/disk/history-record'
import { type FileState, readForWriting } from '../../kubeconfig/disk/replace'
import { type ComputedBeside, type FileBeside, withBeside } from '../../kubeconfig/disk/write'
import type { Ini } from '../files/ini'
import { shownConfigChange } from './masked-diff'
import { type AccessSetting, newAccessSettings, planProfileEdits } from './profile-plan'
import { entriesOfChange, sectionsByName } from './sections'

/** A text computed from what is on disk; null: no such file. */
interface Computed {
  readonly text: string | null
  readonly titles: readonly string[]
}
type Compute = (now: string | null, state: FileState) => Result<Computed>

/** The file in a write, alone or together with kubeconfigs. */
export type ConfigFile = FileBeside<ComputedBeside & { readonly titles: readonly string[] }>

/** Why a text that adds something for aws to run, read or ask is not written; null: it may be. */
export type Permits = (settings: readonly AccessSetting[], path: string) => Fault | null

export function configFile(path: string, compute: Compute, permits: Permits | undefined): ConfigFile {
  return {
    path,
    of: 'aws-config',
    sections: sectionsByName,
    async compute() {
      const now = await read(path)
      if (!now.ok) return now
      const { state, text } = now.value
      const computed = compute(text, state)
      if (!computed.ok) return computed
      const { text: after, titles } = computed.value
      const no = permits?.(newAccessSettings(text ?? '', after ?? ''), path) ?? null
      if (no !== null) return fail(no)
      const ranges = changesBetween(text ?? '', after ?? '')
      const shown = text === after ? null : shownConfigChange(path, text, after, ranges)
      const bytes = after === null ? null : Buffer.from(after)
      const entries = entriesOfChange(path, text, after)
      return ok({ state, bytes, changes: inBytes(text ?? '', ranges), shown, titles, entries })
    },
  }
}

/** The file with these edits. Faults: `conflict`, with the reason. */
export const editedConfig = (
  path: string,
  edits: readonly ProfileEdit[],
  credentials: Pick<Ini, 'sections'>,
  permits?: Permits,
): ConfigFile =>
  configFile(
    path,
    (text) => {
      const planned = planProfileEdits({ path, text, credentials }, edits)
      if (!planned.ok) return planned
      const { titles } = planned.value
      return ok({ titles, text: titles.length === 0 ? text : planned.value.text })
    },
    permits,
  )

/** The file as text; refuses anything else. */
async function read(
  path: string,
): Promise<Result<{ readonly state: FileState; readonly text: string | null }>> {
  const state = await readForWriting(path)
  if (!state.ok) return state
  const { bytes } = state.value
  if (bytes === null) return ok({ state: state.value, text: null })
  const text = bytes.toString()
  // A text that is not UTF-8 would not be restored unchanged.
  if (!Buffer.from(text).equals(bytes))
    return refuse('conflict', `${path} is not UTF-8, which aws refuses.`, 'Convert the file first.')
  return ok({ state: state.value, text })
}

/** The plan for the file alone, and its resulting text; nothing is locked. */
export async function planConfig(
  file: ConfigFile,
): Promise<
  Result<{ readonly plan: Plan; readonly titles: readonly string[]; readonly text: string | null }>
> {
  const computed = await file.compute()
  if (!computed.ok) return computed
  const { titles, bytes } = computed.value
  return ok({ plan: withBeside(emptyPlan, computed.value), titles, text: bytes?.toString() ?? null })
}
