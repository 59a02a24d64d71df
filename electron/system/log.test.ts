import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { removeFolder } from '../testing/bundle'
import { createLog, logFile } from './log'

test('a line holds its time and level, and neither secrets nor line feeds', async () => {
  const lines: string[] = []
  const log = createLog(
    (line) => {
      lines.push(line)
    },
    () => ['wJalrXUtnFEMI'],
  )
  log.error('started\nwith AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI and k8s-aws-v1.aHR0cHM')
  log.error('went wrong', new Error('wJalrXUtnFEMI'))
  await log.flush()
  expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z error started ⏎ with /)
  expect(lines[1]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z error went wrong: Error: /)
  expect(lines.join('')).not.toMatch(/wJalr|aHR0cHM/)
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true)
})

test('the file is 0600 and a large one is set aside once', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ekscope-log-'))
  try {
    const write = logFile(folder)
    const file = path.join(folder, 'ekscope.log')
    await write('one\n')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await writeFile(file, 'x'.repeat(1024 * 1024 + 1))
    await write('two\n')
    expect(await readFile(file, 'utf8')).toBe('two\n')
    expect((await stat(`${file}.1`)).size).toBe(1024 * 1024 + 1)
  } finally {
    await removeFolder(folder)
  }
})
