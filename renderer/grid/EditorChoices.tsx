import type { Scope } from '../../shared/edits/edit'
import { execMeaning } from '../../shared/exec/parse'
import type { ProfilePin } from '../../shared/identity/identity'
import type { Field } from '../pending/fields'
import type { Row } from '../rows/rows'
import { editText } from '../text/edits'
import { Shown } from '../ui/Shown'
import styles from './CellEditor.module.css'

/**
 * The ways to pin a profile that the command of a row knows: aws-iam-authenticator has no argument for it, and what gives
 * credentials names the profile itself.
 */
export function pinsOf({ user, pin }: Pick<Row, 'user' | 'pin'>): readonly ProfilePin[] {
  if (pin === 'wrapper') return ['wrapper']
  const gets = user?.exec ? execMeaning(user.exec).gets : null
  return gets === 'aws-iam-authenticator' ? ['env', 'none'] : ['arg', 'env', 'none']
}

interface PinChoiceProps {
  readonly name: string
  readonly pins: readonly ProfilePin[]
  readonly pin: ProfilePin
  readonly onChoose: (pin: ProfilePin) => void
}

/** How a profile is written into the entry. */
export function PinChoice({ name, pins, pin, onChoose }: PinChoiceProps) {
  return (
    <fieldset className={styles.choice}>
      <legend>{editText.cell.pin}</legend>
      {pins.map((way) => (
        <label key={way} className="row">
          <input type="radio" name={name} checked={pin === way} onChange={() => onChoose(way)} />
          {editText.cell.pins[way]}
        </label>
      ))}
    </fieldset>
  )
}

interface ScopeChoiceProps {
  readonly name: string
  readonly field: Field
  readonly row: Row
  /** How many contexts are edited. */
  readonly edited: number
  /** The other contexts that the entry serves. */
  readonly others: readonly string[]
  readonly scope: Scope
  readonly onChoose: (scope: Scope) => void
}

/** Whether a value of a shared entry is changed for all whom it serves, or for the edited contexts alone. */
export function ScopeChoice({ name, field, row, edited, others, scope, onChoose }: ScopeChoiceProps) {
  const through = field.through === 'cluster' ? 'cluster' : 'user'
  const entry = (through === 'cluster' ? row.entry.cluster : row.entry.user) ?? ''
  const many = edited > 1
  const { cell } = editText
  const says: readonly (readonly [Scope, string])[] = [
    ['split', (many ? cell.splitMany : cell.split)[through]],
    ['shared', cell.all(others.length + edited)],
  ]
  return (
    <fieldset className={styles.choice}>
      <legend>
        <Shown text={many ? cell.sharedMany(others.length) : cell.shared(through, entry, others)} />
      </legend>
      {says.map(([one, label]) => (
        <label key={one} className="row">
          <input type="radio" name={name} checked={scope === one} onChange={() => onChoose(one)} />
          {label}
        </label>
      ))}
    </fieldset>
  )
}
