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
