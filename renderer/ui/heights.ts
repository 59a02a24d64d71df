/** Height of a line in pixels by density, as tokens.css has it. */
export const rowHeights = { comfortable: 32, compact: 26 } as const
