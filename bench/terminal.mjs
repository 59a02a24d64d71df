// Commands of the terminal as whole processes, compared with kubectl, or with the same command on a plain file. Each case lists the
// commands that run in turn, and a row for each comparison: which command, with which other one, and its goal.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeFleet, writeProfiles } from './lib/fleets.mjs'
import { alone, begin, compare, inTurn, leftOut } from './lib/measure.mjs'
import { cli, finished, inFolder, measured, node } from './lib/programs.mjs'

/** One after the other; the last is what is measured. */
const after =
  (...runs) =>
  () =>
    runs.map((run) => run()).at(-1)

/** A home with a kubeconfig and a data folder, as everybody has one who has used Ekscope before. Gives what may run there. */
function world(folder, count, { kind, files } = {}) {
  const home = mkdtempSync(join(folder, 'home-'))
  mkdirSync(join(home, 'state'), { mode: 0o700 })
  writeProfiles(home, kind === '1,000 profiles' ? 1_000 : 40)
  const KUBECONFIG = writeFleet(join(home, 'config'), count, { kind, files })
  const env = { PATH: process.env.PATH, HOME: home, EKSCOPE_HOME: join(home, 'state'), KUBECONFIG }
  const kubectl = (...words) => measured('kubectl', ['config', ...words], { env })
  const ekscope = (...words) => measured(node, [cli, ...words], { env, anyStatus: words[0] === 'lint' })
  const one = `fleet-${count / 2}`
  let written = 0
  return {
    /** Keeps the home as it is now; gives what puts it back, so that each run finds the same. */
    keep() {
      const copy = mkdtempSync(join(folder, 'kept-'))
      finished('cp', ['-a', `${home}/.`, copy])
      return () => {
        rmSync(home, { recursive: true })
        finished('cp', ['-a', copy, home])
      }
    },
    ekscope,
    aws: (...words) => measured('aws', words, { env }),
    list() {
      const run = ekscope('list', '--json')
      const found = JSON.parse(run.stdout).contexts.length
      if (found !== count) throw new Error(`listed ${found} of ${count} contexts`)
      return run
    },
    /** One changed value. */
    change() {
      written += 1
      const run = ekscope('set-namespace', one, `bench-${written}`)
      const asked = `jsonpath={.contexts[?(@.name=="${one}")].context.namespace}`
      if (written === 1 && kubectl('view', '--raw', '-o', asked).stdout !== 'bench-1')
        throw new Error('kubectl does not read what was written')
      return run
    },
    undo: () => ekscope('undo'),
    lint: () => ekscope('lint', '--json'),
    report: (format) => () => ekscope('report', '--format', format),
    kubectlList: () => kubectl('get-contexts', '-o', 'name'),
    /** Another program's write, of another context. */
    kubectlWrite() {
      written += 1
      return kubectl('set-context', 'fleet-1', `--namespace=other-${written}`)
    },
  }
}

const write = 'one changed value'
const kubectlList = 'kubectl get-contexts'
const kubectlWrite = 'kubectl set-context'
const kubectlWrote = 'after kubectl wrote'
const size = (count) => `${count.toLocaleString('en')} contexts`

/** A list beside kubectl's, by size and kind. */
const listOf = (count, goal, rounds, kind = 'plain') => ({
  what: kind === 'plain' ? size(count) : `${size(count)}, ${kind}`,
  rounds,
  things(folder) {
    const { list, kubectlList: names } = world(folder, count, { kind })
    return { 'list --json': list, [kubectlList]: names }
  },
  rows: [['list --json', kubectlList, goal]],
})

const kinds = ['one emoji', 'one anchor', 'one flow entry', 'comments', 'CRLF', '1,000 profiles']
/** A command on files of what is usual, beside the fleet without it. */
const byKind = (what, command, how) => ({
  what,
  ...how,
  things: (folder) =>
    Object.fromEntries(['plain', ...kinds].map((kind) => [kind, world(folder, 10_000, { kind })[command]])),
  rows: kinds.map((kind) => [kind, 'plain', 2]),
})

/** What is measured of a file that Ekscope alone writes. */
const changed = (count, goal, rounds) => ({
  what: size(count),
  rounds,
  things(folder) {
    const { change, undo, list, lint, report } = world(folder, count)
    const things = { [write]: change, [kubectlWrite]: world(folder, count).kubectlWrite }
    const reports = { 'report as JSON': report('json'), 'report as HTML': report('html') }
    return count < 10_000 ? things : { ...things, list, lint, ...reports, undo: after(change, undo) }
  },
  rows: [
    [write, kubectlWrite, goal],
    ['undo', write, 2],
    ['lint', 'list', 1.6],
    ['report as JSON', 'list', 4],
    ['report as HTML', 'list', 4],
    ['report as JSON', 'list', 2.5, 'size'],
    ['report as HTML', null, 20, 'size'],
  ],
})

/** After another program wrote, beside the same file without; with so many records in the history, too. */
const afterOthers = (count, rounds, records = 0) => ({
  what: records === 0 ? size(count) : `${size(count)}, ${records} records`,
  rounds,
  warm: false,
  full: records > 0,
  things(folder) {
    const plain = world(folder, count)
    const own = world(folder, count)
    for (let n = 0; n < records; n += 1) own.change()
    for (const { change } of [plain, own]) change()
    const left = own.keep()
    own.kubectlWrite()
    const wrote = own.keep()
    return {
      list: plain.list,
      [write]: plain.change,
      [kubectlList]: plain.kubectlList,
      [kubectlWrite]: world(folder, count).kubectlWrite,
      'list as left': after(left, own.list),
      [`${write} as left`]: after(left, own.change),
      [`list ${kubectlWrote}`]: after(wrote, own.list),
      [`${write} ${kubectlWrote}`]: after(wrote, own.change),
      [`undo ${kubectlWrote}`]: after(wrote, own.undo),
    }
  },
  rows: [
    ['list as left', 'list', 1.3],
    [`${write} as left`, write, 1.3],
    [`list ${kubectlWrote}`, 'list', 1.3],
    [`${write} ${kubectlWrote}`, write, 1.3],
    [`list ${kubectlWrote}`, kubectlList, count < 10_000 ? null : 0.6],
    [`${write} ${kubectlWrote}`, kubectlWrite, count < 10_000 ? null : 0.6],
    [`undo ${kubectlWrote}`, write, count < 10_000 ? null : 4],
  ],
})

/**
 * Rounds are of a whole run and of a quick one; `full`: only a whole run has it. A row compares processor time unless it names
 * another part. A case that has none of its things has no such row. A size without another to compare with is in MB.
 * @typedef {[ours: string, other: string | null, goal: number | null, part?: 'ms' | 'cpu' | 'size']} Row
 * @type {readonly { what: string, rounds: [number, number], warm?: boolean, full?: boolean, things: (folder: string) => Record<string, () => object>, rows: readonly Row[] }[]}
 */
const cases = [
  {
    what: 'start',
    rounds: [25, 5],
    things(folder) {
      const { ekscope, aws, kubectlWrite } = world(folder, 10)
      const prompt = after(kubectlWrite, () => ekscope('current', '--prompt'))
      const words = '--profile base --region eu-west-1 eks get-token --cluster-name c'.split(' ')
      const [token, byAws] = [() => ekscope('token', ...words), () => aws(...words)]
      return { prompt, token, 'aws eks get-token': byAws, 'node -e 0': () => measured(node, ['-e', '0']) }
    },
    rows: [
      ['prompt', 'node -e 0', 2.7],
      ['token', 'aws eks get-token', 0.12],
      ['token', 'node -e 0', 2.4],
    ],
  },
  listOf(10, 1.8, [25, 9]),
  listOf(1_000, 1.0, [15, 5]),
  listOf(10_000, 0.4, [9, 3]),
  byKind('list --json of 10,000', 'list', { rounds: [7, 1] }),
  ...['flow style', 'JSON', 'anchors throughout'].map((kind) => listOf(10_000, 2, [5, 1], kind)),
  {
    what: '1,000 contexts in 200 files',
    rounds: [9, 2],
    things: (folder) => ({
      list: world(folder, 1_000, { files: 200 }).list,
      'the list of one file': world(folder, 1_000).list,
    }),
    rows: [['list', 'the list of one file', 3]],
  },
  changed(10, null, [25, 5]),
  changed(1_000, 0.6, [15, 3]),
  changed(10_000, 0.12, [7, 1]),
  afterOthers(1_000, [9, 2]),
  afterOthers(10_000, [5, 1]),
  byKind(`${write} of 10,000`, 'change', { rounds: [5, 0], full: true }),
  afterOthers(1_000, [7, 0], 500),
  // As many take ten minutes to make.
  afterOthers(10_000, [3, 0], 100),
]

begin('terminal')
for (const { what, full = false, things, rows, ...how } of cases) {
  if (leftOut(what, full)) continue
  await inFolder(async (folder) => {
    const taken = await inTurn(things(folder), how)
    for (const [ours, other, goal, part = 'cpu'] of rows) {
      const [mine, row] = [taken[ours], { what: `${what}: ${ours}`, goal }]
      if (mine === undefined) continue
      if (other !== null) compare({ ...row, ours: mine, other: taken[other], otherIs: other, part })
      else alone({ ...row, values: mine.map((sample) => sample[part]), unit: 'MB' })
    }
  })
}
