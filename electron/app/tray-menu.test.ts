/** What the tray says and does, by main's own answers and real files: Electron only draws it. */
import { expect, test } from 'vitest'
import type { ShownQuestion } from '../../shared/trust/question-text'
import { createHandlers } from '../ipc/handlers'
import { usedContexts } from '../state/used-contexts'
import { useTerminal } from '../testing/program/terminal'
import { actOf, trayMenu, trayNotice } from './tray-menu'

const user = (profile: string) =>
  `{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, env: [{name: AWS_PROFILE, value: ${profile}}], args: [--region, eu-west-1, eks, get-token, --cluster-name, c]}}`
const terminal = useTerminal({
  config: `apiVersion: v1
kind: Config
current-context: one
clusters:
- {name: c, cluster: {server: 'https://127.0.0.1:1'}}
contexts:
- {name: one, context: {cluster: c, user: pinned}}
- {name: two, context: {cluster: c, user: other}}
users:
- {name: pinned, user: {token: secret}}
- {name: other, user: ${user('role')}}
`,
  aws: '[profile role]\nrole_arn = arn:aws:iam::111122223333:role/Admin\nsource_profile = keys\n[profile keys]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n',
  inProcess: true,
})

/** The tray in a home whose environment has keys of its own, with the answers of the user in their order. */
async function opened(...answers: readonly boolean[]) {
  const services = terminal.window({ AWS_ACCESS_KEY_ID: 'AKIAI44QH8DHBEXAMPLE', AWS_SECRET_ACCESS_KEY: 'y' })
  await services.settings.save({ key: 'environment', value: 'app' })
  const asked: ShownQuestion[] = []
  const left = [...answers]
  const ask = async (_page: number, question: ShownQuestion) => {
    asked.push(question)
    return left.shift() ?? false
  }
  const never = async () => null
  const handlers = createHandlers(services, terminal.machine(), {
    facts: { version: '0', demo: null, standInElectron: null },
    copy: () => undefined,
    follow: () => undefined,
    updates: async () => ({ how: '', update: '', possible: false, said: null }),
    chooseFile: never,
    chooseFolder: never,
    chooseNewFile: never,
    chooseTarget: never,
    confirm: async () => false,
    readClipboard: async () => '',
    edit: never,
    askCode: never,
    ask,
    showQuestion: () => undefined,
    browse: async () => false,
    openDemo: async () => ({ ok: true, value: null }),
  })
  const page = async () => 1
  const nothing = () => undefined
  const { signal } = new AbortController()
  const does = { reading: services, handlers, ask, page, open: nothing, quit: nothing, signal }
  const used = () => usedContexts(services, ['one', 'two', 'gone'], Date.now())
  return { services, does, asked, used }
}

test('it says what kubectl uses and used, with whom that acts as, and leads to each in two clicks', async () => {
  const { used } = await opened()
  const [one, two] = await used()
  if (one === undefined || two === undefined) throw new Error('nothing is used')
  expect([one.another, two.another, two.intended]).toEqual([false, true, 'Admin'])
  const lines = trayMenu(one, [two])
  expect(lines.map((line) => line?.label ?? '-')).toEqual([
    'kubectl uses one',
    'as an unknown identity, not checked',
    'Verify it',
    '-',
    expect.stringMatching(/^Back to two \(AKIA.*, not checked\)$/),
    '-',
    'Open Ekscope',
    'Quit Ekscope',
  ])
})

test('who would come to act as another is asked first, by main itself, and production by its name', async () => {
  const { services, does, asked, used } = await opened(false, true, false, true)
  const [one, two] = await used()
  if (one === undefined || two === undefined) throw new Error('nothing is used')
  const before = terminal.text()
  expect(await actOf({ kind: 'use', to: two }, does)).toBe(null)
  expect([asked.map(({ title }) => title), terminal.text()]).toEqual([
    ['Use a context that acts as another?'],
    before,
  ])
  expect(asked[0]?.parts).toEqual([
    [
      { label: 'context', value: 'two' },
      { label: 'would act as', value: expect.stringMatching(/^AKIA/) },
      { label: 'instead of', value: 'Admin' },
      { label: 'cluster', value: 'c, eu-west-1' },
      { label: 'verdict', value: 'not checked' },
    ],
  ])
  expect(await actOf({ kind: 'use', to: two }, does)).toMatchObject({ ok: true, value: { kind: 'written' } })
  expect(terminal.text()).toBe(before.replace('current-context: one', 'current-context: two'))
  await services.settings.markProduction([{ kind: 'context', pattern: 'one' }], true)
  expect(await actOf({ kind: 'use', to: one }, does)).toMatchObject({ ok: false })
  expect(terminal.text()).not.toBe(before)
  expect(await actOf({ kind: 'use', to: one }, does)).toMatchObject({ ok: true })
  expect(terminal.text()).toBe(before)
  expect(asked.slice(2).map(({ title }) => title)).toEqual([
    'Use production with kubectl?',
    'Use production with kubectl?',
  ])
})

test('it speaks once when the current context comes to act as another, and once before a sign-in ends', async () => {
  const { used } = await opened()
  const [, two] = await used()
  if (two === undefined) throw new Error('nothing is used')
  const fine = { ...two, another: false }
  expect(trayNotice(fine, two, null, 0)).toMatchObject({ title: 'two no longer acts as expected' })
  expect(trayNotice(two, two, null, 0)).toBe(null)
  expect(trayNotice(null, two, null, 0)).toBe(null)
  const minutes = (of: number) => of * 60_000
  const ends = { ...fine, until: minutes(30) }
  expect(trayNotice(fine, ends, null, minutes(19))).toBe(null)
  expect(trayNotice(fine, ends, null, minutes(21))).toMatchObject({
    title: 'The sign-in behind two ends soon',
    body: 'It ends in 9 minutes. Sign in again in Ekscope, under Identities.',
    until: minutes(30),
  })
  expect(trayNotice(fine, ends, minutes(30), minutes(22))).toBe(null)
  expect(trayNotice(fine, ends, null, minutes(31))).toBe(null)
})
