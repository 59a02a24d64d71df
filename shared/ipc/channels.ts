/** The channels between main and its pages, and nothing else: the preload, which runs before each page, needs no more. */

/**
 * Of all requests, each with its name: the one channel that a page reaches. What it calls them main looks up; of a channel that nobody
 * answers Electron would print the name, as the page made it up, to the terminal that Ekscope was started in.
 */
export const requestChannel = 'request'
/** Of all events, from main to the pages. */
export const eventChannel = 'event'
/** On which the preload alone says which files were dropped: the page's bridge does not lead here. */
export const droppedChannel = 'dropped'
