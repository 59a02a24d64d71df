/** `ekscope expect`: the identity that a context should have, in the file and by the user's word; kubectl and aws are the judges. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { useTerminal } from './terminal'

const admin = 'arn:aws:iam::111122223333:role/Admin'
const reader = 'arn:aws:iam::111122223333:role/team/Reader'
const cluster = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod'
const others = `    extensions: # of others
    - extension: {last-update: "Mon, 02 Jan 2026", "a key": [1, 1.50, 12345678901234567890], b: &x !!str 7} # kept
      name: context_info
    - name: other/tool
      extension: "text"
`
const config = `apiVersion: v1
kind: Config
current-context: prod
clusters:
- name: "${cluster}"
  cluster: {server: "https://prod.test"}
contexts:
- name: prod # mine
  context:
    cluster: "${cluster}"
    user: "${cluster}"
${others}- name: plain
  context: {cluster: "${cluster}", user: plain}
users:
- name: "${cluster}"
  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, prod]}}
- name: plain
  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, prod, --role-arn, "${admin}"]}}
`
const own = (principal: string) =>
  `    - name: ekscope/expected\n      extension:\n        principal: ${principal}\n`

const terminal = useTerminal({ config, inProcess: true })
const { ekscope, done, kubectl, text } = terminal

interface Listed {
  readonly context: string
  readonly expected: {
    readonly principal: string
    readonly by: string
    readonly inFile: string | null
  } | null
  readonly intended: { readonly arn: string | null; readonly by: readonly string[] }
}
const listed = async (context: string, ...files: readonly string[]): Promise<Listed> => {
  const { stdout } = await done([...files, 'list', '--json'])
  const { contexts }: { contexts: readonly Listed[] } = JSON.parse(stdout)
  const found = contexts.find((one) => one.context === context)
  if (!found) throw new Error(`${context} is not listed`)
  return found
}
const words = () => JSON.parse(readFileSync(join(terminal.state, 'expected.json'), 'utf8')).content

test('it stands beside the extensions of others, which keep every byte, and kubectl reads the rest as before', async () => {
  const before = await kubectl()
  const { stdout } = await done(['expect', 'prod', 'arn:aws:sts::111122223333:assumed-role/Admin/alice'])
  expect(stdout).toContain(`prod: expected identity (none) → ${admin}\n`)
  expect(text()).toBe(config.replace(others, others + own(admin)))
  expect(await listed('prod')).toMatchObject({
    expected: { principal: admin, by: 'here', inFile: admin },
    intended: { arn: admin, by: ['expected by you'] },
  })
  const now = await kubectl()
  expect(now).toEqual(before)
  // kubectl writes the file anew, and keeps it.
  expect(
    (await terminal.run('/usr/bin/kubectl', ['config', 'set-context', 'prod', '--namespace', 'x'])).status,
  ).toBe(0)
  expect((await listed('prod')).expected).toEqual({ principal: admin, by: 'here', inFile: admin })
  // Another one takes its place; without a path it is the same principal, so nothing is to do.
  await done(['expect', 'prod', reader])
  expect((await ekscope(['expect', 'prod', reader.replace('/team', '')])).stdout).toContain('Nothing to do')
  expect((await listed('prod')).intended.arn).toBe('arn:aws:iam::111122223333:role/Reader')
})

describe('a write of Ekscope takes the word along', () => {
  test('it is undone and done again like any write, in the file and as the word', async () => {
    await done(['expect', 'prod', admin])
    await done(['undo'])
    expect([text(), words(), (await listed('prod')).expected]).toEqual([config, [], null])
    const redone = await done(['redo'])
    expect(redone.stderr).toMatch(
      /Whom you expect from now on:\n.*expected +arn:aws:iam::111122223333:role\/Admin\n/,
    )
    expect((await listed('prod')).expected).toEqual({ principal: admin, by: 'here', inFile: admin })
    await done(['expect', 'prod', '--none'])
    expect([text(), (await listed('prod')).expected]).toEqual([config, null])
    await done(['undo'])
    expect((await listed('prod')).expected).toEqual({ principal: admin, by: 'here', inFile: admin })
    expect((await done(['history', '--json'])).stdout).toContain(`prod: expected identity ${admin} → (none)`)
  })

  test.skipIf(!full)(
    'a rename and a move take it along, a clone has none, and an undo of a delete brings it back',
    async () => {
      await done(['expect', 'prod', admin])
      await done(['rename', 'prod', 'prod-1'])
      expect((await listed('prod-1')).expected).toEqual({ principal: admin, by: 'here', inFile: admin })
      // Also where the word is all that is left of it.
      writeFileSync(terminal.file, text().replace(own(admin), ''))
      await done(['rename', 'prod-1', 'production', '--cascade'])
      expect((await listed('production')).expected).toEqual({ principal: admin, by: 'here', inFile: null })
      await done(['clone', 'production', 'copy', '--role', reader])
      expect((await listed('copy')).expected).toBeNull()
      expect(words()).toHaveLength(1)
      const other = terminal.write('other', 'apiVersion: v1\n')
      await done(['move', 'production', '--to', other])
      // In a file outside of the list nothing in the file says it, but the user’s own expectation still counts.
      expect((await listed('production', '--kubeconfig', other)).expected).toMatchObject({ by: 'here' })
      await done(['delete', 'production', '--kubeconfig', other])
      for (const back of ['undo', 'redo', 'undo']) await done([back, '--kubeconfig', other])
      expect((await listed('production', '--kubeconfig', other)).expected).toMatchObject({ by: 'here' })
    },
  )
})

test('where the word cannot be kept nothing is written; where the write is refused the word is what it was', async () => {
  await done(['expect', 'prod', admin])
  const before = text()
  const newer = '{"version":99,"content":[]}\n'
  const kept = readFileSync(join(terminal.state, 'expected.json'), 'utf8')
  terminal.write('state/expected.json', newer)
  for (const args of [['expect', 'prod', reader], ['expect', 'prod', '--none'], ['undo']]) {
    const run = await ekscope(args)
    expect([run.status, run.stdout, text()]).toEqual([3, '', before])
    expect(run.stderr).toMatch(/written by a newer Ekscope and stays as it is\. .*Use that Ekscope/)
  }
  terminal.write('state/expected.json', kept)
  terminal.write('.kube/config.lock', '')
  expect((await ekscope(['expect', 'prod', reader, '--lock-wait', '0'])).status).toBe(3)
  expect([text(), words()]).toEqual([before, JSON.parse(kept).content])
})

describe('who says so', () => {
  const written = (principal: string) =>
    writeFileSync(
      terminal.file,
      text().replace(/( +- name: ekscope.expected\n.*\n +principal: ).*\n/, `$1${principal}\n`),
    )

  test('an entry that another program wrote anew says nothing: the word holds, and is written back or forgotten', async () => {
    await done(['expect', 'prod', admin])
    writeFileSync(terminal.file, config)
    expect(await listed('prod')).toMatchObject({
      expected: { principal: admin, by: 'here', inFile: null },
      intended: { arn: admin },
    })
    const back = await done(['expect', 'prod', admin])
    expect(back.stdout).toContain(`prod: expected identity (none) → ${admin}\n`)
    expect((await listed('prod')).expected).toEqual({ principal: admin, by: 'here', inFile: admin })
    writeFileSync(terminal.file, config)
    const dry = await done(['expect', 'prod', '--none', '--dry-run'])
    expect([dry.stdout, dry.stderr]).toEqual([
      '',
      expect.stringContaining(`prod: expected identity ${admin} → (none)\n`),
    ])
    expect((await listed('prod')).expected).not.toBeNull()
    const forgotten = await done(['expect', 'prod', '--none', '--json'])
    expect(JSON.parse(forgotten.stdout)).toMatchObject({
      written: false,
      expected: [{ context: 'prod', principal: null, was: admin }],
    })
    expect([text(), (await listed('prod')).expected]).toEqual([config, null])
    expect((await done(['expect', 'prod', '--none'])).stdout).toContain('Nothing to do')
  })

  test('the word counts before a file that says another; of a context that leads to another cluster there was no word', async () => {
    await done(['expect', 'prod', admin])
    written(reader)
    expect((await listed('prod')).expected).toEqual({
      principal: admin,
      by: 'here',
      inFile: 'arn:aws:iam::111122223333:role/Reader',
    })
    // What the file says is taken over by saying the same.
    const taken = await done(['expect', 'prod', reader])
    expect(taken.stdout).toContain(
      '→ arn:aws:iam::111122223333:role/Reader (as its file says)\nno file changed',
    )
    expect((await listed('prod')).expected).toMatchObject({
      principal: 'arn:aws:iam::111122223333:role/Reader',
    })
    writeFileSync(terminal.file, config.replace(`    cluster: "${cluster}"`, '    cluster: other'))
    expect((await listed('prod')).expected).toBeNull()
  })

  test('a file of the list says so by itself, where nothing was said here; a file that is none of it does not', async () => {
    await done(['expect', 'prod', admin])
    terminal.write('state/expected.json', '{"version":1,"content":[]}')
    expect(await listed('prod')).toMatchObject({
      expected: { principal: admin, by: 'file', inFile: admin },
      intended: { arn: admin, by: ['expected, as the file says'] },
    })
    const foreign = terminal.write('foreign', text())
    expect((await listed('prod', '--kubeconfig', foreign)).expected).toBeNull()
    await done(['expect', 'prod', admin, '--kubeconfig', foreign])
    expect((await listed('prod', '--kubeconfig', foreign)).expected).toMatchObject({ by: 'here' })
  })

  test('imports and exports leave it out, and say so', async () => {
    await done(['expect', 'prod', admin])
    const whole = terminal.write('whole', text())
    for (const secrets of [[], ['--secrets']]) {
      const { stdout, stderr } = await done(['export', 'prod', ...secrets])
      expect(stdout).not.toContain('ekscope/expected')
      expect(stderr).toContain(
        'Left out: whom you expect “prod” to be. Whoever uses the export says that for themselves.',
      )
    }
    writeFileSync(terminal.file, 'apiVersion: v1\n')
    const { stderr } = await done(['import', whole])
    expect(stderr).toContain(
      'The import says whom to expect of “prod”. That is left out: whom you expect is for you to say.',
    )
    expect(text()).toContain('name: context_info')
    expect(text()).not.toContain('ekscope/expected')
    // The context of the same name leads to the same cluster: what was said of it here holds.
    expect((await listed('prod')).expected).toEqual({ principal: admin, by: 'here', inFile: null })
    expect((await done(['import', whole])).stdout).toContain('Nothing to do')
  })
})

test.each([
  ['a text', '"arn:aws:iam::111122223333:role/Admin"'],
  ['null', 'null'],
  ['escape sequences', '{principal: "arn:aws:sts::111122223333:federated-user/\\u001b]0;x\\u0007\\u202e"}'],
])('what names nobody is none, and ours takes its place: %s', async (_what, value) => {
  const said = `    - name: ekscope/expected\n      extension: ${value}\n`
  writeFileSync(terminal.file, config.replace(others, others + said))
  expect((await listed('prod')).expected).toBeNull()
  await done(['expect', 'prod', admin])
  expect((await listed('prod')).expected).toEqual({ principal: admin, by: 'here', inFile: admin })
  expect(text().split('ekscope/expected')).toHaveLength(2)
  await done(['expect', 'prod', '--none'])
  expect(text()).toBe(config)
})

test.each([
  [['expect'], 2],
  [['expect', 'prod'], 2],
  [['expect', 'prod', 'Admin'], 2],
  [['expect', 'prod', cluster], 2],
  [['expect', 'prod', 'plain', admin], 2],
  [['expect', 'prod', admin, '--none'], 3],
  [['expect', 'prod', admin, '--yes'], 2],
  [['expect', '--none'], 2],
  [['expect', 'prod', '--none', '--proven'], 2],
  [['expect', 'gone', admin], 3],
])('%j ends with %i, and nothing is written', async (args, status) => {
  const run = await ekscope(args)
  expect([run.status, run.stdout, text()]).toEqual([status, '', config])
  expect(run.stderr).toMatch(/^ekscope: .+\n$/)
})

test('a dry run shows the lines, and remembers nothing', async () => {
  const { stdout } = await done(['expect', 'prod', admin, '--dry-run'])
  expect(stdout).toContain(
    '+    - name: ekscope/expected\n+      extension:\n+        principal: arn:aws:iam::111122223333:role/Admin\n',
  )
  expect([text(), (await listed('prod')).expected]).toEqual([config, null])
})

test('where it is the only extension, the key goes with it', async () => {
  await done(['expect', 'plain', reader])
  expect((await listed('plain')).expected).not.toBeNull()
  await done(['expect', 'plain', '--none'])
  expect(text()).toBe(config)
})
