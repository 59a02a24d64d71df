/** Which fix the answer offers, and what comes of it. Pure. */
import { type Finding, type FindingId, type FixFinding, fixOf } from '../../shared/findings/findings'
import type { Fix } from '../../shared/findings/rule'
import type { Verdict } from '../../shared/identity/identity'
import type { Row } from '../rows/rows'
import { whoPrincipal } from '../rows/who'
import { inspectorText as text } from '../text/inspector'

/** A finding's fix for a row. A context that would go is not mended. */
export function fixOfRow(finding: FixFinding, row: Row): Fix | null {
  return row.pending?.kind === 'removed' ? null : fixOf(finding, row)
}

/** The findings that decide which identity a context acts as, in the order in which they do. */
const leading: readonly { readonly id: FindingId; readonly severity: Finding['severity'] | null }[] = [
  { id: 'deprecated-api-version', severity: null },
  { id: 'env-keys-win', severity: 'error' },
  { id: 'cluster-mismatch', severity: null },
  { id: 'double-assume', severity: null },
]

/** Verdicts that an edit of the entry mends. */
const mended: ReadonlySet<Verdict> = new Set(['mismatch', 'broken', 'no-access'])

/** The one fix that makes a context act as it should; null where none of the findings is in the way. */
export function leadingFix(row: Row) {
  // What works as intended needs none of them, and what waits for a sign-in or a network waits for that first.
  if (row.stale === null && row.verdict !== null && !mended.has(row.verdict)) return null
  for (const { id, severity } of leading) {
    // A chain of roles may be meant: only a check that fails speaks against it.
    if (id === 'double-assume' && row.check === null) continue
    const finding = row.findings.find(
      (one) => one.id === id && (severity === null || one.severity === severity),
    )
    const fix = finding === undefined ? null : fixOfRow(finding, row)
    if (finding === undefined || fix === null) continue
    const [edit] = fix.edits
    const pin = edit?.kind === 'set-profile' && edit.pin === 'arg' ? edit.profile : null
    // Whom the user expects is not who acts for that.
    const becomes =
      pin !== null ? row.entryNames : id === 'double-assume' ? whoPrincipal(row.role ?? '') : row.predicted
    return {
      finding,
      label: pin === null ? fix.label : text.act.pinTo(pin),
      edits: fix.edits,
      /** It pins a profile. */
      pins: pin !== null,
      /** Whom the context acts as then, by the files; null where that stays as it is or is not known. */
      becomes,
      /** The cluster that takes the token then, where that is what is mended. */
      on: id === 'cluster-mismatch' ? row.clusterName : null,
    }
  }
  return null
}
