import { expect, test } from 'vitest'
import type { Audit, AuditFinding } from '../../shared/audit/audit'
import { madeAudit, madeContext } from '../../shared/testing/made-audit'
import { countFindings, findingLines, shownFindings } from './finding-lines'

const file = '/home/ana/.kube/config'
const finding = (id: AuditFinding['id'], more: Partial<AuditFinding> = {}): AuditFinding => ({
  id,
  severity: 'warning',
  contexts: [],
  file,
  line: 7,
  message: `${id} is there`,
  advice: null,
  muted: null,
  askedAt: null,
  since: null,
  ...more,
})
const auditOf = (names: readonly string[], findings: readonly AuditFinding[]): Audit =>
  madeAudit({ contexts: names.map((name) => madeContext({ file, id: `id ${name}`, name })), findings })

const fleet = auditOf(
  ['a', 'b', 'c'],
  [
    finding('orphan-user', { severity: 'info' }),
    finding('unknown-profile', { severity: 'error', contexts: ['id c'] }),
    finding('env-keys-win', { contexts: ['id b'], message: 'b' }),
    finding('env-keys-win', { severity: 'error', contexts: ['id c'], message: 'c' }),
    finding('env-keys-win', { severity: 'error', contexts: ['id a', 'id c'], message: 'a' }),
  ],
)

test('a kind is one line: groups by harm, errors first, contexts once and in the order of the files', () => {
  expect(
    findingLines(fleet).map(({ finding, severity, contexts, findings }) => [
      finding,
      severity,
      contexts.map(({ name }) => name).join(''),
      findings.length,
    ]),
  ).toEqual([
    ['env-keys-win', 'error', 'ac', 2],
    ['env-keys-win', 'warning', 'b', 1],
    ['unknown-profile', 'error', 'c', 1],
    ['orphan-user', 'info', '', 1],
  ])
})

test('what is counted adds up to all contexts, and notes make none unclean', () => {
  const lines = findingLines(fleet)
  expect(countFindings(lines, fleet)).toEqual({
    ...{ error: 2, warning: 1, info: 1 },
    ...{ contexts: 3, clean: 0, muted: 0 },
  })
  const notes = auditOf(['a', 'b'], [finding('unpinned', { severity: 'info', contexts: ['id a'] })])
  expect(countFindings(findingLines(notes), notes)).toMatchObject({ contexts: 0, clean: 2 })
})

test('what is muted is a line of its own at the end, and counted apart', () => {
  const muted = { reason: 'known', by: 'here' }
  const some = auditOf(
    ['a', 'b'],
    [
      finding('env-keys-win', { severity: 'error', contexts: ['id a'], muted }),
      finding('env-keys-win', { severity: 'error', contexts: ['id b'] }),
      finding('orphan-user', { severity: 'info' }),
    ],
  )
  const lines = findingLines(some)
  expect(lines.map((line) => [line.finding, line.muted?.reason ?? null])).toEqual([
    ['env-keys-win', null],
    ['orphan-user', null],
    ['env-keys-win', 'known'],
  ])
  expect(countFindings(lines, some)).toMatchObject({ error: 1, contexts: 1, clean: 1, muted: 1 })
  const groups = shownFindings(lines, { words: '', severity: null }, new Set())
  expect(groups.flatMap((line) => (line.line === 'group' ? line.group : []))).toEqual([
    'acts-as-another',
    'housekeeping',
    'muted',
  ])
})

test('words find a kind by its id, its title, a context, a file and what it says; a closed group keeps its count', () => {
  const lines = findingLines(fleet)
  const shown = (words: string, closed: readonly string[] = []) =>
    shownFindings(lines, { words, severity: null }, new Set(closed)).map(({ id }) => id)
  expect(shown('orphan-user')).toEqual(['group housekeeping', 'info orphan-user'])
  expect(shown('exported keys')).toEqual([
    'group acts-as-another',
    'error env-keys-win',
    'warning env-keys-win',
  ])
  expect(shown('kube config profile neither')).toEqual(['group cannot-work', 'error unknown-profile'])
  expect(shown('nothing of that')).toEqual([])
  const [group] = shownFindings(lines, { words: '', severity: 'error' }, new Set(['group acts-as-another']))
  expect(group).toMatchObject({ count: 1, open: false })
})
