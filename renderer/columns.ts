/**
 * The columns of the grid, one entry each: what a column is called, what it says as text (for filter, copy and
 * sort), and how wide it starts. How it is drawn is grid/cells.tsx.
 */
import { visible } from './escape'
import type { Row } from './rows'
import { text, verdictText } from './text'
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
const verdictOrder: readonly Row['shown'][] = [
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

const severityWeight = { error: 10_000, warning: 100, info: 1 } as const

export const columns: readonly Column[] = [
  {
    id: 'context',
    title: 'Context',
    hint: 'The name that kubectl --context takes',
    names: ['context', 'name'],
    value: (row) => row.name,
    fromCheck: false,
    size: 214,
  },
  {
    id: 'verdict',
    title: 'Verdict',
    hint: 'What was observed in the chosen environment',
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
    title: 'Intended',
    hint: 'Whom the entry itself names',
    names: ['intended'],
    value: (row) => label(row.intended),
    fromCheck: false,
    size: 134,
  },
  {
    id: 'predicted',
    title: 'Predicted',
    hint: 'Whom the files and the chosen environment would give',
    names: ['predicted'],
    value: (row) => label(row.predicted),
    fromCheck: false,
    size: 134,
  },
  {
    id: 'compared',
    title: 'Compared',
    hint: 'Who it is in the environment that is compared with',
    names: ['compared', 'differs'],
    value: (row) => {
      if (row.comparison === null) return ''
      const who = row.comparison.who?.label ?? text.nobody
      return row.comparison.differs ? `yes ${who}` : `no ${who}`
    },
    sort: (row) => (row.comparison?.differs ? 0 : 1),
    fromCheck: true,
    size: 134,
  },
  {
    id: 'proven',
    title: 'Proven',
    hint: 'Who AWS says it is, by the context’s own token',
    names: ['proven'],
    value: (row) => label(row.proven),
    fromCheck: true,
    size: 134,
  },
  {
    id: 'seen',
    title: 'Seen',
    hint: 'Whom the cluster sees',
    names: ['seen'],
    value: (row) =>
      row.seen === null ? '' : [label(row.seen), row.check?.seen?.username ?? ''].filter(Boolean).join(' '),
    fromCheck: true,
    size: 134,
  },
  {
    id: 'cluster',
    title: 'Cluster',
    hint: 'The EKS cluster that is meant',
    names: ['cluster'],
    value: (row) => row.clusterName ?? '',
    fromCheck: false,
    size: 150,
  },
  {
    id: 'account',
    title: 'Account',
    hint: 'The AWS account of the cluster',
    names: ['account'],
    value: (row) => row.account ?? '',
    fromCheck: false,
    size: 132,
  },
  {
    id: 'region',
    title: 'Region',
    hint: 'The AWS region of the cluster',
    names: ['region'],
    value: (row) => row.region ?? '',
    fromCheck: false,
    size: 118,
  },
  {
    id: 'namespace',
    title: 'Namespace',
    hint: 'The namespace that kubectl takes when none is given',
    names: ['namespace', 'ns'],
    value: (row) => row.entry.namespace ?? '',
    fromCheck: false,
    size: 110,
  },
  {
    id: 'profile',
    title: 'Profile',
    hint: 'The AWS profile in the entry, and how it is pinned',
    names: ['profile', 'pin'],
    value: (row) => {
      const pin = { arg: '--profile', env: 'env', none: row.identity?.auth === 'aws' ? text.unpinned : '' }[
        row.pin
      ]
      return [row.profile ?? '', pin].filter(Boolean).join(' ')
    },
    fromCheck: false,
    size: 162,
  },
  {
    id: 'role',
    title: 'Role',
    hint: 'The role that is written in the entry',
    names: ['role'],
    value: (row) => row.role ?? '',
    fromCheck: false,
    size: 140,
  },
  {
    id: 'user',
    title: 'User',
    hint: 'The user entry of the kubeconfig, and who shares it',
    names: ['user', 'shared'],
    value: (row) =>
      [row.entry.user ?? '', row.sharedWith.length === 0 ? '' : `shared ${row.sharedWith.join(' ')}`]
        .filter(Boolean)
        .join(' '),
    fromCheck: false,
    size: 180,
  },
  {
    id: 'file',
    title: 'File',
    hint: 'The kubeconfig file that the context stands in',
    names: ['file'],
    value: (row) => row.entry.origin.file,
    fromCheck: false,
    size: 150,
  },
  {
    id: 'checked',
    title: 'Last check',
    hint: 'How long ago it was checked in the chosen environment',
    names: ['checked'],
    value: (row) => (row.check === null ? '' : new Date(row.check.at).toISOString()),
    sort: (row) => -(row.check?.at ?? 0),
    fromCheck: true,
    size: 112,
  },
  {
    id: 'findings',
    title: 'Findings',
    hint: 'What is wrong or risky in the entry',
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
