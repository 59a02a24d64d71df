/** Which version is told by what lies on disk, as the packagers lay it; nothing of it is run. */
import { chmod, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judgeFolder, judges } from '../../../scripts/lib/judges.mjs'
import { awsIsHere } from '../../testing/aws-judge'
import { removeFolder } from '../../testing/bundle'
import { realProgram, runProgram } from '../../testing/real-programs'
import { installedAws } from './installed'
import { programsOnce } from './which'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ekscope-installed-'))
})
afterAll(() => removeFolder(root))

async function file(path: string, text: string, mode = 0o644): Promise<string> {
  const full = join(root, path)
  await mkdir(dirname(full), { recursive: true })
  await writeFile(full, text)
  await chmod(full, mode)
  return full
}
const program = (path: string, text = '\x7fELF') => file(path, text, 0o755)
async function link(path: string, to: string): Promise<string> {
  const full = join(root, path)
  await mkdir(dirname(full), { recursive: true })
  await symlink(to, full)
  return full
}
const script = (python: string) =>
  `#!${python}\nimport sys\nimport awscli.clidriver\nsys.exit(awscli.clidriver.main())\n`
const package1 = (folder: string, version: string) =>
  file(`${folder}/awscli/__init__.py`, `"""AWSCLI"""\nimport os\n__version__ = '${version}'\n`)
const version = async (path: string, variables = {}) =>
  (await installedAws(path, { HOME: '/nowhere', ...variables }))?.version

test('the real aws of this machine has the version that it says it has', async () => {
  const aws = realProgram('aws')
  const { stdout } = await runProgram(aws, ['--version'], { PATH: '/usr/bin:/bin', HOME: root })
  expect(await version(aws)).toBe(/^aws-cli\/([\d.]+)/.exec(stdout)?.[1])
})

test.skipIf(!awsIsHere('aws-2.36'))('the official installer’s folder names it', async () => {
  expect(await version(join(judgeFolder('aws-2.36'), judges['aws-2.36'].program))).toBe('2.36.12')
})

describe('by the path to which links lead', () => {
  test('the official installer', async () => {
    await program('usr/local/aws-cli/v2/2.31.2/dist/aws')
    await link('usr/local/aws-cli/v2/2.31.2/bin/aws', '../dist/aws')
    await link('usr/local/aws-cli/v2/current', '2.31.2')
    expect(await version(await link('usr/local/bin/aws', '../aws-cli/v2/current/bin/aws'))).toBe('2.31.2')
  })

  test('Homebrew, in versions 2 and 1', async () => {
    await program('Cellar/awscli/2.30.1_1/bin/aws')
    await program('Cellar/awscli@1/1.44.2/bin/aws')
    expect(await version(await link('homebrew/bin/aws', '../../Cellar/awscli/2.30.1_1/bin/aws'))).toBe(
      '2.30.1',
    )
    expect(await version(join(root, 'Cellar/awscli@1/1.44.2/bin/aws'))).toBe('1.44.2')
  })

  test('asdf and mise without their shims', async () => {
    expect(await version(await program('asdf/installs/awscli/2.29.0/bin/aws'))).toBe('2.29.0')
    expect(await version(await program('mise/installs/aws-cli/2.36.1/aws/dist/aws'))).toBe('2.36.1')
  })

  test('a snap', async () => {
    await program('snap-itself/snap')
    await file('snap/aws-cli/current/meta/snap.yaml', "name: aws-cli\nversion: '2.28.3'\n")
    expect(await version(await link('snap/bin/aws', '../../snap-itself/snap'))).toBe('2.28.3')
  })
})

describe('by the awscli that its Python would import', () => {
  test('of a venv, of pipx, and behind a path that is too long for a first line', async () => {
    await file('venv/pyvenv.cfg', 'home = /usr/bin\n')
    await file('venv/lib/python3.11/site-packages/x', '')
    await package1('venv/lib/python3.11/site-packages', '1.42.7')
    const python = await program('venv/bin/python')
    expect(await version(await program('venv/bin/aws', script(python)))).toBe('1.42.7')
    const long = `#!/bin/sh\n'''exec' "${python}" "$0" "$@"\n' '''\nimport awscli.clidriver\n`
    expect(await version(await program('long/aws', long))).toBe('1.42.7')
    // Packages of the user's own are not those of a venv.
    await package1('home/.local/lib/python3.11/site-packages', '1.1.1')
    expect(await version(join(root, 'venv/bin/aws'), { HOME: join(root, 'home') })).toBe('1.42.7')
  })

  test('of the user’s own packages before the system’s, and beside the script before all', async () => {
    await package1('python/lib/python3.12/site-packages', '1.40.0')
    await program('python/bin/python3.12')
    const python = await link('python/bin/python3', 'python3.12')
    const aws = await program('python/bin/aws', script(python))
    expect(await version(aws)).toBe('1.40.0')
    const home = join(root, 'home2')
    await package1('home2/.local/lib/python3.12/site-packages', '1.41.0')
    expect(await version(aws, { HOME: home })).toBe('1.41.0')
    expect(await version(aws, { HOME: home, PYTHONNOUSERSITE: '1' })).toBe('1.40.0')
    await package1('python/bin', '1.45.9')
    expect(await version(aws, { HOME: home })).toBe('1.45.9')
  })

  test('of variables that lead Python elsewhere nothing is told', async () => {
    expect(await version(realProgram('aws'), { PYTHONPATH: '/elsewhere' })).toBeNull()
  })
})

test('nothing is told of a shim, a script of the user’s own, or what says no version', async () => {
  const shim =
    '#!/usr/bin/env bash\nset -e\nprogram=aws\nexec "/home/me/.pyenv/libexec/pyenv" exec "$program" "$@"\n'
  expect(await version(await program('shims/aws', shim))).toBeNull()
  expect(await version(await program('own/aws', '#!/bin/sh\nexec /usr/bin/aws "$@"\n'))).toBeNull()
  expect(await version(await program('frozen/aws'))).toBeNull()
  expect(await version(await program('env/aws', script('/usr/bin/env python3')))).toBeNull()
  expect(await installedAws(join(root, 'nothing/aws'), {})).toBeNull()
})

describe('in an environment', () => {
  const variables = () => ({ PATH: `${root}/which:${root}/which1:${root}/which2`, HOME: '/nowhere' })

  test('what a program gave when asked holds for it, until it changes', async () => {
    await program('which/aws', '#!/bin/sh\n')
    const programs = programsOnce(new Map())({ variables: variables() }, {})
    const found = await programs.of('aws')
    expect(found).toMatchObject({ path: join(root, 'which/aws'), version: null })
    expect((await programs.rules('aws')).doubt).toContain('not known before a check has asked it')
    const asked = programsOnce(new Map([[found?.key ?? '', '1.45.11']]))
    expect(await asked({ variables: variables() }, {}).rules('aws')).toMatchObject({
      version: '1.45.11',
      doubt: null,
    })
    // A shim may choose by these.
    expect(
      (await asked({ variables: variables() }, { PYENV_VERSION: '3.9' }).rules('aws')).version,
    ).toBeNull()
    expect((await asked({ variables: variables() }, { AWS_PROFILE: 'x' }).rules('aws')).version).toBe(
      '1.45.11',
    )
    await program('which/aws', '#!/bin/sh\n# another\n')
    expect(
      (
        await programsOnce(new Map([[found?.key ?? '', '1.45.11']]))({ variables: variables() }, {}).rules(
          'aws',
        )
      ).version,
    ).toBeNull()
  })

  test('where it lacks a command, another on PATH is named; PATH of exec.env leads nowhere', async () => {
    await program('which2/Cellar/awscli/2.36.1/bin/aws')
    await link('which2/aws', 'Cellar/awscli/2.36.1/bin/aws')
    await program('which1/Cellar/awscli/2.23.6/bin/aws')
    await link('which1/aws', 'Cellar/awscli/2.23.6/bin/aws')
    await package1('which', '1.45.0')
    await program('which/aws', script('/usr/bin/python3'))
    const rules = await programsOnce(new Map())(
      { variables: variables() },
      { PATH: join(root, 'which2') },
    ).rules('aws')
    expect(rules).toMatchObject({
      version: '1.45.0',
      newer: { path: join(root, 'which2/aws'), version: '2.36.1' },
    })
  })
})
