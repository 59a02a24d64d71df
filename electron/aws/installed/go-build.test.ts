/** What Go wrote into a program, judged by programs that Go built; and the version of an authenticator by it. */
import { mkdir, mkdtemp, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeFolder } from '../../testing/bundle'
import { kubectlJudges } from '../../testing/kubectl-judges'
import { goBuildOf } from './go-build'
import { installedAuthenticator } from './installed'
import { programsOnce } from './which'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ekscope-go-'))
})
afterAll(() => removeFolder(root))

for (const { name, program, here } of kubectlJudges)
  test.skipIf(!here)(`the real ${name} says what it was built of`, async () => {
    // A distribution may build from a folder, which is of no version.
    const module = { path: 'k8s.io/kubernetes', version: 'v1.35.2' }
    expect(await goBuildOf(program)).toMatchObject(name === 'kubectl 1.35' ? { module } : {})
  })

const varint = (length: number): Buffer =>
  length < 0x80 ? Buffer.of(length) : Buffer.concat([Buffer.of((length & 0x7f) | 0x80), varint(length >> 7)])
const text = (content: string) => Buffer.concat([varint(Buffer.byteLength(content)), Buffer.from(content)])
const mark = '0123456789abcdef'
/** As the linker lays it into a program's data. */
const built = (info: string, flags = 2) =>
  Buffer.concat([
    Buffer.from(`\xff Go buildinf:\x08${String.fromCharCode(flags)}`, 'latin1'),
    Buffer.alloc(16),
    text('go1.24.4'),
    text(`${mark}${info}${mark}`),
  ])
const module = 'sigs.k8s.io/aws-iam-authenticator'
const infoOf = (version: string, more = '', of = module) =>
  `path\t${of}/cmd/aws-iam-authenticator\nmod\t${of}\t${version}\t\ndep\tgithub.com/x/y\tv9.9.9\t\nbuild\t-compiler=gc\n${more}`

async function program(path: string, ...parts: readonly Uint8Array[]): Promise<string> {
  const full = join(root, path)
  await mkdir(dirname(full), { recursive: true })
  await writeFile(full, Buffer.concat([Buffer.from('\x7fELF'), ...parts]), { mode: 0o755 })
  return full
}
const version = async (path: string) => (await installedAuthenticator(path))?.version

describe('the version of an aws-iam-authenticator', () => {
  test('is that of the module where `go install` built it', async () => {
    expect(await version(await program('a', built(infoOf('v0.7.2')), Buffer.alloc(900)))).toBe('0.7.2')
  })

  test('is the one that its own releases give to the linker', async () => {
    const flags = (value: string) =>
      `build\t-ldflags="-s -w -X ${module}/pkg.Version=${value} -X ${module}/pkg.CommitID=1.2.3"\n`
    expect(await version(await program('b', built(infoOf('(devel)', flags('0.6.14')))))).toBe('0.6.14')
    expect(await version(await program('c', built(infoOf('v0.0.1', flags('v0.7.0')))))).toBe('0.7.0')
    const last = infoOf('(devel)', `build\t-ldflags=-X=${module}/pkg.Version=0.6.2`)
    expect(await version(await program('d', built(last)))).toBe('0.6.2')
  })

  test('is not known of what says none, of another program, and of what no Go has built', async () => {
    const snapshot = `build\t-ldflags="-X ${module}/pkg.Version=git-1a2b3c4"\n`
    for (const [name, ...parts] of [
      ['devel', built(infoOf('(devel)'))],
      ['snapshot', built(infoOf('(devel)', snapshot))],
      ['pseudo', built(infoOf('v0.6.15-0.20240101000000-abcdefabcdef'))],
      ['dirty', built(infoOf('v0.6.15+dirty'))],
      ['other', built(infoOf('v1.2.3', '', 'example.org/other'))],
      ['old', built(infoOf('v0.5.0'), 0)],
      ['cut', built(infoOf('v0.5.0')).subarray(0, 90)],
      ['nothing'],
      ['odd', Buffer.from('\xff Go buildinf:\x08\x02', 'latin1'), Buffer.alloc(40, 0xff)],
    ] as const)
      expect([name, await version(await program(name, ...parts))]).toEqual([name, null])
    expect(await installedAuthenticator(join(root, 'not-there'))).toBeNull()
  })

  test('is found wherever it stands near the end, also across what is read at once, and behind what only looks so', async () => {
    const megabyte = 1024 * 1024
    const whole = built(infoOf('v0.6.9'))
    // Every place of the magic over the edge of a megabyte from the end.
    for (const cut of [1, 8, 13, 14, 15]) {
      const behind = Buffer.alloc(megabyte - whole.length + cut)
      expect(await version(await program('edge', Buffer.alloc(megabyte), whole, behind))).toBe('0.6.9')
    }
    const looksSo = Buffer.from('\xff Go buildinf:\x08\x00', 'latin1')
    expect(await version(await program('twice', whole, looksSo, looksSo))).toBe('0.6.9')
    const far = await program('far', whole)
    await truncate(far, 40 * megabyte)
    expect(await version(far)).toBeNull()
  })

  test('is the one in its packager’s path, without a look at its bytes', async () => {
    const cellar = await program('Cellar/aws-iam-authenticator/0.6.14_1/bin/aws-iam-authenticator')
    await mkdir(join(root, 'bin'), { recursive: true })
    await symlink(cellar, join(root, 'bin/aws-iam-authenticator'))
    await program('installs/aws-iam-authenticator/0.7.1/bin/aws-iam-authenticator')
    expect(await version(join(root, 'installs/aws-iam-authenticator/0.7.1/bin/aws-iam-authenticator'))).toBe(
      '0.7.1',
    )
    const programs = programsOnce(new Map())({ variables: { PATH: join(root, 'bin') } }, {})
    expect(await programs.of('aws-iam-authenticator')).toMatchObject({ version: '0.6.14', read: '0.6.14' })
  })
})
