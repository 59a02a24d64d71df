/** AWS config files as people and programs write them, and edits of their profiles. */
import fc from 'fast-check'
import type { ProfileEdit } from '../../shared/edits/profile-edit'

export const word = fc.constantFrom('a', 'b', 'night shift', "o'clock", 'é', 'x.y', '#1', 'default')
export const key = fc.constantFrom('region', 'output', 'role_arn', 'source_profile', 'cli_pager')
export const value = fc.constantFrom(
  'eu-west-1',
  'json',
  'a',
  'b',
  'x # no remark',
  '=',
  'night shift',
  '%(region)s',
  '"q"',
)
const remark = fc.constantFrom('# a remark', '; another', '  # deep', '')
const option = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', '  '),
      key,
      fc.constantFrom('=', ' = ', ': ', '   =  '),
      value,
      fc.constantFrom('', '  '),
    )
    .map(([indent, name, delimiter, text, tail]) => ({
      name,
      lines: [`${indent}${name}${delimiter}${text}${tail}`],
    })),
  fc.constant({ name: 's3', lines: ['s3 =', '    max_queue_size = 100', '    use_accelerate = true'] }),
  fc.constant({ name: 'notes', lines: ['notes = one', '  two', '', '  # in between', '  three'] }),
)
const quoteStyles = [
  (name: string) => JSON.stringify(name),
  (name: string) => name.replaceAll(/[^\w.é#]/g, '\\$&'),
]
const section = fc
  .tuple(
    word,
    fc.constantFrom(...quoteStyles),
    fc.uniqueArray(option, { maxLength: 4, selector: ({ name }) => name }),
    fc.array(remark, { maxLength: 2 }),
    fc.constantFrom('profile', 'profile', 'profile', 'sso-session', 'services'),
  )
  .map(([name, quote, options, remarks, kind]) => ({
    name,
    kind: name === 'default' ? 'profile' : kind,
    lines: [
      ...remarks,
      name === 'default' ? '[default]' : `[${kind} ${quote(name)}]`,
      ...options.flatMap(({ lines }) => lines),
    ],
  }))
/** A text that aws reads. */
export const configText = fc
  .tuple(
    fc.uniqueArray(section, { minLength: 1, maxLength: 6, selector: ({ name, kind }) => `${kind} ${name}` }),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
    fc.constantFrom([], ['[DEFAULT]', 'output = text']),
  )
  .map(([sections, eol, ended, defaults]) => {
    const lines = [...defaults, ...sections.flatMap((one) => one.lines)]
    return `${lines.join(eol)}${ended ? eol : ''}`
  })
/** An edit of a profile that may be there. */
export const profileEdit: fc.Arbitrary<ProfileEdit> = fc.oneof(
  fc.record({
    kind: fc.constant('set-profile-key' as const),
    profile: word,
    key,
    value: fc.oneof(value, fc.constant(null)),
  }),
  fc.record({ kind: fc.constant('rename-profile' as const), profile: word, name: word }),
  fc.record({ kind: fc.constant('clone-profile' as const), profile: word, name: word }),
  fc.record({ kind: fc.constant('delete-profile' as const), profile: word }),
  fc.record({
    kind: fc.constant('add-profile' as const),
    profile: word,
    settings: fc.uniqueArray(fc.record({ key, value }), { maxLength: 2, selector: (one) => one.key }),
  }),
)
