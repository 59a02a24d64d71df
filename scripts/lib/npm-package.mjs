// Packages of the npm registry that carry a whole program: fetched by npm, none of their scripts run, held to their hash.
import { createHash } from 'node:crypto'
import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ask, npm, unattended } from './process.mjs'
import { Stop } from './project.mjs'

/**
 * @typedef {object} PinnedPackage
 * @property {string} package its name
 * @property {string} version
 * @property {string} integrity the SHA-512 that its archive must have, as npm writes it
 */

/**
 * Fetches a package into an empty folder, and checks its hash.
 * @param {string} folder
 * @param {PinnedPackage} pinned
 * @param {{ what: string, otherwise: string }} words what it is, and what to do where it cannot be had
 * @returns {Promise<string>} the archive's path
 */
export async function fetchPackage(folder, pinned, { what, otherwise }) {
  const { command, args } = npm()
  const name = `${pinned.package}@${pinned.version}`
  const { status, stderr } = await ask(
    command,
    [...args, 'pack', name, '--ignore-scripts', '--silent', '--pack-destination', folder],
    { env: unattended(process.env), cwd: folder },
  )
  const file = readdirSync(folder).find((one) => one.endsWith('.tgz'))
  if (status !== 0 || file === undefined) {
    throw new Stop(
      [
        `${what} (${name}) could not be fetched from the npm registry:`,
        stderr.trim() || `npm pack ended with status ${status}`,
        otherwise,
      ].join('\n'),
    )
  }
  const archive = join(folder, file)
  const found = await integrityOf(archive)
  if (found !== pinned.integrity) {
    throw new Stop(
      `${what} is not the pinned one: expected ${pinned.integrity}, got ${found}. Nothing of it was unpacked or run.`,
    )
  }
  return archive
}

/**
 * A file's SHA-512, written as npm writes it.
 * @param {string} file
 */
export async function integrityOf(file) {
  const hash = createHash('sha512')
  for await (const part of createReadStream(file)) hash.update(part)
  return `sha512-${hash.digest('base64')}`
}

/**
 * @param {readonly string[]} args
 * @param {string} what the archive's content, for a sentence
 */
export async function tar(args, what) {
  const { status, stderr } = await ask('tar', args)
  if (status !== 0) throw new Stop(`${what} could not be unpacked: ${stderr.trim() || 'is tar installed?'}`)
}
