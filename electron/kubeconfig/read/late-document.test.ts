/** A document that is read late says what one says that was read at once. */
import { expect, test } from 'vitest'
import { type EntryKind, entryKinds } from '../../../shared/kubeconfig/entries'
import { LateHash } from '../disk/late-hash'
import { type KubeconfigDocument, readDocument } from './document'
import { LateDocument, TextGone } from './late-document'
import { TextOfBytes } from './text-of-bytes'

const file = '/home/dev/.kube/config'
const usual = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: QUJDREVGR0hJSktM
    server: https://one.test
  name: one
contexts:
- context:
    cluster: one
    user: one
  name: one
current-context: one
kind: Config
users:
- name: one
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - eks
      - get-token
      - --cluster-name
      - one
      command: aws
`

const withBytes = (text: string) => {
  const bytes = Buffer.from(text)
  return new TextOfBytes(bytes, new LateHash(bytes), 'utf-8', () => text)
}
const lists = { cluster: 'clusters', user: 'users', context: 'contexts' } as const

function said(document: KubeconfigDocument): unknown {
  const of = (kind: EntryKind) =>
    document[lists[kind]].map((entry, index) => ({
      entry,
      same: document.entry(kind, index) === entry && document.find(kind, entry.name)?.name === entry.name,
      name: document.name(kind, index),
      first: document.first(kind, entry.name),
      onlyFields: document.saysOnlyFields(kind, index),
      node: document.node(kind, index),
      value: document.valueNode(kind, index),
      at: document.position(entry.range.start),
      raw: kind === 'context' ? document.context(index) : kind === 'user' ? document.user(index) : null,
    }))
  const { file, text, currentContext, problems, readable, foundBy, entangled } = document
  return {
    facts: { file, text, currentContext, problems, readable, foundBy, entangled },
    lists: entryKinds.map((kind) => [document.count(kind), document.repeats(kind), of(kind)]),
    refers: [document.refers('cluster', 0), document.refers('user', 0)],
    form: [document.form(0), document.word(0), document.server(0), document.cluster(0)],
    usual: document.usual() !== null,
    root: [document.root(), document.top()],
    offsets: document.offsetsOf('duplicate-name'),
  }
}

test('it says what a document says that was read at once', () => {
  for (const text of [
    usual,
    usual.replace('name: one\ncontexts', 'name: "one"\ncontexts'),
    usual.replace('kind: Config', 'kind: ['),
  ]) {
    for (const left of [false, true]) {
      const late = new LateDocument(file, withBytes(text))
      if (left) late.leave(() => withBytes(text))
      expect([late.wasRead, late.hasLeft]).toEqual([false, left])
      expect(said(late)).toEqual(said(readDocument(file, text)))
      expect([late.wasRead, late.hasLeft]).toEqual([true, false])
    }
  }
})

test('what it was told is not looked for', () => {
  const late = new LateDocument(file, withBytes(usual))
  late.tell({ currentContext: 'one' })
  expect(late.currentContext).toBe('one')
  expect(late.wasRead).toBe(false)
})

test('a text that was left is that of the file, or else whoever has it, and never another one', () => {
  const asked: unknown[] = []
  const [there, gone] = [
    { disk: withBytes(usual), thread: withBytes(usual) },
    { disk: null, thread: null },
  ]
  let now: Record<'disk' | 'thread', TextOfBytes | null> = there
  const late = new LateDocument(file, withBytes(usual), () => {
    asked.push('disk')
    return now.disk
  })
  const leave = () =>
    late.leave((bytes) => {
      asked.push(bytes)
      return now.thread
    })
  leave()
  expect([late.hasLeft, late.endsInBreak, late.currentContext === 'one']).toEqual([true, true, true])
  expect(asked).toEqual(['disk'])
  // It was looked at for what is current: from then on it has pieces of the text.
  leave()
  expect(late.hasLeft).toBe(false)
  const other = new LateDocument(file, withBytes(usual), () => now.disk)
  other.leave(() => now.thread)
  now = { disk: null, thread: withBytes(usual) }
  expect(other.text).toBe(usual)
  other.leave(() => now.thread)
  now = gone
  expect(() => other.text).toThrow(TextGone)
  expect(() => other.count('context')).toThrow(TextGone)
  // Nobody has it, which is not said before somebody asks; and who reads the same bytes brings it.
  other.keep()
  expect(other.hasLeft).toBe(true)
  other.keep(withBytes(usual))
  expect(other.text).toBe(usual)
})
