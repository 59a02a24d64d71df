import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { type IdentityTree, type PlacedProfile, profileFields } from '../../shared/identity/identity-tree'
import { Change } from '../grid/Change'
import { EditorOffers } from '../grid/EditorOffers'
import { narrowed, nextOffer } from '../pending/offers'
import { isDeleted, type ProfileCell, pendingOf, writtenIn } from '../pending/profile-edits'
import { offersOfField } from '../pending/profile-offers'
import { pendingProfiles, setProfileCell } from '../store/profile-edits'
import { editText } from '../text/edits'
import { profilesText as text } from '../text/profile-texts'
import { holdKeys } from '../ui/held-keys'
import { useModel, useProfileEdits } from '../ui/model'
import { Exact, Shown } from '../ui/Shown'
import { tellTyped } from '../ui/tell-typed'
import styles from './ProfileCells.module.css'

const cells: readonly ProfileCell[] = ['name', ...profileFields]
const titleOf = (cell: ProfileCell): string => (cell === 'name' ? text.name : text.keys[cell])

/** The cell being edited: the focus may be in another cell by the time its value is accepted. */
interface EditedCell {
  readonly cell: ProfileCell
  /** The text that started the editing; null: the current value. */
  readonly typed: string | null
}

interface ProfileCellsProps {
  readonly profile: PlacedProfile
  readonly tree: IdentityTree
}

/** Why a cell cannot be edited; null: it can. */
function whyNot(
  { name, config, credentials, settings }: PlacedProfile,
  cell: ProfileCell,
  deleted: boolean,
): string | null {
  if (deleted) return text.notHere.goes
  // A profile that is not written yet may get any name.
  if (config === null && credentials === null) return null
  if (cell === 'name')
    return name === 'default' ? text.notHere.default : credentials !== null ? text.notHere.credentials : null
  const wins = settings.find(({ key }) => key === cell)?.inCredentials === true
  return wins ? text.notHere.wins : null
}

/** The name and the settings of a profile as cells: navigated by arrow keys, edited in place, pending until written. */
export function ProfileCells({ profile, tree }: ProfileCellsProps) {
  const model = useModel()
  const edits = useProfileEdits()
  const deleted = isDeleted(edits, profile.name)
  const made = profile.config === null && profile.credentials === null
  const [at, setAt] = useState<ProfileCell>('name')
  const [editing, setEditing] = useState<EditedCell | null>(null)
  const table = useRef<HTMLDivElement>(null)
  const cellOf = (cell: ProfileCell) =>
    table.current?.querySelector<HTMLElement>(`[data-cell="${cell}"]`) ?? null

  function moveTo(cell: ProfileCell | undefined): void {
    if (cell === undefined) return
    setAt(cell)
    cellOf(cell)?.focus()
  }
  const step = (by: number, from = at) =>
    cells[Math.min(cells.length - 1, Math.max(0, cells.indexOf(from) + by))]
  /** The next cell for Tab from an edited cell. */
  const nextEditable = (from: ProfileCell, back: boolean) => {
    const at = cells.indexOf(from)
    const beside = back ? cells.slice(0, at).reverse() : cells.slice(at + 1)
    return beside.find((cell) => whyNot(profile, cell, deleted) === null) ?? from
  }
  function start(cell: ProfileCell, typed: string | null): void {
    setAt(cell)
    if (whyNot(profile, cell, deleted) === null) setEditing({ cell, typed })
  }
  // The focus returns to the cell when its editor closes.
  const left = useRef<ProfileCell | null>(null)
  useEffect(() => {
    if (editing !== null) return
    table.current?.querySelector<HTMLElement>(`[data-cell="${left.current}"]`)?.focus()
    left.current = null
  }, [editing])
  function leave(from: ProfileCell, way: Way): void {
    const to = way === 'here' ? from : way === 'down' ? step(1, from) : nextEditable(from, way === 'left')
    if (way !== null && to !== undefined) {
      left.current = to
      setAt(to)
    }
    setEditing((now) => (now?.cell === from ? null : now))
  }

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>): void {
    const { key } = event
    const empties = (key === 'Delete' || key === 'Backspace') && at !== 'name'
    if (event.ctrlKey || event.metaKey || event.altKey) return
    else if (key === 'ArrowDown') moveTo(step(1))
    else if (key === 'ArrowUp') moveTo(step(-1))
    else if (key === 'Home') moveTo(cells[0])
    else if (key === 'End') moveTo(cells.at(-1))
    else if (key === 'F2' || key === 'Enter') start(at, null)
    else if (empties && whyNot(profile, at, deleted) === null)
      void setProfileCell(model, tree, profile, at, '').then((fault) => {
        if (fault !== null) model.edits.tell({ ...fault, tone: 'bad' })
      })
    else if (key.length === 1 && key !== ' ') start(at, key)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div
      ref={table}
      role="grid"
      aria-label={text.grid(profile.name)}
      className="box rounded above-4"
      onKeyDown={onKeyDown}
    >
      {cells.map((cell) => {
        const was = writtenIn(profile, cell)
        const now = pendingOf(edits, profile.name, cell)
        const why = whyNot(profile, cell, deleted)
        const shown =
          made || now === null ? (
            <Value text={now ?? was} />
          ) : (
            <Change was={<Value text={was} />} now={<Value text={now} />} said={{ was, now }} />
          )
        return (
          <div key={cell} role="row" className={styles.row}>
            <span role="rowheader" className={styles.key}>
              {titleOf(cell)}
            </span>
            {editing?.cell === cell ? (
              <div role="gridcell" className={styles.edited}>
                {/* The rows below stay where they are, however many lines the value has. */}
                <div aria-hidden className={styles.cell}>
                  {shown}
                </div>
                <Editor
                  profile={profile}
                  cell={cell}
                  tree={tree}
                  start={editing.typed ?? now ?? was}
                  typed={editing.typed !== null}
                  leave={(way) => leave(cell, way)}
                />
              </div>
            ) : (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys
              <div
                role="gridcell"
                data-cell={cell}
                tabIndex={cell === at ? 0 : -1}
                aria-readonly={why !== null}
                title={why ?? undefined}
                className={styles.cell}
                data-pending={now !== null || made || undefined}
                data-deleted={deleted || undefined}
                onFocus={() => {
                  setAt(cell)
                  model.identities.state.setState({ profileAt: profile.name })
                }}
                onClick={() => moveTo(cell)}
                onDoubleClick={() => start(cell, null)}
              >
                {shown}
              </div>
            )}
          </div>
        )
      })}
    </div>
  )
}

function Value({ text: value }: { readonly text: string }) {
  return value === '' ? <span className="quiet">{text.empty}</span> : <Exact text={value} />
}

/** The maximum number of drawn offers; typing narrows them. */
const most = 60

/** Where the focus goes from an editor; null: nowhere, because it is somewhere else already. */
type Way = 'down' | 'right' | 'left' | 'here' | null

interface EditorProps extends ProfileCellsProps {
  readonly cell: ProfileCell
  readonly start: string
  /** A key press started it: the list is narrowed by that at once. */
  readonly typed: boolean
  readonly leave: (way: Way) => void
}

function Editor({ profile, cell, tree, start, typed, leave }: EditorProps) {
  const model = useModel()
  const id = useId()
  const [value, setValue] = useState(start)
  const [touched, setTouched] = useState(typed)
  const [active, setActive] = useState(-1)
  const [said, setSaid] = useState<string | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const card = useRef<HTMLDivElement>(null)
  const all = useMemo(() => {
    const inputs = { tree, edits: pendingProfiles(model), own: profile.name }
    return (cell === 'name' ? null : offersOfField(cell, inputs)) ?? []
  }, [profile, cell, tree, model])
  const offers = (touched ? narrowed(all, value) : all).slice(0, most)
  const title = titleOf(cell)
  const label = text.label(title, profile.name)

  useLayoutEffect(() => {
    input.current?.focus({ preventScroll: true })
    if (!typed) input.current?.select()
    // Together with its choices, which are below it.
    card.current?.scrollIntoView({ block: 'nearest' })
  }, [typed])

  /** Whether a click has moved the focus somewhere else. */
  const isElsewhere = () => {
    const { activeElement } = document
    return activeElement !== document.body && card.current?.contains(activeElement) !== true
  }

  async function commit(chosen: string, way: Exclude<Way, null>): Promise<void> {
    // Keys that are typed while main checks the value are for the next cell.
    const keys = way === 'here' ? null : holdKeys(window, () => true)
    try {
      const fault = await setProfileCell(model, tree, profile, cell, chosen)
      if (fault === null) {
        flushSync(() => leave(isElsewhere() ? null : way))
        await keys?.giveOut()
        return
      }
      const sentence = `${fault.message} ${fault.next}`
      // The next cell is being edited already.
      if (input.current === null) model.edits.say(sentence)
      setSaid(sentence)
      input.current?.focus()
    } finally {
      keys?.drop()
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    event.stopPropagation()
    if (event.nativeEvent.isComposing) return
    const chosen = offers[active]?.value ?? value
    if (event.key === 'Enter') void commit(chosen, 'down')
    else if (event.key === 'Tab') void commit(chosen, event.shiftKey ? 'left' : 'right')
    else if (event.key === 'Escape') leave('here')
    else if (event.key === 'ArrowDown' && offers.length > 0) setActive(nextOffer(offers, active, 1))
    else if (event.key === 'ArrowUp' && offers.length > 0) setActive(nextOffer(offers, active, -1))
    else if (event.key === 'Home' && active >= 0) setActive(nextOffer(offers, -1, 1))
    else if (event.key === 'End' && active >= 0) setActive(nextOffer(offers, -1, -1))
    else return
    event.preventDefault()
  }

  return (
    <div
      ref={card}
      role="group"
      aria-label={label}
      className={styles.editor}
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        // A click elsewhere accepts the typed text, as in the grid; for invalid text a notice says why.
        if (event.relatedTarget instanceof Node && card.current?.contains(event.relatedTarget)) return
        if (said === null) void commit(value, 'here')
        else {
          tellTyped(model, editText.cell.refused([profile.name], title, value), value, said)
          leave(event.relatedTarget === null ? 'here' : null)
        }
      }}
    >
      <input
        ref={input}
        role="combobox"
        aria-expanded={offers.length > 0}
        aria-controls={`${id}-offers`}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
        aria-label={label}
        aria-describedby={`${id}-said`}
        aria-invalid={said !== null || undefined}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={(event) => {
          setValue(event.target.value)
          setTouched(true)
          setActive(-1)
          setSaid(null)
        }}
      />
      <div id={`${id}-said`} aria-live="polite">
        {said !== null && <Shown as="p" className="bad" text={said} />}
      </div>
      <EditorOffers
        id={id}
        offers={offers}
        active={active}
        onChoose={(chosen) => void commit(chosen, 'down')}
      />
      <p>
        {editText.cell.hint(false)}
        {cell !== 'name' && ` · ${editText.cell.empty}`}
      </p>
    </div>
  )
}
