/** Undo, redo and reapply of edits of profiles by the terminal, with aws and people as the other writers: which profile a role goes back to. */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { type AwsJudge, awsJudge, type ProfileValue, readsConfigs } from '../aws-judge'
import { useTerminal } from './terminal'

const pinned = (name: string, profile: string) => `- name: ${name}
  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, eks, get-token, --cluster-name, c, --profile, ${profile}]}}
`
const contexts = { 'as-alpha': 'alpha', 'as-beta': 'beta', 'as-prod': 'prod', 'as-new': 'new' }
const terminal = useTerminal({
  inProcess: true,
  config: `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://c.example"}}
contexts:
${Object.keys(contexts)
  .map((name) => `- {name: ${name}, context: {cluster: c, user: ${name}}}\n`)
  .join('')}users:
${Object.entries(contexts)
  .map(([name, profile]) => pinned(name, profile))
  .join('')}`,
})
const { ekscope, done } = terminal
const admin = 'arn:aws:iam::111122223333:role/Admin'
const config = () => path.join(terminal.home, '.aws/config')
const text = () => readFileSync(config(), 'utf8')
const lastId = async () =>
  (JSON.parse((await done(['history', '--json'])).stdout).writes[0] as { id: string }).id
const rolesOf = async () => {
  const { stdout } = await judge.config(config(), [])
  const { profiles } = JSON.parse(stdout) as { profiles: Record<string, Record<string, string>> }
  return Object.entries(profiles).flatMap(([name, { role_arn }]) =>
    role_arn === undefined ? [] : [[name, role_arn]],
  )
}
let judge: AwsJudge
const aws = async (...set: readonly ProfileValue[]) => {
  judge = awsJudge(1)
  await judge.config(config(), set)
}
/** The profiles after [default] the other way round. */
const turned = () => {
  const [head, ...sections] = text().split('[profile')
  writeFileSync(config(), [head, ...sections.reverse()].join('[profile'))
}
const starts = (lines: string) => terminal.write('.aws/config', `[default]\nregion = eu-west-1\n${lines}`)
const twoProfiles = `
[profile alpha]
source_profile = default
region = eu-west-1

[profile beta]
role_arn = ${admin}
source_profile = default
region = eu-west-1

`

test.skipIf(!readsConfigs())(
  'a role goes back to the profile that it was taken from, wherever that stands by now',
  async () => {
    starts(twoProfiles)
    await done(['profile', 'set', 'beta', 'role_arn', '--none'])
    await aws()
    turned()
    const shown = await done(['undo', '--dry-run', '--json'])
    expect(JSON.parse(shown.stdout)).toMatchObject({ alsoChanges: ['as-beta'] })
    expect((await done(['undo'])).stdout).toContain('also changed: as-beta\n')
    expect(await rolesOf()).toEqual([['beta', admin]])
    // And forward again, and once more what another program put back.
    turned()
    await done(['redo'])
    expect(await rolesOf()).toEqual([])
    await done(['profile', 'set', 'alpha', 'role_arn', admin])
    const id = await lastId()
    writeFileSync(config(), text().replace(`role_arn = ${admin}\n`, ''))
    turned()
    await done(['reapply', id])
    expect(await rolesOf()).toEqual([['alpha', admin]])
  },
)

test.skipIf(!readsConfigs())(
  'behind the last section aws adds another, or Ekscope does: the role is not theirs',
  async () => {
    const beta = `[profile beta]\nsource_profile = default\nrole_arn = ${admin}\n`
    starts(beta)
    await done(['profile', 'set', 'beta', 'role_arn', '--none'])
    await aws(['new', 'source_profile', 'default'])
    await done(['undo'])
    expect(await rolesOf()).toEqual([['beta', admin]])
    starts(beta)
    await done(['profile', 'set', 'beta', 'role_arn', '--none'])
    const id = await lastId()
    await done(['profile', 'add', 'new', 'source_profile=default'])
    await done(['undo', id])
    expect(await rolesOf()).toEqual([['beta', admin]])
  },
)

test.skipIf(!readsConfigs())(
  'what others put into a section that would go keeps it, and falls to no other one',
  async () => {
    const refused = async (said: string) => {
      const before = text()
      for (const more of [[], ['--dry-run']]) {
        const { status, stderr } = await ekscope(['undo', ...more])
        expect([status, text()]).toEqual([3, before])
        expect(stderr).toContain(`The ${said} would be removed, but was changed since. Nothing was written.`)
      }
    }
    starts('[profile prod]\nsource_profile = default\n')
    await done(['profile', 'add', 'admin', 'source_profile=default'])
    await aws(['admin', 'role_arn', admin])
    await refused('profile “admin”')
    starts(`[profile prod]\nrole_arn = ${admin}\nsource_profile = default\n`)
    await done(['profile', 'clone', 'prod', 'copy'])
    await aws(['copy', 'external_id', 'ticket-1'], ['copy', 'mfa_serial', 'arn:aws:iam::111122223333:mfa/me'])
    await refused('profile “copy”')
    starts('[sso-session old]\nsso_region = eu-west-1\n')
    await done([
      'profile',
      'add-session',
      'fresh',
      'sso_start_url=https://new.example/start',
      'sso_region=eu-west-1',
    ])
    writeFileSync(config(), `${text()}sso_registration_scopes = sso:account:access\n`)
    await refused('sso-session “fresh”')
  },
)

test('an undo that leaves contexts without their profile asks for permission, as deleting it would', async () => {
  starts('')
  await done(['profile', 'add', 'new', 'region=eu-west-1'])
  const before = text()
  expect((await ekscope(['undo'])).stderr).toContain(
    'Profile new is named by context as-new, which would have no identity',
  )
  expect(text()).toBe(before)
  expect((await done(['undo', '--apply-to-shared'])).stdout).toContain('also changed: as-new\n')
  expect(text()).toBe('[default]\nregion = eu-west-1\n')
})

test.skipIf(!full)('a history that does not name its sections is undone all the same', async () => {
  starts(twoProfiles)
  await done(['profile', 'set', 'beta', 'region', 'eu-west-3'])
  const id = await lastId()
  await done(['profile', 'rename', 'beta', 'gamma'])
  for (const one of [id, await lastId()]) {
    const file = path.join(terminal.state, 'history', `${one}.json`)
    const { files, ...record } = JSON.parse(readFileSync(file, 'utf8'))
    const older = files.map(({ entries: _, ...rest }: { entries: unknown }) => rest)
    writeFileSync(file, JSON.stringify({ ...record, files: older }))
  }
  turned()
  await done(['undo', id])
  expect(text()).toContain(
    `[profile gamma]\nrole_arn = ${admin}\nsource_profile = default\nregion = eu-west-1\n`,
  )
})
