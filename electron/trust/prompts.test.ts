/** What is asked about an opened file, and what an answer holds for. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { entryId } from '../../shared/kubeconfig/entries'
import { shownDestinations } from '../../shared/trust/question-text'
import { createKubeconfigStore } from '../kubeconfig/disk/kubeconfig-store'
import type { ListedFile } from '../kubeconfig/disk/locate'
import { openDataFolder } from '../system/data-folder'
import { environmentOf } from '../system/environment'
import { removeFolder } from '../testing/bundle'
import { openDecisions, trustFile } from './decisions'
import { openPrompts } from './prompts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ekscope-prompts-'))
  await chmod(home, 0o700)
})
afterEach(() => removeFolder(home))

const getToken = (profile: string) =>
  `{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--profile, ${profile}, eks, get-token, --cluster-name, prod]}}`
const ownText = (profile: string) => `apiVersion: v1
kind: Config
users:
- {name: prod, user: ${getToken(profile)}}
- {name: unused, user: ${getToken('unused')}}
`
const openedText = (more = '') => `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://c.example"}}]
users: [{name: its, user: ${getToken('its')}}]
contexts:
- {name: a, context: {cluster: c, user: its}}
${more}`

async function open() {
  const own = join(home, 'own')
  const opened = join(home, 'opened')
  const listed: readonly ListedFile[] = [
    { path: own, own: true, source: 'default' },
    { path: opened, own: false, source: 'opened' },
  ]
  const store = createKubeconfigStore({ list: () => listed, trustedFile: () => false })
  const decisions = openDecisions(openDataFolder(join(home, 'state')).file(trustFile))
  const prompts = openPrompts({
    decisions,
    store,
    environment: async () => environmentOf('app', {}),
    commands: async () => [],
    onChange: async () => undefined,
  })
  await writeFile(own, ownText('prod'))
  await writeFile(opened, openedText())
  const write = async (path: string, text: string) => {
    await writeFile(path, text)
    await store.load()
  }
  await store.load()
  const ask = () => prompts.file(opened)
  const answer = async () => {
    const question = await ask()
    if (question === null) throw new Error('nothing is asked')
    return prompts.allowDestination(question)
  }
  const usersShown = async () => {
    const question = await ask()
    return question === null
      ? null
      : shownDestinations(question)
          .parts.flat()
          .flatMap(({ label, value }) => (label === 'tokens of' ? [value] : []))
  }
  return { own, opened, write, store, ask, answer, usersShown, prompts, decisions }
}

const words = (profile: string) => `aws --profile ${profile} eks get-token --cluster-name prod`

test('trusting it covers its own users, and nothing is asked of it again', async () => {
  const { answer, usersShown, own, write } = await open()
  expect(await usersShown()).toEqual([`its: ${words('its')}`])
  expect(await answer()).toMatchObject({ ok: true })
  expect(await usersShown()).toBe(null)
  await write(own, ownText('another'))
  expect(await usersShown()).toBe(null)
})

test('it is read alone: a user of that name in the own list is not signed in as, and nothing new is asked', async () => {
  const { answer, usersShown, own, opened, write, store } = await open()
  await write(opened, openedText('- {name: b, context: {cluster: c, user: prod}}\n'))
  await write(own, `${ownText('prod')}- {name: its, user: ${getToken('admin')}}\n`)
  expect(await usersShown()).toEqual([`its: ${words('its')}`])
  expect(await answer()).toMatchObject({ ok: true })
  expect(await usersShown()).toBe(null)
  expect(store.inView().view.resolve(entryId('context', opened, 'b', 0))?.user).toBe(null)
})

test('a server of an own file whose certificate is not checked is asked about, until the answer is kept', async () => {
  const { own, write, prompts } = await open()
  const server = '{server: "https://c.example", insecure-skip-tls-verify: true}'
  const text = `clusters: [{name: c, cluster: ${server}}]\ncontexts: [{name: a, context: {cluster: c, user: prod}}]\n`
  await write(own, ownText('prod') + text)
  const ask = () => prompts.destination(entryId('context', own, 'a', 0))
  const question = await ask()
  if (question === null) throw new Error('nothing is asked')
  expect([question.kind, question.path, question.destinations.length]).toEqual(['insecure', own, 1])
  // Nothing can be kept where a file has the place of the folder.
  const state = join(home, 'state')
  await rm(state, { recursive: true, force: true })
  await writeFile(state, '')
  expect(await prompts.allowDestination(question)).toMatchObject({ ok: false })
  await rm(state)
  expect(await ask()).toEqual(question)
  expect(await prompts.allowDestination(question)).toMatchObject({ ok: true })
  expect(await ask()).toBe(null)
  expect(await prompts.destination(entryId('context', own, 'gone', 0))).toBe(null)
})

test('of a file that is not in view nothing is asked', async () => {
  const { prompts } = await open()
  expect(await prompts.file(join(home, 'gone'))).toBe(null)
})
