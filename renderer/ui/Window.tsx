import { Dialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
import { text } from '../text/page'
import { atOnce, hasLeft } from './at-once'
import { Button } from './Button'
import { useModel } from './model'
import overlay from './Overlay.module.css'
import { placeInGrid, placeOnPage } from './use-page-focus'
import styles from './Window.module.css'

export interface WindowProps {
  readonly open?: boolean
  /** What closing does; by default no dialog is open afterwards. */
  readonly onClose?: (() => void) | undefined
  readonly title: string
  readonly lead?: string | undefined
  readonly wide?: boolean | undefined
  /** What gets the keyboard first; by default the first field, else the dialog itself. */
  readonly focus?: RefObject<HTMLElement | null> | undefined
  readonly children?: ReactNode
  /** The foot, from left to right: what undoes everything, a message, the close button, and the action buttons. */
  readonly leading?: ReactNode
  readonly note?: ReactNode
  readonly cancel?: string
  /** The close button, where it gets the keyboard first. */
  readonly canceller?: RefObject<HTMLButtonElement | null>
  readonly acts?: ReactNode
}

/** A dialog over the page: title, subject, content, and actions. */
export function Window(props: WindowProps) {
  const { open = true, onClose, title, lead, wide = false, focus, children } = props
  const { leading, note, cancel, canceller, acts } = props
  // Reading comes first: no button that writes or removes has the keyboard before the user has read the dialog.
  const popup = useRef<HTMLDivElement>(null)
  const first = {
    get current() {
      return focus === undefined ? firstField(popup.current) : focus.current
    },
  }
  // A dialog may wait for main before it has a field: the field gets the keyboard when it appears, if the user did nothing until
  // then.
  const waits = useRef(true)
  useEffect(() => {
    if (!waits.current || popup.current === null || document.activeElement !== popup.current) return
    first.current?.focus({ preventScroll: true })
  })
  const begun = () => {
    waits.current = false
  }
  const [opener] = useState(() => document.activeElement)
  const model = useModel()
  const close = onClose ?? (() => model.edits.open(null))
  // The element that opened it may be gone, as the review button is when nothing is pending any more; or nothing had the
  // keyboard.
  const backTo = () => {
    if (hasLeft(popup) || model.edits.state.getState().editing !== null) return false
    if (opener?.isConnected && opener !== document.body) return true
    const list = placeInGrid()
    if (list !== null) return list
    // If the page itself were returned, the first button in it would get the focus.
    placeOnPage()?.focus()
    return false
  }
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) close()
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className={overlay.veil} />
        <Dialog.Popup
          ref={popup}
          initialFocus={atOnce(first, popup)}
          finalFocus={backTo}
          onKeyDownCapture={begun}
          onPointerDownCapture={begun}
          className={`${overlay.panel} ${wide ? styles.wide : styles.dialog}`}
        >
          <header className={styles.header}>
            <Dialog.Title className="breaks">{title}</Dialog.Title>
            <Dialog.Close render={<Button kind="plain" small icon={X} aria-label={text.close} />} />
          </header>
          {lead !== undefined && (
            <Dialog.Description className={styles.description}>{lead}</Dialog.Description>
          )}
          {children}
          {(cancel !== undefined || acts) && (
            <footer className={styles.footer}>
              {leading}
              <span className="small space">{note}</span>
              {cancel !== undefined && (
                <Button {...(canceller === undefined ? {} : { ref: canceller })} onClick={close}>
                  {cancel}
                </Button>
              )}
              {acts}
            </footer>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** The first field that can be filled in; of radio buttons the checked one, which Tab would reach. */
function firstField(dialog: HTMLElement | null): HTMLElement | null {
  const fields = dialog?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea') ?? []
  const isFirst = (field: HTMLInputElement | HTMLTextAreaElement) =>
    !field.disabled &&
    field.tabIndex >= 0 &&
    (field.type !== 'radio' || (field instanceof HTMLInputElement && field.checked))
  return [...fields].find(isFirst) ?? null
}
