/** Sentences at the edge of the window: which one gives way to which. */
import type { StoreApi } from 'zustand/vanilla'
import type { Fault } from '../../shared/result'
import type { NewNotice } from '../pending/edits-host'
import type { Notice, State } from './app-state'

/** How long a good notice stays readable before another replaces it, in milliseconds: enough for a sentence or two. */
const readable = 2_500

/** More notices would cover what they are about. */
const mostNotices = 4

/** Whether a notice stays although another comes now. */
function stays(one: Notice, notice: NewNotice, now: number): boolean {
  if (one.message === notice.message && one.tone === notice.tone) return false
  if (one.of !== undefined && one.of === notice.of) return false
  if (one.tone === 'bad' || notice.tone === 'bad' || one.stays) return true
  if (one.action) return !notice.action || notice.stays === true
  return now - one.at < readable
}

/** One more. Where there are too many, those that would go by themselves go first. */
function withNotice(before: readonly Notice[], notice: Notice): readonly Notice[] {
  const notices = [...before.filter((one) => stays(one, notice, notice.at)), notice]
  while (notices.length > mostNotices) {
    const passing = notices.findIndex(
      (one) => one !== notice && one.tone === 'info' && !one.stays && !one.action,
    )
    notices.splice(Math.max(0, passing), 1)
  }
  return notices
}

export function createNotices(state: StoreApi<State>, clock: () => number) {
  let id = 0
  /**
   * Bad notices stay until dismissed. Good ones give way to the next once there was time to read them; those with an action give
   * way only to the next of their kind.
   */
  function tell(notice: NewNotice): void {
    const next = { next: null, action: null, ...notice, id: ++id, at: clock() }
    state.setState(({ notices }) => ({ notices: withNotice(notices, next) }))
  }
  return {
    tell,
    say: (message: string) => tell({ tone: 'info', message }),
    notify(fault: Fault) {
      // A cancelled request is not reported: the user cancelled it. Nor is a no of the user an error.
      if (fault.code === 'declined') tell({ tone: 'info', message: fault.message })
      else if (fault.code !== 'cancelled') tell({ tone: 'bad', message: fault.message, next: fault.next })
    },
    nothingPending() {
      if (!state.getState().notices.some(({ ofPending }) => ofPending !== undefined)) return
      state.setState(({ notices }) => ({
        notices: notices.flatMap(({ ofPending, ...notice }) =>
          ofPending === 'whole' ? [] : [{ ...notice, ...ofPending }],
        ),
      }))
    },
  }
}
