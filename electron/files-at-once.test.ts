/** Files at once: Node's own promises are the judge of each, in what they give and in how they fail. */
import { execFileSync } from 'node:child_process'
import * as nodes from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { filesAtOnce } from './files-at-once'
import { codeOf } from './system/errno'

type Files = typeof nodes
const isFiles = (files: object): files is Files => 'open' in files
const atOnce = filesAtOnce(nodes)
if (!isFiles(atOnce)) throw new Error('it has what Node has')

/** What a call gives, or how it fails. */
async function became(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return { gives: await work() }
  } catch (error) {
    const syscall: unknown = error instanceof Error && 'syscall' in error ? error.syscall : undefined
    return { code: codeOf(error), syscall, isError: error instanceof Error }
  }
}

/** Everything that programs of ours ask of files, in a folder of its own. */
async function used({ open, ...files }: Files, folder: string): Promise<readonly unknown[]> {
  const at = (name: string) => path.join(folder, name)
  const found: unknown[] = []
  const say = async (work: () => Promise<unknown>) => void found.push(await became(work))
  await say(() => files.mkdir(at('a/b'), { recursive: true }).then(() => null))
  await say(() => files.mkdir(at('a')))
  await say(async () => {
    const handle = await open(at('file'), 'wx', 0o640)
    try {
      const { bytesWritten } = await handle.write(Buffer.from('0123456789'), 2, 5, 0)
      await handle.write(Buffer.from('xy'), 0, 2, 5)
      await handle.sync()
      await handle.datasync()
      await handle.chmod(0o600)
      const { mode, size } = await handle.stat()
      const exact = (await handle.stat({ bigint: true })).size
      await handle.truncate(6)
      return [bytesWritten, mode, size, exact]
    } finally {
      await handle.close()
      await handle.close()
    }
  })
  await say(async () => {
    const handle = await open(at('file'), 'r+')
    const buffer = Buffer.alloc(8, '.')
    const first = await handle.read(buffer, 1, 3, 2)
    const named = await handle.read({ buffer: Buffer.alloc(4, '-'), position: 4 })
    const rest = await handle.readFile()
    await handle.writeFile('tail')
    await handle.appendFile(' end')
    await handle.close()
    return [first.bytesRead, buffer.toString(), named.bytesRead, named.buffer.toString(), rest.toString()]
  })
  await say(async () => {
    const handle = await open(at('file'))
    await handle.close()
    return handle.stat()
  })
  await say(() => open(at('file'), 'wx'))
  await say(() => open(at('missing')))
  await say(() => files.readFile(at('file')))
  await say(() => files.readFile(at('file'), 'utf8'))
  await say(() => files.readFile(at('file'), { encoding: 'base64' }))
  await say(() => files.readFile(at('missing'), 'utf8'))
  await say(() => files.readFile(folder))
  await say(async () => (await files.readFile('/proc/self/mountinfo', 'utf8')).length > 0)
  await say(() => files.symlink('file', at('link')))
  await say(() => files.readlink(at('link')))
  await say(() => files.readlink(at('file')))
  await say(async () => path.relative(folder, await files.realpath(at('a/../link'))))
  await say(() => files.realpath(at('missing')))
  await say(async () => (await files.lstat(at('link'))).isSymbolicLink())
  await say(async () => (await files.stat(at('link'), { bigint: true })).size)
  await say(() => files.stat(at('missing')))
  await say(() => files.link(at('file'), at('hard')))
  await say(() => files.link(at('file'), at('hard')))
  await say(() => files.rename(at('hard'), at('a/moved')))
  await say(() => files.rename(at('hard'), at('x')))
  await say(() => files.chmod(at('a/moved'), 0o400))
  await say(async () => (await files.stat(at('file'))).mode)
  await say(() => files.utimes(at('file'), 1_000, 2_000))
  await say(async () => (await files.stat(at('file'))).mtimeMs)
  await say(async () => (await files.readdir(folder)).sort())
  await say(async () =>
    (await files.readdir(folder, { withFileTypes: true })).map((one) => [one.name, one.isFile()]).sort(),
  )
  await say(() => files.readdir(at('file')))
  await say(() => files.access(at('file'), files.constants.R_OK))
  await say(() => files.access(at('missing')))
  await say(() => files.unlink(at('link')))
  await say(() => files.unlink(at('link')))
  await say(() => files.rmdir(at('a')))
  await say(() => files.rm(at('a'), { recursive: true }))
  await say(() => files.rm(at('a')))
  await say(() => files.rm(at('a'), { force: true }))
  await say(() => files.writeFile(at('whole'), 'by path'))
  await say(() => files.writeFile(at('whole'), 'again', { flag: 'wx', mode: 0o600 }))
  await say(() => files.writeFile(at('new'), 'made', { flag: 'wx', mode: 0o600 }))
  await say(async () => (await files.stat(at('new'))).mode)
  await say(() => files.appendFile(at('whole'), ', and more'))
  await say(() => files.readFile(at('whole'), 'utf8'))
  return found
}

test('what is asked of files gives the same, and fails alike', async () => {
  const folders = await Promise.all([1, 2].map(() => atOnce.mkdtemp(path.join(tmpdir(), 'ekscope-at-once-'))))
  const [one = '', other = ''] = folders
  expect(await used(atOnce, one)).toEqual(await used(nodes, other))
  for (const folder of folders) await atOnce.rm(folder, { recursive: true })
})

test('a pipe that nobody writes to holds up neither timers nor other files', async () => {
  const folder = await atOnce.mkdtemp(path.join(tmpdir(), 'ekscope-at-once-'))
  const pipe = path.join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const waiting = atOnce.readFile(pipe, 'utf8')
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(await atOnce.readdir(folder)).toEqual(['pipe'])
  await atOnce.writeFile(pipe, 'at last')
  expect(await waiting).toBe('at last')
  await atOnce.rm(folder, { recursive: true })
})

test('however many files are looked at, the event loop gets its turn', async () => {
  let turns = 0
  const count = setInterval(() => {
    turns += 1
  }, 1)
  // Without a turn no time limit of the test's would be heard either.
  const atMost = performance.now() + 10_000
  while (turns < 2 && performance.now() < atMost) await atOnce.stat(tmpdir())
  clearInterval(count)
  expect(turns).toBeGreaterThan(1)
})
