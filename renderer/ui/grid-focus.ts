/** Where the keyboard goes on when what it was in is gone: the grid's own place; null when no grid is there. */
export const placeInGrid = (): HTMLElement | null =>
  document.querySelector<HTMLElement>('[role="grid"] [tabindex="0"]')
