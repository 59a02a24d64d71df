/**
 * What is on disk of a row that pending edits may change. What kubectl uses now is that alone: who says what kubectl uses reads it here,
 * and says of pending edits that they are pending.
 */
import type { Row } from './rows'

/** The row as the files have it; null: they have no such context yet. */
export const onDisk = (row: Row): Row | null =>
  row.pending?.kind === 'added' ? null : (row.pending?.was ?? row)

/** The same where a context that is not there yet is shown among others, as it would be. */
export const shownOnDisk = (row: Row): Row => onDisk(row) ?? row

/** Whether kubectl takes another context of this name: one of an earlier file. */
export const isShadowed = ({ entry }: Row): boolean => entry.origin.shadowedBy !== null

/** Whether kubectl takes a context when none is named: as the files are, and once what is pending is written. */
export const usedOf = (row: Row) => ({
  now: onDisk(row)?.current === true,
  soon: row.current && row.pending?.kind !== 'removed',
})

/** Nothing is left to be done for kubectl to use it. */
export function isUsed(row: Row): boolean {
  const { now, soon } = usedOf(row)
  return soon && (now || onDisk(row) === null)
}
