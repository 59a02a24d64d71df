/** What a write would have Ekscope expect of contexts, or expect no more, that the user has not said. */
import { createHash } from 'node:crypto'
import type { ChangedContext } from '../../shared/edits/changed-contexts'
import { sameExpected } from '../../shared/identity/expected'
import type { ExpectedPart } from '../../shared/trust/introduced'
import { type Words, wordAbout } from './expectations'

export interface BroughtExpectations {
  readonly parts: readonly ExpectedPart[]
  /** Keys of what the write takes out of the files, and of what it brings, as those of introduced.ts. */
  readonly gone: readonly string[]
  readonly come: readonly string[]
}

/**
 * Contexts of which the write says another principal than before, those of one change together. Renames, moves and deletes say
 * nothing of whom to expect; neither does what the user has said of that context already. `had`: a write of this session took it out.
 */
export function broughtExpectations(
  contexts: readonly ChangedContext[],
  words: Words,
  had: (key: string) => boolean,
): BroughtExpectations {
  const parts = new Map<string, ExpectedPart>()
  const gone: string[] = []
  const come: string[] = []
  for (const changed of contexts) {
    const { file, context, says: now } = changed.after ?? { ...changed.before, says: null }
    const was = changed.before?.says ?? null
    if (file === undefined || context === undefined || sameExpected(was, now)) continue
    if (changed.before !== null) gone.push(keyOf(changed.before.file, changed.before.context, was))
    if (changed.after === null) continue
    const key = keyOf(file, context, now)
    come.push(key)
    if (had(key) || (now !== null && sameExpected(wordAbout(words, changed.after), now))) continue
    const group = JSON.stringify([file, was, now])
    const all = [...(parts.get(group)?.contexts ?? []), context]
    parts.set(group, { kind: 'expected', file, contexts: all, was, now })
  }
  return { parts: [...parts.values()], gone, come }
}

const keyOf = (file: string, context: string, principal: string | null): string =>
  createHash('sha256')
    .update(JSON.stringify(['expected', file, context, principal]))
    .digest('hex')
