/** The kubectl of a shell with production, by /bin/sh, in front of one that shows what it was given. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quoted } from '../../shared/visible'
import { removeFolder } from '../testing/bundle'
import { runProgram } from '../testing/real-programs'
import { guardScript } from './kubectl-guard'

let home: string
const name = `it's “prod” $(exit)`
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'ekscope-guard-'))
  const own = { mode: 0o755 }
  // Its streams and status are its own, and it sees every word.
  await writeFile(
    path.join(home, 'kubectl'),
    '#!/bin/sh\ncat\nfor w do printf \'[%s]\' "$w"; done\nexit 7\n',
    own,
  )
})
afterAll(() => removeFolder(home))

async function run(
  words: readonly string[],
  unattended: 'go-on' | 'refuse' = 'refuse',
  KUBECONFIG = path.join(home, 'guard/config'),
) {
  const folder = path.join(home, 'guard')
  await mkdir(folder, { recursive: true })
  const kubeconfig = path.join(folder, 'config')
  await writeFile(kubeconfig, '')
  await writeFile(path.join(folder, 'owner.json'), '{}')
  const script = guardScript({ kubeconfig, name, unattended })
  await writeFile(path.join(folder, 'kubectl'), script, { mode: 0o755 })
  // It starts in a session of its own, which has no terminal.
  return runProgram(
    'kubectl',
    words,
    { PATH: `${folder}:${home}:/usr/bin:/bin`, KUBECONFIG },
    { input: 'in\n' },
  )
}
const words = (line: string) => line.split(' ')
const asks = async (line: string) => {
  const { status, stdout, stderr } = await run(words(line))
  if (status === 7)
    expect([stdout, stderr]).toEqual([
      `in\n${words(line)
        .map((w) => `[${w}]`)
        .join('')}`,
      '',
    ])
  else expect([status, stdout]).toEqual([3, ''])
  return status === 3
}

test.each([
  'delete pod x',
  '-n web delete pod x',
  '-nweb --context prod apply -f -',
  '--namespace=get delete pod x',
  '-v 6 edit cm a',
  'exec x -- get',
  'rollout restart deploy/x',
  'rollout -n status restart deploy/x',
  'auth reconcile -f x',
  'neat get pod x',
  '--unknown get delete pod x',
  'apply --dry-run=client --dry-run=none -f x',
  'run x --image --dry-run=client',
  'run x --image=y -- --dry-run=client',
  'neat --dry-run=client',
  'proxy',
])('kubectl %s asks', async (line) => {
  expect(await asks(line)).toBe(true)
})

test.each([
  'get pods -A',
  '-n web get pods',
  '-n delete get pods',
  '--context=delete --as root describe pod x',
  'logs x -f',
  'rollout status deploy/x',
  'rollout -n restart status deploy/x',
  'auth can-i delete pods',
  'config set-context --current --namespace web',
  '__complete delete ',
  'apply -f - --dry-run=server',
  'version --client',
  '--help',
])('kubectl %s passes, with every word and stream', async (line) => {
  expect(await asks(line)).toBe(false)
})

test('without a terminal it goes on or ends as the setting says; another KUBECONFIG is not its own', async () => {
  const refused = await run(['delete', 'x'])
  expect(refused).toMatchObject({ status: 3, stdout: '' })
  expect(refused.stderr).toContain(`${quoted(name)} is production, and there is no terminal`)
  const went = await run(['delete', ''], 'go-on')
  expect(went).toMatchObject({ status: 7, stdout: 'in\n[delete][]' })
  expect(went.stderr).toContain('going on')
  expect(await run(['delete', 'x'], 'refuse', '/elsewhere')).toMatchObject({ status: 7, stderr: '' })
})
