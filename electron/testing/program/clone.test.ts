/**
 * A clone in a folder that everybody may write, as /tmp is. npm puts node_modules/.bin of every folder above before PATH, which
 * anybody may make there: nothing of it may reach a command that is judged or run.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeFolder } from '../bundle'
import { type Run, runProgram } from '../real-programs'
import { useTerminal } from './terminal'

const project = path.resolve(import.meta.dirname, '../../..')
const region = '[--region, us-east-1, eks, get-token, --cluster-name, c, --output, json]'
const terminal = useTerminal({
  config: `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: plain, context: {cluster: c, user: plain}}]
users:
- {name: plain, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: ${region}}}}
`,
})

describe.each([0o1777, 0o777])('in a folder of mode %o', (mode) => {
  let folder = ''
  let clone = ''
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'ekscope-open-'))
    clone = path.join(folder, 'clone')
    mkdirSync(clone)
    for (const name of ['package.json', 'scripts', 'shared', 'electron', 'renderer'])
      cpSync(path.join(project, name), path.join(clone, name), { recursive: true })
    // Built from exactly these sources, as far as the terminal program goes.
    cpSync(path.dirname(terminal.program), path.join(clone, 'out'), { recursive: true })
    const stamp = `import { outputs, sourcesHash } from './scripts/lib/build-state.mjs'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
for (const name of outputs) { const file = 'out/' + name; if (!existsSync(file)) { mkdirSync(dirname(file), { recursive: true }); writeFileSync(file, '') } }
writeFileSync('out/built-from.json', JSON.stringify({ sources: sourcesHash() }))`
    writeFileSync(path.join(clone, 'stamp.mjs'), stamp)
    execFileSync(process.execPath, ['stamp.mjs'], { cwd: clone })
    chmodSync(folder, mode)
  })
  afterAll(() => removeFolder(folder))

  /** `npm run -s ekscope -- …` by the real npm, from the home. */
  const ekscope = (args: readonly string[], more: Record<string, string>): Promise<Run> =>
    runProgram(
      'npm',
      ['run', '-s', '--prefix', clone, 'ekscope', '--', ...args],
      terminal.variables({
        PATH: `${terminal.home}/bin:/usr/bin:/bin`,
        npm_config_update_notifier: 'false',
        ...more,
      }),
      { cwd: terminal.home },
    )

  test('aws runs without a question, and a command has the variables of before npm', async () => {
    terminal.write('bin/aws', '#!/bin/sh\nenv > "$HOME/of-aws"\nexit 1\n', 0o755)
    const variables = { EDITOR: 'nano', AWS_EC2_METADATA_DISABLED: 'true' }
    const { stdout, stderr } = await ekscope(['whoami', '--json', '--', 'plain'], variables)
    expect(stdout, stderr).not.toContain('node_modules')
    expect(stdout).not.toContain('PATH')
    const seen = terminal.text(path.join(terminal.home, 'of-aws'))
    expect(seen).toMatch(new RegExp(`^PATH=${terminal.home}/bin:/usr/bin:/bin$`, 'm'))
    expect(seen).toMatch(/^EDITOR=nano$/m)
    expect(seen).not.toMatch(/^(npm_|INIT_CWD=|NODE=|COLOR=)/m)
  })
})
