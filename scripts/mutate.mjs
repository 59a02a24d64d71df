/**
 * Whether tests notice when a condition is negated or taken away: `node scripts/mutate.mjs SEED COUNT [--near] PATH… [-- OPTION…]` draws so many of
 * all conditions in these files and folders, changes each alone in a copy of what is committed, and runs the tests of its folder, then all
 * that import its file (`--near`: not these). A path may end in `:LINE`. Options are vitest's. The copy goes with the run.
 */
import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { parseSync } from 'vite'

/** @typedef {{ path: string, line: number, start: number, end: number, text: string, gone: string | null }} Condition */

/** What a condition is when it is taken away: `a && b` without b is a, a guard never holds. */
const without = { '&&': 'true', '||': 'false' }
const tested = new Set([
  'IfStatement',
  'ConditionalExpression',
  'WhileStatement',
  'DoWhileStatement',
  'ForStatement',
])
const comparing = /^(?:[=!]==?|[<>]=?|in|instanceof)$/

/** Every condition of a file in its order. @param {string} path @param {number | null} line @returns {readonly Condition[]} */
function conditionsIn(path, line) {
  const text = readFileSync(path, 'utf8')
  /** @type {Map<string, Condition>} */
  const found = new Map()
  /** @param {any} node @param {string | null} gone */
  const add = (node, gone) => {
    const { start, end } = node
    const at = text.slice(0, start).split('\n').length
    const key = `${start}-${end}`
    if (!found.has(key)) found.set(key, { path, line: at, start, end, text: text.slice(start, end), gone })
  }
  /** @param {any} node */
  const walk = (node) => {
    if (node === null || typeof node !== 'object') return
    if (tested.has(node.type) && node.test && node.test.type !== 'LogicalExpression')
      add(node.test, /^(If|Cond)/.test(node.type) ? 'false' : null)
    if (node.type === 'LogicalExpression' && node.operator !== '??')
      for (const side of [node.left, node.right])
        if (side.type !== 'LogicalExpression' || side.operator === '??')
          add(side, without[/** @type {'&&'} */ (node.operator)])
    if (
      (node.type === 'BinaryExpression' && comparing.test(node.operator)) ||
      (node.type === 'UnaryExpression' && node.operator === '!')
    )
      add(node, null)
    for (const inner of Object.values(node)) walk(inner)
  }
  walk(parseSync(path, text).program)
  return [...found.values()].filter((one) => line === null || one.line === line)
}

/** Numbers from 0 to 1, the same for the same seed. @param {number} seed */
const numbers = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

const [seed = '', count = '', ...rest] = process.argv.slice(2)
const end = rest.includes('--') ? rest.indexOf('--') : rest.length
const [wanted, options] = [rest.slice(0, end).filter((one) => one !== '--near'), rest.slice(end + 1)]
if (!/^\d+$/.test(seed) || !/^\d+$/.test(count) || wanted.length === 0) {
  console.error('usage: node scripts/mutate.mjs SEED COUNT [--near] PATH… [-- OPTION…]')
  process.exit(2)
}
const folder = mkdtempSync(join(tmpdir(), 'ekscope-mutate-'))
// Some tests start programs of it as another user.
chmodSync(folder, 0o755)
/** The group of the tests that run. */
let running = 0
const stop = () => running > 0 && process.kill(-running, 'SIGKILL')
process.on('exit', () => {
  stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130))
const committed = execFileSync('git', ['archive', 'HEAD'], { maxBuffer: 2 ** 30 })
execFileSync('tar', ['-x', '-C', folder], { input: committed })
symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'))
process.chdir(folder)

const all = wanted.flatMap((path) => {
  const [, name = path, line = null] = /^(.*?)(?::(\d+))?$/.exec(path) ?? []
  const files = execFileSync('find', [name, '-name', '*.ts', '-not', '-name', '*.test.ts'], {
    encoding: 'utf8',
  })
  return files
    .trim()
    .split('\n')
    .sort()
    .flatMap((file) => conditionsIn(file, line === null ? null : Number(line)))
})
const random = numbers(Number(seed))
const drawn = all
  .map((one) => ({ one, key: random(), removed: random() < 0.5 }))
  .sort((a, b) => a.key - b.key)
console.log(`seed ${seed}: ${Math.min(Number(count), all.length)} of ${all.length} conditions`)

/** Says that nothing is known of a condition: no test was named. */
const noAnswer = 'NO ANSWER'

/** The first test that fails, null for none. @param {readonly string[]} args @returns {Promise<string | null>} */
async function failing(args) {
  const output = join(folder, 'mutant.json')
  rmSync(output, { force: true })
  const vitest = [join('node_modules', 'vitest', 'vitest.mjs'), ...args, '--run', '--bail=1']
  const child = spawn(
    process.execPath,
    [...vitest, '--reporter=json', `--outputFile=${output}`, ...options],
    { detached: true, stdio: 'ignore' },
  )
  running = child.pid ?? 0
  const limit = setTimeout(stop, 1_200_000)
  const status = await new Promise((resolve) => child.once('close', resolve))
  clearTimeout(limit)
  running = 0
  if (status === 0) return null
  if (!existsSync(output)) return `${noAnswer}: the tests did not end`
  /** @type {{ testResults: { name: string, message: string, assertionResults: { status: string, fullName: string }[] }[] }} */
  const { testResults } = JSON.parse(readFileSync(output, 'utf8'))
  for (const { name, message, assertionResults } of testResults) {
    const one = assertionResults.find(({ status }) => status === 'failed')
    if (one || message) return `${name.replace(`${folder}/`, '')}: ${one?.fullName ?? message.split('\n')[0]}`
  }
  return `${noAnswer}: vitest ended with ${status} and named no test`
}

/** Test files that fail without any change: they notice nothing. @type {string[]} */
const broken = []
/** What notices the change of a file, null for nothing. @param {string} path @param {string} whole @param {string} changed */
async function noticing(path, whole, changed) {
  const beside = readdirSync(dirname(path)).filter((name) => /\.test\.tsx?$/.test(name))
  const own = beside.filter((name) => name.startsWith(`${basename(path, '.ts')}.`))
  const near = [own, beside].filter(({ length }) => length > 0)
  const stages = near.map((names) => ['run', ...names.map((name) => join(dirname(path), name))])
  if (!rest.includes('--near')) stages.push(['related', path])
  for (const tests of stages)
    for (;;) {
      writeFileSync(path, changed)
      const test = await failing([...tests, ...broken.flatMap((file) => ['--exclude', file])])
      writeFileSync(path, whole)
      const file = /^(\S+\.test\.\w+): /.exec(test ?? '')?.[1]
      if (file !== undefined && (await failing(['run', file])) !== null) {
        broken.push(file)
        console.error(`${file} fails without any change`)
      } else if (test !== null) return test
      else break
    }
  return null
}

let survived = 0
for (const { one, removed } of drawn.slice(0, Number(count))) {
  const { path, line, start, end, text, gone } = one
  const whole = readFileSync(path, 'utf8')
  const instead = removed && gone !== null ? gone : `!(${text})`
  const test = await noticing(path, whole, `${whole.slice(0, start)}${instead}${whole.slice(end)}`)
  if (test === null || test.startsWith(noAnswer)) survived++
  const how = instead === gone ? gone : 'negated'
  console.log(`${path}:${line}\t${text.replace(/\s+/g, ' ')} → ${how}\t${test ?? 'SURVIVED'}`)
}
process.exitCode = survived === 0 ? 0 : 1
