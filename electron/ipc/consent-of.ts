/** A page's write asks in main's own window, which no page can answer. */
import { shownWrite } from '../../shared/trust/shown'
import type { Asking } from '../trust/asking'
import type { Consent } from '../trust/consent'
import type { Call } from './router'

/** The write waits without a lock until main has asked. */
export const consentOf = (
  asking: Pick<Asking, 'once'>,
  { page }: Pick<Call, 'page'>,
  signal: AbortSignal,
): Consent => ({
  kind: 'ask',
  ask: (brought) => asking.once(shownWrite(brought), { page, signal }),
})
