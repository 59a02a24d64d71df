/** One entry of each list as client-go's clientcmd/api/v1 types it. Secrets are in here: nothing of it crosses IPC. */

import type { RawExec, RawVariable } from '../../../shared/exec/parse'
import type { Impersonation } from '../../../shared/kubeconfig/entries'
import { type Field, isNull, type Shape, scalarMeaning } from '../yaml/fields'
import { integerValue, isTrue } from '../yaml/scalars'
import { resolveAlias, type YamlNode } from '../yaml/tree'
import type { RawCluster, RawContext, RawUser } from './entries'
import { hasSeparator, resolveAgainst } from './paths'

type Fields = ReadonlyMap<string, Field>

export interface ReadContext extends RawContext {
  readonly extensions: boolean
}
export interface ReadCluster extends RawCluster {
  readonly extensions: boolean
  /** As it stands in the file, not resolved. */
  readonly certificateAuthorityWritten: string | null
}
export interface ReadUser extends RawUser {
  readonly extensions: boolean
  readonly clientCertificateWritten: string | null
}

const none: Fields = new Map()
/** The extension whose content kubectl hands to an exec command that asks for cluster information. */
export const execExtension = 'client.authentication.k8s.io/exec'

/** A field that is empty counts as absent, as everywhere in client-go. */
const filled = (text: string | null) => (text === '' ? null : text)

function entryFields(shape: Shape, node: YamlNode, kind: string): { name: string; fields: Fields } {
  const item = resolveAlias(node)
  const map = isNull(item) ? null : shape.asMap(item, `An element of ${kind}s`)
  if (map === null) return { name: '', fields: none }
  const outer = shape.fields(map)
  const name = shape.string(outer, 'name', true) ?? ''
  const inner = shape.map(outer, kind)
  return { name, fields: inner === null ? none : shape.fields(inner) }
}

/** Reads one element of `contexts`. */
export function decodeContext(shape: Shape, node: YamlNode): ReadContext {
  const { name, fields } = entryFields(shape, node, 'context')
  return {
    name,
    cluster: filled(shape.string(fields, 'cluster', true)),
    user: filled(shape.string(fields, 'user', true)),
    namespace: filled(shape.string(fields, 'namespace', true)),
    extensions: shape.extensions(fields).length > 0,
  }
}

/** Reads one element of `clusters`; a relative path is resolved against the folder of `file`. */
export function decodeCluster(shape: Shape, node: YamlNode, file: string): ReadCluster {
  const { name, fields } = entryFields(shape, node, 'cluster')
  const authority = filled(shape.string(fields, 'certificate-authority', true))
  const extensions = shape.extensions(fields)
  const forExec = extensions.find((extension) => extension.name === execExtension)
  return {
    name,
    server: filled(shape.string(fields, 'server')),
    tlsServerName: filled(shape.string(fields, 'tls-server-name', true)),
    insecureSkipTlsVerify: shape.bool(fields, 'insecure-skip-tls-verify'),
    certificateAuthority: authority === null ? null : resolveAgainst(file, authority),
    certificateAuthorityWritten: authority,
    certificateAuthorityData: shape.data(fields, 'certificate-authority-data'),
    proxyUrl: filled(shape.string(fields, 'proxy-url')),
    disableCompression: shape.bool(fields, 'disable-compression'),
    execConfig: forExec === undefined || forExec.value === null ? null : plainValue(shape, forExec.value),
    extensions: extensions.length > 0,
  }
}

/** Reads one element of `users`; relative paths are resolved against the folder of `file`. */
export function decodeUser(shape: Shape, node: YamlNode, file: string): ReadUser {
  const { name, fields } = entryFields(shape, node, 'user')
  const certificate = filled(shape.string(fields, 'client-certificate', true))
  const key = filled(shape.string(fields, 'client-key', true))
  const tokenFile = filled(shape.string(fields, 'tokenFile', true))
  return {
    name,
    clientCertificate: certificate === null ? null : resolveAgainst(file, certificate),
    clientCertificateWritten: certificate,
    clientCertificateData: shape.data(fields, 'client-certificate-data'),
    clientKey: key === null ? null : resolveAgainst(file, key),
    clientKeyData: shape.data(fields, 'client-key-data'),
    token: filled(shape.string(fields, 'token')),
    tokenFile: tokenFile === null ? null : resolveAgainst(file, tokenFile),
    username: filled(shape.string(fields, 'username')),
    password: filled(shape.string(fields, 'password')),
    authProvider: decodeAuthProvider(shape, fields),
    exec: decodeExec(shape, fields, file),
    impersonation: decodeImpersonation(shape, fields),
    extensions: shape.extensions(fields).length > 0,
  }
}

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
  const command = filled(shape.string(inner, 'command', true))
  return {
    apiVersion: filled(shape.string(inner, 'apiVersion', true)),
    command: command !== null && hasSeparator(file, command) ? resolveAgainst(file, command) : command,
    args: shape.strings(inner, 'args'),
    env: (shape.list(inner, 'env') ?? []).map((node) => decodeVariable(shape, node)),
    interactiveMode: filled(shape.string(inner, 'interactiveMode', true)),
    provideClusterInfo: shape.bool(inner, 'provideClusterInfo'),
    installHint: filled(shape.string(inner, 'installHint', true)),
  }
}

function decodeVariable(shape: Shape, node: YamlNode): RawVariable {
  const item = resolveAlias(node)
  const map = isNull(item) ? null : shape.asMap(item, 'An element of env')
  if (map === null) return { name: '', value: '' }
  const fields = shape.fields(map)
  return { name: shape.string(fields, 'name', true) ?? '', value: shape.string(fields, 'value') ?? '' }
}

function decodeImpersonation(shape: Shape, fields: Fields): Impersonation | null {
  const as = filled(shape.string(fields, 'as', true))
  const uid = filled(shape.string(fields, 'as-uid', true))
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

/** A node as the JSON value that client-go makes of it. */
export function plainValue(shape: Shape, node: YamlNode): unknown {
  const target = resolveAlias(node)
  if (target.kind === 'sequence') return target.items.map((item) => plainValue(shape, item.node))
  if (target.kind === 'map') {
    const value: Record<string, unknown> = {}
    for (const [key, field] of shape.fields(target)) {
      Object.defineProperty(value, key, {
        value: plainValue(shape, field.value),
        enumerable: true,
        configurable: true,
      })
    }
    return value
  }
  const meaning = scalarMeaning(target)
  switch (meaning?.kind) {
    case 'string':
      return meaning.text
    case 'bool':
      return isTrue(meaning.text)
    case 'int':
      return Number(integerValue(meaning.text))
    case 'float':
      return Number(meaning.text.replaceAll('_', ''))
    default:
      return null
  }
}
