// What is built for macOS and Windows and released by a workflow cannot run here: its files are held to their schemas and to each other.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { validateConfiguration } from 'app-builder-lib/out/util/config/config.js'
import { DebugLogger } from 'builder-util'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { inProject, readJson } from './project.mjs'

const read = (/** @type {string[]} */ ...parts) => readFileSync(inProject(...parts), 'utf8')
const configuration = parse(read('electron-builder.yml'))

test('electron-builder takes its configuration, and finds each file that it names', async () => {
  await validateConfiguration(configuration, new DebugLogger(false))
  await expect(
    validateConfiguration({ ...configuration, mac: { hardened: true } }, new DebugLogger(false)),
  ).rejects.toThrow(/configuration\.mac/)
  const { linux, mac, win, afterPack } = configuration
  for (const path of [linux.icon, mac.icon, win.icon, mac.entitlements, mac.entitlementsInherit, afterPack])
    expect(existsSync(inProject(path)), path).toBe(true)
})

test('macOS runs it hardened, with nothing allowed but compiling scripts; both of its processors run one app', () => {
  const { mac } = configuration
  expect(mac).toMatchObject({ hardenedRuntime: true })
  expect(
    [...read(mac.entitlements).matchAll(/<key>(.*)<\/key>\s*<(\w+)\/>/g)].map(([, key, value]) => [
      key,
      value,
    ]),
  ).toEqual([['com.apple.security.cs.allow-jit', 'true']])
  expect(mac.target).toEqual([
    { target: 'dmg', arch: 'universal' },
    { target: 'zip', arch: 'universal' },
  ])
})

test('only what updates itself carries an address for that', () => {
  const { publish, mac, win, linux } = configuration
  expect(publish).toBe(null)
  expect(linux.publish).toBe(undefined)
  const { homepage } = readJson(inProject('package.json'))
  for (const { provider, owner, repo } of [mac.publish, win.publish])
    expect([provider, `https://github.com/${owner}/${repo}`]).toEqual(['github', homepage])
})

test('the workflow of a release runs on a tag, and each of its commands is there', () => {
  const workflow = parse(read('.github', 'workflows', 'release.yml'))
  expect(workflow.on).toEqual({ push: { tags: ['v*'] } })
  expect(workflow.permissions).toEqual({ contents: 'read' })
  const { scripts } = readJson(inProject('package.json'))
  /** @type {{ run?: string, if?: string }[]} */
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps)
  const commands = steps.flatMap(({ run }) => run ?? [])
  const verbs = commands.flatMap((run) =>
    [...run.matchAll(/npm (?:run )?(\w+)/g)].map(([, verb = '']) => verb),
  )
  expect(new Set(verbs)).toEqual(new Set(['ci', 'test', 'package', 'manifests', 'publish']))
  for (const verb of ['test', 'package', 'manifests']) expect(scripts).toHaveProperty(verb)
  for (const run of commands) execFileSync('bash', ['-n', '-c', run.replaceAll(/\$\{\{.*?\}\}/g, 'x')])
})
