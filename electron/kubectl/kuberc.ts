/**
 * kubectl's own preferences as kubectl reads them (kubectl/pkg/kuberc and client-go's plugin policy, by their source and by
 * kubectl 1.35 itself): which exec commands it may run, and whether it refuses to do anything at all. Text in, values out.
 */
import { posix } from 'node:path'
import * as v from 'valibot'
import type { SourceRange } from '../../shared/kubeconfig/entries'
import { quoted } from '../../shared/visible'
import { jsonOf, Shape } from '../kubeconfig/yaml/shapes'
import { readTree, resolveAlias } from '../kubeconfig/yaml/yaml-tree'

/** What a kuberc says of exec commands. */
export type Kuberc =
  /** All commands may run. */
  | { readonly kind: 'all' }
  | { readonly kind: 'none'; readonly line: number }
  /** Those of the list may run: names that PATH is searched for, or paths. */
  | { readonly kind: 'listed'; readonly allowed: readonly string[]; readonly line: number }
  /** kubectl stops with every command; `why` is part of a sentence. */
  | { readonly kind: 'refused'; readonly why: string; readonly line: number | null }

const all: Kuberc = { kind: 'all' }

/** What differs between the versions of kubectl that support a policy. */
export interface KubercRules {
  /** An item of the list names its program as `command`, too: since 1.36. */
  readonly commandItems: boolean
}

/**
 * Reads the text of a kuberc. `named` by KUBERC: then one that cannot be read stops kubectl, which otherwise only warns. Both
 * pass over unknown parts of it; a policy that contradicts itself stops kubectl in any case.
 */
export function readKuberc(text: string, named: boolean, rules: KubercRules): Kuberc {
  const unusable: Kuberc = named
    ? { kind: 'refused', why: 'no valid preferences are found in it', line: null }
    : all
  const documents = documentsOf(text)
  if (documents === null) return unusable
  for (const { start, end } of documents) {
    const read = preferenceIn(text, start, end, rules)
    if (read !== null) return read
  }
  return documents.length > 0 ? unusable : all
}

/** The documents that are not empty, as apimachinery's YAMLReader cuts them; null where it refuses a separator. */
function documentsOf(text: string): readonly SourceRange[] | null {
  const pieces: SourceRange[] = []
  let start = 0
  const add = (end: number) => {
    const bare = text.slice(start, end).replace(/^---[^\n]*\n?/, '')
    if (bare.trim() !== '') pieces.push({ start, end })
  }
  for (const { 0: line, index } of text.matchAll(/^---.*$/gm)) {
    const rest = line.slice(3).trim()
    if (rest !== '' && !rest.startsWith('#')) return null
    add(index)
    start = index
  }
  add(text.length)
  return pieces
}

const alpha = 'kubectl.config.k8s.io/v1alpha1'
const beta = 'kubectl.config.k8s.io/v1beta1'

const maybe = <T extends v.GenericSchema>(schema: T) => v.nullish(schema)
const text = maybe(v.string())
const options = maybe(v.array(v.nullable(v.object({ name: text, default: text }))))
const texts = maybe(v.array(maybe(v.string())))
const alias = v.object({ name: text, command: text, prependArgs: texts, appendArgs: texts })
const preference = {
  [beta]: v.object({
    defaults: maybe(v.array(v.nullable(v.object({ command: text, options })))),
    aliases: maybe(v.array(v.nullable(v.object({ ...alias.entries, options })))),
    credentialPluginPolicy: text,
    credentialPluginAllowlist: maybe(
      v.array(v.nullable(v.object({ name: text, command: v.optional(v.unknown()) }))),
    ),
  }),
  [alpha]: v.object({
    overrides: maybe(v.array(v.nullable(v.object({ command: text, flags: options })))),
    aliases: maybe(v.array(v.nullable(v.object({ ...alias.entries, flags: options })))),
  }),
} as const

/** What one document says; null where it is not a preferences document of kubectl, and the next is read. */
function preferenceIn(whole: string, start: number, end: number, rules: KubercRules): Kuberc | null {
  const tree = readTree(whole, start, end)
  const root = tree.root === null ? null : resolveAlias(tree.root)
  if (tree.error !== null || root?.kind !== 'map') return null
  const shape = new Shape()
  const value = jsonOf(shape, root)
  const kind = v.safeParse(v.object({ apiVersion: v.string(), kind: v.literal('Preference') }), value)
  if (!kind.success) return null
  const lineOf = (key: string) => {
    const field = shape.fields(root).get(key)
    return field === undefined ? null : whole.slice(0, field.key.start).split('\n').length
  }
  switch (kind.output.apiVersion) {
    case alpha: {
      const read = v.safeParse(preference[alpha], value)
      if (!read.success) return null
      const flags = [...(read.output.aliases ?? []), ...(read.output.overrides ?? [])].map(
        (one) => one?.flags,
      )
      return wrongAliases(read.output.aliases ?? [], flags, lineOf('aliases')) ?? all
    }
    case beta: {
      const read = v.safeParse(preference[beta], value)
      if (!read.success) return null
      const { aliases, defaults, credentialPluginPolicy, credentialPluginAllowlist } = read.output
      const items = itemsOf(credentialPluginAllowlist ?? null, rules)
      if (items === 'contradicts') return null
      const optionSets = [...(aliases ?? []), ...(defaults ?? [])].map((one) => one?.options)
      return (
        wrongAliases(aliases ?? [], optionSets, lineOf('aliases') ?? lineOf('defaults')) ??
        policyOf(credentialPluginPolicy ?? '', items, {
          policy: lineOf('credentialPluginPolicy'),
          list: lineOf('credentialPluginAllowlist'),
        })
      )
    }
    default:
      return null
  }
}

type Named = { readonly name?: string | null | undefined; readonly command?: unknown } | null
type Items = readonly Named[]

function itemsOf(
  items: Items | null,
  { commandItems }: KubercRules,
): readonly string[] | null | 'contradicts' {
  if (items === null) return null
  const names: string[] = []
  for (const item of items) {
    const name = item?.name ?? ''
    const command = item?.command ?? ''
    if (!commandItems) names.push(name)
    else if (typeof command !== 'string') return 'contradicts'
    else if (name !== '' && command !== '' && name !== command) return 'contradicts'
    else names.push(command || name)
  }
  return names
}

const refused = (why: string, line: number | null): Kuberc => ({ kind: 'refused', why, line })

/** kubectl's own validation of the parts that are not the policy: any mistake stops it. */
function wrongAliases(
  aliases: Items,
  options: readonly (Items | null | undefined)[],
  line: number | null,
): Kuberc | null {
  const names = aliases.map((one) => one?.name ?? '')
  if (names.some((name) => !/^[a-zA-Z]+$/.test(name)))
    return refused('the name of an alias may only have letters', line)
  if (new Set(names).size < names.length) return refused('two aliases have one name', line)
  const dashed = options.flat().find((one) => one?.name?.startsWith('-'))
  return dashed ? refused(`the flag ${dashed.name ?? ''} must be named without dashes`, line) : null
}

function policyOf(
  policy: string,
  items: readonly string[] | null,
  lines: { readonly policy: number | null; readonly list: number | null },
): Kuberc {
  const line = lines.policy ?? lines.list
  switch (policy) {
    case '':
    case 'AllowAll':
    case 'DenyAll':
      if (items !== null)
        return refused(`it has a credentialPluginAllowlist while its policy is ${quoted(policy)}`, lines.list)
      return policy === 'DenyAll' ? { kind: 'none', line: line ?? 1 } : all
    case 'Allowlist': {
      if (items === null)
        return refused('its policy is Allowlist, and it has no credentialPluginAllowlist', line)
      if (items.length === 0) return refused('its credentialPluginAllowlist is empty', lines.list)
      if (items.includes('')) return refused('an item of its credentialPluginAllowlist is empty', lines.list)
      const untidy = items.find((one) => cleanPath(one) !== one)
      if (untidy !== undefined)
        return refused(
          `${untidy} in its credentialPluginAllowlist has to be ${cleanPath(untidy)}`,
          lines.list,
        )
      return { kind: 'listed', allowed: items, line: lines.list ?? line ?? 1 }
    }
    default:
      return refused(`it has the unknown credentialPluginPolicy ${quoted(policy)}`, line)
  }
}

/** Go's filepath.Clean, where `/` separates. */
export function cleanPath(path: string): string {
  const normal = posix.normalize(path)
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
}
