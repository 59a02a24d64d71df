import { EventEmitter } from 'node:events'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { droppedChannel, requestChannel } from '../../shared/ipc/channels'
import { requestNames } from '../../shared/ipc/contract'
import { fault, ok, type Result } from '../../shared/result'
import { createRouter, type Frame, type Handlers, type IpcDoor, type IpcPage, type IpcSender } from './router'

/** Answers like Electron's ipcMain, with windows whose frames and messages are in reach. */
function door() {
  const listeners = new Map<string, (asked: IpcSender, ...args: unknown[]) => Promise<unknown>>()
  const ipc: IpcDoor = { handle: (channel, listener) => listeners.set(channel, listener) }
  return {
    ipc,
    channels: () => [...listeners.keys()],
    ask: (asked: IpcSender, channel: string, ...args: unknown[]) => {
      const listener = listeners.get(channel)
      if (!listener) throw new Error(`no listener on ${channel}`)
      return listener(asked, ...args)
    },
  }
}

function windowAt(url: string, id = 1): IpcPage & { readonly got: unknown[][]; gone: boolean } {
  const got: unknown[][] = []
  return {
    id,
    mainFrame: { url },
    got,
    gone: false,
    send: (...sent: unknown[]) => got.push(sent),
    isDestroyed() {
      return this.gone
    },
  }
}

const home = 'app://ekscope/index.html'
const trusts = (url: string) => url.startsWith('app://ekscope/')

/** Handlers that note what reached them; those given answer. */
function noting(given: Partial<Handlers> = {}) {
  const reached: [string, unknown][] = []
  const refuse = (name: string) => (input: unknown) => {
    reached.push([name, input])
    return { ok: false as const, fault: fault('not-found', 'Not here.', 'Go on.') }
  }
  const handlers: Handlers = {
    'app.state': refuse('app.state'),
    'app.ready': () => ok(null),
    'app.copy': refuse('app.copy'),
    'settings.load': refuse('settings.load'),
    'app.updates': refuse('app.updates'),
    'data.load': refuse('data.load'),
    'checks.clear': refuse('checks.clear'),
    'settings.save': refuse('settings.save'),
    'accounts.name': refuse('accounts.name'),
    'production.mark': refuse('production.mark'),
    'kubeconfig.load': refuse('kubeconfig.load'),
    'kubeconfig.entry': refuse('kubeconfig.entry'),
    'kubeconfig.open': refuse('kubeconfig.open'),
    'kubeconfig.create': refuse('kubeconfig.create'),
    'kubeconfig.close': refuse('kubeconfig.close'),
    'kubeconfig.edit': refuse('kubeconfig.edit'),
    'identity.load': refuse('identity.load'),
    'identity.first': refuse('identity.first'),
    'identity.fingerprints': refuse('identity.fingerprints'),
    'identities.load': refuse('identities.load'),
    'identities.prove': refuse('identities.prove'),
    'sweep.load': refuse('sweep.load'),
    'sweep.start': refuse('sweep.start'),
    'sweep.describe': refuse('sweep.describe'),
    'clusters.load': refuse('clusters.load'),
    'clusters.ask': refuse('clusters.ask'),
    'clusters.audit': refuse('clusters.audit'),
    'clusters.access': refuse('clusters.access'),
    'clusters.readAccess': refuse('clusters.readAccess'),
    'clusters.enter': refuse('clusters.enter'),
    'clusters.mayDo': refuse('clusters.mayDo'),
    'clusters.awsAuth': refuse('clusters.awsAuth'),
    'clusters.readAwsAuth': refuse('clusters.readAwsAuth'),
    'environment.load': refuse('environment.load'),
    'environment.reload': refuse('environment.reload'),
    'whoami.run': refuse('whoami.run'),
    'contexts.recent': refuse('contexts.recent'),
    'checks.load': refuse('checks.load'),
    'question.show': refuse('question.show'),
    'trust.askDestination': refuse('trust.askDestination'),
    'trust.forget': refuse('trust.forget'),
    'expected.forget': refuse('expected.forget'),
    'report.preview': refuse('report.preview'),
    'report.save': refuse('report.save'),
    'findings.load': refuse('findings.load'),
    'findings.since': refuse('findings.since'),
    'report.compare': refuse('report.compare'),
    'edits.compare': refuse('edits.compare'),
    'findings.mute': refuse('findings.mute'),
    'findings.unmute': refuse('findings.unmute'),
    'edits.preview': refuse('edits.preview'),
    'edits.duplicates': refuse('edits.duplicates'),
    'edits.keep': refuse('edits.keep'),
    'edits.kept': refuse('edits.kept'),
    'edits.plan': refuse('edits.plan'),
    'edits.apply': refuse('edits.apply'),
    'edits.try': refuse('edits.try'),
    'edits.unlock': refuse('edits.unlock'),
    'edits.recover': refuse('edits.recover'),
    'history.list': refuse('history.list'),
    'history.unread': refuse('history.unread'),
    'history.writer': refuse('history.writer'),
    'history.show': refuse('history.show'),
    'history.plan': refuse('history.plan'),
    'history.undo': refuse('history.undo'),
    'history.purge': refuse('history.purge'),
    'import.read': refuse('import.read'),
    'import.again': refuse('import.again'),
    'export.make': refuse('export.make'),
    'export.picture': refuse('export.picture'),
    'views.count': refuse('views.count'),
    'aws.choices': refuse('aws.choices'),
    'aws.caller': refuse('aws.caller'),
    'aws.discover': refuse('aws.discover'),
    'aws.refresh': refuse('aws.refresh'),
    'trust.list': refuse('trust.list'),
    'signIn.start': refuse('signIn.start'),
    'signIn.open': refuse('signIn.open'),
    'signIn.end': refuse('signIn.end'),
    'doctor.look': refuse('doctor.look'),
    'demo.open': refuse('demo.open'),
    ...given,
  }
  return { handlers, reached }
}

function house(given: Partial<Handlers> = {}) {
  const at = door()
  const bugs: [string, unknown][] = []
  const { handlers, reached } = noting(given)
  const router = createRouter({
    ipc: at.ipc,
    trusts,
    onBug: (where, error) => bugs.push([where, error]),
  })
  const page = windowAt(home)
  const room = router.room(handlers)
  room.admit(page)
  const ask = (name: unknown, ...args: unknown[]) =>
    at.ask({ sender: page, senderFrame: page.mainFrame }, requestChannel, name, ...args)
  return { ...at, router, room, page, bugs, reached, asks: ask }
}

describe('who may ask', () => {
  const refused = { ok: false, fault: { code: 'not-allowed' } }
  const cases: readonly [string, (page: IpcPage) => { sender: IpcPage; senderFrame: Frame | null }][] = [
    ['a frame inside our page', (page) => ({ sender: page, senderFrame: { url: home } })],
    ['a frame that has gone', (page) => ({ sender: page, senderFrame: null })],
    [
      'a window that is not ours',
      () => {
        const other = windowAt(home, 2)
        return { sender: other, senderFrame: other.mainFrame }
      },
    ],
    [
      'a window with the number of ours',
      () => {
        const other = windowAt(home, 1)
        return { sender: other, senderFrame: other.mainFrame }
      },
    ],
  ]
  test.each(cases)('not %s', async (_, from) => {
    const { ask, page, reached } = house()
    expect(await ask(from(page), requestChannel, 'kubeconfig.load')).toMatchObject(refused)
    expect(reached).toEqual([])
  })

  test.each([
    'https://example.com/',
    'file:///index.html',
    'app://other/index.html',
    'app://ekscope.evil/',
    'about:blank',
    'data:text/html,x',
    '',
  ])('not our window once it is at %s', async (url) => {
    const at = house()
    const page = windowAt(url, 7)
    at.room.admit(page)
    const from = { sender: page, senderFrame: page.mainFrame }
    expect(await at.ask(from, requestChannel, 'kubeconfig.load')).toMatchObject(refused)
    expect(at.reached).toEqual([])
  })

  test('not our page after its window is closed', async () => {
    const { router, page, asks } = house()
    router.dismiss(page.id)
    expect(await asks('kubeconfig.load')).toMatchObject(refused)
  })

  test('our page for no more at once than a page of ours does, and again once it has its answers', async () => {
    const waiting: (() => void)[] = []
    const { asks } = house({
      'settings.load': () =>
        new Promise((resolve) =>
          waiting.push(() => resolve({ ok: false, fault: fault('aws', 'No.', 'Go.') })),
        ),
    })
    const all = Array.from({ length: 501 }, () => asks('settings.load'))
    expect(await all.at(-1)).toMatchObject({ fault: { code: 'conflict' } })
    expect(waiting).toHaveLength(500)
    for (const answer of waiting.splice(0)) answer()
    await Promise.all(all)
    const again = asks('settings.load')
    await expect.poll(() => waiting).toHaveLength(1)
    waiting[0]?.()
    expect(await again).toMatchObject({ fault: { code: 'aws' } })
  })

  test('our page may', async () => {
    const { asks, reached } = house()
    expect(await asks('kubeconfig.load')).toMatchObject({ fault: { code: 'not-found' } })
    expect(reached).toEqual([['kubeconfig.load', undefined]])
  })
})

describe('what was dropped', () => {
  /** A room whose import notes what was dropped. */
  const importing = () => {
    const noted: (readonly string[])[] = []
    const at = house({
      'import.read': (_, { dropped }) => {
        noted.push(dropped())
        return ok(null)
      },
    })
    const { page } = at
    const drop = (...args: unknown[]) =>
      at.ask({ sender: page, senderFrame: page.mainFrame }, droppedChannel, ...args)
    return { ...at, noted, drop, read: () => at.asks('import.read', { from: 'drop', edits: [] }) }
  }

  test('is given to that page once, and the next drop takes its place', async () => {
    const { drop, read, noted } = importing()
    await drop(['/home/me/a'])
    await drop(['/home/me/b', '/home/me/c'])
    await read()
    await read()
    expect(noted).toEqual([['/home/me/b', '/home/me/c'], []])
  })

  test('is forgotten when it is no list of paths, when the page has left, and when it comes from another page', async () => {
    const { drop, read, noted, router, page, ask } = importing()
    await drop(['/home/me/a'])
    await drop(['/home/me/a', 7])
    await read()
    await drop(['/home/me/a'])
    router.left(page.id)
    await read()
    const other = windowAt(home, 2)
    await ask({ sender: other, senderFrame: other.mainFrame }, droppedChannel, ['/etc/shadow'])
    await ask({ sender: page, senderFrame: { url: 'https://example.com' } }, droppedChannel, ['/etc/shadow'])
    await read()
    expect(noted).toEqual([[], [], []])
  })

  test('no path reaches main through the request itself', async () => {
    const { asks, noted } = importing()
    for (const more of [{ path: '/etc/shadow' }, { paths: ['/etc/shadow'] }, { dropped: ['/etc/shadow'] }])
      expect(await asks('import.read', { from: 'drop', edits: [], ...more })).toMatchObject({
        fault: { code: 'bad-request' },
      })
    expect(noted).toEqual([])
  })
})

describe('what may be asked', () => {
  test('every request of the contract is answered, on one channel, and nothing else', async () => {
    const { asks, bugs, channels, reached } = house()
    expect(channels()).toEqual([requestChannel, droppedChannel])
    for (const name of requestNames)
      expect(await asks(name, undefined)).toMatchObject({ ok: expect.any(Boolean) })
    reached.length = 0
    // Electron would print a channel that nobody answers, as the page wrote it, to the terminal that Ekscope was started in.
    for (const name of [
      'trust.allow',
      '\x1b]0;x\x07',
      '__proto__',
      'constructor',
      '',
      7,
      null,
      ['app.ready'],
      {},
    ])
      expect(await asks(name)).toMatchObject({
        fault: { code: 'bad-request', message: 'Ekscope has no such request.' },
      })
    expect([reached, bugs]).toEqual([[], []])
  })

  test.each([
    ['whoami.run', { run: 'r 1', contexts: [], environment: 'app', again: false }],
    ['whoami.run', { run: 'r1', contexts: [], environment: 'root' }],
    ['whoami.run', { run: 'r1', contexts: [], environment: 'app', again: false, more: 1 }],
    ['whoami.run', { run: 'r1', contexts: [1], environment: 'app', again: false }],
    ['whoami.run', undefined],
    ['kubeconfig.load', {}],
    ['kubeconfig.load', null],
    ['app.copy', { text: 'x'.repeat(70_000) }],
    ['settings.save', { key: '__proto__', value: 'x' }],
    ['accounts.name', { account: '__proto__', name: 'x' }],
    ['accounts.name', { account: '111122223333', name: 'x'.repeat(65) }],
    ['kubeconfig.entry', { id: { toString: 'x' } }],
  ])('%s refuses a wrong input without repeating it', async (name, input) => {
    const { asks, reached, bugs } = house()
    const answer = await asks(name, input)
    expect(answer).toMatchObject({ ok: false, fault: { code: 'bad-request' } })
    expect(reached).toEqual([])
    expect(bugs).toEqual([])
  })

  test('a secret in the wrong place is not repeated in the answer', async () => {
    const { asks } = house()
    const answer = await asks('settings.save', { key: 'canary-secret', value: 'canary-secret' })
    expect(JSON.stringify(answer)).not.toContain('canary')
  })

  test('a second argument is refused', async () => {
    const { asks, reached } = house()
    expect(await asks('kubeconfig.load', undefined, 1)).toMatchObject({ fault: { code: 'bad-request' } })
    expect(reached).toEqual([])
  })

  test('whatever arrives, the answer is a Result and no bug comes to light', async () => {
    const { asks, bugs } = house()
    const hostile = fc.oneof(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withNullPrototype: true,
        withTypedArray: true,
      }),
      fc.record({ run: fc.string(), contexts: fc.array(fc.anything()), environment: fc.anything() }),
      fc.record({ id: fc.anything() }),
      fc.record({ path: fc.anything() }),
      fc.string({ maxLength: 100_000 }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...requestNames),
        fc.array(hostile, { maxLength: 3 }),
        async (name, args) => {
          expect(await asks(name, ...args)).toMatchObject({ ok: expect.any(Boolean) })
        },
      ),
      { numRuns: process.env.EKSCOPE_FULL ? 20_000 : 500 },
    )
    expect(bugs).toEqual([])
  })

  test('one that is ten thousand levels deep is refused like any other', async () => {
    let deep: unknown = 1
    for (let level = 0; level < 10_000; level += 1) deep = { id: deep }
    const { asks, bugs } = house()
    expect(await asks('kubeconfig.entry', deep)).toMatchObject({ fault: { code: 'bad-request' } })
    expect(bugs).toEqual([])
  })
})

describe('what happens to what runs', () => {
  /** A request that ends on `end`, or when its signal fires. */
  function slow() {
    const ends = new EventEmitter()
    const signals: AbortSignal[] = []
    const at = house({
      'whoami.run': ({ run }, { signal, emit }) =>
        new Promise<Result<{ run: string; done: number; total: number; cancelled: boolean }>>((resolve) => {
          signals.push(signal)
          signal.addEventListener('abort', () => resolve(ok({ run, done: 0, total: 1, cancelled: true })))
          ends.once('end', () => {
            emit('whoami.progress', { kind: 'ended', run, done: 1, total: 1, cancelled: false })
            resolve(ok({ run, done: 1, total: 1, cancelled: false }))
          })
        }),
    })
    const asked = at.asks('whoami.run', { run: 'r1', contexts: ['x'], environment: 'app', again: false })
    return { ...at, ends, signals, asked }
  }

  test('it ends by itself and says so to its page', async () => {
    const { ends, asked, page } = slow()
    ends.emit('end')
    expect(await asked).toMatchObject({ ok: true, value: { done: 1 } })
    expect(page.got).toEqual([
      ['event', 'whoami.progress', { kind: 'ended', run: 'r1', done: 1, total: 1, cancelled: false }],
    ])
  })

  test('its page ends it by its name, and hears its end; another page does not, nor while it runs a second begins', async () => {
    const { ask, room, asks, ends, page, signals, asked } = slow()
    const other = windowAt(home, 2)
    room.admit(other)
    const end = (of: IpcPage) =>
      ask({ sender: of, senderFrame: of.mainFrame }, requestChannel, 'run.cancel', { run: 'r1' })
    expect(await end(other)).toEqual(ok(null))
    expect(signals[0]?.aborted).toBe(false)
    const again = { run: 'r1', contexts: ['x'], environment: 'app', again: false }
    expect(await asks('whoami.run', again)).toMatchObject({ fault: { code: 'conflict' } })
    expect(await end(page)).toEqual(ok(null))
    ends.emit('end')
    expect(await asked).toMatchObject({ value: { cancelled: true } })
    expect(page.got).toHaveLength(1)
  })

  test.each(['left', 'dismiss'] as const)('it is aborted when the page has %s', async (how) => {
    const { router, page, asked, signals } = slow()
    router[how](page.id)
    expect(signals[0]?.aborted).toBe(true)
    expect(await asked).toMatchObject({ value: { cancelled: true } })
  })

  test('it is aborted when the app quits, and nothing new begins', async () => {
    const { router, asked, signals, asks } = slow()
    router.close()
    expect(signals[0]?.aborted).toBe(true)
    await asked
    expect(await asks('kubeconfig.load')).toMatchObject({ fault: { code: 'cancelled' } })
  })

  test('after a reload the new page hears nothing of what the old one asked, and can ask itself', async () => {
    const { router, page, ends, asks, reached } = slow()
    router.left(page.id)
    ends.emit('end')
    expect(page.got).toEqual([])
    await asks('kubeconfig.load')
    expect(reached).toEqual([['kubeconfig.load', undefined]])
  })
})

describe('events to all', () => {
  test('reach a page only once it said that it listens, and no more after it left', async () => {
    const { router, room, page, asks } = house()
    room.broadcast('identity.changed', { reason: 'early' })
    await asks('app.ready')
    room.broadcast('identity.changed', { reason: 'heard' })
    router.left(page.id)
    room.broadcast('identity.changed', { reason: 'late' })
    expect(page.got).toEqual([['event', 'identity.changed', { reason: 'heard' }]])
  })

  test('that come while a page still loads reach it once it listens: it may have read what was there before', async () => {
    const { router, room, page, asks } = house()
    await asks('kubeconfig.load')
    room.broadcast('identity.changed', { reason: 'one' })
    room.broadcast('identity.changed', { reason: 'two' })
    expect(page.got).toEqual([])
    await asks('app.ready')
    const missed = ['one', 'two'].map((reason) => ['event', 'identity.changed', { reason }])
    expect(page.got).toEqual(missed)
    // A page that is made anew reads for itself what was before it.
    router.left(page.id)
    await asks('kubeconfig.load')
    room.broadcast('identity.changed', { reason: 'of the page before' })
    router.left(page.id)
    await asks('app.ready')
    expect(page.got).toEqual(missed)
  })

  test('are not sent to a window that is gone', async () => {
    const { room, page, asks } = house()
    await asks('app.ready')
    page.gone = true
    room.broadcast('identity.changed', { reason: 'x' })
    expect(page.got).toEqual([])
  })
})

test('what is for one window reaches its page alone, once that said that it listens', async () => {
  const { router, page, asks } = house()
  router.tell(page.id, 'app.action', { id: 'early' })
  await asks('app.ready')
  router.tell(page.id + 1, 'app.action', { id: 'for another' })
  router.tell(page.id, 'app.action', { id: 'use' })
  expect(page.got).toEqual([['event', 'app.action', { id: 'use' }]])
})

test('a window that moves to another room is answered by that one alone, and hears only its events', async () => {
  const { router, room, page, asks, reached } = house()
  await asks('app.ready')
  const other = noting()
  const demo = router.room(other.handlers)
  demo.admit(page)
  await asks('kubeconfig.load')
  expect([reached.length, other.reached.length]).toEqual([0, 1])
  await asks('app.ready')
  room.broadcast('identity.changed', { reason: 'of the first' })
  demo.broadcast('identity.changed', { reason: 'of the second' })
  expect(page.got).toEqual([['event', 'identity.changed', { reason: 'of the second' }]])
})

test('a bug is caught once, logged and shown as internal without its message', async () => {
  const { asks, bugs } = house({
    'kubeconfig.load': () => {
      throw new Error('canary-secret')
    },
  })
  const answer = await asks('kubeconfig.load')
  expect(answer).toMatchObject({ ok: false, fault: { code: 'internal' } })
  expect(JSON.stringify(answer)).not.toContain('canary')
  expect(bugs).toHaveLength(1)
  expect(bugs[0]?.[0]).toBe('kubeconfig.load')
})
