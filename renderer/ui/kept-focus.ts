/**
 * The focus is never lost. Where the focused element is removed, disabled or hidden (an answered card, a bar of discarded
 * changes, a button that its filter hides), the focus moves nearby: into the panel or dialog around it, else into the page's
 * list, as soon as there is one.
 */
import { listen } from './listen'
import { pageItself, placeInPage } from './use-page-focus'

const isGone = (element: Element): boolean =>
  !element.isConnected || element.matches(':disabled') || element.closest('[hidden], [inert]') !== null

/** The ancestors of an element, from the inside out, that can have the focus or contain something that can. */
function around(element: Element): readonly HTMLElement[] {
  const next = element.parentElement?.closest<HTMLElement>('[tabindex], aside') ?? null
  return next === null ? [] : [next, ...around(next)]
}

/** The part of it that takes the focus: in a panel the scrolling part. */
const taker = (near: HTMLElement): HTMLElement | null =>
  near.matches('aside') ? near.querySelector<HTMLElement>('section[tabindex]') : near

/** Keeps the focus on the page until the returned function is called. */
export function keepFocus(): () => void {
  let held: { readonly element: Element; readonly around: readonly HTMLElement[] } | null = null
  let frame: number | null = null

  function goOn(): void {
    frame = null
    if (held === null || !isGone(held.element)) return
    // A disabled element keeps the focus until the frame is drawn.
    if (![document.body, held.element].some((one) => one === document.activeElement)) return
    const near = held.around.find((one) => !isGone(one)) ?? null
    const place = near === null || near === pageItself() ? null : taker(near)
    if (place !== null) place.focus({ preventScroll: true })
    // Never into the filter field, which would get typed text, and undo, from then on.
    else placeInPage()?.focus()
  }
  function onFocus({ target }: FocusEvent): void {
    held = target instanceof Element ? { element: target, around: around(target) } : null
  }
  function onBlur({ target }: FocusEvent): void {
    // Chromium sends this event before it removes an element, and also when another window comes to the front.
    queueMicrotask(() => {
      const isGivenUp = document.activeElement === document.body && held !== null && !isGone(held.element)
      if (isGivenUp && held?.element === target) held = null
    })
  }
  // Code that removes the element mostly knows a better place, and moves the focus there within the frame.
  const observer = new MutationObserver(() => {
    if (held === null || frame !== null) return
    if (isGone(held.element)) frame = requestAnimationFrame(goOn)
    // A list or heading that appears on a page that has the focus as a whole takes it; not after a click on empty space.
    else if (held.element === pageItself() && held.element.matches(':focus-visible'))
      placeInPage()?.focus({ preventScroll: true })
  })
  observer.observe(document.body, {
    childList: true,
    subtree: true,
    attributeFilter: ['disabled', 'hidden', 'inert'],
  })
  const ends = [listen(['focusin'], onFocus), listen(['focusout'], onBlur)]
  return () => {
    observer.disconnect()
    if (frame !== null) cancelAnimationFrame(frame)
    for (const end of ends) end()
  }
}
