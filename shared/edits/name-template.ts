/** Names from templates: `{account}-{cluster|lower}-{role}`. Unknown fields and filters are reported, not guessed. */

import { shortRegion } from '../identity/regions'

export const templateFields = [
  'account',
  'account-id',
  'account-short',
  'cluster',
  'region',
  'role',
  'profile',
  'partition',
  'namespace',
  'context',
  'user',
] as const
export type TemplateField = (typeof templateFields)[number]
/**
 * `account`: its name, where one is known; else its number, as `account-id` always is. `account-short`: the same, of a number the
 * shortest end that no other account has.
 */
export type TemplateValues = Partial<Record<TemplateField, string | null>>

const filters = {
  lower: (text: string) => text.toLowerCase(),
  upper: (text: string) => text.toUpperCase(),
  /** Letters, digits and dashes: what fits everywhere. */
  slug: (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|(?<!-)-+$/g, ''),
  /** The last part of a path or ARN. */
  last: (text: string) => text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf(':')) + 1),
  first3: (text: string) => text.slice(0, 3),
  /** `euw1` of eu-west-1; what is no region stays. */
  short: shortRegion,
}
export type TemplateFilter = keyof typeof filters
const isFilter = (name: string): name is TemplateFilter => Object.hasOwn(filters, name)
export const templateFilters: readonly TemplateFilter[] = Object.keys(filters).filter(isFilter)

export interface Template {
  readonly text: string
  readonly parts: readonly (
    | string
    | { readonly field: TemplateField; readonly filters: readonly TemplateFilter[] }
  )[]
}

const isField = (name: string): name is TemplateField => templateFields.some((field) => field === name)

/** Reads a template; a sentence when it is none. `{{` and `}}` are the braces themselves. */
export function parseTemplate(text: string): { readonly template: Template } | { readonly problem: string } {
  const parts: Template['parts'][number][] = []
  for (const [found, literal, field] of text.matchAll(/((?:[^{}]|\{\{|\}\})+)|\{([^}]*)\}|[{}]/g)) {
    if (literal !== undefined) {
      parts.push(literal.replace(/\{\{|\}\}/g, (braces) => braces.charAt(0)))
      continue
    }
    if (field === undefined)
      return {
        problem:
          found === '{'
            ? 'A { is not closed; write {{ for the brace itself.'
            : 'A } has no { before it; write }} for the brace itself.',
      }
    const [name = '', ...wanted] = field.split('|').map((part) => part.trim())
    if (!isField(name))
      return { problem: `There is no field {${name}}; known are ${templateFields.join(', ')}.` }
    const unknown = wanted.find((filter) => !isFilter(filter))
    if (unknown !== undefined)
      return { problem: `There is no filter |${unknown}; known are ${templateFilters.join(', ')}.` }
    parts.push({ field: name, filters: wanted.filter(isFilter) })
  }
  return { template: { text, parts } }
}

/** The name for one context; a field without a value leaves no doubled separators behind. */
export function fillTemplate(template: Template, values: TemplateValues): string {
  const filled = template.parts.map((part) => {
    if (typeof part === 'string') return part
    const value = values[part.field] ?? ''
    return part.filters.reduce((text, name) => filters[name](text), value)
  })
  const gap = template.parts.some((part, i) => typeof part !== 'string' && filled[i] === '')
  const name = filled.join('')
  return gap ? name.replace(/([-_./:])[-_./:]+/g, '$1').replace(/^[-_./:]+|(?<![-_./:])[-_./:]+$/g, '') : name
}

/**
 * Names for many contexts at once, made unique among themselves and against `taken` by `-2`, `-3` …; `collided`
 * marks those that had to be.
 */
export function fillAll(
  template: Template,
  rows: readonly TemplateValues[],
  taken: ReadonlySet<string>,
): readonly { readonly name: string; readonly collided: boolean }[] {
  const used = new Set(taken)
  return rows.map((values) => {
    const wanted = fillTemplate(template, values)
    let name = wanted
    for (let i = 2; used.has(name) || name === ''; i++) name = `${wanted}-${i}`
    used.add(name)
    return { name, collided: name !== wanted }
  })
}

/** The shortest end of a number that people tell accounts by. */
const leastEnd = 4

/** The values of an account's fields, among all accounts. */
export function accountValues(accounts: Iterable<string | null>, names: ReadonlyMap<string, string>) {
  const numbers = [...new Set([...accounts, ...names.keys()])].flatMap((one) => one ?? [])
  const endOf = (account: string): string => {
    for (let letters = leastEnd; letters < account.length; letters += 1) {
      const end = account.slice(-letters)
      if (numbers.every((other) => other === account || !other.endsWith(end))) return end
    }
    return account
  }
  return (account: string | null) => ({
    account: account === null ? null : (names.get(account) ?? account),
    'account-id': account,
    'account-short': account === null ? null : (names.get(account) ?? endOf(account)),
  })
}

/** By which names are made where nothing else is said, and no two would be alike. */
export const plainTemplate = '{account-short}-{cluster}-{region|short}'
const withRole = `${plainTemplate}-{role|lower}`

/** The template that names are made by unless another is given: with the role only where two would be alike without it. */
export function usualTemplate(rows: readonly TemplateValues[], taken: ReadonlySet<string>): string {
  const parsed = parseTemplate(plainTemplate)
  const isTold = 'template' in parsed && fillAll(parsed.template, rows, taken).every((one) => !one.collided)
  return isTold ? plainTemplate : withRole
}
