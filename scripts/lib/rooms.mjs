// Which room imports which, held against the tables of rooms in docs/architecture.md: the page that says it is the rule.
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { inProject } from './project.mjs'

/**
 * @typedef {object} Room
 * @property {string} path a folder with what is in it, `electron/demo/`; the files directly in a top folder, `electron/*`
 * @property {string} top `electron/`
 * @property {number} level a room may import those of its top folder that stand on a lower level
 * @property {string} says what the page says of it
 * @typedef {{ readonly from: string, readonly to: string }} Import `to`: a file of the project, or what a package is imported as
 */

/**
 * The rooms as docs/architecture.md lists them: a table per top folder, from the bottom up, a row per level.
 * @param {string} page
 * @returns {readonly Room[]}
 */
export function readRooms(page) {
  /** @type {Room[]} */
  const rooms = []
  let top = ''
  let level = 0
  for (const line of page.split('\n')) {
    const heading = /^`(\w+\/)`: /.exec(line)?.[1]
    if (heading !== undefined) {
      top = heading
      level = 0
    } else if (line.startsWith('## ')) top = ''
    const [, named = '', says = ''] = /^\| (`[^|]*`) \| ([^|]*)/.exec(line) ?? []
    if (top === '' || named === '') continue
    level += 1
    const names = [...named.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
    const paths = new Set(names.map((name) => top + (name.endsWith('/') ? name : '*')))
    for (const path of paths) rooms.push({ path, top, level, says: says.trim() })
  }
  return rooms
}

/**
 * @param {readonly Room[]} rooms
 * @param {string} file
 * @returns {Room | undefined}
 */
export function roomOf(rooms, file) {
  return rooms.find(({ path, top }) =>
    path === `${top}*` ? `${posix.dirname(file)}/` === top : file.startsWith(path),
  )
}

/** Before the name of a package, so that the package electron is not the folder. */
const packageMark = 'package '

/**
 * Every import of a module by another one, of types and of styles too. Tests and what is made for them are left out.
 * @param {readonly string[]} folders
 * @returns {readonly Import[]}
 */
export function readImports(folders) {
  const files = new Set(
    folders.flatMap((folder) =>
      readdirSync(inProject(folder), { recursive: true, encoding: 'utf8' })
        .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
        .filter((name) => /\.(tsx?|css)$/.test(name)),
    ),
  )
  const product = [...files].filter((file) => !/\.test\.tsx?$|\/testing\//.test(file))
  return product.flatMap((from) => {
    const text = readFileSync(inProject(from), 'utf8')
    return [...text.matchAll(/\b(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, named = '']) => {
      if (!named.startsWith('.')) return { from, to: packageMark + named }
      const path = posix.join(posix.dirname(from), named)
      const to = ['', '.ts', '.tsx', '/index.ts'].map((end) => path + end).find((file) => files.has(file))
      return { from, to: to ?? path }
    })
  })
}

/**
 * Why an import between files may not be; null when it may.
 * @param {readonly Room[]} rooms
 * @param {Import} arrow
 * @returns {string | null}
 */
export function wrongWay(rooms, { from, to }) {
  const [here, there] = [roomOf(rooms, from), roomOf(rooms, to)]
  if (here === undefined || there === undefined || here === there) return null
  const arrow = `${from} imports ${to}`
  if (there.path.endsWith('/testing/')) return `${arrow}: that is made for tests`
  if (here.top !== there.top)
    return there.top === 'shared/' ? null : `${arrow}: what both sides need belongs into shared/`
  if (there.level < here.level) return null
  const why = there.level === here.level ? 'beside' : 'below'
  return `${arrow}: ${here.path} (${here.says}) stands ${why} ${there.path} (${there.says})`
}

/** @typedef {{ readonly packages: RegExp, readonly may: (file: string) => boolean, readonly door: string }} Border */

/** @param {readonly string[]} places */
const within =
  (...places) =>
  /** @param {string} file */
  (file) =>
    places.some((place) => file.startsWith(place))
const engine = within(
  'electron/kubeconfig/yaml/',
  'electron/kubeconfig/read/',
  'electron/kubeconfig/rewrite/',
)
const privileged = within('electron/')

/** @type {readonly Border[]} */
const borders = [
  {
    packages: /^package electron(\/|$)/,
    may: within('electron/main.ts', 'electron/preload.ts', 'electron/app/', 'electron/question/'),
    door: 'services take what they need as arguments, which main.ts and app/ give them',
  },
  {
    packages: /^package node:/,
    may: (file) => privileged(file) && !engine(file),
    door: 'shared/ and the kubeconfig engine are values in, values out, and the page asks main: files are read and written in kubeconfig/disk/ and system/',
  },
  {
    packages: /^package (react|react-dom|zustand|@base-ui|@tanstack|lucide-react)(\/|$)/,
    may: within('renderer/'),
    door: 'drawing belongs to the page',
  },
  {
    packages: /^package (@aws-sdk|@smithy|https-proxy-agent)(\/|$)/,
    may: within('electron/aws/api/'),
    door: 'aws/api/clients.ts is the only maker of SDK clients; the chain of aws/chain/ is our own',
  },
]

/**
 * Why a file may not import a package; null when it may.
 * @param {Import} use
 * @returns {string | null}
 */
export function overBorder({ from, to }) {
  const border = borders.find(({ packages, may }) => packages.test(to) && !may(from))
  return border === undefined ? null : `${from} imports the ${to}: ${border.door}`
}
