import '../../../shared/testing/seed'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ProfileEdit } from '../../../shared/edits/profile-edit'
import { profileEdit as edit, configText as file } from '../../testing/aws-config-arbitrary'
import { type AwsJudge, awsJudge } from '../../testing/aws-judge'
import { iniLines, parseIni } from '../files/ini'
import { mergeAwsFiles } from '../files/read-aws-files'
import { newAccessSettings, planProfileEdits } from './profile-plan'

const at = '/home/x/.aws/config'
const secrets = (text = '') => parseIni(text, '/home/x/.aws/credentials')

/** The text afterwards, or the refusal. */
function textAfter(
  text: string | null,
  edits: ProfileEdit | readonly ProfileEdit[],
  credentials = '',
): string {
  const list = 'kind' in edits ? [edits] : edits
  const planned = planProfileEdits({ path: at, text, credentials: secrets(credentials) }, list)
  return planned.ok ? planned.value.text : `refused: ${planned.fault.message}`
}

const set = (profile: string, key: string, value: string | null): ProfileEdit => ({
  kind: 'set-profile-key',
  profile,
  key,
  value,
})
const rename = (profile: string, name: string): ProfileEdit => ({ kind: 'rename-profile', profile, name })
const clone = (profile: string, name: string): ProfileEdit => ({ kind: 'clone-profile', profile, name })
const remove = (profile: string): ProfileEdit => ({ kind: 'delete-profile', profile })

const config = `# by hand
[default]
region=eu-west-1

# the hub
[profile hub]
  role_arn   =   arn:aws:iam::1:role/Hub  
  source_profile=default
  ; not yet
  s3 =
    max_queue_size = 100

[profile 'night shift']
Source_Profile: hub
# up to here

[sso-session corp]
sso_region = eu-west-1`

describe('an edit touches the lines of what it changes alone', () => {
  test.each<[string, ProfileEdit, string, string]>([
    ['a value, with its spacing', set('hub', 'role_arn', 'R'), 'arn:aws:iam::1:role/Hub  ', 'R  '],
    [
      'a key in other letters',
      set('night shift', 'source_profile', 'default'),
      'Profile: hub',
      'Profile: default',
    ],
    [
      'a new key, written as the last one is',
      set('hub', 'region', 'x'),
      'size = 100\n',
      'size = 100\n  region = x\n',
    ],
    [
      'a new key behind keys without blanks',
      set('default', 'output', 'json'),
      'eu-west-1\n\n#',
      'eu-west-1\noutput=json\n\n#',
    ],
    ['a key that goes', set('hub', 'source_profile', null), '  source_profile=default\n', ''],
    [
      'a key that goes with what stands below it',
      set('hub', 's3', null),
      '  s3 =\n    max_queue_size = 100\n',
      '',
    ],
    [
      'another name, and who comes from it',
      rename('hub', 'the "hub"'),
      config,
      config
        .replace('[profile hub]', `[profile 'the "hub"']`)
        .replace('Source_Profile: hub', 'Source_Profile: the "hub"'),
    ],
    ['another name in quotation marks', rename('night shift', "it's"), `'night shift'`, `"it's"`],
    [
      'a copy with the remarks of its lines',
      clone('night shift', 'day'),
      '# up to here\n',
      '# up to here\n\n[profile day]\nSource_Profile: hub\n# up to here\n',
    ],
    [
      'a profile that goes, with its remarks',
      remove('night shift'),
      `[profile 'night shift']\nSource_Profile: hub\n# up to here\n\n`,
      '',
    ],
    [
      'a new profile at the end',
      { kind: 'add-profile', profile: 'new', settings: [{ key: 'region', value: 'x' }] },
      'sso_region = eu-west-1',
      'sso_region = eu-west-1\n\n[profile new]\nregion = x\n',
    ],
    [
      'a new session',
      { kind: 'add-sso-session', session: 'a b', settings: [] },
      'sso_region = eu-west-1',
      "sso_region = eu-west-1\n\n[sso-session 'a b']\n",
    ],
  ])('%s', (_, edit, old, now) => {
    for (const eol of ['\n', '\r\n']) {
      const lines = (text: string) => text.replaceAll('\n', eol)
      expect(textAfter(lines(config), edit)).toBe(lines(config.replace(old, () => now)))
    }
  })

  test('what is so already stays to the byte', () => {
    for (const edit of [
      set('hub', 'role_arn', 'arn:aws:iam::1:role/Hub'),
      set('hub', 'output', null),
      rename('hub', 'hub'),
    ])
      expect(textAfter(config, edit)).toBe(config)
  })

  test('the last section goes with the blank lines above it', () => {
    expect(textAfter('[profile a]\nregion = x\n\n[profile b]\nregion = y\n', remove('b'))).toBe(
      '[profile a]\nregion = x\n',
    )
    // A remark right above a section is about it, and stays.
    expect(textAfter('[profile a]\nregion = x\n# b\n[profile b]\n', remove('a'))).toBe('# b\n[profile b]\n')
  })

  test('a copy has no second one of a secret that was put out of use', () => {
    const text = '[profile a]\n# aws_secret_access_key = s3cr3t\n# why\nregion = x\n'
    expect(textAfter(text, clone('a', 'b'))).toBe(`${text}\n[profile b]\n# why\nregion = x\n`)
  })

  test('a file that is not there begins with its first profile', () => {
    expect(
      textAfter(null, { kind: 'add-profile', profile: 'default', settings: [{ key: 'region', value: 'x' }] }),
    ).toBe('[default]\nregion = x\n')
  })

  test('a profile of the credentials file alone gets a section for what is set', () => {
    expect(textAfter('', set('keys', 'region', 'x'), '[keys]\naws_access_key_id = A\n')).toBe(
      '[profile keys]\nregion = x\n',
    )
  })
})

describe('is refused with the reason', () => {
  const keys = '[hub]\nregion = us-east-1\n[other]\nsource_profile = night shift\n'
  test.each<[string, ProfileEdit, RegExp, string?, string?]>([
    ['a profile that is not there', set('nobody', 'region', 'x'), /There is no profile nobody/],
    [
      'a key that the credentials file says',
      set('hub', 'region', 'x'),
      /credentials:2, which wins; .* never writes/,
      config,
      keys,
    ],
    [
      'to rename who is in the credentials file',
      rename('hub', 'x'),
      /credentials:1.*cannot be renamed here/,
      config,
      keys,
    ],
    ['to delete who stands there', remove('hub'), /credentials:1.*cannot be deleted here/, config, keys],
    ['to copy who stands there', clone('hub', 'x'), /would lack/, config, keys],
    [
      'to rename whom the credentials file names',
      rename('night shift', 'x'),
      /credentials:4 names profile “night shift”/,
      config,
      keys,
    ],
    ['another name for default', rename('default', 'x'), /where no profile is named/],
    ['a name that is taken', rename('hub', 'night shift'), /already \(\/home\/x\/.aws\/config:13\)/],
    [
      'a name that is taken in the credentials file',
      clone('night shift', 'other'),
      /already .*credentials:3/,
      config,
      keys,
    ],
    ['a value that aws would read otherwise', set('hub', 'region', ' x'), /aws would read another value/],
    ['a value of two lines', set('hub', 'region', 'x\n[profile y]'), /aws would read another value/],
    ['access keys', set('hub', 'aws_secret_access_key', 'x'), /writes no access keys/],
    ['a name with a bracket', clone('hub', 'a]b'), /cannot be the name/],
    ['a key with settings below it', set('hub', 's3', 'x'), /settings of its own below it \(.*:10\)/],
    [
      'a key of [DEFAULT]',
      set('a', 'region', null),
      /also set in \[DEFAULT\] \(.*:2\)/,
      '[DEFAULT]\nregion = x\n[profile a]\n',
    ],
    [
      'a profile that stands twice',
      remove('a'),
      / twice, at lines 1 and 3/,
      '[profile a]\nx = 1\n[profile "a"]\ny = 1\n',
    ],
    [
      'a file that aws refuses',
      set('a', 'region', 'x'),
      /aws refuses .* at line 3: the section/,
      '[profile a]\n\n[profile a]\n',
    ],
    ['a byte order mark', set('default', 'region', 'x'), /byte order mark/, '\ufeff[default]\n'],
  ])('%s', (_, edit, why, text = config, credentials = '') => {
    expect(textAfter(text, edit, credentials)).toMatch(why)
  })
})

test('what a text has aws run, read or ask is new where no section said it: a copy and another name bring nothing', () => {
  const before =
    '[profile a]\ncredential_process = /x\nservices = dev\n[services dev]\nsts =\n  endpoint_url = http://a\n'
  for (const edit of [clone('a', 'b'), rename('a', 'b'), remove('a'), set('a', 'region', 'x')])
    expect(newAccessSettings(before, textAfter(before, edit)), edit.kind).toEqual([])
  expect(newAccessSettings('', before)).toEqual([
    { section: 'profile a', key: 'credential_process', was: null, value: '/x' },
    { section: 'services dev', key: 'sts.endpoint_url', was: null, value: 'http://a' },
  ])
  expect(
    newAccessSettings('[profile a]\nrole_arn = R\n[b]\n', '[profile a]\nrole_arn = S\n[b]\nrole_arn = R\n'),
  ).toEqual([{ section: 'profile a', key: 'role_arn', was: 'R', value: 'S' }])
  expect(
    newAccessSettings(before, before.replace('http://a', 'http://b').replace('/x', '/x --y')),
  ).toMatchObject([{ value: '/x --y' }, { value: 'http://b' }])
  // aws runs the pager by a shell, takes keys from the server at that address, and code from that folder.
  const more =
    '[default]\ncli_pager = less\nec2_metadata_service_endpoint = http://b\n[plugins]\ncli_legacy_plugin_path = /y\n'
  expect(newAccessSettings('', more).map(({ key }) => key)).toEqual([
    'cli_pager',
    'ec2_metadata_service_endpoint',
    'cli_legacy_plugin_path',
  ])
})

// Generated files -----------------------------------------------------------------------------------------------

/** What aws reads, as a value. */
const read = (text: string) => {
  const { profiles, ssoSessions, services } = mergeAwsFiles(parseIni(text, at), secrets())
  const plain = (settings: Readonly<Record<string, { value: string; nested: object }>>) =>
    Object.fromEntries(
      Object.entries(settings).map(([name, { value: text, nested }]) => [name, [text, nested]]),
    )
  return {
    profiles: new Map([...profiles].map(([name, { settings }]) => [name, plain(settings)])),
    others: [...ssoSessions, ...services].map(([name, { settings }]) => [name, plain(settings)]),
  }
}

/** What the edit makes of what aws read before, worked out apart from the writer. */
function wanted(before: string, change: ProfileEdit) {
  const { profiles, others } = read(before)
  const defaults = read(`${before}\n[profile made-up]`).profiles.get('made-up') ?? {}
  const plain = (text: string): [string, object] => [text, {}]
  switch (change.kind) {
    case 'set-profile-key': {
      const own = { ...profiles.get(change.profile) }
      if (change.value === null) delete own[change.key]
      else own[change.key] = plain(change.value)
      profiles.set(change.profile, own)
      break
    }
    case 'rename-profile': {
      profiles.set(change.name, profiles.get(change.profile) ?? {})
      if (change.name !== change.profile) profiles.delete(change.profile)
      for (const [name, own] of profiles)
        if (own.source_profile?.[0] === change.profile)
          profiles.set(name, { ...own, source_profile: plain(change.name) })
      break
    }
    case 'clone-profile':
      profiles.set(change.name, profiles.get(change.profile) ?? {})
      break
    case 'delete-profile':
      profiles.delete(change.profile)
      break
    case 'add-profile':
      profiles.set(change.profile, {
        ...defaults,
        ...Object.fromEntries(change.settings.map((one) => [one.key, plain(one.value)])),
      })
      break
    default:
      throw new Error('not generated')
  }
  return { profiles, others }
}

const linesOf = (text: string) => (text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/))
const isRemark = (line: string) => /^\s*[#;]/.test(line)

test('generated files: aws reads what was asked and nothing else anew, and no other line changes', () => {
  let written = 0
  fc.assert(
    fc.property(file, edit, (before, change) => {
      const planned = planProfileEdits({ path: at, text: before, credentials: secrets() }, [change])
      if (!planned.ok) {
        expect(planned.fault.message).not.toContain('be sure')
        return
      }
      const { text } = planned.value
      written++
      expect(read(text)).toEqual(wanted(before, change))
      const [was, is] = [linesOf(before), linesOf(text)]
      // Line ends of one kind, and of another none.
      if (before.includes('\r\n')) expect(text.replaceAll('\r\n', '')).not.toContain('\n')
      else expect(text).not.toContain('\r')
      if (change.kind === 'delete-profile') {
        let next = 0
        for (const line of is) {
          while (next < was.length && was[next] !== line) next++
          expect(next).toBeLessThan(was.length)
          next++
        }
        return
      }
      if (change.kind === 'clone-profile') {
        // One block more, and nothing else.
        const more = is.length - was.length
        const without = (at: number) => [...is.slice(0, at), ...is.slice(at + more)].join('\n')
        expect(is.map((_, at) => without(at))).toContain(was.join('\n'))
        return
      }
      expect(is.filter(isRemark)).toEqual(was.filter((line) => isRemark(line) && is.includes(line)))
      const kept = new Map<string, number>()
      for (const line of is) kept.set(line, (kept.get(line) ?? 0) + 1)
      const gone = was.filter((line) => {
        const left = kept.get(line) ?? 0
        kept.set(line, left - 1)
        return left === 0
      })
      const names =
        change.kind === 'rename-profile' ? gone.filter((line) => !/^\s*source_profile/i.test(line)) : gone
      // One line of the key, or the header; a value that went on goes with all its lines.
      const more = [...iniLines(before)].filter(({ kind }) => kind === 'more').length
      expect(names.length).toBeLessThanOrEqual(1 + more)
    }),
    { numRuns: process.env.EKSCOPE_FULL === '1' ? 4_000 : 300 },
  )
  expect(written).toBeGreaterThan(50)
}, 600_000)

describe('judged by the real aws', () => {
  let judge: AwsJudge
  let home: string
  beforeAll(() => {
    judge = awsJudge(1)
    home = mkdtempSync(path.join(tmpdir(), 'ekscope-config-'))
    mkdirSync(path.join(home, '.aws'))
  })
  afterAll(() => {
    rmSync(home, { recursive: true, force: true })
  })

  test('it lists the profiles and gets the values that were asked for', async () => {
    const most = process.env.EKSCOPE_FULL === '1' ? 200 : 4
    // Most of them cannot be planned, or change nothing.
    const samples = fc.sample(fc.tuple(file, edit), {
      numRuns: 10 * most,
      seed: fc.readConfigureGlobal().seed ?? 1,
    })
    let judged = 0
    for (const [before, change] of samples) {
      const planned = planProfileEdits({ path: at, text: before, credentials: secrets() }, [change])
      if (!planned.ok || planned.value.text === before || judged >= most) continue
      judged++
      writeFileSync(path.join(home, '.aws/config'), planned.value.text)
      const variables = { HOME: home, PATH: '/usr/bin:/bin' }
      const { profiles } = wanted(before, change)
      const [[name, own] = ['', {}]] = [...profiles].filter(
        ([, settings]) => Object.keys(settings).length > 0,
      )
      const [asked, [value = '']] = Object.entries(own).find(([, [text]]) => text !== '') ?? ['region', ['']]
      const [list, got] = await Promise.all([
        judge.run(['configure', 'list-profiles'], variables),
        judge.run(['configure', 'get', asked, '--profile', name], variables),
      ])
      const told = `${planned.value.text}\n${JSON.stringify(change)}`
      expect([list.status, list.stdout.split('\n').filter(Boolean).sort()], told).toEqual([
        0,
        [...profiles.keys()].sort(),
      ])
      if (profiles.size > 0 && name !== '') expect(got.stdout.replace(/\n$/, ''), told).toBe(value)
    }
    expect(judged).toBe(most)
  })
})
