/** Apart, so that it is loaded only where there is something to find. */
import { openHistory } from './history'
import { followOverwritten, type OverwrittenWrite } from './overwritten'

/** What another program has undone of the writes in this history and no process has named yet. */
export const findOverwritten = (
  history: string,
  list: () => readonly string[],
  now: () => number,
): Promise<readonly OverwrittenWrite[]> =>
  followOverwritten({ history: openHistory(history), list, now }).find()
