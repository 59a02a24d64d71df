import { FileInput, FilePenLine, UserRoundCheck, UserRoundX } from 'lucide-react'
import { sameExpected } from '../../shared/identity/expected'
import { isOpened } from '../pending/editable-fields'
import { canExpect, expectNobody, expectProven, writeBack } from '../pending/expect-identity'
import type { Row } from '../rows/rows'
import { editText } from '../text/edits'
import { inspectorText } from '../text/inspector'
import { Act, Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { Phrase } from '../ui/Shown'
import styles from './Chain.module.css'

/** Whether edits are possible: not for contexts of files that were only opened, nor for contexts to be deleted. */
function useWritable(row: Row): boolean {
  const snapshot = useApp((state) => state.snapshot)
  return snapshot !== null && !isOpened(snapshot, row.entry) && row.pending?.kind !== 'removed'
}

/** Offers to expect the identity that AWS proved; nothing where that changes nothing. */
export function ExpectProven({ row }: { readonly row: Row }) {
  if (!useWritable(row) || !canExpect(row)) return null
  return (
    <p className={styles.does}>
      <Expect row={row} kind="plain" />
    </p>
  )
}

/** Expects the identity that AWS proved from now on. */
export function Expect({ row, kind }: { readonly row: Row; readonly kind: 'outline' | 'plain' }) {
  const model = useModel()
  return (
    <Act kind={kind} icon={UserRoundCheck} onClick={() => void model.edits.expect(expectProven([row]))}>
      {inspectorText.act.expect(row.proven?.label ?? '')}
    </Act>
  )
}
/** The source of the expected identity, where file and user differ, and the actions for that. */
export function ExpectedBy({ row }: { readonly row: Row }) {
  const model = useModel()
  const writable = useWritable(row)
  const { expected } = row
  if (expected === null) return null
  const { by, inFile, principal } = expected
  const same = sameExpected(principal, inFile)
  const said =
    by === 'file'
      ? editText.expect.onlyFile
      : same
        ? null
        : inFile === null
          ? editText.expect.notInFile
          : editText.expect.otherInFile(inFile)
  return (
    <>
      {said !== null && <Phrase as="p" className={styles.source} text={said} />}
      {writable && (
        <p className={styles.does}>
          {!same && (
            <Button small icon={FilePenLine} onClick={() => model.edits.add(writeBack(row))}>
              {editText.expect.writeBack}
            </Button>
          )}
          {!same && inFile !== null && (
            <Button
              small
              icon={FileInput}
              onClick={() => void model.edits.expect({ edits: [], forget: [row.id], left: [] })}
            >
              {editText.expect.takeOver}
            </Button>
          )}
          <Button small icon={UserRoundX} onClick={() => void model.edits.expect(expectNobody([row]))}>
            {editText.expect.forget}
          </Button>
        </p>
      )}
    </>
  )
}
