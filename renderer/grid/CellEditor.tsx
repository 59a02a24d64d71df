import { type RefObject, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import type { Edit, EditProblem, Scope } from '../../shared/edits/edit'
import type { ProfilePin } from '../../shared/identity/identity'
import { visible } from '../../shared/visible'
import { putInRange } from '../actions/cell-actions'
import type { CellValue } from '../pending/bulk'
import { commitCells, type Tried, tryCells } from '../pending/commit'
import { type Field, fieldOf, othersOf, renameNote } from '../pending/editable-fields'
import type { Editing } from '../pending/editing-state'
import { nextOffer } from '../pending/offers'
import { withPendingProfile } from '../pending/profile-edits'
import type { Places } from '../rows/arrange'
import { columnOf } from '../rows/columns'
import type { Row } from '../rows/rows'
import { editText } from '../text/edits'
import { Keys } from '../ui/Keys'
import { listen } from '../ui/listen'
import { useApp, useEdits, useModel, useRow } from '../ui/model'
import { withOffers } from '../ui/OfferList'
import { usePopups } from '../ui/popups'
import { Shown } from '../ui/Shown'
import { TryPanel } from '../ui/TryPanel'
import { tellTyped } from '../ui/tell-typed'
import styles from './CellEditor.module.css'
import { Choice, pinsOf, scopesOf } from './EditorChoices'
import { EditorOffers, useOffers } from './EditorOffers'
import { goOn, interrupt, onLeaveEditor } from './editing-keys'
import { cellIn, usePlaced } from './use-cell-position'

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

const titleOf = (column: string): string => columnOf(column)?.title ?? column

interface EditorProps extends EditorOfCellProps {
  readonly row: Row
  readonly field: Field
  /** What is said of what was typed where the row is gone or not shown any more; null: it is there. */
  readonly gone: typeof editText.cell.gone | null
}

/**
 * One value for the rows that are edited: typed or chosen, kept by Enter, Tab or whatever leaves it, given up by Escape.
 * The keyboard is in the editor as long as that is open. Whatever takes it elsewhere (a click, the palette, another page), or scrolls
 * the cell out of sight, keeps what was typed; what cannot be kept is said with its reason, and can be had.
 * Where another program takes the context away, or a filter its row, the editor goes, too: nothing is typed into what is not seen.
 */
function Editor({ editing, row, field, gone, grid }: EditorProps) {
  const model = useModel()
  const popups = usePopups()
  const home = useApp((state) => state.app?.home ?? '')
  const range = useApp((state) => state.range)
  const isProfile = editing.column === 'profile'
  const column = titleOf(editing.column)
  const original = field.starts?.(row, home) ?? field.text(row)
  const pins = pinsOf(row)
  const pinBefore: ProfilePin = row.profile === null ? (pins[0] ?? 'env') : row.pin
  // Until something is typed it is what is there, which another program may change.
  const [entered, setEntered] = useState(editing.typed)
  const text = entered ?? original
  const [pin, setPin] = useState(pinBefore)
  const [scope, setScope] = useState<Scope>('split')
  const [active, setActive] = useState(-1)
  const [typed, setTyped] = useState(editing.typed !== null)
  const input = useRef<HTMLInputElement>(null)
  const card = useRef<HTMLDivElement>(null)
  const id = useId()
  const at = { item: editing.row, column: editing.column }

  // What is known of rows comes while an editor is open, too: which contexts an entry serves, whose account it is.
  const fleet = useApp((state) => state.fleet)
  const rows = useMemo(() => {
    void fleet
    return editing.rows.flatMap((one) => model.rows.get(one) ?? [])
  }, [editing.rows, model, fleet])
  const others = useOthers(rows, editing.column)
  const pinTouched = isProfile && pin !== pinBefore
  const cellsOf = (said: string): readonly CellValue[] => {
    const keepsPin = row.profile !== null && !pinTouched && rows.length > 1
    const value = isProfile ? pinned(said, pin, keepsPin) : said
    return rows.map((one) => ({ row: one, column: editing.column, text: value }))
  }
  const unchanged = rows.length === 1 && text === original && !pinTouched && editing.typed === null
  const offers = useOffers(field, row, text, typed)
  const suggested = offers[active]?.value
  const some = offers.length > 0
  const chosen = suggested ?? text
  const trial = unchanged && suggested === undefined ? null : typed || suggested !== undefined ? chosen : null
  const { said, meant, refuse } = useSaid(row, trial, suggested === undefined && some, scope, pin, cellsOf)

  const pending = useEdits((state) => state.pending)
  // The resulting identity is computed for one context at a time; values of other columns change no identity.
  const decides = rows.length === 1 && (isProfile || editing.column === 'role' || editing.column === 'user')
  const wouldBe = decides && meant !== null ? [...pending.map(({ edit }) => edit), ...meant] : null

  useLayoutEffect(() => {
    input.current?.focus({ preventScroll: true })
    if (editing.typed === null) input.current?.select()
  }, [editing.typed])
  const ended = useRef(false)
  /** Answers whether it was still open. */
  function end(): boolean {
    if (ended.current) return false
    ended.current = true
    // Another one may have been opened meanwhile.
    if (model.edits.state.getState().editing?.opening === editing.opening) model.edits.stopEditing()
    return true
  }
  /** Where the value was taken: ends; else says why not. */
  function endWith(value: string, done: Tried, goOn: () => void): void {
    if (done.ok) {
      end()
      goOn()
      return
    }
    refuse(value, done)
    input.current?.focus()
  }
  function interrupted(say: typeof editText.cell.gone): void {
    if (!end()) return
    interrupt(model)
    if (entered) tellTyped(model, say(row.name, column, entered), entered)
    // The grid finds the row that is there now. Who filters is in the filter.
    if (say === editText.cell.gone) model.list.place.moveTo(at)
  }
  /** Keeps the value where it can be, and else says why not. */
  function leave(): void {
    if (model.rows.get(editing.row) === undefined) interrupted(editText.cell.gone)
    else if (end() && !unchanged) {
      const done = commitCells(model, cellsOf(text), scope)
      if (done.ok) return
      const own = entered !== null && entered !== original ? entered : ''
      const names = rows.map(({ name }) => name)
      const why = [done.message, done.next].filter(Boolean).join(' ')
      tellTyped(model, editText.cell.refused(names, column, own), own, why || null)
    }
  }
  function giveBack(): void {
    cellIn(grid.current, editing)?.focus({ preventScroll: true })
    leave()
  }
  const latest = useRef({ leave, interrupted, giveBack })
  latest.current = { leave, interrupted, giveBack }
  useEffect(() => {
    if (gone !== null) latest.current.interrupted(gone)
  }, [gone])
  useEffect(() => {
    const forget = onLeaveEditor(model, () => latest.current.giveBack())
    return () => {
      forget()
      // Its page may go with everything on it.
      latest.current.leave()
    }
  }, [model])
  usePlaced(card, grid, editing, giveBack)

  function commit(value: string, way: 'down' | 'right' | 'left'): void {
    const goesOn = () => goOn(model, at, way)
    if (!unchanged || value !== text) endWith(value, commitCells(model, cellsOf(value), scope), goesOn)
    else {
      end()
      goesOn()
    }
  }
  /** What was typed, in every cell of the range. */
  function commitRange(chosen: string): void {
    if (range === null) return
    const value = isProfile ? pinned(chosen, pin, row.profile !== null && !pinTouched) : chosen
    endWith(chosen, putInRange(model, value), () => model.list.place.moveTo(at))
  }
  // As in a spreadsheet.
  useLeft(card, leave)

  function onKeyDown(event: React.KeyboardEvent): void {
    const mod = event.ctrlKey || event.metaKey
    // Shortcuts of the window leave the editor and do what they do.
    if (!mod) event.stopPropagation()
    if (event.nativeEvent.isComposing) return
    // After a click beside its parts, or where one of them had the keyboard and went: it is the field's.
    if (event.target === card.current && !mod) input.current?.focus({ preventScroll: true })
    if (event.key === 'Enter' && mod) {
      if (range !== null) commitRange(chosen)
      else if (wouldBe !== null) void model.edits.tryOut(wouldBe, [editing.row])
      event.preventDefault()
      return
    }
    // A button below does what it says.
    if (event.target instanceof HTMLButtonElement && (event.key === 'Enter' || event.key === ' ')) return
    const inField = event.target === input.current || event.target === card.current
    if (event.key === 'Enter') commit(chosen, 'down')
    else if (event.key === 'Tab') {
      // Tab walks through the choices below first, when there are any to be made.
      const inPin = event.target instanceof HTMLInputElement && event.target.name === `${id}-pin`
      const more = inField ? isProfile || others.length > 0 : inPin && others.length > 0
      if (event.shiftKey ? !inField : more) return
      commit(chosen, event.shiftKey ? 'left' : 'right')
    } else if (event.key === 'Escape') {
      end()
      model.list.place.moveTo(at)
    } else if (inField && event.key === 'ArrowDown' && some) setActive(nextOffer(offers, active, 1))
    else if (inField && event.key === 'ArrowUp' && some) setActive(nextOffer(offers, active, -1))
    // In the list; before one is chosen there they are the field's own.
    else if (inField && event.key === 'Home' && active >= 0) setActive(nextOffer(offers, -1, 1))
    else if (inField && event.key === 'End' && active >= 0) setActive(nextOffer(offers, -1, -1))
    else return
    event.preventDefault()
  }

  const shareable = field.through !== 'context' || editing.column === 'user'
  if (gone !== null) return null
  return createPortal(
    <div
      ref={card}
      className={styles.card}
      data-column={editing.column}
      onKeyDown={onKeyDown}
      role="group"
      aria-label={column}
      tabIndex={-1}
    >
      <input
        ref={input}
        className={styles.input}
        {...withOffers(`${id}-offers`, active, some)}
        aria-label={
          rows.length > 1
            ? editText.cell.labelMany(column, rows.length)
            : editText.cell.label(column, row.name)
        }
        aria-describedby={`${id}-said`}
        aria-invalid={said?.tone === 'bad' || undefined}
        value={text}
        onChange={(event) => {
          setEntered(event.target.value)
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
        <Choice
          name={`${id}-pin`}
          legend={editText.cell.pin}
          options={pins.map((way) => [way, editText.cell.pins[way]])}
          chosen={pin}
          onChoose={(way) => {
            setPin(way)
            setTyped(true)
          }}
        />
      )}
      {shareable && others.length > 0 && (
        <Choice
          name={`${id}-scope`}
          {...scopesOf(field, row, rows.length, others)}
          chosen={scope}
          onChoose={setScope}
        />
      )}
      <div id={`${id}-said`} className={styles.said} data-tone={said?.tone} aria-live="polite">
        {said !== null && (
          <>
            <Shown {...(said.tone === 'info' ? {} : strong)} text={said.message} /> <Shown text={said.next} />
            {editing.column === 'role' && said.instead !== undefined && (
              <SourceInstead
                source={said.instead}
                rows={rows}
                role={text.trim() || null}
                scope={scope}
                onDone={() => {
                  end()
                  goOn(model, at, 'down')
                }}
              />
            )}
          </>
        )}
      </div>
      {wouldBe !== null && (
        <div className={styles.would}>
          <TryPanel
            edits={wouldBe}
            context={editing.row}
            was={row.pending?.was ?? (row.pending === null ? row : null)}
            keys={range === null && <Keys shortcut="Mod+Enter" />}
          />
        </div>
      )}
      <EditorOffers
        id={`${id}-offers`}
        offers={offers}
        active={active}
        onChoose={(value) => commit(value, 'down')}
      />
      <p className={styles.hint}>
        {editText.cell.hint(isProfile || (shareable && others.length > 0))}
        {range !== null && ` · ${editText.cell.inRange}`}
        {field.clearable && ` · ${editText.cell.empty}`}
      </p>
    </div>,
    popups?.current ?? document.body,
  )
}

/** A profile as its field takes it, with how it is pinned; many rows may keep each its own way. */
function pinned(profile: string, pin: ProfilePin, keeps: boolean): string {
  if (profile === '' || pin === 'none') return ''
  return keeps || pin === 'wrapper' ? profile : `${profile} ${pin === 'arg' ? '--profile' : 'env'}`
}

/** The contexts that an edit of these rows would change beside them, by name. */
function useOthers(rows: readonly Row[], column: string): readonly string[] {
  const model = useModel()
  return useMemo(() => {
    const chosen = new Set(rows.map(({ name }) => name))
    const found = new Set(rows.flatMap((one) => othersOf(column, one, model.rows.all())))
    return [...found].filter((name) => !chosen.has(name))
  }, [rows, column, model])
}

/** Calls `act` where a click, or the keyboard, goes anywhere beside the card; another window that comes to the front is neither. */
function useLeft(card: RefObject<HTMLElement | null>, act: () => void): void {
  const left = useRef(act)
  left.current = act
  useEffect(() => {
    const look = ({ target }: Event) => {
      if (target instanceof Node && card.current?.contains(target)) return
      left.current()
    }
    const ends = [listen(['pointerdown'], look, true), listen(['focusin'], look)]
    return () => {
      for (const end of ends) end()
    }
  }, [card])
}

interface SourceInsteadProps {
  /** A profile. */
  readonly source: string
  readonly rows: readonly Row[]
  readonly role: string | null
  readonly scope: Scope
  readonly onDone: () => void
}

/** The way out of a role on top of a profile that assumes one: the role, over that profile's source. */
function SourceInstead({ source, rows, role, scope, onDone }: SourceInsteadProps) {
  const model = useModel()
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

/** What is said about a value under its editor. */
interface Said {
  readonly tone: 'bad' | 'warn' | 'info'
  readonly message: string
  /** May be empty. */
  readonly next: string
  /** The profile to name instead. */
  readonly instead?: string | undefined
}

const strong = { as: 'b', className: 'strong' } as const

const saidOf = ({ blocks, message, next, instead }: EditProblem): Said => ({
  tone: blocks ? 'bad' : 'warn',
  message,
  next,
  instead,
})

/**
 * What is wrong with a value is said once the typing rests; a commit that fails says it at once by `refuse`. `meant`: the edits that
 * the value would be, once it rests; null while it is none. `searches`: half a word that finds something is a search, not yet a
 * value, unless it was to be kept.
 */
function useSaid(
  row: Row,
  value: string | null,
  searches: boolean,
  scope: Scope,
  pin: ProfilePin,
  cellsOf: (value: string) => readonly CellValue[],
) {
  const model = useModel()
  const [said, setSaid] = useState<Said | null>(null)
  const [meant, setMeant] = useState<readonly Edit[] | null>(null)
  const refused = useRef<string | null>(null)
  const cells = useRef(cellsOf)
  cells.current = cellsOf
  useEffect(() => {
    void pin
    if (value === null) {
      setSaid(null)
      setMeant(null)
      return
    }
    let current = true
    const timer = setTimeout(() => {
      const tried = tryCells(model, cells.current(value), scope)
      setMeant(tried.ok && tried.made.edits.length > 0 ? tried.made.edits : null)
      if (!tried.ok) {
        const { message, next } = tried
        setSaid(searches && refused.current !== value ? null : { tone: 'bad', message, next })
        return
      }
      const { edits } = tried.made
      const note = renameNote(edits, row, model.rows.all())
      setSaid(note === null ? null : { tone: 'info', message: note, next: '' })
      if (edits.length === 0 || edits.length > 200) return
      void model.edits.ask(edits).then((problems) => {
        const [problem] = problems
        if (current && problem)
          setSaid(saidOf(withPendingProfile(problem, edits, model.profileEdits.pending())))
      })
    }, 250)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [model, row, value, searches, pin, scope])
  const refuse = (value: string, why: { readonly message: string; readonly next: string }): void => {
    refused.current = value
    setSaid({ tone: 'bad', message: why.message, next: why.next })
  }
  return { said, meant, refuse }
}
