/** Whether two entries mean the same to kubectl, however a program wrote them. */
import { at, isMap, type Json, type JsonMap, sameJson } from '../json'

/** Values that kubectl takes for granted in an exec, and writes out when it rewrites a file. */
const granted: Readonly<Record<string, readonly Json[]>> = {
  interactiveMode: ['IfAvailable'],
  provideClusterInfo: [false],
  env: [[]],
  args: [[]],
}

function without(map: JsonMap, left: Readonly<Record<string, readonly Json[]>>): JsonMap {
  const kept: Record<string, Json> = {}
  for (const [key, value] of Object.entries(map)) {
    const usual = left[key] ?? []
    if (value !== null && !usual.some((one) => sameJson(one, value))) kept[key] = value
  }
  return kept
}

function meaning(value: JsonMap): JsonMap {
  const exec = at(value, 'exec')
  const rest = without(value, {})
  return isMap(exec) ? { ...rest, exec: without(exec, granted) } : rest
}

/** A missing entry means the same as a missing one only. */
export function sameMeaning(a: JsonMap | undefined, b: JsonMap | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return sameJson(a, b) || sameJson(meaning(a), meaning(b))
}
