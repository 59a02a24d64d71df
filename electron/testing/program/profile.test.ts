/** `ekscope profile`: what it writes into the AWS config file, what follows, and the way back. */
import { existsSync, lstatSync, readFileSync, statSync, symlinkSync, unlinkSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { createServices } from '../../services'
import { useTerminal } from './terminal'

const user = (name: string, args: string, env = '') => `- name: ${name}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, ${args}eks, get-token, --cluster-name, c, --output, json]${env}
`
const terminal = useTerminal({
  inProcess: true,
  config: `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://c.example"}}
contexts:
- {name: by-arg, context: {cluster: c, user: by-arg}}
- {name: twin, context: {cluster: c, user: by-arg}}
- {name: by-env, context: {cluster: c, user: by-env}}
- {name: elsewhere, context: {cluster: c, user: elsewhere}}
users:
${user('by-arg', '--profile, hub, ')}${user('by-env', '', '\n      env: [{name: AWS_PROFILE, value: hub}]')}${user('elsewhere', '', '\n      env: [{name: AWS_PROFILE, value: hub}, {name: AWS_CONFIG_FILE, value: /elsewhere}]')}`,
  aws: `# by hand
[profile hub]
aws_access_key_id = AKIAEXAMPLE000000001
aws_secret_access_key = SECRET-IN-CONFIG
region = eu-west-1

[profile pay]
role_arn = arn:aws:iam::111122223333:role/Pay
source_profile = hub
`,
})
const { ekscope, done, write } = terminal
const config = () => path.join(terminal.home, '.aws/config')
const text = () => readFileSync(config(), 'utf8')
const lastId = async () =>
  (JSON.parse((await done(['history', '--json'])).stdout).writes[0] as { id: string }).id

test('a key is set, shown before without a secret, named in the history, and put back', async () => {
  const before = text()
  const dry = await done(['profile', 'set', 'hub', 'region', 'us-east-1', '--dry-run'])
  expect(dry.stdout).toBe(`--- ${config()}
+++ ${config()}
@@ -2,7 +2,7 @@
 [profile hub]
 aws_access_key_id = AKIAEXAMPLE000000001
 aws_secret_access_key = ••••••
-region = eu-west-1
+region = us-east-1
 
 [profile pay]
 role_arn = arn:aws:iam::111122223333:role/Pay
`)
  expect(dry.stderr).toBe(
    'Contexts that name this profile, or one that comes from it: by-arg, twin, by-env.\n',
  )
  expect(text()).toBe(before)
  const { stdout } = await done(['profile', 'set', 'hub', 'region', 'us-east-1'])
  const id = await lastId()
  expect(stdout).toBe(
    `profile hub: region eu-west-1 → us-east-1\nwrote ${config()}\nto undo this: ekscope undo ${id}\n`,
  )
  expect(text()).toBe(before.replace('eu-west-1', 'us-east-1'))
  const shown = await done(['history', id])
  expect(shown.stdout).toBe(dry.stdout)
  expect(JSON.parse((await done(['history', '--json'])).stdout)).toMatchObject({
    writes: [
      {
        id,
        by: 'terminal',
        titles: ['profile hub: region eu-west-1 → us-east-1'],
        files: [{ path: config() }],
      },
    ],
    outside: [],
  })
  expect((await done(['profile', 'set', 'hub', 'region', 'us-east-1'])).stdout).toMatch(/^Nothing to do/)
  expect((await done(['undo'])).stdout).toContain('undone: profile hub: region eu-west-1 → us-east-1')
  expect(text()).toBe(before)
  await done(['redo'])
  expect(text()).toBe(before.replace('eu-west-1', 'us-east-1'))
})

test('a renamed profile takes its references and its contexts along, and comes back with them', async () => {
  const [before, kubeconfig] = [text(), terminal.text()]
  const dry = await done(['profile', 'rename', 'hub', 'the hub', '--dry-run'])
  expect(dry.stderr).toBe(
    'Contexts that name this profile, or one that comes from it: by-arg, twin, by-env.\n',
  )
  expect(dry.stdout).toContain("+[profile 'the hub']")
  expect(dry.stdout).toContain('+source_profile = the hub')
  expect(dry.stdout).toContain(`+++ ${terminal.file}`)
  expect([text(), terminal.text()]).toEqual([before, kubeconfig])
  const { stdout } = await done(['profile', 'rename', 'hub', 'the hub', '--json'])
  const { id, contexts, files, changes } = JSON.parse(stdout)
  expect(changes).toEqual([
    'profile hub: renamed to the hub',
    'by-arg: profile hub (--profile) → the hub (--profile)',
    'twin: profile hub (--profile) → the hub (--profile)',
    'by-env: profile hub (AWS_PROFILE) → the hub (AWS_PROFILE)',
  ])
  expect(contexts).toEqual(['by-arg', 'twin', 'by-env'])
  expect(files.map((one: { path: string }) => one.path)).toEqual([config(), terminal.file])
  expect(text()).toBe(
    before
      .replace('[profile hub]', "[profile 'the hub']")
      .replace('source_profile = hub', 'source_profile = the hub'),
  )
  const { contexts: rows } = JSON.parse((await done(['list', '--json'])).stdout)
  expect(
    rows.map(({ profile, profilePinnedBy }: Record<string, string>) => [profile, profilePinnedBy]),
  ).toEqual([
    ['the hub', 'arg'],
    ['the hub', 'arg'],
    ['the hub', 'env'],
    ['hub', 'env'],
  ])
  await done(['undo', id])
  expect([text(), terminal.text()]).toEqual([before, kubeconfig])
})

test('where contexts cannot follow, the profile keeps its name', async () => {
  const before = text()
  const { status, stderr } = await ekscope(['profile', 'rename', 'hub', 'x'], { AWS_PROFILE: 'hub' })
  expect([status, stderr]).toEqual([
    0,
    'ekscope: warning: AWS_PROFILE of the app’s environment names profile hub. Change the name there to x: until then aws fails in that environment.\n',
  ])
  await done(['undo'])
  expect(text()).toBe(before)
  const named = terminal.file
  await rename(named, `${named}.real`)
  await writeFile(named, readFileSync(`${named}.real`, 'utf8'), { mode: 0o444 })
  const refused = await ekscope(['profile', 'rename', 'hub', 'x'])
  expect([refused.status, text()]).toEqual([3, before])
  expect(refused.stderr).toContain('add --force')
})

test('a profile that others need is deleted only when that is allowed', async () => {
  const refused = await ekscope(['profile', 'delete', 'hub'])
  expect([refused.status, refused.stderr]).toEqual([
    3,
    'ekscope: Profile hub is named by profile pay and by context by-arg, twin, by-env, which would have no identity without that profile. Let these name another profile first, or allow the change all the same (--apply-to-shared).\n',
  ])
  const before = text()
  await done(['profile', 'delete', 'hub', '--apply-to-shared'])
  expect(text()).toBe(
    '# by hand\n[profile pay]\nrole_arn = arn:aws:iam::111122223333:role/Pay\nsource_profile = hub\n',
  )
  await done(['undo'])
  expect(text()).toBe(before)
})

test('what could not work as it is written is warned about', async () => {
  const role = 'role_arn=arn:aws:iam::111122223333:role/R'
  const { status, stderr } = await ekscope(['profile', 'add', 'lost', role, 'source_profile=nobody'])
  expect([status, stderr]).toEqual([
    0,
    expect.stringMatching(/^ekscope: warning: .*“nobody” of profile lost does not exist/),
  ])
  expect((await ekscope(['profile', 'add', 'found', role, 'source_profile=hub'])).stderr).toBe('')
  // As it was before, it is no news.
  expect((await ekscope(['profile', 'set', 'lost', 'region', 'eu-west-1'])).stderr).toBe('')
})

test('the credentials file is read and never written', async () => {
  const credentials = write('.aws/credentials', '[hub]\nregion = x\n[keys]\naws_access_key_id = A\n')
  const was = [readFileSync(credentials, 'utf8'), statSync(credentials, { bigint: true }).mtimeNs]
  for (const [words, why] of [
    [['set', 'hub', 'region', 'y'], 'which wins; Ekscope never writes the credentials file'],
    [['rename', 'keys', 'x'], 'so the profile cannot be renamed here'],
    [['delete', 'keys'], 'so the profile cannot be deleted here'],
  ] as const) {
    const { status, stderr } = await ekscope(['profile', ...words])
    expect([status, stderr]).toEqual([3, expect.stringContaining(why)])
  }
  await done(['profile', 'set', 'keys', 'region', 'eu-north-1'])
  expect(text()).toMatch(/\n\n\[profile keys\]\nregion = eu-north-1\n$/)
  expect([readFileSync(credentials, 'utf8'), statSync(credentials, { bigint: true }).mtimeNs]).toEqual(was)
})

test('an undo leaves what others wrote since, and writes nothing where that was the same setting', async () => {
  await done(['profile', 'set', 'pay', 'region', 'eu-west-1'])
  const id = await lastId()
  await writeFile(config(), `${text().replace('# by hand', '# by others')}\n[profile new]\nregion = x\n`)
  await done(['undo', id])
  expect(text()).toContain('# by others')
  expect(text()).toContain('[profile new]')
  expect(text()).not.toContain('source_profile = hub\nregion')
  await done(['redo'])
  await writeFile(
    config(),
    text().replace('source_profile = hub\nregion = eu-west-1', 'source_profile = hub\nregion = us-east-2'),
  )
  const before = text()
  const refused = await ekscope(['undo', id])
  expect([refused.status, text()]).toEqual([3, before])
  expect(refused.stderr).toContain('The region of the profile “pay” is “us-east-2” now.')
  expect((await ekscope(['undo', id, '--dry-run'])).status).toBe(3)
  await done(['restore', id])
  expect(text()).toMatch(/^# by hand\n/)
})

test('a window that nobody answers brings back no program and no address', async () => {
  await done(['profile', 'set', 'pay', 'credential_process', '/opt/x'])
  const set = await lastId()
  await done(['undo'])
  const window = createServices({ ...terminal.machine(), filesOf: 'login-shell' })
  const ask = {
    id: await lastId(),
    way: 'undo',
    contexts: null,
    revisions: null,
    sharedAllowed: true,
  } as const
  const before = text()
  expect(await window.editing.undo(ask, new AbortController().signal)).toMatchObject({
    ok: false,
    fault: {
      code: 'not-allowed',
      message: `That change would bring credential_process into [profile pay] of ${config()}.`,
    },
  })
  expect(text()).toBe(before)
  await done(['redo'])
  // What takes it away may come from there.
  expect(await window.editing.undo({ ...ask, id: set }, new AbortController().signal)).toMatchObject({
    ok: true,
  })
  await done(['profile', 'set', 'pay', 'region', 'x'])
  const region = { ...ask, id: await lastId() }
  expect(await window.editing.undo(region, new AbortController().signal)).toMatchObject({ ok: true })
  await window.close()
})

test('a new file is for its owner alone, and a link stays one', async () => {
  const elsewhere = path.join(terminal.home, 'aws.ini')
  const more = { AWS_CONFIG_FILE: elsewhere }
  await done(['profile', 'add', 'a', 'region=eu-west-1', 'output=json'], more)
  expect([readFileSync(elsewhere, 'utf8'), statSync(elsewhere).mode & 0o777]).toEqual([
    '[profile a]\nregion = eu-west-1\noutput = json\n',
    0o600,
  ])
  await done(['profile', 'clone', 'a', 'b', 'region=eu-west-2'], more)
  expect(readFileSync(elsewhere, 'utf8')).toMatch(/\n\n\[profile b\]\nregion = eu-west-2\noutput = json\n$/)
  const link = path.join(terminal.home, 'link')
  symlinkSync(elsewhere, link)
  await done(['profile', 'add-session', 'corp', 'sso_region=eu-west-1'], { AWS_CONFIG_FILE: link })
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(readFileSync(elsewhere, 'utf8')).toMatch(/\[sso-session corp\]\nsso_region = eu-west-1\n$/)
  expect([existsSync(`${elsewhere}.lock`), existsSync(`${link}.lock`)]).toEqual([false, false])
  // A link that leads elsewhere since: a restore would do no better than an undo.
  unlinkSync(link)
  symlinkSync(config(), link)
  const { stderr } = await ekscope(['undo'], { AWS_CONFIG_FILE: link })
  expect(stderr).toMatch(/ now leads to another file .* Let the path lead there again/)
})

test.skipIf(!full)(
  'a config file is the same by whatever name: contexts follow, deleting asks, and undo finds the write',
  async () => {
    const link = path.join(terminal.home, 'link')
    symlinkSync(config(), link)
    await writeFile(terminal.file, terminal.text().replace('/elsewhere', link))
    const before = [text(), terminal.text()]
    const { contexts } = JSON.parse((await done(['profile', 'rename', 'hub', 'x', '--json'])).stdout)
    expect(contexts).toEqual(['by-arg', 'twin', 'by-env', 'elsewhere'])
    expect(terminal.text()).not.toContain('hub')
    expect((await ekscope(['profile', 'delete', 'pay', 'x'])).stderr).toContain('by-env, elsewhere')
    await done(['undo'], { AWS_CONFIG_FILE: link })
    expect([text(), terminal.text()]).toEqual(before)
    const { stderr } = await ekscope(['profile', 'set', 'hub', 'region', 'x'], { AWS_CONFIG_FILE: '' })
    expect(stderr).toMatch(
      /AWS_CONFIG_FILE of .* is empty, so aws reads no config file\. Unset AWS_CONFIG_FILE/,
    )
  },
)

test('a config file that is named from a folder comes back from any other', async () => {
  const before = text()
  const aws = { cwd: path.dirname(config()) }
  const set = ['profile', 'set', 'hub', 'region', 'us-east-1']
  const { stdout } = await ekscope(set, { AWS_CONFIG_FILE: 'config' }, aws)
  expect(stdout).toContain(`wrote ${config()}\n`)
  await done(['undo'])
  expect(text()).toBe(before)
})

test('what to type next is one word each to a shell', async () => {
  const { stderr } = await ekscope(['profile', 'set', 'no body', 'region', 'x;y'])
  expect(stderr).toContain("`ekscope profile add 'no body' 'region=x;y'`.\n")
  const renamed = await ekscope(['profile', 'rename', 'default', 'x;y'])
  expect(renamed.stderr).toContain("`ekscope profile clone default 'x;y'`.\n")
})

test('wrong words are wrong usage', async () => {
  for (const words of [
    [],
    ['set', 'a'],
    ['frob', 'a'],
    ['add', 'a', 'region'],
    ['rename', 'a'],
    ['delete', '--none', 'a'],
  ])
    expect((await ekscope(['profile', ...words])).status, words.join(' ')).toBe(2)
})
