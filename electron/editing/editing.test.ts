import { chmod, mkdir, mkdtemp, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Edit } from '../../shared/edits/edit'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import { unpack } from '../../shared/ipc/packed'
import { entryId } from '../../shared/kubeconfig/entries'
import type { UndoWay } from '../kubeconfig/disk/undo'
import { createServices, type Services } from '../services'
import { openDataFolder } from '../system/data-folder'
import { removeFolder } from '../testing/bundle'
import type { UndoRequest } from './edit-writes'

const signal = new AbortController().signal
let home: string
let file: string
let services: Services

const text = `# mine
apiVersion: v1
kind: Config
current-context: one
clusters:
- {name: c, cluster: {server: "https://127.0.0.1:1"}}
contexts:
- {name: one, context: {cluster: c, user: shared}}   # first
- {name: two, context: {cluster: c, user: shared}}
users:
- name: shared
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, eks, get-token, --cluster-name, c, --profile, admin]
`

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-editing-'))
  await mkdir(path.join(home, '.kube'))
  await mkdir(path.join(home, '.aws'))
  file = path.join(home, '.kube', 'config')
  await writeFile(file, text)
  await writeFile(
    path.join(home, '.aws', 'config'),
    '[profile admin]\nrole_arn = arn:aws:iam::111122223333:role/Admin\nsource_profile = hub\n[profile hub]\naws_access_key_id = AKIAEXAMPLEEXAMPLE01\naws_secret_access_key = s\n',
  )
  services = openServices()
  await services.kubeconfig.load()
})
afterEach(async () => {
  services.close()
  await removeFolder(home)
})

/** As a window or a terminal of its own has them. */
const openServices = (): Services =>
  createServices({
    variables: { HOME: home, PATH: process.env.PATH ?? '' },
    home,
    platform: process.platform,
    cwd: home,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'state')),
    filesOf: 'app',
  })

const one = () => entryId('context', file, 'one', 0)
const apply = (edits: readonly Edit[], sharedAllowed = false) =>
  services.editing.apply(
    { edits, titles: edits.map(({ kind }) => kind), revisions: null, sharedAllowed },
    signal,
  )
const back = (id: string, way: UndoWay): UndoRequest => ({
  id,
  way,
  contexts: null,
  revisions: null,
  sharedAllowed: false,
})
const namespace = (value: string): Edit => ({ kind: 'set-namespace', context: one(), namespace: value })

describe('a preview', () => {
  test('shows entries and identities as they would be, and writes nothing', async () => {
    const role = 'arn:aws:iam::444455556666:role/Deploy'
    const edits: Edit[] = [{ kind: 'set-role', context: one(), role, scope: 'split' }]
    const preview = unpack(await services.editing.preview(edits, 'app'))
    const changed = preview.identities.find(({ context }) => context === one())
    expect(changed?.intended.arn).toBe(role)
    expect(changed?.sharedWith).toEqual([])
    expect(preview.files).toEqual([file])
    const both = unpack(await services.editing.preview(edits, 'app', 'clean'))
    expect(both.compared.find(({ context }) => context === one())?.intended.arn).toBe(role)
    expect(await readFile(file, 'utf8')).toBe(text)
  })

  test('leaves the fingerprints of contexts that it does not touch, so that their checks stay true', async () => {
    const before = await services.identities.of('app')
    const role = 'arn:aws:iam::444455556666:role/Deploy'
    const edits: Edit[] = [{ kind: 'set-role', context: one(), role, scope: 'split' }]
    const preview = unpack(await services.editing.preview(edits, 'app'))
    const of = (name: string, all: readonly ContextIdentity[]) =>
      all.find(({ context }) => context === entryId('context', file, name, 0))?.fingerprint
    expect(of('two', before.contexts)).toMatch(/^[0-9a-f]{64}$/)
    expect(of('two', preview.identities)).toBe(of('two', before.contexts))
    expect(of('one', preview.identities)).not.toBe(of('one', before.contexts))
  })

  test('says that a role on a role profile is assumed twice, and offers the source', async () => {
    const role = 'arn:aws:iam::444455556666:role/Deploy'
    const { problems } = unpack(
      await services.editing.preview([{ kind: 'set-role', context: one(), role, scope: 'split' }], 'app'),
    )
    expect(problems).toMatchObject([{ code: 'double-assume', blocks: false, edit: 0 }])
    expect(problems[0]?.next).toContain('hub')
  })

  test('says that a profile is in no AWS file, and lets it be written', async () => {
    const { problems } = unpack(
      await services.editing.preview(
        [{ kind: 'set-profile', context: one(), profile: 'nobody', pin: 'arg', scope: 'split' }],
        'app',
      ),
    )
    expect(problems).toMatchObject([{ code: 'unknown-profile', blocks: false, edit: 0 }])
    expect(problems[0]?.message).toContain('nobody')
  })
})

describe('an apply', () => {
  test('refuses to change other contexts along unless that was allowed, and names them', async () => {
    const edits: Edit[] = [
      { kind: 'set-profile', context: one(), profile: 'hub', pin: 'arg', scope: 'shared' },
    ]
    const refused = await apply(edits)
    expect(refused).toMatchObject({ ok: false, fault: { code: 'shared-entry' } })
    if (!refused.ok) expect(refused.fault.message).toContain('two')
    expect(await readFile(file, 'utf8')).toBe(text)
    expect(await apply(edits, true)).toMatchObject({ ok: true, value: { kind: 'written' } })
  })

  test('counts a line once in the list, however many places of it changed', async () => {
    const edits: Edit[] = [
      namespace('web'),
      { kind: 'set-profile', context: one(), profile: 'hub', pin: 'env', scope: 'shared' },
    ]
    const done = await apply(edits, true)
    if (!done.ok || done.value.kind !== 'written') throw new Error('not written')
    const shown = await services.editing.historyView.show(done.value.historyId)
    if (!shown.ok) throw new Error(shown.fault.message)
    const { added, removed } = shown.value.files[0]?.diff ?? {}
    const [entry] = await services.editing.historyView.list()
    expect(entry?.files).toMatchObject([{ added, removed }])
  })

  test('is listed in the history with its diff, and its undo gives the same bytes', async () => {
    const done = await apply([namespace('web')])
    if (!done.ok || done.value.kind !== 'written') throw new Error('not written')
    const [entry] = await services.editing.historyView.list()
    expect(entry).toMatchObject({ id: done.value.historyId, by: 'terminal', titles: ['set-namespace'] })
    const shown = await services.editing.historyView.show(done.value.historyId)
    if (!shown.ok) throw new Error(shown.fault.message)
    expect(shown.value.files[0]?.unified).toContain('namespace: web')
    // What the list counts is what the lines show: one line became another.
    const { added, removed } = shown.value.files[0]?.diff ?? {}
    expect(entry?.files).toMatchObject([{ added, removed }])
    expect({ added, removed }).toEqual({ added: 1, removed: 1 })
    await services.editing.undo(back(done.value.historyId, 'undo'), signal)
    expect(await readFile(file, 'utf8')).toBe(text)
  })
})

describe('two at once on one file', () => {
  const ofTwo = (value: string): Edit => ({
    kind: 'set-namespace',
    context: entryId('context', file, 'two', 0),
    namespace: value,
  })

  test('two windows: the later one is refused on what it had seen, looks again, and both edits are there', async () => {
    const other = openServices()
    try {
      await other.kubeconfig.load()
      const { revisions } = await other.editing.plan([ofTwo('db')])
      expect(await apply([namespace('web')])).toMatchObject({ ok: true })
      const late = (revisionsNow: typeof revisions) =>
        other.editing.apply(
          { edits: [ofTwo('db')], titles: ['two'], revisions: revisionsNow, sharedAllowed: false },
          signal,
        )
      expect(await late(revisions)).toMatchObject({ ok: false, fault: { code: 'changed-on-disk' } })
      await other.kubeconfig.load()
      const again = await other.editing.plan([ofTwo('db')])
      expect(await late(again.revisions)).toMatchObject({ ok: true, value: { kind: 'written' } })
      expect(await readFile(file, 'utf8')).toBe(
        text
          .replace('user: shared}}   # first', 'user: shared, namespace: web}}   # first')
          .replace(
            'two, context: {cluster: c, user: shared}',
            'two, context: {cluster: c, user: shared, namespace: db}',
          ),
      )
      expect((await services.editing.historyView.list()).map(({ files }) => files[0]?.othersBefore)).toEqual([
        false,
        false,
      ])
    } finally {
      other.close()
    }
  })

  test('a window and a terminal in the same moment: both edits are there', async () => {
    const terminal = openServices()
    try {
      await terminal.kubeconfig.load()
      const request = { titles: ['two'], revisions: null, sharedAllowed: false }
      const done = await Promise.all([
        apply([namespace('web')]),
        terminal.editing.apply({ edits: [ofTwo('db')], ...request }, signal),
      ])
      expect(done).toMatchObject([
        { ok: true, value: { overwritten: [] } },
        { ok: true, value: { overwritten: [] } },
      ])
      const now = await readFile(file, 'utf8')
      expect([now.includes('namespace: web'), now.includes('namespace: db')]).toEqual([true, true])
    } finally {
      terminal.close()
    }
  })
})

describe('what others do afterwards', () => {
  test('of several writes that an older copy undid each is named, oldest first, but not what we undid ourselves', async () => {
    const ids: string[] = []
    const use: Edit = { kind: 'use-context', context: entryId('context', file, 'two', 0) }
    for (const edit of [namespace('web'), use, namespace('db')]) {
      const done = await apply([edit])
      if (!done.ok || done.value.kind !== 'written') throw new Error('not written')
      ids.push(done.value.historyId)
    }
    await services.editing.undo(back(ids[1] ?? '', 'undo'), signal)
    await writeFile(file, text)
    const named = await services.editing.overwritten()
    expect(named.map(({ id, items }) => [id, items.map(({ name }) => name)])).toEqual([[ids[2], ['one']]])
    expect(await services.editing.overwritten()).toEqual([])
  })

  test('what was undone between two writes of ours is named although the last one is whole', async () => {
    const first = await apply([namespace('web')])
    if (!first.ok || first.value.kind !== 'written') throw new Error('not written')
    await writeFile(file, text)
    await apply([{ kind: 'use-context', context: entryId('context', file, 'two', 0) }])
    expect(await services.editing.overwritten()).toMatchObject([
      { id: first.value.historyId, items: [{ kind: 'context', name: 'one' }] },
    ])
    const again = await services.editing.undo(back(first.value.historyId, 'reapply'), signal)
    expect(again).toMatchObject({ ok: true, value: { kind: 'written' } })
    const now = await readFile(file, 'utf8')
    expect(now).toContain('namespace: web')
    expect(now).toContain('current-context: two')
  })

  test('a write of ours that an older copy undid is named once, and can be made again on what is there now', async () => {
    const done = await apply([namespace('web')])
    if (!done.ok || done.value.kind !== 'written') throw new Error('not written')
    expect(await services.editing.overwritten()).toEqual([])
    // As a program does that had read before our write: its own change, ours gone.
    const theirs = text.replace(
      'name: two, context: {cluster: c',
      'name: two, context: {namespace: x, cluster: c',
    )
    await writeFile(file, theirs)
    const taken = await services.editing.overwritten()
    expect(taken).toMatchObject([{ id: done.value.historyId, items: [{ kind: 'context', name: 'one' }] }])
    expect(await services.editing.overwritten()).toEqual([])
    const again = await services.editing.undo(back(done.value.historyId, 'reapply'), signal)
    expect(again).toMatchObject({ ok: true, value: { kind: 'written' } })
    const now = await readFile(file, 'utf8')
    expect(now).toContain('namespace: web')
    expect(now).toContain('namespace: x')
    const [latest] = await services.editing.historyView.list()
    expect(latest?.files[0]?.othersBefore).toBe(true)
  })

  test('only a lock of an open file can be removed, and only the one that was shown', async () => {
    const { editing } = services
    const lock = `${file}.lock`
    const shown = async () => {
      const seen = await editing.lockAt(lock)
      return (seen.ok ? seen.value : null) ?? { holder: '', stamp: '' }
    }
    await writeFile(lock, '')
    const other = path.join(home, '.aws', 'config')
    expect(await editing.lockAt(other)).toMatchObject({ ok: false })
    expect(await editing.unlock(other, '')).toMatchObject({ ok: false })
    const first = await shown()
    expect(first.holder).toMatch(/^another program, as kubectl, \d+ s old$/)
    await rename(lock, `${lock}.gone`)
    await writeFile(lock, '')
    expect(await editing.unlock(lock, first.stamp)).toMatchObject({
      ok: false,
      fault: { code: 'changed-on-disk' },
    })
    expect(await editing.unlock(lock, (await shown()).stamp)).toMatchObject({ ok: true })
    expect(await editing.lockAt(lock)).toEqual({ ok: true, value: null })
  })

  test('so can that of an AWS config, by its name or where it really is', async () => {
    const { editing } = services
    const config = path.join(home, '.aws', 'config')
    const beside = path.join(home, 'dotfiles-config')
    await rename(config, beside)
    await symlink(beside, config)
    for (const lock of [`${config}.lock`, `${beside}.lock`]) {
      await writeFile(lock, '')
      const seen = await editing.lockAt(lock)
      expect(await editing.unlock(lock, (seen.ok ? seen.value?.stamp : null) ?? '')).toMatchObject({
        ok: true,
      })
    }
    expect(await editing.lockAt(path.join(home, '.aws', 'credentials.lock'))).toMatchObject({ ok: false })
  })
})

describe('a history or a journal that others can write', () => {
  const aws = () => path.join(home, '.aws', 'config')
  test.each(['history', 'journal'])('%s: no door writes, and the window says so', async (name) => {
    const first = await apply([namespace('first')], true)
    if (!first.ok || first.value.kind !== 'written') throw new Error('it was not written')
    const files = () => Promise.all([file, aws()].map((one) => readFile(one, 'utf8')))
    const before = await files()
    const place = path.join(home, 'state', name)
    await mkdir(place, { recursive: true })
    await chmod(place, 0o777)
    const { editing } = services
    const edit = { kind: 'set-profile-key', profile: 'hub', key: 'region', value: 'eu-west-1' } as const
    const ofProfile = { kind: 'edit-profile', environment: 'app', edit, was: null } as const
    const refused = [
      await apply([namespace('second')], true),
      await editing.undo({ ...back(first.value.historyId, 'undo'), sharedAllowed: true }, signal),
      await apply([ofProfile], true),
    ]
    for (const one of refused)
      expect(one).toMatchObject({
        ok: false,
        fault: { code: 'not-writable', message: expect.stringContaining(place) },
      })
    expect(await files()).toEqual(before)
    expect(await editing.recover(signal)).toEqual([
      { message: expect.stringContaining('An interrupted write is not settled.'), write: null },
    ])
    await chmod(place, 0o700)
    expect(await apply([ofProfile], true)).toMatchObject({
      ok: true,
      value: { kind: 'written' },
    })
    expect(await editing.recover(signal)).toEqual([])
  })
})
