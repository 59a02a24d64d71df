/**
 * A report as one HTML file that opens anywhere and prints well: no font, picture, style or script of another place. Its only script
 * sorts tables, and without it everything can be read. Pure.
 */
import { counted, plural } from '../counted'
import { pageOf } from '../findings/finding-kinds'
import { grouped } from '../grouped'
import type { IdentityLooks, TileIdentity } from '../identity/colours'
import { few } from '../name-lists'
import type { Audit } from './audit'
import type { Changes } from './compare'
import { basisWords, differenceLines } from './compare-lines'
import { mapLayout } from './map-layout'
import type { MapOptions } from './map-model'
import { mapSheets } from './map-sheets'
import { mapSvg } from './map-svg'
import { type Markup, type MarkupPart, markup } from './markup'
import { type ReportDocument, whyFound } from './report'
import { script, style } from './report-sheet'
import { contextColumns, placeIn, table, timeOf, withAccount } from './report-tables'
import { everythingIn, reportSides, wrongIn } from './report-words'
import { type TallyId, tallies, tallyWords, worstOf } from './worst'

/** What the pictures of a report are made of. */
export interface ReportPictures {
  readonly audit: Audit
  readonly markOf: (who: TileIdentity) => IdentityLooks
}

/** The SHA-256 of a text in base64. */
export type HashOf = (text: string) => string

/** What a report in this format begins with: only a file that does may be replaced. */
export const htmlMark = '<!doctype html>\n<!-- ekscope report 1 -->'
/** The same of the map. */
export const svgMark = '<!-- ekscope report 1 as svg -->'

const environmentWords: Readonly<Record<Audit['environment'], string>> = {
  'login-shell': 'the login shell',
  app: 'the program that ran Ekscope',
  clean: 'the environment without what chooses an identity',
}

interface Section {
  readonly id: string
  readonly title: string
  /** Beside the title. */
  readonly note?: string
  readonly body: MarkupPart
}

const section = ({ id, title, note, body }: Section): Markup =>
  markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}${note === undefined ? null : markup` <small>${note}</small>`}</h2>
${body}</section>
`

const toneOf: Readonly<Record<TallyId, string>> = {
  another: 'bad',
  refused: 'no',
  'without-identity': 'warn',
  'not-answered': 'open',
  works: 'ok',
}

/** On paper its letters are as large as those of tables: a sheet scales it by 0.87. */
const mapWidth = 800
/** A map up to this height has a place on the first page. */
const firstPage = 520
/** And on a page of its own; a higher one has several. */
const wholePage = 1_060

const optionsWith = (markOf: ReportPictures['markOf'], more: Partial<MapOptions>): MapOptions => ({
  width: mapWidth,
  head: null,
  only: null,
  wrongOnly: false,
  focus: null,
  unfolded: new Set(),
  markOf,
  ...more,
})

/** On the first page the whole map, or where that is too large, the paths that are wrong. */
function mapSections({ audit, markOf }: ReportPictures): readonly Section[] {
  const sheets = (more: Partial<MapOptions>) => mapSheets(audit, optionsWith(markOf, more), wholePage)
  const [whole, wrong] = [sheets({}), sheets({ wrongOnly: true })]
  const figures = (maps: typeof whole) =>
    maps.map((map, at) => {
      const label = maps.length === 1 ? map.label : `${map.label}, part ${at + 1} of ${maps.length}`
      return markup`<figure>${mapSvg({ ...map, label }, 'sheet')}</figure>\n`
    })
  const count = (maps: typeof whole) => maps.reduce((sum, { paths }) => sum + paths.length, 0)
  const parts = whole.length === 1 ? '' : `, account by account in ${whole.length} parts`
  const title = 'From sign-in to context'
  const isSmall = whole.length === 1 && whole.every(({ height }) => height <= firstPage)
  if (isSmall || count(wrong) === 0 || count(wrong) === count(whole))
    return [{ id: 'map', title, body: figures(whole) }]
  return [
    { id: 'map', title, note: 'wrong paths only; the whole map follows', body: figures(wrong) },
    {
      id: 'whole-map',
      title: 'The whole map',
      note: `${plural(count(whole), 'context')}${parts}`,
      body: figures(whole),
    },
  ]
}

function everything(report: ReportDocument): Section {
  const { all, unread, used } = everythingIn(report)
  const cards = all.map(({ cluster: { name, accountName, account }, principals, less }) => {
    const who = principals.map(
      ({ name, principal, used, from }, at) =>
        markup`${at === 0 ? '' : ', '}<span class="${used ? '' : 'unused'}">${name ?? principal ?? ''}</span>${from === 'seen' ? ' (seen)' : ''}`,
    )
    const more = less === 0 ? null : markup` <small>· ${counted(less)} more with less</small>`
    return markup`<div><dt>${withAccount([name, accountName ?? account])}</dt><dd>${who}${more}</dd></div>\n`
  })
  const names = unread.map(({ name }) => name)
  return {
    id: 'everything',
    title: 'Who may do everything',
    note: `as checks saw, and by the lists of ${counted(used - unread.length)} of ${plural(used, 'cluster')} that could be read`,
    body: [
      cards.length === 0
        ? markup`<p>Nobody is known who may do everything.</p>\n`
        : markup`<dl class="cards">${cards}</dl>\n`,
      all.every(({ principals }) => principals.every(({ used }) => used))
        ? null
        : markup`<p class="quiet"><span class="unused">Underlined</span>: may enter, though no context uses that identity.</p>\n`,
      names.length === 0 ? null : markup`<p class="quiet">Not read: ${few(names, 20).join(', ')}.</p>\n`,
    ],
  }
}

function changed(changes: Changes): Section {
  const basis = basisWords(changes, reportSides)
  const all = differenceLines(changes, reportSides, timeOf)
  return {
    id: 'changes',
    title: 'What changed since',
    note: timeOf(changes.since),
    body: [
      basis === null ? null : markup`<p>${basis}</p>\n`,
      all.length === 0
        ? markup`<p>Nothing.</p>\n`
        : table(
            'What changed',
            [
              { title: 'Context', names: true, cell: ({ contexts }) => few(contexts).join(', ') },
              { title: 'What', cell: ({ what }) => what },
              { title: 'Was', cell: ({ was }) => was },
              { title: 'Is', cell: ({ is }) => is && markup`<b>${is}</b>` },
            ],
            all,
          ),
    ],
  }
}

const severities = ['error', 'warning', 'info'] as const

function found({ findings, where }: ReportDocument): Section {
  const ids = [...new Set(findings.map(({ id }) => id))].sort()
  const open = findings.filter(({ muted }) => muted === null)
  return {
    id: 'findings',
    title: 'All findings, with what to do',
    note: severities
      .map((severity) =>
        plural(open.filter((one) => one.severity === severity).length, severity, `${severity}s`),
      )
      .concat(open.length === findings.length ? [] : [`${findings.length - open.length} muted`])
      .join(', '),
    body:
      findings.length === 0
        ? markup`<p>None.</p>\n`
        : [
            table(
              'Findings',
              [
                {
                  title: 'Severity',
                  cell: ({ severity, muted }) =>
                    muted === null ? markup`<span class="${severity}">${severity}</span>` : 'muted',
                  order: [...severities, 'muted'],
                },
                { title: 'Finding', names: true, cell: ({ id }) => id },
                { title: 'Contexts', long: true, cell: ({ contexts }) => few(contexts).join(', ') },
                { title: 'Why', cell: whyFound },
                { title: 'What to do', cell: ({ fix }) => fix },
                {
                  title: 'Where',
                  long: true,
                  cell: ({ file, line }) => placeIn(where?.home ?? null, file, line),
                },
              ],
              findings,
            ),
            markup`<p class="quiet">What they mean, and what settles them:</p>
<ul class="links">${ids.map((id) => markup`<li><a href="${pageOf(id)}">${id}</a></li>\n`)}</ul>
`,
          ],
  }
}

function sharing({ contexts }: ReportDocument): readonly Section[] {
  const users = [...grouped(contexts, ({ user, sharedWith }) => (sharedWith.length === 0 ? null : user))]
  if (users.length === 0) return []
  return [
    {
      id: 'sharing',
      title: 'Who shares a user entry',
      note: 'a change of one is a change of all',
      body: table(
        'Contexts that share a user entry',
        [
          { title: 'User entry', names: true, cell: ([user]) => user },
          {
            title: 'Contexts',
            cell: ([, all]) =>
              few(
                all.map(({ context }) => context),
                60,
              ).join(', '),
          },
          { title: 'How many', cell: ([, all]) => all.length },
        ],
        users,
      ),
    },
  ]
}

function looked({ environment, files, programs }: ReportDocument): Section {
  const program = (name: string, at: { readonly path: string; readonly version: string | null } | null) =>
    at === null
      ? markup`<li>no ${name} was found</li>`
      : markup`<li>${name} ${at.version ?? 'of a version that is not known'} <small>${at.path}</small></li>`
  return {
    id: 'looked-at',
    title: 'What was looked at',
    body: markup`<ul>
<li>the environment of ${environmentWords[environment]}</li>
${files.map(({ path, problems }) => markup`<li>${path}${problems.map(({ message, line }) => markup` <small>${line === null ? '' : `line ${line}: `}${message}</small>`)}</li>\n`)}
${program('aws', programs.aws)}
${program('kubectl', programs.kubectl)}
</ul>
`,
  }
}

function head(report: ReportDocument): Markup {
  const { title, at, by, where, environment, programs, contexts, clusters } = report
  const used = clusters.filter((one) => one.contexts > 0)
  const accounts = new Set(used.flatMap(({ account }) => account ?? []))
  const versions = [
    ['Ekscope', by.version],
    ['aws', programs.aws?.version],
    ['kubectl', programs.kubectl?.version],
  ].flatMap(([name, version]) => (version == null ? [] : `${name} ${version}`))
  return markup`<header>
<div><h1>${title}</h1>
<p>Identity audit of ${plural(contexts.length, 'kubectl context')} in ${plural(used.length, 'cluster')} and ${plural(accounts.size, 'account')}</p></div>
<p class="meta">${timeOf(at)}<br/>${environmentWords[environment]}${where === null ? null : ` of ${where.user}@${where.host}`}<br/>${versions.join(' · ')}</p>
</header>
`
}

function answered({ answer, counts, contexts }: ReportDocument, { audit }: ReportPictures): Markup {
  const [headline = '', ...more] = answer
  return markup`<div class="answer ${worstOf(audit).tone}"><p class="headline">${headline}.</p>${more.map((one) => markup`<p>${one}</p>`)}</div>
<dl class="counts">${tallies.map((id) => markup`<div class="${toneOf[id]}"><dt>${tallyWords[id][0]}</dt><dd class="number">${counted(counts[id])}</dd><dd>${tallyWords[id][1]}</dd></div>\n`)}</dl>
<p class="quiet">Together ${plural(contexts.length, 'context')}.</p>
`
}

/** In the order of the page: what fits on its first sheet of paper, and what follows. */
function sectionsOf(report: ReportDocument, drawn: ReportPictures): readonly Section[] {
  const { contexts, changes } = report
  const columns = contextColumns(report)
  const { context, should, acts, actsBy, by, on, may, verdict, checked, findings } = columns
  const wrong = wrongIn(report)
  const [map, ...wholeMap] = mapSections(drawn)
  return [
    {
      id: 'wrong',
      title: 'Which identity, and should it?',
      body:
        wrong.length === 0
          ? markup`<p>No context acts, or would act, as another identity than it should.</p>\n`
          : table(
              'Contexts that act, or would act, as another identity',
              [context, should, acts, by, on, may, verdict],
              wrong,
            ),
    },
    ...(map === undefined ? [] : [map]),
    everything(report),
    ...(changes === null ? [] : [changed(changes)]),
    ...wholeMap,
    {
      id: 'contexts',
      title: 'All contexts',
      note: counted(contexts.length),
      body: table('All contexts', [context, actsBy, on, may, verdict, checked, findings], contexts),
    },
    found(report),
    ...sharing(report),
    looked(report),
  ]
}

/** The whole file. */
export function htmlOf(report: ReportDocument, drawn: ReportPictures, hashOf: HashOf): string {
  const sections = sectionsOf(report, drawn)
  const [styleHash, scriptHash] = [hashOf(String(style)), hashOf(String(script))]
  const links = sections.map(({ id, title }) => markup`<a href="#${id}">${title}</a>\n`)
  const page = markup`
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${styleHash}'; script-src 'sha256-${scriptHash}'; base-uri 'none'; form-action 'none'"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="referrer" content="no-referrer"/>
<title>${report.title}</title>
<style>${style}</style>
</head>
<body>
<main>
${head(report)}${answered(report, drawn)}<nav aria-label="Contents">${links}</nav>
${sections.map(section)}</main>
<script>${script}</script>
</body>
</html>
`
  return `${htmlMark}${page}`
}

/** The page without its script, where none may run. */
export const withoutScript = (html: string): string => html.slice(0, html.lastIndexOf('<script>'))

/** The map alone, with its sentence, date and legend. */
export function svgOf({ at, environment }: ReportDocument, { audit, markOf }: ReportPictures): string {
  const aside = [environmentWords[environment], plural(audit.contexts.length, 'context'), timeOf(at)].join(
    ' · ',
  )
  const map = mapLayout(
    audit,
    optionsWith(markOf, { head: { title: worstOf(audit).title, aside }, width: 1_440 }),
  )
  return `${svgMark}\n${mapSvg(map, 'light')}\n`
}
