/** Undo, redo, reapply and restore through the built terminal program, between writes of the real kubectl. */
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { realProgram } from '../real-programs'
import { useTerminal } from './terminal'

const base = `apiVersion: v1
kind: Config
clusters:
- cluster:
    server: https://one.example.com
  name: c1
- cluster:
    server: https://two.example.com
  name: c2
contexts:
- context:
    cluster: c1
    user: u1
  name: x1
- context:
    cluster: c2
    user: u2
  name: x2
current-context: x1
users:
- name: u1
  user:
    token: secret1
- name: u2
  user:
    token: secret2
`
const terminal = useTerminal({ config: base, inProcess: true })
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`

const kubectlConfig = async (...args: readonly string[]) => {
  const done = await terminal.run(realProgram('kubectl'), ['config', ...args])
  expect([done.status, done.stderr]).toEqual([0, ''])
  return done.stdout
}
const answer = v.object({
  written: v.boolean(),
  id: v.nullable(v.string()),
  alsoChanges: v.array(v.string()),
  currentContext: v.nullable(v.object({ before: v.nullable(v.string()), after: v.nullable(v.string()) })),
})
const asked = async (...args: readonly string[]) =>
  v.parse(answer, JSON.parse((await terminal.done([...args, '--json'])).stdout))
const idOf = async (...args: readonly string[]): Promise<string> => (await asked(...args)).id ?? ''
/** Refused, with nothing written: what is said. */
async function refused(...args: readonly string[]): Promise<string> {
  const before = terminal.text()
  const { status, stderr } = await terminal.ekscope(args)
  expect([status, terminal.text()]).toEqual([3, before])
  return stderr
}
const titles = async () => {
  const { stdout } = await terminal.done(['history', '--json'])
  const { writes } = v.parse(
    v.object({ writes: v.array(v.object({ titles: v.array(v.string()) })) }),
    JSON.parse(stdout),
  )
  return writes.map(({ titles: [first] }) => first)
}

/** An entry as aws writes it; with kubectl's own additions where it is to stand as kubectl writes it. */
const user = (name: string, of: string | null, more = '') => `- name: ${name}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - us-east-1
      - eks
      - get-token
      - --cluster-name
      - ${name}
${of === null ? '' : `      - --role\n      - ${role(of)}\n`}      command: aws
${more}`
const kubectls = '      env: null\n      interactiveMode: IfAvailable\n      provideClusterInfo: false\n'

test('a namespace goes back to the context that had it, though kubectl has sorted the contexts anew', async () => {
  terminal.write(
    '.kube/config',
    `apiVersion: v1
clusters:
- cluster:
    server: https://c.example.com
  name: c
contexts:
- context:
    cluster: c
    namespace: prod
    user: u
  name: zeta
- context:
    cluster: c
    user: u
  name: alpha
current-context: zeta
kind: Config
preferences: {}
users:
- name: u
  user:
    token: t
`,
  )
  await terminal.done(['set-namespace', 'zeta', '--none'])
  await kubectlConfig('use-context', 'alpha')
  await terminal.done(['undo'])
  const { contexts, current } = await terminal.kubectl()
  expect([contexts.get('zeta')?.namespace, contexts.get('alpha')?.namespace, current]).toEqual([
    'prod',
    undefined,
    'alpha',
  ])
})

test('a role goes back to the user that had it, by undo, redo and reapply, among users that kubectl has sorted', async () => {
  const names = ['web', 'tools', 'pay', 'shop', 'batch']
  const sorted = [...names].sort()
  terminal.write(
    '.kube/config',
    `apiVersion: v1
clusters:
${sorted.map((name) => `- cluster:\n    server: https://${name}.example.com\n  name: ${name}\n`).join('')}contexts:
${sorted.map((name) => `- context:\n    cluster: ${name}\n    user: ${name}\n  name: ${name}\n`).join('')}current-context: pay
kind: Config
preferences: {}
users:
${names.map((name) => user(name, name === 'web' || name === 'tools' ? 'Admin' : null, kubectls)).join('')}`,
  )
  const roles = async () => {
    const { users } = await terminal.kubectl()
    return sorted.filter((name) => users.get(name)?.exec?.args.includes(role('Admin')))
  }
  const id = await idOf('set-role', 'tools', '--none')
  await kubectlConfig('use-context', 'shop')
  await terminal.done(['undo'])
  expect(await roles()).toEqual(['tools', 'web'])
  await kubectlConfig('set-context', 'batch', '--namespace=b')
  await terminal.done(['redo'])
  expect(await roles()).toEqual(['web'])
  await terminal.done(['undo', id])
  await terminal.done(['reapply', id])
  expect(await roles()).toEqual(['web'])
  expect((await terminal.kubectl()).current).toBe('shop')
})

test('an undo names the contexts that change along and asks for permission, as every edit does', async () => {
  terminal.write(
    '.kube/config',
    `apiVersion: v1
clusters:
- cluster:
    server: https://tools.example.com
  name: tools
contexts:
- context:
    cluster: tools
    user: tools
  name: tools
current-context: tools
kind: Config
preferences: {}
users:
${user('tools', 'Admin', kubectls)}`,
  )
  await terminal.done(['set-role', 'tools', role('ReadOnly')])
  await kubectlConfig('set-context', 'newcomer', '--cluster=tools', '--user=tools')
  expect(await refused('undo')).toContain('newcomer')
  const { stdout } = await terminal.done(['undo', '--dry-run', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ alsoChanges: ['newcomer'] })
  expect(await asked('undo', '--apply-to-shared')).toMatchObject({ written: true, alsoChanges: ['newcomer'] })
  expect((await terminal.kubectl()).users.get('tools')?.exec?.args).toContain(role('Admin'))
})

test('the same where the file is as the write left it, but for a context of another file that came since', async () => {
  const both = {
    KUBECONFIG: [
      terminal.write(
        'one',
        `${base.replace('    token: secret1\n', `${user('u1', 'Admin').split('  user:\n')[1]}`)}`,
      ),
      terminal.write('two', 'contexts: []\n'),
    ].join(':'),
  }
  await terminal.done(['set-role', 'x1', role('ReadOnly')], both)
  terminal.write('two', 'contexts:\n- {name: other, context: {cluster: c1, user: u1}}\n')
  const { status, stderr } = await terminal.ekscope(['undo'], both)
  expect([status, stderr]).toEqual([3, expect.stringContaining('other')])
})

test('a clone whose user another context uses stays, and what uses it is named; nothing dangles', async () => {
  const id = await idOf('clone', 'x1', 'zclone')
  await kubectlConfig('use-context', 'zclone')
  await kubectlConfig('set-context', 'zother', '--cluster=c1', '--user=zclone')
  expect(await refused('undo', id)).toMatch(
    /The user “zclone” would be removed, but the context “zother” uses it/,
  )
  await kubectlConfig('delete-context', 'zother')
  expect(await asked('undo', id)).toMatchObject({ currentContext: { before: 'zclone', after: null } })
  const { contexts, users, current } = await terminal.kubectl()
  expect([[...contexts.keys()], [...users.keys()], current]).toEqual([['x1', 'x2'], ['u1', 'u2'], ''])
})

test.skipIf(!full)(
  'one undo after the other steps back, redo steps forward, and titles say it once',
  async () => {
    const states = [terminal.text()]
    for (const args of [
      ['clone', 'x1', 'x9'],
      ['set-namespace', 'x9', 'n'],
      ['rename', 'x9', 'x8'],
    ]) {
      await terminal.done(args)
      states.push(terminal.text())
    }
    for (const back of [2, 1, 0]) {
      await terminal.done(['undo'])
      expect(terminal.text()).toBe(states[back])
    }
    expect(await refused('undo')).toContain('there is no write')
    for (const forward of [1, 2, 3]) {
      await terminal.done(['redo'])
      expect(terminal.text()).toBe(states[forward])
    }
    expect(await refused('redo')).toContain('there is no write')
    await terminal.done(['undo'])
    expect((await titles()).slice(0, 4)).toEqual([
      'Undo of: x9: name x9 → x8',
      'Redo of: x9: name x9 → x8',
      'Redo of: x9: namespace (none) → n',
      'Redo of: x9: clone of x1',
    ])
    const { stdout } = await terminal.done(['redo'])
    expect(stdout).toContain('redone: x9: name x9 → x8')
  },
)

test('the last write to a file is undone whatever name led to it', async () => {
  symlinkSync('config', path.join(terminal.home, '.kube/link'))
  await terminal.done(['clone', 'x1', 'x9'])
  await terminal.done(['set-namespace', 'x1', 'n', '--kubeconfig', path.join(terminal.home, '.kube/link')])
  await terminal.done(['undo', '--kubeconfig', terminal.file])
  const { contexts } = await terminal.kubectl()
  expect([[...contexts.keys()], contexts.get('x1')?.namespace]).toEqual([['x1', 'x2', 'x9'], undefined])
})

test.skipIf(!full)(
  'a file that a write made and that is gone is named, and neither undo nor restore makes an empty one',
  async () => {
    const gone = path.join(terminal.home, 'gone.yaml')
    const before = terminal.text()
    const id = await idOf('move', 'x2', '--to', gone)
    rmSync(gone)
    expect(await refused('undo')).toContain(`The file ${gone} is gone.`)
    const told = (await terminal.done(['history'])).stderr
    expect(told).toContain(`another program wrote or removed ${gone}; what was in it then is not known.`)
    await terminal.done(['restore', id])
    expect(terminal.text()).toBe(before)
    expect(() => terminal.text(gone)).toThrow('ENOENT')
    await terminal.done(['use', 'x2'])
    rmSync(terminal.file)
    const { stderr } = await terminal.ekscope(['undo'])
    expect(stderr).toContain(`The file ${terminal.file} is gone. Nothing was written.`)
  },
)

test('a file that a write made is removed by its undo, comes back by redo, and stays where another program wrote to it', async () => {
  const made = path.join(terminal.home, 'made.yaml')
  const before = terminal.text()
  await terminal.done(['move', 'x2', '--to', made])
  const written = [terminal.text(), terminal.text(made)]
  const { stdout } = await terminal.done(['undo'])
  expect(stdout).toContain(`removed ${made}`)
  expect(terminal.text()).toBe(before)
  expect(() => terminal.text(made)).toThrow('ENOENT')
  await terminal.done(['redo'])
  expect([terminal.text(), terminal.text(made)]).toEqual(written)
  await kubectlConfig('set-context', 'theirs', '--cluster=c9', '--kubeconfig', made)
  await terminal.done(['undo'])
  const [here, there] = [await terminal.kubectl(), await terminal.kubectl(made)]
  expect([[...here.contexts.keys()], [...there.contexts.keys()]]).toEqual([['x1', 'x2'], ['theirs']])
})

test.skipIf(!full)(
  'a write into a file that was JSON or unsorted is undone after kubectl rewrote it',
  async () => {
    terminal.write('.kube/config', await kubectlConfig('view', '--raw', '-o', 'json'))
    await terminal.done(['set-namespace', 'x1', 'n'])
    await kubectlConfig('use-context', 'x2')
    await terminal.done(['undo'])
    const { contexts, current } = await terminal.kubectl()
    expect([contexts.get('x1')?.namespace, current]).toEqual([undefined, 'x2'])
  },
)

test('what was changed since is in the way: each is named, and the contexts that are free can be undone alone', async () => {
  const id = await idOf('delete', 'x1', 'x2')
  await kubectlConfig('set-context', 'x2', '--cluster=theirs')
  const said = await refused('undo')
  expect(said).toContain(`Another context is called “x2” in ${terminal.file} now.`)
  expect(said).toContain(`ekscope undo ${id} x1`)
  const { stdout } = await terminal.done(['undo', id, 'x1'])
  expect(stdout).toContain('undone: x1, x2: delete (only x1)')
  expect((await titles())[0]).toBe('Undo of: x1, x2: delete (only x1)')
  const { contexts, users, current } = await terminal.kubectl()
  expect([[...contexts.keys()], contexts.get('x2')?.cluster]).toEqual([['x1', 'x2'], 'theirs'])
  expect([[...users.keys()], current]).toEqual([['u1'], ''])
  const unknown = await refused('undo', id, 'nope')
  expect(unknown.match(/did not change the context “nope”/g)).toHaveLength(1)
})

test('what was deleted comes back with its own lines and remarks', async () => {
  const remark = base.replace('- name: u2\n', '- name: u2 # of the other team\n')
  terminal.write('.kube/config', remark)
  await terminal.done(['delete', 'x2'])
  await kubectlConfig('set-context', 'x1', '--namespace=n')
  await terminal.done(['undo'])
  expect(terminal.text()).toContain('- name: u2 # of the other team\n  user:\n    token: secret2\n')
  expect((await terminal.kubectl()).contexts.get('x1')?.namespace).toBe('n')
})

test('an entry is followed through later renames and moves of Ekscope', async () => {
  const other = path.join(terminal.home, 'other')
  const list = { KUBECONFIG: `${terminal.file}:${terminal.write('other', 'apiVersion: v1\nkind: Config\n')}` }
  const { stdout } = await terminal.done(['set-namespace', 'x2', 'n', '--json'], list)
  const { id } = v.parse(answer, JSON.parse(stdout))
  await terminal.done(['rename', 'x2', 'y2', '--cascade'], list)
  await terminal.done(['move', 'y2', '--to', other], list)
  await terminal.done(['undo', id ?? ''], list)
  const { contexts } = await terminal.kubectl(other)
  expect(contexts.get('y2')).toEqual({ cluster: 'y2', user: 'y2' })
})

test('what is undone is called by its name of now, and what that was', async () => {
  const id = await idOf('set-namespace', 'x1', 'n')
  const pairs = [
    ['x1', 't'],
    ['x2', 'x1'],
    ['t', 'x2, “x”'],
  ] as const
  for (const [old, name] of pairs) await terminal.done(['rename', old, name])
  const said = 'x2, “x”” (was x1): namespace (none) → n'
  expect((await terminal.done(['undo', id])).stdout).toContain(`undone: “${said.replace('“x”', '“x””')}\n`)
  expect((await titles())[0]).toBe(`Undo of: “${said.replace('“x”', '“x””')}`)
  // Forward again it is called the same: it has no other name since.
  expect((await terminal.done(['redo'])).stdout).toContain(`redone: “${said.replace('“x”', '“x””')}\n`)
})

test('of a write of which nothing is left there is nothing to undo', async () => {
  await idOf('set-namespace', 'x2', 'n')
  await kubectlConfig('delete-context', 'x2')
  for (const more of [[], ['--dry-run']])
    expect(await refused('undo', ...more)).toContain('The context “x2” is no longer in')
})

test('reapply writes again what an older copy undid, and nothing else', async () => {
  const old = terminal.text()
  const id = await idOf('rename', 'x2', 'y2', '--cascade')
  terminal.write('.kube/config', old.replace('server: https://one', 'server: https://new-one'))
  await terminal.done(['reapply', id])
  const { contexts, clusters } = await terminal.kubectl()
  expect(contexts.get('y2')).toEqual({ cluster: 'y2', user: 'y2' })
  expect(clusters.get('c1')).toEqual({ server: 'https://new-one.example.com' })
  const { stdout } = await terminal.done(['reapply', id])
  expect(stdout).toContain('Nothing to do')
})

/** Two lists that share all names: a, b and a file beside both. */
describe('files outside the list', () => {
  const inHome = (name: string) => path.join(terminal.home, name)
  const under = (...names: readonly string[]) => ({ KUBECONFIG: names.map(inHome).join(':') })
  const kubectlIn = (name: string, ...args: readonly string[]) =>
    kubectlConfig(...args, '--kubeconfig', inHome(name))
  /** Where kubectl goes in one file read for itself, by the name of each context. */
  const reached = async (name: string) => {
    const { contexts, clusters, users, current } = await terminal.kubectl(inHome(name))
    return [
      current,
      ...[...contexts].map(([called, { cluster, user }]) => [
        called,
        cluster === undefined ? null : (clusters.get(cluster) ?? null),
        user === undefined ? null : (users.get(user) ?? null),
      ]),
    ]
  }
  /** Of a file that is not in use the sentence names it, too. */
  const mineUsesIt = (name: string, list: { readonly KUBECONFIG: string }) =>
    list.KUBECONFIG === inHome(name)
      ? 'the context “mine” uses it'
      : `the context “mine” of ${inHome(name)} uses it`
  const refusedUnder = async (
    list: { readonly KUBECONFIG: string },
    files: readonly string[],
    ...args: readonly string[]
  ) => {
    const before = files.map((name) => terminal.text(inHome(name)))
    const { status, stderr } = await terminal.ekscope(args, list)
    expect([status, files.map((name) => terminal.text(inHome(name)))]).toEqual([3, before])
    return stderr
  }
  const idUnder = async (list: { readonly KUBECONFIG: string }, ...args: readonly string[]) =>
    v.parse(answer, JSON.parse((await terminal.done([...args, '--json'], list)).stdout)).id ?? ''

  test.each([
    ['a move', ['move', 'x', '--to', 'k']],
    ['an import', ['import', 'source', '--to', 'k']],
  ])(
    'what came to one by %s stays while a context of it uses it, and what has no part in it is not offered',
    async (_, args) => {
      const shared = base
        .replace('name: x1', 'name: x')
        .replace('cluster: c2\n    user: u2', 'cluster: c1\n    user: u2')
      terminal.write('a', shared)
      terminal.write('source', base.replaceAll('x1', 'x'))
      terminal.write('k', 'apiVersion: v1\nkind: Config\n')
      const id = await idUnder(
        under('a'),
        ...args.map((one) => (one === 'k' || one === 'source' ? inHome(one) : one)),
      )
      await kubectlIn('k', 'set-credentials', 'own', '--token=own')
      await kubectlIn('k', 'set-context', 'mine', '--cluster=c1', '--user=own')
      const before = await reached('k')
      for (const list of [under('a'), under('k'), under('source')])
        expect(await refusedUnder(list, ['a', 'k'], 'undo', id)).toContain(mineUsesIt('k', list))
      if (args[0] === 'move')
        expect(await refusedUnder(under('a'), ['a', 'k'], 'undo', id, 'x2')).toContain(
          'did not change the context “x2”',
        )
      expect(await reached('k')).toEqual(before)
      await kubectlIn('k', 'delete-context', 'mine')
      await terminal.done(['undo', id], under('source'))
      expect(terminal.text(inHome('a'))).toBe(shared)
    },
  )

  test('a move into one names the contexts there that would change, and its undo at once is not refused', async () => {
    const k =
      'apiVersion: v1\nkind: Config\ncontexts:\n- {name: kk, context: {cluster: c1, user: u1}}\ncurrent-context: kk\n'
    terminal.write('a', base)
    terminal.write('k', k)
    expect(await refusedUnder(under('a'), ['a', 'k'], 'move', 'x1', '--to', inHome('k'))).toContain('kk')
    await terminal.done(['move', 'x1', '--to', inHome('k'), '--apply-to-shared'], under('a'))
    await terminal.done(['undo'], under('a'))
    expect([terminal.text(inHome('a')), terminal.text(inHome('k'))]).toEqual([base, k])
    terminal.write('k', 'apiVersion: v1\nkind: Config\ncurrent-context: x1\n')
    const { stderr } = await terminal.done(['move', 'x1', '--to', inHome('k')], under('a'))
    expect(stderr).toContain(`current-context of ${inHome('k')} is “x1” and will be empty`)
    await terminal.done(['undo'], under('a'))
    expect(terminal.text(inHome('k'))).toContain('current-context: x1')
  })

  test('under another list an undo asks for the same permission, restores what was deleted, and leaves nothing dangling', async () => {
    terminal.write('a', base)
    terminal.write('b', base)
    const cloned = await idUnder(under('a'), 'clone', 'x1', 'nn')
    await kubectlIn('a', 'set-context', 'mine', '--cluster=c1', '--user=nn')
    await kubectlIn('b', 'set-credentials', 'nn', '--token=bb')
    for (const list of [under('a'), under('b')])
      expect(await refusedUnder(list, ['a', 'b'], 'undo', cloned)).toContain(mineUsesIt('a', list))
    await kubectlIn('a', 'delete-context', 'mine')

    const deleted = await idUnder(under('a'), 'delete', 'x1')
    await terminal.done(['undo', deleted], under('b'))
    expect((await terminal.kubectl(inHome('a'))).contexts.get('x1')).toEqual({ cluster: 'c1', user: 'u1' })

    const used = await idUnder(under('a'), 'use', 'x2')
    await kubectlIn('a', 'delete-context', 'x1')
    expect(await refusedUnder(under('b'), ['a', 'b'], 'undo', used)).toContain('“x1”')
  })

  test('a role that another context shares by now needs permission under another list, too', async () => {
    terminal.write('a', `${base.split('users:')[0]}users:\n${user('u1', 'Admin')}${user('u2', null)}`)
    terminal.write('b', base)
    const id = await idUnder(under('a'), 'set-role', 'x1', role('X'))
    await kubectlIn('a', 'set-context', 'newcomer', '--cluster=c1', '--user=u1')
    for (const list of [under('a'), under('b')])
      expect(await refusedUnder(list, ['a', 'b'], 'undo', id)).toContain('newcomer')
    const { stdout } = await terminal.done(['undo', id, '--apply-to-shared', '--json'], under('b'))
    expect(JSON.parse(stdout)).toMatchObject({ alsoChanges: ['newcomer'] })
    for (const list of [under('a'), under('b')])
      expect(await refusedUnder(list, ['a', 'b'], 'reapply', id)).toContain('newcomer')
  })
})

test.skipIf(!full)(
  'an undo at once brings back a current-context that named nothing; later it is left empty, aloud',
  async () => {
    const dangling = base.replace('current-context: x1', 'current-context: gone')
    terminal.write('.kube/config', dangling)
    await terminal.done(['rename', 'x2', 'gone'])
    await terminal.done(['undo'])
    expect(terminal.text()).toBe(dangling)
    await terminal.done(['redo'])
    await kubectlConfig('set-context', 'gone', '--namespace=n')
    const { stderr } = await terminal.done(['undo'])
    expect(stderr).toContain(
      'current-context named “gone”, which is not there, so current-context is left empty',
    )
    const { contexts, current } = await terminal.kubectl()
    expect([[...contexts.keys()], current]).toEqual([['x1', 'x2'], ''])
  },
)

test('reapply of a move takes away what an older copy brought back, from a file of the list and for one beside it', async () => {
  for (const [place, listed] of [
    ['b', true],
    ['k', false],
  ] as const) {
    terminal.write('.kube/config', base)
    const target = path.join(terminal.home, place)
    const config = path.join(terminal.home, '.kube/config')
    const list = { KUBECONFIG: listed ? `${config}:${target}` : config }
    const { stdout } = await terminal.done(['move', 'x1', '--to', target, '--json'], list)
    const { id } = v.parse(answer, JSON.parse(stdout))
    const moved = [terminal.text(), terminal.text(target)]
    terminal.write('.kube/config', base)
    await terminal.done(['reapply', id ?? ''], list)
    expect([terminal.text(), terminal.text(target)]).toEqual(moved)
  }
})

test('the undo of a part says that current-context stays empty, where that context was the current one', async () => {
  const id = await idOf('delete', 'x1', 'x2')
  const { stderr } = await terminal.done(['undo', id, 'x1'])
  expect(stderr).toContain(
    'current-context was “x1” and stays empty: only part of that write is carried out.',
  )
})

test('without an ID nothing is undone behind a record that cannot be read: it is named, and an ID asked for', async () => {
  const first = await idOf('set-namespace', 'x1', 'n')
  const last = await idOf('set-namespace', 'x1', 'm')
  const record = path.join(terminal.state, 'history', `${last}.json`)
  const whole = readFileSync(record, 'utf8')
  writeFileSync(record, whole.slice(0, 100))
  const said = await refused('undo')
  expect(said).toContain(`the record of the write ${last} is damaged, so that it is not known what to undo.`)
  expect(said).toContain(`The write before it is ${first}.`)
  expect(await refused('redo')).toContain(`${last} is damaged`)
  writeFileSync(record, whole)
  expect((await terminal.done(['undo'])).stdout).toContain('undone: x1: namespace n → m')
})
