/**
 * Which identity the user expects of each context. It is stored twice: in the context's own extension, so that it goes where the
 * file goes, and as the user's word in expected.json of the data folder, because `aws eks update-kubeconfig` rewrites whole
 * entries. The word counts before the file: the user gave it in answer to main's question, while many programs write a file, and
 * some files travel. A file that is not the user's own says nothing of what to expect.
 */
import * as v from 'valibot'
import type { ChangedContext } from '../../shared/edits/changed-contexts'
import { type Expected, expectedPrincipal, sameExpected } from '../../shared/identity/expected'
import type { Inferred } from '../../shared/inferred'
import type { KubeconfigFile } from '../../shared/kubeconfig/entries'
import { fail, ok, type Result } from '../../shared/result'
import type { ExpectedPart } from '../../shared/trust/added-by-write'
import type { RawContext } from '../kubeconfig/read/raw-entries'
import type { DataFile, DataFileKind } from '../system/data-folder'
import type { KeptThroughWrite } from '../system/kept-through-write'
import { hash } from './hashes'

/** Beyond this number the oldest are forgotten; the file still says them then. */
const mostWords = 20_000
const text = v.pipe(v.string(), v.maxLength(8_192))
const principal = v.pipe(
  text,
  v.check((arn) => expectedPrincipal(arn) === arn, 'no principal'),
)
/** The identity that the user expects of one context: of that name, in that file, referring to that cluster entry. */
const word = v.object({
  /** As listed, absolute. */
  file: text,
  context: text,
  /** Under the same name another cluster is another context. */
  cluster: v.nullable(text),
  principal,
})
export type Word = Inferred<typeof word>

/** expected.json of the data folder. */
export const expectedFile: DataFileKind<readonly Word[]> = {
  name: 'expected.json',
  version: 1,
  schema: v.pipe(v.array(word), v.maxLength(mostWords)),
  empty: [],
  loss: 'While that is so, whom you expect is taken from kubeconfigs alone.',
  guards: { code: 'unreadable', meanwhile: (last) => last },
}

type Place = Pick<Word, 'file' | 'context'>
const placeKey = ({ file, context }: Place): string => JSON.stringify([file, context])

/** The user's words (expected identities), by their contexts. */
export type Words = ReadonlyMap<string, Word>
export const wordsOf = (words: readonly Word[]): Words => new Map(words.map((word) => [placeKey(word), word]))

/** A context's place and the cluster that it refers to. */
type Named = Place & Pick<Word, 'cluster'>

const wordOf = (place: Named, principal: string | null): Word | null =>
  principal === null ? null : { ...place, principal }

/** The user's word about a context; null where there is none, or it was about another cluster. */
export function wordAbout(words: Words, context: Named): string | null {
  const word = words.get(placeKey(context))
  return word !== undefined && word.cluster === context.cluster ? word.principal : null
}

/**
 * The expected identity of a context: by the user's word, else by its file; null: none. What a file says that is not the user's
 * own counts only against the context.
 */
export function whomExpected(
  words: Words,
  { path, own }: Pick<KubeconfigFile, 'path' | 'own'>,
  { name, cluster, expected: inFile }: Pick<RawContext, 'name' | 'cluster' | 'expected'>,
): (Expected & { readonly onlyAgainst: boolean }) | null {
  const word = words.size === 0 ? null : wordAbout(words, { file: path, context: name, cluster })
  if (word !== null) return { principal: word, by: 'here', inFile, onlyAgainst: false }
  return inFile === null ? null : { principal: inFile, by: 'file', inFile, onlyAgainst: !own }
}

/** How a write changes the words. */
type WordChanges = ReturnType<typeof wordChanges>

/**
 * What a write makes an entry say is the user's word from then on, and what it removes is none any more. A word goes along where
 * its context is renamed, moved, or pointed at another cluster. The word about a deleted context stays: it counts again where a
 * context of that name comes `back`, whatever the file says of it.
 */
function wordChanges(words: Words, changed: readonly ChangedContext[], back: boolean) {
  /** At the places of the contexts that it makes or changes; null: no word. */
  const come = new Map<string, Word | null>()
  /** Those of which the write itself says which identity to expect, or none any more: kept, or not written. */
  const said = new Set<string>()
  // Most users have set none: then ten thousand contexts need not be looked up.
  if (words.size === 0 && changed.every(({ before, after }) => !before?.says && !after?.says))
    return { come, said, left: [] }
  for (const { before, after } of changed) {
    if (after === null || (before === null && (back || after.says === null))) continue
    const { says, ...place } = after
    const key = placeKey(place)
    const goesAlong = before !== null && sameExpected(before.says, says)
    if (!goesAlong) said.add(key)
    const word = goesAlong ? wordAbout(words, before) : says
    come.set(key, wordOf(place, word))
  }
  /** Former places of contexts that have another place after the write. */
  const left = changed.flatMap(({ before, after }) =>
    before === null || after === null || come.has(placeKey(before)) ? [] : [placeKey(before)],
  )
  return { come, said, left }
}

function withWords(words: Words, come: WordChanges['come']): Map<string, Word> {
  const next = new Map(words)
  for (const [key, word] of come) {
    next.delete(key)
    if (word !== null) next.set(key, word)
  }
  return next
}

/** The words once the edits that change these contexts are on disk. */
export function wordsAfter(words: Words, changed: readonly ChangedContext[]): Words {
  const { come, left } = wordChanges(words, changed, false)
  const next = withWords(words, come)
  for (const key of left) next.delete(key)
  return next
}

export type Expectations = ReturnType<typeof openExpectations>

/** The user's words, stored in expected.json. */
export function openExpectations(file: Pick<DataFile<readonly Word[]>, 'load' | 'update'>) {
  /** Reads expected.json again if it changed. */
  const words = async (): Promise<Words> => wordsOf((await file.load()).value)
  const update = async (come: WordChanges['come']): Promise<Result<unknown>> =>
    come.size === 0
      ? ok(null)
      : await file.update((now) => [...withWords(wordsOf(now), come).values()].slice(-mostWords))
  async function keep(was: Words, { come, said, left }: WordChanges): Promise<Result<KeptThroughWrite>> {
    const news = [...come].filter(([key, word]) => said.has(key) || !sameWord(word, was.get(key)))
    const kept = await update(new Map(news))
    if (!kept.ok) return kept
    return ok({
      written: () => update(new Map(left.flatMap((key) => (was.has(key) ? [[key, null]] : [])))),
      notWritten: () => update(new Map(news.map(([key]) => [key, was.get(key) ?? null]))),
    })
  }
  return {
    words,
    /**
     * Before a write of Ekscope changes these contexts: what it says of them counts from now on, so that a crash leaves none of
     * them on disk without it. `back`: the write restores what another one removed.
     */
    async before(changed: readonly ChangedContext[], back: boolean): Promise<Result<KeptThroughWrite>> {
      const { value, problem } = await file.load()
      // What cannot be read cannot follow.
      const follows = ({ before, after }: ChangedContext) =>
        before !== null && after !== null && placeKey(before) !== placeKey(after)
      if (problem !== null && changed.some(follows)) return fail(problem)
      const was = wordsOf(value)
      return keep(was, wordChanges(was, changed, back))
    },
    /** The user's word alone, not the file's; null takes it back. */
    async give(
      given: readonly (Named & { readonly principal: string | null })[],
    ): Promise<Result<KeptThroughWrite>> {
      const come = new Map(
        given.map(({ principal, ...place }) => [placeKey(place), wordOf(place, principal)]),
      )
      return keep(await words(), { come, said: new Set(come.keys()), left: [] })
    },
  }
}

const sameWord = (a: Word | null, b: Word | undefined): boolean =>
  a?.principal === b?.principal && a?.cluster === b?.cluster

/** What the user's word about a context is kept under. */
export const wordPlace = ({ path }: Pick<KubeconfigFile, 'path'>, { name, cluster }: RawContext): Named => ({
  file: path,
  context: name,
  cluster,
})

/**
 * What a write would have Ekscope expect of contexts, or expect no more, that the user has not said. These are contexts of
 * which it names another principal than before, those of one change together. Renames, moves and deletes say nothing of what to
 * expect; neither does what the user has said of that context already. `had`: a write of this session removed it. `gone` and
 * `come`: keys of what the write removes from the files, and of what it adds, like those of added-by-write.ts.
 */
export function addedExpectations(
  contexts: readonly ChangedContext[],
  words: Words,
  had: (key: string) => boolean,
) {
  const parts = new Map<string, ExpectedPart>()
  const gone: string[] = []
  const come: string[] = []
  for (const changed of contexts) {
    const { file, context, says: now } = changed.after ?? { ...changed.before, says: null }
    const was = changed.before?.says ?? null
    if (file === undefined || context === undefined || sameExpected(was, now)) continue
    if (changed.before !== null)
      gone.push(hash(['expected', changed.before.file, changed.before.context, was]))
    if (changed.after === null) continue
    const key = hash(['expected', file, context, now])
    come.push(key)
    if (had(key) || (now !== null && sameExpected(wordAbout(words, changed.after), now))) continue
    const group = JSON.stringify([file, was, now])
    const all = [...(parts.get(group)?.contexts ?? []), context]
    parts.set(group, { kind: 'expected', file, contexts: all, was, now })
  }
  return { parts: [...parts.values()], gone, come }
}
