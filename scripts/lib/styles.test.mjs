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

test('each class of a module is used by a part of the page that imports the module', () => {
  const used = new Set(
    code.flatMap((file) => {
      const text = read(file)
      return [...text.matchAll(/import (\w+) from '([^']+\.module\.css)'/g)].flatMap(
        ([, name, sheet = '']) => {
          // `styles[kind]`: any word in quotes may be the class.
          const quoted = text.includes(`${name}[`) ? "|'([\\w-]+)'" : ''
          const words = [...text.matchAll(new RegExp(`\\b${name}\\.(\\w+)${quoted}`, 'g'))]
          return words.map(([, one, other]) => `${join(dirname(file), sheet)}: ${one ?? other}`)
        },
      )
    }),
  )
  const unused = sheets
    .filter((file) => file.endsWith('.module.css'))
    .flatMap((file) => {
      const own = read(file).replaceAll(/\/\*[\s\S]*?\*\/|:global\([^)]*\)/g, '')
      return [...own.matchAll(/\.([a-z][\w-]*)(?=[^{};]*\{)/gi)].map(([, name]) => `${file}: ${name}`)
    })
  expect(unused.filter((one) => !used.has(one))).toEqual([])
})

test('a class that stands by its name, or that a module takes over, is one of all rooms', () => {
  const known = sheets
    .filter((file) => !file.endsWith('.module.css'))
    .flatMap((file) => [...read(file).matchAll(/\.([a-z][\w-]*)(?=[^{};]*\{)/g)].map(([, name]) => name))
  const names = [
    ...code.flatMap((file) => [...read(file).matchAll(/className="([^"]+)"/g)].map(([, of = '']) => of)),
    ...sheets.flatMap((file) =>
      [...read(file).matchAll(/composes: ([^;]+) from global;/g)].map(([, of = '']) => of),
    ),
  ]
  expect(names.length).toBeGreaterThan(100)
  expect(names.flatMap((of) => of.split(' ')).filter((name) => !known.includes(name))).toEqual([])
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

/** How light a colour is, as WCAG 2.2 works it out. */
const luminance = (/** @type {string} */ colour) => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

test('each part of a bar is told from every ground that it is drawn on, in both themes', () => {
  const themes = read(inProject('renderer/tokens.css')).split(':root[data-theme="dark"]')
  const bars = [...read(inProject('renderer/ui/shared.css')).matchAll(/--segment: var\((--[\w-]+)\)/g)]
  const grounds = ['--panel', '--bg', '--hover', '--selected', '--selected-hover']
  const dim = themes.flatMap((theme, at) => {
    const tokens = new Map(
      [...theme.matchAll(/(--[\w-]+): (#[\da-f]{6});/g)].map(([, name = '', colour = '']) => [name, colour]),
    )
    const light = (/** @type {string} */ name) => luminance(tokens.get(name) ?? '') + 0.05
    return ['--seg-neutral', ...bars.map(([, name = '']) => name)].flatMap((bar) =>
      grounds.flatMap((ground) => {
        const [most = 0, least = 0] = [light(bar), light(ground)].sort((one, other) => other - one)
        return most / least >= 3 ? [] : [`${at === 0 ? 'light' : 'dark'}: ${bar} on ${ground}`]
      }),
    )
  })
  expect(bars).toHaveLength(7)
  expect(dim).toEqual([])
})
