/**
 * The parts of the window that its first picture does not show: loaded right after it, or with the first key. V8 has to read and
 * compile whatever is there before anything is drawn, and half of the page is dialogs, other pages and what is beside the grid.
 */
import { latePart } from './ui/late'

export type LaterParts = typeof import('./later-parts')

export const { load: loadLater, arrived, Late: Later } = latePart<LaterParts>(() => import('./later-parts'))
