/** One entry of each list as client-go's clientcmd/api/v1 types it. Secrets are in here: nothing of it crosses IPC. */

import type { RawExec, RawVariable } from '../../../shared/exec/parse'
import { expectedIn } from '../../../shared/identity/expected'
import type { Impersonation } from '../../../shared/kubeconfig/entries'
import {
  type FieldKey,
  fieldKeys,
  noFields,
  type WrittenOf,
  withFields,
} from '../../../shared/kubeconfig/fields'
import { hasSeparator, resolveAgainst, variableName } from '../../../shared/kubeconfig/relative-paths'
import {
  clusterKeys,
  contextKeys,
  execExtension,
  execKeys,
  expectedExtension,
  type Keys,
  userKeys,
} from '../../../shared/kubeconfig/schema'
import { assertNever } from '../../../shared/result'
import { type Field, isNull, jsonOf, type Shape } from '../yaml/shapes'
import { resolveAlias, type YamlNode } from '../yaml/yaml-tree'
import type { RawCluster, RawContext, RawUser } from './raw-entries'

type Fields = ReadonlyMap<string, Field>

export interface ReadContext extends RawContext {
  readonly extensions: boolean
}
export interface ReadCluster extends RawCluster, WrittenOf<typeof clusterKeys> {
  readonly extensions: boolean
}
export interface ReadUser extends RawUser, WrittenOf<typeof userKeys> {
  readonly extensions: boolean
}

/** Entries that say nothing, with every field in its place. */
export const emptyContext: ReadContext = {
  name: '',
  ...noFields(contextKeys),
  expected: null,
  extensions: false,
}
export const emptyCluster: ReadCluster = {
  name: '',
  ...noFields(clusterKeys),
  execConfig: null,
  extensions: false,
}
export const emptyExec: RawExec = { ...noFields(execKeys), env: [] }
export const emptyUser: ReadUser = {
  name: '',
  ...noFields(userKeys),
  authProvider: null,
  exec: null,
  impersonation: null,
  extensions: false,
}

const none: Fields = new Map()

function entryFields(shape: Shape, node: YamlNode, kind: string): { name: string; fields: Fields } {
  const item = resolveAlias(node)
  const map = isNull(item) ? null : shape.asMap(item, `An element of ${kind}s`)
  if (map === null) return { name: '', fields: none }
  const outer = shape.fields(map)
  const name = shape.string(outer, 'name', true) ?? ''
  const inner = shape.map(outer, kind)
  return { name, fields: inner === null ? none : shape.fields(inner) }
}

/** A record that was just made, with the values of all keys that have a field of their own. */
function decoded<E extends object>(shape: Shape, fields: Fields, keys: Keys, file: string, fresh: E): E {
  return withFields(fresh, (put) => {
    for (const [name, key] of fieldKeys(keys)) {
      switch (key.type) {
        case 'text':
          put(key, text(shape, fields, name, key))
          break
        case 'data':
          put(key, shape.data(fields, name))
          break
        case 'flag':
          put(key, shape.bool(fields, name))
          break
        case 'texts':
          put(key, shape.strings(fields, name))
          break
        case 'file': {
          const written = text(shape, fields, name, key)
          put(key, written === null ? null : resolveAgainst(file, written), written)
          break
        }
        case 'program': {
          const written = text(shape, fields, name, key)
          put(key, written !== null && hasSeparator(file, written) ? resolveAgainst(file, written) : written)
          break
        }
        default:
          assertNever(key)
      }
    }
  })
}

/** What is empty counts as absent, as everywhere in client-go. */
function text(shape: Shape, fields: Fields, name: string, { shown }: FieldKey): string | null {
  return shape.string(fields, name, shown === 'public' || shown === 'name') || null
}

/** Reads one element of `contexts`. */
export function decodeContext(shape: Shape, node: YamlNode, file: string): ReadContext {
  const { name, fields } = entryFields(shape, node, 'context')
  const extensions = shape.extensions(fields)
  const own = {
    ...emptyContext,
    name,
    expected: decodeExpected(shape, extensions),
    extensions: extensions.some((one) => one.name !== expectedExtension),
  }
  return decoded(shape, fields, contextKeys, file, own)
}

function decodeExpected(shape: Shape, extensions: ReturnType<Shape['extensions']>): string | null {
  const own = extensions.find(({ name, value }) => name === expectedExtension && value !== null)
  if (own === undefined || own.value === null) return null
  return expectedIn({ extensions: [{ name: expectedExtension, extension: jsonOf(shape, own.value) }] })
}

/** Reads one element of `clusters`; a relative path is resolved against the folder of `file`. */
export function decodeCluster(shape: Shape, node: YamlNode, file: string): ReadCluster {
  const { name, fields } = entryFields(shape, node, 'cluster')
  const extensions = shape.extensions(fields)
  const forExec = extensions.find((extension) => extension.name === execExtension)
  const own = {
    ...emptyCluster,
    name,
    execConfig: forExec === undefined || forExec.value === null ? null : jsonOf(shape, forExec.value, Number),
    extensions: extensions.length > 0,
  }
  return decoded(shape, fields, clusterKeys, file, own)
}

/** Reads one element of `users`; relative paths are resolved against the folder of `file`. */
export function decodeUser(shape: Shape, node: YamlNode, file: string): ReadUser {
  const { name, fields } = entryFields(shape, node, 'user')
  const own = {
    ...emptyUser,
    name,
    authProvider: decodeAuthProvider(shape, fields),
    exec: decodeExec(shape, fields, file),
    impersonation: decodeImpersonation(shape, fields),
    extensions: shape.extensions(fields).length > 0,
  }
  return decoded(shape, fields, userKeys, file, own)
}

/** The reader of each kind of entry. */
export const decoders = { cluster: decodeCluster, user: decodeUser, context: decodeContext } as const

function decodeAuthProvider(shape: Shape, fields: Fields): string | null {
  const map = shape.map(fields, 'auth-provider')
  if (map === null) return null
  const inner = shape.fields(map)
  const config = shape.map(inner, 'config')
  if (config !== null) {
    const values = shape.fields(config)
    for (const key of values.keys()) shape.string(values, key)
  }
  return shape.string(inner, 'name', true) ?? ''
}

function decodeExec(shape: Shape, fields: Fields, file: string): RawExec | null {
  const map = shape.map(fields, 'exec')
  if (map === null) return null
  const inner = shape.fields(map)
  const own = {
    ...emptyExec,
    env: (shape.list(inner, 'env') ?? []).map((node) => decodeVariable(shape, node, file)),
  }
  return decoded(shape, inner, execKeys, file, own)
}
function decodeVariable(shape: Shape, node: YamlNode, file: string): RawVariable {
  const item = resolveAlias(node)
  const map = isNull(item) ? null : shape.asMap(item, 'An element of env')
  if (map === null) return { name: '', value: '' }
  const fields = shape.fields(map)
  const name = shape.string(fields, 'name', true) ?? ''
  return { name: variableName(file, name), value: shape.string(fields, 'value') ?? '' }
}

function decodeImpersonation(shape: Shape, fields: Fields): Impersonation | null {
  const as = shape.string(fields, 'as', true) || null
  const uid = shape.string(fields, 'as-uid', true) || null
  const groups = shape.strings(fields, 'as-groups')
  const extra: Record<string, readonly string[]> = {}
  const map = shape.map(fields, 'as-user-extra')
  if (map !== null) {
    const inner = shape.fields(map)
    for (const key of inner.keys()) {
      // A plain object: a key named __proto__ must become a key.
      Object.defineProperty(extra, key, { value: shape.strings(inner, key), enumerable: true })
    }
  }
  if (as === null && uid === null && groups.length === 0 && Object.keys(extra).length === 0) return null
  return { as, uid, groups, extra }
}
