/** The workflows of docs/ci.md: their YAML, and their shell run against a repository with a request in it. */
import { chmodSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { useTerminal } from './terminal'

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/ci.md'), 'utf8')
const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]): unknown => parse(text ?? ''))
const github = v.parse(
  v.object({
    jobs: v.object({ identities: v.object({ steps: v.array(v.object({ run: v.optional(v.string()) })) }) }),
  }),
  blocks[1],
)
const gitlab = v.parse(v.object({ identities: v.object({ script: v.array(v.string()) }) }), blocks[2])
const steps = {
  github: github.jobs.identities.steps.flatMap(({ run }) => run ?? []),
  gitlab: gitlab.identities.script,
}

const terminal = useTerminal()
const kubeconfig = (role: string) => `clusters:
- {name: c, cluster: {server: https://x.gr7.eu-west-1.eks.amazonaws.com}}
contexts:
- {name: prod, context: {cluster: c, user: u}}
users:
- {name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, interactiveMode: IfAvailable, args: [eks, get-token, --cluster-name, prod, --output, json, --role-arn, "arn:aws:iam::111122223333:role/${role}"]}}}
`
const expectFile = (role: string) =>
  `ekscope: expect/1\ncontexts:\n  prod: arn:aws:iam::111122223333:role/${role}\n`

test.each(Object.entries(steps))(
  '%s: a request that changes entry and expect file together fails, and the change is shown',
  async (name, all) => {
    const repository = path.join(terminal.home, 'repository')
    mkdirSync(repository)
    const bin = path.join(terminal.home, 'bin')
    terminal.write('bin/ekscope', `#!/bin/sh\nexec "${process.execPath}" "${terminal.program}" "$@"\n`, 0o755)
    terminal.write('bin/npm', '#!/bin/sh\n', 0o755)
    chmodSync(bin, 0o755)
    const variables = {
      PATH: `${bin}:/usr/bin:/bin`,
      KUBECONFIG: 'kubeconfig.yaml',
      GITHUB_BASE_REF: 'main',
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
      RUNNER_TEMP: terminal.home,
      GITHUB_STEP_SUMMARY: path.join(terminal.home, 'summary'),
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@example.com',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@example.com',
    }
    const sh = (line: string) => terminal.run('/bin/sh', ['-e', '-c', line], variables, { cwd: repository })
    const commit = async (role: string, expected: string) => {
      terminal.write('repository/kubeconfig.yaml', kubeconfig(role))
      terminal.write('repository/expect.yaml', expectFile(expected))
      await sh('git add -A && git commit -qm change')
    }
    await sh('git init -q -b main && git remote add origin .')
    await commit('Admin', 'Admin')
    await sh('git fetch -q origin && git checkout -q -b request')
    const run = async () => {
      let said = ''
      for (const step of all) {
        const { status, stdout, stderr } = await sh(step)
        said += `${stdout}${stderr}`
        if (status !== 0) return { step, status, said }
      }
      return { step: null, status: 0, said }
    }
    expect(await run()).toMatchObject({ step: null, status: 0 })
    await commit('Boss', 'Boss')
    const changed = await run()
    expect([changed.step, changed.status]).toEqual([expect.stringContaining('ekscope lint'), 1])
    expect(changed.said).toContain('+  prod: arn:aws:iam::111122223333:role/Boss')
    const report =
      name === 'gitlab' ? readFileSync(path.join(repository, 'identities.xml'), 'utf8') : changed.said
    expect(report).toContain('unexpected-identity')
    expect(report).toContain('kubeconfig.yaml')
  },
)
