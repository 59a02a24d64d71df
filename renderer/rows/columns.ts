/**
 * The columns of the grid, one entry each: its name, its value as text (for filter, copy and sort) and its place in the grid.
 * How it is drawn is in grid/cells.tsx, how its value is edited in pending/editable-fields.ts.
 */
import { mayBePinned } from '../../shared/audit/context-facts'
import { adminNow } from '../../shared/audit/judged'
import { counted } from '../../shared/counted'
import { clusterLabel } from '../../shared/exec/parse'
import { isOfRow } from '../../shared/findings/finding-kinds'
import { grouped } from '../../shared/grouped'
import { type Verdict, verdicts } from '../../shared/identity/identity'
import type { Who } from '../../shared/identity/named-identity'
import { visible } from '../../shared/visible'
import { text, verdictMeaning, verdictRank, verdictText, verdictWord } from '../text/page'
import { actsOf, foretoldOf, foretoldRank, proofOf } from './proof'
import type { Row } from './rows'

export interface Column {
  readonly id: ColumnId
  readonly title: string
  /** One sentence for the tooltip and for screen readers. */
  readonly hint: string
  /** The words before the colon in the filter; by default its id. */
  readonly names: readonly string[]
  /** As a filter and a spreadsheet read it; empty when there is nothing. */
  readonly value: (row: Row) => string
  /** Numbers sort as numbers, everything else as text. */
  readonly sort?: (row: Row) => number
  /** What comes first when sorted, where the order is not alphabetical. */
  readonly first?: 'worst' | 'differs' | 'latest'
  /** What the filter offers behind the colon: the values of a row, or one list for all. */
  readonly suggests?: readonly string[] | ((row: Row) => readonly string[])
  /** The meaning of such a value, where the word alone may not be clear. */
  readonly means?: (value: string) => string
  /** Another way to say the value in a filter, in lower case. */
  readonly alsoMatches?: (row: Row, wanted: string) => boolean
  /** The one spelling to compare by, for a value that can be written in several ways. */
  readonly same?: (wanted: string) => string
  /** The text that a filter searches, where that is not the value. */
  readonly filter?: (row: Row) => string
  /**
   * Whether a row has what its badge shows, for `yes` and `no` in a filter and the count above the grid; null: it is not known.
   */
  readonly has?: (row: Row) => boolean | null
  /** Its value changes when a check arrives. */
  readonly fromCheck?: true
  /** Hidden by default. */
  readonly hidden?: true
  /** The tooltip of its cells says what is cut off; chips and verdicts have their own. */
  readonly titled?: true
  /** Its values are long, or an editor's suggestions are longer than a name. */
  readonly long?: true
  /** Pixels. */
  readonly size: number
  readonly align?: 'end'
}

/** In a list of values, where no sentence ends with a full stop. */
const verdictsMean: ReadonlyMap<string, string> = new Map([
  ...[...verdicts, 'stale' as const, 'not-checked' as const].map(
    (verdict) => [verdictWord(verdict), verdictMeaning[verdict].replace(/\.$/, '')] as const,
  ),
  ['trouble', text.filter.trouble] as const,
])

const yesNo = ['yes', 'no'] as const

// A check that runs again is no new answer.
const isAdmin = ({ check, stale }: Row) => adminNow(check, stale === null)

/** Empty: the cluster was not asked, or did not say. */
export function adminWord(row: Row): (typeof yesNo)[number] | '' {
  const admin = isAdmin(row)
  return admin === null ? '' : admin ? 'yes' : 'no'
}

/** How many share its user entry with it. */
export const sharers = ({ sharedWith, sharedMore }: Pick<Row, 'sharedWith' | 'sharedMore'>): number =>
  sharedWith.length + sharedMore

/** Its findings that count in its row, without those that are muted. */
export const ownFindings = ({ findings, muted }: Pick<Row, 'findings' | 'muted'>) =>
  findings.filter((finding) => isOfRow(finding) && !muted.has(finding.id))

const hasError = ({ findings, muted }: Pick<Row, 'findings' | 'muted'>): boolean =>
  findings.some(({ id, severity }) => severity === 'error' && !muted.has(id))

const label = (who: Who | null): string =>
  who === null ? '' : [who.label, who.arn ?? ''].filter(Boolean).join(' ')

/** The last known result: of a context that is being checked, the previous one until there is an answer. */
export function lastShown({ shown, check, stale }: Pick<Row, 'shown' | 'check' | 'stale'>): Row['shown'] {
  if (shown !== 'checking') return shown
  return check === null ? 'not-checked' : stale !== null ? 'stale' : check.verdict
}

/**
 * The rank of a row, worst first: by its verdict, for a stale one by the old result, else by what the files predict. A
 * check that has begun moves no row yet; its result does.
 */
export function worstRank(row: Row): number {
  const shown = lastShown(row)
  if (shown === 'stale' && row.check !== null)
    return verdictRank('stale') + verdictRank(row.check.verdict) / 100
  if (shown !== 'not-checked') return verdictRank(shown)
  const foretold = foretoldOf(row)
  const rank = foretold === null ? 9 : foretoldRank[foretold]
  // An error that files show is worse than a sign-in that is needed.
  const known = hasError(row) ? Math.min(rank, 1.5) : rank
  return verdictRank('not-checked') + known / 10
}

/** How many have each verdict, worst first. */
const verdictCounts = (all: readonly Row['shown'][]) =>
  [...grouped(all, (shown) => shown)]
    .map(([shown, { length: count }]) => ({ shown, count }))
    .sort((one, other) => verdictRank(one.shown) - verdictRank(other.shown))

/** The same for contexts, counted as above the grid. */
export const healthOf = (rows: readonly Row[]) => verdictCounts(rows.map(lastShown))

/** The same in words: `1 broken, 2 verified`. */
export const tally = (all: readonly Verdict[]): string =>
  verdictCounts(all)
    .map(({ shown, count }) => `${counted(count)} ${verdictText[shown]}`)
    .join(', ')

/** `v1beta1`, without the group that every one of them has. */
export const shortApiVersion = (version: string): string =>
  version.replace(/^client\.authentication\.k8s\.io\//, '')

const calm: ReadonlySet<Row['shown']> = new Set(['verified', 'proven', 'unsupported'])

/** Whether the user should look at it: by its check, else by what the files predict. */
export function needsLook(row: Row): boolean {
  const { identity } = row
  const shown = lastShown(row)
  if (shown !== 'not-checked' && !calm.has(shown)) return true
  return hasError(row) || (identity?.predicted.problem ?? null) !== null
}

/** The cluster entry that a context names and no file has: kubectl then talks to no cluster, whatever the token is for. */
export const missingCluster = ({ entry, cluster }: Pick<Row, 'entry' | 'cluster'>): string | null =>
  cluster === null && entry.cluster !== null && entry.cluster !== '' ? entry.cluster : null

/** `prod-eu ≠ stage`: what kubectl talks to, and what the token is for where that is another. */
export function clusterText(row: Pick<Row, 'clusterName' | 'tokenFor' | 'entry' | 'cluster'>): string {
  const missing = missingCluster(row)
  if (missing !== null) return text.grid.missingCluster(missing)
  return `${clusterLabel(row.clusterName, row.entry.cluster)}${row.tokenFor === null ? '' : ` ≠ ${row.tokenFor}`}`
}

// The grid and people write `1111 2222 3333`.
const digits = (text: string): string => text.replaceAll(/[\s-]/g, '')

const severityWeight = { error: 10_000, warning: 100, info: 1 } as const

type Def = Omit<Column, 'id' | 'names'> & Partial<Pick<Column, 'names'>>

/** A column of a value that is written in a file. */
const written = (
  title: string,
  hint: string,
  of: (row: Row) => string | null | undefined,
  size: number,
  more: Partial<Def> = {},
): Def => ({ title, hint, value: (row) => of(row) ?? '', size, ...more })

/** The same, with each value offered in the filter. */
const said = (...[title, hint, of, size, more]: Parameters<typeof written>): Def =>
  written(title, hint, of, size, { suggests: (row) => [of(row) ?? ''], ...more })

/** Hidden by default, with a tooltip for text that is cut off. */
const rare = { hidden: true, titled: true } as const

/** A column with an identity of the context, hidden by default. */
const known = (
  title: string,
  hint: string,
  of: (row: Row) => Who | null,
  size: number,
  more: Partial<Def> = {},
): Def => ({
  title,
  hint,
  hidden: true,
  value: (row) => label(of(row)),
  size,
  suggests: (row) => [of(row)?.label ?? ''],
  ...more,
})

/** In their default order. */
const table = {
  context: {
    title: 'Context',
    hint: 'The name that kubectl --context takes',
    names: ['context', 'name'],
    value: (row) => row.name,
    size: 212,
    titled: true,
  },
  verdict: {
    title: 'Verdict',
    hint: 'What was observed in the chosen environment',
    names: ['verdict', 'is'],
    value: (row) =>
      row.shown === 'stale' && row.verdict !== null
        ? `${verdictText.stale} (was ${verdictText[row.verdict]})`
        : verdictText[row.shown],
    sort: worstRank,
    first: 'worst',
    fromCheck: true,
    size: 150,
    suggests: [...verdicts.map(verdictWord), verdictWord('stale'), verdictWord('not-checked'), 'trouble'],
    means: (value) => verdictsMean.get(value) ?? '',
    // A check that runs again is no new answer: a row found by its verdict stays until its check gives another one.
    alsoMatches: (row, wanted) => {
      if (wanted === 'trouble') return needsLook(row)
      const last = lastShown(row)
      const isSaid = (shown: Row['shown']) => shown === wanted || verdictWord(shown).includes(wanted)
      return isSaid(row.shown) || last === wanted || (row.running && verdictText[last].includes(wanted))
    },
    same: (wanted) => (wanted === 'login-needed' ? verdictWord('login-needed') : wanted.replaceAll(' ', '-')),
    filter: (row) => verdictText[row.shown],
  },
  proof: {
    title: 'Proof',
    hint: 'Intended, predicted, proven, seen: grey is said by files, green was observed, red is another identity',
    value: (row) =>
      proofOf(row)
        .nodes.map(({ name, state }) => `${name} ${state}`)
        .join(' '),
    sort: worstRank,
    first: 'worst',
    fromCheck: true,
    size: 84,
  },
  acts: {
    title: 'Acts as',
    hint: 'The identity as far as it is known: seen by the cluster, proven by AWS, else in grey what files say',
    names: ['acts', 'as'],
    value: (row) => {
      const acts = actsOf(row)
      if (acts === null) return ''
      const instead = acts.instead === null ? '' : `not ${acts.instead.label}`
      return [label(acts.who), instead, acts.master ?? ''].filter(Boolean).join(' ')
    },
    fromCheck: true,
    size: 210,
    suggests: (row) => [actsOf(row)?.who.label ?? ''],
  },
  admin: {
    title: 'Admin',
    hint: 'Whether the identity may do everything in the cluster, as the cluster answered to the last check that counts',
    names: ['admin', 'everything'],
    value: (row) => adminWord(row),
    sort: (row) => [true, false, null].indexOf(isAdmin(row)),
    first: 'worst',
    has: isAdmin,
    fromCheck: true,
    size: 84,
    hidden: true,
    suggests: yesNo,
  },
  production: {
    title: 'Production',
    hint: 'Whether you marked it as production, by its name, its cluster or its account',
    // No word for all others: a filter by any text would find each of them.
    value: ({ production }) => (production ? text.production : ''),
    sort: ({ production }) => (production ? 0 : 1),
    first: 'worst',
    has: ({ production }) => production,
    size: 100,
    hidden: true,
    suggests: yesNo,
  },
  compared: {
    title: 'Compared',
    hint: 'The identity in the environment that is compared with',
    names: ['compared', 'differs'],
    value: (row) => {
      if (row.comparison === null) return ''
      const who = row.comparison.who?.label ?? text.noIdentity
      return row.comparison.differs ? `yes ${who}` : `no ${who}`
    },
    sort: (row) => (row.comparison?.differs ? 0 : 1),
    first: 'differs',
    has: (row) => row.comparison?.differs ?? null,
    fromCheck: true,
    size: 176,
    suggests: (row) => (row.comparison === null ? [] : yesNo),
  },
  cluster: {
    title: 'Cluster',
    hint: 'The cluster that kubectl talks to; ≠ where the token is for another',
    value: clusterText,
    size: 150,
    suggests: (row) => [row.clusterName ?? ''],
    titled: true,
  },
  profile: {
    title: 'Profile',
    hint: 'The AWS profile in the entry, and how it is pinned',
    names: ['profile', 'pin'],
    value: (row) => {
      const none = mayBePinned(row) ? text.unpinned : ''
      const pin = { arg: '--profile', env: 'env', wrapper: text.pinnedByWrapper, none }[row.pin]
      return [row.profile ?? '', pin].filter(Boolean).join(' ')
    },
    size: 194,
    suggests: (row) => [row.profile ?? ''],
    titled: true,
    long: true,
  },
  namespace: said(
    'Namespace',
    'The namespace that kubectl takes when none is given',
    (row) => row.entry.namespace,
    110,
    { names: ['namespace', 'ns'], titled: true },
  ),
  region: said('Region', 'The AWS region of the cluster', (row) => row.region, 112),
  role: said('Role', 'The role that is written in the entry', (row) => row.role, 112, {
    titled: true,
    long: true,
  }),
  user: {
    title: 'User',
    hint: 'The user entry of the kubeconfig',
    value: (row) => row.entry.user ?? '',
    size: 144,
    suggests: (row) => [row.entry.user ?? ''],
    titled: true,
  },
  shared: {
    title: 'Shared with',
    hint: 'The other contexts that use the same user entry, and so change with it',
    names: ['shared'],
    value: (row) => row.sharedWith.join(' '),
    sort: (row) => -sharers(row),
    first: 'worst',
    has: (row) => sharers(row) > 0,
    size: 160,
    suggests: (row) => (sharers(row) > 0 ? ['yes', ...row.sharedWith] : ['no']),
    ...rare,
  },
  account: {
    title: 'Account',
    hint: 'The AWS account of the cluster; with a person beside it, of the identity',
    hidden: true,
    value: (row) => row.account ?? '',
    size: 132,
    suggests: (row) => [row.accountName ?? '', row.account ?? ''],
    alsoMatches: (row, wanted) =>
      (/^[\d\s-]+$/.test(wanted) && row.account?.includes(digits(wanted)) === true) ||
      row.accountName?.toLowerCase().includes(wanted) === true,
  },
  intended: known('Intended', 'Whom the entry itself names, or whom you expect', (row) => row.intended, 134),
  expected: written(
    'Expected',
    'Whom you, or else its file, say to expect, as an ARN; `here` and `file` find who said it',
    (row) => row.expected?.principal,
    230,
    {
      names: ['expected', 'expect'],
      has: (row) => row.expected !== null,
      suggests: (row) => (row.expected === null ? ['no'] : ['yes', row.expected.by]),
      alsoMatches: (row, wanted) => row.expected?.by === wanted,
      ...rare,
    },
  ),
  predicted: known(
    'Predicted',
    'Whom the files and the chosen environment would give',
    (row) => row.predicted,
    158,
  ),
  proven: known(
    'Proven',
    'The identity that AWS proves by the context’s own token',
    (row) => row.proven,
    134,
    { fromCheck: true },
  ),
  seen: {
    title: 'Seen',
    hint: 'Whom the cluster sees',
    hidden: true,
    value: (row) =>
      [row.impersonated?.label, label(row.seen), row.check?.seen?.username].filter(Boolean).join(' '),
    fromCheck: true,
    size: 134,
    suggests: (row) => [(row.impersonated ?? row.seen)?.label ?? ''],
  },
  entry: written(
    'Cluster entry',
    'The cluster entry of the kubeconfig that the context names',
    (row) => row.entry.cluster,
    200,
    { long: true, ...rare },
  ),
  server: written('Server', 'The address of the cluster', (row) => row.cluster?.server, 220, {
    names: ['server', 'endpoint'],
    long: true,
    ...rare,
  }),
  proxyUrl: written('Proxy', 'The proxy-url of the cluster entry', (row) => row.cluster?.proxyUrl, 150, {
    names: ['proxy', 'proxy-url'],
    long: true,
    ...rare,
  }),
  tlsServerName: written(
    'TLS name',
    'The tls-server-name of the cluster entry',
    (row) => row.cluster?.tlsServerName,
    150,
    { names: ['tls', 'tls-server-name'], ...rare },
  ),
  apiVersion: written(
    'API version',
    'The apiVersion of the exec command',
    (row) => shortApiVersion(row.user?.exec?.apiVersion ?? ''),
    100,
    { names: ['apiversion'], ...rare },
  ),
  file: {
    title: 'File',
    hint: 'The kubeconfig file that the context is in',
    value: (row) => row.entry.origin.file,
    size: 132,
    // As it is shown: a folder above the home folder is in every path.
    filter: (row) => row.file,
    alsoMatches: (row, wanted) =>
      /^(?:\/|[a-z]:)/.test(wanted) && row.entry.origin.file.toLowerCase().includes(wanted),
    suggests: (row) => [row.file],
    long: true,
    ...rare,
  },
  checked: {
    title: 'Last check',
    hint: 'How long ago the context was checked in the chosen environment',
    value: (row) => (row.check === null ? '' : new Date(row.check.at).toISOString()),
    sort: (row) => -(row.check?.at ?? 0),
    first: 'latest',
    fromCheck: true,
    size: 88,
    hidden: true,
  },
  findings: {
    title: 'Findings',
    hint: 'What is wrong or risky in the context',
    names: ['findings', 'finding', 'has'],
    value: (row) => row.findings.map((finding) => finding.id).join(' '),
    sort: (row) => -ownFindings(row).reduce((sum, { severity }) => sum + severityWeight[severity], 0),
    first: 'worst',
    has: (row) => ownFindings(row).length > 0,
    size: 92,
    hidden: true,
    align: 'end',
    suggests: (row) => row.findings.map((finding) => finding.id),
    // By severity, or how many.
    alsoMatches: (row, wanted) => {
      const own = ownFindings(row)
      return own.some(({ severity }) => severity === wanted) || String(own.length) === wanted
    },
  },
} satisfies Readonly<Record<string, Def>>

export type ColumnId = keyof typeof table
const isColumn = (id: string): id is ColumnId => id in table
export const columnIds: readonly ColumnId[] = Object.keys(table).filter(isColumn)

/** The column with the row's name: always first, pinned and shown, however the others are arranged. */
export const fixedColumn: ColumnId = 'context'

const defs: Readonly<Record<ColumnId, Def>> = table
export const columns: readonly Column[] = columnIds.map((id) => ({ id, names: [id], ...defs[id] }))

/** What is counted above the grid by `has`, the most harmful first. */
export const badgeIds = [
  'production',
  'admin',
  'compared',
  'shared',
  'expected',
] as const satisfies readonly ColumnId[]
export const badges = badgeIds.flatMap((id) => {
  const { has } = defs[id]
  return has === undefined ? [] : [[id, has] as const]
})

const byId = new Map<string, Column>(columns.map((column) => [column.id, column]))
const byName = new Map(columns.flatMap((column) => column.names.map((name) => [name, column] as const)))

/** The column of an id; undefined for an unknown id (of an old view). */
export const columnOf = (id: string): Column | undefined => byId.get(id)

/** The column that a filter's word before the colon means. */
export const columnNamed = (name: string): Column | undefined => byName.get(name.toLowerCase())

/** Whether its values are found out about a context and not written in its entry: a pending edit leaves them as they are on disk. */
export const isFound = ({ id, fromCheck, has }: Column): boolean =>
  fromCheck === true || has !== undefined || id === 'predicted'

/** A cell's text for a title, with hidden characters shown. */
export const cellTitle = (column: Column, row: Row): string => visible(column.value(row))

let collator: Intl.Collator | undefined

/** Compares names in numeric order: core-2 before core-10. Created on first use, because that takes milliseconds. */
export const collated = (left: string, right: string): number => {
  collator ??= new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
  return collator.compare(left, right)
}
