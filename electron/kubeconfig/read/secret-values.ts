/** Every secret that main holds at this moment, by value: the log must never write these, in no error. */
import { type EntryKind, entryKinds, mask } from '../../../shared/kubeconfig/entries'
import { jsonOf } from '../../../shared/kubeconfig/fields'
import { maskParts, type Part, partOf } from '../../../shared/kubeconfig/masking'
import { configKeys, elementKeys, entryKeys, execKeys } from '../../../shared/kubeconfig/schema'
import { longSecrets } from '../../../shared/kubeconfig/secrets'
import { assertNever } from '../../../shared/result'
import type { KubeconfigDocument } from './document'
import { entriesOf } from './merge'
import type { ReadFile } from './project-snapshot'

/** All that is masked where an entry is shown: the whole value, and the masked part alone. */
export function secretsOfFiles(files: readonly ReadFile[]): readonly string[] {
  return files.flatMap(({ document }) => (document === null ? [] : secretsOf(document)))
}

const known = new WeakMap<KubeconfigDocument, readonly string[]>()

function secretsOf(document: KubeconfigDocument): readonly string[] {
  const made = known.get(document)
  if (made !== undefined) return made
  const found = new Set<string>()
  const look = {
    isName: () => false,
    show: ({ value }: { readonly value: string }, shown: string | null) => {
      // An address that is shown as it is dialled has nothing masked.
      if (shown === value || shown?.includes(mask) === false) return
      found.add(value)
      if (shown !== null) for (const part of maskedIn(value, shown)) found.add(part)
    },
  }
  const top = document.top()
  if (top !== null) maskParts(top, configKeys, look)
  for (const kind of entryKinds)
    for (const { index } of document.scan === null ? [] : entriesOf(document, kind))
      if (document.isGenerated(kind, index)) maskParts(fieldsAt(document, kind, index), entryKeys[kind], look)
      // The root of a file that was parsed has its entries in it.
      else if (document.foundBy === 'scan') maskParts(document.node(kind, index), elementKeys[kind], look)
  const secrets = longSecrets(found)
  known.set(document, secrets)
  return secrets
}

/** An entry that was read without a tree gets none for this: there may be ten thousand. */
function fieldsAt(document: KubeconfigDocument, kind: EntryKind, index: number): Part<object> {
  switch (kind) {
    case 'context':
      return partOf(jsonOf(entryKeys.context, document.context(index)))
    case 'cluster':
      return partOf(jsonOf(entryKeys.cluster, document.cluster(index)))
    case 'user': {
      const user = document.user(index)
      const fields = jsonOf(entryKeys.user, user)
      if (user.exec === null) return partOf(fields)
      const env = user.exec.env.map(({ name, value }) => ({ name, value }))
      return partOf({ ...fields, exec: { ...jsonOf(execKeys, user.exec), env } })
    }
    default:
      return assertNever(kind)
  }
}

/** The masked part of a value: from its first masked character to its last, and of an address the password. */
function maskedIn(value: string, shown: string): readonly string[] {
  let [start, end] = [0, value.length]
  while (start < end && value[start] === shown[start]) start++
  while (end > start && value[end - 1] === shown[shown.length - value.length + end - 1]) end--
  const masked = value.slice(start, end)
  const colon = masked.indexOf(':')
  // `token:@host` has its secret in the place of the user.
  const secrets = [masked, masked.slice(colon + 1) || masked.slice(0, colon)]
  // Of an address that leads nowhere all is masked, and the password is one of its words.
  return masked.includes('@') ? [...secrets, ...masked.split(/[:/@]+/)] : secrets
}
