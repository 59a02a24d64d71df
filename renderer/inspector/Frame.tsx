import { Copy, MousePointerClick, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ShownList } from '../actions/action'
import { leftBeside } from '../store/view'
import { Button } from '../ui/Button'
import { useModel } from '../ui/model'
import styles from './Inspector.module.css'
import { SidePanel } from './SidePanel'

interface FrameProps {
  readonly label: string
  readonly closeLabel: string
  readonly onClose: () => void
  /** Pixels that it leaves to the list beside it. */
  readonly leaves?: number
  /** What it is about, as `FrameTitle` draws it; nothing while nothing is chosen. */
  readonly title: ReactNode
  /** What can be copied of it by a button beside the title. */
  readonly copy?: { readonly label: string; readonly onCopy: () => void } | null
  /** Stands still between head and content. */
  readonly above?: ReactNode
  /** What is said while nothing is chosen. */
  readonly nothing: string
  readonly nothingHint?: string
  /** What can be done at any time. */
  readonly foot?: ReactNode
  /** Null: nothing is chosen. */
  readonly children: ReactNode | null
}

/** A panel that tells of one row of the list beside it: its head, what is known of it, and what can be done. */
export function Frame(props: FrameProps) {
  const { label, closeLabel, onClose, leaves = leftBeside.list, title, copy = null, above } = props
  const { nothing, nothingHint, foot, children } = props
  return (
    <SidePanel label={label} close={onClose} leaves={leaves}>
      <header className={styles.header}>
        <div className={styles.titles}>{title}</div>
        {copy !== null && (
          <Button
            kind="plain"
            small
            icon={Copy}
            aria-label={copy.label}
            title={copy.label}
            onClick={copy.onCopy}
          />
        )}
        <Button kind="plain" small icon={X} aria-label={closeLabel} title={closeLabel} onClick={onClose} />
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
    </SidePanel>
  )
}

interface ListPanelProps extends Pick<FrameProps, 'title' | 'foot' | 'children'> {
  readonly texts: Readonly<Record<'label' | 'close' | 'nothing' | 'copyArn' | 'copiedArn', string>>
  /** The list that the panel stands beside. */
  readonly list: { inspect(inspecting: boolean): void }
  readonly shown: ShownList
  /** Can be copied beside the title. */
  readonly arn?: string | null | undefined
}

/** The panel beside a list of its own page: closed, the keyboard is in the list again. */
export function ListPanel({ texts, list, shown, arn, ...frame }: ListPanelProps) {
  const model = useModel()
  const copy = arn && { label: texts.copyArn, onCopy: () => void model.copy(arn, texts.copiedArn) }
  const close = () => {
    list.inspect(false)
    shown.focusGrid()
  }
  const { label, close: closeLabel, nothing } = texts
  return <Frame {...frame} {...{ label, closeLabel, nothing }} onClose={close} copy={copy || null} />
}

/** A fact with its name, `whole` where it is too long to stand beside another; false and null: there is none. */
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
