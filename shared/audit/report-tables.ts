/** The tables of a report's page: how one is written, and the columns of contexts. Pure. */
import { type DistinctName, leadOf, tellApart, textOf } from '../identity/distinct-names'
import { type Markup, type MarkupPart, markup } from './markup'
import type { ReportDocument } from './report'
import { byWords, mayWords, type NameAndAccount, namesIn, verdictWords } from './report-words'

/** `2026-12-01 05:50 UTC` */
export const timeOf = (iso: string): string => iso.slice(0, 16).replace('T', ' ').concat(' UTC')

/** The name of an identity or a cluster, and its account in small letters. */
export const withAccount = ([name, account]: NameAndAccount): Markup =>
  markup`${name}${!account ? null : markup` <small>${account}</small>`}`

interface Column<T> {
  readonly title: string
  readonly cell: (of: T) => MarkupPart
  /** What it is sorted by, where that is not its text. */
  readonly sort?: (of: T) => number
  /** Its texts in their order, where that is not the order of the alphabet. */
  readonly order?: readonly string[]
  /** Of a column that names the row. */
  readonly names?: boolean
  /** Of names, which may be long words. */
  readonly long?: boolean
}

/** A table whose heads sort it. */
export function table<T>(label: string, columns: readonly Column<T>[], rows: readonly T[]): Markup {
  const cell = ({ cell, sort, names }: Column<T>, row: T): Markup => {
    const by = sort === undefined ? null : markup` data-sort="${sort(row)}"`
    return names ? markup`<th scope="row"${by}>${cell(row)}</th>` : markup`<td${by}>${cell(row)}</td>`
  }
  // What all cells of a column have in common stands in its head: there may be 30,000 rows.
  const head = ({ title, order, long }: Column<T>): Markup =>
    markup`<th scope="col"${order === undefined ? null : markup` data-order="${order.join(' ')}"`}${long ? markup` class="long"` : null}>${title}</th>`
  return markup`<table aria-label="${label}">
<thead><tr>${columns.map(head)}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${columns.map((column) => cell(column, row))}</tr>\n`)}</tbody>
</table>
`
}

/** What is hidden is there for screen readers and copies. */
const nameOf = (distinct: DistinctName): Markup => {
  const [before, after] = [distinct.name.slice(0, distinct.from), distinct.name.slice(distinct.to)]
  const shown = markup`${before && markup`<span class="hidden">${before}</span><i aria-hidden="true">${leadOf(distinct)}</i>`}${textOf(distinct)}${after && markup`<i aria-hidden="true">…</i><span class="hidden">${after}</span>`}`
  const where = distinct.where.length === 0 ? null : markup` <small>${distinct.where.join(' · ')}</small>`
  return before || after ? markup`<span title="${distinct.name}">${shown}</span>${where}` : shown
}

type Reported = ReportDocument['contexts'][number]
type ContextColumn =
  | 'context'
  | 'should'
  | 'acts'
  | 'actsBy'
  | 'by'
  | 'on'
  | 'may'
  | 'verdict'
  | 'checked'
  | 'findings'

/** What a column of contexts shows; each table takes some of them. */
export function contextColumns(report: ReportDocument): Readonly<Record<ContextColumn, Column<Reported>>> {
  const known = namesIn(report)
  const home = report.where?.home ?? null
  const tell = tellApart(report.contexts.map(({ context }) => context))
  return {
    context: {
      title: 'Context',
      names: true,
      cell: ({ context, file, line }) =>
        markup`${nameOf(tell(context))} <small>${placeIn(home, file, line)}</small>`,
    },
    should: {
      title: 'Should be',
      cell: ({ shouldBe }) =>
        shouldBe === null ? markup`<i>nothing says</i>` : withAccount(known.identityWhose(shouldBe)),
    },
    acts: {
      title: 'Acts as',
      cell: (one) => {
        const identity = withAccount(known.identityWhose(one.identity))
        return one.shouldBe === null ? identity : markup`<b class="bad">${identity}</b>`
      },
    },
    actsBy: {
      title: 'Acts as',
      cell: (one) => {
        const [name, account] = known.identityWhose(one.identity)
        return withAccount([name, [account, byWords(one)].filter(Boolean).join(', ')])
      },
    },
    by: { title: 'Known by', cell: byWords },
    on: { title: 'On cluster', cell: ({ on }) => withAccount(known.clusterWhose(on)) },
    may: {
      title: 'May do',
      cell: (one) =>
        one.admin === true
          ? markup`<b class="${one.shouldBe === null ? '' : 'bad'}">${mayWords(one)}</b>`
          : mayWords(one),
    },
    verdict: {
      title: 'Verdict',
      cell: (one) => {
        const [verdict, why] = verdictWords(one)
        const tone = one.stale === null ? (one.verdict ?? '') : 'stale'
        return markup`<span class="${tone}">${verdict}</span>${why === null ? null : markup` <small>${why}</small>`}`
      },
    },
    checked: {
      title: 'Checked (UTC)',
      cell: ({ checkedAt }) => (checkedAt === null ? 'never' : timeOf(checkedAt).replace(' UTC', '')),
    },
    findings: {
      title: 'Findings',
      cell: ({ findings }) => findings.join(', '),
      sort: ({ findings }) => findings.length,
    },
  }
}

/** A file as a person writes it: below the home folder. */
export const placeIn = (home: string | null, file: string, line: number | null): string => {
  const near = home !== null && file.startsWith(`${home}/`) ? `~${file.slice(home.length)}` : file
  return line === null || line === 0 ? near : `${near}:${line}`
}
