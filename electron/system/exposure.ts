/** Whether files in the data folder are the user's own: one rule for all that Ekscope reads of its own. */
import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs'
import path from 'node:path'
import { type Fault, fault } from '../../shared/result'
import { option } from '../../shared/shell/offered-command'
import { offered } from './offer'

type Held = Pick<Stats, 'uid' | 'mode'>

/** Whether it is neither the caller's nor root's. */
export const isForeign = (uid: number): boolean => uid !== 0 && uid !== (process.getuid?.() ?? uid)

/** The command that makes it the caller's. */
export const takeOver = (place: string): string =>
  offered('chown', option('-R'), String(process.getuid?.()), place)

/** Whether only the caller and root could have written it. Windows keeps neither owner nor mode. */
export const isOwn = ({ uid, mode }: Held): boolean =>
  process.getuid === undefined || (!isForeign(uid) && (mode & 0o022) === 0)

/**
 * Why `what` may be another user's work, with the remedy; null where it is not there, or only the caller and root could write it
 * and what it lies in: `places`, from the data folder down. `found`: the last of them as it is open now. Judged anew each time:
 * a folder is opened and closed while a window runs, and this costs microseconds.
 */
export function exposureOf(what: string, places: readonly string[], found?: Stats): Fault | null {
  if (process.getuid === undefined) return null
  const at = (place: string) => lstatSync(place, { throwIfNoEntry: false })
  try {
    if (found === undefined && at(what) === undefined) return null
    for (const [depth, place] of places.entries()) {
      const there = at(place)
      if (there === undefined && found === undefined) continue
      if (depth > 0 && there?.isSymbolicLink()) {
        const made = faultOf(place, { uid: there.uid, mode: 0 })
        if (made !== null) return made
        // A user who may write in the link's target folder could put another file there.
        const beside = path.dirname(realpathSync(place))
        const around = faultOf(beside, statSync(beside))
        if (around !== null) return around
      }
      const last = depth === places.length - 1 ? found : undefined
      const exposed = faultOf(place, last ?? statSync(place))
      if (exposed !== null) return exposed
    }
  } catch {
    // What cannot be looked at cannot be read either, and the reading says why.
  }
  return null

  function faultOf(place: string, held: Held): Fault | null {
    if (isOwn(held)) return null
    if (isForeign(held.uid))
      return fault(
        'not-writable',
        `${place} belongs to another user, so ${what} does not count.`,
        place === places[0]
          ? `Set EKSCOPE_HOME to a folder of your own, or check this one and take it over (${takeOver(place)}).`
          : `Move it away, or check it and take it over (${takeOver(place)}).`,
      )
    const mode = place === what && found !== undefined ? '600' : '700'
    return fault(
      'not-writable',
      `${place} can be written by other users, so ${what} does not count.`,
      `Check it, then close it to other users: ${offered('chmod', mode, place)}.`,
    )
  }
}
