// Started by the build: runs a command from the built program (its arguments: the program's file, the command), and keeps what V8
// has compiled by then beside each part of it that was read, with what was kept before. Without KUBECONFIG it writes one into HOME for that.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

// Of most files all entries are as aws writes them, and what reads those is half of what reads a kubeconfig; the last user is
// one as a person writes it.
const name = (/** @type {string} */ cluster) => `arn:aws:eks:eu-west-1:111122223333:cluster/${cluster}`
const names = ['c', 'd']
const kubeconfig = `apiVersion: v1
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
${[...names, 'e']
  .map(
    (one) => `- context:
    cluster: ${name(one === 'e' ? 'd' : one)}
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
  .join('')}- name: ${name('e')}
  user:
    exec: # by hand
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, eks, get-token, --cluster-name, d, --output, json]
`
const profiles = `[profile operator]
region = eu-west-1
role_arn = arn:aws:iam::111122223333:role/Operator
source_profile = base

[profile base]
region = eu-west-1
`
const home = process.env.HOME ?? ''
/** @type {readonly (readonly [folder: string, text: string])[]} */
const own = [
  ['.kube', kubeconfig],
  ['.aws', profiles],
]
for (const [folder, text] of process.env.KUBECONFIG === undefined ? own : []) {
  mkdirSync(join(home, folder), { recursive: true })
  writeFileSync(join(home, folder, 'config'), text)
}

const [file = '', ...command] = process.argv.slice(2)
/** @typedef {{ script: import('node:vm').Script, cache: string, code: () => Buffer }} Part */
/** @type {{ compiled: () => { parts: () => readonly Part[], run: () => void } }} */
const { compiled } = createRequire(import.meta.url)(file)
const program = compiled()
process.argv = [process.execPath, file, ...command]
// The program ends the process itself.
process.once('exit', (status) => {
  for (const { script, cache, code } of program.parts()) {
    // One of another V8, or of another text, would be compiled in vain at each start.
    if (script.cachedDataRejected === true) process.exitCode = 1
    writeFileSync(cache, code())
  }
  if (status !== 0) process.exitCode = status
})
program.run()
