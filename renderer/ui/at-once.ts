import type { RefObject } from 'react'

/**
 * Gives a dialog the keyboard as soon as it exists, for its `initialFocus`. By default that happens with the next frame, which is
 * too late: keys until then would go to the page under the dialog. A dialog that was closed just before returns the keyboard in
 * that frame: then this dialog takes it again in the same frame, before a key can arrive.
 */
export const atOnce =
  (...places: readonly RefObject<HTMLElement | null>[]) =>
  (): boolean => {
    const place = places.find(({ current }) => current !== null)?.current
    if (place === undefined || place === null) return true
    const dialog = place.closest('[role="dialog"], [role="alertdialog"]') ?? place
    const take = () => place.focus({ preventScroll: true })
    take()
    requestAnimationFrame(() => {
      const isOpen = dialog.isConnected && !dialog.hasAttribute('data-closed')
      const holder = document.activeElement
      if (isOpen && (holder === dialog || !dialog.contains(holder))) take()
    })
    return false
  }

/** Whether the focus has left this dialog already, for its `finalFocus`: what opens next may have the focus, and keeps it. */
export const hasLeft = ({ current: popup }: RefObject<HTMLElement | null>): boolean =>
  popup !== null && document.activeElement !== document.body && !popup.contains(document.activeElement)
