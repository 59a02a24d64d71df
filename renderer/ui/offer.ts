import type { AppState } from '../../shared/ipc/contract'
import { type Offer, offerOn, type Word } from '../../shared/shell/offer'
import { useApp } from './model'

export type Offering = (program: string, ...words: readonly Word[]) => Offer

/** Commands to copy on this computer; until it is known which, such as hold on any. */
export const offeringOn =
  (app: AppState | null): Offering =>
  (program, ...words) =>
    offerOn(app?.platform ?? 'win32', program, words)

export const useOffer = (): Offering => offeringOn(useApp((state) => state.app))
