/**
 * How much of a kubeconfig may be shown, by the schema. It fails closed: nothing is shown that the schema does not know,
 * or that is where something else belongs. Inspector, diffs, log, export and the page's copy all use this.
 */
import { isList, isMap, type Json } from '../json'
import { assertNever } from '../result'
import { mask } from './entries'
import { shownKeys } from './fields'
import { type Key, type Keys, keyOf, type ValueKey, type Visibility } from './schema'
import { isSecretName, isShownWord, maskAddress, maskArguments, maskText } from './secrets'

interface ScalarPart {
  readonly kind: 'scalar'
  readonly value: string
}
interface SequencePart<S> {
  readonly kind: 'sequence'
  readonly items: readonly { readonly node: Part<S> }[]
}
interface MapPart<S> {
  readonly kind: 'map'
  readonly pairs: readonly { readonly key: Part<S>; readonly value: Part<S> }[]
}
type Whole<S> = (ScalarPart & S) | SequencePart<S> | MapPart<S>

/** A value in its parts; `S` is what is known of a scalar beyond its text. */
export type Part<S> = Whole<S> | { readonly kind: 'alias'; readonly target: Whole<S> }

export interface Look<S> {
  /** Names of entries, which may be written anywhere (`isShownWord`). */
  readonly isName: (text: string) => boolean
  /**
   * Called with each scalar: what may be shown of it, null for nothing, and what the schema says of it. By an alias the
   * same scalar may come again; then both answers hold.
   */
  readonly show: (scalar: ScalarPart & S, text: string | null, key: Key | null) => void
}

/** A value as it may be shown, where it is a text. */
export function shownText(shown: Visibility, text: string): string {
  switch (shown) {
    case 'name':
      return text
    case 'public':
    case 'arguments':
      return maskText(text)
    case 'address':
      return maskAddress(text)
    default:
      return mask
  }
}

/** JSON in its parts, each with what it is. */
export type JsonPart = { readonly json: Json } & (
  | ScalarPart
  | { readonly kind: 'sequence'; readonly items: readonly { readonly node: JsonPart }[] }
  | { readonly kind: 'map'; readonly pairs: readonly { readonly key: JsonPart; readonly value: JsonPart }[] }
)

export function partOf(json: Json): JsonPart {
  if (isList(json)) return { json, kind: 'sequence', items: json.map((item) => ({ node: partOf(item) })) }
  if (!isMap(json)) return { json, kind: 'scalar', value: json === null ? '' : String(json) }
  const pairs = Object.entries(json).map(([key, value]) => ({ key: partOf(key), value: partOf(value) }))
  return { json, kind: 'map', pairs }
}

/** Looks at every scalar of a value whose keys are these. */
export function maskParts<S>(part: Part<S>, keys: Keys, look: Look<S>): void {
  new Walk(look).map(part, keys)
}

class Walk<S> {
  private readonly look: Look<S>
  /** The targets of aliases, and the rules by which each was looked at already. */
  private readonly seen = new Map<Whole<S>, Set<unknown>>()

  constructor(look: Look<S>) {
    this.look = look
  }

  map(part: Part<S>, keys: Keys): void {
    this.follow(part, keys, (whole) => {
      if (whole.kind !== 'map') this.hide(whole)
      else this.pairs(whole, keys)
    })
  }

  private pairs(map: MapPart<S>, keys: Keys): void {
    for (const { key, value } of map.pairs) {
      const name = textOf(key)
      const known = keyOf(keys, name)
      if (known !== undefined) {
        this.word(key, true)
        this.value(value, known, map)
      } else if (name === '<<') {
        this.word(key, true)
        this.merge(value, keys)
      } else {
        this.name(key, value)
        this.hide(value)
      }
    }
  }

  private merge(part: Part<S>, keys: Keys): void {
    const whole = behind(part)
    if (whole.kind === 'sequence') for (const { node } of whole.items) this.map(node, keys)
    else this.map(part, keys)
  }

  private value(part: Part<S>, key: Key, around: MapPart<S>): void {
    switch (key.type) {
      case 'map':
        this.map(part, key.keys)
        break
      case 'list':
        this.list(part, key, key.keys)
        break
      case 'by-name':
        this.byName(part, key.shown === 'public')
        break
      case 'any':
        if (this.isOpen(key.shown, around)) this.open(part)
        else this.hide(part)
        break
      case 'texts':
        this.texts(part, key)
        break
      case 'text':
      case 'data':
      case 'file':
      case 'program':
      case 'flag':
        this.scalar(part, this.isOpen(key.shown, around) ? 'public' : key.shown, key)
        break
      default:
        assertNever(key)
    }
  }

  /** A map of any names, as impersonation's extra and an auth-provider's configuration. */
  private byName(part: Part<S>, isOpen: boolean): void {
    this.follow(part, isOpen, (whole) => {
      if (whole.kind !== 'map') this.hide(whole)
      else
        for (const { key, value } of whole.pairs) {
          this.name(key, value)
          if (isOpen && !isSecretName(textOf(key))) this.open(value)
          else this.hide(value)
        }
    })
  }

  /** Shows any value here, but for what looks like a secret. */
  private open(part: Part<S>): void {
    this.follow(part, 'open', (whole) => {
      if (whole.kind === 'scalar') this.look.show(whole, maskText(whole.value), null)
      else if (whole.kind === 'map') this.byName(whole, true)
      else {
        const shown = maskArguments(whole.items.map(({ node }) => textOf(node)))
        for (const [index, { node }] of whole.items.entries()) {
          const item = behind(node)
          if (item.kind === 'scalar') this.look.show(item, shown[index] ?? null, null)
          else this.open(node)
        }
      }
    })
  }

  private texts(part: Part<S>, key: ValueKey): void {
    const whole = behind(part)
    if (whole.kind !== 'sequence') {
      this.hide(part)
      return
    }
    const shown = maskArguments(whole.items.map(({ node }) => textOf(node)))
    for (const [index, { node }] of whole.items.entries()) {
      const item = behind(node)
      if (key.shown !== 'arguments' || item.kind !== 'scalar') this.scalar(node, key.shown, key)
      else this.look.show(item, shown[index] ?? null, key)
    }
  }

  private list(part: Part<S>, key: Key, keys: Keys): void {
    this.follow(part, key, (whole) => {
      if (whole.kind !== 'sequence') this.hide(whole)
      else for (const { node } of whole.items) this.map(node, keys)
    })
  }

  private scalar(part: Part<S>, shown: Visibility, key: ValueKey): void {
    const whole = behind(part)
    if (whole.kind !== 'scalar' || shown === 'never' || typeof shown === 'object') this.hide(part)
    else {
      // A line of a certificate may be as long as a secret access key.
      const value = key.type === 'data' ? whole.value.replace(/[\r\n]/g, '') : whole.value
      const text = shownText(shown, value)
      this.look.show(whole, text === value ? whole.value : text, key)
    }
  }

  /** Nothing of it is shown; that it is empty may be seen. */
  private hide(part: Part<S>): void {
    this.follow(part, 'hide', (whole) => {
      if (whole.kind === 'scalar') this.look.show(whole, isNothing(whole.value) ? whole.value : null, null)
      else if (whole.kind === 'sequence') for (const { node } of whole.items) this.hide(node)
      else
        for (const { key, value } of whole.pairs) {
          this.word(key, false)
          this.hide(value)
        }
    })
  }

  /** A key that is any word: `{hunter2}` is a key, too. */
  private name(key: Part<S>, value: Part<S>): void {
    const [word, whole] = [textOf(key), behind(value)]
    const bare = whole.kind === 'scalar' && isNothing(whole.value)
    this.word(key, !bare && isShownWord(word, this.look.isName))
  }

  private word(key: Part<S>, isShown: boolean): void {
    const whole = behind(key)
    if (isShown && whole.kind === 'scalar') this.look.show(whole, maskText(whole.value), null)
    else this.hide(whole)
  }

  /** Whether a value is public for the name next to it. */
  private isOpen(shown: Visibility, around: MapPart<S>): boolean {
    if (typeof shown !== 'object') return shown === 'public'
    const names = around.pairs.filter(({ key }) => ['name', '<<'].includes(textOf(key)))
    return names.length > 0 && names.every(({ value }) => shown.besides.has(textOf(value)))
  }

  private follow(part: Part<S>, rule: unknown, look: (whole: Whole<S>) => void): void {
    const whole = behind(part)
    if (part.kind === 'alias') {
      const rules = this.seen.get(whole) ?? new Set()
      if (rules.has(rule)) return
      this.seen.set(whole, rules.add(rule))
    }
    look(whole)
  }
}

const behind = <S>(part: Part<S>): Whole<S> => (part.kind === 'alias' ? part.target : part)

function textOf<S>(part: Part<S>): string {
  const whole = behind(part)
  return whole.kind === 'scalar' ? whole.value : ''
}

/** What client-go treats as empty. */
const isNothing = (text: string): boolean => /^(?:~|null|Null|NULL)?$/.test(text)

/** A page's record that was just made, with the fields of `raw` as the page may have them. */
export function shownFields<E extends object, R extends object>(fresh: E, keys: Keys, raw: R): E
export function shownFields(
  fresh: Record<string, unknown>,
  keys: Keys,
  raw: Readonly<Record<string, unknown>>,
): object {
  for (const [, { field, shown }] of shownKeys(keys)) {
    const value = raw[field]
    fresh[field] = typeof value === 'string' ? shownText(shown, value) : value
  }
  return fresh
}
