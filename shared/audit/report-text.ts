/** A report as Markdown for a ticket, and as a table for a spreadsheet. Names are data: they become neither marks nor formulas. Pure. */
import { plural } from '../counted'
import { few } from '../name-lists'
import { visible } from '../visible'
import type { Changes } from './compare'
import { basisWords, differenceLines, lineText } from './compare-lines'
import { type ReportDocument, whyFound } from './report'
import { byWords, everythingIn, mayWords, namesIn, reportSides, verdictWords, wrongIn } from './report-words'
import { tallies, tallyWords } from './worst'

/** What a report in this format begins with: only a file that does may be replaced. */
export const markdownMark = '<!-- ekscope report 1 -->'

/**
 * A name within Markdown: as code, where no page makes a tag, a link, a mention or a reference of it. A
 * fence is longer than every run of its own mark inside.
 */
function asCode(text: string): string {
  const shown = visible(text)
  if (shown.trim() === '') return '(no name)'
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const apart = /^[` ]|[` ]$/.test(shown) ? ' ' : ''
  return `${fence}${apart}${shown}${apart}${fence}`
}

/** A zero-width space: after it GitHub and others make no link, mention or reference of the rest. */
const apart = '\u200b'

/** A sentence that may quote others: no mark of Markdown or HTML counts, and what pages make links of is parted. */
const sentence = (text: string): string =>
  visible(text)
    .replace(/[\\`*_{}[\]<>#|~&]/g, (mark) => `&#${mark.charCodeAt(0)};`)
    .replace(/@|:(?=\/\/)|\bwww(?=\.)|&#35;|\bGH(?=-)|\b(?:mailto|xmpp)(?=:)/gi, (sign) => `${sign}${apart}`)
    .replace(/\b[0-9a-f]{7}(?=[0-9a-f]{0,33}\b)/gi, (hash) =>
      /[a-f]/i.test(hash) ? `${hash}${apart}` : hash,
    )

/** Only names, which are code, have a bar of their own. */
const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  rows.length === 0 ? [] : [row(head), row(head.map(() => '---')), ...rows.map(row), '']

/** The whole report for a ticket; ends with a line feed. */
export function markdownOf(report: ReportDocument): string {
  const { title, at, by, where, environment, answer, counts, contexts, findings, changes } = report
  const known = namesIn(report)
  const wrong = wrongIn(report)
  const [headline = '', ...more] = answer
  const from = where === null ? '' : ` of ${asCode(`${where.user}@${where.host}`)}`
  const { all, unread } = everythingIn(report)
  const notRead = unread.map(({ name }) => asCode(name))
  const everything = all.map(({ cluster: { name, account, accountName }, principals }) => {
    const who = principals.map(
      ({ name, principal, used, from }) =>
        `${asCode(name ?? principal ?? '')}${from === 'seen' ? ' (seen)' : used ? '' : ' (no context)'}`,
    )
    return [asCode(name), asCode(accountName ?? account ?? ''), who.join(', ')]
  })
  const verdict = (one: (typeof contexts)[number]) => verdictWords(one).filter(Boolean).join(', ')
  const lines = [
    markdownMark,
    `# ${sentence(title)}`,
    '',
    `${at} · ${plural(contexts.length, 'context')} · environment ${environment}${from} · Ekscope ${by.version}`,
    '',
    `**${sentence(headline)}.** ${more.map(sentence).join(' ')}`.trim(),
    '',
    ...table(
      ['contexts', 'what', ''],
      tallies.map((id) => [String(counts[id]), ...tallyWords[id]]),
    ),
    '## Which identity, and should it?',
    '',
    ...(wrong.length === 0
      ? ['No context acts, or would act, as another identity than it should.', '']
      : table(
          ['Context', 'Should be', 'Is', 'Known by', 'On cluster', 'May do', 'Verdict'],
          wrong.map((one) => [
            asCode(one.context),
            one.shouldBe === null ? 'nothing says' : asCode(known.identity(one.shouldBe)),
            asCode(known.identity(one.identity)),
            byWords(one),
            asCode(known.cluster(one.on)),
            mayWords(one),
            verdict(one),
          ]),
        )),
    '## Who may do everything',
    '',
    ...table(['Cluster', 'Account', 'By its lists, or seen'], everything),
    ...(notRead.length === 0 ? [] : [`Not read: ${few(notRead, 20).join(', ')}.`, '']),
    ...(changes === null ? [] : changesText(changes)),
    '## All contexts',
    '',
    ...table(
      ['Context', 'Acts as', 'Known by', 'On cluster', 'May do', 'Verdict', 'Checked'],
      contexts.map((one) => [
        asCode(one.context),
        asCode(known.identity(one.identity)),
        byWords(one),
        asCode(known.cluster(one.on)),
        mayWords(one),
        verdict(one),
        one.checkedAt ?? 'never',
      ]),
    ),
    '## Findings',
    '',
    ...(findings.length === 0
      ? ['None.', '']
      : table(
          ['Severity', 'Finding', 'Contexts', 'Why', 'What to do'],
          findings.map(({ id, severity, contexts: names, fix, ...why }) => [
            why.muted === null ? severity : `${severity}, muted`,
            id,
            few(names).map(asCode).join(', '),
            sentence(whyFound(why)),
            sentence(fix ?? ''),
          ]),
        )),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

function changesText(changes: Changes): readonly string[] {
  const basis = basisWords(changes, reportSides)
  const lines = differenceLines(changes, reportSides, (at) => at).map((line) => `- ${lineText(line, asCode)}`)
  return [
    `## What changed since ${sentence(changes.since)}`,
    '',
    ...(basis === null ? [] : [basis, '']),
    ...(lines.length === 0 ? ['Nothing.'] : lines),
    '',
  ]
}

const columns = [
  'context',
  'file',
  'cluster',
  'acts as',
  'known by',
  'should be',
  'verdict',
  'stale',
  'checked at',
  'may do everything',
  'by its lists',
  'findings',
] as const

/** What a table of ours begins with. */
export const tableMark = `\uFEFF${columns.map((column) => `"${column}"`).join(',')}\r\n`

/** What a spreadsheet takes for a formula at the beginning of a cell, with or without blanks before it. */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r]/

/** A cell, always in quotes: which sign parts cells is a setting of the reader. A formula gets an apostrophe. */
const cell = (text: string): string => `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`

/** One row a context; UTF-8 with a byte order mark, lines end as RFC 4180 says. */
export function tableOf(report: ReportDocument): string {
  const known = namesIn(report)
  const rows = report.contexts.map((one) =>
    [
      one.context,
      one.file,
      known.cluster(one.on),
      known.identity(one.identity),
      one.identityBy ?? '',
      one.shouldBe === null ? '' : known.identity(one.shouldBe),
      one.verdict ?? 'not-checked',
      one.stale ?? '',
      one.checkedAt ?? '',
      one.admin === null ? '' : one.admin ? 'yes' : 'no',
      one.adminByLists ? 'yes' : '',
      one.findings.join(' '),
    ]
      .map((text) => cell(visible(text)))
      .join(','),
  )
  return `${tableMark}${rows.map((line) => `${line}\r\n`).join('')}`
}
