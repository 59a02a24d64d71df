/** What is production is what the user marked, and one answer everywhere: list, current, whoami, report, explain, expect files. */
import { execFileSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { useTerminal } from './terminal'

const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/pay'
const user = (name: string) =>
  `- {name: ${name}, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, pay]}}}\n`
const terminal = useTerminal({
  inProcess: true,
  config: `current-context: prod-admin
clusters:
- {name: "${arn}", cluster: {server: "https://pay.test"}}
- {name: dev, cluster: {server: "https://dev.test"}}
contexts:
- {name: prod-admin, context: {cluster: "${arn}", user: a}}
- {name: prod-read, context: {cluster: "${arn}", user: b}}
- {name: dev, context: {cluster: dev, user: b}}
users:
${user('a')}${user('b')}`,
})
const { done, ekscope } = terminal

interface Marked {
  readonly contexts: readonly { readonly context: string; readonly production: boolean }[]
}
const namesIn = ({ contexts }: Marked) => contexts.flatMap((one) => (one.production ? [one.context] : []))
const json = async (...args: readonly string[]) => JSON.parse((await done([...args, '--json'])).stdout)

test('marked by name, pattern, cluster and account; taken back; said by every command alike', async () => {
  expect((await done(['production'])).stdout).toMatch(/^Nothing is marked as production\.\n/)
  expect(namesIn(await json('list'))).toEqual([])
  expect((await done(['production', 'prod-admin'])).stdout).toBe(
    'production: context prod-admin (1 context)\n',
  )
  expect((await done(['production', 'prod-admin'])).stdout).toMatch(/^is production already: /)
  expect(namesIn(await json('list'))).toEqual(['prod-admin'])
  expect((await json('current')).production).toBe(true)
  expect(namesIn(await json('report'))).toEqual(['prod-admin'])
  expect((await json('explain', 'prod-read')).production).toBe(false)
  expect((await done(['list', '-o', 'wide'])).stdout).toMatch(/prod-admin .* yes /)

  await done(['production', '--cluster', '*:cluster/pay', '--account', '1111*'])
  expect(await json('production')).toMatchObject({
    marks: [
      { kind: 'context', pattern: 'prod-admin', contexts: ['prod-admin'] },
      { kind: 'cluster', pattern: '*:cluster/pay', contexts: ['prod-admin', 'prod-read'] },
      { kind: 'account', pattern: '1111*', contexts: ['prod-admin', 'prod-read'] },
    ],
    contexts: ['prod-admin', 'prod-read'],
    withoutTerminal: 'go-on',
  })
  expect((await json('explain', 'prod-read')).production).toBe(true)
  // Another mark still holds it, which is said.
  const held = await done(['production', 'prod-admin', '--none'])
  expect(held.stdout).toBe('no longer production: context prod-admin (1 context)\n')
  expect(held.stderr).toContain('“prod-admin” is still production, by cluster *:cluster/pay.')
  await done(['production', '--cluster', '*:cluster/pay', '--account', '1111*', '--none'])
  expect(namesIn(await json('list'))).toEqual([])
})

test('an expect file says it, is made with it, and gives its marks', async () => {
  const file = terminal.write(
    'expect.yaml',
    'ekscope: expect/1\ncontexts:\n  prod-read: {identity: "arn:aws:iam::111122223333:role/R"}\n  prod-*: {production: true}\n',
  )
  const { stdout } = await ekscope(['whoami', '--json', '--expect', file])
  const { results } = JSON.parse(stdout)
  expect(namesIn({ contexts: results })).toEqual(['prod-admin'])
  await done(['production', '--expect', file])
  expect((await json('production')).contexts).toEqual(['prod-admin'])
  await done(['expect', 'prod-admin', 'arn:aws:iam::111122223333:role/Admin'])
  await done(['expect', '--write', 'made.yaml', 'prod-admin'])
  expect(terminal.text(`${terminal.home}/made.yaml`)).toContain('production: true')
})

test('a mark by name follows its context to a new name, and back; so does a mute, and the mark past a namesake', async () => {
  await done(['production', 'prod-admin'])
  await done(['mute', 'unpinned', 'prod-admin', '--reason', 'ours'])
  const muted = async () => (await json('mute')).muted.map(({ context }: { context: string }) => context)
  await done(['rename', 'prod-admin', 'other'])
  expect([await marks(), await muted()]).toEqual([['other'], ['other']])
  await done(['undo'])
  expect([await marks(), await muted()]).toEqual([['prod-admin'], ['prod-admin']])

  const second = terminal.write('second', terminal.text())
  const both = { KUBECONFIG: `${terminal.file}:${second}` }
  await done(['rename', 'prod-admin', 'other'], both)
  expect(await marks()).toEqual(['prod-admin', 'other'])
})

test('a clone of a context that is marked by its name is marked in the same write, after its name was asked for', async () => {
  await done(['production', 'prod-admin', '--without-terminal', 'refuse'])
  await done(['clone', 'dev', 'plain'])
  const refused = await ekscope(['clone', 'prod-admin', 'twin'])
  expect([refused.status, refused.stderr]).toEqual([
    3,
    expect.stringContaining('“twin”, a clone of “prod-admin”, is production'),
  ])
  await done(['production', '--without-terminal', 'go-on'])
  await done(['clone', 'prod-admin', 'twin'])
  await done(['clone', 'twin', 'third'])
  expect([await marks(), (await json('production')).contexts]).toEqual([
    ['prod-admin', 'twin', 'third'],
    ['prod-admin', 'twin', 'third'],
  ])
})

const settings = () => `${terminal.state}/settings.json`
const marks = async () => (await json('production')).marks.map(({ pattern }: { pattern: string }) => pattern)

test.each([
  ['broken', () => writeFileSync(settings(), '{'), /could not be understood/],
  ['empty', () => writeFileSync(settings(), ''), /could not be understood/],
  ['null', () => writeFileSync(settings(), 'null'), /could not be understood/],
  ['a list', () => writeFileSync(settings(), '[]'), /could not be understood/],
  ['without a list of marks', () => stored({ production: 'x' }), /could not be understood/],
  ['of a newer Ekscope', () => stored({}, 2), /written by a newer Ekscope/],
  ['open to others', () => chmodSync(settings(), 0o666), /can be written by other users/],
  ['a folder', () => mkdirSync(settings()), /is not a file/],
  ['a link to nothing', () => symlinkSync('/nowhere/at/all', settings()), /link that leads nowhere/],
  ['a pipe', () => execFileSync('mkfifo', [settings()]), /is not a file/],
])(
  'settings that are %s guard all contexts, stay as they are, and each command says it',
  async (how, make, why) => {
    await done(['production', 'prod-admin'])
    await done(['use', 'dev'])
    if (!how.startsWith('open')) rmSync(settings())
    make()
    const before = lstatSync(settings(), { throwIfNoEntry: false })?.ino
    const said = /While that is so, every context counts as production, and no setting is changed\./
    for (const args of [
      ['use', 'prod-read'],
      ['exec', 'dev', '--', 'true'],
      ['production', '--none', 'prod-admin'],
      ['production', '--without-terminal', 'go-on'],
      ['production'],
    ]) {
      const { status, stdout, stderr } = await ekscope(['--json', ...args])
      const { error } = JSON.parse(stdout)
      expect([args, status, error]).toEqual([
        args,
        3,
        expect.objectContaining({ code: 'settings-unreadable', message: expect.stringMatching(why) }),
      ])
      expect(stderr).toMatch(said)
    }
    const listed = await done(['list', '--json'])
    expect(listed.stderr).toMatch(why)
    expect(namesIn(JSON.parse(listed.stdout))).toEqual(['prod-admin', 'prod-read', 'dev'])
    expect(lstatSync(settings(), { throwIfNoEntry: false })?.ino).toBe(before)
    expect([current(), readdirSync(terminal.home).filter((name) => name.includes('broken'))]).toEqual([
      'dev',
      [],
    ])
  },
)

test('while settings cannot be read a terminal asks, and no context is renamed; repaired they count again', async () => {
  await done(['production', 'prod-admin'])
  await done(['use', 'dev'])
  const whole = terminal.text(settings())
  terminal.write('state/settings.json', whole.slice(0, -5))
  expect(await onTerminal('ekscope use prod-admin', 'no\n')).toMatch(
    /“prod-admin” counts as production\. (.|\n)*status 3/,
  )
  expect(await onTerminal('ekscope rename prod-admin other', 'prod-admin\n')).toMatch(
    /could not be understood(.|\n)*status 3/,
  )
  expect([current(), terminal.text().includes('other')]).toEqual(['dev', false])
  expect(await onTerminal('ekscope use prod-admin', 'prod-admin\n')).toContain('status 0')
  terminal.write('state/settings.json', whole)
  expect(await marks()).toEqual(['prod-admin'])
})

const stored = (content: object, version = 1) =>
  void terminal.write('state/settings.json', JSON.stringify({ version, content }))

test('a mark that is not understood covers all contexts, is named, and stays in the file', async () => {
  const odd = [{ kind: 'context', pattern: 'prod-*', note: 'x' }, { kind: 'namespace', pattern: 'web' }, 7]
  stored({ production: [...odd, { kind: 'context', pattern: 'dev' }], unattended: 'refuze' })
  const { stdout } = await done(['production'])
  expect(stdout).toContain('{"kind":"namespace","pattern":"web"}')
  expect(await json('production')).toMatchObject({
    marks: [...odd.map((one) => ({ kind: 'unread', pattern: JSON.stringify(one) })), { pattern: 'dev' }],
    contexts: ['prod-admin', 'prod-read', 'dev'],
    withoutTerminal: 'refuse',
  })
  const refused = await ekscope(['use', 'prod-read'])
  expect([refused.status, refused.stderr]).toEqual([
    3,
    expect.stringContaining('“prod-read” counts as production'),
  ])
  await done(['production', '--pattern', 'q*'])
  await done(['production', '--without-terminal', 'go-on'])
  await done(['production', '--none', 'dev'])
  const stays = () => JSON.parse(terminal.text(settings())).content.production
  expect(stays()).toEqual([...odd, { kind: 'context', pattern: 'q*' }])

  // Each can be taken back by its text, as it is listed.
  const web = JSON.stringify(odd[1])
  expect(await onTerminal(`ekscope production --none '${web}'`, 'web\n')).toContain('status 3')
  await done(['production', '--none', web, '7', JSON.stringify(odd[0])])
  expect([stays(), namesIn(await json('list'))]).toEqual([[{ kind: 'context', pattern: 'q*' }], []])
})

test('what is no mark is refused, and marks nothing', async () => {
  expect((await ekscope(['production', 'no-such'])).status).toBe(3)
  expect((await ekscope(['production', '--account', 'prod'])).status).toBe(2)
  expect((await ekscope(['production', '--none'])).status).toBe(2)
  expect((await ekscope(['production', '--without-terminal', 'x'])).status).toBe(2)
  expect((await json('production')).marks).toEqual([])
})

/** As somebody types it: standard input, output and error are a terminal; `typed` is what is typed there. */
const onTerminal = async (line: string, typed: string) => {
  const command = `ekscope() { '${process.execPath}' '${terminal.program}' "$@"; }; ${line}; echo "status $?"`
  const { stdout } = await terminal.run(
    '/usr/bin/script',
    ['-qec', command, '/dev/null'],
    {},
    { input: typed },
  )
  return stdout.replaceAll('\r', '')
}
const current = () => /current-context: (.*)/.exec(terminal.text())?.[1]

test('a terminal has the name typed before production is used, run with or changed; another name does nothing', async () => {
  await done(['use', 'dev'])
  await done(['production', '--pattern', 'prod-*'])
  const asks = '“prod-admin” is production. Type its name to go on: '
  expect(await onTerminal('ekscope use prod-admin', 'prod-read\n')).toMatch(
    /nothing was written(.|\n)*status 3/,
  )
  expect(await onTerminal('ekscope use prod-admin', '\n')).toContain('status 3')
  expect(current()).toBe('dev')
  const used = await onTerminal('ekscope use prod-admin', 'prod-admin\n')
  expect([used.includes(asks), used.includes('status 0'), current()]).toEqual([true, true, 'prod-admin'])
  // One that is no production asks nothing, and taking a switch back neither.
  expect(await onTerminal('ekscope use dev', '')).not.toContain('is production')
  expect(await onTerminal('ekscope undo', '')).not.toContain('is production')
  expect(current()).toBe('prod-admin')
  // To switch once more is to switch.
  await onTerminal('ekscope undo', '')
  expect(current()).toBe('dev')
  expect(await onTerminal('ekscope redo', 'no\n')).toMatch(/is production(.|\n)*status 3/)
  expect(await onTerminal('ekscope redo', 'prod-admin\n')).toContain('status 0')
  expect(current()).toBe('prod-admin')

  const edit = 'ekscope set-namespace prod-admin web'
  expect(await onTerminal(edit, 'no\n')).toContain('status 3')
  expect(terminal.text()).not.toContain('web')
  expect(await onTerminal(`${edit} --dry-run`, '')).not.toContain('is production')
  expect(await onTerminal(edit, 'prod-admin\n')).toContain('status 0')
  expect(terminal.text()).toContain('web')

  // What is run reads on where the name ended.
  const run = 'ekscope exec prod-read -- cat'
  expect(await onTerminal(run, 'prod-admin\nrest\n')).toMatch(/nothing was done(.|\n)*status 3/)
  expect(await onTerminal(run, 'prod-read\n')).toContain('status 0')
  // `env` asks on standard error, and where that leads elsewhere on the terminal itself.
  const env = await onTerminal('eval "$(ekscope env prod-read)"; echo "in $EKSCOPE_CONTEXT"', 'prod-read\n')
  expect([env.includes('“prod-read” is production'), env.includes('in prod-read')]).toEqual([true, true])
  const shell = await onTerminal('SHELL=/bin/sh; ekscope shell prod-read', 'prod-read\nexit 4\n')
  expect([shell.includes('(prod-read, production) '), shell.includes('status 4')]).toEqual([true, true])
  const away = await onTerminal('ekscope exec prod-read -- true 2>/dev/null', 'no\n')
  expect(away).toMatch(/“prod-read” is production(.|\n)*status 3/)
})

test('without a terminal commands go on and say so, or end with 3 where the settings say so', async () => {
  await done(['production', '--account', '1111*'])
  const { stderr } = await done(['use', 'prod-read'])
  expect(stderr).toBe(
    'ekscope: “prod-read” is production: going on, because there is no terminal to type its name in.\n',
  )
  expect(
    (await onTerminal('echo | ekscope exec prod-read -- true', '')).match(/is production: going on/g),
  ).toHaveLength(1)
  await done(['use', 'dev'])
  await done(['production', '--without-terminal', 'refuse'])
  for (const args of [
    ['use', 'prod-read'],
    ['set-namespace', 'prod-read', 'web'],
    ['rename', 'prod-read', 'x'],
    ['delete', 'prod-read'],
    ['exec', 'prod-read', '--', 'true'],
    ['env', 'prod-read'],
    ['shell', 'prod-read'],
  ]) {
    const refused = await ekscope([...args])
    expect([args, refused.status, refused.stderr]).toEqual([
      args,
      3,
      expect.stringMatching(/“prod-read” is production, and there is no terminal to type its name in\./),
    ])
  }
  expect(current()).toBe('dev')
  // Its user is the one of dev, too: what changes for production is production’s.
  const shared = await ekscope(['set-profile', 'dev', 'p', '--apply-to-shared'])
  expect([shared.status, shared.stderr]).toEqual([3, expect.stringContaining('“prod-read” is production')])
  expect((await ekscope(['set-namespace', 'dev', 'web'])).status).toBe(0)
})

test('a profile that production acts by is changed only after the name was typed', async () => {
  terminal.write('.aws/config', '[profile p]\nregion = eu-west-1\n[profile other]\nregion = eu-west-1\n')
  await done(['set-profile', 'prod-admin', 'p'])
  await done(['production', 'prod-admin', '--without-terminal', 'refuse'])
  const before = terminal.text(`${terminal.home}/.aws/config`)
  const refused = await ekscope(['profile', 'set', 'p', 'region', 'us-east-1'])
  expect([refused.status, refused.stderr]).toEqual([3, expect.stringContaining('“prod-admin” is production')])
  expect((await ekscope(['profile', 'rename', 'p', 'q'])).status).toBe(3)
  expect(terminal.text(`${terminal.home}/.aws/config`)).toBe(before)
  await done(['profile', 'set', 'other', 'region', 'us-east-1'])
})

/** Refused for the sake of this context, and no file of these is written. */
const refusedFor = async (name: string, args: readonly string[], variables = {}) => {
  const files = () => [terminal.text(), terminal.text(`${terminal.home}/.aws/config`)]
  const before = files()
  const { status, stderr } = await ekscope(args, variables)
  expect([args, status, stderr]).toEqual([args, 3, expect.stringContaining(`“${name}” is production`)])
  expect(files()).toEqual(before)
}

test('who changes whom production acts as is asked: a profile or session that comes, and the profile that the environment chooses', async () => {
  terminal.write('.aws/config', '[profile p]\nregion = eu-west-1\n[profile s]\nsso_session = corp\n')
  await done(['split-user', 'dev', 'dev-user'])
  await done(['set-profile', 'prod-admin', 'ghost', '--force'])
  await done(['production', 'prod-admin', 'prod-read', '--without-terminal', 'refuse'])
  await refusedFor('prod-admin', ['profile', 'add', 'ghost', 'region=eu-west-1'])
  await refusedFor('prod-read', ['profile', 'add', 'default', 'region=eu-west-1'])
  await refusedFor('prod-read', ['profile', 'set', 'p', 'region', 'x'], { AWS_PROFILE: 'p' })
  await done(['profile', 'set', 'p', 'region', 'eu-west-2'])
  // Nor is it undone where production acts by it by then.
  await refusedFor('prod-read', ['undo'], { AWS_PROFILE: 'p' })
  await done(['undo'])
  // The session of a profile that production names.
  await done(['production', '--without-terminal', 'go-on'])
  await done(['set-profile', 'prod-admin', 's'])
  await done(['production', '--without-terminal', 'refuse'])
  await refusedFor('prod-admin', [
    ...['profile', 'add-session', 'corp', 'sso_start_url=https://corp.awsapps.com/start'],
    'sso_region=eu-west-1',
  ])
})

test('what makes a context production, or kubectl use one, is asked: an undo, and a name that leads elsewhere', async () => {
  terminal.write('.aws/config', '')
  await done(['clone', 'dev', 'other'])
  await done(['use', 'dev'])
  const [away, there] = ['name: dev, context: {cluster: dev,', `name: dev, context: {cluster: "${arn}",`]
  // Another program leads dev to production and back, with a write of ours in between.
  terminal.write('.kube/config', terminal.text().replace(away, there))
  await done(['set-namespace', 'other', 'web'])
  terminal.write('.kube/config', terminal.text().replace(there, away))
  await done(['production', '--cluster', '*:cluster/pay', '--without-terminal', 'refuse'])
  await done(['set-namespace', 'other', 'api'])
  const { writes } = await json('history')
  const { id } = writes.find(({ by }: { readonly by: string }) => by === 'others')
  await refusedFor('dev', ['undo', id])

  // kubectl takes the first file that has a name: once that one has none, the name leads to production.
  const two = {
    KUBECONFIG: `${terminal.file}:${terminal.write('second', `contexts:\n- {${there} user: b}}\n`)}`,
  }
  await done(['use', 'other'], two)
  await refusedFor('dev', ['delete', 'dev'], two)
  await done(['delete', 'dev'], { KUBECONFIG: terminal.file })
  // And away from it again.
  await refusedFor('dev', ['restore', (await json('history')).writes[0].id], two)
})

test('a mark is taken back as production is used: by its name, or not at all; a blank name is not meant by Enter', async () => {
  await done(['production', 'prod-admin', '--pattern', ' ', '--without-terminal', 'refuse'])
  const refused = await ekscope(['production', '--none', 'prod-admin'])
  expect([refused.status, refused.stderr]).toEqual([3, expect.stringContaining('“prod-admin” is production')])
  expect((await json('production')).contexts).toEqual(['prod-admin'])
  const [taken, blank] = ['ekscope production --none prod-admin', "ekscope production --none ' '"]
  expect(await onTerminal(taken, 'prod-read\n')).toContain('status 3')
  expect(await onTerminal(taken, 'prod-admin\n')).toContain('status 0')
  expect(await onTerminal(blank, '\n')).toMatch(
    /“ ” is production. Type “production” to go on: (.|\n)*status 3/,
  )
  expect(await onTerminal(blank, 'production\n')).toContain('status 0')
  expect((await json('production')).marks).toEqual([])
})
