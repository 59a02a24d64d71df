// The environment as it was before npm, or one that does as npm does (pnpm, yarn, npx, bun), started a script: what they put
// into it for their scripts is no part of what a person's terminal has. The app uses this module, too, however it was started.
import { posix, win32 } from 'node:path'

/**
 * A copy of the variables without what a run of npm put in: npm_*, INIT_CWD, and NODE, COLOR and EDITOR where they hold what
 * npm sets; and without npm's own folders at the head of PATH. Any other environment is given back as it is.
 * @param {Readonly<Record<string, string | undefined>>} variables
 * @param {NodeJS.Platform} [platform]
 * @returns {Record<string, string>}
 */
export function beforeNpm(variables, platform = process.platform) {
  const byNpm = variables.npm_execpath !== undefined || variables.npm_lifecycle_event !== undefined
  /** @type {Record<string, string>} */
  const before = {}
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined || (byNpm && isNpms(name, value, variables, platform))) continue
    const isPath = platform === 'win32' ? /^path$/i.test(name) : name === 'PATH'
    before[name] = byNpm && isPath ? pathBeforeNpm(value, variables, platform) : value
  }
  return before
}

/**
 * npm sets the four named here always; who had the same value before loses nothing but a default.
 * @param {string} name
 * @param {string} value
 * @param {Readonly<Record<string, string | undefined>>} variables
 * @param {NodeJS.Platform} platform
 */
function isNpms(name, value, variables, platform) {
  const { npm_node_execpath, npm_config_node_options, npm_config_editor, VISUAL } = variables
  switch (name) {
    case 'NODE':
      return value === npm_node_execpath
    case 'NODE_OPTIONS':
      return value === npm_config_node_options
    case 'COLOR':
      return value === '0' || value === '1'
    case 'EDITOR':
      return [npm_config_editor, VISUAL, platform === 'win32' ? 'notepad.exe' : 'vi'].includes(value)
    default:
      return /^(npm_.*|INIT_CWD|PROJECT_CWD|PNPM_SCRIPT_SRC_DIR|BERRY_BIN_FOLDER)$/i.test(name)
  }
}

/**
 * Makes an environment, `process.env`, what it was before npm.
 * @param {Record<string, string | undefined>} environment
 */
export function leaveNpm(environment) {
  const before = beforeNpm(environment)
  for (const name of Object.keys(environment)) {
    if (before[name] === undefined) delete environment[name]
    else if (before[name] !== environment[name]) environment[name] = before[name]
  }
}

const npmsOwn = /[\\/](node_modules[\\/]\.bin|node-gyp-bin|yarn--[\d.-]+|xfs-[\da-f]+)$/

/**
 * npm puts before PATH the node_modules/.bin of the project and of every folder above it, there or not, then node-gyp-bin;
 * one npm inside another does so twice. What comes after is the caller's, under any name.
 * @param {string} value
 * @param {Readonly<Record<string, string | undefined>>} variables
 * @param {NodeJS.Platform} platform
 */
function pathBeforeNpm(value, { npm_config_local_prefix: prefix, npm_package_json: json }, platform) {
  const { delimiter, dirname, join } = platform === 'win32' ? win32 : posix
  const folders = value.split(delimiter)
  const others = folders.findIndex((folder) => !npmsOwn.test(folder))
  const head = others < 0 ? folders : folders.slice(0, others)
  const last = head.map((folder) => /[\\/]node-gyp-bin$/.test(folder)).lastIndexOf(true)
  if (last >= 0) return folders.slice(last + 1).join(delimiter)
  // bun and others put no node-gyp-bin there: then only what belongs to this project.
  const above = new Set()
  for (let at = prefix ?? (json === undefined ? '' : dirname(json)); at !== ''; at = dirname(at)) {
    above.add(join(at, 'node_modules', '.bin'))
    if (at === dirname(at)) break
  }
  const own = folders.findIndex((folder) => !above.has(folder))
  return own < 0 ? '' : folders.slice(own).join(delimiter)
}
