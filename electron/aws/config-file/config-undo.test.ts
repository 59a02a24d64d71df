/** What an undo makes of the text of an AWS config file: lines that stay, lines that come back, and what is in the way. */

import { expect, test } from 'vitest'
import { followLinks } from '../../../shared/edits/links'
import type { ProfileEdit } from '../../../shared/edits/profile-edit'
import { linksOf, putBack } from './config-undo'
import { planProfileEdits } from './profile-plan'
import { entriesOfChange } from './sections'

const at = '/home/x/.aws/config'

const edit = {
  set: (profile: string, key: string, value: string | null): ProfileEdit => ({
    kind: 'set-profile-key',
    profile,
    key,
    value,
  }),
  rename: (profile: string, name: string): ProfileEdit => ({ kind: 'rename-profile', profile, name }),
  remove: (profile: string): ProfileEdit => ({ kind: 'delete-profile', profile }),
  clone: (profile: string, name: string): ProfileEdit => ({ kind: 'clone-profile', profile, name }),
  add: (profile: string, settings: Readonly<Record<string, string>>): ProfileEdit => ({
    kind: 'add-profile',
    profile,
    settings: Object.entries(settings).map(([key, value]) => ({ key, value })),
  }),
}

function edited(text: string, change: ProfileEdit): string {
  const planned = planProfileEdits({ path: at, text, credentials: { sections: [] } }, [change])
  if (!planned.ok) throw new Error(planned.fault.message)
  return planned.value.text
}

/** What is left of a write once it is undone on a text that others made of what it had written; or the reasons why it is not. */
function undone(
  before: string,
  change: ProfileEdit,
  others: (written: string) => string,
  later: readonly ProfileEdit[] = [],
) {
  const after = edited(before, change)
  let now = others(after)
  const links = later.map((one) => {
    const was = now
    now = edited(was, one)
    return linksOf(at, entriesOfChange(at, was, now))
  })
  return putBack(at, now, { from: after, to: before, back: true, follow: followLinks(links) })
}
const inTheWay = (...sentences: readonly string[]) => ({ inTheWay: sentences })

const config = `# by hand
[default]
region = eu-west-1

# the hub
[profile hub]
  role_arn   =   arn:aws:iam::1:role/Hub  
  source_profile=default
  ; not yet
  s3 =
    max_queue_size = 100
    # deep
    use_accelerate = true
  region = x

[profile pay]
source_profile = hub
role_arn = arn:aws:iam::1:role/Pay
`
const more = (text: string) => `${text}\n[profile other]\nregion = y\n`

test('what comes back has its own lines, at its place, with the remarks among them, whatever stands around it by now', () => {
  for (const change of [
    edit.set('hub', 'role_arn', null),
    edit.set('hub', 'role_arn', 'R'),
    edit.set('hub', 's3', null),
    edit.remove('hub'),
    edit.remove('pay'),
    edit.rename('hub', 'the hub'),
    edit.clone('hub', 'copy'),
    edit.add('new', { region: 'z' }),
  ])
    expect(undone(config, change, more), change.kind).toBe(more(config))
})

test('lines end as those of the file do by now', () => {
  const crlf = (text: string) => more(text).replaceAll('\n', '\r\n')
  expect(undone(config, edit.remove('hub'), crlf)).toBe(crlf(config))
  expect(undone(config, edit.set('hub', 's3', null), crlf)).toBe(crlf(config))
})

test('a value among lines that stand further left is written as these are', () => {
  const left = (text: string) => text.replaceAll(/^ {2}(?=\S)/gm, '')
  const now = undone(config, edit.set('hub', 'region', null), left)
  expect(now).toContain('use_accelerate = true\nregion = x\n')
})

test('a profile that a later write of Ekscope gave another name is the one that is meant', () => {
  const written = edited(edited(config, edit.set('pay', 'region', 'z')), edit.rename('pay', 'payments'))
  expect(
    undone(config, edit.set('pay', 'region', 'z'), (text) => text, [edit.rename('pay', 'payments')]),
  ).toBe(written.replace('region = z\n', ''))
  // Another one has its name by now.
  const later = [edit.rename('pay', 'payments'), edit.rename('hub', 'pay')]
  expect(undone(config, edit.set('pay', 'region', 'z'), (text) => text, later)).toContain(
    '[profile payments]\nsource_profile = pay\nrole_arn = arn:aws:iam::1:role/Pay\n',
  )
})

test('who names a profile that would go is in its way, and so is what comes back without whom it named', () => {
  const names = (text: string) => `${text}\n[profile late]\nsource_profile = new\n`
  expect(undone(config, edit.add('new', { region: 'z' }), names)).toEqual(
    inTheWay(`The profile “new” would be removed, but the profile “late” of ${at} uses it.`),
  )
  // Another name it follows.
  expect(undone(config, edit.rename('pay', 'new'), names)).toBe(
    `${config}\n[profile late]\nsource_profile = pay\n`,
  )
  expect(
    undone(config, edit.remove('pay'), (text) => text.replace('[profile hub]', '[profile hup]')),
  ).toEqual(inTheWay('The profile “pay” would name the profile “hub”, which is not there.'))
})

test('a profile that takes its credentials from elsewhere by now is another one', () => {
  const others = (text: string) => text.replace('source_profile = hub', 'source_profile = default')
  expect(undone(config, edit.set('pay', 'role_arn', null), others)).toEqual(
    inTheWay('The profile “pay” is another entry now: its source_profile is “default”.'),
  )
  expect(undone(config, edit.set('pay', 'source_profile', null), (text) => text)).toBe(config)
})

test('a profile that becomes another role by now is another one, whatever its name', () => {
  const role = 'arn:aws:iam::999900001111:role/Other'
  const others = (text: string) =>
    `${text.replace('[profile pay]', '[profile old-pay]')}[profile pay]\nregion = z\nrole_arn = ${role}\nsource_profile = hub\n`
  expect(undone(config, edit.set('pay', 'region', 'z'), others)).toEqual(
    inTheWay(`The profile “pay” is another entry now: its role_arn is “${role}”.`),
  )
})

test('a profile that a later write gave the name of one that went is not taken for it', () => {
  const [one, other] = ['[profile one]\nregion = a\n', '[profile other]\nregion = b\n']
  const renamed = other.replace('other', 'one')
  const path = at
  const later = [linksOf(path, entriesOfChange(path, other, renamed))]
  expect(
    putBack(path, renamed, { from: one + other, to: other, back: false, follow: followLinks(later) }),
  ).toBe(renamed)
})

test('a setting that [DEFAULT] gives all by now would not go, and a section that stands twice is for people', () => {
  const common = (text: string) => `[DEFAULT]\nregion = everywhere\n${text}`
  expect(undone(config, edit.set('pay', 'region', 'z'), common)).toEqual(
    inTheWay('The region of the profile “pay” was changed since.'),
  )
  expect(undone(config, edit.set('pay', 'role_arn', null), common)).toBe(common(config))
  expect(
    undone(config, edit.set('pay', 'region', 'z'), (text) => `${text}[profile 'pay']\nregion = z\n`),
  ).toEqual(inTheWay('The profile “pay” is another entry now: its source_profile is empty.'))
  expect(
    undone(
      config,
      edit.set('pay', 'role_arn', null),
      (text) => `${text}[profile 'pay']\nsource_profile = hub\n`,
    ),
  ).toEqual(inTheWay(`The profile “pay” is in ${at} twice, and aws takes the last.`))
})

test('secrets are in no sentence', () => {
  const keys =
    '[profile a]\naws_access_key_id = AKIAEXAMPLE000000001\naws_secret_access_key = SECRET\nregion = x\n'
  const others = (text: string) =>
    text.replace('SECRET', 'OTHER').replace('AKIAEXAMPLE000000001', 'AKIAEXAMPLE000000002')
  expect(JSON.stringify(undone(keys, edit.remove('a'), () => keys.replace('SECRET', 'OTHER')))).not.toMatch(
    /SECRET|OTHER/,
  )
  expect(JSON.stringify(undone(keys, edit.set('a', 'region', 'y'), others))).not.toMatch(/SECRET|OTHER|AKIA/)
})
