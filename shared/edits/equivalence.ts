/**
 * Whether two values mean the same to kubectl, however a program wrote them: what it decodes of both is equal, with its
 * defaults filled in. Keys that it does not know count as they are written, because Ekscope leaves them unchanged.
 */
import { canonicalText, isList, isMap, type Json, type JsonMap, mapOf, sameJson } from '../json'
import type { ModelKind } from '../kubeconfig/entries'
import { absoluteEntry } from '../kubeconfig/relative-paths'
import { execKeys, type Key, type Keys, keyOf, modelKeys } from '../kubeconfig/schema'

/**
 * What kubectl decodes of a key's value; undefined where that is the same as of an absent key. A value that the key cannot
 * hold, as a masked one, stays unchanged.
 */
function decoded(key: Key | undefined, value: Json, all: boolean): Json | undefined {
  if (key === undefined) return all ? value : undefined
  if (value === null) return undefined
  switch (key.type) {
    case 'text':
    case 'file':
    case 'program':
      return value === '' ? undefined : value
    case 'data': {
      const data = typeof value === 'string' ? value.replaceAll(/[\r\n]/g, '') : value
      return data === '' ? undefined : data
    }
    case 'flag':
      return value === false ? undefined : value
    case 'texts':
      return unlessEmpty(value, (list) => list.map((item) => item ?? ''))
    case 'list':
      return unlessEmpty(value, (list) => {
        const items = list.map((item) =>
          item === null || isMap(item) ? asKubectlReads(key.keys, item, all) : item,
        )
        return key.ordered ? items : [...items].sort(byText)
      })
    // An empty one counts nevertheless: kubectl treats an exec without a command as a mistake.
    case 'map':
      return isMap(value) ? asKubectlReads(key.keys, value, all) : value
    case 'by-name': {
      if (!isMap(value)) return value
      const pairs = Object.entries(value)
      const blank = (item: Json) => item === '' || (isList(item) && item.length === 0)
      return pairs.length === 0
        ? undefined
        : mapOf(pairs.map(([name, item]) => [name, blank(item) ? null : item]))
    }
    case 'any':
      return value
  }
}

function unlessEmpty(value: Json, read: (list: readonly Json[]) => readonly Json[]): Json | undefined {
  if (!isList(value)) return value
  return value.length === 0 ? undefined : read(value)
}

function byText(a: Json, b: Json): number {
  const [one, other] = [canonicalText(a), canonicalText(b)]
  return one < other ? -1 : one > other ? 1 : 0
}

/** kubectl fills it in for these versions; an entry of v1 without it is refused. */
const usualMode = 'IfAvailable'
const versionsWithMode: readonly (Json | undefined)[] = ['v1alpha1', 'v1beta1'].map(
  (version) => `client.authentication.k8s.io/${version}`,
)

/** A map of these keys as kubectl decodes it; `all`: with those that it does not know. */
export function asKubectlReads(keys: Keys | null, map: JsonMap | null, all = true): JsonMap {
  if (keys === null) return map ?? {}
  const found = Object.entries(map ?? {}).flatMap(([name, value]): readonly (readonly [string, Json])[] => {
    const is = decoded(keyOf(keys, name), value, all)
    return is === undefined ? [] : [[name, is]]
  })
  const usual = keys === execKeys && versionsWithMode.includes(map?.apiVersion)
  return mapOf(found.filter(([name, is]) => !(usual && name === 'interactiveMode' && is === usualMode)))
}

/** An entry's value as kubectl decodes it. */
export const meaning = (kind: ModelKind, value: JsonMap, all = true): JsonMap =>
  asKubectlReads(modelKeys[kind], value, all)

/** A value as text that is the same for every value of the same meaning. */
export const meaningKey = (kind: ModelKind, value: JsonMap): string => canonicalText(meaning(kind, value))

/**
 * Whether two entries mean the same; a missing one means the same as a missing one only. In `file` relative paths are
 * compared by what they resolve to, without it as they are written.
 */
export function sameMeaning(
  kind: ModelKind,
  a: JsonMap | undefined,
  b: JsonMap | undefined,
  file?: string,
  all = true,
): boolean {
  if (a === undefined || b === undefined) return a === b
  if (sameJson(a, b)) return true
  const [one, other] = file === undefined ? [a, b] : [a, b].map((value) => absoluteEntry(kind, value, file))
  return one !== undefined && other !== undefined && sameJson(meaning(kind, one, all), meaning(kind, other))
}

/** The same, but for keys that kubectl does not know and dropped when it rewrote the entry. */
export const isUnchanged = (kind: ModelKind, was: JsonMap, now: JsonMap, file: string): boolean =>
  sameMeaning(kind, was, now, file) || sameMeaning(kind, was, now, file, false)
