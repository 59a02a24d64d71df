// A release as one commit and its tag: the version in package.json and package-lock.json, and the page of CHANGELOG.md.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Stop } from './project.mjs'

const semver = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9a-z.-]+)?$/

/**
 * Whether a version comes after another; one with a suffix comes before the same without.
 * @param {string} version
 * @param {string} other
 */
function isAfter(version, other) {
  const [a, b] = [version, other].map((text) => semver.exec(text))
  for (const part of [1, 2, 3]) {
    const difference = Number(a?.[part]) - Number(b?.[part])
    if (difference !== 0) return difference > 0
  }
  const [pre, than] = [a?.[4], b?.[4]]
  return pre === undefined ? than !== undefined : than !== undefined && pre > than
}

/**
 * Refuses, with nothing changed, where the tree is not clean, the version is not a later one, or the CHANGELOG has no page for it.
 * @param {{ folder: string, version: string, day: string }} of
 * @returns {string} the tag
 */
export function release({ folder, version, day }) {
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
  const tag = `v${version}`
  if (!semver.test(version)) throw new Stop(`“${version}” is no version: three numbers, as in 1.2.3.`, 2)
  if (git('status', '--porcelain') !== '')
    throw new Stop('there are changes that are not committed: commit or stash them first.')
  if (git('tag', '--list', tag) !== '') throw new Stop(`the tag ${tag} is there already.`)

  const file = (/** @type {string} */ name) => join(folder, name)
  const read = (/** @type {string} */ name) => readFileSync(file(name), 'utf8')
  const now = JSON.parse(read('package.json')).version
  // The first release is of the version that is there.
  if (version !== now && !isAfter(version, now)) throw new Stop(`${version} does not come after ${now}.`)
  const page = /^## .*\(not released yet\)$/m
  const changes = read('CHANGELOG.md')
  if (!page.test(changes))
    throw new Stop('CHANGELOG.md has no page that is “(not released yet)”: write what is new first.')
  const heading = `## ${version} (${day})`
  const text = changes.replace(page, heading)
  const [, body = ''] = text.split(`${heading}\n`)
  const notes = (body.split(/^## /m)[0] ?? '').trim()
  if (notes === '') throw new Stop('the page of CHANGELOG.md says nothing: write what is new first.')

  writeFileSync(file('CHANGELOG.md'), text)
  // As npm writes them: the first "version" of each, and in the lock that of the root package.
  for (const [name, times] of /** @type {const} */ ([
    ['package.json', 1],
    ['package-lock.json', 2],
  ])) {
    let left = times
    const changed = read(name).replace(/"version": "[^"]*"/g, (whole) =>
      left-- > 0 ? `"version": "${version}"` : whole,
    )
    writeFileSync(file(name), changed)
  }
  git('commit', '--quiet', '--all', '--message', `Release ${version}`)
  git('tag', '--annotate', '--cleanup=verbatim', '--message', `Ekscope ${version}\n\n${notes}\n`, tag)
  return tag
}
