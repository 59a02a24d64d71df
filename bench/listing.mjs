// `ekscope list --json` beside `kubectl config get-contexts -o name`, whole processes: by size, by kind of file, and where one
// AWS file is named in many ways.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeFleet, writeProfiles } from './lib/fleet.mjs'
import { compare, finished, inFolder, inTurn, leftOut, machine, measured, quick } from './lib/measure.mjs'
import { usualKinds, writeUsual } from './lib/usual-fleets.mjs'

const cli = join(import.meta.dirname, '..', 'out', 'cli.cjs')

/** Both list the contexts of these files, and as many. */
async function listed({ home, what, kubeconfig, count, goal = null, rounds }) {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    EKSCOPE_HOME: join(home, 'state'),
    KUBECONFIG: kubeconfig,
  }
  const found = JSON.parse(finished(process.execPath, [cli, 'list', '--json'], { env })).contexts.length
  if (found !== count) throw new Error(`listed ${found} of ${count} contexts`)
  const runs = await inTurn(
    {
      ours: () => measured(process.execPath, [cli, 'list', '--json'], { env, peak: count >= 10_000 }),
      other: () =>
        measured('kubectl', ['config', 'get-contexts', '-o', 'name'], { env, peak: count >= 10_000 }),
    },
    // Ours has run once by now, and whatever takes seconds is warm by what went before.
    { rounds, warm: count < 10_000 },
  )
  const row = { what, ...runs, otherIs: 'kubectl get-contexts' }
  compare({ ...row, part: 'cpu', goal })
  compare(row)
  if (count >= 10_000) compare({ ...row, part: 'peak', unit: 'MB' })
}

console.log(`listing, ${machine()}`)
await inFolder(async (home) => {
  mkdirSync(join(home, '.aws'))
  writeProfiles(join(home, '.aws'))
  const path = join(home, 'fleet')
  const sizes = [
    [10, 1.8, [25, 9]],
    [100, null, [15, 0]],
    [1_000, 1.0, [15, 5]],
    [10_000, 0.4, [7, 3]],
  ]
  for (const [count, goal, rounds] of sizes) {
    if (quick && rounds[1] === 0) continue
    const what = `list --json, ${count.toLocaleString('en')} contexts`
    if (leftOut(what)) continue
    writeFleet(path, count)
    await listed({ home, what, kubeconfig: path, count, goal, rounds })
  }
  for (const kind of quick ? usualKinds.slice(0, 1) : usualKinds) {
    const goal = kind === usualKinds[0] ? 0.4 : null
    const what = `list --json, 10,000, ${kind}`
    if (leftOut(what)) continue
    const kubeconfig = writeUsual(path, 10_000, kind)
    await listed({
      home,
      what,
      kubeconfig,
      count: 10_000,
      goal,
      rounds: [5, 3],
    })
  }
  if (quick) return
  for (const [count, files] of [
    [10_000, 4],
    [100_000, 4],
  ]) {
    const kubeconfig = writeUsual(path, count, usualKinds[0], files)
    const what = `list --json, ${count.toLocaleString('en')} contexts in ${files} files`
    await listed({ home, what, kubeconfig, count, rounds: [3, 0] })
  }
})

// One file that the entries of a kubeconfig of the user's own name in 3,000 ways, beside 30: it is read once.
console.log(`spellings of one AWS file, ${machine()}`)
if (!quick)
  await inFolder(async (home) => {
    mkdirSync(join(home, '.aws'))
    const profiles = Array.from({ length: 10_000 }, (_, n) => `[profile q${n}]\nregion = us-east-1\n`)
    writeFileSync(join(home, '.aws/big'), profiles.join(''))
    const contexts = 3_000
    for (const [how, part] of [
      ['/./', './'],
      ['/../', '../.aws/'],
    ]) {
      const [few, many] = [30, contexts].map((ways) => {
        const path = join(home, `spelt-${ways}`)
        const users = Array.from({ length: contexts }, (_, n) => {
          const way = n % ways
          const file = `${home}/.aws/${part.repeat(way % 400)}${'/'.repeat(Math.floor(way / 400))}big`
          return `- {name: u${n}, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--profile, q${n}, eks, get-token, --cluster-name, c], env: [{name: AWS_CONFIG_FILE, value: "${file}"}]}}}\n`
        })
        const named = Array.from(
          { length: contexts },
          (_, n) => `- {name: c${n}, context: {cluster: c, user: u${n}}}\n`,
        )
        writeFileSync(
          path,
          `apiVersion: v1\nkind: Config\nclusters:\n- {name: c, cluster: {server: "https://127.0.0.1:1"}}\ncontexts:\n${named.join('')}users:\n${users.join('')}`,
        )
        return () => {
          const env = {
            PATH: process.env.PATH,
            HOME: home,
            EKSCOPE_HOME: join(home, 'state'),
            KUBECONFIG: path,
          }
          return measured(process.execPath, [cli, 'list', '--json'], { env, peak: false })
        }
      })
      const runs = await inTurn({ ours: many, other: few }, { rounds: [5, 3] })
      const what = `list --json, ${contexts.toLocaleString('en')} ways (${how}) to name one file`
      compare({ what, ...runs, otherIs: '30 ways', part: 'cpu', goal: 1.5 })
    }
  })
