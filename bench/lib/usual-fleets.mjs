// Fleets of other kinds than the bench fleet: as `aws eks update-kubeconfig` writes them, and what else is usual. What cannot be
// read in one step costs more; how much is measured (listing.mjs, loading.mjs), so that nothing falls off a cliff unseen.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'

const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2']

/** A certificate's worth of base64, another for each cluster, the same in every run. */
function authority(n) {
  let bytes = Buffer.alloc(0)
  for (let block = 0; bytes.length < 1_080; block += 1)
    bytes = Buffer.concat([bytes, createHash('sha256').update(`${n}/${block}`).digest()])
  return bytes.toString('base64')
}

/** Numbers that look like chance and are the same in every run. */
const chance = (n) => createHash('md5').update(String(n)).digest().readUInt32LE(0)

/** @typedef {{ name: string, region: string, profile: string, arn: string, server: string, ca: string, n: number }} One */

/** @returns {One} */
function one(n, profiles) {
  const name = `cluster-${n}`
  const at = chance(n)
  const region = regions[at % regions.length]
  const account = String(100_000_000_000 + (at % profiles) * 7_919)
  const host = createHash('md5').update(name).digest('hex').toUpperCase()
  return {
    n,
    name,
    region,
    profile: `profile-${at % profiles}`,
    arn: `arn:aws:eks:${region}:${account}:cluster/${name}`,
    server: `https://${host}.gr7.${region}.eks.amazonaws.com`,
    ca: authority(n),
  }
}

const cluster = ({ arn, server, ca }) =>
  `- cluster:\n    certificate-authority-data: ${ca}\n    server: ${server}\n  name: ${arn}\n`
const context = ({ arn }, of = arn, user = arn) =>
  `- context:\n    cluster: ${of}\n    user: ${user}\n  name: ${arn}\n`
const words = ({ region, name }) => [
  '--region',
  region,
  'eks',
  'get-token',
  '--cluster-name',
  name,
  '--output',
  'json',
]
const user = (of) =>
  `- name: ${of.arn}\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n      args:\n${words(
    of,
  )
    .map((word) => `      - ${word}\n`)
    .join('')}      command: aws\n      env:\n      - name: AWS_PROFILE\n        value: ${of.profile}\n`
const flowUser = (of) =>
  `- name: ${of.arn}\n  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [${words(of).join(', ')}], env: [{name: AWS_PROFILE, value: ${of.profile}}]}}\n`
const tokenUser = ({ arn, n }) => `- name: ${arn}\n  user:\n    token: not-a-real-token-${n}\n`

const file = (clusters, contexts, users, current) =>
  `apiVersion: v1\nclusters:\n${clusters.join('')}contexts:\n${contexts.join('')}current-context: ${current}\nkind: Config\npreferences: {}\nusers:\n${users.join('')}`

const everyTenth = (usual, other) => (of) => (of.n % 10 === 0 ? other(of) : usual(of))
const commented = (write) => (of) => `${write(of).replace('\n', ' # by hand\n')}`
const indented = (text) => text.replace(/^(?=[- ] )/gm, '  ')

const execUser = (of) => ({
  exec: {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'aws',
    args: words(of),
    env: [{ name: 'AWS_PROFILE', value: of.profile }],
  },
})
const json = (all, user, step) =>
  JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: all.map(({ arn, server, ca }) => ({
        name: arn,
        cluster: { server, 'certificate-authority-data': ca },
      })),
      contexts: all.map(({ arn }) => ({ name: arn, context: { cluster: arn, user: arn } })),
      users: all.map((of) => ({ name: of.arn, user: user(of) })),
      'current-context': all[0].arn,
    },
    null,
    step,
  )

/** What is usual besides, each with its own way of writing `count` contexts. */
const kinds = {
  /** 20 profiles, the context called like its cluster, no namespace; the clusters in no order. */
  'as aws writes them': (all) =>
    file(
      all.map(cluster),
      all.map((of) => context(of)),
      all.map(user),
      all[0].arn,
    ),
  'ten contexts share a user': (all) => {
    const users = all.filter(({ n }) => n % 10 === 0)
    const contexts = all.map((of) => context(of, of.arn, users[Math.floor(of.n / 10)].arn))
    return file(all.map(cluster), contexts, users.map(user), all[0].arn)
  },
  'every tenth points at nothing': (all) => {
    const contexts = all.map(everyTenth(context, (of) => context(of, 'gone', 'gone')))
    return file(all.map(cluster), contexts, all.map(user), all[0].arn)
  },
  'every tenth with a comment': (all) =>
    file(
      all.map(everyTenth(cluster, commented(cluster))),
      all.map(
        everyTenth(
          (of) => context(of),
          commented((of) => context(of)),
        ),
      ),
      all.map(everyTenth(user, commented(user))),
      all[0].arn,
    ),
  'every tenth user in flow style': (all) =>
    file(
      all.map(cluster),
      all.map((of) => context(of)),
      all.map(everyTenth(user, flowUser)),
      all[0].arn,
    ),
  'users with a token': (all) =>
    file(
      all.map(cluster),
      all.map((of) => context(of)),
      all.map(tokenUser),
      all[0].arn,
    ),
  'lists indented by two': (all) =>
    indented(
      file(
        all.map(cluster),
        all.map((of) => context(of)),
        all.map(user),
        all[0].arn,
      ),
    ),
  CRLF: (all) =>
    file(
      all.map(cluster),
      all.map((of) => context(of)),
      all.map(user),
      all[0].arn,
    ).replaceAll('\n', '\r\n'),
  JSON: (all) => json(all, execUser, 4),
  'JSON in one line': (all) => json(all, execUser, 0),
  'JSON, users with a token': (all) => json(all, ({ n }) => ({ token: `not-a-real-token-${n}` }), 4),
}

/** @typedef {keyof typeof kinds} Kind */
export const usualKinds = /** @type {Kind[]} */ (Object.keys(kinds))

/**
 * Writes `count` contexts of a kind into this many files; returns their paths, joined as KUBECONFIG wants them.
 * @param {string} path @param {number} count @param {Kind} kind @param {number} [files]
 */
export function writeUsual(path, count, kind, files = 1) {
  const each = Math.ceil(count / files)
  const paths = []
  for (let part = 0; part < files; part += 1) {
    const all = Array.from({ length: Math.min(each, count - part * each) }, (_, n) =>
      one(part * each + n, 20),
    )
    const own = files === 1 ? path : `${path}-${part}`
    writeFileSync(own, kinds[kind](all), { mode: 0o600 })
    paths.push(own)
  }
  return paths.join(':')
}
