import { useEffect, useState } from 'react'
import type { Edit } from '../../shared/edits/edit'
import { execMeaning } from '../../shared/exec/parse'
import { entryId } from '../../shared/kubeconfig/entries'
import { goToMade } from '../actions/go-to'
import { fieldInputs } from '../pending/commit'
import { fieldOf, othersOf } from '../pending/editable-fields'
import { isShadowed } from '../rows/on-disk'
import type { Row } from '../rows/rows'
import { shortName } from '../text/counts'
import { editText, forms } from '../text/edits'
import { shortPath } from '../text/path'
import { Button } from '../ui/Button'
import { Field, Tick } from '../ui/Field'
import { FormWindow } from '../ui/FormFrame'
import { useApp, useEdits, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { TryPanel, useTrial } from '../ui/TryPanel'
import styles from './Forms.module.css'

/** A new name for a context, with its user and cluster where no other context uses them. */
export function RenameDialog({ id }: { readonly id: string }) {
  const model = useModel()
  const row = model.rows.get(id)
  const [name, setName] = useState(row?.name ?? '')
  const [cascade, setCascade] = useState(true)
  const home = useApp((state) => state.app?.home ?? '')
  if (row === undefined) return null
  const rows = model.rows.all()
  const kept = [
    ...(row.sharedWith.length > 0 ? [`user ${shortName(row.entry.user ?? '')}`] : []),
    ...(othersOf('server', row, rows).length > 0 ? [`cluster ${shortName(row.entry.cluster ?? '')}`] : []),
  ]
  return (
    <FormWindow
      title={forms.rename.title(titled(row, home))}
      edits={name === '' ? null : [{ kind: 'rename-context', context: id, name, cascade }]}
      done={forms.rename.done}
    >
      <Field label={forms.name} value={name} onChange={setName} />
      <Tick checked={cascade} onChange={setCascade}>
        {forms.rename.cascade}
        <small>{cascade ? forms.rename.cascadeNote(kept) : forms.rename.plain}</small>
      </Tick>
    </FormWindow>
  )
}

/** A second context on the same cluster, with a separate user: another role or profile in one step. */
export function CloneDialog({ id }: { readonly id: string }) {
  const model = useModel()
  const pending = useEdits((state) => state.pending)
  const row = model.rows.get(id)
  const home = useApp((state) => state.app?.home ?? '')
  // The offers of the fields are drawn when they arrive.
  useEdits((state) => state.choices)
  const [name, setName] = useState(row === undefined ? '' : `${row.name}-2`)
  const [profile, setProfile] = useState(row?.profile ?? '')
  const [role, setRole] = useState(row?.role ?? '')
  const [userName, setUserName] = useState('')
  useEffect(() => void model.edits.loadChoices(), [model])
  const edits = row === undefined || name === '' ? null : clone(row, { name, profile, role, userName })
  const made = row === undefined ? '' : entryId('context', row.entry.origin.file, name, 0)
  const trial = useTrial(edits && [...pending.map(({ edit }) => edit), ...edits], made)
  if (row === undefined) return null
  const inputs = fieldInputs(model)
  const exec = row.user?.exec ?? null
  const aws = getsToken(row)
  const offers = (column: 'profile' | 'role') =>
    inputs === null ? [] : (fieldOf(column)?.offers(row, inputs) ?? [])
  return (
    <FormWindow
      title={forms.clone.title(titled(row, home))}
      lead={forms.clone.lead}
      edits={edits}
      done={forms.clone.done}
      tried={trial.would.tried}
      foot={(problems) => <TryPanel trial={trial} was={null} brief={problems.length > 0} />}
      onMade={() => {
        if (!model.isShown(made)) model.edits.sayOfPending(forms.clone.shown(name))
        goToMade(model, made)
      }}
      remedy={({ instead }) =>
        instead !== undefined && (
          <Button
            small
            className={styles.remedy}
            title={editText.cell.insteadWhy}
            onClick={() => setProfile(instead)}
          >
            <Shown text={editText.cell.instead(instead)} />
          </Button>
        )
      }
    >
      <Field label={forms.name} value={name} onChange={setName} selected />
      {aws ? (
        <>
          <Field
            label={forms.clone.role}
            value={role}
            onChange={setRole}
            offers={offers('role')}
            hint={forms.clone.roleNote}
            mono
          />
          <Field
            label={forms.clone.profile}
            value={profile}
            onChange={setProfile}
            offers={offers('profile')}
            hint={forms.clone.profileNote}
          />
        </>
      ) : (
        <p className="said warn above-10">
          {exec?.command == null ? (
            forms.clone.noCommand
          ) : (
            <Shown text={forms.clone.otherCommand(shortPath(exec.command, home))} />
          )}
        </p>
      )}
      <Field
        label={forms.clone.user}
        value={userName}
        onChange={setUserName}
        placeholder={name}
        hint={forms.clone.userNote}
      />
    </FormWindow>
  )
}

/** The name of a context in a title, with its file where kubectl takes that name from another one. */
const titled = (row: Row, home: string): string =>
  isShadowed(row)
    ? `${shortName(row.name)} of ${shortPath(row.entry.origin.file, home)}`
    : shortName(row.name)

/** Whether its user gets a token of AWS, so that role and profile say as whom. */
const getsToken = ({ user }: Row): boolean => user?.exec != null && execMeaning(user.exec).gets !== null

function clone(row: Row, typed: Readonly<Record<'name' | 'profile' | 'role' | 'userName', string>>): Edit[] {
  const { name, profile, role, userName } = typed
  const aws = getsToken(row)
  return [
    {
      kind: 'clone-context',
      context: row.id,
      name,
      ...(aws && role.trim() !== (row.role ?? '') ? { role: role.trim() || null } : {}),
      ...(aws && profile.trim() !== (row.profile ?? '') ? { profile: profile.trim() || null } : {}),
      pin: null,
      userName: userName.trim() || null,
    },
  ]
}
