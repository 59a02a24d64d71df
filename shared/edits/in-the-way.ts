/** What is in the way of undoing or reapplying a write, as values and in sentences. Of replacing a file, see obstacle.ts. */
import type { ModelKind } from '../kubeconfig/entries'
import { quoted } from '../visible'

/** Why a change cannot be made on what is there now. `name`: of the entry, as it was when it was written. */
export type InTheWay =
  /** A field was changed since. `now`: undefined where it is not to be shown, null for nothing. */
  | {
      readonly why: 'changed'
      readonly kind: ModelKind
      readonly name: string
      readonly field: string
      readonly now: string | null | undefined
    }
  /** Another entry has that name now: `field` tells them apart. */
  | {
      readonly why: 'other-entry'
      readonly kind: ModelKind
      readonly name: string
      readonly field: string
      readonly now: string | null | undefined
    }
  | { readonly why: 'gone'; readonly kind: ModelKind; readonly name: string; readonly file: string }
  /** It would go, but was changed since. */
  | { readonly why: 'edited'; readonly kind: ModelKind; readonly name: string }
  /** It would go, but a context uses it, of a section another one. `beside`: that context's file, where it is none of the list. */
  | {
      readonly why: 'used'
      readonly kind: ModelKind
      readonly name: string
      readonly by: string
      readonly beside: string | null
    }
  | { readonly why: 'name-taken'; readonly kind: ModelKind; readonly name: string; readonly file: string }
  /** What the context, or section, would name is not there. */
  | {
      readonly why: 'dangling'
      readonly kind: ModelKind
      readonly name: string
      /** What it would name: of a context a cluster or user. */
      readonly field: string
      readonly target: string
    }
  | { readonly why: 'current-context'; readonly file: string; readonly now: string | null }
  | { readonly why: 'current-dangling'; readonly name: string }
  /** The context of that name leads elsewhere than it did when it was the current one. */
  | {
      readonly why: 'current-elsewhere'
      readonly name: string
      /** `file` of the context, `cluster` or `user`, or what one of these two is known by. */
      readonly field: string
      /** Null: there is none. */
      readonly now: string | null
    }
  | { readonly why: 'file-gone'; readonly file: string }
  | { readonly why: 'file-unreadable'; readonly file: string; readonly problem: string }
  /** Asked for by name, but this write did not change it. */
  | { readonly why: 'no-part'; readonly name: string }

/** What an entry is and is called, as a sentence says it: a section of an AWS config file by what it is about. */
export function calledIn(kind: ModelKind, name: string): readonly [string, string] {
  const [, about, of] = (kind === 'section' && /^(profile|sso-session|services) (.*)$/s.exec(name)) || []
  return about === undefined || of === undefined ? [kind, name] : [about, of]
}

/** The same as it stands in a sentence. */
export const called = (kind: ModelKind, name: string): string => {
  const [is, of] = calledIn(kind, name)
  return `${is} ${quoted(of)}`
}

/** What is in the way, in one sentence. */
export function inTheWaySentence(what: InTheWay): string {
  switch (what.why) {
    case 'changed': {
      const { kind, name, field, now } = what
      const is =
        now === undefined ? 'was changed since' : now === null ? 'is empty now' : `is ${quoted(now)} now`
      return `The ${field} of the ${called(kind, name)} ${is}.`
    }
    case 'other-entry': {
      const { kind, name, field, now } = what
      const is = now === undefined ? 'another' : now === null ? 'empty' : quoted(now)
      return `The ${called(kind, name)} is another entry now: its ${field} is ${is}.`
    }
    case 'gone':
      return `The ${called(what.kind, what.name)} is no longer in ${what.file}.`
    case 'edited':
      return `The ${called(what.kind, what.name)} would be removed, but was changed since.`
    case 'used': {
      const beside = what.beside === null ? '' : ` of ${what.beside}`
      const by = called(what.kind === 'section' ? 'section' : 'context', what.by)
      return `The ${called(what.kind, what.name)} would be removed, but the ${by}${beside} uses it.`
    }
    case 'name-taken': {
      const [is, name] = calledIn(what.kind, what.name)
      return `Another ${is} is called ${quoted(name)} in ${what.file} now.`
    }
    case 'dangling':
      return `The ${called(what.kind, what.name)} would name the ${what.field} ${quoted(what.target)}, which is not there.`
    case 'current-context':
      return what.now === null
        ? `current-context of ${what.file} is empty now.`
        : `current-context of ${what.file} is ${quoted(what.now)} now.`
    case 'current-dangling':
      return `current-context would name the context ${quoted(what.name)}, which is not there.`
    case 'current-elsewhere': {
      const is = what.now === null ? 'not there' : what.now || 'empty'
      return `current-context would lead somewhere else than before: the ${what.field} of ${quoted(what.name)} is ${is} now.`
    }
    case 'file-gone':
      return `The file ${what.file} is gone.`
    case 'file-unreadable':
      return `Nothing is written to ${what.file}: ${what.problem.replace(/\.$/, '')}.`
    case 'no-part':
      return `This write did not change the context ${quoted(what.name)}.`
  }
}
