/** A map as a file of its own: colours are presentation attributes, fonts those of the system, nothing is loaded. Pure. */
import type { FleetMap } from './map-model'
import type { Paint, Shape, Words } from './map-shapes'
import { attributes, type Markup, type MarkupPart, markup } from './markup'

/** `sheet`: the colours are variables of a style sheet (`mapColours`), which knows both themes. */
export type MapTheme = 'light' | 'dark' | 'sheet'

type Palette = Readonly<Record<Paint, string>>

const tiles = (
  pairs: readonly (readonly [tile: string, ink: string])[],
): Record<`tile-${number}` | `ink-${number}`, string> =>
  Object.fromEntries(
    pairs.flatMap(([tile, ink], hue) => [
      [`tile-${hue}`, tile],
      [`ink-${hue}`, ink],
    ]),
  )

/** Those of the window (renderer/tokens.css and Tile.module.css). */
const palettes: Readonly<Record<Exclude<MapTheme, 'sheet'>, Palette>> = {
  light: {
    back: '#ffffff',
    box: '#ffffff',
    source: '#f6f7f9',
    line: '#e2e6ec',
    text: '#1b2330',
    text2: '#465163',
    text3: '#5c6779',
    ok: '#126b37',
    bad: '#b42620',
    badback: '#fdedeb',
    warn: '#8a4d04',
    no: '#6d31cf',
    dot: '#d98a1f',
    'band-ok': '#2f9e60',
    'band-bad': '#d6403a',
    'band-foretold': '#ec8d88',
    'band-no': '#9667e6',
    'band-open': '#7b8aa0',
    'band-files': '#c9d1dc',
    'bar-broken': '#ec8d88',
    'bar-warn': '#efc37d',
    'bar-none': '#c9d1dc',
    ...tiles([
      ['#c2f3f2', '#006366'],
      ['#d4eaff', '#06489c'],
      ['#f5deff', '#6b2b84'],
      ['#c3f1fd', '#005d7f'],
      ['#fedcf5', '#7b226d'],
      ['#caeeff', '#005394'],
      ['#e4e4ff', '#483a9a'],
      ['#e3e8ee', '#414f5d'],
    ]),
  },
  dark: {
    back: '#151a23',
    box: '#151a23',
    source: '#0f131a',
    line: '#262f3d',
    text: '#e6eaf0',
    text2: '#a9b4c3',
    text3: '#8f9bad',
    ok: '#4ade80',
    bad: '#ff8a82',
    badback: '#35191c',
    warn: '#f0b35a',
    no: '#bd9dff',
    dot: '#e0a04a',
    'band-ok': '#2fae66',
    'band-bad': '#f1645c',
    'band-foretold': '#9c443f',
    'band-no': '#9a73ee',
    'band-open': '#8796ab',
    'band-files': '#465163',
    'bar-broken': '#9c443f',
    'bar-warn': '#7d5a22',
    'bar-none': '#465163',
    ...tiles([
      ['#004141', '#97e9e8'],
      ['#1b355b', '#b7daff'],
      ['#442850', '#ecc8fc'],
      ['#003e4d', '#99e6f9'],
      ['#4c2544', '#fac4ed'],
      ['#003a57', '#a6e0ff'],
      ['#322f5a', '#d1d1ff'],
      ['#32363a', '#c9daeb'],
    ]),
  },
}

const sans = 'Inter Latin, Inter Variable, Inter, system-ui, -apple-system, Segoe UI, Roboto, sans-serif'
const mono = 'JetBrains Mono Latin, JetBrains Mono Variable, ui-monospace, Menlo, Consolas, monospace'

/** There are tiles of as many hues as identities have. */
const paintOf = (paint: Paint, theme: MapTheme): string =>
  theme === 'sheet' ? `var(--${paint})` : (palettes[theme][paint] ?? palettes[theme].text)

/** Every colour of a theme as a variable of a style sheet. */
export const mapColours = (theme: keyof typeof palettes): string =>
  Object.entries(palettes[theme])
    .map(([paint, colour]) => `--${paint}:${colour};`)
    .join('')

type Attributes = Readonly<Record<string, string | number>>

/** How words look, as React names the attributes. */
export const wordAttributes = (
  { size, fill, weight, mono: isMono, italic, underline }: Words,
  theme: MapTheme,
): Attributes => ({
  ...{ fontFamily: isMono ? mono : sans, fontSize: size, fill: paintOf(fill, theme) },
  fontWeight: weight ?? 400,
  ...(italic && { fontStyle: 'italic' }),
  ...(underline && { textDecoration: 'underline' }),
})

/** The attributes of a shape, as React names them. */
export function shapeAttributes(shape: Shape, theme: MapTheme): Attributes {
  const paint = (of: Paint | undefined): string => (of === undefined ? 'none' : paintOf(of, theme))
  if (shape.tag === 'text') {
    const { x, y, anchor } = shape
    return { x, y, ...wordAttributes(shape, theme), ...(anchor && { textAnchor: anchor }) }
  }
  const { fill, stroke, strokeWidth, opacity, dash } = shape
  const inked = {
    fill: paint(fill),
    ...(stroke && {
      stroke: paint(stroke),
      strokeWidth: strokeWidth ?? 1,
      strokeLinecap: 'round',
      strokeLinejoin: 'round',
    }),
    ...(opacity !== undefined && { opacity }),
    ...(dash && { strokeDasharray: dash }),
  }
  if (shape.tag === 'path')
    return { d: shape.d, ...(shape.at && { transform: `translate(${shape.at.join(' ')})` }), ...inked }
  const { x, y, width, height, radius } = shape
  return { x, y, width, height, ...(radius && { rx: radius }), ...inked }
}

/** Attributes by the names that SVG has for them. */
const written = (of: Attributes): Markup =>
  attributes(
    Object.fromEntries(
      Object.entries(of).map(([name, value]) => [
        name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
        value,
      ]),
    ),
  )

/** Pixels between words of one line. */
export const wordGap = 6

function element(shape: Shape, theme: MapTheme): Markup {
  const inside = written(shapeAttributes(shape, theme))
  if (shape.tag !== 'text') return markup`<${shape.tag}${inside}/>`
  const more = (shape.after ?? []).map(
    (words) => markup`<tspan dx="${wordGap}"${written(wordAttributes(words, theme))}>${words.text}</tspan>`,
  )
  return markup`<text${inside}>${shape.text}${more}</text>`
}

/** The map as one element, whole by itself. */
export function mapSvg({ width, height, label, parts }: FleetMap, theme: MapTheme): Markup {
  const drawn = parts.flatMap(({ title, shapes }): readonly MarkupPart[] => {
    const inside = shapes.map((shape) => element(shape, theme))
    return [title === '' ? inside : markup`<g><title>${title}</title>${inside}</g>`, markup`\n`]
  })
  const back = attributes({ width, height, fill: paintOf('back', theme) })
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}"><rect${back}/>${drawn}</svg>`
}
