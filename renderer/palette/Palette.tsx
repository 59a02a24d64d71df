import { Dialog } from '@base-ui/react/dialog'
import { Search } from 'lucide-react'
import { type KeyboardEvent, type RefObject, useId, useRef, useState } from 'react'
import type { Action } from '../actions/action'
import { goToContext } from '../actions/go-to'
import { isOnDisk, titleOf } from '../actions/targets'
import { useActions } from '../actions/use-actions'
import {
  actsAsAnother,
  afterSwitch,
  identityAfterUse,
  kubectlSaid,
  switchTo,
  whyNotUsed,
} from '../actions/use-context'
import { usedOf } from '../rows/on-disk'
import type { Model } from '../store/window-model'
import { text } from '../text/page'
import { atOnce, hasLeft } from '../ui/at-once'
import { Keys } from '../ui/Keys'
import { useApp, useModel } from '../ui/model'
import { OfferList, withOffers } from '../ui/OfferList'
import overlay from '../ui/Overlay.module.css'
import { UseStar } from '../ui/UseStar'
import { ContextLine } from './ContextLine'
import { actionsFor, type Choice, groupsOf, isNamedBy } from './choices'
import styles from './Palette.module.css'

/** Every context and every action by its name; opened by Ctrl/Cmd+K, or to choose what kubectl uses. */
export function Palette() {
  const model = useModel()
  const open = useApp((state) => state.paletteOpen)
  // A palette that is opened again while it is fading out starts again.
  const [opened, setOpened] = useState({ open, time: 0 })
  if (opened.open !== open) setOpened({ open, time: opened.time + (open ? 1 : 0) })
  // The chosen action moves the focus itself: returning it to the old place first would lose it.
  const moves = useRef(false)
  const popup = useRef<HTMLDivElement>(null)
  const field = useRef<HTMLInputElement>(null)
  return (
    <Dialog.Root open={open} onOpenChange={(next) => model.openPalette(next)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={overlay.veil} />
        <Dialog.Popup
          ref={popup}
          className={`${overlay.panel} ${styles.popup}`}
          aria-label={text.palette.label}
          initialFocus={atOnce(field)}
          // The dialog element has the focus for a moment when it opens again, but takes no typed letters.
          onFocus={({ target, currentTarget }) => {
            if (target === currentTarget) field.current?.focus({ preventScroll: true })
          }}
          finalFocus={() => {
            const keeps = !moves.current && !hasLeft(popup)
            moves.current = false
            return keeps
          }}
        >
          <Choices time={opened.time} moves={moves} field={field} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Whether the action opens another page, except that of the grid, which has a row to focus. */
const leadsToPage = (model: Model, { id, place }: Action): boolean =>
  place !== undefined && id !== 'contexts' && id !== model.state.getState().page

const mostNotNow = 3

/** Enter would make kubectl act as another identity than is intended: nobody does that with the first key. */
const isWrong = (choice: Choice): boolean =>
  choice.kind === 'context' && choice.uses && actsAsAnother(choice.row)

interface ChoicesProps {
  /** How often it was opened. */
  readonly time: number
  readonly moves: { current: boolean }
  readonly field: RefObject<HTMLInputElement | null>
}

function Choices({ time, moves, field }: ChoicesProps) {
  const model = useModel()
  const actions = useActions()
  const [query, setQuery] = useState('')
  /** What the user went to; null: what is chosen without that. */
  const [reached, setActive] = useState<number | null>(null)
  // Starts again in the same field: a new one would not have the focus until the dialog notices that the old one is gone.
  const [begun, setBegun] = useState(time)
  if (begun !== time) {
    setBegun(time)
    setQuery('')
    setActive(null)
  }
  const list = useId()
  const mode = useApp((state) => state.paletteMode)
  useApp((state) => state.recent)
  // Checks may arrive meanwhile.
  useApp((state) => state.fleet)
  const groups = groupsOf(model, actions, query, mode)
  const choices = groups.flatMap(({ offers }) => offers)
  const active = reached ?? (choices[0] !== undefined && isWrong(choices[0]) ? -1 : 0)
  // The palette says that the action exists, and what it waits for.
  const notNow =
    mode === 'use'
      ? []
      : actionsFor(query, actions, model)
          .filter((action) => !action.enabled(model) && (choices.length === 0 || isNamedBy(query, action)))
          .slice(0, mostNotNow)

  function take(choice: Choice | undefined, use: boolean): void {
    if (choice === undefined) return
    const uses = choice.kind === 'context' && (use || choice.uses)
    // A new page takes the focus if nothing has it (use-page-focus.ts): returned to the sidebar, it would stay there.
    moves.current = choice.kind === 'context' ? !uses : leadsToPage(model, choice.action)
    model.openPalette(false)
    // After the dialog gave the focus back, so that an action may move it.
    setTimeout(() => {
      if (choice.kind === 'action') choice.action.run(model)
      else if (uses) switchTo(model, choice.row)
      else goToContext(model, choice.row.id)
    }, 0)
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') setActive(Math.min(active + 1, choices.length - 1))
    else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, 0))
    else if (event.key === 'Home') setActive(0)
    else if (event.key === 'End') setActive(choices.length - 1)
    else if (event.key === 'Enter') take(choices[active], event.ctrlKey || event.metaKey)
    else return
    event.preventDefault()
  }

  return (
    <>
      <div className={styles.field}>
        <Search size={16} aria-hidden />
        <input
          ref={field}
          type="text"
          {...withOffers(list, choices.length > 0 ? active : -1)}
          aria-label={text.palette.label}
          aria-describedby={`${list}-becomes`}
          placeholder={mode === 'use' ? text.palette.placeholderUse : text.palette.placeholder}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value)
            setActive(null)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {(choices.length === 0 || notNow.length > 0) && (
        <div className={styles.none} role="status">
          {choices.length === 0 && notNow.length === 0 && (
            <p>{mode === 'use' ? text.palette.noContext : text.palette.none}</p>
          )}
          {notNow.map(({ id, title, needs, blockedBy }) => (
            <p key={id}>{text.palette.notNow(title, blockedBy(model) ?? needs)}</p>
          ))}
        </div>
      )}
      <OfferList
        id={list}
        label={text.palette.label}
        groups={groups}
        active={active}
        className={styles.list}
        groupClass={styles.group}
        option={(choice) => ({
          name: choice.id,
          className: styles.choice,
          children:
            choice.kind === 'context' ? (
              <ContextLine row={choice.row} />
            ) : (
              <>
                <choice.action.icon size={15} aria-hidden />
                <span className="fill breaks">{titleOf(choice.action, model)}</span>
                <Keys shortcut={choice.action.shortcut} className="keys" />
              </>
            ),
        })}
        onPoint={setActive}
        onChoose={(choice, { ctrlKey, metaKey }) => take(choice, ctrlKey || metaKey)}
      />
      {active < 0 ? (
        <p id={`${list}-becomes`} className={styles.becomes}>
          {text.palette.unchosen}
        </p>
      ) : (
        <Becomes id={`${list}-becomes`} choice={choices[active]} />
      )}
    </>
  )
}

/** Says before Enter is pressed what it does, and the identity afterwards. */
function Becomes({ id, choice }: { readonly id: string; readonly choice: Choice | undefined }) {
  const model = useModel()
  if (choice?.kind !== 'context') return <p id={id} className="visually-hidden" />
  const { row, uses } = choice
  const why = whyNotUsed(model, row)
  const said = kubectlSaid(model, row)
  const after = afterSwitch(model, row)
  return (
    <p id={id} className={styles.becomes}>
      {!uses && (
        <span className="inline wrap">
          <Keys shortcut="Enter" className="keys" />
          {text.palette.goes}
        </span>
      )}
      {said !== null && (
        <span className="inline wrap">
          <UseStar row={row} size={12} />
          {said}
        </span>
      )}
      {why === null ? (
        <span className="inline wrap">
          <Keys shortcut={uses ? 'Enter' : 'Mod+Enter'} className="keys" />
          {`${usedOf(row).now ? text.palette.usesStill : isOnDisk(row) ? text.palette.uses : text.palette.usesSoon} `}
          <b>{identityAfterUse(row)}</b>
          {after !== null && <span>{after}</span>}
        </span>
      ) : (
        said === null && <span>{why}</span>
      )}
    </p>
  )
}
