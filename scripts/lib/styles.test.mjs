import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { inProject } from './project.mjs'

const files = readdirSync(inProject('renderer'), { recursive: true, encoding: 'utf8' }).map((file) =>
  inProject('renderer', file),
)
const read = (/** @type {string} */ file) => readFileSync(file, 'utf8')
const sheets = files.filter((file) => file.endsWith('.css'))
const code = files.filter((file) => /\.tsx?$/.test(file))

test('a class that a part of the page takes from its style sheet stands there', () => {
  const missing = code.flatMap((file) => {
    const text = read(file)
    return [...text.matchAll(/import (\w+) from '([^']+\.module\.css)'/g)].flatMap(([, name, sheet = '']) => {
      const styles = read(join(dirname(file), sheet))
      return [...text.matchAll(new RegExp(`\\b${name}\\.(\\w+)`, 'g'))]
        .filter(([, used]) => !new RegExp(`\\.${used}\\b`).test(styles))
        .map(([used]) => `${file}: ${used}`)
    })
  })
  expect(code.length).toBeGreaterThan(200)
  expect(missing).toEqual([])
})

test('a custom property that a style sheet asks for is set, by a sheet, by a part, or by the package of popups', () => {
  const set = new Set(
    [...sheets, ...code].flatMap((file) =>
      [...read(file).matchAll(/(?<![(\w-])['"]?(--[\w-]+)['"]?\]?\s*[:,]/g)].map(([, name]) => name),
    ),
  )
  const ofPopups = ['--anchor-width', '--available-height']
  const unset = sheets.flatMap((file) =>
    [...read(file).matchAll(/var\((--[\w-]+)\s*\)/g)]
      .filter(([, name = '']) => !set.has(name) && !ofPopups.includes(name))
      .map(([used]) => `${file}: ${used}`),
  )
  expect(unset).toEqual([])
})

/** What each property may be: a token, what is inherited, a part of the text around it, or a circle. */
/** @type {readonly { property: RegExp, values: RegExp }[]} */
const allowed = [
  { property: /^font-size$/, values: /^(var\(--size-[1-5]\)|inherit|[\d.]+em)$/ },
  {
    property: /^font$/,
    values:
      /^(inherit|(var\(--weight-\w+\) )?(var\(--size-[1-5]\)|[\d.]+em)( \/ [\d.]+(px)?)? var\(--(font|mono)\))$/,
  },
  { property: /^font-weight$/, values: /^(var\(--weight-(normal|strong|bold)\)|inherit)$/ },
  { property: /^border(-\w+-\w+)?-radius$/, values: /^((var\(--radius(-small)?\)|0|\d+%) ?)+$|^inherit$/ },
]

test('sizes, weights, radii and colours are taken from tokens.css', () => {
  const others = sheets
    .filter((file) => !file.endsWith('tokens.css'))
    .flatMap((file) => {
      const text = read(file).replaceAll(/\/\*[\s\S]*?\*\//g, '')
      const values = [...text.matchAll(/^\s*([a-z-]+):\s*([^;{]+);/gm)].flatMap(
        ([, name = '', value = '']) =>
          allowed.some(({ property, values }) => property.test(name) && !values.test(value))
            ? [`${name}: ${value}`]
            : [],
      )
      const colours = [...text.matchAll(/#[\da-f]{3,8}\b/gi)].map(([colour]) => colour)
      // A font face has a range of weights.
      return [...values.filter((one) => !/^font-weight: \d+ \d+$/.test(one)), ...colours].map(
        (one) => `${file}: ${one}`,
      )
    })
  expect(others).toEqual([])
})
