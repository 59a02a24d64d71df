import { afterEach, expect, test, vi } from 'vitest'
import { fakeBridge } from '../testing/fake-bridge'
import { closeFile } from './loading'
import { createModel } from './window-model'

let stop: () => void = () => undefined
afterEach(() => stop())

test('at the start nothing waits for what it need not know', async () => {
  let settled: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    settled = resolve
  })
  const bridge = fakeBridge({ contexts: 3 })
  const model = createModel({
    bridge: {
      ...bridge,
      async request(name, ...input) {
        const answer = await bridge.request(name, ...input)
        if (name === 'kubeconfig.load') await held
        return answer
      },
    },
  })
  stop = model.start()
  // Identities were asked for while the files are still on their way.
  await vi.waitFor(() => expect(bridge.calls.map(({ name }) => name)).toContain('identity.load'))
  expect(model.state.getState().phase.kind).toBe('loading')
  expect(model.rows.size).toBe(0)
  settled()
  await vi.waitFor(() => expect(model.state.getState().phase.kind).toBe('ready'))
  expect(model.rows.all().every(({ identity }) => identity !== null)).toBe(true)
  // Ten thousand rows are made of files and identities together: once, not first without and then with.
  expect(model.state.getState().listVersion).toBe(1)
})

test('a slow login shell is not waited for: rows are there without identities, and both follow when it has answered', async () => {
  let answers: () => void = () => undefined
  const shell = new Promise<void>((resolve) => {
    answers = resolve
  })
  const bridge = fakeBridge({ contexts: 3, app: { awaitsShell: true } })
  const model = createModel({
    bridge: {
      ...bridge,
      async request(name, ...input) {
        if (name === 'identity.load' || name === 'environment.load') await shell
        return bridge.request(name, ...input)
      },
    },
  })
  stop = model.start()
  await vi.waitFor(() => expect(model.state.getState().phase.kind).toBe('ready'))
  expect(model.state.getState().awaited).toBe(true)
  expect(model.rows.all().map(({ identity }) => identity)).toEqual([null, null, null])
  // What is pending from before is laid over the files that the shell names.
  expect(bridge.calls.map(({ name }) => name)).not.toContain('edits.kept')
  answers()
  await vi.waitFor(() => expect(bridge.calls.at(-1)?.name).toBe('app.ready'))
  expect(model.state.getState().awaited).toBe(false)
  expect(model.rows.all().every(({ identity }) => identity !== null)).toBe(true)
  expect(bridge.calls.filter(({ name }) => name === 'kubeconfig.load')).toHaveLength(2)
})

test('a change of one context from outside leaves the lists that did not change the same objects', async () => {
  const bridge = fakeBridge({ contexts: 24 })
  const model = createModel({ bridge })
  stop = model.start()
  await vi.waitFor(() => expect(bridge.calls.at(-1)?.name).toBe('app.ready'))
  const before = model.state.getState().snapshot
  bridge.outside((snapshot) => ({
    ...snapshot,
    contexts: snapshot.contexts.map((entry, at) => (at === 0 ? { ...entry, namespace: 'other' } : entry)),
  }))
  await vi.waitFor(() => expect(model.state.getState().snapshot?.contexts[0]?.namespace).toBe('other'))
  const after = model.state.getState().snapshot
  // Rows, indexes and the model for edits are remembered by list: a new list makes all of them anew.
  expect(after?.clusters).toBe(before?.clusters)
  expect(after?.users).toBe(before?.users)
  expect(after?.contexts.slice(1).every((entry, at) => entry === before?.contexts[at + 1])).toBe(true)
})

test('a change of one context makes one row anew, where identities stay what they were', async () => {
  const bridge = fakeBridge({ contexts: 24 })
  const model = createModel({ bridge })
  stop = model.start()
  await vi.waitFor(() => expect(bridge.calls.at(-1)?.name).toBe('app.ready'))
  const before = model.rows.all()
  const asked = () => bridge.calls.filter(({ name }) => name === 'identity.load').length
  const times = asked()
  bridge.outside((snapshot) => ({
    ...snapshot,
    contexts: snapshot.contexts.map((entry, at) => (at === 0 ? { ...entry, namespace: 'other' } : entry)),
  }))
  await vi.waitFor(() => expect(asked()).toBeGreaterThan(times))
  await vi.waitFor(() => expect(model.rows.all()[0]?.entry.namespace).toBe('other'))
  expect(model.rows.all().filter((row, at) => row !== before[at])).toHaveLength(1)
})

test('the answer to a file that was closed, coming after a change that happened since, brings nothing back', async () => {
  const bridge = fakeBridge({ contexts: 3 })
  let answer: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    answer = resolve
  })
  const model = createModel({
    bridge: {
      ...bridge,
      async request(name, ...input) {
        const answered = await bridge.request(name, ...input)
        if (name === 'kubeconfig.close') await held
        return answered
      },
    },
  })
  stop = model.start()
  await vi.waitFor(() => expect(bridge.calls.at(-1)?.name).toBe('app.ready'))
  const closing = closeFile(model.loading, '/elsewhere')
  bridge.outside((snapshot) => ({
    ...snapshot,
    contexts: snapshot.contexts.map((entry, at) => (at === 0 ? { ...entry, namespace: 'other' } : entry)),
  }))
  await vi.waitFor(() => expect(model.state.getState().snapshot?.contexts[0]?.namespace).toBe('other'))
  answer()
  await closing
  expect(model.state.getState().snapshot?.contexts[0]?.namespace).toBe('other')
})
