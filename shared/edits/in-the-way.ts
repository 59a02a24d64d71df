/** What is in the way of undoing or reapplying a write, as values and in sentences. Of replacing a file, see obstacle.ts. */
import type { ModelKind } from '../kubeconfig/entries'
import { quoted } from '../visible'
import { nothingWritten } from './refusal'

/** `name`: as it was when it was written. */
interface Entry {
  readonly kind: ModelKind
  readonly name: string
}
/** `now`: undefined where it is not to be shown, null for nothing. */
interface Field extends Entry {
  readonly field: string
  readonly now: string | null | undefined
}
interface InFile {
  readonly file: string
}

/** Each reason why a change cannot be made on what is there now: what is known of it, and its sentence. */
const sentences = {
  /** A field was changed since. */
  changed: ({ kind, name, field, now }: Field) =>
    `The ${field} of the ${called(kind, name)} ${now === undefined ? 'was changed since' : `is ${shown(now)} now`}.`,
  /** Another entry has that name now: `field` distinguishes them. */
  'other-entry': ({ kind, name, field, now }: Field) =>
    `The ${called(kind, name)} is another entry now: its ${field} is ${now === undefined ? 'another' : shown(now)}.`,
  gone: ({ kind, name, file }: Entry & InFile) => `The ${called(kind, name)} is no longer in ${file}.`,
  /** It would go, but was changed since. */
  edited: ({ kind, name }: Entry) => `The ${called(kind, name)} would be removed, but was changed since.`,
  /** It would go, but a context (or another section) uses it. `beside`: that context's file, where it is outside the list. */
  used: ({ kind, name, by, beside }: Entry & { readonly by: string; readonly beside: string | null }) =>
    `The ${called(kind, name)} would be removed, but the ${called(kind === 'section' ? 'section' : 'context', by)}${beside === null ? '' : ` of ${beside}`} uses it.`,
  'name-taken'({ kind, name, file }: Entry & InFile) {
    const [is, of] = calledIn(kind, name)
    return `Another ${is} is called ${quoted(of)} in ${file} now.`
  },
  /** What the context, or section, would name (`field`: of a context a cluster or user) is not there. */
  dangling: ({ kind, name, field, target }: Entry & { readonly field: string; readonly target: string }) =>
    `The ${called(kind, name)} would name the ${field} ${quoted(target)}, which is not there.`,
  'current-context': ({ file, now }: InFile & { readonly now: string | null }) =>
    `current-context of ${file} is ${shown(now)} now.`,
  'current-dangling': ({ name }: { readonly name: string }) =>
    `current-context would name the context ${quoted(name)}, which is not there.`,
  /**
   * The context of that name refers to something else than when it was the current one. `field`: `file` of the context, `cluster`
   * or `user`, or what one of these two is known by; `now` null: there is none.
   */
  'current-elsewhere': ({
    name,
    field,
    now,
  }: Omit<Field, 'kind' | 'now'> & { readonly now: string | null }) =>
    `current-context would lead somewhere else than before: the ${field} of ${quoted(name)} is ${now === null ? 'not there' : now || 'empty'} now.`,
  'file-gone': ({ file }: InFile) => `The file ${file} is gone.`,
  'file-unreadable': ({ file, problem }: InFile & { readonly problem: string }) =>
    nothingWritten(file, problem),
  /** Requested by name, but this write did not change it. */
  'no-part': ({ name }: { readonly name: string }) =>
    `This write did not change the context ${quoted(name)}.`,
}

const shown = (now: string | null): string => (now === null ? 'empty' : quoted(now))

type Known = { readonly [W in keyof typeof sentences]: Parameters<(typeof sentences)[W]>[0] }
type Of<W extends keyof Known> = { [P in W]: Known[P] & { readonly why: P } }[W]
export type InTheWay = Of<keyof Known>

const table: { readonly [W in keyof Known]: (what: Known[W]) => string } = sentences

/** What is in the way, in one sentence. */
export const inTheWaySentence = <W extends keyof Known>(what: Of<W>): string => table[what.why](what)

/** The kind and name of an entry, as a sentence says them: a section of an AWS config file by what it is about. */
export function calledIn(kind: ModelKind, name: string): readonly [string, string] {
  const [, about, of] = (kind === 'section' && /^(profile|sso-session|services) (.*)$/s.exec(name)) || []
  return about === undefined || of === undefined ? [kind, name] : [about, of]
}

/** The same as a sentence has it. */
export const called = (kind: ModelKind, name: string): string => {
  const [is, of] = calledIn(kind, name)
  return `${is} ${quoted(of)}`
}
