/**
 * What a write says of entries beyond the lines that it changes: what the history keeps so that it can be undone after later writes,
 * and which contexts are others. Values, so that another thread can work them out of models that never leave it.
 */
import { type ChangedContext, changedContexts } from '../../../shared/edits/changed-contexts'
import { linksBetween, type WrittenLink } from '../../../shared/edits/links'
import type { EditModel } from '../../../shared/edits/model'
import { changedAlong, type ReachedCurrent, reachedCurrent } from '../../../shared/edits/resolution'

export interface WriteEffects {
  /** Entries that came, went or got another name or file. */
  readonly links: readonly WrittenLink[]
  /** Files whose own current-context is another afterwards. */
  readonly currents: readonly {
    readonly path: string
    readonly before: string | null
    readonly after: string | null
  }[]
  /** What current-context led to before and after; null where it cannot have changed. */
  readonly current: { readonly before: ReachedCurrent | null; readonly after: ReachedCurrent | null } | null
  /** What it changes for files that it does not write; null where there is no such file. */
  readonly elsewhere: {
    /** Contexts that change along. */
    readonly along: readonly { readonly path: string; readonly name: string }[]
    /** Files of the list whose current-context has the name that a context got; null where none was renamed. */
    readonly pointing: readonly string[] | null
  } | null
  /** Contexts that are others afterwards. */
  readonly contexts: readonly ChangedContext[]
}

/** The effects of a write of these files that leads from one model to the other. */
export function effectsOfWrite(
  before: EditModel,
  after: EditModel,
  written: ReadonlySet<string>,
): WriteEffects {
  const links = linksBetween(before, after)
  const currents = after.files.flatMap(({ path, currentContext: is }) => {
    const was = before.files.find((file) => file.path === path)?.currentContext ?? null
    return was === is ? [] : [{ path, before: was, after: is }]
  })
  // Where entries came, went or have other names, the same name may lead elsewhere.
  const leads = links.length + currents.length > 0
  return {
    links,
    currents,
    current: leads ? { before: reachedCurrent(before), after: reachedCurrent(after) } : null,
    elsewhere: elsewhere(before, after, written, links),
    contexts: changedContexts(before, after),
  }
}

function elsewhere(
  before: EditModel,
  after: EditModel,
  written: ReadonlySet<string>,
  links: readonly WrittenLink[],
): WriteEffects['elsewhere'] {
  const others = before.files.filter(({ path }) => !written.has(path))
  if (others.length === 0) return null
  const changed = new Set(changedAlong(before, after).map(({ context }) => context))
  const along = others.flatMap(({ path, context }) =>
    context.flatMap(({ id, name }) => (changed.has(id) ? [{ path, name }] : [])),
  )
  // Of an entry outside the written files the history knows no place.
  const inRecord = (place: WrittenLink['before']) =>
    place !== null && written.has(place.file) ? place : null
  const got = new Set(
    links.flatMap(({ kind, before: was, after: is }) => {
      const now = inRecord(is)
      return kind === 'context' && inRecord(was) !== null && now !== null ? [now.name] : []
    }),
  )
  const pointing = others.flatMap(({ path, listed, currentContext }) =>
    listed && currentContext !== null && got.has(currentContext) ? [path] : [],
  )
  return { along, pointing: got.size > 0 ? pointing : null }
}
