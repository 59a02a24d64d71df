/** What `lint --format` prints, read by those who read it: the schema of SARIF, a reader of JUnit, the commands of GitHub. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parse as readJunit } from 'junit2json'
import { expect, test } from 'vitest'
import { useTerminal } from './terminal'

const name = 'odd: 100%, "<a&b>"\\u0007\\u202e\\nnext'
const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod'
const config = `clusters:
- {name: "${arn}", cluster: {server: https://x.gr7.eu-west-1.eks.amazonaws.com}}
contexts:
- {name: fine, context: {cluster: "${arn}", user: fine}}
- {name: "${name.replaceAll('"', '\\"')}", context: {cluster: "${arn}", user: gone}}
users:
- {name: fine, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, interactiveMode: IfAvailable, args: [eks, get-token, --cluster-name, prod, --output, json, --role-arn, "arn:aws:iam::111122223333:role/Admin"]}}}
`
const terminal = useTerminal({ config, inProcess: true })
const { ekscope } = terminal
const missing = () => ({ KUBECONFIG: `${terminal.file}:${terminal.home}/gone` })

test('github: one command a line, escaped, with file and line below the working folder', async () => {
  const run = await ekscope(['lint', '--format', 'github'])
  expect(run.status).toBe(1)
  const lines = run.stdout.trimEnd().split('\n')
  for (const line of lines)
    expect(line).toMatch(/^::(error|warning|notice) file=[^:,]+(,line=\d+)?,title=[a-z-]+::[^\r\n]*$/)
  const [line] = lines.filter((one) => one.includes('title=dangling-user'))
  expect(line).toMatch(/^::error file=\.kube\/config,line=5,title=dangling-user::odd: 100%25, /)
  expect((await ekscope(['lint', '--format', 'github'], missing())).stdout).toContain(
    '::error title=ekscope::',
  )
})

test('sarif: passes the schema of 2.1.0, with a region and a page for each', async () => {
  const require = createRequire(import.meta.url)
  const sarif = createRequire(require.resolve('@microsoft/jest-sarif'))
  const Ajv = sarif('ajv')
  const schema = JSON.parse(readFileSync(sarif.resolve('./schemas/sarif-2.1.0-rtm.5.json'), 'utf8'))
  const ajv = new Ajv({ schemaId: 'auto', format: false })
  ajv.addMetaSchema(sarif('ajv/lib/refs/json-schema-draft-04.json'))
  const validate = ajv.compile(schema)
  for (const more of [{}, missing()]) {
    const log = JSON.parse((await ekscope(['lint', '--format', 'sarif'], more)).stdout)
    validate(log)
    expect(validate.errors).toBeNull()
    const [run] = log.runs
    expect(run.invocations[0].executionSuccessful).toBe(!('KUBECONFIG' in more))
    const result = run.results.find(({ ruleId }: { ruleId: string }) => ruleId === 'dangling-user')
    expect(result.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: '.kube/config' },
      region: { startLine: 5 },
    })
    expect(run.tool.driver.rules[result.ruleIndex]).toMatchObject({
      id: 'dangling-user',
      helpUri: expect.stringContaining('docs/findings/dangling-user.md'),
    })
  }
  expect(validate({ version: '2.1.0', runs: [{}] })).toBe(false)
})

test('junit: a reader finds each finding, each context without one, and what was not looked at', async () => {
  const read = async (more = {}) => {
    const { stdout } = await ekscope(['lint', '--format', 'junit'], more)
    return JSON.parse(JSON.stringify(await readJunit(stdout))).testsuite[0]
  }
  const suite = await read()
  expect(suite).toMatchObject({ failures: 1, errors: 0, tests: suite.testcase.length })
  const failed = suite.testcase.filter(({ failure }: { failure?: unknown }) => failure)
  expect(failed).toMatchObject([{ name: expect.stringContaining('dangling-user: odd: 100%, "<a&b>"') }])
  expect(suite.testcase.map((one: { name: string }) => one.name)).toContain('fine')
  expect((await read(missing())).errors).toBe(1)
})

test('a form that is none, and two forms, are wrong usage', async () => {
  expect((await ekscope(['lint', '--format', 'xml'])).status).toBe(2)
  expect((await ekscope(['lint', '--format', 'sarif', '--json'])).status).toBe(2)
})
