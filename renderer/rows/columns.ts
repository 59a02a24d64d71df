/**
 * The columns of the grid, one entry each: what a column is called, what it says as text (for filter, copy and
 * sort), and how wide it starts. How it is drawn is grid/cells.tsx.
 */
import { visible } from '../../shared/visible'
import { text, verdictText } from '../text/page'
import type { Row } from './rows'
import type { Who } from './who'

export const columnIds = [
  'context',
  'verdict',
  'intended',
  'predicted',
  'compared',
  'proven',
  'seen',
  'cluster',
  'account',
  'region',
  'namespace',
  'profile',
  'role',
  'user',
  'entry',
  'server',
  'proxyUrl',
  'tlsServerName',
  'apiVersion',
  'file',
  'checked',
  'findings',
] as const
export type ColumnId = (typeof columnIds)[number]

export interface Column {
  readonly id: ColumnId
  readonly title: string
  /** One sentence for the tooltip and for screen readers. */
  readonly hint: string
  /** The words before the colon in the filter. */
  readonly names: readonly string[]
  /** As a filter and a spreadsheet read it; empty when there is nothing. */
  readonly value: (row: Row) => string
  /** Numbers sort as numbers, everything else as text. */
  readonly sort?: (row: Row) => number
  /** Its value changes when a check arrives. */
  readonly fromCheck: boolean
  /** Pixels. */
  readonly size: number
  readonly align?: 'end'
}

const label = (who: Who | null): string =>
  who === null ? '' : [who.label, who.arn ?? ''].filter(Boolean).join(' ')

/** From bad news to good: what needs a look comes first. */
export const verdictOrder: readonly Row['shown'][] = [
  'mismatch',
  'broken',
  'no-access',
  'expired',
  'login-needed',
  'unreachable',
  'stale',
  'unsupported',
  'not-checked',
  'checking',
  'verified',
]

/** `v1beta1`, without the group that every one of them has. */
export const shortApiVersion = (version: string): string =>
  version.replace(/^client\.authentication\.k8s\.io\//, '')

/** Shown only when asked for. */
export const hiddenAtFirst: readonly ColumnId[] = [
  'entry',
  'server',
  'proxyUrl',
  'tlsServerName',
  'apiVersion',
]

const severityWeight = { error: 10_000, warning: 100, info: 1 } as const

export const columns: readonly Column[] = [
  {
    id: 'context',
    title: text.columns.context.title,
    hint: text.columns.context.hint,
    names: ['context', 'name'],
    value: (row) => row.name,
    fromCheck: false,
    size: 214,
  },
  {
    id: 'verdict',
    title: text.columns.verdict.title,
    hint: text.columns.verdict.hint,
    names: ['verdict', 'is'],
    value: (row) =>
      row.shown === 'stale' && row.verdict !== null
        ? `${verdictText.stale} (was ${verdictText[row.verdict]})`
        : verdictText[row.shown],
    sort: (row) => verdictOrder.indexOf(row.shown),
    fromCheck: true,
    size: 122,
  },
  {
    id: 'intended',
    title: text.columns.intended.title,
    hint: text.columns.intended.hint,
    names: ['intended'],
    value: (row) => label(row.intended),
    fromCheck: false,
    size: 134,
  },
  {
    id: 'predicted',
    title: text.columns.predicted.title,
    hint: text.columns.predicted.hint,
    names: ['predicted'],
    value: (row) => label(row.predicted),
    fromCheck: false,
    size: 158,
  },
  {
    id: 'compared',
    title: text.columns.compared.title,
    hint: text.columns.compared.hint,
    names: ['compared', 'differs'],
    value: (row) => {
      if (row.comparison === null) return ''
      const who = row.comparison.who?.label ?? text.noIdentity
      return row.comparison.differs ? `yes ${who}` : `no ${who}`
    },
    sort: (row) => (row.comparison?.differs ? 0 : 1),
    fromCheck: true,
    size: 134,
  },
  {
    id: 'proven',
    title: text.columns.proven.title,
    hint: text.columns.proven.hint,
    names: ['proven'],
    value: (row) => label(row.proven),
    fromCheck: true,
    size: 134,
  },
  {
    id: 'seen',
    title: text.columns.seen.title,
    hint: text.columns.seen.hint,
    names: ['seen'],
    value: (row) =>
      row.seen === null ? '' : [label(row.seen), row.check?.seen?.username ?? ''].filter(Boolean).join(' '),
    fromCheck: true,
    size: 134,
  },
  {
    id: 'cluster',
    title: text.columns.cluster.title,
    hint: text.columns.cluster.hint,
    names: ['cluster'],
    value: (row) => row.clusterName ?? '',
    fromCheck: false,
    size: 150,
  },
  {
    id: 'account',
    title: text.columns.account.title,
    hint: text.columns.account.hint,
    names: ['account'],
    value: (row) => row.account ?? '',
    fromCheck: false,
    size: 132,
  },
  {
    id: 'region',
    title: text.columns.region.title,
    hint: text.columns.region.hint,
    names: ['region'],
    value: (row) => row.region ?? '',
    fromCheck: false,
    size: 130,
  },
  {
    id: 'namespace',
    title: text.columns.namespace.title,
    hint: text.columns.namespace.hint,
    names: ['namespace', 'ns'],
    value: (row) => row.entry.namespace ?? '',
    fromCheck: false,
    size: 132,
  },
  {
    id: 'profile',
    title: text.columns.profile.title,
    hint: text.columns.profile.hint,
    names: ['profile', 'pin'],
    value: (row) => {
      const pin = { arg: '--profile', env: 'env', none: row.identity?.auth === 'aws' ? text.unpinned : '' }[
        row.pin
      ]
      return [row.profile ?? '', pin].filter(Boolean).join(' ')
    },
    fromCheck: false,
    size: 172,
  },
  {
    id: 'role',
    title: text.columns.role.title,
    hint: text.columns.role.hint,
    names: ['role'],
    value: (row) => row.role ?? '',
    fromCheck: false,
    size: 140,
  },
  {
    id: 'user',
    title: text.columns.user.title,
    hint: text.columns.user.hint,
    names: ['user', 'shared'],
    value: (row) =>
      [row.entry.user ?? '', row.sharedWith.length === 0 ? '' : `shared ${row.sharedWith.join(' ')}`]
        .filter(Boolean)
        .join(' '),
    fromCheck: false,
    size: 180,
  },
  {
    id: 'entry',
    title: text.columns.entry.title,
    hint: text.columns.entry.hint,
    names: ['entry'],
    value: (row) => row.entry.cluster ?? '',
    fromCheck: false,
    size: 200,
  },
  {
    id: 'server',
    title: text.columns.server.title,
    hint: text.columns.server.hint,
    names: ['server', 'endpoint'],
    value: (row) => row.cluster?.server ?? '',
    fromCheck: false,
    size: 220,
  },
  {
    id: 'proxyUrl',
    title: text.columns.proxyUrl.title,
    hint: text.columns.proxyUrl.hint,
    names: ['proxy', 'proxy-url'],
    value: (row) => row.cluster?.proxyUrl ?? '',
    fromCheck: false,
    size: 150,
  },
  {
    id: 'tlsServerName',
    title: text.columns.tlsServerName.title,
    hint: text.columns.tlsServerName.hint,
    names: ['tls', 'tls-server-name'],
    value: (row) => row.cluster?.tlsServerName ?? '',
    fromCheck: false,
    size: 150,
  },
  {
    id: 'apiVersion',
    title: text.columns.apiVersion.title,
    hint: text.columns.apiVersion.hint,
    names: ['apiversion'],
    value: (row) => shortApiVersion(row.user?.exec?.apiVersion ?? ''),
    fromCheck: false,
    size: 100,
  },
  {
    id: 'file',
    title: text.columns.file.title,
    hint: text.columns.file.hint,
    names: ['file'],
    value: (row) => row.entry.origin.file,
    fromCheck: false,
    size: 150,
  },
  {
    id: 'checked',
    title: text.columns.checked.title,
    hint: text.columns.checked.hint,
    names: ['checked'],
    value: (row) => (row.check === null ? '' : new Date(row.check.at).toISOString()),
    sort: (row) => -(row.check?.at ?? 0),
    fromCheck: true,
    size: 112,
  },
  {
    id: 'findings',
    title: text.columns.findings.title,
    hint: text.columns.findings.hint,
    names: ['findings', 'finding', 'has'],
    value: (row) => row.findings.map((finding) => finding.id).join(' '),
    sort: (row) => -row.findings.reduce((sum, finding) => sum + severityWeight[finding.severity], 0),
    fromCheck: false,
    size: 92,
    align: 'end',
  },
]

const byId = new Map<string, Column>(columns.map((column) => [column.id, column]))
const byName = new Map(columns.flatMap((column) => column.names.map((name) => [name, column] as const)))

/** The column of an id; undefined for a word that is none (an old view's). */
export const columnOf = (id: string): Column | undefined => byId.get(id)

/** The column that a filter's word before the colon means. */
export const columnNamed = (name: string): Column | undefined => byName.get(name.toLowerCase())

/** A cell's text for a title, with hidden characters shown. */
export const cellTitle = (column: Column, row: Row): string => visible(column.value(row))
