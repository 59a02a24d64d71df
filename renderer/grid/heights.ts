/** Heights of the grid in pixels; Grid.module.css has the header's too. */
export const headerHeight = 32
export const rowHeights = { comfortable: 32, compact: 26 } as const
