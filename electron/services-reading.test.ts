/** What is told beside a check: of the very files that the check stands on, and worked out anew where these are not those any more. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createReading, type Reading } from './services-reading'
import { openDataFolder } from './system/data-folder'
import { removeFolder } from './testing/bundle'

let home = ''
let reading: Reading
const end = new AbortController()
const write = async (name: string, text: string) => {
  const path = join(home, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, text, { mode: 0o600 })
}
const kubeconfig = (profile: string) => `clusters:
- {name: c, cluster: {server: "https://x"}}
contexts:
- {name: one, context: {cluster: c, user: u}}
users:
- {name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, --profile, ${profile}, eks, get-token, --cluster-name, c]}}}
`
const role = (name: string) =>
  `[profile ${name}]\nrole_arn = arn:aws:iam::111122223333:role/${name}\nsource_profile = keys\n`

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ekscope-reading-'))
  await write('.kube/config', kubeconfig('first'))
  await write('.aws/config', role('first'))
  await write('.aws/credentials', '[keys]\naws_access_key_id = AKIA\naws_secret_access_key = s\n')
  ;({ reading } = createReading(
    {
      variables: { HOME: home, PATH: '/usr/bin:/bin' },
      home,
      platform: process.platform,
      cwd: home,
      now: Date.now,
      folder: openDataFolder(join(home, 'state')),
      filesOf: 'app',
    },
    end.signal,
  ))
})
afterEach(() => removeFolder(home))

async function asIfChecked() {
  const { contexts } = await reading.kubeconfig.load()
  return reading.identities.subjects(
    contexts.map(({ id }) => id),
    await reading.environments.of('app'),
  )
}
const told = async () =>
  (await reading.identities.asChecked('app')).contexts.map(({ intended }) => intended.arn)

test('is of the AWS files that the check has read, though they have changed since, and is worked out once', async () => {
  await asIfChecked()
  const before = await told()
  expect(before).toEqual(['arn:aws:iam::111122223333:role/first'])
  await write('.aws/config', role('first').replace('role/first', 'role/changed'))
  expect(await told()).toEqual(before)
  expect(await reading.identities.asChecked('app')).toBe(await reading.identities.asChecked('app'))
  // The next check reads them, and so does who asks beside no check.
  expect((await reading.identities.of('app')).contexts[0]?.intended.arn).toBe(
    'arn:aws:iam::111122223333:role/changed',
  )
  await asIfChecked()
  expect(await told()).toEqual(['arn:aws:iam::111122223333:role/changed'])
})

test('is worked out anew where the kubeconfig was read anew, and where there was no check', async () => {
  await reading.kubeconfig.load()
  expect(await told()).toEqual(['arn:aws:iam::111122223333:role/first'])
  await asIfChecked()
  await told()
  await write('.aws/config', `${role('first')}${role('second')}`)
  await write('.kube/config', `${kubeconfig('second')}# longer\n`)
  await reading.kubeconfig.load()
  expect(await told()).toEqual(['arn:aws:iam::111122223333:role/second'])
})
