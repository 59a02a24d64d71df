/**
 * Where the keyboard goes on when what it was in is gone: the grid's own place, or the filter where no row fits it; null on a page
 * without either.
 */
export const placeInGrid = (): HTMLElement | null =>
  document.querySelector<HTMLElement>('[role="grid"] [tabindex="0"], [role="treegrid"] [tabindex="0"]') ??
  document.querySelector<HTMLElement>('[role="search"] input')
