/** Paths in a kubeconfig are relative to the folder of their file: an entry that moves takes them along. */
import { at, isMap, type JsonMap, textOf, withKey } from '../json'
import type { EntryKind } from './entries'

const isWindows = (path: string): boolean => /^[A-Za-z]:[\\/]/.test(path) || path.startsWith('\\\\')
const isAbsolute = (path: string): boolean => path.startsWith('/') || isWindows(path)

function split(path: string): readonly string[] {
  const parts: string[] = []
  for (const part of path.split(isWindows(path) ? /[\\/]/ : '/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return parts
}

/** `path`, relative to the folder of `fromFile`, as it must be written in `toFile` to mean the same. */
export function rebasePath(path: string, fromFile: string, toFile: string): string {
  if (isAbsolute(path) || fromFile === toFile) return path
  const windows = isWindows(fromFile)
  const separator = windows ? '\\' : '/'
  const from = split(fromFile).slice(0, -1)
  const to = split(toFile).slice(0, -1)
  const target: string[] = [...from]
  for (const part of path.split(windows ? /[\\/]/ : '/')) {
    if (part === '..') target.pop()
    else if (part !== '' && part !== '.') target.push(part)
  }
  let shared = 0
  while (shared < to.length && shared < target.length && to[shared] === target[shared]) shared++
  if (shared === 0 && windows) return target.join(separator)
  return [...to.slice(shared).map(() => '..'), ...target.slice(shared)].join(separator)
}

const pathKeys: Record<EntryKind, readonly string[]> = {
  cluster: ['certificate-authority'],
  user: ['client-certificate', 'client-key', 'tokenFile'],
  context: [],
}

/** An entry's value as it must stand in another file; exec.command only when it contains a path separator. */
export function rebaseEntry(kind: EntryKind, value: JsonMap, fromFile: string, toFile: string): JsonMap {
  return withPaths(kind, value, fromFile, (path) => rebasePath(path, fromFile, toFile))
}

/** An entry's value with every path absolute: what means the same in files of different folders is then the same. */
export function absoluteEntry(kind: EntryKind, value: JsonMap, file: string): JsonMap {
  const root = isWindows(file) ? `${file.slice(0, 2)}\\x` : '/x'
  return withPaths(kind, value, file, (path) =>
    isAbsolute(path) ? path : `${root.slice(0, -1)}${rebasePath(path, file, root)}`,
  )
}

function withPaths(kind: EntryKind, value: JsonMap, file: string, moved: (path: string) => string): JsonMap {
  let next = value
  for (const key of pathKeys[kind]) {
    const path = textOf(at(next, key))
    if (path !== null) next = withKey(next, key, moved(path))
  }
  const exec = at(next, 'exec')
  if (kind !== 'user' || !isMap(exec)) return next
  const command = textOf(at(exec, 'command'))
  const separator = isWindows(file) ? /[\\/]/ : /\//
  if (command === null || !separator.test(command) || isAbsolute(command)) return next
  const now = moved(command)
  // Without a separator it would be looked up on PATH.
  const written = separator.test(now) ? now : `.${isWindows(file) ? '\\' : '/'}${now}`
  return withKey(next, 'exec', withKey(exec, 'command', written))
}
