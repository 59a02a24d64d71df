/** Lines and columns of the matrix: their sizes, which of them are drawn, and bringing a cell into sight. */
import { type DrawnPart, revealLine, type ScrollPart, useDrawn } from '../ui/drawn'

/** Pixels, as Discover.module.css has them. */
export const sizes = { column: 37, line: 27, who: 226, end: 76 } as const

/** How high the heads are; `placed`: names of clusters are followed by those of their accounts. */
export const headsHeight = (placed: boolean): number => (placed ? 159 : 127)

/** The columns; so many beside what is seen that a fleet of a usual size is drawn whole. */
export const useDrawnColumns = (part: ScrollPart): DrawnPart =>
  useDrawn(part, { horizontal: true, size: sizes.column, overscan: 30, scrollMargin: sizes.who })

export const useDrawnLines = (part: ScrollPart, heads: number): DrawnPart =>
  useDrawn(part, { horizontal: false, size: sizes.line, overscan: 20, scrollMargin: heads })

/** Scrolls so far that a cell can be seen, under neither heads nor names. */
export function reveal(
  element: HTMLElement | null,
  { line, column, heads }: { readonly line: number; readonly column: number; readonly heads: number },
): void {
  if (element === null) return
  revealLine(element, line, sizes.line, heads)
  const left = column * sizes.column
  // With its name, which leans to the right.
  const right = left + sizes.column + sizes.end + sizes.who - element.clientWidth
  if (left < element.scrollLeft) element.scrollLeft = left
  else if (right > element.scrollLeft) element.scrollLeft = right
}
