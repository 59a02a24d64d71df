/** The diff of an AWS config file as it may be shown: access keys, tokens and passwords masked. Pure. */
import { type Change, diffOf, unified } from '../../../shared/edits/diff'
import type { PlannedChange } from '../../../shared/edits/plan'
import { mask } from '../../../shared/kubeconfig/entries'
import { isSecretName, maskText } from '../../../shared/kubeconfig/secrets'
import { iniLines } from '../files/ini'

/** The change from one text to the other; null: no such file. */
export function shownConfigChange(
  path: string,
  before: string | null,
  after: string | null,
  changes: readonly Change[],
): PlannedChange {
  const sides = { before: maskedLines(before ?? ''), after: maskedLines(after ?? '') }
  const diff = diffOf(before ?? '', changes, (side, start, line) => {
    const secretFrom = sides[side].get(start)
    return secretFrom === undefined ? maskText(line) : line.slice(0, secretFrom) + mask
  })
  return { path, created: before === null, removed: after === null, diff, unified: unified(path, diff) }
}

/** Where in a remark the value of a secret begins: a secret that is commented out is still one. */
export function secretInRemark(raw: string): number | null {
  const own = /^\s*[#;]+\s*([\w-]+)\s*[=:]\s*/.exec(raw)
  return own && isSecretName(own[1] ?? '') ? own[0].length : null
}

/** Lines with a secret, by their offset in the text; the value is the column where the secret begins. */
function maskedLines(text: string): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  let secret = false
  for (const line of iniLines(text)) {
    const raw = text.slice(line.start, line.end)
    if (line.kind === 'option') {
      secret = isSecretName(line.name)
      if (secret) found.set(line.start, /^[^=:]*[=:]\s*/.exec(raw)?.[0].length ?? 0)
    } else if (line.kind === 'more') {
      // Nested settings have names of their own.
      const own = /^\s*([\w-]+)\s*=\s*/.exec(raw)
      if (secret) found.set(line.start, 0)
      else if (own && isSecretName(own[1] ?? '')) found.set(line.start, own[0].length)
    } else if (line.kind === 'comment') {
      const from = secretInRemark(raw)
      if (from !== null) found.set(line.start, from)
    } else if (line.kind === 'header') secret = false
  }
  return found
}
