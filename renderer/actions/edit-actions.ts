/** All editing actions, one object each, for palette, menus, toolbar and shortcuts. */

import * as icon from 'lucide-react'
import type { Edit } from '../../shared/edits/edit'
import { fixOf } from '../../shared/findings/finding-rules'
import { type GivenMark, isSameMark } from '../../shared/identity/production'
import { visible } from '../../shared/visible'
import { discardOf } from '../pending/discard'
import { fieldOf, openedFiles } from '../pending/editable-fields'
import { canExpect, expectNobody, expectProven } from '../pending/expect-identity'
import { isUsed, shownOnDisk } from '../rows/on-disk'
import type { Row } from '../rows/rows'
import type { Cursor } from '../store/app-state'
import { profilesAt } from '../store/identity-store'
import type { Model } from '../store/window-model'
import { placedName } from '../text/counts'
import { editText } from '../text/edits'
import { text } from '../text/page'
import type { ActionPart, ActionParts } from './action'
import { fillDown, startEditing } from './cell-actions'
import { onceFor, targets } from './targets'
import { identityAfterUse, recentRows, switchTo } from './use-context'

/** Contexts that are to be deleted take no further edits. */
const live = (model: Model): readonly Row[] => liveOf(targets(model))
const liveOf = onceFor((rows) => rows.filter(({ pending }) => pending?.kind !== 'removed'))
/** The files that their contexts are in. */
const filesOf = onceFor((rows) => new Set(rows.map(({ entry }) => entry.origin.file)))
const ids = (rows: readonly Row[]): readonly string[] => rows.map(({ id }) => id)
/** Contexts that are in the files already: refresh and export work only with these. */
const written = (model: Model): readonly Row[] =>
  live(model).filter(({ pending }) => pending?.kind !== 'added')

/** A context of a file that was only opened is not edited. */
function opened(model: Model): string | null {
  const { snapshot } = model.state.getState()
  return snapshot !== null && [...filesOf(live(model))].some((file) => openedFiles(snapshot).has(file))
    ? editText.locked.opened
    : null
}

/** Blocks only if all contexts are in such files: the others are edited, and a notice says why these are left out. */
const onlyOpened = (model: Model, rows: readonly Row[]): string | null => {
  const { snapshot } = model.state.getState()
  const files = [...filesOf(rows)]
  return snapshot !== null && files.length > 0 && files.every((file) => openedFiles(snapshot).has(file))
    ? editText.locked.opened
    : null
}
const cursorOpened = (model: Model) => {
  const row = model.rows.get(model.state.getState().cursor?.item ?? '')
  return row === undefined ? null : onlyOpened(model, [row])
}
const hasRange = (model: Model) => model.state.getState().range !== null
const withRows = (model: Model) => model.rows.size > 0

const pending = (model: Model) => model.edits.state.getState().pending

/** Opens a dialog about the target contexts, if any of them is not to be deleted. */
const about =
  (kind: 'names' | 'delete' | 'move'): ActionPart['now'] =>
  (model) =>
    live(model).length > 0 && (() => model.edits.open({ kind, rows: ids(live(model)) }))
/** Acts on the target context, if it is a single one. */
const onOne =
  (act: (model: Model, row: Row) => void): ActionPart['now'] =>
  (model) => {
    const [row, ...others] = live(model)
    return others.length === 0 && row && (() => act(model, row))
  }
const toProfiles =
  (kind: 'clone-profile' | 'delete-profile'): ActionPart['now'] =>
  (model) => {
    const profiles = onIdentities(model) ? profilesAt(model.identities) : []
    return profiles.length > 0 && (() => model.edits.open({ kind, profiles }))
  }

/** By the name that its file has. */
const markOfName = (row: Row): GivenMark => ({ kind: 'context', pattern: shownOnDisk(row).name })

/** The edits that split a shared user, for each context that shares one. */
const splits = (model: Model): readonly Edit[] => splitsOf(live(model))
const splitsOf = onceFor((rows) => rows.flatMap((row) => fixOf({ id: 'shared-user' }, row)?.edits ?? []))

/** Lets Ekscope, or aws again, make the tokens of the target contexts that the other one makes tokens for. */
const tokenBy = (by: 'ekscope' | 'aws'): Pick<ActionPart, 'blockedBy' | 'now'> => ({
  blockedBy: opened,
  now(model) {
    const from = by === 'aws' ? 'ekscope' : 'aws'
    const edits = live(model).flatMap(({ id, identity }): readonly Edit[] =>
      identity?.auth === from
        ? [{ kind: 'set-token-by', context: id, by: by === 'aws' ? null : by, scope: 'shared' }]
        : [],
    )
    return edits.length > 0 && (() => model.edits.add(edits))
  },
})

/** The cell under the cursor, if its column is editable. */
function editable(model: Model): Cursor | null {
  const { cursor } = model.state.getState()
  return cursor !== null && model.rows.get(cursor.item) !== undefined && fieldOf(cursor.column)
    ? cursor
    : null
}
/** The contexts for replacing: the selection, else all that are shown. */
const replaceIn = (model: Model): readonly string[] => {
  const { selected } = model.state.getState()
  return selected.size > 0 ? [...selected].filter((id) => model.isShown(id)) : model.list.ids
}
const replaceOpened = (model: Model) =>
  onlyOpened(
    model,
    model.state.getState().selected.size > 0
      ? targets(model)
      : model.list.ids.flatMap((id) => model.rows.get(id) ?? []),
  )
/** Whether an edit of this cell applies to the whole selection. */
function editsMany(model: Model, { item, column }: Cursor): boolean {
  const { selected } = model.state.getState()
  return !fieldOf(column)?.single && selected.size > 1 && selected.has(item)
}
const editCell =
  (many: boolean): ActionPart['now'] =>
  (model) => {
    const at = editable(model)
    return at !== null && editsMany(model, at) === many && (() => void startEditing(model, at, null))
  }

/** On the Identities page, edits are about profiles. */
const onIdentities = (model: Model) => model.state.getState().page === 'identities'

export const editActions = {
  review: {
    icon: icon.ListChecks,
    now: (model) => pending(model).length > 0 && (() => model.edits.open({ kind: 'review' })),
  },
  conflicts: {
    icon: icon.TriangleAlert,
    now: ({ edits }) =>
      edits.state.getState().conflicts.length > 0 && (() => edits.open({ kind: 'conflicts' })),
  },
  undo: { icon: icon.Undo2, now: ({ edits }) => edits.canStep('back') && edits.undo },
  redo: { icon: icon.Redo2, alias: 'Mod+Y', now: ({ edits }) => edits.canStep('forward') && edits.redo },
  discard: {
    icon: icon.Trash2,
    now: (model) => pending(model).length > 0 && (() => model.edits.discardAll()),
  },
  'discard-row': {
    icon: icon.Undo2,
    now(model) {
      const { snapshot } = model.state.getState()
      const rows = targets(model)
      if (snapshot === null || rows.every((row) => row.pending === null)) return null
      return () => {
        const { drop, more } = discardOf(snapshot, pending(model), rows)
        model.edits.add(more, drop)
      }
    },
  },
  'edit-cell': { icon: icon.PencilLine, blockedBy: cursorOpened, now: editCell(false) },
  'edit-selected': { icon: icon.Rows3, blockedBy: cursorOpened, now: editCell(true) },
  'fill-down': {
    icon: icon.TextCursorInput,
    blockedBy: (model) => (hasRange(model) ? null : onlyOpened(model, live(model))),
    now: (model) => (hasRange(model) || editable(model)) && (() => fillDown(model)),
  },
  replace: {
    icon: icon.Replace,
    blockedBy: replaceOpened,
    now: (model) =>
      withRows(model) &&
      (() =>
        model.edits.open({
          kind: 'replace',
          rows: replaceIn(model),
          column: model.state.getState().cursor?.column ?? 'context',
        })),
  },
  'replace-everywhere': {
    icon: icon.ReplaceAll,
    words: 'rename change arn aws profiles contexts all',
    now: (model) => () => {
      const [row] = targets(model)
      model.edits.open({ kind: 'everywhere', old: row?.role ?? row?.profile ?? '' })
    },
  },
  names: {
    titleOfMany: editText.actions.namesMany,
    icon: icon.Tags,
    // The wording of the card above the grid.
    words: 'rename by template',
    blockedBy: opened,
    now: about('names'),
  },
  clone: {
    icon: icon.Copy,
    blockedBy: opened,
    now: onOne(({ edits }, { id }) => edits.open({ kind: 'clone', row: id })),
  },
  rename: {
    icon: icon.PencilLine,
    blockedBy: opened,
    now: onOne(({ edits }, { id }) => edits.open({ kind: 'rename', row: id })),
  },
  'split-user': {
    titleOfMany: editText.actions.splitMany,
    icon: icon.Split,
    words: 'split own separate unshare',
    blockedBy: opened,
    now: (model) => splits(model).length > 0 && (() => model.edits.add(splits(model))),
  },
  merge: { icon: icon.Blend, now: (model) => withRows(model) && (() => model.edits.open({ kind: 'merge' })) },
  expect: {
    icon: icon.UserRoundCheck,
    blockedBy: opened,
    now: (model) => live(model).some(canExpect) && (() => void model.edits.expect(expectProven(live(model)))),
  },
  'expect-nobody': {
    icon: icon.UserRoundX,
    blockedBy: opened,
    now: (model) =>
      live(model).some(({ expected }) => expected !== null) &&
      (() => void model.edits.expect(expectNobody(live(model)))),
  },
  production: {
    icon: icon.Flame,
    words: 'prod guard protect',
    now(model) {
      const marks = written(model)
        .filter(({ production }) => !production)
        .map(markOfName)
      return marks.length > 0 && (() => void model.markProduction(marks, true))
    },
  },
  'not-production': {
    icon: icon.FlameKindling,
    words: 'prod unmark',
    now(model) {
      const { production } = model.state.getState().settings
      const meant = written(model).map(markOfName)
      const marks = meant.filter((mark) => production.some((one) => isSameMark(one, mark)))
      return marks.length > 0 && (() => void model.markProduction(marks, false))
    },
  },
  'add-profile': {
    icon: icon.UserPlus,
    words: 'new aws config role sso session process identity',
    now: (model) => () => {
      model.showPage('identities')
      model.edits.open({ kind: 'add-profile', profile: null })
    },
  },
  'clone-profile': {
    icon: icon.CopyPlus,
    words: 'copy duplicate aws config',
    now: toProfiles('clone-profile'),
  },
  'delete-profile': {
    icon: icon.Trash2,
    words: 'remove aws config',
    now: toProfiles('delete-profile'),
  },
  delete: {
    titleOfMany: editText.actions.deleteMany,
    icon: icon.Trash2,
    blockedBy: opened,
    // On the page of profiles its shortcut belongs to them.
    now: (model, views) => !onIdentities(model) && about('delete')(model, views),
  },
  move: {
    titleOfMany: editText.actions.moveMany,
    icon: icon.FolderInput,
    blockedBy: opened,
    now: about('move'),
  },
  use: {
    icon: icon.Star,
    blockedBy: opened,
    words: 'switch current-context kubectx',
    now: (model, views) => live(model).some((row) => !isUsed(row)) && onOne(switchTo)(model, views),
  },
  'use-other': {
    icon: icon.Star,
    words: 'switch current-context kubectx',
    now: (model) => withRows(model) && (() => model.openPalette(true, 'use')),
  },
  'use-previous': {
    icon: icon.History,
    words: 'switch back current-context kubectx -',
    titleFor(model) {
      const [row] = recentRows(model)
      return row === undefined
        ? null
        : text.use.previous(visible(placedName(row.name)), identityAfterUse(row))
    },
    now(model) {
      const [row] = recentRows(model)
      return row && (() => switchTo(model, row))
    },
  },
  add: { icon: icon.Plus, now: (model) => () => model.edits.open({ kind: 'add' }) },
  'refresh-aws': {
    titleOfMany: editText.actions.refreshMany,
    icon: icon.RefreshCw,
    blockedBy: opened,
    now: (model) => written(model).length > 0 && (() => void model.edits.refreshFromAws(ids(written(model)))),
  },
  'token-by-ekscope': {
    titleOfMany: editText.actions.ekscopeMany,
    icon: icon.Zap,
    words: 'fast slow ekscope token exec command',
    ...tokenBy('ekscope'),
  },
  'token-by-aws': {
    titleOfMany: editText.actions.awsMany,
    icon: icon.ZapOff,
    words: 'ekscope token exec command back',
    ...tokenBy('aws'),
  },
  import: { icon: icon.FileInput, now: (model) => () => model.edits.open({ kind: 'import', from: null }) },
  export: {
    titleOfMany: editText.actions.exportMany,
    icon: icon.Download,
    now: (model) =>
      written(model).length > 0 && (() => model.edits.open({ kind: 'export', rows: ids(live(model)) })),
  },
  report: {
    icon: icon.FileText,
    words: 'audit auditor hand on html markdown csv',
    now(model) {
      const { filter, only } = model.state.getState()
      const shown = filter.trim() === '' && only === null ? null : ids(model.fitting())
      return withRows(model) && (() => model.edits.open({ kind: 'report', shown }))
    },
  },
  compare: {
    icon: icon.GitCompareArrows,
    words: 'differ diff environment kubeconfig report earlier',
    now: (model) => withRows(model) && (() => model.edits.open({ kind: 'compare', first: null })),
  },
  'before-and-after': {
    icon: icon.GitCompareArrows,
    now: (model) =>
      pending(model).length > 0 && (() => model.edits.open({ kind: 'compare', first: 'pending' })),
  },
  shortcuts: {
    icon: icon.Keyboard,
    alias: '?',
    now: (model) => () => model.edits.open({ kind: 'shortcuts' }),
  },
} satisfies ActionParts
