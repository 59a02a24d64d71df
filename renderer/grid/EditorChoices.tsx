import type { Scope } from '../../shared/edits/edit'
import { execMeaning } from '../../shared/exec/parse'
import type { ProfilePin } from '../../shared/identity/identity'
import type { Field } from '../pending/editable-fields'
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

interface ChoiceProps<T extends string> {
  readonly name: string
  readonly legend: string
  readonly options: readonly (readonly [value: T, label: string])[]
  readonly chosen: T
  readonly onChoose: (value: T) => void
}

/** One of a few, in the editor of a cell. */
export function Choice<T extends string>({ name, legend, options, chosen, onChoose }: ChoiceProps<T>) {
  return (
    <fieldset className={styles.choice}>
      <legend>
        <Shown text={legend} />
      </legend>
      {options.map(([value, label]) => (
        <label key={value} className="row">
          <input type="radio" name={name} checked={chosen === value} onChange={() => onChoose(value)} />
          {label}
        </label>
      ))}
    </fieldset>
  )
}

/** Whether a value of a shared entry is changed for all contexts that it serves, which are others too, or for the edited ones alone. */
export function scopesOf(field: Field, { entry }: Row, edited: number, others: readonly string[]) {
  const through = field.through === 'cluster' ? 'cluster' : 'user'
  const many = edited > 1
  const { cell } = editText
  const options: readonly (readonly [Scope, string])[] = [
    ['split', (many ? cell.splitMany : cell.split)[through]],
    ['shared', cell.all(others.length + edited)],
  ]
  const legend = many ? cell.sharedMany(others.length) : cell.shared(through, entry[through] ?? '', others)
  return { legend, options }
}
