// `ekscope list --json` beside `kubectl config get-contexts -o name`, whole processes, at 1,000 and 10,000 contexts.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeFleet, writeProfiles } from './lib/fleet.mjs'
import { finished, inFolder, machine, measured, median, report } from './lib/measure.mjs'

const cli = join(import.meta.dirname, '..', 'out', 'cli.cjs')

console.log(`listing, ${machine()}`)
await inFolder(async (home) => {
  mkdirSync(join(home, '.aws'))
  writeProfiles(join(home, '.aws'))
  for (const count of [1_000, 10_000]) {
    const path = join(home, `fleet-${count}`)
    writeFleet(path, count)
    const env = { PATH: process.env.PATH, HOME: home, EKSCOPE_HOME: join(home, 'state') }
    const rows = JSON.parse(
      finished(process.execPath, [cli, 'list', '--json', '--kubeconfig', path], { env }),
    ).contexts
    if (rows.length !== count) throw new Error(`listed ${rows.length} of ${count} contexts`)
    const runs = { ekscope: [], kubectl: [] }
    for (let n = 0; n < 5; n += 1) {
      const words = ['config', 'get-contexts', '-o', 'name', '--kubeconfig', path]
      runs.ekscope.push(measured(process.execPath, [cli, 'list', '--json', '--kubeconfig', path], { env }))
      runs.kubectl.push(measured('kubectl', words, { env }))
    }
    const what = `list --json, ${count.toLocaleString('en')} contexts`
    const middle = (who, part) => median(runs[who].map((run) => run[part]))
    const other = { otherIs: 'kubectl get-contexts', goal: '≤ 0.35 at 10,000' }
    report({ what, ours: middle('ekscope', 'ms'), other: middle('kubectl', 'ms'), ...other })
    if (runs.ekscope[0].cpu === null) continue
    report({
      what: `${what}, processor time`,
      ours: middle('ekscope', 'cpu'),
      other: middle('kubectl', 'cpu'),
      ...other,
    })
    console.log(
      `  peak memory ${middle('ekscope', 'peak').toFixed(0)} MB, kubectl ${middle('kubectl', 'peak').toFixed(0)} MB`,
    )
  }
})

// One file that the entries of a kubeconfig of the user's own name in 3,000 ways, beside 30: it is read once.
console.log(`spellings of one AWS file, ${machine()}`)
await inFolder(async (home) => {
  mkdirSync(join(home, '.aws'))
  const profiles = Array.from({ length: 10_000 }, (_, n) => `[profile q${n}]\nregion = us-east-1\n`)
  writeFileSync(join(home, '.aws/big'), profiles.join(''))
  const contexts = 3_000
  for (const [how, part] of [
    ['/./', './'],
    ['/../', '../.aws/'],
  ]) {
    const paths = [30, contexts].map((ways) => {
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
      return path
    })
    const runs = { few: [], many: [] }
    for (let n = 0; n < 5; n += 1)
      for (const [who, path] of [
        ['few', paths[0]],
        ['many', paths[1]],
      ]) {
        const env = {
          PATH: process.env.PATH,
          HOME: home,
          EKSCOPE_HOME: join(home, 'state'),
          KUBECONFIG: path,
        }
        runs[who].push(measured(process.execPath, [cli, 'list', '--json'], { env }))
      }
    const measure = runs.few[0].cpu === null ? 'ms' : 'cpu'
    const middle = (who) => median(runs[who].map((run) => run[measure]))
    report({
      what: `list --json, ${contexts.toLocaleString('en')} ways (${how}) to name one file${measure === 'cpu' ? ', processor time' : ''}`,
      ours: middle('many'),
      other: middle('few'),
      otherIs: '30 ways',
      goal: '≤ 1.5',
    })
  }
})
