/** F6 goes from one part of the window to the next, Shift+F6 back: views, toolbar, page, panel. */
import { placeIn, placeInTree } from './use-page-focus'

/** In the order in which they are seen. */
const regions = 'nav, header, main, aside'

const focusable =
  'button:not([disabled]), input:not([disabled]), select, textarea, a[href], summary, [tabindex]:not([tabindex="-1"])'

const isSeen = (element: HTMLElement): boolean => element.checkVisibility?.() ?? true

/** The place of each region that the keyboard left, to come back to. */
const left = new WeakMap<Element, HTMLElement>()

const placeOf = (region: HTMLElement): HTMLElement | null => {
  const before = left.get(region)
  if (before?.isConnected && region.contains(before) && isSeen(before)) return before
  const all = [...region.querySelectorAll<HTMLElement>(focusable)]
  return placeIn(region) ?? placeInTree(region) ?? all.find((one) => one.tabIndex >= 0 && isSeen(one)) ?? null
}

/** Moves the keyboard to the next part of the window that can have it. */
export function toNextRegion(back: boolean): void {
  const here = document.activeElement
  // A header within a panel is a part of that.
  const all = [...document.querySelectorAll<HTMLElement>(regions)].filter(
    (one) => one.parentElement?.closest(regions) === null && one.closest('[role="dialog"]') === null,
  )
  const at = all.findIndex((one) => one.contains(here))
  if (at >= 0 && all[at] !== undefined && here instanceof HTMLElement) left.set(all[at], here)
  const ordered = back ? [...all].reverse() : all
  const from = at < 0 ? -1 : back ? all.length - 1 - at : at
  for (let step = 1; step <= ordered.length; step += 1) {
    const region = ordered[(from + step) % ordered.length]
    const place = region === undefined ? null : placeOf(region)
    if (place === null || place === here) continue
    place.focus()
    return
  }
}
