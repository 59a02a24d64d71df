// Kubeconfigs as `aws eks update-kubeconfig` leaves them, as large as one wants: about 2.1 KB a context.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'

const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2']

/** A certificate's worth of base64, different for each cluster, the same in every run. */
function authority(n) {
  let bytes = Buffer.alloc(0)
  for (let block = 0; bytes.length < 1_080; block += 1)
    bytes = Buffer.concat([bytes, createHash('sha256').update(`${n}/${block}`).digest()])
  return bytes.toString('base64')
}

/**
 * Writes a kubeconfig of `count` contexts, each with a cluster and a user of its own; returns its size in bytes.
 * @param {string} path
 * @param {number} count
 * @param {string} [prefix] what the names of its contexts begin with
 */
export function writeFleet(path, count, prefix = 'fleet') {
  const clusters = []
  const contexts = []
  const users = []
  for (let n = 0; n < count; n += 1) {
    const region = regions[n % regions.length]
    const account = String(100_000_000_000 + (n % 40) * 7_919)
    const name = `${prefix}-${n}`
    const arn = `arn:aws:eks:${region}:${account}:cluster/${name}`
    clusters.push(
      `- cluster:\n    certificate-authority-data: ${authority(n)}\n    server: https://${createHash('md5').update(name).digest('hex').toUpperCase()}.gr7.${region}.eks.amazonaws.com\n  name: ${arn}\n`,
    )
    contexts.push(
      `- context:\n    cluster: ${arn}\n    namespace: team-${n % 50}\n    user: ${arn}\n  name: ${name}\n`,
    )
    users.push(
      `- name: ${arn}\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n      args:\n      - --region\n      - ${region}\n      - eks\n      - get-token\n      - --cluster-name\n      - ${name}\n      - --output\n      - json\n      command: aws\n      env:\n      - name: AWS_PROFILE\n        value: profile-${n % 40}\n`,
    )
  }
  const text = `apiVersion: v1\nclusters:\n${clusters.join('')}contexts:\n${contexts.join('')}current-context: ${prefix}-0\nkind: Config\npreferences: {}\nusers:\n${users.join('')}`
  writeFileSync(path, text, { mode: 0o600 })
  return Buffer.byteLength(text)
}

/** AWS config with the profiles that the fleet names; static keys, so that nothing needs a network. */
export function writeProfiles(folder) {
  let text = ''
  for (let n = 0; n < 40; n += 1)
    text += `[profile profile-${n}]\nregion = us-east-1\nrole_arn = arn:aws:iam::${100_000_000_000 + n * 7_919}:role/Operator\nsource_profile = base\n\n`
  text +=
    '[profile base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = not-a-real-secret-key-not-a-real-secret\n'
  writeFileSync(`${folder}/config`, text, { mode: 0o600 })
}
