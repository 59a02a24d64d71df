/** What other programs do to a kubeconfig, as functions of its text: kubectl's and an editor's rewrites, without a process. */

import * as fc from 'fast-check'
import type { ModelEntry, ModelFile } from '../../shared/edits/model'
import { at, isList, isMap, type Json, type JsonMap, textOf, withKey } from '../../shared/json'
import type { entryKinds } from '../../shared/kubeconfig/entries'
import { modelOf, sourceOf } from '../kubeconfig/read/edit-model'
import { editsFor, kubeconfigFile } from './generated-kubeconfig'

/** One write of another program: which of its kinds, and numbers that choose the entries that it is about. */
export interface OutsideWrite {
  readonly kind: OutsideKind
  readonly pick: number
  readonly layout: Layout
}
export const layouts = ['kubectl', 'json', 'indented'] as const
type Layout = (typeof layouts)[number]

type Content = Pick<ModelFile, 'cluster' | 'user' | 'context' | 'currentContext'>
type Change = (file: Content, pick: number) => Content

const one = (entries: readonly ModelEntry[], pick: number): ModelEntry | undefined =>
  entries[pick % Math.max(1, entries.length)]
const replaced = (entries: readonly ModelEntry[], old: ModelEntry, next: Partial<ModelEntry>) =>
  entries.map((entry) => (entry === old ? plain({ ...plain(entry), ...next }) : entry))
const plain = ({ id, kind, name, value, from }: ModelEntry): ModelEntry => ({ id, kind, name, value, from })

function inContext(change: (context: ModelEntry, pick: number) => JsonMap): Change {
  return (file, pick) => {
    const context = one(file.context, pick)
    if (!context) return file
    return { ...file, context: replaced(file.context, context, { value: change(context, pick) }) }
  }
}

function inExec(change: (exec: JsonMap) => JsonMap): Change {
  return (file, pick) => {
    const user = one(file.user, pick)
    const exec = user && at(user.value, 'exec')
    if (!user || !isMap(exec)) return file
    return { ...file, user: replaced(file.user, user, { value: withKey(user.value, 'exec', change(exec)) }) }
  }
}

const without =
  (key: 'context' | 'user' | 'cluster'): Change =>
  (file, pick) => {
    const gone = one(file[key], pick)
    return { ...file, [key]: file[key].filter((entry) => entry !== gone) }
  }

const args = (exec: JsonMap): readonly Json[] => {
  const list = at(exec, 'args')
  return isList(list) ? list : []
}

const changes = {
  nothing: (file) => file,
  'use-context': (file, pick) => ({ ...file, currentContext: one(file.context, pick)?.name ?? null }),
  'set-namespace': inContext(({ value }, pick) => withKey(value, 'namespace', `outside-${pick % 3}`)),
  'unset-namespace': inContext(({ value }) => withKey(value, 'namespace', undefined)),
  'rename-context': (file, pick) => {
    const context = one(file.context, pick)
    const name = `outside-${pick % 5}`
    if (!context || file.context.some((other) => other.name === name)) return file
    return { ...file, context: replaced(file.context, context, { name }) }
  },
  'delete-context': without('context'),
  'delete-user': without('user'),
  'delete-cluster': without('cluster'),
  'new-context': (file, pick) => {
    const like = one(file.context, pick)
    const name = `newcomer-${pick % 5}`
    if (!like || file.context.some((other) => other.name === name)) return file
    return { ...file, context: [...file.context, { ...plain(like), id: `outside ${name}`, name }] }
  },
  'set-server': (file, pick) => {
    const cluster = one(file.cluster, pick)
    if (!cluster) return file
    const value = withKey(cluster.value, 'server', `https://outside-${pick % 3}`)
    return { ...file, cluster: replaced(file.cluster, cluster, { value }) }
  },
  proxy: (file, pick) => {
    const cluster = one(file.cluster, pick)
    if (!cluster) return file
    return {
      ...file,
      cluster: replaced(file.cluster, cluster, {
        value: withKey(cluster.value, 'proxy-url', 'http://outside'),
      }),
    }
  },
  role: inExec((exec) => withKey(exec, 'args', [...args(exec), '--role', 'arn:aws:iam::1:role/Outside'])),
  variable: inExec((exec) => {
    const env = at(exec, 'env')
    return withKey(exec, 'env', [...(isList(env) ? env : []), { name: 'AWS_PROFILE', value: 'outside' }])
  }),
  'other-user': (file, pick) => {
    const user = one(file.user, pick)
    return user ? { ...file, user: replaced(file.user, user, { value: { token: 'outside' } }) } : file
  },
} satisfies Record<string, Change>
export type OutsideKind = keyof typeof changes
export const outsideKinds: readonly OutsideKind[] = Object.keys(changes).filter(
  (kind): kind is OutsideKind => kind in changes,
)

/** The text after that write. */
export function writtenOutside(path: string, text: string, { kind, pick, layout }: OutsideWrite): string {
  const file = modelOf([sourceOf({ path, listed: true, text, fault: null })]).files[0]
  if (!file) throw new Error('a file was given')
  const changed: Content = changes[kind](file, pick)
  const sorted = layout !== 'indented'
  const list = (key: (typeof entryKinds)[number]): Json => {
    const entries = changed[key].map(
      ({ name, value }): JsonMap => ({
        [key]: sorted ? asKubectl(value) : value,
        name,
      }),
    )
    return sorted ? entries.sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1)) : entries
  }
  const top: JsonMap = {
    apiVersion: 'v1',
    clusters: list('cluster'),
    contexts: list('context'),
    'current-context': changed.currentContext ?? '',
    kind: 'Config',
    preferences: {},
    users: list('user'),
  }
  return layout === 'kubectl' ? blocks(top, '') : `${json(top, layout === 'indented' ? 4 : 0)}\n`
}

/** What kubectl writes out by itself. */
function asKubectl(value: JsonMap): JsonMap {
  const exec = at(value, 'exec')
  if (!isMap(exec)) return value
  let next = exec
  if (!isList(at(next, 'env'))) next = withKey(next, 'env', null)
  if (textOf(at(next, 'interactiveMode')) === null) next = withKey(next, 'interactiveMode', 'IfAvailable')
  return withKey(value, 'exec', withKey(next, 'provideClusterInfo', at(next, 'provideClusterInfo') === true))
}

/** ASCII alone, so that no line break of YAML is in it. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\uffff]/g, (unit) => {
    const code = unit.charCodeAt(0)
    return code >= 0xd800 && code < 0xe000 ? unit : `\\u${code.toString(16).padStart(4, '0')}`
  })

function scalar(value: Json): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'bigint') return String(value)
  return JSON.stringify(value) ?? 'null'
}

function json(value: Json, indent: number, pad = '\n'): string {
  const inner = indent > 0 ? pad + ' '.repeat(indent) : ''
  const outer = indent > 0 ? pad : ''
  if (isList(value))
    return value.length === 0
      ? '[]'
      : `[${value.map((item) => inner + json(item, indent, inner || pad)).join(',')}${outer}]`
  if (!isMap(value)) return scalar(value)
  const pairs = Object.entries(value)
  if (pairs.length === 0) return '{}'
  return `{${pairs.map(([key, item]) => `${inner}${quoted(key)}: ${json(item, indent, inner || pad)}`).join(',')}${outer}}`
}

function blocks(value: Json, pad: string): string {
  if (isMap(value) && Object.keys(value).length > 0)
    return Object.keys(value)
      .sort()
      .map((key) => `${pad}${quoted(key)}:${behind(at(value, key) ?? null, pad)}`)
      .join('')
  if (isList(value) && value.length > 0)
    return value
      .map((item) => {
        const text = isMap(item) || isList(item) ? blocks(item, `${pad}  `) : ''
        return text === '' ? `${pad}- ${json(item, 0)}\n` : `${pad}- ${text.slice(pad.length + 2)}`
      })
      .join('')
  return ''
}

function behind(value: Json, pad: string): string {
  const text = isMap(value) ? blocks(value, `${pad}  `) : isList(value) ? blocks(value, pad) : ''
  return text === '' ? ` ${json(value, 0)}\n` : `\n${text}`
}

/** A kubeconfig at this path, edits of it, and what chooses a write of another program on top of them. */
export const writeAndOutside = (path: string) =>
  kubeconfigFile().chain((file) =>
    fc.record({
      text: fc.constant(file.text),
      edits: editsFor([{ path, file }]),
      layout: fc.constantFrom(...layouts),
      pick: fc.nat(20),
      own: fc.constantFrom('nothing', 'new-context', 'use-context'),
    }),
  )
