import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inProject } from './project.mjs'

const folders = ['bench', 'docs', 'e2e', 'electron', 'renderer', 'scripts', 'shared']
const files = [
  ...readdirSync(inProject()),
  ...folders.flatMap((folder) =>
    readdirSync(inProject(folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  ),
]
const pages = files.filter((file) => /^(?:README|SECURITY|CONTRIBUTING|docs\/[^/]+)\.md$/.test(file))
/** @param {string} page */
const textOf = (page) => readFileSync(inProject(page), 'utf8')

/** What a heading is called in a link, as GitHub names it. @param {string} heading */
const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
/** @param {string} page */
const anchorsOf = (page) => found(page, /^#+ (.*)$/gm).map(anchorOf)
/** What is in the brackets of a pattern, wherever it stands. @param {string} page @param {RegExp} pattern */
const found = (page, pattern) => [...textOf(page).matchAll(pattern)].map(([, inside = '']) => inside)

/** Examples of names, not names of files. */
const examples = new Set(['x.ts', 'x.test.ts'])

describe.each(pages)('%s', (page) => {
  test('each link leads somewhere', () => {
    const own = found(page, /\]\(([^)\s]+)\)/g).filter((link) => !/^[a-z]+:/.test(link))
    const wrong = own.filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      if (!existsSync(inProject(target))) return true
      return anchor !== undefined && !anchorsOf(target).includes(anchor)
    })
    expect(wrong).toEqual([])
  })

  test('each file of the project that it names is there', () => {
    const named = found(page, /`([\w./-]+\.(?:tsx?|mjs|css|py))`/g)
    const gone = named.filter(
      (name) => !examples.has(name) && !files.some((file) => file === name || file.endsWith(`/${name}`)),
    )
    expect([...new Set(gone)]).toEqual([])
  })
})

// Pages of short answers, which are looked at and not read.
const lookedUp = new Set(['docs/audit.md', 'docs/ci.md', 'docs/installing.md', 'docs/recipes.md'])
test('all pages together stay short enough to be read', () => {
  const docs = pages.filter((page) => page.startsWith('docs/') && !lookedUp.has(page))
  const lines = docs.reduce((sum, page) => sum + textOf(page).split('\n').length - 1, 0)
  expect([docs.length, lines <= 3_000]).toEqual([10, true])
})

test('what measures stays short enough to be trusted', () => {
  const measuring = files.filter((file) => /^bench\/.*\.mjs$/.test(file))
  const lines = measuring.reduce((sum, file) => sum + textOf(file).split('\n').length - 1, 0)
  expect([measuring.length > 0, lines <= 1_000]).toEqual([true, true])
})
