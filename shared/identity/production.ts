/** Which contexts are production: those that the user marked, by name or by pattern. Nothing is until somebody marks it. */
import * as v from 'valibot'
import type { Inferred } from '../inferred'
import type { MeantCluster } from './identity'

/** What a mark is about, and the words for it. */
export const markKinds = {
  context: 'context',
  cluster: 'cluster',
  account: 'AWS account',
  /** A mark that this version does not understand, as JSON, or the file of them: each may be about any context. */
  unread: 'not understood:',
} as const
export type MarkKind = keyof typeof markKinds

/** A name, or a pattern in which `*` is any run of characters. */
export const productionMark = v.strictObject({
  kind: v.picklist(['context', 'cluster', 'account'] satisfies readonly MarkKind[]),
  pattern: v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
})
export type GivenMark = Inferred<typeof productionMark>

/** The same, or one that is not understood, as JSON. */
export const anyMark = v.union([
  productionMark,
  v.strictObject({ kind: v.literal('unread'), pattern: v.pipe(v.string(), v.maxLength(65_536)) }),
])
export type ProductionMark = Inferred<typeof anyMark>

/** A mark as a file has it. */
export const markOfFile = (one: unknown): ProductionMark =>
  v.is(productionMark, one) ? one : { kind: 'unread', pattern: JSON.stringify(one) }

/** The same back: one that is not understood stays as it was. */
export const markInFile = (mark: ProductionMark): unknown =>
  mark.kind === 'unread' ? JSON.parse(mark.pattern) : mark

/** What is not understood: while there is any, every context counts as production. */
export const unreadMarks = (marks: readonly ProductionMark[]): readonly string[] =>
  marks.flatMap(({ kind, pattern }) => (kind === 'unread' ? [pattern] : []))

/** `context prod-*`, as a sentence and a list have it. */
export const markText = ({ kind, pattern }: ProductionMark): string => `${markKinds[kind]} ${pattern}`

export const isSameMark = (one: ProductionMark, other: ProductionMark): boolean =>
  one.kind === other.kind && one.pattern === other.pattern

/** What a mark is held against; `entry`: the name of the cluster entry. */
export interface Markable {
  readonly name: string
  readonly entry: string | null
  readonly meant: Pick<MeantCluster, 'name' | 'region' | 'account' | 'partition'> | null
}

/** Whether a text is what a pattern says, letter by letter but for `*`. As long as the text at most, whatever the pattern. */
export function fitsPattern(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return text === pattern
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at + last.length <= text.length && text.endsWith(last)
}

/** What a mark of each kind may name in a context: a cluster is called by its name, its ARN, or its entry. */
const namesOf: Readonly<Record<Exclude<MarkKind, 'unread'>, (of: Markable) => readonly (string | null)[]>> = {
  context: ({ name }) => [name],
  cluster({ entry, meant }) {
    const { name = null, region, account, partition } = meant ?? {}
    const isWhole = name && region && account && partition
    return [name, entry, isWhole ? `arn:${partition}:eks:${region}:${account}:cluster/${name}` : null]
  },
  account: ({ meant }) => [meant?.account ?? null],
}

/** The first mark that makes a context production; null: it is none. */
export const markOf = (marks: readonly ProductionMark[], of: Markable): ProductionMark | null =>
  marks.find(
    ({ kind, pattern }) =>
      kind === 'unread' || namesOf[kind](of).some((name) => name !== null && fitsPattern(pattern, name)),
  ) ?? null

/** A context that gets another name; `stays`: a context has its former name afterwards, too. */
export interface NameGiven {
  readonly was: string
  readonly is: string
  readonly stays: boolean
}

/** Marks by name that follow contexts to their new names: those that come, and those whose names nobody has any more. */
export function marksFollowing(marks: readonly ProductionMark[], given: readonly NameGiven[]) {
  const byName = (pattern: string): ProductionMark => ({ kind: 'context', pattern })
  const isMarked = (name: string) => marks.some((mark) => isSameMark(mark, byName(name)))
  const followed = given.filter(({ was }) => isMarked(was))
  return {
    come: followed.flatMap(({ is }) => (isMarked(is) ? [] : [byName(is)])),
    // A pattern may cover other contexts too, so it stays, even if it is the name of one.
    left: followed.flatMap(({ was, stays }) => (stays || was.includes('*') ? [] : [byName(was)])),
  }
}

interface Named {
  readonly name: string
  readonly cluster: string | null
}

/** THE question whether a context is production, of its entry and the cluster that it means. */
export const isProduction = (
  marks: readonly ProductionMark[],
  { name, cluster }: Named,
  meant: Markable['meant'],
): boolean => marks.length > 0 && markOf(marks, { name, entry: cluster, meant }) !== null
