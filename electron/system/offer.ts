import { basename } from 'node:path'
import { type Offer, offerOn, type Word } from '../../shared/shell/offered-command'

/** kubectl started this program as its plugin: there may be no command `ekscope`. */
const byKubectl = /^kubectl-ekscope\b/.test(basename(process.argv[1] ?? ''))

/** A command to copy on this computer. */
export const offer = (program: string, ...words: readonly Word[]): Offer =>
  byKubectl && program === 'ekscope'
    ? offerOn(process.platform, 'kubectl', [program, ...words])
    : offerOn(process.platform, program, words)

/** A text of ours with its commands as they are called here. What is in quotes is a name, and stays. */
export const asCalled = (text: string): string =>
  byKubectl
    ? text.replace(/“[^”]*”|(?<=`|: |^ {2}|eval "\$\()ekscope (?=[A-Za-z-])/gm, (found) =>
        found.startsWith('“') ? found : `kubectl ${found}`,
      )
    : text

const sentences: ReadonlySet<string> = new Set(['message', 'next', 'fix', 'why'])

/** For JSON.stringify: the same of a document's sentences; null where nothing is called otherwise. Names and results stay. */
export const sentencesAsCalled = byKubectl
  ? (key: string, value: unknown): unknown =>
      typeof value === 'string' && sentences.has(key) ? asCalled(value) : value
  : null

/** The same as a part of a sentence. */
export const offered = (program: string, ...words: readonly Word[]): string => offer(program, ...words).text
