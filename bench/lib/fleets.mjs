// Kubeconfigs as large as one wants, 2.2 KB a context: as `aws eks update-kubeconfig` leaves them, and of other kinds.
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2']

/** A certificate's worth of base64, different for each cluster, the same in every run. @param {number} n */
const authority = (n) =>
  Buffer.concat(
    Array.from({ length: 17 }, (_, block) => createHash('sha512').update(`${n}/${block}`).digest()),
  ).toString('base64')

/** A context with a cluster and a user of its own, one of each list. @param {number} n @param {number} profiles how many are used */
function entriesOf(n, profiles) {
  const region = regions[n % regions.length]
  const name = `fleet-${n}`
  const arn = `arn:aws:eks:${region}:${100_000_000_000 + (n % 40) * 7_919}:cluster/${name}`
  const host = createHash('md5').update(name).digest('hex').toUpperCase()
  const args = ['--region', region, 'eks', 'get-token', '--cluster-name', name, '--output', 'json']
  const env = [{ name: 'AWS_PROFILE', value: `profile-${n % profiles}` }]
  const exec = { apiVersion: 'client.authentication.k8s.io/v1beta1', args, command: 'aws', env }
  const server = `https://${host}.gr7.${region}.eks.amazonaws.com`
  return {
    clusters: { cluster: { 'certificate-authority-data': authority(n), server }, name: arn },
    contexts: { context: { cluster: arn, namespace: `team-${n % 50}`, user: arn }, name },
    users: { name: arn, user: { exec } },
  }
}

/** As kubectl and aws write YAML. */
function block(value, pad = '') {
  if (typeof value === 'string') return `${value}\n`
  if (Array.isArray(value))
    return value.map((item) => `${pad}- ${block(item, `${pad}  `).trimStart()}`).join('')
  return Object.entries(value)
    .map(([key, item]) =>
      typeof item === 'string'
        ? `${pad}${key}: ${item}\n`
        : `${pad}${key}:\n${block(item, Array.isArray(item) ? pad : `${pad}  `)}`,
    )
    .join('')
}

function flow(value) {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  const fields = Object.entries(value).map(([key, item]) => `${key}: ${flow(item)}`)
  return `{${fields.join(', ')}}`
}

const commented = (text) => `# by hand\n${text.replace('\n', ' # checked\n')}`
/** The first `many` users have an environment with an anchor, those `from` on take one of these by an alias. */
const anchored = (text, n, from, many) => {
  if (n >= from) return text.replace(/env:\n[\s\S]*$/, `env: *env-${n % many}\n`)
  return n < many ? text.replace('env:\n', `env: &env-${n}\n`) : text
}

const plain = (text) => text
/** How an entry is written, by kind: its text as usual, its place, its list, and itself. */
const kinds = {
  plain,
  CRLF: plain,
  JSON: plain,
  '1,000 profiles': plain,
  'one emoji': (text, n, list) => (n === 0 && list === 'clusters' ? `# 🚀\n${text}` : text),
  'one anchor': (text, n, list) => (list === 'users' && n <= 20 ? anchored(text, n, 20, 1) : text),
  'one flow entry': (text, n, list, entry) => (list === 'users' && n === 5 ? `- ${flow(entry)}\n` : text),
  comments: (text, n) => (n % 10 === 0 ? commented(text) : text),
  'flow style': (_, _n, _list, entry) => `- ${flow(entry)}\n`,
  'anchors throughout': (text, n, list) => (list === 'users' ? anchored(text, n, 40, 40) : text),
}

/** Writes `count` contexts of a kind into this many files; returns their paths as KUBECONFIG wants them. */
export function writeFleet(path, count, { kind = 'plain', files = 1 } = {}) {
  const paths = Array.from({ length: files }, (_, part) => (part === 0 ? path : `${path}-${part}`))
  for (const [part, file] of paths.entries()) {
    const from = (part * count) / files
    const profiles = kind === '1,000 profiles' ? 1_000 : 40
    const all = Array.from({ length: count / files }, (_, n) => entriesOf(from + n, profiles))
    const lists = ['clusters', 'contexts', 'users'].map((name) => [name, all.map((one) => one[name])])
    const [clusters, contexts, users] = lists.map(([name, entries]) => {
      const texts = entries.map((entry, n) => kinds[kind](block([entry]), n, name, entry))
      return `${name}:\n${texts.join('')}`
    })
    const text = `apiVersion: v1\n${clusters}${contexts}current-context: fleet-${from}\nkind: Config\npreferences: {}\n${users}`
    const json = {
      apiVersion: 'v1',
      kind: 'Config',
      ...Object.fromEntries(lists),
      'current-context': 'fleet-0',
    }
    const ended = kind === 'CRLF' ? text.replaceAll('\n', '\r\n') : text
    writeFileSync(file, kind === 'JSON' ? JSON.stringify(json, null, 4) : ended, { mode: 0o600 })
  }
  return paths.join(':')
}

/** The AWS config of a home, with the profiles that the fleet names; static keys, so that nothing needs a network. */
export function writeProfiles(home, count = 40) {
  mkdirSync(join(home, '.aws'), { recursive: true })
  const role = (n) => `role_arn = arn:aws:iam::${100_000_000_000 + (n % 40) * 7_919}:role/Operator`
  const profile = (_, n) =>
    `[profile profile-${n}]\nregion = us-east-1\n${role(n)}\nsource_profile = base\n\n`
  const base =
    '[profile base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = not-a-real-secret-key-not-a-real-secret\n'
  const text = `${Array.from({ length: count }, profile).join('')}${base}`
  writeFileSync(join(home, '.aws', 'config'), text, { mode: 0o600 })
}
