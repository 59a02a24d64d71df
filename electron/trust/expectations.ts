/**
 * Whom the user expects each context to be. It stands twice: in the context's own extension, so that it goes where the file goes, and
 * as the user's word in expected.json of the data folder, because `aws eks update-kubeconfig` writes whole entries anew. The word
 * counts before the file: it was given in answer to main's question, while a file is written by many, and some of them travel.
 * A file that is not the user's own says nothing of whom to expect.
 */
import * as v from 'valibot'
import type { ChangedContext } from '../../shared/edits/changed-contexts'
import { type Expected, expectedPrincipal, sameExpected } from '../../shared/identity/expected'
import type { KubeconfigFile } from '../../shared/kubeconfig/entries'
import { ok, type Result } from '../../shared/result'
import type { RawContext } from '../kubeconfig/read/entries'
import type { DataFile, DataFileKind } from '../system/data-folder'

/** The user's word about one context: of that name, in that file, leading to that cluster entry. */
export interface Word {
  /** As listed, absolute. */
  readonly file: string
  readonly context: string
  /** Under the same name another cluster is another context. */
  readonly cluster: string | null
  readonly principal: string
}

/** Beyond this the oldest are forgotten; then the file says it still. */
const mostWords = 20_000
const text = v.pipe(v.string(), v.maxLength(8_192))
const principal = v.pipe(
  text,
  v.check((arn) => expectedPrincipal(arn) === arn, 'no principal'),
)
const wordSchema: v.GenericSchema<unknown, Word> = v.object({
  file: text,
  context: text,
  cluster: v.nullable(text),
  principal,
})

/** expected.json of the data folder. */
export const expectedFile: DataFileKind<readonly Word[]> = {
  name: 'expected.json',
  version: 1,
  schema: v.pipe(v.array(wordSchema), v.maxLength(mostWords)),
  empty: [],
}

type Place = Pick<Word, 'file' | 'context'>
const placeKey = ({ file, context }: Place): string => JSON.stringify([file, context])

/** The words that were given, by their contexts. */
export type Words = ReadonlyMap<string, Word>
export const wordsOf = (words: readonly Word[]): Words => new Map(words.map((word) => [placeKey(word), word]))

/** What a context is called and leads to. */
type Named = Place & Pick<Word, 'cluster'>

/** The user's word about a context; null where there is none, or it was about another cluster. */
export function wordAbout(words: Words, context: Named): string | null {
  const word = words.get(placeKey(context))
  return word !== undefined && word.cluster === context.cluster ? word.principal : null
}

/** Whom a context should be: by the user's word, else by a file that is the user's own; null: nobody in particular. */
export function whomExpected(
  words: Words,
  { path, own }: Pick<KubeconfigFile, 'path' | 'own'>,
  { name, cluster, expected: inFile }: Pick<RawContext, 'name' | 'cluster' | 'expected'>,
): Expected | null {
  const word = words.size === 0 ? null : wordAbout(words, { file: path, context: name, cluster })
  if (word !== null) return { principal: word, by: 'here', inFile }
  return own && inFile !== null ? { principal: inFile, by: 'file', inFile } : null
}

/**
 * The words once a write of Ekscope is on disk: what it made an entry say is the user's word from then on, what it took away is none
 * any more, and a word goes along where its context is renamed, moved, or led to another cluster.
 */
export function wordsAfter(words: Words, changed: readonly ChangedContext[]): Words {
  // Most users have given none: then ten thousand contexts need not be looked up to say so.
  if (words.size === 0 && changed.every(({ after }) => after === null || after.says === null)) return words
  const next = new Map(words)
  for (const { before } of changed) if (before !== null) next.delete(placeKey(before))
  for (const { before, after } of changed) {
    // What comes anew, as from an undo of a delete, says in its file what it says.
    if (before === null || after === null) continue
    const { says, ...place } = after
    const word = sameExpected(before.says, says) ? wordAbout(words, before) : says
    if (word !== null) next.set(placeKey(place), { ...place, principal: word })
  }
  return next
}

export interface Expectations {
  /** Reads expected.json again if it changed. */
  words(): Promise<Words>
  /** A write of Ekscope made these contexts others. */
  written(changed: readonly ChangedContext[]): Promise<Result<null>>
  /** The user's word alone, whatever the file says; null takes it back. */
  give(words: readonly (Named & { readonly principal: string | null })[]): Promise<Result<null>>
}

/** The user's words over expected.json. */
export function openExpectations(file: Pick<DataFile<readonly Word[]>, 'load' | 'update'>): Expectations {
  const words = async () => wordsOf((await file.load()).value)
  const update = async (change: (words: Words) => Words): Promise<Result<null>> => {
    const done = await file.update((now) => [...change(wordsOf(now)).values()].slice(-mostWords))
    return done.ok ? ok(null) : done
  }
  return {
    words,
    async written(changed) {
      const now = await words()
      const is = wordsAfter(now, changed)
      const same = is.size === now.size && [...is].every(([key, word]) => sameWord(word, now.get(key)))
      return same ? ok(null) : update((latest) => wordsAfter(latest, changed))
    },
    give: (given) =>
      update((latest) => {
        const next = new Map(latest)
        for (const { principal: whom, ...place } of given) {
          next.delete(placeKey(place))
          if (whom !== null) next.set(placeKey(place), { ...place, principal: whom })
        }
        return next
      }),
  }
}

const sameWord = (a: Word, b: Word | undefined): boolean =>
  a.principal === b?.principal && a.cluster === b.cluster

/** What the user's word about a context is kept under. */
export const wordPlace = ({ path }: Pick<KubeconfigFile, 'path'>, { name, cluster }: RawContext): Named => ({
  file: path,
  context: name,
  cluster,
})
