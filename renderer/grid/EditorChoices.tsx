/** The choices in the editor of a cell. */
import type { Scope } from '../../shared/edits/edit'
import type { Field } from '../pending/editable-fields'
import type { Row } from '../rows/rows'
import { editText } from '../text/edits'
import { Shown } from '../ui/Shown'
import styles from './CellEditor.module.css'
import type { EnteredValue } from './use-cell-value'

interface ChoiceProps<T extends string> {
  readonly name: string
  readonly legend: string
  readonly options: readonly (readonly [value: T, label: string])[]
  readonly chosen: T
  readonly onChoose: (value: T) => void
}

/** One of a few, in the editor of a cell. */
function Choice<T extends string>({ name, legend, options, chosen, onChoose }: ChoiceProps<T>) {
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
function scopesOf(field: Field, { entry }: Row, edited: number, others: readonly string[]) {
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

interface EditorChoicesProps {
  /** Begins the names of the choices. */
  readonly id: string
  readonly row: Row
  readonly field: Field
  readonly value: EnteredValue
}

/** How a profile is pinned, and whether other contexts of a shared entry follow, where either can be chosen. */
export function EditorChoices({ id, row, field, value }: EditorChoicesProps) {
  const { pins, pin, rows, others, scope, set } = value
  return (
    <>
      {pins.length > 0 && (
        <Choice
          name={`${id}-pin`}
          legend={editText.cell.pin}
          options={pins.map((way) => [way, editText.cell.pins[way]])}
          chosen={pin}
          onChoose={(way) => set({ pin: way, typed: true })}
        />
      )}
      {others.length > 0 && (
        <Choice
          name={`${id}-scope`}
          {...scopesOf(field, row, rows.length, others)}
          chosen={scope}
          onChoose={(chosen) => set({ scope: chosen })}
        />
      )}
    </>
  )
}
