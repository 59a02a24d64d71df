import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useRef } from 'react'
import { createPortal } from 'react-dom'
import type { Edit } from '../../shared/edits/edit'
import { visible } from '../../shared/visible'
import { putInRange } from '../actions/cell-actions'
import { commitCells, type Tried } from '../pending/commit'
import { type Field, fieldOf } from '../pending/editable-fields'
import type { Editing } from '../pending/editing-state'
import { nextOffer } from '../pending/offers'
import type { Places } from '../rows/arrange'
import type { Row } from '../rows/rows'
import { editText } from '../text/edits'
import { Keys } from '../ui/Keys'
import { useApp, useEdits, useModel, useRow } from '../ui/model'
import { withOffers } from '../ui/OfferList'
import { usePopups } from '../ui/popups'
import { Shown } from '../ui/Shown'
import { TryPanel, useTrial } from '../ui/TryPanel'
import styles from './CellEditor.module.css'
import { EditorChoices } from './EditorChoices'
import { EditorOffers } from './EditorOffers'
import { goOn } from './editing-keys'
import { type EnteredValue, useCellValue } from './use-cell-value'
import { titleOf, useClosing } from './use-closing'
import { useSaid } from './use-said'

interface CellEditorProps {
  readonly grid: RefObject<HTMLElement | null>
  /** Places of what the grid shows, by id. */
  readonly index: Places
}

/** The editor of the cell that is being edited; nothing otherwise. */
export function CellEditor(props: CellEditorProps) {
  const editing = useEdits((state) => state.editing)
  return editing && <EditorOfCell key={editing.opening} editing={editing} {...props} />
}

interface EditorOfCellProps extends CellEditorProps {
  readonly editing: Editing
}

/** As long as its context is there, and its row is shown; the row as it was last. */
function EditorOfCell(props: EditorOfCellProps) {
  const { row: id, column } = props.editing
  const row = useRow(id)
  const last = useRef(row)
  last.current = row ?? last.current
  // A row that is new is there a moment later than its editor.
  const wasShown = useRef(false)
  wasShown.current ||= props.index.has(id)
  const hidden = wasShown.current && !props.index.has(id)
  const field = fieldOf(column)
  const gone = row === undefined ? editText.cell.gone : hidden ? editText.cell.notShown : null
  return field && last.current && <Editor {...props} row={last.current} field={field} gone={gone} />
}

interface EditorProps extends EditorOfCellProps {
  readonly row: Row
  readonly field: Field
  /** What is said of what was typed where the row is gone or not shown any more; null: it is there. */
  readonly gone: typeof editText.cell.gone | null
}

/**
 * One value for the rows that are edited: typed or chosen, kept by Enter, Tab or leaving the cell, given up by Escape.
 * The keyboard is in the editor as long as that is open. Where another program takes the context away, or a filter its row,
 * the editor goes, too: nothing is typed into what is not seen.
 */
function Editor({ editing, row, field, gone, grid }: EditorProps) {
  const model = useModel()
  const popups = usePopups()
  const range = useApp((state) => state.range)
  const input = useRef<HTMLInputElement>(null)
  const card = useRef<HTMLDivElement>(null)
  const id = useId()
  const at = { item: editing.row, column: editing.column }
  const value = useCellValue(editing, row, field)
  const { rows, text, offers, active, chosen } = value
  const { said, meant, refuse } = useSaid(row, value)
  const wouldBe = useWouldBe(editing, meant)
  const trial = useTrial(wouldBe, editing.row)
  useLayoutEffect(() => {
    input.current?.focus({ preventScroll: true })
    if (editing.typed === null) input.current?.select()
  }, [editing.typed])
  const end = useClosing({ editing, row, gone, grid, card, value })
  /** Ends where there is nothing to take (null), or it was taken; else says why it was not. */
  function endWith(taken: string, done: Tried | null, next: () => void): void {
    if (done === null || done.ok) {
      end()
      next()
    } else {
      refuse(taken, done)
      input.current?.focus()
    }
  }
  function commit(taken: string, way: 'down' | 'right' | 'left'): void {
    const same = value.unchanged && taken === text
    const done = same ? null : commitCells(model, value.cells(taken), value.scope)
    endWith(taken, done, () => goOn(model, at, way))
  }
  const toCell = () => model.list.place.moveTo(at)
  /** Ctrl+Enter: the value in every cell of the range, or a try of it. */
  function commitOrTry(): void {
    if (range !== null) endWith(chosen, putInRange(model, value.inField(chosen, true)), toCell)
    else if (wouldBe !== null) void model.edits.tryOut(wouldBe, [editing.row])
  }
  const cancel = () => endWith(text, null, toCell)
  if (gone !== null) return null
  const column = titleOf(editing.column)
  return createPortal(
    <div
      ref={card}
      className={styles.card}
      data-column={editing.column}
      onKeyDown={(event) => editorKey(event, { input, card, id, value, commit, commitOrTry, cancel })}
      role="group"
      aria-label={column}
      tabIndex={-1}
    >
      <input
        ref={input}
        className={styles.input}
        {...withOffers(`${id}-offers`, active, offers.length > 0)}
        aria-label={
          rows.length > 1
            ? editText.cell.labelMany(column, rows.length)
            : editText.cell.label(column, row.name)
        }
        aria-describedby={`${id}-said`}
        aria-invalid={said?.tone === 'bad' || undefined}
        value={text}
        onChange={(event) => value.set({ entered: event.target.value, typed: true, active: -1 })}
      />
      {visible(text) !== text && (
        <p className={styles.hiddenText}>
          {editText.cell.hidden} <Shown text={text} />
        </p>
      )}
      {rows.length > 1 && <p className={styles.many}>{editText.cell.many(rows.length)}</p>}
      <EditorChoices id={id} row={row} field={field} value={value} />
      <div id={`${id}-said`} className={styles.said} data-tone={said?.tone} aria-live="polite">
        {said !== null && (
          <>
            <Shown {...(said.tone === 'info' ? {} : strong)} text={said.message} /> <Shown text={said.next} />
            {editing.column === 'role' && said.instead !== undefined && (
              <SourceInstead
                source={said.instead}
                value={value}
                onDone={() => endWith(text, null, () => goOn(model, at, 'down'))}
              />
            )}
          </>
        )}
      </div>
      {wouldBe !== null && (
        <div className={styles.would}>
          <TryPanel
            trial={trial}
            was={row.pending?.was ?? (row.pending === null ? row : null)}
            keys={range === null && <Keys shortcut="Mod+Enter" />}
          />
        </div>
      )}
      <EditorOffers
        id={`${id}-offers`}
        offers={offers}
        active={active}
        onChoose={(offer) => commit(offer, 'down')}
      />
      <p className={styles.hint}>
        {editText.cell.hint(value.pins.length > 0 || value.others.length > 0)}
        {range !== null && ` · ${editText.cell.inRange}`}
        {field.clearable && ` · ${editText.cell.empty}`}
      </p>
    </div>,
    popups?.current ?? document.body,
  )
}

/** The edits that the value would be with the pending ones, where they decide the identity of the one context; else null. */
function useWouldBe({ rows, column }: Editing, meant: readonly Edit[] | null): readonly Edit[] | null {
  const pending = useEdits((state) => state.pending)
  // The resulting identity is computed for one context at a time; values of other columns change no identity.
  const decides = rows.length === 1 && ['profile', 'role', 'user'].includes(column)
  return decides && meant !== null ? [...pending.map(({ edit }) => edit), ...meant] : null
}

interface EditorKeys {
  readonly input: RefObject<HTMLElement | null>
  readonly card: RefObject<HTMLElement | null>
  /** Of the editor's elements. */
  readonly id: string
  readonly value: EnteredValue
  readonly commit: (taken: string, way: 'down' | 'right' | 'left') => void
  readonly commitOrTry: () => void
  readonly cancel: () => void
}

function editorKey(event: KeyboardEvent, { input, card, id, value, ...acts }: EditorKeys): void {
  const { key, shiftKey, target } = event
  const mod = event.ctrlKey || event.metaKey
  // Shortcuts of the window leave the editor and do what they do.
  if (!mod) event.stopPropagation()
  if (event.nativeEvent.isComposing) return
  // After a click beside its parts, or where one of them had the keyboard and went: it is the field's.
  if (target === card.current && !mod) input.current?.focus({ preventScroll: true })
  // A button below does what it says.
  if (target instanceof HTMLButtonElement && !(mod && key === 'Enter') && (key === 'Enter' || key === ' '))
    return
  const { offers, active, pins, others, chosen } = value
  const inField = target === input.current || target === card.current
  const inOffers = inField && offers.length > 0
  const choose = (from: number, by: 1 | -1) => value.set({ active: nextOffer(offers, from, by) })
  if (key === 'Enter' && mod) acts.commitOrTry()
  else if (key === 'Enter') acts.commit(chosen, 'down')
  else if (key === 'Tab') {
    // Tab walks through the choices below first, when there are any to be made.
    const inPin = target instanceof HTMLInputElement && target.name === `${id}-pin`
    const more = inField ? pins.length > 0 || others.length > 0 : inPin && others.length > 0
    if (shiftKey ? !inField : more) return
    acts.commit(chosen, shiftKey ? 'left' : 'right')
  } else if (key === 'Escape') acts.cancel()
  else if (key === 'ArrowDown' && inOffers) choose(active, 1)
  else if (key === 'ArrowUp' && inOffers) choose(active, -1)
  // In the list; before one is chosen there they are the field's own.
  else if (key === 'Home' && inField && active >= 0) choose(-1, 1)
  else if (key === 'End' && inField && active >= 0) choose(-1, -1)
  else return
  event.preventDefault()
}

interface SourceInsteadProps {
  /** A profile. */
  readonly source: string
  readonly value: EnteredValue
  readonly onDone: () => void
}

/** The way out of a role on top of a profile that assumes one: the role, over that profile's source. */
function SourceInstead({ source, value: { rows, text, scope }, onDone }: SourceInsteadProps) {
  const model = useModel()
  const role = text.trim() || null
  return (
    <button
      type="button"
      className={styles.instead}
      title={editText.cell.insteadWhy}
      onClick={() => {
        model.edits.add(
          rows.flatMap(({ id: context }) => [
            { kind: 'set-profile', context, profile: source, pin: null, scope },
            { kind: 'set-role', context, role, scope },
          ]),
        )
        onDone()
      }}
    >
      <Shown text={editText.cell.instead(source)} />
    </button>
  )
}

const strong = { as: 'b', className: 'strong' } as const
