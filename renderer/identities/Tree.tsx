import { type KeyboardEvent, useEffect, useRef } from 'react'
import type { IdentityTree } from '../../shared/identity/tree'
import type { ShownList } from '../actions/action'
import type { IdentityLine, TreeLine } from '../rows/identities'
import { identitiesText as text } from '../text/identities'
import { useModel } from '../ui/model'
import { useIdentities } from '../ui/use-identities'
import styles from './Identities.module.css'
import { GroupRow, IdentityRow } from './Rows'

interface TreeProps {
  readonly lines: readonly TreeLine[]
  readonly tree: IdentityTree
  readonly shown: ShownList
}

/** So many lines are a page of the keyboard. */
const pageOf = 10

/** Of an identity whom it comes from, else its group. */
const above = ({ identity, depth, group }: IdentityLine): string =>
  depth === 0 ? group : (identity.parent ?? group)

/** The identities as a tree grid: a line has the keyboard, the arrows walk, left and right close and open. */
export function Tree({ lines, tree, shown }: TreeProps) {
  const model = useModel()
  const { identities } = model
  const held = useIdentities((state) => state.cursor)
  const inspecting = useIdentities((state) => state.inspecting)
  const grid = useRef<HTMLDivElement>(null)
  const at = lines.findIndex(({ id }) => id === held)
  // What was filtered or closed away has no keyboard: the first line takes it.
  const cursor = at === -1 ? (lines[0]?.id ?? null) : held

  const focusOn = (id: string | null) =>
    grid.current?.querySelector<HTMLElement>(`[data-line="${id}"]`)?.focus()
  function moveTo(id: string | undefined): void {
    if (id === undefined) return
    identities.setCursor(id)
    focusOn(id)
  }
  useEffect(() => {
    shown.focusGrid = () => {
      if (cursor !== null) identities.setCursor(cursor)
      focusOn(cursor)
    }
  })

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    // A button of a line has its own keys.
    if (event.target instanceof HTMLButtonElement) return
    const here = Math.max(0, at)
    const line = lines[here]
    if (line === undefined) return
    const step = (to: number) => moveTo(lines[Math.min(lines.length - 1, Math.max(0, to))]?.id)
    const open = line.open === true
    if (event.key === 'ArrowDown') step(here + 1)
    else if (event.key === 'ArrowUp') step(here - 1)
    else if (event.key === 'PageDown') step(here + pageOf)
    else if (event.key === 'PageUp') step(here - pageOf)
    else if (event.key === 'Home') step(0)
    else if (event.key === 'End') step(lines.length - 1)
    else if (event.key === 'ArrowRight') {
      if (line.open === false) identities.toggle(line.id, true)
      else if (open) step(here + 1)
    } else if (event.key === 'ArrowLeft') {
      if (open) identities.toggle(line.id, false)
      else if (line.line === 'identity') moveTo(above(line))
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (line.line === 'group' && line.session === null) identities.toggle(line.id)
      else {
        identities.setCursor(line.id)
        identities.inspect(!inspecting)
      }
    } else if (event.key === 'Escape' && inspecting) identities.inspect(false)
    else return
    event.preventDefault()
  }

  return (
    <div
      ref={grid}
      role="treegrid"
      aria-label={text.tree}
      aria-colcount={6}
      className={styles.scroll}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className={styles.headers}>
        <div role="row" className={styles.columns}>
          {Object.entries(text.columns).map(([id, title]) => (
            <span key={id} role="columnheader" className={styles.header} data-column={id}>
              {title}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup">
        {lines.map((line) =>
          line.line === 'group' ? (
            <GroupRow key={line.id} group={line} tree={tree} cursor={line.id === cursor} />
          ) : (
            <IdentityRow key={line.id} line={line} cursor={line.id === cursor} />
          ),
        )}
      </div>
    </div>
  )
}
