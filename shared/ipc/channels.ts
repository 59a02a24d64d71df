/** The channels between main and its pages, and nothing else: the preload, which runs before each page, needs no more. */

/** On which the preload sends a request, and the router answers it: what has another beginning no page reaches. */
export const requestChannel = (name: string) => `request:${name}`
/** Of all events, from main to the pages. */
export const eventChannel = 'event'
/** On which the preload alone says which files were dropped: the page's bridge does not lead here. */
export const droppedChannel = 'dropped'
