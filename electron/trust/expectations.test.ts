/** The expected identity is set by main after a question that names it and the contexts; and what is remembered of it. */
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Edit } from '../../shared/edits/edit'
import { unpack } from '../../shared/ipc/packed'
import { entryId } from '../../shared/kubeconfig/entries'
import { ok, type Result } from '../../shared/result'
import { full } from '../../shared/testing/counts'
import { type ShownQuestion, shownWrite } from '../../shared/trust/question-text'
import { createExpectedHandlers } from '../ipc/expected-handlers'
import type { ApplyOutcome } from '../kubeconfig/disk/write'
import { createServices, type Services } from '../services'
import { openDataFolder } from '../system/data-folder'
import { removeFolder } from '../testing/bundle'
import type { Consent } from './consent'
import { wordAbout, wordsOf } from './expectations'

const admin = 'arn:aws:iam::111122223333:role/Admin'
const reader = 'arn:aws:iam::111122223333:role/Reader'
const get =
  'exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, c]}'
const text = `clusters: [{name: c, cluster: {server: https://c}}]
contexts:
- {name: one, context: {cluster: c, user: u}}
- {name: two, context: {cluster: c, user: u}}
- {name: three, context: {cluster: c, user: u}}
users: [{name: u, user: {${get}}}]
`
const signal = new AbortController().signal
let home: string
let file: string
let services: Services
let asked: ShownQuestion[]
let answer: boolean

function open(): Services {
  const machine = {
    variables: { HOME: home, PATH: '/usr/bin:/bin' },
    home,
    platform: 'linux',
    cwd: home,
  } as const
  return createServices({
    ...machine,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'state')),
    filesOf: 'app',
  })
}
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-expect-'))
  await mkdir(path.join(home, '.kube'))
  file = path.join(home, '.kube', 'config')
  await writeFile(file, text)
  asked = []
  answer = true
  services = open()
  await services.kubeconfig.load()
})
afterEach(async () => {
  services.close()
  await removeFolder(home)
})

async function reopened(): Promise<void> {
  services.close()
  services = open()
  await services.kubeconfig.load()
}

const consent: Consent = {
  kind: 'ask',
  ask: async (brought) => {
    asked.push(shownWrite(brought))
    return ok(answer)
  },
}
const common = { revisions: null, sharedAllowed: true, consent }
const apply = (...edits: readonly Edit[]): Promise<Result<ApplyOutcome>> =>
  services.editing.apply({ edits, titles: edits.map(({ kind }) => kind), ...common }, signal)
const back = (id: string) => services.editing.undo({ id, way: 'undo', contexts: null, ...common }, signal)
const idOf = (outcome: Result<ApplyOutcome>): string => {
  if (outcome.ok && outcome.value.kind === 'written') return outcome.value.historyId
  throw new Error(JSON.stringify(outcome))
}
const id = (name: string) => entryId('context', file, name, 0)
const whom = (name: string, principal: string | null): Edit => ({
  kind: 'set-expected',
  context: id(name),
  principal,
})
const words = async () =>
  [...(await services.expectations.words()).values()].map((word) => [word.context, word.principal])
const facts = (question: ShownQuestion | undefined) =>
  question?.parts.map((part) =>
    part.map(({ label, value, change }) => [change ?? '', label, value].join(' ').trim()),
  )

test('main asks once for a write, and names whom, for which contexts, in which file; a no writes nothing', async () => {
  answer = false
  const edits = [whom('one', admin), whom('two', admin), whom('three', reader)]
  expect(await apply(...edits)).toMatchObject({ ok: false, fault: { code: 'declined' } })
  expect([await readFile(file, 'utf8'), await words()]).toEqual([text, []])
  const [question] = asked
  expect(question).toMatchObject({
    title: 'Expect these identities from now on?',
    lead: 'Ekscope would call these 3 contexts verified when AWS proves exactly the identity shown here, and warn of any other. Confirm only if you mean that identity.',
    allow: 'Expect this',
  })
  expect(facts(question)).toEqual([
    [`expected ${admin}`, 'for one, two', `written in ${file}`],
    [`expected ${reader}`, 'for three', `written in ${file}`],
  ])
  answer = true
  expect(await apply(...edits)).toMatchObject({ ok: true, value: { kind: 'written' } })
  expect(asked).toHaveLength(2)
  expect(await words()).toEqual([
    ['one', admin],
    ['two', admin],
    ['three', reader],
  ])
})

test('a change is shown old to new, forgetting is asked about too, and neither with other edits is passed over', async () => {
  await apply(whom('one', admin))
  await apply(whom('one', reader), { kind: 'set-namespace', context: id('two'), namespace: 'x' })
  expect(facts(asked.at(-1))?.[0]?.slice(0, 2)).toEqual([`gone expected ${admin}`, `come expected ${reader}`])
  // In the session that brought it that would only take it back.
  await reopened()
  answer = false
  expect(await apply(whom('one', null))).toMatchObject({ ok: false, fault: { code: 'declined' } })
  expect(asked.at(-1)).toMatchObject({ title: 'Stop expecting this identity?' })
  expect(await words()).toEqual([['one', reader]])
  const server = { kind: 'set-server', context: id('one'), server: 'https://evil', scope: 'shared' } as const
  await apply(whom('one', admin), server)
  expect(asked.at(-1)?.title).toBe('Write a new server?')
  expect(asked.at(-1)?.lead).toContain('The change also says whom you expect.')
  expect(facts(asked.at(-1))?.flat()).toContain(`come expected ${admin}`)
})

test.skipIf(!full)(
  'renames, deletes and an undo ask nothing; what a write of this session brought is asked about again',
  async () => {
    const first = idOf(await apply(whom('one', admin)))
    expect(asked).toHaveLength(1)
    const renamed = idOf(
      await apply({ kind: 'rename-context', context: id('one'), name: 'uno', cascade: false }),
    )
    await back(renamed)
    const undone = idOf(await back(first))
    expect([asked.length, await words()]).toEqual([1, []])
    await back(undone)
    expect([asked.length, await words()]).toEqual([2, [['one', admin]]])
  },
)

test('the word about what is deleted waits for its undo, and counts for nothing else that takes the place', async () => {
  await apply(whom('one', admin))
  // Another program wrote the entry anew: the word is all that is left of it.
  await writeFile(file, text)
  const gone = idOf(await apply({ kind: 'delete-contexts', contexts: [id('one')], keepOrphans: true }))
  const undone = idOf(await back(gone))
  expect([await readFile(file, 'utf8'), await words()]).toEqual([text, [['one', admin]]])
  idOf(await back(undone))
  idOf(
    await apply(
      { kind: 'clone-context', context: id('two'), name: 'one', pin: null, userName: null },
      whom('one', reader),
    ),
  )
  expect(await words()).toEqual([['one', reader]])
})

test('what the user has said already is written back without a question, in another session too', async () => {
  await apply(whom('one', admin))
  await writeFile(file, text)
  await reopened()
  expect(await apply(whom('one', admin))).toMatchObject({ ok: true, value: { kind: 'written' } })
  expect(asked).toHaveLength(1)
  await writeFile(file, text)
  await apply(whom('one', reader))
  expect(asked).toHaveLength(2)
})

test('pending edits are previewed as they will count: the word goes along with what would be written', async () => {
  await apply(whom('one', admin))
  await services.kubeconfig.load()
  const previewed = async (...edits: readonly Edit[]) => {
    const { identities } = unpack(await services.editing.preview(edits, 'app'))
    return identities
      .slice(0, 1)
      .map(({ expected, intended }) => [expected?.principal, expected?.by, intended.arn])
  }
  expect(await previewed()).toEqual([[admin, 'here', admin]])
  expect(await previewed(whom('one', reader))).toEqual([[reader, 'here', reader]])
  expect(await previewed(whom('one', null))).toEqual([[undefined, undefined, null]])
  const rename: Edit = { kind: 'rename-context', context: id('one'), name: 'uno', cascade: false }
  expect(await previewed(rename)).toEqual([[admin, 'here', admin]])
})

test('the word alone is taken back after the same question; what changed meanwhile counts for nothing', async () => {
  await apply(whom('one', admin), whom('two', admin))
  await writeFile(
    file,
    text.replace(
      '{name: two, context: {',
      `{name: two, context: {extensions: [{name: ekscope/expected, extension: {principal: "${reader}"}}], `,
    ),
  )
  const shown: ShownQuestion[] = []
  let answering: () => Promise<boolean> = async () => false
  const asking = {
    once: async (question: ShownQuestion) => {
      shown.push(question)
      return ok(await answering())
    },
  }
  const handlers = createExpectedHandlers(services, asking)
  const contexts = ['one', 'two', 'three'].map(id)
  const forget = async () =>
    handlers['expected.forget']({ contexts }, { page: 1, signal, emit: () => undefined, dropped: () => [] })
  expect(await forget()).toMatchObject({ ok: false, fault: { code: 'declined' } })
  expect(facts(shown[0])).toEqual([
    [`gone expected ${admin}`, 'come expected no identity in particular', 'for one', `written in ${file}`],
    [`gone expected ${admin}`, `come expected ${reader}`, 'for two', `written in ${file}`],
  ])
  answering = async () => {
    await writeFile(file, text)
    return true
  }
  expect(await forget()).toMatchObject({ ok: false, fault: { code: 'changed-on-disk' } })
  expect(await words()).toHaveLength(2)
  answering = async () => true
  expect(await forget()).toEqual(ok(null))
  expect([await words(), await readFile(file, 'utf8')]).toEqual([[], text])
  expect(await forget()).toEqual(ok(null))
  expect(shown).toHaveLength(3)
})

test('the word about a context that leads to another cluster by now counts for nothing', () => {
  const context = { file: '/f', context: 'one', cluster: 'c' }
  const words = wordsOf([{ ...context, principal: admin }])
  expect(wordAbout(words, context)).toBe(admin)
  expect(wordAbout(words, { ...context, cluster: 'other' })).toBe(null)
})
