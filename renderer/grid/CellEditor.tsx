import { type RefObject, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import type { EditProblem, Scope } from '../../shared/edits/edit'
import type { ProfilePin } from '../../shared/identity/identity'
import { visible } from '../../shared/visible'
import type { GridPlace } from '../actions/action'
import type { CellValue } from '../pending/bulk'
import { commitCells, groundOf, tryCells } from '../pending/commit'
import { type Field, fieldOf, type Offer, othersOf, renameNote } from '../pending/fields'
import type { Editing } from '../pending/state'
import { columnOf } from '../rows/columns'
import type { Row } from '../rows/rows'
import { editText } from '../text/edits'
import { shortPath } from '../text/path'
import { useApp, useModel, useRow } from '../ui/model'
import { usePopups } from '../ui/popups'
import { Shown } from '../ui/Shown'
import { useEdits } from '../ui/use-edits'
import styles from './CellEditor.module.css'
import { goOn } from './editing-keys'
import { usePlaced } from './use-cell-position'

interface CellEditorProps {
  readonly grid: RefObject<HTMLElement | null>
  readonly place: GridPlace
}

/** The editor of the cell that is being edited; nothing otherwise. */
export function CellEditor({ grid, place }: CellEditorProps) {
  const editing = useEdits((state) => state.editing)
  if (editing === null) return null
  return <EditorOfRow key={`${editing.row} ${editing.column}`} editing={editing} grid={grid} place={place} />
}

/** While another program takes the context away, its editor goes with it. */
function EditorOfRow({ editing, grid, place }: CellEditorProps & { readonly editing: Editing }) {
  const model = useModel()
  const row = useRow(editing.row)
  const field = fieldOf(editing.column)
  const gone = row === undefined || field === undefined
  const leave = useRef<() => void>(() => undefined)
  leave.current = () => {
    model.edits.stopEditing()
    // The grid finds the row that is there now.
    place.moveTo({ item: editing.row, column: editing.column })
  }
  useEffect(() => {
    if (gone) leave.current()
  }, [gone])
  if (gone) return null
  return <Editor editing={editing} row={row} field={field} grid={grid} place={place} />
}

interface EditorProps extends CellEditorProps {
  readonly editing: Editing
  readonly row: Row
  readonly field: Field
}

/** How many suggestions are drawn; typing narrows them. */
const most = 60

interface Said {
  readonly tone: 'bad' | 'warn' | 'info'
  readonly message: string
  readonly next: string
  /** The profile to name instead. */
  readonly instead?: string | undefined
}

function Editor({ editing, row, field, grid, place }: EditorProps) {
  const model = useModel()
  const popups = usePopups()
  const choices = useEdits((state) => state.choices)
  const isProfile = editing.column === 'profile'
  const home = useApp((state) => state.app?.home ?? '')
  const original =
    editing.column === 'file'
      ? shortPath(field.text(row), home)
      : isProfile
        ? (row.profile ?? '')
        : field.text(row)
  const [text, setText] = useState(editing.typed ?? original)
  const [pin, setPin] = useState<ProfilePin>(row.profile === null ? 'arg' : row.pin)
  const [scope, setScope] = useState<Scope>('split')
  const [active, setActive] = useState(-1)
  const [typed, setTyped] = useState(editing.typed !== null)
  const [said, setSaid] = useState<Said | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const card = useRef<HTMLDivElement>(null)
  const id = useId()

  const rows = useMemo(() => editing.rows.flatMap((one) => model.rows.get(one) ?? []), [editing.rows, model])
  const others = useMemo(() => {
    const chosen = new Set(rows.map(({ name }) => name))
    const found = new Set(rows.flatMap((one) => othersOf(editing.column, one, model.rows.all())))
    return [...found].filter((name) => !chosen.has(name))
  }, [rows, editing.column, model])
  const pinTouched = isProfile && pin !== (row.profile === null ? 'arg' : row.pin)
  const value = (profile: string): string => {
    if (!isProfile || profile === '') return profile
    if (pin === 'none') return ''
    const keep = row.profile !== null && !pinTouched
    return keep && rows.length > 1 ? profile : `${profile} ${pin === 'arg' ? '--profile' : 'env'}`
  }
  const cellsOf = (said: string): readonly CellValue[] =>
    rows.map((one) => ({ row: one, column: editing.column, text: value(said) }))
  const cells = useRef(cellsOf)
  cells.current = cellsOf
  const unchanged = rows.length === 1 && text === original && !pinTouched && editing.typed === null

  const all = useMemo(() => {
    void choices
    const ground = groundOf(model)
    return ground === null ? [] : field.offers(row, ground)
  }, [model, field, row, choices])
  const offers = useMemo(() => {
    const wanted = text.trim().toLowerCase()
    return (typed && wanted !== '' ? narrowed(all, wanted) : all).slice(0, most)
  }, [all, text, typed])

  useLayoutEffect(() => {
    input.current?.focus({ preventScroll: true })
    if (editing.typed === null) input.current?.select()
  }, [editing.typed])

  usePlaced(card, grid, editing)

  const suggested = offers[active]?.value
  const some = offers.length > 0
  const refused = useRef<string | null>(null)
  // What is wrong is said once the typing rests; a commit asks at once.
  useEffect(() => {
    void pin
    if ((unchanged && suggested === undefined) || !(typed || suggested !== undefined)) {
      setSaid(null)
      return
    }
    let current = true
    const timer = setTimeout(() => {
      const tried = tryCells(model, cells.current(suggested ?? text), scope)
      if (!tried.ok && suggested === undefined && some && refused.current !== text) {
        // Half a word that finds something is a search, not yet a value, unless it was to be kept.
        setSaid(null)
        return
      }
      if (!tried.ok) {
        setSaid({ tone: 'bad', message: tried.message, next: tried.next })
        return
      }
      const { edits } = tried.made
      const note = renameNote(edits, row, model.rows.all())
      setSaid(note === null ? null : { tone: 'info', message: note, next: '' })
      if (edits.length === 0 || edits.length > 200) return
      void model.edits.ask(edits).then((problems) => {
        const [problem] = problems
        if (current && problem) setSaid(saidOf(problem))
      })
    }, 250)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [model, row, text, suggested, some, pin, scope, typed, unchanged])

  function close(): void {
    model.edits.stopEditing()
  }

  function commit(chosen: string, way: 'down' | 'right' | 'left' | null): void {
    if (!(unchanged && chosen === text)) {
      const done = commitCells(model, cellsOf(chosen), scope)
      if (!done.ok) {
        refused.current = chosen
        setSaid({ tone: 'bad', message: done.message, next: done.next })
        input.current?.focus()
        return
      }
    }
    close()
    const from = { item: editing.row, column: editing.column }
    if (way === null) return
    goOn(model, from, way, place)
  }

  // A click anywhere else keeps what was typed, as in a spreadsheet.
  const outside = useRef<() => void>(() => undefined)
  outside.current = () => commit(text, null)
  useEffect(() => {
    const onPointerDown = (event: PointerEvent) => {
      if (event.target instanceof Node && card.current?.contains(event.target)) return
      outside.current()
    }
    window.addEventListener('pointerdown', onPointerDown, true)
    return () => window.removeEventListener('pointerdown', onPointerDown, true)
  }, [])

  function onKeyDown(event: React.KeyboardEvent): void {
    event.stopPropagation()
    if (event.nativeEvent.isComposing) return
    const chosen = suggested ?? text
    if (event.key === 'Enter') commit(chosen, 'down')
    else if (event.key === 'Tab') {
      // Tab walks through the choices below first, when there are any to be made.
      const inField = event.target === input.current
      const inPin = event.target instanceof HTMLInputElement && event.target.name === `${id}-pin`
      const more = inField ? isProfile || others.length > 0 : inPin && others.length > 0
      if (event.shiftKey ? !inField : more) return
      commit(chosen, event.shiftKey ? 'left' : 'right')
    } else if (event.key === 'Escape') {
      close()
      place.moveTo({ item: editing.row, column: editing.column })
    } else if (event.target === input.current && event.key === 'ArrowDown' && offers.length > 0)
      setActive((active + 1) % offers.length)
    else if (event.target === input.current && event.key === 'ArrowUp' && offers.length > 0)
      setActive(active <= 0 ? offers.length - 1 : active - 1)
    else return
    event.preventDefault()
  }

  useEffect(() => {
    card.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
    void active
  }, [active])

  const column = columnOf(editing.column)?.title ?? editing.column
  const source = said?.instead
  const shareable = field.through !== 'context' || editing.column === 'user'
  const through = field.through === 'cluster' ? 'cluster' : 'user'
  const entry = (through === 'cluster' ? row.entry.cluster : row.entry.user) ?? ''
  return createPortal(
    <div
      ref={card}
      className={styles.card}
      data-column={editing.column}
      onKeyDown={onKeyDown}
      role="group"
      aria-label={column}
    >
      <input
        ref={input}
        className={styles.input}
        role="combobox"
        aria-expanded={offers.length > 0}
        aria-controls={`${id}-offers`}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
        aria-label={
          rows.length > 1
            ? editText.cell.labelMany(column, rows.length)
            : editText.cell.label(column, row.name)
        }
        aria-describedby={`${id}-said`}
        aria-invalid={said?.tone === 'bad' || undefined}
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setTyped(true)
          setActive(-1)
        }}
      />
      {visible(text) !== text && (
        <p className={styles.hiddenText}>
          {editText.cell.hidden} <Shown text={text} />
        </p>
      )}
      {rows.length > 1 && <p className={styles.many}>{editText.cell.many(rows.length)}</p>}
      {isProfile && (
        <fieldset className={styles.choice}>
          <legend>{editText.cell.pin}</legend>
          {(['arg', 'env', 'none'] as const).map((way) => (
            <label key={way}>
              <input
                type="radio"
                name={`${id}-pin`}
                checked={pin === way}
                onChange={() => {
                  setPin(way)
                  setTyped(true)
                }}
              />
              {editText.cell.pins[way]}
            </label>
          ))}
        </fieldset>
      )}
      {shareable && others.length > 0 && (
        <fieldset className={styles.choice}>
          <legend>
            <Shown
              text={
                rows.length > 1
                  ? editText.cell.sharedMany(others.length)
                  : editText.cell.shared(through, entry, others)
              }
            />
          </legend>
          <label>
            <input
              type="radio"
              name={`${id}-scope`}
              checked={scope === 'split'}
              onChange={() => setScope('split')}
            />
            {rows.length > 1 ? editText.cell.splitMany[through] : editText.cell.split[through]}
          </label>
          <label>
            <input
              type="radio"
              name={`${id}-scope`}
              checked={scope === 'shared'}
              onChange={() => setScope('shared')}
            />
            {editText.cell.all(others.length + rows.length)}
          </label>
        </fieldset>
      )}
      <div id={`${id}-said`} className={styles.said} data-tone={said?.tone} aria-live="polite">
        {said !== null && (
          <>
            {said.tone === 'info' ? (
              <Shown text={said.message} />
            ) : (
              <b>
                <Shown text={said.message} />
              </b>
            )}{' '}
            <Shown text={said.next} />
            {editing.column === 'role' && source !== undefined && (
              <button
                type="button"
                className={styles.instead}
                title={editText.cell.insteadWhy}
                onClick={() => {
                  model.edits.add(
                    rows.flatMap((one) => [
                      { kind: 'set-profile', context: one.id, profile: source, pin: null, scope },
                      { kind: 'set-role', context: one.id, role: text.trim() || null, scope },
                    ]),
                  )
                  close()
                  goOn(model, { item: editing.row, column: editing.column }, 'down', place)
                }}
              >
                <Shown text={editText.cell.instead(source)} />
              </button>
            )}
          </>
        )}
      </div>
      <div
        id={`${id}-offers`}
        role="listbox"
        aria-label={editText.cell.offers}
        className={styles.offers}
        hidden={offers.length === 0}
      >
        {offers.map((offer, at) => (
          <div
            key={offer.value}
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === active}
            className={styles.offer}
            onPointerDown={(event) => {
              event.preventDefault()
              commit(offer.value, 'down')
            }}
          >
            <span>
              <Shown text={offer.value} />
            </span>
            {offer.hint !== '' && (
              <small>
                <Shown text={offer.hint} />
              </small>
            )}
          </div>
        ))}
      </div>
      <p className={styles.hint}>
        {editText.cell.hint}
        {field.clearable && ` · ${editText.cell.empty}`}
      </p>
    </div>,
    popups?.current ?? document.body,
  )
}

/** Offers that say what was typed: at their beginning, in their value, in what stands beside it. */
function narrowed(offers: readonly Offer[], wanted: string): readonly Offer[] {
  const rank = ({ value, hint }: Offer): number => {
    const at = value.toLowerCase().indexOf(wanted)
    return at === 0 ? 0 : at > 0 ? 1 : hint.toLowerCase().includes(wanted) ? 2 : 3
  }
  return offers.filter((offer) => rank(offer) < 3).sort((a, b) => rank(a) - rank(b))
}

const saidOf = ({ blocks, message, next, instead }: EditProblem): Said => ({
  tone: blocks ? 'bad' : 'warn',
  message,
  next,
  instead,
})
