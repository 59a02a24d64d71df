/** Which fix the answer offers, and its result. Pure. */

import type { Fix } from '../../shared/findings/define-rule'
import { type Finding, type FindingId, type FixFinding, fixOf } from '../../shared/findings/finding-rules'
import type { Verdict } from '../../shared/identity/identity'
import { whoPrincipal } from '../../shared/identity/named-identity'
import type { Row } from '../rows/rows'
import { inspectorText as text } from '../text/inspector'

/** A finding's fix for a row. A context that is to be deleted gets no fix. */
export function fixOfRow(finding: FixFinding, row: Row): Fix | null {
  return row.pending?.kind === 'removed' ? null : fixOf(finding, row)
}

/** The findings that decide which identity a context acts as, by priority. */
const leading: readonly { readonly id: FindingId; readonly severity: Finding['severity'] | null }[] = [
  { id: 'deprecated-api-version', severity: null },
  { id: 'env-keys-win', severity: 'error' },
  { id: 'cluster-mismatch', severity: null },
  { id: 'double-assume', severity: null },
]

/** Verdicts that an edit of the entry can fix. */
const mended: ReadonlySet<Verdict> = new Set(['mismatch', 'broken', 'no-access'])

/** The one fix that makes a context act as intended; null where no finding prevents that. */
export function leadingFix(row: Row) {
  // A context that works as intended needs no fix, and one that waits for a sign-in or a network needs that first.
  if (row.stale === null && row.verdict !== null && !mended.has(row.verdict)) return null
  for (const { id, severity } of leading) {
    // A chain of roles may be intended: only a failed check speaks against it.
    if (id === 'double-assume' && row.check === null) continue
    const finding = row.findings.find(
      (one) => one.id === id && (severity === null || one.severity === severity),
    )
    const fix = finding === undefined ? null : fixOfRow(finding, row)
    if (finding === undefined || fix === null) continue
    const [edit] = fix.edits
    const pin = edit?.kind === 'set-profile' && edit.pin === 'arg' ? edit.profile : null
    // An expectation does not change who acts: the identity that the entry itself names counts here.
    const becomes =
      pin !== null ? row.entryNames : id === 'double-assume' ? whoPrincipal(row.role ?? '') : row.predicted
    return {
      finding,
      label: pin === null ? fix.label : text.act.pinTo(pin),
      edits: fix.edits,
      /** It pins a profile. */
      pins: pin !== null,
      /** The identity that the context acts as afterwards, by the files; null where it stays the same or is not known. */
      becomes,
      /** The cluster that the token is for afterwards, where the fix changes that. */
      on: id === 'cluster-mismatch' ? row.clusterName : null,
    }
  }
  return null
}
