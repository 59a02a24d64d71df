import { type EntryId, nameInId, partsOfId } from '../../shared/kubeconfig/entries'
import { assertNever } from '../../shared/result'
import { AddDialog } from '../add/AddDialog'
import { LookingDialog } from '../discover/LookingDialog'
import { ProfilesDialog } from '../discover/ProfilesDialog'
import { UndoDialog } from '../history/UndoDialog'
import { ProfileEditsDialog } from '../identities/ProfileEditsDialog'
import { aboutContexts, type Dialog } from '../pending/state'
import { ReviewDialog } from '../review/ReviewDialog'
import { shortName } from '../text/counts'
import { editText, forms } from '../text/edits'
import { shortPath } from '../text/path'
import { useApp, useEdits, useModel } from '../ui/model'
import { Window } from '../ui/Window'
import { AddProfileDialog } from './AddProfileDialog'
import { ConflictsDialog } from './ConflictsDialog'
import { DeleteDialog } from './DeleteDialog'
import { ExportDialog } from './ExportDialog'
import { ImportDialog } from './ImportDialog'
import { MergeDialog } from './MergeDialog'
import { MoveDialog } from './MoveDialog'
import { NamesDialog } from './NamesDialog'
import { CloneProfileDialog, DeleteProfileDialog } from './ProfileForm'
import { CloneDialog, RenameDialog } from './RenameDialog'
import { ReplaceDialog } from './ReplaceDialog'
import { ShortcutsDialog } from './ShortcutsDialog'
import { SignInDialog } from './SignInDialog'

/** The dialog that is open; at most one, so that dialogs need not know of each other. */
export function EditDialogs() {
  const dialog = useEdits((state) => state.dialog)
  const left = useRowsLeft(dialog)
  if (dialog === null) return null
  if (!left) return <GoneDialog ids={aboutContexts(dialog)} />
  switch (dialog.kind) {
    case 'review':
      return <ReviewDialog obstacles={dialog.obstacles} />
    case 'conflicts':
      return <ConflictsDialog inReview={dialog.inReview === true} />
    case 'undo-write':
      return <UndoDialog id={dialog.id} way={dialog.way} obstacles={dialog.obstacles} />
    case 'clone':
      return <CloneDialog id={dialog.row} />
    case 'rename':
      return <RenameDialog id={dialog.row} />
    case 'delete':
      return <DeleteDialog ids={dialog.rows} />
    case 'move':
      return <MoveDialog ids={dialog.rows} />
    case 'names':
      return <NamesDialog ids={dialog.rows} />
    case 'replace':
      return <ReplaceDialog ids={dialog.rows} column={dialog.column} />
    case 'merge':
      return <MergeDialog />
    case 'import':
      return <ImportDialog dialog={dialog} />
    case 'export':
      return <ExportDialog ids={dialog.rows} />
    case 'add':
      return <AddDialog />
    case 'looking':
      return <LookingDialog at={dialog.at} />
    case 'write-profiles':
      return <ProfilesDialog profiles={dialog.profiles} />
    case 'edit-profiles':
      return <ProfileEditsDialog />
    case 'add-profile':
      return <AddProfileDialog profile={dialog.profile} />
    case 'clone-profile':
      return <CloneProfileDialog profiles={dialog.profiles} />
    case 'delete-profile':
      return <DeleteProfileDialog profiles={dialog.profiles} />
    case 'sign-in':
      return <SignInDialog of={dialog.of} contexts={dialog.contexts} />
    case 'shortcuts':
      return <ShortcutsDialog />
    default:
      return assertNever(dialog, 'dialog')
  }
}

/** Whether a dialog about contexts still has one to be about. */
function useRowsLeft(dialog: Dialog | null): boolean {
  const model = useModel()
  // Other programs take contexts away while it is open.
  useApp((state) => state.listVersion)
  const ids = dialog === null ? [] : aboutContexts(dialog)
  return ids.length === 0 || ids.some((id) => model.rows.get(id) !== undefined)
}

/** In place of a dialog whose contexts another program took away: what became of them, and the keyboard stays in a dialog. */
function GoneDialog({ ids }: { readonly ids: readonly EntryId[] }) {
  const home = useApp((state) => state.app?.home ?? '')
  const names = ids.map((id) => shortName(nameInId(id)))
  const files = new Set(ids.flatMap((id) => partsOfId(id)?.file ?? []))
  return (
    <Window
      title={forms.gone.title(names)}
      lead={forms.gone.lead([...files].map((file) => shortPath(file, home)))}
      cancel={editText.close}
    />
  )
}
