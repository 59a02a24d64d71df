/** Of an AWS config file that another program has written since: what its settings say of a write. */
import { expect, test } from 'vitest'
import { sectionsByName } from '../../aws/config-file/sections'
import { standingOf } from './write-stands'

const before = '[profile dev]\nregion = eu-west-1\nrole_arn = r\n'
const changed = before.replace('eu-west-1', 'us-east-1')
const without = before.replace('role_arn = r\n', '')
const more = '[profile other]\nregion = eu-south-1\n'

test.each([
  ['aws adds a section', before, changed, changed + more, 'made'],
  ['aws adds a section to the old file', before, changed, before + more, 'not-made'],
  ['aws adds a setting to it', before, changed, changed.replace('role', 'output = json\nrole'), 'made'],
  ['another spacing', before, changed, changed.replaceAll(' = ', '=').replaceAll('\n', '\r\n'), 'made'],
  [
    'another spelling of the header',
    before,
    changed,
    changed.replace('profile dev', 'profile "dev"'),
    'made',
  ],
  ['a third value', before, changed, before.replace('eu-west-1', 'eu-north-1'), 'unknown'],
  ['the section is gone', before, changed, more, 'unknown'],
  ['the section of a key that went is gone', before, without, more, 'unknown'],
  ['a key went, aws adds a section', before, without, without + more, 'made'],
  ['a key went, aws adds a section to the old file', before, without, before + more, 'not-made'],
  ['a part of each', before, changed.replace('= r', '= s'), changed, 'unknown'],
  ['a section came, and has more by now', before, before + more, `${before}${more}output = json\n`, 'made'],
  ['a section came to a file that was made', null, more, more + before, 'made'],
  ['the file is gone', before, changed, null, 'unknown'],
])('%s', (_, ...texts) => {
  const standing = texts.pop()
  const [was, became, now] = texts.map((text) => (text === null ? null : Buffer.from(text ?? '')))
  const states = { before: was ?? null, after: became ?? null, now: now ?? null }
  expect(standingOf({ path: '/config', of: 'aws-config' }, states, sectionsByName)).toBe(standing)
})
