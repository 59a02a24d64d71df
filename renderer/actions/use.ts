/** Which context kubectl uses: whom one becomes with it, and the switch in one step. */

import { visible } from '../../shared/visible'
import { isOpened } from '../pending/fields'
import { actsOf, nobodyText } from '../rows/proof'
import type { Row } from '../rows/rows'
import type { Model } from '../store/model'
import { placedName } from '../text/counts'
import { editText } from '../text/edits'
import { text, verdictText } from '../text/page'
import { isOnDisk } from './targets'

/** `Admin on prod-eu`, and what there is to know beside it where that is not verified. */
export function becomes(row: Row): string {
  const acts = actsOf(row)
  const vouched = row.shown === 'verified'
  const instead = acts?.instead ?? null
  return text.use.becomes(
    visible(acts?.who.label ?? nobodyText(row)),
    instead === null ? null : visible(instead.label),
    row.clusterName === null ? null : visible(row.clusterName),
    vouched ? null : verdictText[row.shown],
  )
}

/** Why kubectl cannot use a context, or need not; null where it can. */
export function whyNotUsed(model: Model, row: Row): string | null {
  const { snapshot } = model.state.getState()
  const name = visible(placedName(row.name))
  if (row.name === '') return text.use.unnamed
  if (row.pending?.kind === 'removed') return text.use.going(name)
  if (snapshot !== null && isOpened(snapshot, row.entry)) return editText.locked.opened
  if (row.entry.origin.shadowedBy !== null) return text.use.shadowed(name)
  return row.current ? text.use.already(name) : null
}

/** At once and undoable; a context that is not in its file yet becomes the current one with it. */
export function switchTo(model: Model, row: Row): void {
  const why = whyNotUsed(model, row)
  if (why !== null) model.edits.say(why)
  else if (!isOnDisk(row)) {
    model.edits.add([{ kind: 'use-context', context: row.id }])
    model.edits.say(text.use.later(visible(placedName(row.name))))
  } else void model.edits.switchNow(row.id, text.use.done(visible(placedName(row.name)), becomes(row)))
}

/** The rows of contexts that kubectl used before, the last one first. */
export function recentRows(model: Model): readonly Row[] {
  const { recent } = model.state.getState()
  if (recent.length === 0) return []
  const effective = new Map<string, Row>()
  for (const row of model.rows.all()) {
    const was = row.pending?.was ?? row
    if (!effective.has(was.name)) effective.set(was.name, row)
  }
  return recent.flatMap((name) => effective.get(name) ?? []).filter((row) => !row.current)
}
