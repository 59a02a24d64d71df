import { type Offer, offerOn, type Word } from '../../shared/shell/offered-command'

/** A command to copy on this computer. */
export const offer = (program: string, ...words: readonly Word[]): Offer =>
  offerOn(process.platform, program, words)

/** The same as a part of a sentence. */
export const offered = (program: string, ...words: readonly Word[]): string => offer(program, ...words).text
