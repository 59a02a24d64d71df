import { ArrowRight } from 'lucide-react'
import { useState } from 'react'
import { bulkEdits, replacements } from '../pending/bulk'
import { fieldInputs } from '../pending/commit'
import { fields } from '../pending/editable-fields'
import { columnOf } from '../rows/columns'
import { forms } from '../text/edits'
import { Field, Tick } from '../ui/Field'
import { FormWindow } from '../ui/FormFrame'
import { useModel } from '../ui/model'
import { ScrollList } from '../ui/ScrollList'
import { Named, Shown } from '../ui/Shown'
import styles from './Forms.module.css'

const searchable = Object.keys(fields).filter((column) => column !== 'file')
/** How many are drawn; all are replaced. */
const drawn = 200

interface ReplaceDialogProps {
  readonly ids: readonly string[]
  /** The initially ticked column. */
  readonly column: string
}

/** Find and replace in the editable columns; shows all changes first. */
export function ReplaceDialog({ ids, column: meant }: ReplaceDialogProps) {
  const model = useModel()
  const [find, setFind] = useState('')
  const [by, setBy] = useState('')
  const [regexp, setRegexp] = useState(false)
  const [matchCase, setMatchCase] = useState(false)
  const [columns, setColumns] = useState<readonly string[]>([searchable.includes(meant) ? meant : 'context'])
  const rows = ids.flatMap((id) => model.rows.get(id) ?? [])
  const answer = replacements(rows, columns, find, by, { regexp, matchCase })
  const found = 'found' in answer ? answer.found : []
  const inputs = fieldInputs(model)
  const made =
    inputs === null
      ? null
      : bulkEdits(
          found.map(({ row, column, now }) => ({ row, column, text: now })),
          'split',
          inputs,
        )
  return (
    <FormWindow
      wide
      title={forms.replace.title}
      lead={forms.replace.lead(rows.length)}
      edits={made?.edits ?? null}
      done={forms.replace.done(made?.cells ?? 0)}
    >
      <div className="two">
        <Field
          label={forms.replace.find}
          value={find}
          onChange={setFind}
          problem={'problem' in answer ? answer.problem : null}
        />
        <Field label={forms.replace.by} value={by} onChange={setBy} />
      </div>
      <div className={styles.row}>
        <Tick checked={regexp} onChange={setRegexp}>
          {forms.replace.regexp}
        </Tick>
        <Tick checked={matchCase} onChange={setMatchCase}>
          {forms.replace.matchCase}
        </Tick>
      </div>
      <h3 className={styles.heading}>{forms.replace.columns}</h3>
      <div className={styles.row}>
        {searchable.map((column) => (
          <Tick
            key={column}
            checked={columns.includes(column)}
            onChange={(checked) =>
              setColumns(checked ? [...columns, column] : columns.filter((one) => one !== column))
            }
          >
            {columnOf(column)?.title}
          </Tick>
        ))}
      </div>
      {find !== '' && (
        <>
          <p className={styles.heading} role="status">
            {found.length === 0 ? forms.replace.none : forms.replace.found(found.length)}
          </p>
          {found.length > 0 && (
            <ScrollList className={styles.list} aria-label={forms.replace.preview}>
              {found.slice(0, drawn).map(({ row, column, was, now }) => (
                <li key={`${row.id} ${column}`} className={styles.change} data-named>
                  <Named as="b" name={row.name} />
                  <small>{columnOf(column)?.title}</small>
                  <Shown as="span" className="soft" text={was} />
                  <ArrowRight size={12} aria-hidden />
                  <span className="visually-hidden">→</span>
                  <Shown as="span" className="changed" text={now} />
                </li>
              ))}
            </ScrollList>
          )}
        </>
      )}
      {made !== null && made.left.length > 0 && (
        <p className="said warn above-10">
          {forms.replace.left}{' '}
          <Shown text={made.left.map(({ cell, why }) => `${cell.row.name}: ${why}`).join(' ')} />
        </p>
      )}
    </FormWindow>
  )
}
