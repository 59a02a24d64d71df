/** The channels between main and its pages, and nothing else: the preload, which runs before each page, needs no more. */

/**
 * Carries all requests, each with its name: the one channel that a page reaches. Main looks up the name; for a channel without a
 * handler Electron would print the name, as the page made it up, to the terminal that Ekscope was started in.
 */
export const requestChannel = 'request'
/** Of all events, from main to the pages. */
export const eventChannel = 'event'
/** On which the preload alone says which files were dropped: the page's bridge does not reach this channel. */
export const droppedChannel = 'dropped'
