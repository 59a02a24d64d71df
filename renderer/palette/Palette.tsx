import { Dialog } from '@base-ui/react/dialog'
import { Search, Table2 } from 'lucide-react'
import { type KeyboardEvent, useId, useState } from 'react'
import { visible } from '../../shared/visible'
import type { Action, ShownList } from '../actions/action'
import { goToContext } from '../actions/go-to'
import { needed } from '../text/not-now'
import { text } from '../text/page'
import { Keys } from '../ui/Keys'
import { useApp, useModel } from '../ui/model'
import overlay from '../ui/Overlay.module.css'
import styles from './Palette.module.css'
import { ranked } from './rank'

interface PaletteProps {
  readonly shown: ShownList
  readonly actions: readonly Action[]
}

/** Every action by its name, and every context; opened by Ctrl/Cmd+K. */
export function Palette({ shown, actions }: PaletteProps) {
  const model = useModel()
  const open = useApp((state) => state.paletteOpen)
  // A palette that is opened again while it still fades away begins anew.
  const [opened, setOpened] = useState({ open, time: 0 })
  if (opened.open !== open) setOpened({ open, time: opened.time + (open ? 1 : 0) })
  return (
    <Dialog.Root open={open} onOpenChange={(next) => model.openPalette(next)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={overlay.veil} />
        <Dialog.Popup className={`${overlay.panel} ${styles.popup}`} aria-label={text.palette.label}>
          <Choices key={opened.time} shown={shown} actions={actions} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const mostContexts = 8
const mostNotNow = 3

interface Choice {
  readonly id: string
  readonly title: string
  readonly icon: Action['icon']
  readonly shortcut: string | null
  readonly run: () => void
}

function Choices({ shown, actions }: PaletteProps) {
  const model = useModel()
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const list = useId()
  const possible = actions.filter((action) => action.id !== 'palette' && action.enabled(model))
  const chosenActions: readonly Choice[] = ranked(query, possible, (action) => action.title).map(
    (action) => ({
      id: action.id,
      title: action.title,
      icon: action.icon,
      shortcut: action.shortcut,
      run: () => action.run(model),
    }),
  )
  const contexts: readonly Choice[] =
    query.trim() === ''
      ? []
      : ranked(query, model.rows.all(), (row) => row.name)
          .slice(0, mostContexts)
          .map((row) => ({
            id: `context ${row.id}`,
            title: visible(row.name),
            icon: Table2,
            shortcut: null,
            run: () => goToContext(model, shown, row.id),
          }))
  // A typed context's name means that context, not an action whose letters happen to fit.
  const typed = query.trim().toLowerCase()
  const contextsFirst =
    contexts[0]?.title.toLowerCase().startsWith(typed) === true &&
    !chosenActions.some(({ title }) => title.toLowerCase().includes(typed))
  // That it exists is said, and what it waits for.
  const notNow = ranked(
    query,
    actions.filter((action) => action.id !== 'palette' && !action.enabled(model)),
    (action) => action.title,
  ).slice(0, mostNotNow)
  const choices = contextsFirst ? [...contexts, ...chosenActions] : [...chosenActions, ...contexts]

  function take(choice: Choice | undefined): void {
    if (choice === undefined) return
    model.openPalette(false)
    // After the dialog gave the focus back, so that an action may move it.
    setTimeout(choice.run, 0)
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') setActive((before) => Math.min(before + 1, choices.length - 1))
    else if (event.key === 'ArrowUp') setActive((before) => Math.max(before - 1, 0))
    else if (event.key === 'Home') setActive(0)
    else if (event.key === 'End') setActive(choices.length - 1)
    else if (event.key === 'Enter') take(choices[active])
    else return
    event.preventDefault()
  }

  const drawn = (choice: Choice, at: number) => (
    <div
      key={choice.id}
      id={`${list}-${at}`}
      role="option"
      tabIndex={-1}
      aria-selected={at === active}
      className={styles.choice}
      ref={(element) => {
        if (at === active) element?.scrollIntoView?.({ block: 'nearest' })
      }}
      onMouseMove={() => setActive(at)}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => take(choice)}
      onKeyDown={onKeyDown}
    >
      <choice.icon size={15} aria-hidden />
      <span className={styles.title}>{choice.title}</span>
      <Keys shortcut={choice.shortcut} className={styles.keys} />
    </div>
  )

  return (
    <>
      <div className={styles.field}>
        <Search size={16} aria-hidden />
        <input
          // The dialog gives the focus to its first field.
          type="text"
          role="combobox"
          aria-expanded
          aria-controls={list}
          aria-activedescendant={choices.length > 0 ? `${list}-${active}` : undefined}
          aria-label={text.palette.label}
          placeholder={text.palette.placeholder}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value)
            setActive(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {choices.length === 0 && (
        <div className={styles.none} role="status">
          {notNow.length === 0 && <p>{text.palette.none}</p>}
          {notNow.map(({ id, title, blockedBy }) => (
            <p key={id}>{text.palette.notNow(title, blockedBy?.(model) ?? needed(id))}</p>
          ))}
        </div>
      )}
      <div id={list} role="listbox" aria-label={text.palette.label} className={styles.list}>
        {!contextsFirst && chosenActions.map(drawn)}
        {contexts.length > 0 && (
          <div role="group" aria-label={text.palette.contexts}>
            <div className={styles.group} aria-hidden>
              {text.palette.contexts}
            </div>
            {contexts.map((choice, at) => drawn(choice, contextsFirst ? at : chosenActions.length + at))}
          </div>
        )}
        {contextsFirst && chosenActions.map((choice, at) => drawn(choice, contexts.length + at))}
      </div>
    </>
  )
}
