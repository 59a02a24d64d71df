/** Whether two entries mean the same to kubectl, however a program wrote them. */
import { at, canonicalText, isMap, type Json, type JsonMap, sameJson } from '../json'

type Usual = Readonly<Record<string, readonly Json[]>>

/** Values that kubectl takes for granted in an exec, and writes out when it rewrites a file. */
const granted: Usual = { provideClusterInfo: [false], env: [[]], args: [[]] }
/** v1 has no default for it: kubectl refuses an entry without. */
const grantedBeforeV1: Usual = { ...granted, interactiveMode: ['IfAvailable'] }

function without(map: JsonMap, left: Usual): JsonMap {
  const kept: Record<string, Json> = {}
  for (const [key, value] of Object.entries(map)) {
    const usual = left[key] ?? []
    if (value !== null && !usual.some((one) => sameJson(one, value))) kept[key] = value
  }
  return kept
}

/** A value without what kubectl takes for granted. */
export function meaning(value: JsonMap): JsonMap {
  const exec = at(value, 'exec')
  const rest = without(value, {})
  if (!isMap(exec)) return rest
  const v1 = at(exec, 'apiVersion') === 'client.authentication.k8s.io/v1'
  return { ...rest, exec: without(exec, v1 ? granted : grantedBeforeV1) }
}

/** A value as text that is the same for every value of the same meaning. */
export const meaningKey = (value: JsonMap): string => canonicalText(meaning(value))

/** A missing entry means the same as a missing one only. */
export function sameMeaning(a: JsonMap | undefined, b: JsonMap | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return sameJson(a, b) || sameJson(meaning(a), meaning(b))
}
