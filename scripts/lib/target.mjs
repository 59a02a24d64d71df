// What a build is made for: the Node and the Chrome of the Electron that is to run it. The only place that knows them.
import { ask } from './process.mjs'
import { pinnedVersion, Stop } from './project.mjs'
import { standIn } from './stand-in.mjs'

/** @typedef {import('./target.mjs').Target} Target */

/**
 * The declared Electron, which cannot be run everywhere. All releases of one major version have the same two.
 * @type {Target}
 */
export const declaredTarget = { electron: pinnedVersion('electron'), chrome: '156', node: '24' }

const known = [declaredTarget, { electron: standIn.electron, chrome: standIn.chrome, node: standIn.node }]

/**
 * The target for an Electron that is here. One of another version is asked.
 * @param {Pick<import('./electron.mjs').FoundElectron, 'executable' | 'version'>} electron
 * @returns {Promise<Target>}
 */
export async function targetOf({ executable, version }) {
  return known.find(({ electron }) => electron === version) ?? (await askTarget(executable))
}

/**
 * What an Electron says of itself. As plain Node it does not name its Chrome; that is the version of its V8 without the dot.
 * @param {string} executable
 * @returns {Promise<Target>}
 */
export async function askTarget(executable) {
  const versions = '[process.versions.electron, process.versions.v8, process.versions.node].join(" ")'
  const { stdout, stderr } = await ask(executable, ['-p', versions], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  })
  const [, electron, major, minor, node] = /^([\d.]+) (\d+)\.(\d+)\S* (\d+)\./.exec(stdout) ?? []
  if (electron === undefined || major === undefined || minor === undefined || node === undefined)
    throw new Stop(`${executable} does not say which Chrome and which Node it has: ${stderr || stdout}`)
  return { electron, chrome: major + minor, node }
}

const variable = 'EKSCOPE_BUILD_TARGET'

/**
 * The environment variable that hands the target to electron.vite.config.ts.
 * @param {Target} target
 */
export const forTarget = (target) => ({ [variable]: JSON.stringify(target) })

/**
 * The target that electron.vite.config.ts builds for.
 * @returns {Target}
 */
export function buildTarget() {
  const { [variable]: target } = process.env
  return target === undefined ? declaredTarget : JSON.parse(target)
}
