import type { RefObject } from 'react'

/**
 * Gives a dialog the keyboard as soon as it is there, for its `initialFocus`. With the next frame, as it would come by itself,
 * it is too late: whatever is typed until then would go into what lies under the dialog.
 */
export const atOnce =
  (...places: readonly RefObject<HTMLElement | null>[]) =>
  (): boolean => {
    const place = places.find(({ current }) => current !== null)
    place?.current?.focus({ preventScroll: true })
    return place === undefined
  }

/** Whether the keyboard has left this dialog by itself, for its `finalFocus`: what opens next may have it already, and keeps it. */
export const hasLeft = ({ current: popup }: RefObject<HTMLElement | null>): boolean =>
  popup !== null && document.activeElement !== document.body && !popup.contains(document.activeElement)
