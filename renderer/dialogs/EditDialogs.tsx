import type { ReactNode } from 'react'
import { type EntryId, nameInId, partsOfId } from '../../shared/kubeconfig/entries'
import { AddDialog } from '../add/AddDialog'
import { LookingDialog } from '../discover/LookingDialog'
import { UndoDialog } from '../history/UndoDialog'
import { aboutContexts, type Dialog } from '../pending/editing-state'
import { ReviewDialog } from '../review/ReviewDialog'
import { shortName } from '../text/counts'
import { editText, forms } from '../text/edits'
import { shortPath } from '../text/path'
import { useApp, useEdits, useModel } from '../ui/model'
import { Window } from '../ui/Window'
import { AddProfileDialog } from './AddProfileDialog'
import { CompareDialog } from './CompareDialog'
import { ConflictsDialog } from './ConflictsDialog'
import { DeleteDialog } from './DeleteDialog'
import { EverywhereDialog } from './EverywhereDialog'
import { ExportDialog } from './ExportDialog'
import { ImportDialog } from './ImportDialog'
import { MergeDialog } from './MergeDialog'
import { MoveDialog } from './MoveDialog'
import { NamesDialog } from './NamesDialog'
import { CloneProfileDialog, DeleteProfileDialog } from './ProfileForm'
import { CloneDialog, RenameDialog } from './RenameDialog'
import { ReplaceDialog } from './ReplaceDialog'
import { ReportDialog } from './ReportDialog'
import { ShortcutsDialog } from './ShortcutsDialog'
import { SignInDialog } from './SignInDialog'

type ByKind = { readonly [D in Dialog as D['kind']]: D }

const dialogs: { readonly [K in keyof ByKind]: (dialog: ByKind[K]) => ReactNode } = {
  review: ({ obstacles }) => <ReviewDialog obstacles={obstacles} />,
  conflicts: ({ inReview }) => <ConflictsDialog inReview={inReview === true} />,
  'undo-write': ({ kind: _, ...write }) => <UndoDialog {...write} />,
  clone: ({ row }) => <CloneDialog id={row} />,
  rename: ({ row }) => <RenameDialog id={row} />,
  delete: ({ rows }) => <DeleteDialog ids={rows} />,
  move: ({ rows }) => <MoveDialog ids={rows} />,
  names: ({ rows }) => <NamesDialog ids={rows} />,
  replace: ({ rows, column }) => <ReplaceDialog ids={rows} column={column} />,
  everywhere: ({ old }) => <EverywhereDialog start={old} />,
  merge: () => <MergeDialog />,
  import: (dialog) => <ImportDialog dialog={dialog} />,
  export: ({ rows }) => <ExportDialog ids={rows} />,
  add: () => <AddDialog />,
  looking: ({ at }) => <LookingDialog at={at} />,
  'add-profile': ({ profile }) => <AddProfileDialog profile={profile} />,
  'clone-profile': ({ profiles }) => <CloneProfileDialog profiles={profiles} />,
  'delete-profile': ({ profiles }) => <DeleteProfileDialog profiles={profiles} />,
  'sign-in': ({ of, contexts }) => <SignInDialog of={of} contexts={contexts} />,
  report: ({ shown }) => <ReportDialog shown={shown} />,
  compare: ({ first }) => <CompareDialog first={first} />,
  shortcuts: () => <ShortcutsDialog />,
}
const drawn = <K extends keyof ByKind>(kind: K, dialog: ByKind[K]) => dialogs[kind](dialog)

/** The open dialog; at most one, so that dialogs need not know each other. */
export function EditDialogs() {
  const dialog = useEdits((state) => state.dialog)
  const left = useRowsLeft(dialog)
  if (dialog === null) return null
  return left ? drawn(dialog.kind, dialog) : <GoneDialog ids={aboutContexts(dialog)} />
}

/** Whether any context of a dialog still exists. */
function useRowsLeft(dialog: Dialog | null): boolean {
  const model = useModel()
  // Other programs may remove contexts while it is open.
  useApp((state) => state.listVersion)
  const ids = dialog === null ? [] : aboutContexts(dialog)
  return ids.length === 0 || ids.some((id) => model.rows.get(id) !== undefined)
}

/** Replaces a dialog whose contexts another program removed: says what happened, and the focus stays in a dialog. */
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
