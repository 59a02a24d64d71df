/** `ekscope access --migration`: access entries and aws-auth of a cluster side by side, and the commands that make entries of lines. */
import type { LetInCluster, LetInStep } from '../../shared/identity/let-in'
import {
  bothModes,
  isLockedOut,
  type Migration,
  type MigrationRow,
  migrationSays,
  moveOf,
  namedBy,
} from '../../shared/identity/migration'
import { visible } from '../../shared/visible'
import { fieldsOf } from '../report/row-json'
import { offer } from '../system/offer'
import { type TableRoom, table } from './output'

/** The cluster that commands are written for; null: its partition is not known, without which no policy has an ARN. */
type Where = LetInCluster | null

const moveAt = (where: Where, row: MigrationRow) => (where === null ? null : moveOf(where, row, offer))

export function migrationJson({ rows, ignored, unread, contexts }: Migration, where: Where) {
  return {
    unread,
    first: where && bothModes(where, offer),
    principals: rows.map((row) => ({
      ...fieldsOf(row, 'principal', 'kind', 'name', 'account', 'node', 'in', 'enters', 'wouldEnter'),
      entry: row.entry && fieldsOf(row.entry, 'username', 'groups', 'policies', 'problem'),
      line: row.line && fieldsOf(row.line, 'from', 'place', 'username', 'groups', 'problem'),
      differences: row.differences,
      move: moveAt(where, row),
    })),
    ignored: ignored.map((line) => fieldsOf(line, 'from', 'place', 'principal', 'passedOver', 'problem')),
    contexts: contexts?.map(({ name }) => name) ?? null,
  }
}

const places = {
  entry: 'access entry',
  'aws-auth': 'aws-auth',
  both: 'both',
  'not-known': 'not known',
} as const
const yesOrNo = (known: boolean | null): string => (known === null ? 'not known' : known ? 'yes' : 'no')
const head = ['PRINCIPAL', 'ACCOUNT', 'NAMED IN', 'ENTERS', 'WITH API', 'ENTRY AND LINE']

export function migrationText(migration: Migration, where: Where, shown: TableRoom) {
  const { rows } = migration
  const cells = rows.map((row) => [
    `${namedBy(row)}${row.node ? ', node' : ''}`,
    row.account ?? '',
    row.in === 'not-known' && row.line !== null ? 'aws-auth, else not known' : places[row.in],
    yesOrNo(row.enters),
    isLockedOut(row) ? { text: 'no: locked out', tone: 'bad' as const } : yesOrNo(row.wouldEnter),
    row.in !== 'both'
      ? ''
      : row.differences === null
        ? 'not read whole'
        : row.differences.map(({ what, entry, awsAuth }) => `${what}: ${entry} / ${awsAuth}`).join('; ') ||
          'agree',
  ])
  const lines = migrationSays(migration, where?.mode ?? null)
  const first = where && bothModes(where, offer)
  const moves = rows.flatMap((row) => {
    const move = moveAt(where, row)
    return move === null ? [] : [{ row, ...move }]
  })
  return [
    cells.length === 0
      ? ''
      : `${table(head, cells, shown, ['ACCOUNT', 'ENTRY AND LINE'], '`--migration --json`')}\n`,
    ...lines.map((line) => `${visible(line)}\n`),
    moves.length === 0 ? '' : '\nTo take lines over, an administrator runs (Ekscope does not):\n',
    ...(first === null || moves.length === 0 ? [] : stepLines(first)),
    ...moves.flatMap(({ row, steps, left }) => [
      `  ${visible(row.principal)}\n`,
      ...left.map((said) => `  # ${visible(said)}\n`),
      ...steps.flatMap(stepLines),
    ]),
  ].join('')
}

/** What a step does as a comment, and its lines to copy. */
export const stepLines = ({ does, command, text }: LetInStep): readonly string[] => [
  `  # ${visible(does)}\n`,
  ...(command ?? text ?? '').split('\n').flatMap((line) => (line ? [`  ${visible(line)}\n`] : [])),
]
