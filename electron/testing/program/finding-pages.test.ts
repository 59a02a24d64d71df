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
import { findingIds, madeIds, rules } from '../../../shared/findings/finding-rules'

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
  'acts-as-another': 'acts as another identity',
  'cannot-work': 'cannot work as written',
  'not-let-in': 'not let in, or not the cluster that was meant',
  'not-as-it-looks': 'works, but not as it looks',
  housekeeping: 'housekeeping',
}
const severities = { error: 'error', warning: 'warning', info: 'note' } as const

test.each(madeIds)(
  '%s has a page: what, why, how to mend it, an example, and the fix that its rule has',
  (id) => {
    const [heading, , what, , line = '', , ...rest] = readFileSync(
      path.join(folder, `${id}.md`),
      'utf8',
    ).split('\n')
    expect([heading, what?.endsWith('.')]).toEqual([`# ${id}`, true])
    const [severity = '', ...about] = line.split(' · ')
    expect(severity.split(' or ')).toContain(severities[rules[id].severity])
    expect(about).toEqual([`about ${scopes[scopeOf(id)]}`, groups[groupOf(id)]])
    expect(rest.filter((one) => one.startsWith('## '))).toEqual([
      '## Why it matters',
      '## How to mend it',
      '## Example',
    ])
    expect(rest.filter((one) => one.startsWith('```'))).toHaveLength(2)
    const { fix, fixFile } = rules[id]
    expect(rest.join('\n').includes(`\`ekscope fix ${id}\``)).toBe(fix !== undefined || fixFile !== undefined)
  },
)

test('no page is of a finding that there is not', () => {
  expect(readdirSync(folder).filter((name) => !findingIds.some((id) => name === `${id}.md`))).toEqual([])
})
