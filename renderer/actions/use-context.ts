/** Which context kubectl uses: which identity one has with it, and the switch in one step. */

import { refusedByKubectl } from '../../shared/kubeconfig/entries'
import { visible } from '../../shared/visible'
import { isOpened } from '../pending/editable-fields'
import { lastShown } from '../rows/columns'
import { isShadowed, isUsed, onDisk, shownOnDisk, usedOf } from '../rows/on-disk'
import { actsOf, nobodyText } from '../rows/proof'
import type { Row } from '../rows/rows'
import type { Model } from '../store/window-model'
import { placedName, spacedAccount } from '../text/counts'
import { editText } from '../text/edits'
import { text, verdictText } from '../text/page'
import { shortPath } from '../text/path'
import { isOnDisk } from './targets'

/** `Admin on prod-eu`, and which identity that is instead of. */
function whom(row: Row, state: string | null): string {
  const acts = actsOf(row)
  const instead = acts?.instead ?? null
  return text.use.becomes(
    visible(acts?.who.label ?? nobodyText(row)),
    instead === null ? null : visible(instead.label),
    row.clusterName === null ? null : visible(row.clusterName),
    state,
  )
}

/** `Admin on prod-eu`, by the files, with the state where that is not verified. */
export function identityAfterUse(row: Row): string {
  const is = shownOnDisk(row)
  return whom(is, is.shown === 'verified' ? null : verdictText[is.shown])
}

/** It acts as another identity than is intended, by its check or by what files say. */
export function actsAsAnother(row: Row): boolean {
  const is = shownOnDisk(row)
  return lastShown(is) === 'mismatch' || actsOf(is)?.who.differs === true
}

/** The identity after the pending edits: `after 1 pending change: ReadOnly on prod-us`; null where name and identity stay. */
export function afterPending(row: Row, pending: number): string | null {
  const was = row.pending?.was
  if (!was) return null
  const [is, then] = [whom(was, null), whom(row, null)]
  // kubectl then uses another context by that name.
  if (isShadowed(row) && !isShadowed(was))
    return text.use.after(pending, text.use.earlier(visible(placedName(row.name))))
  const parts = [
    ...(was.name === row.name ? [] : [visible(placedName(row.name))]),
    // Two identities with one name differ by their accounts.
    ...(is !== then || actsOf(was)?.who.key !== actsOf(row)?.who.key ? [whomOf(row, is === then)] : []),
  ]
  return parts.length === 0 ? null : text.use.after(pending, parts.join(', '))
}

function whomOf(row: Row, alike: boolean): string {
  const account = actsOf(row)?.who.account ?? null
  return alike && account !== null ? `${whom(row, null)} (${spacedAccount(account)})` : whom(row, null)
}

/** The pending changes of a context once kubectl uses it: another switch replaces a pending one. */
export function afterSwitch(model: Model, row: Row): string | null {
  const { pending } = model.edits.state.getState()
  return afterPending(row, pending.filter(({ edit }) => edit.kind !== 'use-context').length)
}

/** Says whether kubectl uses a context, now or after the pending changes; null where it does neither. */
export function kubectlSaid(model: Model, row: Row): string | null {
  const { now, soon } = usedOf(row)
  if (!now) return soon ? text.use.soon : null
  const { snapshot, app } = model.state.getState()
  const refused = refusedByKubectl(snapshot?.files ?? [])
  if (refused !== null) return text.use.refused(visible(shortPath(refused.path, app?.home ?? '')))
  const pending = model.edits.state.getState().pending.length
  const name = visible(placedName(shownOnDisk(row).name))
  const next = model.edits.edited()?.currentContext ?? null
  if (!soon && next !== row.name) {
    return text.use.nowAfter(
      name,
      text.use.after(pending, next === null ? text.nav.noCurrent : visible(placedName(next))),
    )
  }
  const after = afterPending(row, pending)
  return after === null ? text.use.now : text.use.nowAfter(name, after)
}

/** Why kubectl cannot use a context, or need not; null where it can. */
export function whyNotUsed(model: Model, row: Row): string | null {
  const { snapshot } = model.state.getState()
  // The switch is written at once, before pending edits; where it has to wait, it is written with them.
  const is = isOnDisk(row) ? shownOnDisk(row) : row
  const name = visible(placedName(is.name))
  if (is.name === '') return text.use.unnamed
  if (row.pending?.kind === 'removed') return text.use.going(name)
  if (snapshot !== null && isOpened(snapshot, row.entry)) return editText.locked.opened
  if (isShadowed(is)) return text.use.shadowed(name)
  if (!isUsed(row)) return null
  return usedOf(row).now ? text.use.already(visible(placedName(shownOnDisk(row).name))) : text.use.later(name)
}

/** Switches at once, and can be undone; a context that is not written yet becomes the current one when it is. */
export function switchTo(model: Model, row: Row): void {
  const why = whyNotUsed(model, row)
  if (why !== null) model.edits.say(why)
  else if (!isOnDisk(row)) {
    model.edits.add([{ kind: 'use-context', context: row.id }])
    model.edits.sayOfPending(text.use.later(visible(placedName(row.name))))
  } else {
    const name = visible(placedName(shownOnDisk(row).name))
    const whom = [identityAfterUse(row), afterSwitch(model, row)].filter((part) => part !== null).join('; ')
    void model.edits.switchNow(row.id, text.use.done(name, whom))
  }
}

/** The rows of contexts that kubectl used before, the last one first. */
export function recentRows(model: Model): readonly Row[] {
  const { recent } = model.state.getState()
  if (recent.length === 0) return []
  const effective = new Map<string, Row>()
  for (const row of model.rows.all()) {
    const is = onDisk(row)
    if (is !== null && !effective.has(is.name)) effective.set(is.name, row)
  }
  return recent.flatMap((name) => effective.get(name) ?? []).filter((row) => !usedOf(row).now)
}
