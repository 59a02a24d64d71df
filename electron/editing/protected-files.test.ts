import { link, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { removeFolder } from '../testing/bundle'
import { type Protecting, protectedFile } from './protected-files'

let home = ''
let of: Protecting
const at = (name: string) => join(home, name)
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ekscope-protected-'))
  of = {
    variables: [{ HOME: home, AWS_CONFIG_FILE: at('work/aws') }, { HOME: at('other') }],
    home,
    platform: 'linux',
    dataFolder: at('state'),
  }
})
afterEach(() => removeFolder(home))

async function lay(name: string): Promise<string> {
  await mkdir(dirname(at(name)), { recursive: true })
  await writeFile(at(name), '')
  return at(name)
}
const said = async (path: string) => (await protectedFile(path, of))?.message ?? null

const ofAws = [
  'work/aws',
  '.aws/config',
  '.aws/credentials',
  '.aws/sso/cache/1.json',
  '.aws/cli/cache/1.json',
  '.aws/login/cache/1.json',
  'other/.aws/config',
]
const ofEkscope = [
  'state/trust.json',
  'state/settings.json',
  'state/history/copies/1.gz',
  'state/journal/1.json',
  'state/lock',
]

test.each([...ofAws, ...ofEkscope])('no kubeconfig goes to %s, whatever name leads there', async (name) => {
  const whose = ofAws.includes(name) ? 'belongs to aws' : 'belongs to Ekscope itself'
  // Also where nothing is there yet, nor its folder.
  expect(await said(at(name))).toContain(whose)
  await mkdir(at('links'))
  await symlink(dirname(at(name)), at('links/folder'))
  await mkdir(dirname(at(name)), { recursive: true })
  const base = name.slice(name.lastIndexOf('/') + 1)
  expect(await said(at(`links/folder/${base}`))).toContain(whose)
  expect(await said(at(`links/../${name}`))).toContain(whose)
  await lay(name)
  await link(at(name), at('links/hard'))
  await symlink(at(name), at('links/soft'))
  await symlink(at('links/soft'), at('links/softer'))
  for (const other of ['hard', 'soft', 'softer', `folder/${base}`])
    expect([other, await said(at(`links/${other}`))]).toEqual([other, expect.stringContaining(whose)])
})

test.each([
  '.kube/config',
  '.aws/kubeconfig',
  'work/kubeconfig',
  'state/config',
  'state/sessions/x/config',
  'trust.json',
])('one may go to %s', async (name) => {
  expect(await said(at(name))).toBeNull()
  await lay(name)
  await lay('.aws/config')
  await lay('state/trust.json')
  await link(at(name), at('twin'))
  expect([await said(at(name)), await said(at('twin'))]).toEqual([null, null])
})
