/** The writing commands of the built terminal program, as real processes; every result read by the real kubectl. */
import { chmod, link, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { useTerminal } from './terminal'

const role = 'arn:aws:iam::111122223333:role/Admin'
const exec = (more: string) =>
  `{apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, us-west-2, eks, get-token, --cluster-name, prod, --output, json]${more}}`
const config = `# written by hand
apiVersion: v1
kind: Config
current-context: admin # the one I use
clusters:
- name: prod
  cluster: {server: "https://prod.test", certificate-authority: pki/ca.crt} # first
- name: stage
  cluster: {server: "https://stage.test"}
contexts:
- name: admin # mine
  context: {cluster: prod, user: shared, namespace: web}
- name: reader
  context: {cluster: prod, user: shared}
- name: stage
  context: {cluster: stage, user: stage}
- name: static
  context: {cluster: stage, user: static}
users:
- name: shared
  user: {exec: ${exec(', env: [{name: AWS_PROFILE, value: pay}]')}}
- name: stage # its own
  user: {exec: ${exec('')}}
- name: static
  user: {token: canary-token-of-the-file}
`
const aws = `[profile pay]
role_arn = ${role}
source_profile = base
[profile base]
aws_access_key_id = AKIAEXAMPLE000000001
aws_secret_access_key = secretsecretsecretsecretsecretsecretsecr
`

const terminal = useTerminal({ config, aws, inProcess: true })
const { ekscope, done, kubectl, text } = terminal

/** Lines that two texts do not have in common, as diff counts them. */
function changed(before: string, after: string) {
  const [old, now] = [before.split('\n'), after.split('\n')]
  return {
    removed: old.filter((line) => !now.includes(line)),
    added: now.filter((line) => !old.includes(line)),
  }
}

describe('one value', () => {
  test('set-namespace changes one line and keeps the comments', async () => {
    const { stdout } = await done(['set-namespace', 'admin', 'pay'])
    expect(stdout).toContain('admin: namespace web → pay\n')
    expect(stdout).toContain(`wrote ${terminal.file}\n`)
    expect(changed(config, text())).toEqual({
      removed: ['  context: {cluster: prod, user: shared, namespace: web}'],
      added: ['  context: {cluster: prod, user: shared, namespace: pay}'],
    })
    expect((await kubectl()).contexts.get('admin')?.namespace).toBe('pay')
    await done(['set-namespace', 'admin', '--none'])
    expect((await kubectl()).contexts.get('admin')?.namespace).toBeUndefined()
  })

  test('a name that kubectl would misread is quoted; one that no namespace can have is written with a warning', async () => {
    const { stderr } = await done(['set-namespace', 'admin', 'on'])
    expect(stderr).toBe('')
    expect((await kubectl()).contexts.get('admin')?.namespace).toBe('on')
    const odd = await done(['set-namespace', 'admin', 'No Such'])
    expect(odd.stderr).toMatch(/^ekscope: warning: .*not a valid namespace name\. .+\n$/)
    expect((await kubectl()).contexts.get('admin')?.namespace).toBe('No Such')
  })

  test('set-role, set-profile and set-region change the arguments of the own user', async () => {
    await done(['set-role', 'stage', role])
    await done(['set-profile', 'stage', 'base'])
    await done(['set-region', 'stage', 'eu-west-1'])
    const args = async () => (await kubectl()).users.get('stage')?.exec?.args.join(' ')
    expect(await args()).toBe(
      `--region eu-west-1 --profile base eks get-token --cluster-name prod --output json --role ${role}`,
    )
    await done(['set-profile', 'stage', 'base', '--pin', 'env'])
    expect((await kubectl()).users.get('stage')?.exec?.env).toEqual([{ name: 'AWS_PROFILE', value: 'base' }])
    await done(['set-role', 'stage', '--none'])
    await done(['set-profile', 'stage', '--none'])
    expect(await args()).toBe('--region eu-west-1 eks get-token --cluster-name prod --output json')
    expect((await kubectl()).users.get('stage')?.exec?.env).toEqual([])
  })

  test('set-server, set-proxy and set-tls-server-name change the cluster entry as kubectl reads it', async () => {
    const cluster = async () => (await kubectl()).clusters.get('prod')
    await done(['set-server', 'admin', 'https://localhost:8443', '--apply-to-shared'])
    await done(['set-proxy', 'admin', 'socks5://localhost:1080', '--apply-to-shared'])
    await done(['set-tls-server-name', 'admin', 'prod.example.com', '--apply-to-shared'])
    expect(await cluster()).toMatchObject({
      server: 'https://localhost:8443',
      'proxy-url': 'socks5://localhost:1080',
      'tls-server-name': 'prod.example.com',
    })
    await done(['set-proxy', 'admin', '--none', '--apply-to-shared'])
    await done(['set-tls-server-name', 'admin', '--none', '--apply-to-shared'])
    expect(await cluster()).not.toHaveProperty('proxy-url')
    expect(await cluster()).not.toHaveProperty('tls-server-name')
    const wrong = await ekscope(['set-server', 'admin', 'localhost:8443', '--apply-to-shared'])
    expect([wrong.status, wrong.stderr]).toEqual([3, expect.stringContaining('https://')])
  })

  test('a role on top of a profile that assumes one is written, with a warning that names the source', async () => {
    const { stderr } = await done(['clone', 'admin', 'other', '--role', 'arn:aws:iam::111122223333:role/B'])
    expect(stderr).toMatch(
      /^ekscope: warning: Profile “pay” already assumes .*role\/Admin.*use profile “base”/,
    )
    const both = await ekscope(['set-role', 'other', role, '--json'])
    expect(JSON.parse(both.stdout)).toMatchObject({ written: true, warnings: [{}] })
  })

  test('a profile that no file has is written, with one warning', async () => {
    const { stderr } = await done(['set-profile', 'stage', 'gone'])
    expect(stderr).toMatch(/^ekscope: warning: Profile “gone” is in neither the AWS config nor .*\n$/)
    expect(stderr.match(/warning:/g)).toHaveLength(1)
  })

  test('what is so already writes nothing', async () => {
    const before = await stat(terminal.file)
    const { stdout } = await done(['set-namespace', 'admin', 'web'])
    expect(stdout).toBe('Nothing to do: everything is already as requested.\n')
    expect((await stat(terminal.file)).mtimeMs).toBe(before.mtimeMs)
    expect(JSON.parse((await done(['use', 'admin', '--json'])).stdout)).toMatchObject({
      written: false,
      id: null,
      files: [],
    })
  })

  test('an entry that runs no aws is refused with the reason', async () => {
    const run = await ekscope(['set-role', 'static', role])
    expect(run).toMatchObject({ status: 3, stdout: '' })
    expect(run.stderr).toContain('runs no command')
    expect(text()).toBe(config)
  })
})

describe('shared entries', () => {
  test('without permission nothing is written: the other contexts are named, and split-user', async () => {
    const run = await ekscope(['set-role', 'admin', role])
    expect(run).toMatchObject({ status: 3, stdout: '' })
    expect(run.stderr).toMatch(/^ekscope: .*reader.*split-user.*--apply-to-shared.*\n$/)
    expect(text()).toBe(config)
  })

  test('a dry run needs no permission and lists them', async () => {
    const human = await done(['set-role', 'admin', role, '--dry-run'])
    expect(human.stderr).toContain('“reader”')
    expect(human.stdout).toMatch(new RegExp(`^--- ${terminal.file}\n\\+\\+\\+ ${terminal.file}\n@@ `))
    const { stdout } = await done(['set-role', 'admin', role, '--dry-run', '--json'])
    const plan = JSON.parse(stdout)
    expect(plan.alsoChanges).toEqual(['reader'])
    expect(plan.files).toEqual([{ path: terminal.file, diff: human.stdout }])
    expect(text()).toBe(config)
  })

  test('with permission the entry is changed for all contexts, which is said', async () => {
    const { stdout } = await done(['set-role', 'admin', role, '--apply-to-shared'])
    expect(stdout).toContain('also changed: reader\n')
    expect((await kubectl()).users.get('shared')?.exec?.args).toContain(role)
  })

  test('split-user gives a user of its own, once', async () => {
    await done(['split-user', 'admin'])
    const first = await kubectl()
    expect(first.contexts.get('admin')?.user).toBe('admin')
    expect(first.users.get('admin')).toEqual(first.users.get('shared'))
    expect((await done(['split-user', 'admin'])).stdout).toContain('Nothing to do')
    await done(['set-role', 'admin', role])
    expect((await kubectl()).users.get('shared')?.exec?.args).not.toContain(role)
    await done(['clone', 'reader', 'third'])
    expect((await ekscope(['split-user', 'stage', 'admin'])).stdout).toContain('Nothing to do')
  })

  test('a name for the new user that is taken is refused', async () => {
    const run = await ekscope(['split-user', 'admin', 'stage'])
    expect(run).toMatchObject({ status: 3 })
    expect(text()).toBe(config)
  })
})

describe('whole contexts', () => {
  test('rename takes current-context along; --cascade its user and cluster, when they are its alone', async () => {
    await done(['rename', 'admin', 'boss', '--cascade'])
    const one = await kubectl()
    expect(one.current).toBe('boss')
    expect(one.contexts.get('boss')).toEqual({ cluster: 'prod', user: 'shared', namespace: 'web' })
    await done(['delete', 'static'])
    await done(['rename', 'stage', 'no', '--cascade'])
    expect((await kubectl()).contexts.get('no')).toEqual({ cluster: 'no', user: 'no' })
    expect((await ekscope(['rename', 'no', 'boss'])).status).toBe(3)
  })

  test('clone has a user of its own, with another role or profile; only its own lines are new', async () => {
    await done(['clone', 'admin', 'ops', '--profile', 'base', '--role', role])
    const { removed } = changed(config, text())
    expect(removed).toEqual([])
    const read = await kubectl()
    expect(read.contexts.get('ops')).toEqual({ cluster: 'prod', user: 'ops', namespace: 'web' })
    expect(read.users.get('ops')?.exec?.args).toContain(role)
    expect(read.users.get('ops')?.exec?.env).toEqual([{ name: 'AWS_PROFILE', value: 'base' }])
    expect(read.users.get('shared')?.exec?.args).not.toContain(role)
    expect(read.current).toBe('admin')
  })

  test('delete takes what nobody else uses, keeps what others do, and empties current-context aloud', async () => {
    const { stdout } = await done(['delete', 'admin', 'stage'])
    expect(stdout).toContain('current-context was admin and is empty now\n')
    const read = await kubectl()
    expect([...read.contexts.keys()]).toEqual(['reader', 'static'])
    expect([...read.users.keys()]).toEqual(['shared', 'static'])
    expect([...read.clusters.keys()].sort()).toEqual(['prod', 'stage'])
    expect(read.current).toBe('')
    await done(['delete', 'static', '--keep-orphans'])
    expect((await kubectl()).users.has('static')).toBe(true)
  })

  test('use moves current-context, as kubectl sees it', async () => {
    await done(['use', 'stage'])
    expect((await kubectl()).current).toBe('stage')
    expect(text()).toContain('current-context: stage # the one I use')
  })

  test('several files: a change goes where the entry is, the earlier file wins', async () => {
    const second = path.join(terminal.home, '.kube/second')
    await writeFile(
      second,
      config.replace('namespace: web', 'namespace: other').replace('name: reader', 'name: late'),
    )
    const KUBECONFIG = `${terminal.file}:${second}`
    await done(['set-namespace', 'late', 'x'], { KUBECONFIG })
    await done(['set-namespace', 'admin', 'y'], { KUBECONFIG })
    expect((await kubectl(second)).contexts.get('late')?.namespace).toBe('x')
    expect((await kubectl(second)).contexts.get('admin')?.namespace).toBe('other')
    expect((await kubectl(terminal.file, second)).contexts.get('admin')?.namespace).toBe('y')
  })

  test('move takes its own user and cluster along and rewrites relative paths', async () => {
    const target = path.join(terminal.home, 'team/config')
    await mkdir(path.dirname(target))
    const { stdout, stderr } = await done(['move', 'admin', 'reader', '--to', 'team/config'])
    expect(stderr).toMatch(/not one of the files in use.*KUBECONFIG/)
    expect(stdout).toContain('current-context was admin and is empty now\n')
    const there = await kubectl(target)
    expect([...there.contexts.keys()]).toEqual(['admin', 'reader'])
    expect(there.users.has('shared')).toBe(true)
    expect(there.clusters.get('prod')).toMatchObject({ 'certificate-authority': '../.kube/pki/ca.crt' })
    expect([...(await kubectl()).contexts.keys()]).toEqual(['stage', 'static'])
    expect((await stat(target)).mode & 0o777).toBe(0o600)
  })

  test.skipIf(!full)('names that are taken in the other file: renamed, skipped or refused', async () => {
    const target = path.join(terminal.home, 'other')
    const theirs = `apiVersion: v1
kind: Config
clusters: [{name: stage, cluster: {server: "https://theirs.test"}}]
contexts: [{name: stage, context: {cluster: stage, user: stage}}]
users: [{name: stage, user: {token: x}}]
`
    await writeFile(target, theirs)
    const failed = await ekscope(['move', 'stage', '--to', target, '--on-conflict', 'fail'])
    expect([failed.status, text(target)]).toEqual([3, theirs])
    const skipped = await done(['move', 'stage', '--to', target, '--on-conflict', 'skip'])
    expect(skipped.stderr).toContain('was not moved')
    expect(text(target)).toBe(theirs)
    await done(['move', 'stage', '--to', target])
    const read = await kubectl(target)
    expect(read.contexts.get('stage')).toEqual({ cluster: 'stage', user: 'stage' })
    expect(read.contexts.get('stage-2')).toEqual({ cluster: 'stage-2', user: 'stage-2' })
    expect(read.clusters.get('stage-2')).toEqual({ server: 'https://stage.test' })
  })
})

test('what others go on using keeps its name when a context moves within the list', async () => {
  const second = path.join(terminal.home, 'second')
  await writeFile(
    second,
    'clusters: [{name: prod, cluster: {server: "https://hidden.test"}}]\ncontexts: []\nusers: []\n',
  )
  await done(['move', 'reader', '--to', second], { KUBECONFIG: `${terminal.file}:${second}` })
  const read = await kubectl(terminal.file, second)
  expect(read.contexts.get('reader')).toEqual({ cluster: 'prod', user: 'shared' })
  expect(read.contexts.get('admin')?.cluster).toBe('prod')
  expect([...read.clusters.keys()]).toEqual(['prod', 'stage'])
})

describe('import and export', () => {
  const incoming = `apiVersion: v1
kind: Config
clusters: [{name: prod, cluster: {server: "https://incoming.test"}}]
contexts: [{name: admin, context: {cluster: prod, user: me}}, {name: fresh, context: {cluster: prod, user: me}}]
users: [{name: me, user: {token: canary-imported}}]
`
  test('from a file: collisions are renamed together with what refers to them, and that is said', async () => {
    const from = path.join(terminal.home, 'incoming')
    await writeFile(from, incoming)
    const dry = await done(['import', from, '--dry-run'])
    expect(dry.stdout + dry.stderr).not.toContain('canary')
    expect(dry.stderr.replace(/ +/g, ' ')).toBe(
      'cluster prod\n server https://incoming.test\n certificate by the authorities that the system trusts\n for admin, fresh\nuser me\n token in the entry\n for admin, fresh\n“admin” is taken here and becomes “admin-2”.\n',
    )
    const { stderr } = await done(['import', from])
    expect(stderr).toContain('“admin” is taken here and becomes “admin-2”.')
    const read = await kubectl()
    expect(read.contexts.get('admin-2')).toEqual({ cluster: 'prod-2', user: 'me' })
    expect(read.users.get('me')).toEqual({ token: 'canary-imported' })
    expect(read.current).toBe('admin')
    const again = await done(['import', from])
    expect([again.stdout, again.stderr]).toEqual(['Nothing to do: everything is already as requested.\n', ''])
  })

  test('from standard input into a file that is not there yet: it is made, 0600', async () => {
    const target = path.join(terminal.home, 'new/config')
    const run = await ekscope(['import', '-', '--kubeconfig', target], {}, { input: incoming })
    expect(run.status).toBe(0)
    expect(run.stdout).toContain(`created ${target}`)
    expect([...(await kubectl(target)).contexts.keys()]).toEqual(['admin', 'fresh'])
    expect((await stat(target)).mode & 0o777).toBe(0o600)
  })

  test('into a file outside the list with all that it needs, whatever the list has', async () => {
    const from = path.join(terminal.home, 'incoming')
    await writeFile(from, incoming)
    await done(['import', from])
    const target = path.join(terminal.home, 'aside')
    const { stdout, stderr } = await done(['import', from, '--to', target, '--json'])
    expect(stderr).not.toContain('is taken here')
    expect(JSON.parse(stdout)).toMatchObject({
      clusters: [
        { name: 'prod', server: 'https://incoming.test', whose: 'imported', contexts: ['admin', 'fresh'] },
      ],
      users: [{ name: 'me', token: true, command: null, whose: 'imported' }],
    })
    expect(stdout).not.toContain('canary')
    const read = await kubectl(target)
    expect([...read.contexts.keys()]).toEqual(['admin', 'fresh'])
    expect(read.contexts.get('admin')).toEqual({ cluster: 'prod', user: 'me' })
    expect(read.users.get('me')).toEqual({ token: 'canary-imported' })
  })

  test('--on-conflict skip and fail', async () => {
    const skip = await ekscope(['import', '-', '--on-conflict', 'skip'], {}, { input: incoming })
    expect(skip.status).toBe(0)
    expect(skip.stderr).toMatch(/warning: The context “admin” is there already/)
    expect((await kubectl()).contexts.get('admin')?.namespace).toBe('web')
    await writeFile(terminal.file, config)
    const fail = await ekscope(['import', '-', '--on-conflict', 'fail'], {}, { input: incoming })
    expect([fail.status, text()]).toEqual([3, config])
  })

  test.skipIf(!full)(
    'what is told of an import is what it brings, by the names of the file that it goes into',
    async () => {
      const target = path.join(terminal.home, 'aside')
      await writeFile(target, incoming)
      const other = incoming.replace('https://incoming.test', 'https://another.test')
      const input = other
        .replace('contexts: [', 'contexts: [{name: extra, context: {cluster: spare, user: me}}, ')
        .replace('clusters: [', 'clusters: [{name: spare, cluster: {server: "https://spare.test"}}, ')
      const said = async (way: string) => {
        const into = ['import', '-', '--to', target, '--on-conflict', way]
        const dry = await ekscope([...into, '--dry-run'], {}, { input })
        const run = await ekscope([...into, '--json'], {}, { input })
        return { dry: dry.stderr, told: JSON.parse(run.stdout) }
      }
      const skip = await said('skip')
      expect(skip.told).toMatchObject({
        changes: ['extra: import'],
        contexts: ['extra'],
        clusters: [{ name: 'spare', contexts: ['extra'] }],
        users: [{ name: 'me', contexts: ['extra'] }],
        warnings: [
          { message: 'The cluster “prod” is there already and was not imported.' },
          { message: 'The context “admin” is there already and was not imported.' },
          { message: 'The context “fresh” is there already and was not imported.' },
        ],
      })
      expect(skip.dry).toContain('https://spare.test')
      expect(skip.dry).not.toContain('https://another.test')
      await writeFile(target, incoming)
      const { told, dry } = await said('rename')
      expect(told).toMatchObject({
        contexts: ['extra', 'admin', 'fresh'],
        renamed: [
          { name: 'admin', renamed: 'admin-2' },
          { name: 'fresh', renamed: 'fresh-2' },
        ],
      })
      expect(dry).toContain('“admin” is taken here and becomes “admin-2”.')
    },
  )

  test('what kubectl could not read is refused with its place', async () => {
    const run = await ekscope(['import', '-'], {}, { input: 'contexts:\n- name: on\n  context: {}\n' })
    expect(run).toMatchObject({ status: 3, stdout: '' })
    expect(run.stderr).toMatch(/line 2, column 9/)
    const gone = await ekscope(['import', '/nowhere/config'])
    expect([gone.status, gone.stderr]).toEqual([
      3,
      'ekscope: /nowhere/config does not exist. Check the path and its permissions.\n',
    ])
  })

  test('export goes to standard output or into a file of its own, never over another one unasked', async () => {
    const { stdout, stderr } = await done(['export', 'static', 'admin'])
    expect(stdout + stderr).not.toContain('canary')
    expect(stderr).toContain('Left out of user “static”: its token.')
    const out = path.join(terminal.home, 'out')
    await done(['export', 'static', '--secrets', '--out', out])
    expect((await kubectl(out)).users.get('static')).toEqual({ token: 'canary-token-of-the-file' })
    expect((await stat(out)).mode & 0o777).toBe(0o600)
    expect((await ekscope(['export', 'admin', '--out', out])).status).toBe(3)
    await done(['export', 'admin', '--out', out, '--force'])
    expect((await kubectl(out)).current).toBe('admin')
    expect((await ekscope(['export', 'admin', '--out', terminal.file, '--force'])).status).toBe(3)
    const json = JSON.parse((await done(['export', 'admin', '--json'])).stdout)
    expect(json).toMatchObject({ path: null, notes: expect.any(Array), kubeconfig: expect.any(String) })
  })
})

describe('history', () => {
  test('undo gives the same bytes; redo gives the change again', async () => {
    await done(['set-namespace', 'admin', 'pay'])
    const after = text()
    const dry = await done(['undo', '--dry-run'])
    expect(dry.stdout).toContain('+  context: {cluster: prod, user: shared, namespace: web}')
    expect(text()).toBe(after)
    await done(['undo'])
    expect(text()).toBe(config)
    await done(['redo'])
    expect(text()).toBe(after)
    const { writes } = JSON.parse((await done(['history', '--json'])).stdout)
    expect(writes).toHaveLength(3)
    expect(writes[2]).toMatchObject({ by: 'terminal', titles: ['admin: namespace web → pay'] })
    expect(writes[1]).toMatchObject({ undoes: writes[2].id })
    const shown = await done(['history', writes[2].id])
    expect(shown.stdout).toContain('+  context: {cluster: prod, user: shared, namespace: pay}')
  })

  test('an older write is taken back alone where it still fits, and refused with 3 where it does not', async () => {
    const first = JSON.parse((await done(['set-namespace', 'admin', 'pay', '--json'])).stdout).id
    await done(['use', 'stage'])
    await writeFile(terminal.file, `# another program\n${text()}`)
    await done(['undo', first])
    expect(text()).toBe(
      `# another program\n${config.replace('current-context: admin', 'current-context: stage')}`,
    )
    const second = JSON.parse((await done(['set-namespace', 'admin', 'x', '--json'])).stdout).id
    await done(['set-namespace', 'admin', 'y'])
    const run = await ekscope(['undo', second])
    expect(run).toMatchObject({ status: 3, stdout: '' })
    expect((await kubectl()).contexts.get('admin')?.namespace).toBe('y')
  })

  test('restore puts the whole file back, also over one that another program left torn, which no undo puts back', async () => {
    const { id } = JSON.parse((await done(['set-namespace', 'admin', 'pay', '--json'])).stdout)
    const torn = text().slice(0, 300)
    await writeFile(terminal.file, torn)
    expect((await ekscope(['use', 'stage'])).status).toBe(3)
    expect((await done(['restore', id])).stdout).toContain('no undo puts it back')
    expect(text()).toBe(config)
    const [own, tear] = JSON.parse((await done(['history', '--json'])).stdout).writes
    expect(tear).toMatchObject({ by: 'others', titles: [expect.stringMatching(/^cannot be read: line /)] })
    const refused = await ekscope(['undo', own.id])
    expect([refused.status, refused.stderr]).toEqual([
      3,
      expect.stringMatching(/was before this write cannot be read .*an earlier state that can be read/),
    ])
    expect(text()).toBe(config)
  }, 60_000)

  test('what others took away since is named by history', async () => {
    await done(['clone', 'admin', 'mine'])
    await done(['set-namespace', 'stage', 'x'])
    await writeFile(terminal.file, config.replace('name: reader', 'name: theirs'))
    await done(['use', 'stage'])
    const { stdout } = await done(['history'])
    expect(stdout).toMatch(/terminal .*current-context.*\n.* others .*mine: /)
    const { outside, writes } = JSON.parse((await done(['history', '--json'])).stdout)
    expect(writes[1]).toMatchObject({ by: 'others' })
    for (const title of ['mine: removed', 'mine: user removed', 'stage: changed', 'theirs: added'])
      expect(writes[1].titles).toContain(title)
    expect(outside).toMatchObject([{ after: writes[2].id, unknown: false }])
    // Its row says it; a second sentence would say it twice.
    expect((await done(['history'])).stderr).toBe('')
  })

  test('--purge forgets, with the secrets that were kept', async () => {
    await done(['rename', 'static', 'dynamic'])
    expect((await done(['history', '--purge', '--dry-run'])).stdout).toBe('1 write would be forgotten.\n')
    await done(['history', '--purge'])
    expect((await done(['history'])).stdout).toBe('Ekscope has written nothing here yet.\n')
    expect(await readdir(path.join(terminal.state, 'history'))).not.toContain('copies')
    expect((await ekscope(['undo'])).status).toBe(3)
    expect((await ekscope(['restore', 'nope'])).status).toBe(3)
  })
})

describe('what cannot be', () => {
  test('a context that is not there, a file that is not there: 3, one line', async () => {
    for (const args of [
      ['set-namespace', 'gone', 'x'],
      ['delete', 'admin', 'gone'],
      ['use', 'gone'],
      ['set-namespace', 'admin', 'x', '--kubeconfig', '/nowhere/config'],
      ['export', 'gone'],
      ['refresh', 'gone'],
      ['move', 'gone', '--to', 'x'],
    ]) {
      const run = await ekscope(args)
      expect([run.status, run.stdout]).toEqual([3, ''])
      expect(run.stderr).toMatch(/^ekscope: .*\. .+\n$/)
    }
    expect(text()).toBe(config)
  })

  test('one unreadable file of the list refuses every writing command, with its place', async () => {
    const bad = path.join(terminal.home, 'bad')
    await writeFile(bad, 'apiVersion: v1\ncontexts: [\n')
    const KUBECONFIG = `${terminal.file}:${bad}`
    const commands = [
      ['set-namespace', 'admin', 'x'],
      ['use', 'stage'],
      ['undo'],
      ['add', '--cluster', 'prod', '--region', 'us-west-2'],
      ['import', '-'],
    ]
    const runs = await Promise.all(
      commands.map((args) => ekscope(args, { KUBECONFIG }, args.includes('-') ? { input: '' } : undefined)),
    )
    for (const run of runs) {
      expect([run.status, run.stdout]).toEqual([3, ''])
      expect(run.stderr).toContain(`ekscope: ${bad}:`)
    }
    expect(text()).toBe(config)
  }, 60_000)

  test('a foreign lock is waited for, never removed: path, age and the rm are told', async () => {
    const lock = `${terminal.file}.lock`
    await writeFile(lock, '')
    const run = await ekscope(['use', 'stage', '--lock-wait', '1'])
    expect(run).toMatchObject({ status: 3, stdout: '' })
    expect(run.stderr).toContain(lock)
    expect(run.stderr).toMatch(/for \d+ s;.*rm /)
    expect(text(lock)).toBe('')
    const command = `${process.execPath} ${terminal.program} use stage --lock-wait 1 2>&1`
    const drawn = await terminal.run('script', ['-qec', command, '/dev/null'])
    expect(drawn.stdout).toContain(`waiting for the lock ${lock}`)
    expect(text()).toBe(config)
  })

  test('a write says what it replaced, also where another one came while it waited for the lock', async () => {
    const lock = `${terminal.file}.lock`
    await writeFile(lock, '')
    const run = ekscope(['set-namespace', 'admin', 'mine', '--lock-wait', '60'])
    // It reads within this time, or after the other write: then there is nothing to tell apart.
    await sleep(700)
    await writeFile(terminal.file, text().replace('namespace: web', 'namespace: theirs'))
    await rm(lock)
    expect((await run).stdout).toContain('admin: namespace theirs → mine')
    expect((await done(['history'])).stdout).toContain('admin: namespace theirs → mine')
  })

  test.skipIf(!full)('Ctrl+C while waiting for a lock ends it with nothing written', async () => {
    await writeFile(`${terminal.file}.lock`, '')
    const run = await terminal.run('/bin/sh', [
      '-c',
      '"$0" "$1" use stage & pid=$!; sleep 2; kill -INT $pid; wait $pid',
      process.execPath,
      terminal.program,
    ])
    expect(run.status).toBe(130)
    expect(run.stderr).toContain('nothing was written')
    expect(text()).toBe(config)
  })

  test('a hard link cannot be renamed over: said so, and written in place when asked', async () => {
    await link(terminal.file, path.join(terminal.home, 'twin'))
    const run = await ekscope(['use', 'stage'])
    expect(run.status).toBe(3)
    expect(run.stderr).toMatch(/hard link.*--in-place/)
    expect(text()).toBe(config)
    await done(['use', 'stage', '--in-place'])
    expect(text(path.join(terminal.home, 'twin'))).toContain('current-context: stage')
    await done(['undo', '--in-place'])
    expect(text(path.join(terminal.home, 'twin'))).toBe(config)
  })

  test('a symlink stays one, mode and CRLF stay', async () => {
    const real = path.join(terminal.home, 'dotfiles')
    await mkdir(real)
    const target = path.join(real, 'kube')
    await writeFile(target, config.replaceAll('\n', '\r\n'))
    await chmod(target, 0o640)
    const linked = path.join(terminal.home, 'linked')
    await symlink(target, linked)
    await done(['use', 'stage', '--kubeconfig', linked])
    expect(text(target)).toBe(
      config.replaceAll('\n', '\r\n').replace('current-context: admin', 'current-context: stage'),
    )
    expect((await stat(target)).mode & 0o777).toBe(0o640)
    const { lstat } = await import('node:fs/promises')
    expect((await lstat(linked)).isSymbolicLink()).toBe(true)
  })

  test('secrets are in no diff, no history listing and no JSON', async () => {
    const runs = [
      await done(['rename', 'static', 'dynamic', '--cascade', '--dry-run']),
      await done(['clone', 'static', 'copy', '--json']),
      await done(['delete', 'static', '--dry-run', '--json']),
      await done(['history', '--json']),
    ]
    const id = JSON.parse(runs[1]?.stdout ?? '').id
    runs.push(await done(['history', id]))
    for (const { stdout, stderr } of runs) expect(stdout + stderr).not.toContain('canary')
    expect(runs[0]?.stdout).toContain('+- name: dynamic')
  })

  test('names with controls and direction marks are never written raw to the terminal', async () => {
    const name = 'evil\u001b[31m\u202e\nx'
    const renamed = await done(['rename', 'stage', name])
    const runs = [renamed, await done(['set-namespace', name, 'x', '--dry-run']), await done(['history'])]
    for (const { stdout, stderr } of runs) expect(stdout + stderr).not.toMatch(/[\u001b\u202e]/)
    expect(renamed.stdout).toContain('evil⟨U+001B⟩[31m⟨U+202E⟩⟨U+000A⟩x')
    expect([...(await kubectl()).contexts.keys()]).toContain(name)
  })

  test('a name that begins with a dash needs --', async () => {
    await done(['rename', 'stage', '--', '--stage'])
    await done(['set-namespace', '--', '--stage', 'x'])
    expect((await kubectl()).contexts.get('--stage')?.namespace).toBe('x')
  })

  test('--json is one document on standard output and nothing else', async () => {
    const run = await done(['set-namespace', 'admin', 'No Such', '--json'])
    expect(Object.keys(JSON.parse(run.stdout))).toEqual([
      'written',
      'id',
      'changes',
      'files',
      'alsoChanges',
      'currentContext',
      'warnings',
      'takenBack',
    ])
  })
})

describe('wrong usage', () => {
  test.each<readonly [readonly string[]]>([
    [['set-role', 'admin']],
    [['set-role', 'admin', role, 'more']],
    [['set-role', 'admin', role, '--none']],
    [['set-role', 'admin', 'Admin']],
    [['set-profile', 'admin', 'pay', '--pin', 'maybe']],
    [['set-region', 'admin', 'mars']],
    [['set-namespace', 'admin', '']],
    [['set-server', 'admin', '--none']],
    [['rename', 'admin']],
    [['clone', 'admin', 'x', '--role', 'Admin']],
    [['delete']],
    [['move', 'admin']],
    [['import']],
    [['import', '-', '--on-conflict', 'explode']],
    [['export']],
    [['use', 'admin', 'stage']],
    [['redo', 'a', 'b']],
    [['reapply']],
    [['restore']],
    [['history', '--purge', 'x']],
    [['use', 'admin', '--lock-wait', '61']],
  ])('%j: status 2, one line, nothing written', async (args) => {
    const run = await ekscope(args)
    expect([run.status, run.stdout]).toEqual([2, ''])
    expect(run.stderr).toMatch(/^ekscope: .+\n$/)
    expect(run.stderr).toContain(`\`ekscope ${args[0]} --help\` shows what there is.`)
    expect(text()).toBe(config)
  })

  test('every command has a help of its own, which names every option that it takes', async () => {
    const { commandHelp, commandNamed, commandNames } = await import('../../cli/commands')
    const { optionsOf } = await import('../../cli/command')
    for (const name of commandNames) {
      const command = await commandNamed(name)
      if (command === null) throw new Error(`no command is called ${name}`)
      expect(command.usage.split(' ')[0]).toBe(name)
      const help = commandHelp(command)
      expect(help).toContain(`Usage: ekscope ${command.usage}`)
      for (const option of Object.keys(optionsOf(command))) {
        const hidden = name === 'export' && ['apply-to-shared', 'in-place', 'lock-wait'].includes(option)
        if (!hidden) expect(help, `${name} --${option}`).toContain(`--${option}`)
      }
    }
  })
})
