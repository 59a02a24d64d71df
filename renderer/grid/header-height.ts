/** Height of the grid's header in pixels, as Grid.module.css has it. */
export const headerHeight = 32
