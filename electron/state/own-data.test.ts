import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ownData } from './own-data'

test('each piece is named with its files and how large they are together; no link is followed, and nothing is made', async () => {
  const home = await mkdtemp(join(tmpdir(), 'ekscope-own-data-'))
  const folder = join(home, 'data')
  expect(await ownData(folder)).toEqual([])
  await mkdir(join(folder, 'history/copies'), { recursive: true })
  await writeFile(join(folder, 'history/index'), '123')
  await writeFile(join(folder, 'history/copies/a.gz'), '4567')
  await writeFile(join(folder, 'checks.json'), '[]')
  await writeFile(join(folder, 'proofs.json'), '[ ]')
  await writeFile(join(folder, 'settings.json'), '{}')
  await writeFile(join(home, 'large'), 'x'.repeat(10_000))
  await symlink(join(home, 'large'), join(folder, 'history/large'))
  const found = await ownData(folder)
  expect(found.map(({ piece, paths }) => [piece, paths])).toEqual([
    ['history', [join(folder, 'history')]],
    ['checks', [join(folder, 'checks.json'), join(folder, 'proofs.json')]],
    ['rest', [join(folder, 'settings.json')]],
  ])
  expect(found[0]?.bytes).toBeLessThan(1_000)
  expect(found.slice(1).map(({ bytes }) => bytes)).toEqual([5, 2])
  await rm(home, { recursive: true })
})
