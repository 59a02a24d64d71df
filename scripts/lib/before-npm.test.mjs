import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { beforeNpm } from './before-npm.mjs'
import { npm } from './process.mjs'
import { inProject } from './project.mjs'

let folder = ''
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ekscope-before-npm-')))
})
afterEach(() => rmSync(folder, { recursive: true }))

/**
 * What a script of a project below `folder` gets from the real npm, started with exactly these variables.
 * @param {Record<string, string>} variables
 * @param {string} show the script: prints its variables as JSON
 */
function underNpm(variables, show) {
  const project = join(folder, 'a', 'project')
  mkdirSync(project, { recursive: true })
  writeFileSync(join(project, 'show.mjs'), show)
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({
      name: 'p',
      version: '1.0.0',
      scripts: { show: `"${process.execPath}" show.mjs`, nested: 'npm run -s show' },
    }),
  )
  return (/** @type {string} */ script) => {
    const { command, args } = npm()
    const run = spawnSync(command, [...args, 'run', '-s', script], { cwd: project, env: variables })
    return JSON.parse(run.stdout.toString())
  }
}

const module = JSON.stringify(inProject('scripts', 'lib', 'before-npm.mjs'))
const raw = 'console.log(JSON.stringify(process.env))'
const before = `import { beforeNpm } from ${module}\nconsole.log(JSON.stringify(beforeNpm(process.env)))`

/** The shell that npm starts a script with adds these. @param {Record<string, string>} variables */
function withoutShells(variables) {
  const { _, PWD, OLDPWD, SHLVL, ...rest } = variables
  return rest
}

test('a script of the real npm, and of npm within npm, has the variables of before npm', () => {
  // The caller's own folder of that name, relative or not, is his.
  const PATH = ['node_modules/.bin', join(folder, 'own/node_modules/.bin'), process.env.PATH ?? ''].join(':')
  const variables = {
    PATH,
    HOME: folder,
    EDITOR: 'nano',
    LANG: 'C.UTF-8',
    AWS_PROFILE: 'prod',
    COLORTERM: 'yes',
  }
  expect(underNpm(variables, raw)('show')).toMatchObject({ INIT_CWD: expect.anything(), COLOR: '0' })
  for (const script of ['show', 'nested'])
    expect(withoutShells(underNpm(variables, before)(script))).toEqual(variables)
})

test('an editor that only npm thought of goes, and so does nothing where no npm was', () => {
  const variables = { PATH: '/usr/bin:/bin', HOME: folder }
  expect(withoutShells(underNpm(variables, before)('show'))).toEqual(variables)
  const plain = { ...variables, EDITOR: 'vi', COLOR: '1', NODE: '/n', PATH: '/x/node_modules/.bin:/usr/bin' }
  expect(beforeNpm(plain)).toEqual(plain)
})

test.each([
  [
    'yarn',
    '/tmp/yarn--1764-0.1:/p/node_modules/.bin:/h/.config/yarn/link/node_modules/.bin:/u/lib/node_modules/npm/bin/node-gyp-bin:/usr/bin',
  ],
  ['pnpm', '/p/node_modules/.bin:/h/pnpm/dist/node-gyp-bin:/usr/bin'],
  ['bun', '/p/node_modules/.bin:/node_modules/.bin:/usr/bin'],
])('what %s puts before PATH goes, too', (_, PATH) => {
  const variables = { npm_execpath: '/x', npm_package_json: '/p/package.json', INIT_CWD: '/p', PATH }
  expect(beforeNpm(variables, 'linux')).toEqual({ PATH: '/usr/bin' })
})

test('on Windows PATH has any case, and its folders a drive', () => {
  const variables = {
    npm_execpath: 'x',
    Path: 'C:\\p\\node_modules\\.bin;C:\\node_modules\\.bin;C:\\npm\\node-gyp-bin;C:\\Windows',
  }
  expect(beforeNpm(variables, 'win32')).toEqual({ Path: 'C:\\Windows' })
})
