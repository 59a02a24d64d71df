import { Dialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, type RefObject, useRef, useState } from 'react'
import { text } from '../text/page'
import { atOnce, hasLeft } from './at-once'
import { Button } from './Button'
import { placeInGrid } from './grid-focus'
import { useModel } from './model'
import overlay from './Overlay.module.css'
import styles from './Window.module.css'

interface WindowProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: string
  readonly lead?: string
  readonly wide?: boolean
  /** What has the keyboard at first; else the dialog itself. */
  readonly focus?: RefObject<HTMLElement | null>
  readonly children: ReactNode
  readonly footer?: ReactNode
}

/** A dialog over the page: title, what it is about, content, and what to do. */
export function Window(props: WindowProps) {
  const { open, onOpenChange, title, lead, wide = false, focus, children, footer } = props
  // Reading comes first: no button has the keyboard before the user looked.
  const popup = useRef<HTMLDivElement>(null)
  const [opener] = useState(() => document.activeElement)
  const model = useModel()
  // What opened it may be gone by then, as the button of a review is when nothing is pending any more; or the keyboard was nowhere.
  const backTo = () => {
    if (hasLeft(popup) || model.edits.state.getState().editing !== null) return false
    return opener?.isConnected && opener !== document.body ? true : (placeInGrid() ?? true)
  }
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className={overlay.veil} />
        <Dialog.Popup
          ref={popup}
          initialFocus={atOnce(...(focus ? [focus] : []), popup)}
          finalFocus={backTo}
          className={`${overlay.panel} ${wide ? styles.wide : styles.dialog}`}
        >
          <header className={styles.header}>
            <Dialog.Title className={styles.title}>{title}</Dialog.Title>
            <Dialog.Close render={<Button kind="plain" small icon={X} aria-label={text.close} />} />
          </header>
          {lead !== undefined && (
            <Dialog.Description className={styles.description}>{lead}</Dialog.Description>
          )}
          {children}
          {footer !== undefined && <footer className={styles.footer}>{footer}</footer>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
