// Started by the build: runs the command of its arguments from the built program, and keeps what V8 has compiled by then beside
// each part of it that was read, with what was kept before.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { inProject } from './project.mjs'

const kubeconfig = `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://ABC.gr7.eu-west-1.eks.amazonaws.com", certificate-authority-data: QQ==}}
contexts:
- {name: c, context: {cluster: c, user: u}}
current-context: c
users:
- name: u
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, eks, get-token, --cluster-name, c, --output, json]
`
const home = process.env.HOME ?? ''
mkdirSync(join(home, '.kube'), { recursive: true })
writeFileSync(join(home, '.kube', 'config'), kubeconfig)

/** @typedef {{ script: import('node:vm').Script, cache: string }} Part */
/** @type {{ compiled: () => { parts: () => readonly Part[], run: () => void } }} */
const { compiled } = createRequire(import.meta.url)(inProject('out', 'cli.cjs'))
const program = compiled()
process.argv = [process.execPath, inProject('out', 'cli.cjs'), ...process.argv.slice(2)]
// The program ends the process itself.
process.once('exit', (status) => {
  for (const { script, cache } of program.parts()) {
    // One of another V8, or of another text, would be compiled in vain at each start.
    if (script.cachedDataRejected === true) process.exitCode = 1
    writeFileSync(cache, script.createCachedData())
  }
  if (status !== 0) process.exitCode = status
})
program.run()
