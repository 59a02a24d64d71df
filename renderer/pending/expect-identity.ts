/** "Expect Admin from now on": which contexts can take the identity that AWS proved, and what that needs. */
import type { Edit } from '../../shared/edits/edit'
import { grouped } from '../../shared/grouped'
import { expectedPrincipal, sameExpected } from '../../shared/identity/expected'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { Row } from '../rows/rows'
import { editText } from '../text/edits'

/** The identity that the last check proved, if the check is current; else why not. */
export function provenPrincipal(
  row: Row,
): { readonly principal: string; readonly why: null } | { readonly principal: null; readonly why: string } {
  const { check, stale, running } = row
  const no = (why: string) => ({ principal: null, why })
  if (running) return no(editText.expect.running)
  if (check === null || check.proven === null) return no(editText.expect.notProven)
  if (stale !== null && stale !== 'expected') return no(editText.expect.stale)
  if (check.problem?.code === 'seen-differs') return no(editText.expect.seenDiffers)
  const principal = expectedPrincipal(check.proven.canonicalArn)
  return principal === null ? no(editText.expect.notProven) : { principal, why: null }
}

/** Whether "expect this one" would change anything for this context. */
export function canExpect(row: Row): boolean {
  const { principal } = provenPrincipal(row)
  return principal !== null && !sameExpected(principal, row.expected?.principal ?? null)
}

/** Each context expects the identity that its last check proved. */
export function expectProven(rows: readonly Row[]) {
  const found = rows.map((row) => ({ row, ...provenPrincipal(row) }))
  return {
    ...changesOf(found.flatMap(({ row, principal }) => (principal === null ? [] : [{ row, principal }]))),
    /** Contexts that cannot, each with why. */
    left: found.flatMap(({ row, why }) => (why === null ? [] : [{ name: row.name, why }])),
  }
}

/** What makes contexts expect another identity: edits of the files, and expectations of the user that are only removed. */
export type Expecting = ReturnType<typeof expectProven>

/** Removes the expected identity of the contexts that have one. */
export function expectNobody(rows: readonly Row[]): Expecting {
  const some = rows.filter(({ expected }) => expected !== null)
  return { ...changesOf(some.map((row) => ({ row, principal: null }))), left: [] }
}

/** Writes the user's expectation into the file again, where the file has none or another one. */
export function writeBack(row: Row): readonly Edit[] {
  const { expected } = row
  if (expected === null || sameExpected(expected.principal, expected.inFile)) return []
  return [{ kind: 'set-expected', context: row.id, principal: expected.principal }]
}

/** Which contexts are left out, each reason once. */
export function leftOut(left: Expecting['left']): string {
  return editText.expect.left(grouped(left, ({ why }) => why))
}

function changesOf(wishes: readonly { readonly row: Row; readonly principal: string | null }[]) {
  const edits: Edit[] = []
  /** Contexts for which only the user's expectation is removed: their file is right already. */
  const forget: EntryId[] = []
  for (const { row, principal } of wishes) {
    if (sameExpected(principal, row.expected?.principal ?? null)) continue
    // The file says so already: only the user's expectation, which has priority, is in the way.
    if (sameExpected(principal, row.entry.expected)) forget.push(row.id)
    else edits.push({ kind: 'set-expected', context: row.id, principal })
  }
  return { edits, forget }
}
