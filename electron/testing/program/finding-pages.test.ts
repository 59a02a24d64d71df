/** docs/findings: a page for each finding that a rule makes, true to the rule. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import {
  type FindingGroup,
  type FindingScope,
  groupOf,
  scopeOf,
} from '../../../shared/findings/finding-kinds'
import { type FindingId, findingIds, judgedIds, madeIds, rules } from '../../../shared/findings/finding-rules'

const folder = path.join(import.meta.dirname, '../../../docs/findings')
const scopes: Readonly<Record<FindingScope, string>> = {
  context: 'the context',
  entry: 'an entry of the context',
  file: 'a file',
  profile: 'a profile',
  machine: 'the machine',
  fleet: 'several contexts',
}
const groups: Readonly<Record<FindingGroup, string>> = {
  'file-refused': 'kubectl refuses the whole file',
  'acts-as-another': 'acts as another identity',
  'cannot-work': 'cannot work as written',
  'not-let-in': 'not let in, or not the cluster that was meant',
  'not-as-it-looks': 'works, but not as it looks',
  housekeeping: 'housekeeping',
}
const severities = { error: 'error', warning: 'warning', info: 'note' } as const

/** What every page has; the severities that it says, and the rest. */
function pageOf(id: FindingId) {
  const [heading, , what, , line = '', , ...rest] = readFileSync(path.join(folder, `${id}.md`), 'utf8').split(
    '\n',
  )
  expect([heading, what?.endsWith('.')]).toEqual([`# ${id}`, true])
  const [severity = '', ...about] = line.split(' · ')
  expect(about).toEqual([`about ${scopes[scopeOf(id)]}`, groups[groupOf(id)]])
  expect(rest.filter((one) => one.startsWith('## '))).toEqual([
    '## Why it matters',
    '## How to mend it',
    '## Example',
  ])
  expect(rest.filter((one) => one.startsWith('```'))).toHaveLength(2)
  return { severities: severity.split(' or '), text: rest.join('\n') }
}

test.each(madeIds)(
  '%s has a page: what, why, how to mend it, an example, and the fix that its rule has',
  (id) => {
    const page = pageOf(id)
    expect(page.severities).toContain(severities[rules[id].severity])
    const { fix, fixFile } = rules[id]
    expect(page.text.includes(`\`ekscope fix ${id}\``)).toBe(fix !== undefined || fixFile !== undefined)
  },
)

test.each(judgedIds)('%s, which no rule makes, has one too', (id) => {
  const known: readonly string[] = Object.values(severities)
  expect(pageOf(id).severities.filter((one) => !known.includes(one))).toEqual([])
})

test('no page is of a finding that there is not', () => {
  expect(readdirSync(folder).filter((name) => !findingIds.some((id) => name === `${id}.md`))).toEqual([])
})
