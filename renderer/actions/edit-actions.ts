/** Everything that edits, one object each, for palette, menus, toolbar and shortcuts. */
import {
  Blend,
  Copy,
  CopyPlus,
  Download,
  FileInput,
  FolderInput,
  History,
  Keyboard,
  ListChecks,
  PencilLine,
  Plus,
  Redo2,
  RefreshCw,
  Replace,
  Rows3,
  Split,
  Star,
  Tags,
  TextCursorInput,
  Trash2,
  TriangleAlert,
  Undo2,
  UserPlus,
  UserRoundCheck,
  UserRoundX,
} from 'lucide-react'
import type { Edit } from '../../shared/edits/edit'
import { fixOf } from '../../shared/findings/findings'
import { discardOf } from '../pending/discard'
import { canExpect, expectNobody, expectProven } from '../pending/expect'
import { fieldOf, isOpenedFile } from '../pending/fields'
import { isUsed } from '../rows/on-disk'
import type { Row } from '../rows/rows'
import type { Model } from '../store/model'
import { editText } from '../text/edits'
import { text } from '../text/page'
import { profilesText } from '../text/profiles'
import type { Action, ShownList } from './action'
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
const own = (model: Model): boolean => opened(model) === null

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
const targetsOpened = (model: Model) => onlyOpened(model, live(model))

const some = (model: Model): boolean => live(model).length > 0 && own(model)
const single = (model: Model): boolean => live(model).length === 1 && own(model)
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
  const bulk = fieldOf(cursor?.column ?? '')?.bulk === true
  return bulk && cursor !== null && selected.size > 1 && selected.has(cursor.item)
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

export function editActions(shown: ShownList): readonly Action[] {
  const { actions } = editText
  return [
    {
      id: 'review',
      title: actions.review,
      icon: ListChecks,
      shortcut: 'Mod+S',
      enabled: (model) => pending(model).length > 0 || reviewsProfiles(model),
      run: (model) => model.edits.open({ kind: reviewsProfiles(model) ? 'edit-profiles' : 'review' }),
    },
    {
      id: 'conflicts',
      title: actions.conflicts,
      icon: TriangleAlert,
      shortcut: null,
      enabled: (model) => model.edits.state.getState().conflicts.length > 0,
      run: (model) => model.edits.open({ kind: 'conflicts' }),
    },
    {
      id: 'undo',
      title: actions.undo,
      icon: Undo2,
      shortcut: 'Mod+Z',
      enabled: (model) => model.edits.canStep('back') || profileSteps(model, 'back'),
      run: (model) => (profileSteps(model, 'back') ? model.profileEdits : model.edits).undo(),
    },
    {
      id: 'redo',
      title: actions.redo,
      icon: Redo2,
      shortcut: 'Mod+Shift+Z',
      alias: 'Mod+Y',
      enabled: (model) => model.edits.canStep('forward') || profileSteps(model, 'forward'),
      run: (model) => (profileSteps(model, 'forward') ? model.profileEdits : model.edits).redo(),
    },
    {
      id: 'discard',
      title: actions.discard,
      icon: Trash2,
      shortcut: null,
      enabled: (model) => pending(model).length > 0 || profileChanges(model) > 0,
      run: (model) => {
        if (profileChanges(model) > 0) model.profileEdits.discard()
        else model.edits.discardAll()
      },
    },
    {
      id: 'discard-row',
      title: actions.discardRow,
      icon: Undo2,
      shortcut: null,
      enabled: (model) => targets(model).some((row) => row.pending !== null),
      run: (model) => {
        const { snapshot } = model.state.getState()
        if (snapshot === null) return
        const { drop, more } = discardOf(snapshot, pending(model), targets(model))
        model.edits.add(more, drop)
      },
    },
    {
      id: 'edit-cell',
      title: actions.editCell,
      icon: PencilLine,
      shortcut: 'F2',
      blockedBy: cursorOpened,
      enabled: (model) => editable(model) && !editsMany(model) && cursorOpened(model) === null,
      run: editCursor,
    },
    {
      id: 'edit-selected',
      title: actions.bulk,
      icon: Rows3,
      shortcut: 'F2',
      blockedBy: cursorOpened,
      enabled: (model) => editable(model) && editsMany(model) && cursorOpened(model) === null,
      run: editCursor,
    },
    {
      id: 'fill-down',
      title: actions.fillDown,
      icon: TextCursorInput,
      shortcut: 'Mod+D',
      blockedBy: targetsOpened,
      enabled: (model) =>
        model.state.getState().range !== null || (editable(model) && targetsOpened(model) === null),
      run: (model) => fillDown(model, shown.place),
    },
    {
      id: 'replace',
      title: actions.replace,
      icon: Replace,
      shortcut: 'Mod+H',
      blockedBy: replaceOpened(shown),
      enabled: (model) => model.rows.size > 0 && replaceOpened(shown)(model) === null,
      run: (model) =>
        model.edits.open({
          kind: 'replace',
          rows: replaceIn(model, shown),
          column: model.state.getState().cursor?.column ?? 'context',
        }),
    },
    {
      id: 'names',
      title: actions.names,
      titleOfMany: actions.namesMany,
      icon: Tags,
      shortcut: null,
      // What the card above the grid calls it.
      words: 'rename by template',
      blockedBy: opened,
      enabled: some,
      run: (model) => model.edits.open({ kind: 'names', rows: ids(live(model)) }),
    },
    {
      id: 'clone',
      title: actions.clone,
      icon: Copy,
      shortcut: null,
      blockedBy: opened,
      enabled: single,
      run: (model) => one(model, (row) => model.edits.open({ kind: 'clone', row: row.id })),
    },
    {
      id: 'rename',
      title: actions.rename,
      icon: PencilLine,
      shortcut: null,
      blockedBy: opened,
      enabled: single,
      run: (model) => one(model, (row) => model.edits.open({ kind: 'rename', row: row.id })),
    },
    {
      id: 'split-user',
      title: actions.split,
      titleOfMany: actions.splitMany,
      icon: Split,
      shortcut: null,
      words: 'split own separate unshare',
      blockedBy: opened,
      enabled: (model) => own(model) && splits(model).length > 0,
      run: (model) => model.edits.add(splits(model)),
    },
    {
      id: 'merge',
      title: actions.merge,
      icon: Blend,
      shortcut: null,
      enabled: (model) => model.rows.size > 0,
      run: (model) => model.edits.open({ kind: 'merge' }),
    },
    {
      id: 'expect',
      title: actions.expect,
      icon: UserRoundCheck,
      shortcut: null,
      blockedBy: opened,
      enabled: (model) => own(model) && live(model).some(canExpect),
      run: (model) => void model.edits.expect(expectProven(live(model))),
    },
    {
      id: 'expect-nobody',
      title: actions.expectNobody,
      icon: UserRoundX,
      shortcut: null,
      blockedBy: opened,
      enabled: (model) => own(model) && live(model).some(({ expected }) => expected !== null),
      run: (model) => void model.edits.expect(expectNobody(live(model))),
    },
    {
      id: 'add-profile',
      title: profilesText.actions.add,
      icon: UserPlus,
      shortcut: 'Mod+Shift+P',
      words: 'new aws config role sso session process identity',
      enabled: () => true,
      run: (model) => {
        model.showPage('identities')
        model.edits.open({ kind: 'add-profile', profile: null })
      },
    },
    {
      id: 'clone-profile',
      title: profilesText.actions.clone,
      icon: CopyPlus,
      shortcut: 'Mod+Shift+D',
      words: 'copy duplicate aws config',
      enabled: (model) => profilesAt(model).length > 0,
      run: (model) => model.edits.open({ kind: 'clone-profile', profiles: profilesAt(model) }),
    },
    {
      id: 'delete-profile',
      title: profilesText.actions.delete,
      icon: Trash2,
      shortcut: 'Mod+Delete',
      words: 'remove aws config',
      enabled: (model) => profilesAt(model).length > 0,
      run: (model) => model.edits.open({ kind: 'delete-profile', profiles: profilesAt(model) }),
    },
    {
      id: 'delete',
      title: actions.delete,
      titleOfMany: actions.deleteMany,
      icon: Trash2,
      shortcut: 'Mod+Delete',
      blockedBy: opened,
      // Where profiles are shown its keys are theirs.
      enabled: (model) => some(model) && !onIdentities(model),
      run: (model) => model.edits.open({ kind: 'delete', rows: ids(live(model)) }),
    },
    {
      id: 'move',
      title: actions.move,
      titleOfMany: actions.moveMany,
      icon: FolderInput,
      shortcut: null,
      blockedBy: opened,
      enabled: some,
      run: (model) => model.edits.open({ kind: 'move', rows: ids(live(model)) }),
    },
    {
      id: 'use',
      title: actions.use,
      icon: Star,
      shortcut: null,
      blockedBy: opened,
      words: 'switch current-context kubectx',
      enabled: (model) => single(model) && live(model).some((row) => !isUsed(row)),
      run: (model) => one(model, (row) => switchTo(model, row)),
    },
    {
      id: 'use-other',
      title: text.use.choose,
      icon: Star,
      shortcut: null,
      words: 'switch current-context kubectx',
      enabled: (model) => model.rows.size > 0,
      run: (model) => model.openPalette(true, 'use'),
    },
    {
      id: 'use-previous',
      title: text.use.previous,
      icon: History,
      shortcut: null,
      words: 'switch back current-context kubectx -',
      enabled: (model) => recentRows(model).length > 0,
      run: (model) => {
        const [row] = recentRows(model)
        if (row !== undefined) switchTo(model, row)
      },
    },
    {
      id: 'add',
      title: actions.add,
      icon: Plus,
      shortcut: 'Mod+Shift+A',
      enabled: () => true,
      run: (model) => model.edits.open({ kind: 'add' }),
    },
    {
      id: 'refresh-aws',
      title: actions.refresh,
      titleOfMany: actions.refreshMany,
      icon: RefreshCw,
      shortcut: null,
      blockedBy: opened,
      enabled: (model) => own(model) && written(model).length > 0,
      run: (model) => void model.edits.refreshFromAws(ids(written(model))),
    },
    {
      id: 'import',
      title: actions.import,
      icon: FileInput,
      shortcut: null,
      enabled: () => true,
      run: (model) => model.edits.open({ kind: 'import', from: null }),
    },
    {
      id: 'export',
      title: actions.export,
      titleOfMany: actions.exportMany,
      icon: Download,
      shortcut: null,
      enabled: (model) => written(model).length > 0,
      run: (model) => model.edits.open({ kind: 'export', rows: ids(live(model)) }),
    },
    {
      id: 'history',
      title: actions.history,
      place: text.nav.history,
      icon: History,
      shortcut: null,
      enabled: (model) => model.state.getState().page !== 'history',
      run: (model) => model.showPage('history'),
    },
    {
      id: 'shortcuts',
      title: actions.shortcuts,
      icon: Keyboard,
      shortcut: 'Mod+/',
      enabled: () => true,
      run: (model) => model.edits.open({ kind: 'shortcuts' }),
    },
  ]
}
