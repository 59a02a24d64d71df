/** Redoes or undoes a recorded write on today's texts: values by shared/edits/transfer.ts, then planned and proven like edits. */
import type { EditProblem } from '../../../shared/edits/edit'
import type { Change } from '../../../shared/edits/entry-slots'
import type { InTheWay } from '../../../shared/edits/in-the-way'
import type { LinkFollower, Place, WrittenLink } from '../../../shared/edits/links'
import type { EditModel } from '../../../shared/edits/model'
import type { FileRevision } from '../../../shared/edits/plan'
import type { ReachedCurrent } from '../../../shared/edits/resolution'
import { transferring } from '../../../shared/edits/transfer'
import { type Fault, fail, ok, type Result, refuse } from '../../../shared/result'
import type { Turns } from '../../../shared/turns'
import { type EditSource, modelOf } from '../read/edit-model'
import { entriesNamed, type NamedEntry, namesIn } from '../read/named-entries'
import { type Planned, planningEdits } from './plan-edits'
import { mendedSources } from './quote-misread'

/** Doubts about what is restored that need more than the kubeconfigs. */
export type BackWarnings = (before: EditModel, after: EditModel) => readonly EditProblem[]

/** A file of a write, in both states. */
export interface RecordedFile {
  readonly path: string
  readonly listed: boolean
  readonly before: OldText
  readonly after: OldText
  /** The entries that its record names; of an earlier version none is named. */
  readonly entries?: readonly NamedEntry[] | undefined
}

type OldText = Pick<EditSource, 'text' | 'document'> & Partial<Pick<EditSource, 'fault'>>

/** A write as it is recorded; null: no such file. All paths are those by which the files are reached now. */
export interface RecordedChange {
  readonly files: readonly RecordedFile[]
  readonly links: readonly WrittenLink[]
  /** Through later writes. */
  readonly follow: LinkFollower
  /** To undo it; else to make it again. */
  readonly back: boolean
  /** What current-context referred to before and after the write; absent where that is not recorded. */
  readonly current?: Readonly<Record<'before' | 'after', ReachedCurrent | null>> | undefined
  /** Contexts of other files that it changed through their cluster or user. */
  readonly along?: readonly Place[] | undefined
  /** Files whose current-context had the new name of a context before the write; absent where that is not recorded. */
  readonly pointing?: ReadonlySet<string> | undefined
}

/** The files as they are now. */
export interface FilesNow {
  readonly sources: readonly EditSource[]
  readonly revisions: readonly FileRevision[]
  /** Files that are, byte for byte, as the change expects them: they get the bytes of the other state. */
  readonly intact: ReadonlySet<string>
  /** Files that nothing but this write, its undos and redos has written since: they get these bytes back, too. */
  readonly own: ReadonlySet<string>
  /** Only what belongs to these contexts; null: everything. */
  readonly contexts: readonly string[] | null
  readonly doubts?: BackWarnings | null
}

/** Why nothing can be written; `free`: contexts whose part could be. */
export interface Blocked {
  readonly inTheWay: readonly InTheWay[]
  readonly free: readonly string[]
}

/**
 * Reads the states of the write once; the answer then plans it on what the files are. Faults: `unreadable`, `conflict`. Of 10,000
 * values that takes seconds, in turns.
 */
export function recordedChange({
  files,
  links,
  follow,
  back,
  current,
  along,
  pointing,
}: RecordedChange): (now: FilesNow) => Turns<Result<Planned, Fault | Blocked>> {
  const read = (side: 'before' | 'after') => {
    const sources = files.map((file) => oldSource(file, side))
    const model: EditModel = {
      files: modelOf(sources).files.map((file, i) => ({ ...file, path: files[i]?.path ?? file.path })),
    }
    return { sources, model }
  }
  const [after, before] = [read('after'), read('before')]
  const [from, to] = back ? [after, before] : [before, after]
  const mended = new Set(files.flatMap(({ path }, i) => (before.sources[i]?.mended ? [path] : [])))
  const turned = links.map(({ kind, before: was, after: is, awaitedBy, leftBy }) =>
    back ? { kind, from: is, to: was, awaitedBy } : { kind, from: was, to: is, awaitedBy: leftBy },
  )
  const named = files.flatMap(({ entries }, i) => {
    const [was, is] = [before.sources[i]?.document, after.sources[i]?.document]
    return was && is ? entriesNamed(entries, was, is) : []
  })
  const change: Change = {
    names: namesIn(named),
    from: from.model,
    to: to.model,
    links: turned,
    left: back ? 'from' : 'to',
    follow,
    reached: current?.[back ? 'before' : 'after'],
    led: current?.[back ? 'after' : 'before'],
    along,
    // No current-context was left with the old name of that context: the write renamed them along.
    pointing: back || pointing === undefined ? pointing : new Set(),
  }

  return function* ({ sources, revisions, intact, own, contexts, doubts }) {
    const [unreadable] = [
      ...valueless(to.model, back ? 'before' : 'after'),
      ...valueless(from.model, back ? 'after' : 'before'),
    ]
    if (unreadable) return unreadable
    const only = contexts ? new Set(contexts) : null
    yield
    const result = yield* transferring({
      ...change,
      now: modelOf(sources),
      only,
      intact,
      pattern: ({ id }) => id,
    })
    if (result.kind === 'blocked') return fail(result)
    const { edit } = result
    const empty = edit.put.length + edit.remove.length + edit.current.length === 0
    if (empty && mended.size > 0) return onlyQuotes()
    const earlier = new Map(
      files.flatMap(({ path, before: was, after: is }, i) => {
        const [says, document] = [to.model.files[i], to.sources[i]?.document]
        return says && document && (intact.has(path) || own.has(path)) && !mended.has(path)
          ? [[path, { text: (back ? was : is).text, says, document }] as const]
          : []
      }),
    )
    yield
    const warnings: BackWarnings = (was, is) => [...result.notes, ...(doubts?.(was, is) ?? [])]
    return ok(
      yield* planningEdits({ sources, revisions, edits: [edit], patterns: to.sources, earlier, warnings }),
    )
  }
}

/** A file as it was. Its entries have ids of their own, so that they are not mistaken for the current ones. */
function oldSource({ path, listed, ...sides }: RecordedFile, side: 'before' | 'after'): EditSource {
  const file = `${path}\0${side}`
  const { text, document, fault = null } = sides[side]
  const source = { path: file, listed, text, fault, document }
  return mendedSources([source], [{ kind: 'quote-misread', file }])[0] ?? source
}

/** The refusals of a step whose one end cannot be read: its values are those of both ends. */
const valueless = ({ files }: EditModel, when: 'before' | 'after'): readonly Result<never>[] =>
  files.flatMap(({ path, unreadable }) =>
    unreadable === null
      ? []
      : [
          refuse(
            when === 'before' ? 'unreadable' : 'conflict',
            `What ${path} was ${when} this write cannot be read (${unreadable}), so there are no values to put back.`,
            when === 'before'
              ? 'Restore the whole file to an earlier state that can be read, by the row of that state.'
              : 'Restore the whole file to what it was before.',
          ),
        ],
  )

/** The refusal of a state that kubectl would not read. */
export function wouldBeUnreadable(path: string): Result<never> {
  return refuse(
    'unreadable',
    `${path} would be a file that kubectl cannot read; nothing was written.`,
    'Choose another write to go back to.',
  )
}

function onlyQuotes(): Result<never> {
  return refuse(
    'conflict',
    'This write put quotes around text that kubectl misreads without them; that is not undone.',
    'To have the old text all the same, restore the file.',
  )
}
