/** What the page gets as columns is what the identities are, context by context. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packTables, unpack } from '../../shared/ipc/packed'
import { programsOnce } from '../aws/installed/which'
import { readDocument } from '../kubeconfig/read/document'
import { viewOf } from '../kubeconfig/read/view'
import { environmentOf } from '../system/environment'
import { removeFolder } from '../testing/bundle'
import { readFileOf } from '../testing/read-file'
import { usualFleet } from '../testing/usual-fleet'
import { wordsOf } from '../trust/expectations'
import { assembleIdentities } from './assemble'
import { awsFilesOnce } from './aws-files-once'

let home: string
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-table-'))
  await mkdir(path.join(home, '.aws'))
  await writeFile(
    path.join(home, '.aws/config'),
    '[profile admin]\nrole_arn = arn:aws:iam::111122223333:role/admin\nsource_profile = base\n[profile base]\naws_access_key_id = AKIABASE000000000001\naws_secret_access_key = x\n',
  )
})
afterAll(() => removeFolder(home))

const file = (at: number) => readFileOf(`/k/"${at}"`)

/** Both ways to tell the identities of these files; `printed`: of which contexts, by their place, fingerprints are made. */
async function both(texts: readonly string[], printed: readonly number[], words = wordsOf([])) {
  const view = viewOf(
    1,
    texts.map((text, at) => ({ file: file(at), document: readDocument(file(at).path, text) })),
  )
  const resolved = view.resolved()
  const { table, contexts } = await assembleIdentities({
    snapshot: view.snapshot,
    resolved,
    namesOnce: view.namesOnce(),
    environment: environmentOf('app', { HOME: home, PATH: '/nowhere' }),
    aws: awsFilesOnce(home, 'linux'),
    programs: programsOnce(new Map()),
    trust: 'none',
    printed: new Set(printed.flatMap((at) => resolved[at]?.id ?? [])),
    words,
    now: 0,
  })
  const made = table && packTables({ contexts: table })
  return { tabled: made && unpack(made).contexts, contexts: JSON.parse(JSON.stringify(contexts)), made }
}

test('columns of a fleet are its identities: of one file and of several, with and without fingerprints', async () => {
  const one = usualFleet(60).text
  for (const [texts, printed] of [
    [[one], []],
    [[one], [0, 7, 59]],
    [[one, usualFleet(9, 'other-').text], [3]],
    // Of the second each is shadowed.
    [[one, usualFleet(20).text], []],
  ] as const) {
    const { tabled, contexts } = await both(texts, printed)
    expect(tabled).toEqual(contexts)
    expect(contexts[0].findings).not.toEqual([])
  }
})

test('so are those of names that JSON writes in another way, and of a name twice', async () => {
  for (const name of ['\'a "quoted" one\'', "'b\\c'", 'über', 'fleet-name-3']) {
    const text = usualFleet(12).text.replace('name: fleet-name-2\ncurrent', `name: ${name}\ncurrent`)
    const odd = text.replace(
      'user: fleet-name-4\n  name: fleet-name-4',
      `user: fleet-name-4\n  name: ${name}`,
    )
    const { tabled, contexts } = await both([odd], [])
    expect(tabled).toEqual(contexts)
    expect(odd).toContain(name)
  }
})

test('so is one of which the user said whom to expect', async () => {
  const words = wordsOf([
    {
      file: file(0).path,
      context: 'fleet-name-4',
      cluster: 'fleet-name-4',
      principal: 'arn:aws:iam::1:role/me',
    },
  ])
  const { tabled, contexts } = await both([usualFleet(40).text], [], words)
  const [, , , , unsaid] = (await both([usualFleet(40).text], [])).contexts
  expect(contexts[4].expected).not.toBeNull()
  expect(contexts[4].entryNames).toEqual(unsaid.intended)
  expect(unsaid).toMatchObject({ intended: { profile: 'admin' }, entryNames: null })
  expect(tabled).toEqual(contexts)
})

test('a fleet whose users have few forms is told by these, each once', async () => {
  const { made, contexts } = await both([usualFleet(2_000).text], [])
  expect(made?.length ?? 0).toBeLessThan(JSON.stringify(contexts).length / 8)
})
