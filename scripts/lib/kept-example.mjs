// The files that the built programs read once, so that what V8 makes of them can be kept.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const name = (/** @type {string} */ cluster) => `arn:aws:eks:eu-west-1:111122223333:cluster/${cluster}`

/**
 * Of most files all entries are as aws writes them, and what reads those is half of what reads a kubeconfig. `byHand`: the last user
 * is one as a person writes it, and makes all of it be read by other functions than a fleet of which none is.
 * @param {boolean} byHand
 */
function kubeconfigOf(byHand) {
  // So many of a form that they are told as columns.
  const names = byHand ? ['c', 'd'] : ['c', 'd', 'e', 'f', 'g', 'h']
  return `apiVersion: v1
clusters:
${names
  .map(
    (one) => `- cluster:
    certificate-authority-data: Y2VydGlmaWNhdGU=
    server: https://0123456789ABCDEF0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com
  name: ${name(one)}
`,
  )
  .join('')}contexts:
${[...names, ...(byHand ? ['e'] : [])]
  .map(
    (one) => `- context:
    cluster: ${name(byHand && one === 'e' ? 'd' : one)}
    namespace: team
    user: ${name(one)}
  name: ${one}
`,
  )
  .join('')}current-context: c
kind: Config
preferences: {}
users:
${names
  .map(
    (one) => `- name: ${name(one)}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - eu-west-1
      - eks
      - get-token
      - --cluster-name
      - ${one}
      - --output
      - json
      command: aws
      env:
      - name: AWS_PROFILE
        value: operator
`,
  )
  .join('')}${
  byHand
    ? `- name: ${name('e')}
  user:
    exec: # by hand
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, eks, get-token, --cluster-name, d, --output, json]
`
    : ''
}`
}
const profiles = `[profile operator]
region = eu-west-1
role_arn = arn:aws:iam::111122223333:role/Operator
source_profile = base

[profile base]
region = eu-west-1
`

/** Writes a kubeconfig and an AWS config into this home. @param {string} home @param {{ byHand?: boolean }} [how] */
export function writeExample(home, { byHand = true } = {}) {
  for (const [folder, text] of /** @type {const} */ ([
    ['.kube', kubeconfigOf(byHand)],
    ['.aws', profiles],
  ])) {
    mkdirSync(join(home, folder), { recursive: true })
    writeFileSync(join(home, folder, 'config'), text)
  }
}
