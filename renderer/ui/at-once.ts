import type { RefObject } from 'react'

/**
 * Gives a dialog the keyboard as soon as it is there, for its `initialFocus`. With the next frame, as it would come by itself,
 * it is too late: whatever is typed until then would go into what lies under the dialog. A dialog that was closed just before gives
 * the keyboard back with that frame: then it is taken again in the same one, before a key can come.
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

/** Whether the keyboard has left this dialog by itself, for its `finalFocus`: what opens next may have it already, and keeps it. */
export const hasLeft = ({ current: popup }: RefObject<HTMLElement | null>): boolean =>
  popup !== null && document.activeElement !== document.body && !popup.contains(document.activeElement)
