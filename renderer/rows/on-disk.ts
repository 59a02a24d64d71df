/**
 * What is on disk of a row that pending edits may change. What kubectl uses now is that alone, and so are verdicts, counts and
 * order: pending edits are said beside them, as pending.
 */
import type { FileRow, Row } from './rows'

const isOfFile = (row: Row): row is FileRow => row.pending === null

/** The row as the files have it; null: they have no such context yet. */
export const onDisk = (row: Row): FileRow | null => (isOfFile(row) ? row : (row.pending?.was ?? null))

/** The same where a context that is not there yet is shown among others, as it would be. */
export const shownOnDisk = (row: Row): Row => onDisk(row) ?? row

/**
 * Whether what was found of a context ends with what is pending of it: it goes, its last check no longer applies, or the files
 * would say another identity.
 */
export function wouldChange(row: Row): boolean {
  const was = row.pending?.was
  if (!was) return false
  return (
    row.pending?.kind === 'removed' ||
    row.stale !== was.stale ||
    row.predicted?.key !== was.predicted?.key ||
    row.intended?.key !== was.intended?.key
  )
}

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
