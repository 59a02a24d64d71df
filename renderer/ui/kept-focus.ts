/**
 * The keyboard is never nowhere. Where what has it goes, is disabled or hidden (a card that was answered, a bar of changes that were
 * discarded, a button that its filter took along), it goes on nearby: in the panel or dialog that this stood in, else in the page's list,
 * as soon as there is one.
 */
import { listen } from './listen'
import { pageItself, placeIn } from './use-page-focus'

const isGone = (element: Element): boolean =>
  !element.isConnected || element.matches(':disabled') || element.closest('[hidden], [inert]') !== null

/** From the inside out what is around an element and can have the keyboard, or holds what can. */
function around(element: Element): readonly HTMLElement[] {
  const next = element.parentElement?.closest<HTMLElement>('[tabindex], aside') ?? null
  return next === null ? [] : [next, ...around(next)]
}

/** What of it takes the keyboard: of a panel what scrolls in it. */
const taker = (near: HTMLElement): HTMLElement | null =>
  near.matches('aside') ? near.querySelector<HTMLElement>('section[tabindex]') : near

/** Looks after the keyboard until what it returns is called. */
export function keepFocus(): () => void {
  let held: { readonly element: Element; readonly around: readonly HTMLElement[] } | null = null
  let frame: number | null = null

  function goOn(): void {
    frame = null
    if (held === null || !isGone(held.element)) return
    // What was disabled has it until the frame is drawn.
    if (![document.body, held.element].some((one) => one === document.activeElement)) return
    const near = held.around.find((one) => !isGone(one)) ?? null
    const place = near === null || near === pageItself() ? null : taker(near)
    if (place !== null) place.focus({ preventScroll: true })
    // Never in the field that filters, which would have what is typed, and undo, from then on.
    else (placeIn(document) ?? pageItself())?.focus()
  }
  function onFocus({ target }: FocusEvent): void {
    held = target instanceof Element ? { element: target, around: around(target) } : null
  }
  function onBlur({ target }: FocusEvent): void {
    // Chromium says so before it takes an element out, and also where another window comes to the front.
    queueMicrotask(() => {
      const isGivenUp = document.activeElement === document.body && held !== null && !isGone(held.element)
      if (isGivenUp && held?.element === target) held = null
    })
  }
  // Whoever takes it away mostly knows a better place, and goes there within the frame.
  const observer = new MutationObserver(() => {
    if (held === null || frame !== null) return
    if (isGone(held.element)) frame = requestAnimationFrame(goOn)
    // A list that comes to a page which has the keyboard as a whole takes it; not from a click beside everything.
    else if (held.element === pageItself() && held.element.matches(':focus-visible'))
      placeIn(held.element)?.focus({ preventScroll: true })
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
