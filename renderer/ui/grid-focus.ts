/** What has or would have the keyboard in a list. */
export const placeIn = (around: ParentNode): HTMLElement | null =>
  around.querySelector<HTMLElement>('[role="grid"] [tabindex="0"], [role="treegrid"] [tabindex="0"]')

/**
 * Where the keyboard goes on when what it was in is gone: the grid's own place, or the filter where no row fits it; null on a page
 * without either.
 */
export const placeInGrid = (): HTMLElement | null =>
  placeIn(document) ?? document.querySelector<HTMLElement>('[role="search"] input')
