/** The texts of the product as they stand in its sources, for tests of their manner and of the commands that they name. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.join(import.meta.dirname, '../..')

const sourceOf = (file: string): string =>
  readFileSync(path.join(root, file), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ' '))
    .replaceAll(/(^|\s)\/\/.*$/gm, '$1')

/** What is in quotation marks in a source, with its place. A template within a template ends the outer one: enough to find words. */
function textsOf(file: string): readonly (readonly [place: string, text: string])[] {
  const source = sourceOf(file)
  const quoted = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\[\s\S])*)`/g
  return [...source.matchAll(quoted)].flatMap(({ index, 1: a, 2: b, 3: c }) => {
    const text = a ?? b ?? c ?? ''
    // Words of people have a blank.
    if (!/[a-z]\S* |\s\S*[a-z]/i.test(text)) return []
    return [[`${file}:${source.slice(0, index).split('\n').length}`, text] as const]
  })
}

/** Every text of window, main and terminal, without tests and the demo, whose simulator speaks as AWS and Kubernetes do. */
export const productTexts = (): readonly (readonly [place: string, text: string])[] =>
  productFiles().flatMap(textsOf)

/** The sources of these texts, each without its comments. */
export const productSources = (): readonly (readonly [file: string, source: string])[] =>
  productFiles().map((file) => [file, sourceOf(file)])

const productFiles = (): readonly string[] =>
  ['shared', 'electron', 'renderer'].flatMap((room) =>
    readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
      .map((file) => path.posix.join(room, file.replaceAll(path.sep, '/')))
      .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|\/(?:testing|demo)\//.test(file)),
  )
