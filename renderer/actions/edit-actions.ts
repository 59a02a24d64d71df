/** Everything that edits, one object each, for palette, menus, toolbar and shortcuts. */
import * as icon from 'lucide-react'
import type { Edit } from '../../shared/edits/edit'
import { fixOf } from '../../shared/findings/findings'
import { discardOf } from '../pending/discard'
import { canExpect, expectNobody, expectProven } from '../pending/expect'
import { fieldOf, isOpenedFile } from '../pending/fields'
import { isUsed } from '../rows/on-disk'
import type { Row } from '../rows/rows'
import type { Model } from '../store/model'
import { editText } from '../text/edits'
import type { ActionParts, ShownList } from './action'
import { fillDown, startEditing } from './cell-actions'
import { onceFor, targets } from './targets'
import { recentRows, switchTo } from './use'

/** Contexts that are about to go take no further edits. */
const live = (model: Model): readonly Row[] => liveOf(targets(model))
const liveOf = onceFor((rows) => rows.filter(({ pending }) => pending?.kind !== 'removed'))
/** The files that their contexts stand in. */
const filesOf = onceFor((rows) => new Set(rows.map(({ entry }) => entry.origin.file)))
const ids = (rows: readonly Row[]): readonly string[] => rows.map(({ id }) => id)
/** Those that are in the files already: AWS and exports know no others. */
const written = (model: Model): readonly Row[] =>
  live(model).filter(({ pending }) => pending?.kind !== 'added')

/** A context of a file that was only opened is not edited. */
function opened(model: Model): string | null {
  const { snapshot } = model.state.getState()
  return snapshot !== null && [...filesOf(live(model))].some((file) => isOpenedFile(snapshot, file))
    ? editText.locked.opened
    : null
}

/** What takes values stands in such a file only: what does not is edited, and of the rest it is said why it is left out. */
const onlyOpened = (model: Model, rows: readonly Row[]): string | null => {
  const { snapshot } = model.state.getState()
  const files = [...filesOf(rows)]
  return snapshot !== null && files.length > 0 && files.every((file) => isOpenedFile(snapshot, file))
    ? editText.locked.opened
    : null
}
const cursorOpened = (model: Model) => {
  const row = model.rows.get(model.state.getState().cursor?.item ?? '')
  return row === undefined ? null : onlyOpened(model, [row])
}
const hasRange = (model: Model) => model.state.getState().range !== null
const withRows = (model: Model) => model.rows.size > 0

const some = (model: Model): boolean => live(model).length > 0
const single = (model: Model): boolean => live(model).length === 1
const pending = (model: Model) => model.edits.state.getState().pending
const one = (model: Model, act: (row: Row) => void): void => {
  const [row] = live(model)
  if (row) act(row)
}

/** What mends a shared user, in each of the contexts that share one. */
const splits = (model: Model): readonly Edit[] => splitsOf(live(model))
const splitsOf = onceFor((rows) => rows.flatMap((row) => fixOf({ id: 'shared-user' }, row)?.edits ?? []))

/** The column under the cursor has values that can be written. */
function editable(model: Model): boolean {
  const { cursor } = model.state.getState()
  return cursor !== null && model.rows.get(cursor.item) !== undefined && fieldOf(cursor.column) !== undefined
}
/** What replacing is about: the selection, else all that is shown. */
const replaceIn = (model: Model, shown: ShownList): readonly string[] => {
  const { selected } = model.state.getState()
  return selected.size > 0 ? [...selected].filter((id) => model.isShown(id)) : shown.ids
}
const replaceOpened = (shown: ShownList) => (model: Model) =>
  onlyOpened(
    model,
    model.state.getState().selected.size > 0
      ? targets(model)
      : shown.ids.flatMap((id) => model.rows.get(id) ?? []),
  )
/** An edit of the cell under the cursor would be one of the whole selection. */
function editsMany(model: Model): boolean {
  const { cursor, selected } = model.state.getState()
  const field = fieldOf(cursor?.column ?? '')
  return (
    field !== undefined && !field.single && cursor !== null && selected.size > 1 && selected.has(cursor.item)
  )
}
function editCursor(model: Model): void {
  const { cursor } = model.state.getState()
  if (cursor !== null) startEditing(model, cursor, null)
}

/** Profiles are what is edited where the identities are shown. */
const onIdentities = (model: Model) => model.state.getState().page === 'identities'
const profileChanges = (model: Model): number =>
  onIdentities(model) ? model.profileEdits.pending().length : 0
/** Those come first where they are edited; elsewhere they are reviewed where nothing else is pending. */
const reviewsProfiles = (model: Model): boolean =>
  model.profileEdits.pending().length > 0 && (onIdentities(model) || pending(model).length === 0)
const profileSteps = (model: Model, way: 'back' | 'forward'): boolean =>
  onIdentities(model) && model.profileEdits.canStep(way)
const profilesAt = (model: Model): readonly string[] =>
  onIdentities(model) ? model.identities.profilesAt() : []

export const editActions = (shown: ShownList) =>
  ({
    review: {
      icon: icon.ListChecks,
      enabled: (model) => pending(model).length > 0 || reviewsProfiles(model),
      run: (model) => model.edits.open({ kind: reviewsProfiles(model) ? 'edit-profiles' : 'review' }),
    },
    conflicts: {
      icon: icon.TriangleAlert,
      enabled: (model) => model.edits.state.getState().conflicts.length > 0,
      run: (model) => model.edits.open({ kind: 'conflicts' }),
    },
    undo: {
      icon: icon.Undo2,
      enabled: (model) => model.edits.canStep('back') || profileSteps(model, 'back'),
      run: (model) => (profileSteps(model, 'back') ? model.profileEdits : model.edits).undo(),
    },
    redo: {
      icon: icon.Redo2,
      alias: 'Mod+Y',
      enabled: (model) => model.edits.canStep('forward') || profileSteps(model, 'forward'),
      run: (model) => (profileSteps(model, 'forward') ? model.profileEdits : model.edits).redo(),
    },
    discard: {
      icon: icon.Trash2,
      enabled: (model) => pending(model).length > 0 || profileChanges(model) > 0,
      run: (model) => {
        if (profileChanges(model) > 0) model.profileEdits.discard()
        else model.edits.discardAll()
      },
    },
    'discard-row': {
      icon: icon.Undo2,
      enabled: (model) => targets(model).some((row) => row.pending !== null),
      run: (model) => {
        const { snapshot } = model.state.getState()
        if (snapshot === null) return
        const { drop, more } = discardOf(snapshot, pending(model), targets(model))
        model.edits.add(more, drop)
      },
    },
    'edit-cell': {
      icon: icon.PencilLine,
      blockedBy: cursorOpened,
      enabled: (model) => editable(model) && !editsMany(model),
      run: editCursor,
    },
    'edit-selected': {
      icon: icon.Rows3,
      blockedBy: cursorOpened,
      enabled: (model) => editable(model) && editsMany(model),
      run: editCursor,
    },
    'fill-down': {
      icon: icon.TextCursorInput,
      blockedBy: (model) => (hasRange(model) ? null : onlyOpened(model, live(model))),
      enabled: (model) => hasRange(model) || editable(model),
      run: (model) => fillDown(model, shown.place),
    },
    replace: {
      icon: icon.Replace,
      blockedBy: replaceOpened(shown),
      enabled: withRows,
      run: (model) =>
        model.edits.open({
          kind: 'replace',
          rows: replaceIn(model, shown),
          column: model.state.getState().cursor?.column ?? 'context',
        }),
    },
    names: {
      titleOfMany: editText.actions.namesMany,
      icon: icon.Tags,
      // What the card above the grid calls it.
      words: 'rename by template',
      blockedBy: opened,
      enabled: some,
      run: (model) => model.edits.open({ kind: 'names', rows: ids(live(model)) }),
    },
    clone: {
      icon: icon.Copy,
      blockedBy: opened,
      enabled: single,
      run: (model) => one(model, (row) => model.edits.open({ kind: 'clone', row: row.id })),
    },
    rename: {
      icon: icon.PencilLine,
      blockedBy: opened,
      enabled: single,
      run: (model) => one(model, (row) => model.edits.open({ kind: 'rename', row: row.id })),
    },
    'split-user': {
      titleOfMany: editText.actions.splitMany,
      icon: icon.Split,
      words: 'split own separate unshare',
      blockedBy: opened,
      enabled: (model) => splits(model).length > 0,
      run: (model) => model.edits.add(splits(model)),
    },
    merge: {
      icon: icon.Blend,
      enabled: withRows,
      run: (model) => model.edits.open({ kind: 'merge' }),
    },
    expect: {
      icon: icon.UserRoundCheck,
      blockedBy: opened,
      enabled: (model) => live(model).some(canExpect),
      run: (model) => void model.edits.expect(expectProven(live(model))),
    },
    'expect-nobody': {
      icon: icon.UserRoundX,
      blockedBy: opened,
      enabled: (model) => live(model).some(({ expected }) => expected !== null),
      run: (model) => void model.edits.expect(expectNobody(live(model))),
    },
    'add-profile': {
      icon: icon.UserPlus,
      words: 'new aws config role sso session process identity',
      run: (model) => {
        model.showPage('identities')
        model.edits.open({ kind: 'add-profile', profile: null })
      },
    },
    'clone-profile': {
      icon: icon.CopyPlus,
      words: 'copy duplicate aws config',
      enabled: (model) => profilesAt(model).length > 0,
      run: (model) => model.edits.open({ kind: 'clone-profile', profiles: profilesAt(model) }),
    },
    'delete-profile': {
      icon: icon.Trash2,
      words: 'remove aws config',
      enabled: (model) => profilesAt(model).length > 0,
      run: (model) => model.edits.open({ kind: 'delete-profile', profiles: profilesAt(model) }),
    },
    delete: {
      titleOfMany: editText.actions.deleteMany,
      icon: icon.Trash2,
      blockedBy: opened,
      // Where profiles are shown its keys are theirs.
      enabled: (model) => some(model) && !onIdentities(model),
      run: (model) => model.edits.open({ kind: 'delete', rows: ids(live(model)) }),
    },
    move: {
      titleOfMany: editText.actions.moveMany,
      icon: icon.FolderInput,
      blockedBy: opened,
      enabled: some,
      run: (model) => model.edits.open({ kind: 'move', rows: ids(live(model)) }),
    },
    use: {
      icon: icon.Star,
      blockedBy: opened,
      words: 'switch current-context kubectx',
      enabled: (model) => single(model) && live(model).some((row) => !isUsed(row)),
      run: (model) => one(model, (row) => switchTo(model, row)),
    },
    'use-other': {
      icon: icon.Star,
      words: 'switch current-context kubectx',
      enabled: withRows,
      run: (model) => model.openPalette(true, 'use'),
    },
    'use-previous': {
      icon: icon.History,
      words: 'switch back current-context kubectx -',
      enabled: (model) => recentRows(model).length > 0,
      run: (model) => {
        const [row] = recentRows(model)
        if (row !== undefined) switchTo(model, row)
      },
    },
    add: {
      icon: icon.Plus,
      run: (model) => model.edits.open({ kind: 'add' }),
    },
    'refresh-aws': {
      titleOfMany: editText.actions.refreshMany,
      icon: icon.RefreshCw,
      blockedBy: opened,
      enabled: (model) => written(model).length > 0,
      run: (model) => void model.edits.refreshFromAws(ids(written(model))),
    },
    import: {
      icon: icon.FileInput,
      run: (model) => model.edits.open({ kind: 'import', from: null }),
    },
    export: {
      titleOfMany: editText.actions.exportMany,
      icon: icon.Download,
      enabled: (model) => written(model).length > 0,
      run: (model) => model.edits.open({ kind: 'export', rows: ids(live(model)) }),
    },
    shortcuts: {
      icon: icon.Keyboard,
      run: (model) => model.edits.open({ kind: 'shortcuts' }),
    },
  }) satisfies ActionParts
