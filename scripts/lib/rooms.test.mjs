import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inProject } from './project.mjs'
import { overBorder, readImports, readRooms, roomOf, wrongWay } from './rooms.mjs'

const rooms = readRooms(readFileSync(inProject('docs', 'architecture.md'), 'utf8'))
const imports = readImports(['shared', 'electron', 'renderer'])

test('every room on the page is there, and every module stands in one', () => {
  expect(rooms.length).toBeGreaterThan(30)
  const folders = rooms.map(({ path }) => path.replace(/\*$/, ''))
  expect(folders.filter((folder) => !existsSync(inProject(folder)))).toEqual([])
  expect(imports.length).toBeGreaterThan(1_000)
  const homeless = imports.filter(({ from }) => roomOf(rooms, from) === undefined)
  expect([...new Set(homeless.map(({ from }) => from))]).toEqual([])
})

test('no arrow goes from a lower room to a higher one, to the other side, or to what is made for tests', () => {
  expect(imports.flatMap((arrow) => wrongWay(rooms, arrow) ?? [])).toEqual([])
})

test('machinery that was given up for what it cost does not come back under its name', () => {
  const gone =
    /(^|\/)(first-picture|excerpt|picture-file|late-document|late-hash|late-module|text-of-bytes|json-scanner|snapshot-tables|identity-table|v8-pace|kept-code|files-at-once|own-pages|offsets|scanned)\.\w+$/
  expect(imports.filter(({ to }) => gone.test(to))).toEqual([])
})

test('electron, node, the page’s packages and the AWS SDK are imported where they belong', () => {
  expect(imports.flatMap((arrow) => overBorder(arrow) ?? [])).toEqual([])
})

test('what would be wrong is said with both rooms, or with the door', () => {
  const page =
    '`renderer/`: the page.\n\n| room | what |\n| --- | --- |\n| `rows/` | a context as a row |\n| `grid/`, `palette/` | parts |\n| `App.tsx` | the root |\n## Next\n| `other/` | no room |\n'
  const few = readRooms(page)
  expect(few.map(({ path, level }) => [path, level])).toEqual([
    ['renderer/rows/', 1],
    ['renderer/grid/', 2],
    ['renderer/palette/', 2],
    ['renderer/*', 3],
  ])
  const arrow = (/** @type {string} */ from, /** @type {string} */ to) => wrongWay(few, { from, to })
  expect(arrow('renderer/grid/Grid.tsx', 'renderer/rows/rows.ts')).toBeNull()
  expect(arrow('renderer/App.tsx', 'renderer/grid/Grid.tsx')).toBeNull()
  expect(arrow('renderer/grid/Grid.tsx', 'renderer/App.tsx')).toContain('below renderer/*')
  expect(arrow('renderer/rows/rows.ts', 'renderer/grid/Grid.tsx')).toBe(
    'renderer/rows/rows.ts imports renderer/grid/Grid.tsx: renderer/rows/ (a context as a row) stands below renderer/grid/ (parts)',
  )
  expect(arrow('renderer/grid/Grid.tsx', 'renderer/palette/Palette.tsx')).toContain(
    'beside renderer/palette/',
  )
  expect(arrow('electron/cli/list.ts', 'renderer/rows/rows.ts')).toBeNull()
  expect(overBorder({ from: 'electron/kubeconfig/read/document.ts', to: 'package node:fs' })).toContain(
    'kubeconfig/disk/',
  )
  expect(overBorder({ from: 'electron/whoami/token.ts', to: 'package electron' })).toContain('as arguments')
})
