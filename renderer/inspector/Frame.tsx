import { Copy, MousePointerClick, X } from 'lucide-react'
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { actionText } from '../../shared/ipc/actions-and-views'
import { inspectorWidths, leftBeside, panelWidth, widestPanel } from '../store/arrangement'
import { inspectorText as text } from '../text/inspector'
import { text as page } from '../text/page'
import { Button } from '../ui/Button'
import { onResize } from '../ui/listen'
import { useApp, useModel } from '../ui/model'
import styles from './Inspector.module.css'

interface FrameProps {
  readonly label: string
  readonly closeLabel?: string
  readonly onClose: () => void
  /** Pixels that it leaves to the list next to it. */
  readonly leaves?: number
  /** Its subject, as `FrameTitle` draws it; nothing while nothing is chosen. */
  readonly title: ReactNode
  /** What a button next to the title copies. */
  readonly copy?: { readonly label: string; readonly onCopy: () => void } | null
  /** Content between head and main content that does not scroll. */
  readonly above?: ReactNode
  /** The text while nothing is chosen. */
  readonly nothing: string
  readonly nothingHint?: string
  /** Actions that are always available. */
  readonly foot?: ReactNode
  /** Null: nothing is chosen. */
  readonly children: ReactNode | null
}

/**
 * A panel at the right of a list about one of its rows: its head, its facts, and its actions. All panels have one width, and
 * Escape closes them.
 */
export function Frame(props: FrameProps) {
  const { label, closeLabel = page.close, onClose, leaves = leftBeside.list, title } = props
  const { copy = null, above, nothing, nothingHint, foot, children } = props
  const kept = useApp((state) => state.view.inspectorWidth)
  const panel = useRef<HTMLElement>(null)
  const room = useRoom(panel)
  const most = room === null ? inspectorWidths.max : widestPanel(room, leaves)
  // The wanted width stays stored for a window that has the room.
  const width = room === null ? kept : panelWidth(kept, room, leaves)
  // Notices are placed next to it (Notices.module.css).
  useLayoutEffect(() => {
    const { style } = document.documentElement
    style.setProperty('--beside', `${width}px`)
    return () => {
      style.removeProperty('--beside')
    }
  }, [width])
  return (
    <aside
      ref={panel}
      className={styles.inspector}
      aria-label={label}
      style={{ width }}
      onKeyDown={(event) => {
        if (event.defaultPrevented) return
        if (event.key === 'Escape') onClose()
        // Selects the text of the panel, not of the whole window.
        else if (selectsAll(event)) window.getSelection()?.selectAllChildren(event.currentTarget)
        else return
        event.preventDefault()
      }}
    >
      <Resize width={width} most={most} />
      <header className={styles.header}>
        <div className={styles.titles}>{title}</div>
        {copy !== null && <Button kind="plain" small icon={Copy} label={copy.label} onClick={copy.onCopy} />}
        <Button kind="plain" small icon={X} label={closeLabel} onClick={onClose} />
      </header>
      {children === null ? (
        <div className={styles.empty}>
          <MousePointerClick size={26} aria-hidden />
          <h2>{nothing}</h2>
          {nothingHint !== undefined && <p>{nothingHint}</p>}
        </div>
      ) : (
        <>
          {above}
          {/* Scrolls by keyboard too, so it takes the focus. */}
          <section className={styles.content} aria-label={label} tabIndex={0}>
            {children}
          </section>
          {foot}
        </>
      )}
    </aside>
  )
}

interface ListPanelProps extends Pick<FrameProps, 'title' | 'foot' | 'children'> {
  readonly texts: Readonly<Record<'label' | 'nothing', string>>
  /** The list next to the panel. */
  readonly list: { inspect(inspecting: boolean): void }
  /** A button next to the title copies it. */
  readonly arn?: string | null | undefined
}

/** The panel next to the list of a page: once closed, the focus is in the list again. */
export function ListPanel({ texts, list, arn, ...frame }: ListPanelProps) {
  const model = useModel()
  const copy = arn && {
    label: page.actions.copyArn,
    onCopy: () => void model.copy(arn, actionText('copy-arn').copies),
  }
  const close = () => {
    list.inspect(false)
    model.list.focusGrid()
  }
  const { label, nothing } = texts
  return <Frame {...frame} {...{ label, nothing }} onClose={close} copy={copy || null} />
}

/** A fact with its name, `whole` where it is too long to share a line; false and null: there is none. */
export type Fact = readonly [name: string, value: ReactNode, whole?: 'whole'] | false | null

/** Facts by their names, below one another. */
export function Facts({ of }: { readonly of: readonly Fact[] }) {
  const facts = of.flatMap((fact) => (fact ? [fact] : []))
  if (facts.length === 0) return null
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value, whole]) => (
        <div key={name} data-whole={whole}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Ctrl+A outside text fields. */
const selectsAll = ({ key, ctrlKey, metaKey, shiftKey, altKey, target }: KeyboardEvent): boolean =>
  key.toLowerCase() === 'a' &&
  (ctrlKey || metaKey) &&
  !shiftKey &&
  !altKey &&
  !(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)

/** Pixels that the panel and the list share; null before it is drawn. */
function useRoom(panel: RefObject<HTMLElement | null>): number | null {
  const [room, setRoom] = useState<number | null>(null)
  useLayoutEffect(() => {
    const shared = panel.current?.parentElement ?? null
    if (shared === null) return
    const look = () => setRoom(shared.clientWidth === 0 ? null : shared.clientWidth)
    look()
    return onResize(shared, look)
  }, [panel])
  return room
}

interface ResizeProps {
  /** Pixels. */
  readonly width: number
  /** The maximum width in this window. */
  readonly most: number
}

const step = 24

/** The inspector's left edge: dragged, or moved with the arrow keys. */
function Resize({ width, most }: ResizeProps) {
  const model = useModel()
  const start = useRef<number | null>(null)
  const { min, default: usual } = inspectorWidths

  function onResize(next: number): void {
    const wished = Math.min(most, Math.max(min, next))
    // The usual width means that it was not dragged, so a dragged one differs from it by a pixel.
    model.setView({ inspectorWidth: wished === usual ? wished + 1 : wished })
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowLeft') onResize(width + step)
    else if (event.key === 'ArrowRight') onResize(width - step)
    else if (event.key === 'Home') onResize(most)
    else if (event.key === 'End') onResize(min)
    else return
    event.preventDefault()
  }

  return (
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={text.resize}
      aria-valuenow={Math.round(width)}
      aria-valuemin={min}
      aria-valuemax={Math.round(most)}
      className={styles.resize}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        start.current = width + event.clientX
      }}
      onPointerMove={({ clientX }) => start.current !== null && onResize(start.current - clientX)}
      onPointerUp={() => {
        start.current = null
      }}
      onDoubleClick={() => model.setView({ inspectorWidth: usual })}
    />
  )
}

interface SectionProps {
  /** Left out where the tab says it already. */
  readonly title?: string
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** One part of the inspector under its heading. */
export function Section({ title, aside, children }: SectionProps) {
  const id = useId()
  if (title === undefined) return <div className={styles.section}>{children}</div>
  return (
    <section aria-labelledby={id} className={styles.section}>
      <h3 id={id} className={styles.heading}>
        {title}
        {aside !== undefined && <span className="normal">{aside}</span>}
      </h3>
      {children}
    </section>
  )
}
