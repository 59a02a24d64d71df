/**
 * What a try takes from the files: the edits planned over them in memory, the contexts as they would be then, and what this would bring.
 * Values in, values out: of a large fleet another thread does it.
 */
import { type ChangedContext, changedContexts } from '../../shared/edits/changed-contexts'
import type { AnyEdit } from '../../shared/edits/edit'
import { renamedIds } from '../../shared/edits/model'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { Brought } from '../../shared/trust/introduced'
import { sourceOfRead } from '../kubeconfig/read/edit-model'
import type { ReadFile } from '../kubeconfig/read/snapshot'
import type { KubeconfigView } from '../kubeconfig/read/view'
import { planEdits } from '../kubeconfig/rewrite/plan'
import type { ReadAt } from '../state/changes'
import { judgeWrite, writeFingerprint } from '../trust/introduced'
import { type SeenValues, seenIn } from '../trust/seen'
import { viewAfter } from './preview'

export interface TryTask {
  readonly edits: readonly AnyEdit[]
  /** By the ids that edits name them by. */
  readonly contexts: readonly EntryId[]
  readonly seen: SeenValues
}

export type Tried =
  /** What keeps it from being written. */
  | { readonly kind: 'blocked'; readonly message: string; readonly next: string }
  | {
      readonly kind: 'made'
      /** Those that are there then, each once: by the id that edits name it by, and by its own. */
      readonly contexts: readonly { readonly id: EntryId; readonly now: EntryId }[]
      readonly left: readonly EntryId[]
      /** What has to be asked about, with the fingerprint of exactly this write; null: nothing. */
      readonly asks: { readonly brought: Brought; readonly fingerprint: string } | null
    }

/** The files with the edits, in memory. */
interface Made {
  readonly view: KubeconfigView
  readonly changed: readonly ChangedContext[]
  readonly tried: (task: Omit<TryTask, 'edits'>) => Tried
}

function make(edits: readonly AnyEdit[], { revision, files }: ReadAt): Made {
  const sources = files.map(sourceOfRead)
  const planned = planEdits({ sources, revisions: [], edits })
  const view = viewAfter(revision, files, planned)
  let changed: readonly ChangedContext[] | null = null
  return {
    view,
    get changed() {
      changed ??= changedContexts(planned.before, planned.after)
      return changed
    },
    tried({ contexts, seen }) {
      const problem = planned.plan.problems.find(({ blocks }) => blocks)
      if (problem !== undefined) return { kind: 'blocked', message: problem.message, next: problem.next }
      const nowOf = renamedIds(planned.before, planned.after)
      const wanted = [...new Set(contexts)].map((id) => ({ id, now: nowOf.get(id) ?? id }))
      const isThere = ({ now }: { readonly now: EntryId }) => view.resolve(now) !== null
      const write = { sources, files: planned.files }
      const { brought } = judgeWrite(write, seenIn(seen))
      return {
        kind: 'made',
        contexts: wanted.filter(isThere),
        left: wanted.flatMap((one) => (isThere(one) ? [] : [one.id])),
        // Its fingerprint is one of whole files, and nobody is asked about a write that brings nothing.
        asks: brought && { brought, fingerprint: writeFingerprint(write) },
      }
    },
  }
}

/** Made last, and kept for a moment: its contexts are asked for right after it, in pieces. It has the text of whole files. */
let last: { readonly edits: readonly AnyEdit[]; readonly read: ReadAt; readonly made: Made } | null = null
let forgetting: NodeJS.Timeout | undefined
const keptMs = 5_000

function madeOf(edits: readonly AnyEdit[], read: ReadAt): Made {
  clearTimeout(forgetting)
  const isSame =
    last?.edits === edits &&
    last.read.revision === read.revision &&
    isSameReading(last.read.files, read.files)
  if (last === null || !isSame) last = { edits, read, made: make(edits, read) }
  const { made } = last
  forgetting = setTimeout(() => {
    last = null
  }, keptMs)
  forgetting.unref()
  return made
}

/** The very documents, and files that are said to be the same ones. */
const isSameReading = (before: readonly ReadFile[], now: readonly ReadFile[]): boolean =>
  before.length === now.length &&
  now.every(({ file, document }, at) => {
    const was = before[at]
    return was?.document === document && was.file.own === file.own && was.file.trusted === file.trusted
  })

/** What these edits would bring, and which of these contexts are there then. */
export const triedOf = ({ edits, ...task }: TryTask, read: ReadAt): Tried => madeOf(edits, read).tried(task)

/** The files as they would be, and the contexts that are others then. */
export const editedView = (edits: readonly AnyEdit[], read: ReadAt): Pick<Made, 'view' | 'changed'> =>
  madeOf(edits, read)
