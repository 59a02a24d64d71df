import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { unpack } from '../../shared/ipc/packed'
import type { IdentityProved } from '../../shared/ipc/payloads'
import type { ShownQuestion } from '../../shared/trust/question-text'
import { createServices, type Services } from '../services'
import { openDataFolder } from '../system/data-folder'
import { removeFolder } from '../testing/bundle'
import { createAsking } from '../trust/asking'
import { createIdentityHandlers } from './identity-handlers'
import type { Call } from './router'

let home: string
let services: Services

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-identities-'))
  await mkdir(path.join(home, '.aws'))
  await mkdir(path.join(home, 'bin'))
  const process = path.join(home, 'bin', 'credentials')
  await writeFile(
    path.join(home, '.aws', 'config'),
    `[profile batch]\nregion = eu-west-1\ncredential_process = ${process}\n[profile plain]\nregion = eu-west-1\n`,
  )
  // Gets no token, and takes its time where it is told to.
  await program('aws', `[ -e ${home}/slow ] && exec sleep 60\nexit 3`)
  await program('credentials', 'exit 3')
  services = createServices({
    variables: { HOME: home, PATH: `${home}/bin:/usr/bin:/bin`, AWS_EC2_METADATA_DISABLED: 'true' },
    home,
    platform: 'linux',
    cwd: home,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'data')),
    filesOf: 'app',
  })
})
afterEach(async () => {
  await services.close()
  await removeFolder(home)
})

async function program(name: string, text: string): Promise<void> {
  const file = path.join(home, 'bin', name)
  await writeFile(file, `#!/bin/sh\n${text}\n`)
  await chmod(file, 0o755)
}

/** A page, with what main asked it and told it. */
function page(answers: readonly boolean[]) {
  const asked: ShownQuestion[] = []
  const told: IdentityProved[] = []
  const begun: unknown[] = []
  const show = async (_page: number, question: ShownQuestion) => answers[asked.push(question) - 1] ?? false
  const asking = createAsking({ trust: services.trust, nameOf: () => null, show })
  const handlers = createIdentityHandlers(services, asking)
  const emit: Call['emit'] = (name, payload) => {
    // Each event has its own payload, which its name alone says.
    if (name === 'identities.proved') told.push(JSON.parse(JSON.stringify(payload)))
    if (name === 'identities.begun') begun.push(payload)
  }
  const call: Call = { signal: new AbortController().signal, page: 1, emit, dropped: () => [] }
  return { handlers, asked, told, begun, call }
}

test('the tree crosses; a program is asked about once, again on a click, and what came out is told and kept', async () => {
  const { handlers, asked, told, begun, call } = page([false, true])
  const load = async () => {
    const answer = await handlers['identities.load']({ environment: 'app' }, call)
    if (!answer.ok) throw new Error(answer.fault.message)
    return unpack(answer.value)
  }
  const { identities, settingsOnly } = await load()
  expect(settingsOnly.map(({ name }) => name)).toEqual(['plain'])
  const batch = identities.find(({ kind }) => kind === 'process')
  expect(batch).toMatchObject({ name: 'credentials', provable: true, state: { kind: 'unknown' } })
  const id = batch?.id ?? ''
  const prove = (run: string, again: boolean, { signal }: Pick<Call, 'signal'> = call) =>
    handlers['identities.prove'](
      { run, environment: 'app', ids: [id, '0000000000000000'], again },
      { ...call, signal },
    )
  const once = { done: 1, total: 1, cancelled: false }

  // An identity that is not in the tree is not asked about.
  expect(await prove('one', false)).toEqual({ ok: true, value: { ...once, refused: 1 } })
  expect(asked).toHaveLength(1)
  expect(JSON.stringify(asked[0])).toContain('batch')
  expect(told).toMatchObject([
    { run: 'one', id, arn: null, problem: { code: 'process-not-allowed' }, done: 1 },
  ])
  expect(await prove('two', false)).toMatchObject({ value: { refused: 1 } })
  expect(asked).toHaveLength(1)
  // What may not run does not begin.
  expect(begun).toEqual([])
  expect(await prove('three', true)).toEqual({ ok: true, value: { ...once, refused: 0 } })
  expect(asked).toHaveLength(2)
  expect(begun).toEqual([{ run: 'three', id }])
  expect(told.at(-1)).toMatchObject({ run: 'three', arn: null, total: 1 })
  expect(told.at(-1)?.problem?.code).not.toBe('process-not-allowed')

  // A run that is stopped answers with what it has.
  await writeFile(path.join(home, 'slow'), '')
  const stopping = new AbortController()
  const slow = prove('four', false, stopping)
  setTimeout(() => stopping.abort(), 300)
  expect(await slow).toMatchObject({ ok: true, value: { cancelled: true, total: 1 } })
})
