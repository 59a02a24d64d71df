import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react'
import type { FleetMap } from '../../shared/audit/map-model'
import { mapText as text } from '../text/map-texts'
import { useModel } from '../ui/model'
import { actOn, type PathLine, pathLines } from './paths'

interface PathTreeProps {
  readonly map: FleetMap
  readonly scroll: RefObject<HTMLDivElement | null>
}

/**
 * The map as nested lists: source, identity, cluster, context. One branch is open at a time; the picture shows the path of the
 * line that has the keyboard.
 */
export function PathTree({ map, scroll }: PathTreeProps) {
  const model = useModel()
  const { audit } = model
  const tree = useRef<HTMLDivElement>(null)
  const [held, setHeld] = useState<string | null>(null)
  const [opened, setOpened] = useState<string | null>(null)
  const lines = pathLines(map, opened)
  const at = Math.max(
    0,
    lines.findIndex(({ id }) => id === held),
  )

  function show(line: PathLine | undefined): void {
    if (line === undefined) return
    setHeld(line.id)
    audit.state.setState({ reached: { key: line.key, contexts: line.contexts } })
    const drawn = [...(scroll.current?.querySelectorAll('[data-key]') ?? [])]
    drawn.find((one) => one.getAttribute('data-key') === line.key)?.scrollIntoView?.({ block: 'nearest' })
  }
  useEffect(() => {
    const { current } = tree
    if (held === null || current === null || !current.contains(document.activeElement)) return
    current.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true })
  }, [held])
  useEffect(() => () => audit.state.setState({ reached: null }), [audit])

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const line = lines[at]
    if (line === undefined) return
    if (event.key === 'ArrowDown') show(lines[at + 1])
    else if (event.key === 'ArrowUp') show(lines[at - 1])
    else if (event.key === 'Home') show(lines[0])
    else if (event.key === 'End') show(lines.at(-1))
    else if (event.key === 'ArrowRight') {
      if (line.open === false) setOpened(line.id)
      else if (line.open) show(lines[at + 1])
    } else if (event.key === 'ArrowLeft') {
      if (line.open) setOpened(line.above)
      else show(lines.find(({ id }) => id === line.above))
    } else if (event.key === 'Enter' || event.key === ' ') {
      const part = map.parts.find(({ key, kind }) => key === line.key && kind !== 'band' && kind !== 'text')
      if (line.level === 4)
        actOn(model, { kind: 'context', key: line.key, fold: null, label: '', contexts: line.contexts })
      else if (part !== undefined) actOn(model, part)
    } else if (event.key === 'Escape') audit.setFocus(null)
    else return
    event.preventDefault()
  }

  return (
    <div
      ref={tree}
      role="tree"
      aria-label={text.tree}
      aria-description={text.treeMeaning}
      className="visually-hidden"
      onKeyDown={onKeyDown}
      onBlur={() => audit.state.setState({ reached: null })}
    >
      {lines.map((line, index) => (
        <div
          key={line.id}
          role="treeitem"
          aria-level={line.level}
          aria-expanded={line.open ?? undefined}
          aria-selected={index === at}
          tabIndex={index === at ? 0 : -1}
          onFocus={() => show(line)}
        >
          {line.open === null ? line.label : text.counted(line.label, line.contexts.length)}
        </div>
      ))}
    </div>
  )
}
