/** What differs between two audits, as lines for terminal, report and window. Pure. */

import { grouped } from '../grouped'
import { verdictText } from '../identity/verdict-words'
import { few } from '../name-lists'
import type {
  Change,
  ChangedFinding,
  ChangeKind,
  Changes,
  ComparedWho,
  Evidence,
  OnlyThere,
  Statement,
} from './compare'

/** What the two sides are called in a sentence. */
export interface SideNames {
  readonly was: string
  readonly is: string
}

/** One line of a comparison, for terminal, report and window. */
export interface DifferenceLine {
  /** `only`: on one side there is no such context. */
  readonly kind: ChangeKind | 'only' | 'finding'
  readonly contexts: readonly string[]
  /** `identity`, `only in app`. */
  readonly what: string
  /** In words, with its evidence; null: there is none. */
  readonly was: string | null
  readonly is: string | null
  /** Whose tiles stand before these; null: it is not about an identity. */
  readonly wasWho: ComparedWho | null
  readonly isWho: ComparedWho | null
}

const evidenceWords: Readonly<Record<NonNullable<Evidence>, string>> = {
  intended: 'named',
  predicted: 'predicted',
  proven: 'proven',
  seen: 'seen',
}

/** `proven deploy at 10:02`, `predicted carol`; of verdict and rights `verified, seen at 10:02`. */
function words(what: ChangeKind, { value, by, at }: Statement, timeOf: (at: string) => string): string {
  const evidence = by === null ? '' : evidenceWords[by]
  const time = at === null ? '' : `at ${timeOf(at)}`
  if (what === 'verdict' || what === 'admin')
    return [what === 'verdict' ? verdictWords(value) : value, [evidence, time].filter(Boolean).join(' ')]
      .filter(Boolean)
      .join(', ')
  // A check that proved nobody leaves the prediction.
  const asked = at !== null && by !== 'proven' && by !== 'seen' ? `, not proven ${time}` : ''
  return [evidence, value, asked === '' ? time : ''].filter(Boolean).join(' ') + asked
}

const verdictWords = (verdict: string): string =>
  Object.entries(verdictText).find(([one]) => one === verdict)?.[1] ?? verdict

const whatWords: Readonly<Record<ChangeKind, string>> = {
  identity: 'identity',
  cluster: 'cluster',
  verdict: 'verdict',
  admin: 'may do',
  evidence: 'evidence',
}

/** What a line says of a change. Where nothing but the evidence differs, its name and its time are no news. */
function valuesOf(change: Change, timeOf: (at: string) => string) {
  const { what, was, wasBy, wasAt, wasWho, is, isBy, isAt, isWho } = change
  if (what === 'evidence' && was === is)
    return { what, ...noOnes, was: evidenceOf(wasBy, wasAt), is: evidenceOf(isBy, isAt) }
  return {
    ...{ what, wasWho, isWho },
    was: words(what, { value: was, by: wasBy, at: wasAt }, timeOf),
    is: words(what, { value: is, by: isBy, at: isAt }, timeOf),
  }
}

const noOnes = { wasWho: null, isWho: null }

const evidenceOf = (by: Evidence, at: string | null): string =>
  (by === 'proven' || by === 'seen' || at === null ? '' : 'checked, ') +
  (by === null ? 'not known' : evidenceWords[by])

/** All that differs, a line each; contexts of which the very same is said are one line. */
export function differenceLines(
  { came, went, changed, findings }: Changes,
  sides: SideNames,
  timeOf: (at: string) => string,
): readonly DifferenceLine[] {
  const only = (side: string, all: readonly OnlyThere[]): readonly DifferenceLine[] => {
    const byWho = grouped(all, ({ identity: value, by, at }) => words('identity', { value, by, at }, timeOf))
    return [...byWho].map(([is, of]) => ({
      ...{ kind: 'only', what: `only in ${side}`, was: null, wasWho: null, is, isWho: of[0]?.who ?? null },
      contexts: of.map(({ context }) => context),
    }))
  }
  const found = (side: string, all: readonly ChangedFinding[]): readonly DifferenceLine[] =>
    [...grouped(all, ({ id }) => id)].map(([id, of]) => ({
      ...{ kind: 'finding', what: `finding ${id} only in ${side}`, ...noOnes, was: null, is: null },
      contexts: [...new Set(of.flatMap(({ contexts }) => contexts))],
    }))
  const lines = [...grouped(changed, (change) => JSON.stringify(valuesOf(change, timeOf)))].flatMap(
    ([, [first, ...more]]): readonly DifferenceLine[] =>
      first === undefined
        ? []
        : [
            {
              ...{ ...valuesOf(first, timeOf), kind: first.what, what: whatWords[first.what] },
              contexts: [first, ...more].map(({ context }) => context),
            },
          ],
  )
  const all = [
    ...lines,
    ...only(sides.was, went),
    ...only(sides.is, came),
    ...found(sides.was, findings.went),
    ...found(sides.is, findings.came),
  ]
  return all.sort((a, b) => lineOrder.indexOf(a.kind) - lineOrder.indexOf(b.kind))
}

/** Who acts is the question, and comes first. */
const lineOrder: readonly DifferenceLine['kind'][] = [
  'identity',
  'admin',
  'verdict',
  'cluster',
  'only',
  'evidence',
  'finding',
]

/** What to know before the differences: that the environments differ, or that a side has no check. Null: there is nothing to say. */
export function basisWords({ unchecked, environments }: Changes, sides: SideNames): string | null {
  const [side, other] = unchecked
  const where = other === undefined && side !== undefined ? `in ${sides[side]}` : 'on either side'
  const said = [
    ...(environments === null
      ? []
      : [`One is of environment ${environments.was}, the other of ${environments.is}.`]),
    ...(side === undefined ? [] : [`Nothing was checked ${where}: compared by prediction.`]),
  ]
  return said.length === 0 ? null : said.join(' ')
}

/** How many contexts a line names that is about evidence or a finding alone. */
const mostNames = 20

/** A line of a comparison as text; `quoted` writes what comes from files. */
export function lineText(
  { kind, contexts, what, was, is }: DifferenceLine,
  quoted: (text: string) => string,
): string {
  const of = kind === 'evidence' || kind === 'finding' ? few(contexts, mostNames) : contexts
  const values = is === null ? '' : was === null ? ` (${quoted(is)})` : ` ${quoted(was)} → ${quoted(is)}`
  return `${of.length === 0 ? '' : `${of.map(quoted).join(', ')}: `}${what}${values}`
}
