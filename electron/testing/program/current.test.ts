/** `ekscope current`: what kubectl uses with its last check, and that a prompt reads hardly anything while nothing has changed. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { wordOf } from '../../cli/current'
import { usualFleet } from '../usual-fleet'
import { useTerminal } from './terminal'

const config = `apiVersion: v1
clusters:
- {name: west, cluster: {server: "https://127.0.0.1:1"}}
contexts:
- {name: ci, context: {cluster: west, user: ci, namespace: shop}}
- {name: other, context: {cluster: west, user: other}}
current-context: ci
users:
- {name: ci, user: {token: canaryTokenOfCi01}}
- {name: other, user: {}}
`
const terminal = useTerminal({ config, inProcess: true })
const { done, ekscope } = terminal
const prompt = async (more = {}) => (await done(['current', '--prompt'], more)).stdout
const kept = () => path.join(terminal.state, 'prompt.json')

test('shows the context with the verdict and age of its last check, and makes none', async () => {
  const before = await done(['current'])
  expect(before.stdout).toMatch(/^CONTEXT .*LAST CHECK.*\nci +entry west +shop +token +not checked/)
  expect(before.stdout).toContain('To check it: `ekscope whoami ci`.')
  expect(existsSync(terminal.state)).toBe(false)
  expect(JSON.parse((await done(['current', '--json'])).stdout)).toMatchObject({
    context: 'ci',
    file: terminal.file,
    namespace: 'shop',
    cluster: { entry: 'west', name: null },
    user: 'ci',
    check: null,
  })
  await ekscope(['whoami', 'ci'])
  const { stdout } = await done(['current'])
  expect(stdout).toMatch(/\nci .* unsupported, just now\n$/)
  const { check } = JSON.parse((await done(['current', '--prompt', '--json'])).stdout)
  expect(check).toMatchObject({ verdict: 'unsupported', stale: null, proven: null, seen: null })
  expect(stdout).not.toContain('canary')
})

test('3 where there is none, or where it is in no file', async () => {
  for (const [text, said] of [
    [config.replace(/current-context.*\n/, ''), 'there is no current context in '],
    [
      config.replace('current-context: ci', 'current-context: gone'),
      'the current context is “gone”, which is not in ',
    ],
  ] as const) {
    terminal.write('.kube/config', text)
    for (const args of [['current'], ['current', '--prompt']]) {
      const run = await ekscope(args)
      expect(run).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining(said) })
    }
  }
})

describe('--prompt', () => {
  test('is one line: name, verdict and age', async () => {
    expect(await prompt()).toBe('ci not-checked\n')
    await ekscope(['whoami', 'ci'])
    expect(await prompt()).toBe('ci unsupported 0m\n')
    await done(['use', 'other'])
    expect(await prompt()).toBe('other not-checked\n')
    await done(['use', 'ci'])
    expect(await prompt()).toBe('ci unsupported 0m\n')
  })

  test('says stale where entry or environment are not what was checked; what differs from terminal to terminal is not of it', async () => {
    await ekscope(['whoami', 'ci'])
    expect(await prompt()).toBe('ci unsupported 0m\n')
    const ofTerminal = { STARSHIP_SESSION_KEY: '1', VTE_VERSION: '7', _P9K_TTY: '/dev/pts/1' }
    expect(await prompt(ofTerminal)).toBe('ci unsupported 0m\n')
    expect(await prompt({ AWS_PROFILE: 'pay' })).toBe('ci stale 0m\n')
    expect(await prompt()).toBe('ci unsupported 0m\n')
    terminal.write('.kube/config', config.replace('canaryTokenOfCi01', 'another'))
    expect(await prompt()).toBe('ci stale 0m\n')
    expect((await done(['current'])).stdout).toContain('unsupported, just now; changed since')
  })

  test('repeats what it said while no file has changed, and finds it out anew when one has', async () => {
    await ekscope(['whoami', 'ci'])
    await prompt()
    const text = readFileSync(kept(), 'utf8')
    expect(text).not.toContain('canary')
    writeFileSync(kept(), text.replaceAll('"context":"ci"', '"context":"remembered"'))
    expect(await prompt()).toBe('remembered unsupported 0m\n')
    // Another environment, and another list of files.
    expect(await prompt({ AWS_REGION: 'eu-west-1' })).toBe('ci stale 0m\n')
    expect(await prompt({ KUBECONFIG: `${terminal.file}:${terminal.home}/none` })).toMatch(/^ci /)
    for (const file of ['.kube/config', '.aws/config', '.aws/credentials', 'state/trust.json']) {
      const there = path.join(terminal.home, file)
      writeFileSync(kept(), text.replaceAll('"context":"ci"', '"context":"remembered"'))
      expect([file, await prompt()]).toEqual([file, expect.stringMatching(/^(?:remembered|ci) /)])
      // Of a kubeconfig its bytes count.
      terminal.write(file, `${existsSync(there) ? readFileSync(there, 'utf8') : ''}# changed\n`)
      expect([file, await prompt()]).toEqual([file, expect.stringMatching(/^ci /)])
    }
  })

  test('repeats what it said of a context while kubeconfigs say the same of it', async () => {
    const written = (text: string) =>
      terminal.write(
        '.kube/config',
        text.replaceAll('west', 'arn:aws:eks:eu-west-1:111122223333:cluster/west'),
      )
    written(config)
    await ekscope(['whoami', 'ci'])
    const other = config.replace('current-context: ci', 'current-context: other')
    expect(await prompt()).toBe('ci unsupported 0m\n')
    written(other)
    expect(await prompt()).toBe('other not-checked\n')
    const remember = () =>
      writeFileSync(kept(), readFileSync(kept(), 'utf8').replaceAll('"unsupported"', '"verified"'))
    remember()
    written(`${config}# of another context\n`.replace('user: other', 'user: ci'))
    expect(await prompt()).toBe('ci verified 0m\n')
    // Another file has changed, or one of its entries has.
    for (const [file, text] of [
      ['.aws/config', '[default]\n'],
      ['.kube/config', config.replaceAll('127.0.0.1:1', '127.0.0.1:2')],
    ] as const) {
      written(other)
      await prompt()
      remember()
      written(config)
      if (file === '.kube/config') written(text)
      else terminal.write(file, text)
      expect([file, await prompt()]).toEqual([file, expect.stringMatching(/^ci (?:unsupported|stale) /)])
    }
  })

  test('says of a large file what `current` says of it, also where something in it is not as it should be', async () => {
    const { text } = usualFleet(1_000)
    const of = (name: string) => text.replace(/(?<=current-context: ).*/, name)
    const changes = [
      (all: string) => all,
      (all: string) => all.replace('namespace: team', 'namespace: on'),
      (all: string) => all.replaceAll('fleet-name-500', 'fleet-name-501'),
      (all: string) => all.replace('users:', '# é\nusers:'),
      (all: string) => `${all}- {\n`,
    ]
    for (const [at, change] of changes.entries()) {
      terminal.write('.kube/config', change(of(`fleet-name-${at + 600}`)))
      const [whole, hardly] = [await ekscope(['current']), await ekscope(['current', '--prompt'])]
      expect([at, hardly.status, hardly.stderr]).toEqual([at, whole.status, whole.stderr])
      if (whole.status === 0) expect(hardly.stdout).toBe(`fleet-name-${at + 600} not-checked\n`)
      expect([at, whole.status]).toEqual([at, at === 0 || at === 3 ? 0 : 3])
    }
  })

  test('says with its memory what it says without, whatever files come after another', async () => {
    await ekscope(['whoami', 'ci'])
    const texts = [
      config,
      config.replace('current-context: ci', 'current-context: other'),
      config.replace('current-context: ci', 'current-context: "other"'),
      config.replace('current-context: ci', '# current-context: other'),
      config.replace('current-context: ci', 'current-context: gone'),
      config.replace('current-context: ci', 'current-context: 12'),
      config.replace('name: other, context', 'name: ci, context'),
      config.replace('canaryTokenOfCi01', 'another'),
      config.replaceAll('\n', '\r\n'),
      config.slice(0, -20),
      `${config}current-context: other\n`,
      '',
    ]
    const said = async () => {
      const { status, stdout, stderr } = await ekscope(['current', '--prompt'])
      return [status, stdout, stderr]
    }
    const aside = `${terminal.home}/aside.json`
    const step = full ? 1 : 5
    for (let from = 0; from < texts.length; from++)
      for (let to = from % step; to < texts.length; to += step)
        for (const at of [from, to, from]) {
          const text = texts[at] ?? ''
          terminal.write('.kube/config', text)
          const found = await said()
          // Without its memory, which then is as it was.
          if (existsSync(kept())) renameSync(kept(), aside)
          expect([text, found]).toEqual([text, await said()])
          rmSync(kept(), { force: true })
          if (existsSync(aside)) renameSync(aside, kept())
        }
  })

  test('says an age in the unit that fits, and stale once the sign-in is over', () => {
    const check = { verdict: 'verified', at: 0, until: null, stale: false } as const
    const of = (minutes: number) => wordOf({ context: 'a', check }, minutes * 60_000)
    expect([0, 0.5, 5, 119, 120, 2_879, 2_880, 14_400].map(of)).toEqual([
      'verified 0m',
      'verified 0m',
      'verified 5m',
      'verified 119m',
      'verified 2h',
      'verified 47h',
      'verified 2d',
      'verified 10d',
    ])
    expect(wordOf({ context: 'a', check: { ...check, until: 60_000 } }, 60_000)).toBe('stale 1m')
    expect(wordOf({ context: 'a', check: { ...check, until: 60_001 } }, 60_000)).toBe('verified 1m')
  })
})
