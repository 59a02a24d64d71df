import { useEffect, useRef, useState } from 'react'
import { partsOfId } from '../../shared/kubeconfig/entries'
import type { Wish, WishedContext } from '../pending/import-wishes'
import type { Connection } from '../pending/imports'
import { forms } from '../text/edits'
import { shortPath, shortPaths } from '../text/path'
import { Button } from '../ui/Button'
import { LongList } from '../ui/LongList'
import { useApp } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './Forms.module.css'
import imported from './ImportDialog.module.css'

const words = forms.import

/** Up to this many are shown without a filter. */
const few = 5

interface ImportContextsProps {
  readonly contexts: readonly WishedContext[]
  readonly connection: (context: string) => Connection
  /** Null: the default for all. */
  readonly onWish: (of: ReadonlyMap<string, Wish | null>) => void
  /** Contexts whose name is taken are skipped by default. */
  readonly skips: boolean
}

/** The contexts of an import, each with a checkbox, and the result for those whose name is taken. */
export function ImportContexts({ contexts, connection, onWish, skips }: ImportContextsProps) {
  const [filter, setFilter] = useState('')
  const wanted = filter.trim().toLowerCase()
  const shown = contexts.filter(({ name }) =>
    `${name} ${connection(name).line}`.toLowerCase().includes(wanted),
  )
  const open = contexts.filter(({ here }) => !here)
  const offered = shown.filter(({ here }) => !here)
  const ticked = open.filter(({ how }) => how !== 'leave').length
  const tick = (on: boolean): Wish | null => (on ? (skips ? { how: 'number' } : null) : { how: 'leave' })
  const allTicked = offered.every(({ how }) => how !== 'leave')
  return (
    <>
      <h4 className={imported.title}>
        {words.contexts(contexts.length)}
        {open.length > 1 && (
          <>
            <span role="status">{words.ticked(ticked, open.length)}</span>
            <Button
              small
              kind="plain"
              disabled={offered.length === 0}
              onClick={() => onWish(new Map(offered.map(({ name }) => [name, tick(!allTicked)])))}
            >
              {allTicked ? words.tickNone : words.tickAll(offered.length)}
            </Button>
          </>
        )}
      </h4>
      {contexts.length > few && (
        <input
          type="search"
          className="input full medium"
          aria-label={words.filter}
          placeholder={words.filter}
          spellCheck={false}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          onKeyDown={(event) => {
            // Enter in the filter does not start the import.
            if (event.key === 'Enter') event.preventDefault()
          }}
        />
      )}
      {shown.length === 0 ? (
        <p className={styles.quiet}>{words.noneFits}</p>
      ) : (
        <LongList
          label={words.contexts(shown.length)}
          of={shown}
          estimate={48}
          item={(context) => (
            <ImportedContext
              context={context}
              connection={connection(context.name)}
              onWish={(one) => onWish(new Map([[context.name, one]]))}
              onTick={(on) => onWish(new Map([[context.name, tick(on)]]))}
            />
          )}
        />
      )}
    </>
  )
}

interface BroughtProps {
  readonly context: WishedContext
  readonly connection: Connection
  readonly onWish: (wish: Wish) => void
  readonly onTick: (on: boolean) => void
}

/** A context with its name, its result, and its connection. */
function ImportedContext({ context, connection: { line, telling }, onWish, onTick }: BroughtProps) {
  const home = useApp((state) => state.app?.home ?? '')
  const { name, now, here, how, taken, refused } = context
  const comes = here || how !== 'leave'
  const typed = how === 'rename' ? (refused ?? now ?? '') : null
  return (
    <div className={imported.context}>
      <label className={imported.tick}>
        <input
          type="checkbox"
          checked={comes}
          disabled={here}
          aria-label={words.bring(name)}
          onChange={(event) => onTick(event.target.checked)}
        />
        <Shown as="b" className={comes ? 'strong' : 'strong gone'} text={name} />
      </label>
      <Outcome context={context} home={home} />
      {taken !== null && (
        <select
          className={imported.wish}
          aria-label={words.wish(name)}
          value={how}
          onChange={({ target: { value } }) => {
            const next = hows.find((one) => one === value)
            if (next === 'rename') onWish({ how: next, to: now === null || now === name ? `${name}-2` : now })
            else if (next !== undefined) onWish({ how: next })
          }}
        >
          {hows.map((one) => (
            <option key={one} value={one}>
              {words.wishes[one]}
            </option>
          ))}
        </select>
      )}
      {typed !== null && <NewName name={name} value={typed} refused={refused !== null} onChange={onWish} />}
      {line !== '' && (
        <Shown
          as="small"
          className={imported.connection}
          data-telling={telling}
          text={shortPaths(line, home)}
        />
      )}
    </div>
  )
}

interface NewNameProps {
  readonly name: string
  readonly value: string
  readonly refused: boolean
  readonly onChange: (wish: Wish) => void
}

/** The field for a new name; it gets the focus as soon as it appears. */
function NewName({ name, value, refused, onChange }: NewNameProps) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    input.current?.focus()
    input.current?.select()
  }, [])
  return (
    <span className={imported.rename}>
      <input
        ref={input}
        className="input full medium"
        aria-label={words.newName(name)}
        aria-invalid={refused || undefined}
        spellCheck={false}
        value={value}
        onChange={(event) => onChange({ how: 'rename', to: event.target.value })}
      />
      {refused && (
        <Shown as="small" className={imported.refused} role="alert" text={words.nameTaken(value)} />
      )}
    </span>
  )
}

const hows = ['number', 'rename', 'replace', 'leave'] as const

/** The result of a context, where it is not imported unchanged. */
function Outcome({ context, home }: { readonly context: WishedContext; readonly home: string }) {
  const { name, now, here, how, taken } = context
  if (here) return <small>{words.here}</small>
  if (how === 'leave') return <small className={imported.differs}>{words.skipped}</small>
  if (how === 'replace' && taken !== null)
    return (
      <Shown
        as="small"
        className={imported.differs}
        text={words.replaces(shortPath(partsOfId(taken)?.file ?? '', home))}
      />
    )
  return now === null || now === name || how === 'rename' ? null : (
    <Shown as="small" className={imported.differs} text={words.becomes(now)} />
  )
}
