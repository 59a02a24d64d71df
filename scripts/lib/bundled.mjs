// Which packages are in what was built, and the licences that go with them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inProject, readJson, Stop } from './project.mjs'

/** The file in which a build names the packages that it took in. */
export const bundledFile = 'bundled.json'

/**
 * Notes the packages whose code or files are in what is written.
 * @param {string} [folder] in the build's own folder
 * @returns {import('vite').Plugin}
 */
export const bundledPackages = (folder = '') => ({
  name: 'bundled-packages',
  generateBundle(_, bundle) {
    const ids = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
    const packages = ids.flatMap((id) => packageOf(id) ?? [])
    const source = JSON.stringify([...new Set(packages)].sort())
    this.emitFile({ type: 'asset', fileName: join(folder, bundledFile), source })
  },
})

/**
 * The folder of the package that a module is in, from the project; null for one of ours.
 * @param {string} id
 */
function packageOf(id) {
  const path = id.replaceAll('\\', '/').slice(inProject('/').length)
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? null
}

/**
 * The licences of everything that these builds took in: each text once, below the packages that are under it.
 * @param {readonly string[]} folders built folders
 */
export function noticesOf(folders) {
  const packages = new Set(folders.flatMap((folder) => readJson(join(folder, bundledFile))))
  /** @type {Map<string, string[]>} */
  const byText = new Map()
  for (const folder of [...packages].sort()) {
    const { name, version, license, author } = readJson(inProject(folder, 'package.json'))
    const text = textsIn(inProject(folder)).join('\n\n') || usualText(license, author)
    if (text === '') throw new Stop(`the package ${name} is built in, and has no text of its licence.`, 1)
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`])
  }
  const parts = [...byText].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`)
  return [`Ekscope contains the following packages, under these licences.\n`, ...parts].join(
    `\n${'─'.repeat(80)}\n\n`,
  )
}

/**
 * Some packages leave out the text: of the AWS SDK, whose licence is also Ekscope's own, and of electron-updater.
 * @param {string} license
 * @param {string | { name: string } | undefined} author many packages that have the text name no author
 */
function usualText(license, author) {
  if (license === 'Apache-2.0') return readFileSync(inProject('LICENSE'), 'utf8')
  return license === 'MIT' && author !== undefined ? mitOf(author) : ''
}

/** @param {string | { name: string }} author */
const mitOf = (author) => `MIT License

Copyright (c) ${typeof author === 'string' ? author : author.name}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`

/** @param {string} folder of a package */
const textsIn = (folder) =>
  readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice|copyrightnotice)/i.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim())
