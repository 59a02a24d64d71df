/** Which commands kubectl runs with a kuberc, said by kubectl itself: 1.35 obeys it, 1.32 does not know it. Whether it ran is written down. */
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { oneIn, someOf } from '../../shared/testing/counts'
import { kubeconfigOf } from '../testing/checking'
import { type KubectlJudge, kubectlJudges } from '../testing/kubectl-judges'
import { runProgram } from '../testing/real-programs'
import { kubectlPolicy } from './policy'

let home: string
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-kuberc-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const write = async (name: string, text: string, mode = 0o600) => {
  const file = path.join(home, name)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, text, { mode })
  await chmod(file, mode)
  return file
}

const head = 'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n'
const list = (...items: string[]) =>
  `${head}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist:\n${items.map((item) => `- ${item}\n`).join('')}`

type Outcome = 'runs' | 'plugin-not-allowed' | 'kuberc-refused'
interface Case {
  readonly kuberc: string | null
  readonly command?: string
  readonly variables?: Record<string, string>
  readonly expected: Outcome
}

/** HOME stands for the home folder; the plugin is `bin/plugin`, and first in PATH. */
const cases: Readonly<Record<string, Case>> = {
  'no file': { kuberc: null, expected: 'runs' },
  'an empty file': { kuberc: '', expected: 'runs' },
  'a file without a policy': { kuberc: head, expected: 'runs' },
  AllowAll: { kuberc: `${head}credentialPluginPolicy: AllowAll\n`, expected: 'runs' },
  DenyAll: { kuberc: `${head}credentialPluginPolicy: DenyAll\n`, expected: 'plugin-not-allowed' },
  'DenyAll as JSON': {
    kuberc:
      '{"kind":"Preference","apiVersion":"kubectl.config.k8s.io/v1beta1","credentialPluginPolicy":"DenyAll"}',
    expected: 'plugin-not-allowed',
  },
  'DenyAll, switched off': {
    kuberc: `${head}credentialPluginPolicy: DenyAll\n`,
    variables: { KUBERC: 'off' },
    expected: 'runs',
  },
  'DenyAll, with the feature switched off': {
    kuberc: `${head}credentialPluginPolicy: DenyAll\n`,
    variables: { KUBECTL_KUBERC: 'False' },
    expected: 'runs',
  },
  'DenyAll, and another file is named': {
    kuberc: `${head}credentialPluginPolicy: DenyAll\n`,
    variables: { KUBERC: 'HOME/other' },
    expected: 'runs',
  },
  'another file is named, and that denies': {
    kuberc: null,
    variables: { KUBERC: 'HOME/denies' },
    expected: 'plugin-not-allowed',
  },
  'a file is named that is not there': {
    kuberc: null,
    variables: { KUBERC: 'HOME/nowhere' },
    expected: 'kuberc-refused',
  },
  'the named file is broken': {
    kuberc: null,
    variables: { KUBERC: 'HOME/broken' },
    expected: 'kuberc-refused',
  },
  'the named file is empty': { kuberc: null, variables: { KUBERC: 'HOME/empty' }, expected: 'runs' },
  'the file is broken': { kuberc: `${head}credentialPluginPolicy: [\n`, expected: 'runs' },
  'the policy is no text': { kuberc: `${head}credentialPluginPolicy: off\n`, expected: 'runs' },
  'the policy is null': { kuberc: `${head}credentialPluginPolicy: null\n`, expected: 'runs' },
  'the policy is unknown': { kuberc: `${head}credentialPluginPolicy: denyall\n`, expected: 'kuberc-refused' },
  'the key has another letter case': { kuberc: `${head}credentialpluginpolicy: DenyAll\n`, expected: 'runs' },
  'an unknown key beside it': {
    kuberc: `${head}more: 1\ncredentialPluginPolicy: DenyAll\n`,
    expected: 'plugin-not-allowed',
  },
  'the key stands twice': {
    kuberc: `${head}credentialPluginPolicy: AllowAll\ncredentialPluginPolicy: DenyAll\n`,
    expected: 'plugin-not-allowed',
  },
  'another part has the wrong type': {
    kuberc: `${head}aliases: x\ncredentialPluginPolicy: DenyAll\n`,
    expected: 'runs',
  },
  'an alias has a bad name': {
    kuberc: `${head}aliases: [{name: a1, command: get}]\n`,
    expected: 'kuberc-refused',
  },
  'two aliases have one name': {
    kuberc: `${head}aliases: [{name: a, command: get}, {name: a, command: get}]\n`,
    expected: 'kuberc-refused',
  },
  'a default names a flag with dashes': {
    kuberc: `${head}defaults: [{command: get, options: [{name: --output, default: json}]}]\n`,
    expected: 'kuberc-refused',
  },
  'the old version does not know the policy': {
    kuberc: `apiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference\ncredentialPluginPolicy: DenyAll\n`,
    expected: 'runs',
  },
  'an unknown version': {
    kuberc: `apiVersion: kubectl.config.k8s.io/v9\nkind: Preference\ncredentialPluginPolicy: DenyAll\n`,
    expected: 'runs',
  },
  'another kind': {
    kuberc: `apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Other\ncredentialPluginPolicy: DenyAll\n`,
    expected: 'runs',
  },
  'the second document is the one': {
    kuberc: `a: 1\n---\n${head}credentialPluginPolicy: DenyAll\n`,
    expected: 'plugin-not-allowed',
  },
  'the first of two counts': {
    kuberc: `---\n${head}---\n${head}credentialPluginPolicy: DenyAll\n`,
    expected: 'runs',
  },
  'the list has the name': { kuberc: list('name: plugin'), expected: 'runs' },
  'the list has the path': { kuberc: list('name: other', 'name: HOME/bin/plugin'), expected: 'runs' },
  'the list has another path of that name': {
    kuberc: list('name: HOME/else/plugin'),
    expected: 'plugin-not-allowed',
  },
  'the list has another name': { kuberc: list('name: plug'), expected: 'plugin-not-allowed' },
  'the entry has a path, and the list the name': {
    kuberc: list('name: plugin'),
    command: 'HOME/bin/plugin',
    expected: 'runs',
  },
  'the entry has another path than the name leads to': {
    kuberc: list('name: plugin'),
    command: 'HOME/else/plugin',
    expected: 'plugin-not-allowed',
  },
  'the entry has an untidy path': {
    kuberc: list('name: HOME/bin/plugin'),
    command: 'HOME//bin/./plugin',
    expected: 'runs',
  },
  'the list has an untidy path': { kuberc: list('name: HOME/bin//plugin'), expected: 'kuberc-refused' },
  'the list ends in a slash': { kuberc: list('name: plugin/'), expected: 'kuberc-refused' },
  'the list has an empty item': { kuberc: list('name: ""'), expected: 'kuberc-refused' },
  'the list has an item of nothing': { kuberc: list('null'), expected: 'kuberc-refused' },
  'the list names its item as 1.36 does': { kuberc: list('command: plugin'), expected: 'kuberc-refused' },
  'the list is empty': {
    kuberc: `${head}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: []\n`,
    expected: 'kuberc-refused',
  },
  'there is no list': { kuberc: `${head}credentialPluginPolicy: Allowlist\n`, expected: 'kuberc-refused' },
  'the list is null': {
    kuberc: `${head}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: null\n`,
    expected: 'kuberc-refused',
  },
  'there is a list and no policy': {
    kuberc: `${head}credentialPluginAllowlist: [{name: plugin}]\n`,
    expected: 'kuberc-refused',
  },
  'there is a list beside DenyAll': {
    kuberc: `${head}credentialPluginPolicy: DenyAll\ncredentialPluginAllowlist: []\n`,
    expected: 'kuberc-refused',
  },
}

/** What kubectl does, and what is said of it before. */
async function judged({ program }: KubectlJudge, { kuberc, command = 'plugin', variables = {} }: Case) {
  const here = (text: string) => text.replaceAll('HOME', home)
  const plugin = '#!/bin/sh\necho ran >> "$LOG"\nexit 1\n'
  await write('bin/plugin', plugin, 0o755)
  await write('else/plugin', plugin, 0o755)
  await symlink(program, path.join(home, 'bin/kubectl'))
  await write('other', head)
  await write('denies', `${head}credentialPluginPolicy: DenyAll\n`)
  await write('broken', ': : :\n')
  await write('empty', '')
  if (kuberc !== null) await write('.kube/kuberc', here(kuberc))
  const exec = { apiVersion: 'client.authentication.k8s.io/v1beta1', command: here(command), args: [] }
  const config = kubeconfigOf([{ name: 'c', cluster: { server: 'https://127.0.0.1:1' }, user: { exec } }])
  const kubeconfig = await write('.kube/config', config)
  const own = {
    PATH: `${home}/bin:/usr/bin:/bin`,
    HOME: home,
    LOG: path.join(home, 'log'),
    ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, here(value)])),
  }
  const args = ['--kubeconfig', kubeconfig, '--context', 'c', 'get', '--raw', '/']
  const run = await runProgram(path.join(home, 'bin/kubectl'), args, own)
  const ran = await readFile(own.LOG, 'utf8').then(
    () => true,
    () => false,
  )
  const outcome: Outcome = ran
    ? 'runs'
    : run.stderr.includes('getting credentials')
      ? 'plugin-not-allowed'
      : 'kuberc-refused'
  const policy = await kubectlPolicy({}, { variables: own })
  return { outcome, stderr: run.stderr, said: await policy.refusal(here(command)) }
}

/** One that knows no policy runs all of them: in the quick run it is asked for one in eight. */
const obeying = (judge: KubectlJudge) => judge.name === 'kubectl 1.35'
const rowsOf = (judge: KubectlJudge) =>
  obeying(judge) ? Object.entries(cases) : someOf(Object.entries(cases), oneIn(8))

for (const judge of kubectlJudges)
  test.skipIf(!judge.here).each(rowsOf(judge))(`%s, for ${judge.name}`, async (_, one) => {
    const { outcome, said, stderr } = await judged(judge, one)
    expect(outcome, stderr).toBe(obeying(judge) ? one.expected : 'runs')
    expect(said?.problem.code ?? 'runs').toBe(outcome)
    if (said !== null)
      expect([said.certain, said.problem.message]).toEqual([true, expect.stringContaining(home)])
  })
