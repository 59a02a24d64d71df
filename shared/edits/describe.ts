/** What a description says of the entries that an edit is about. The sentence of each edit is in kinds.ts. */

import type { ExecMeaning } from '../exec/parse'
import { meaningOf } from '../exec/set-values'
import { expectedIn } from '../identity/expected'
import type { ProfilePin } from '../identity/identity'
import { at, isMap, type JsonMap, textOf } from '../json'
import { type EntryId, type EntryKind, nameInId } from '../kubeconfig/entries'
import type { Draft, ReadScope } from './draft'
import { renamedWith } from './rename'

export interface EditDescription {
  /** The context, user or cluster that it is about. */
  readonly subject: string
  readonly what: string
  /** Both null: the edit sets no single value. */
  readonly was: string | null
  readonly now: string | null
}

/** One line: `stage-admin: role arn:…/Developer → arn:…/Admin`. */
export function editLine({ subject, what, was, now }: EditDescription): string {
  if (was === null && now === null) return `${subject}: ${what}`
  return `${subject}: ${what} ${was ?? '(none)'} → ${now ?? '(none)'}`
}

/**
 * A name as a line says it: in quotes where it is nothing, or holds what separates the parts of a line, so that no
 * two names, or lists of names, read the same.
 */
export const lineName = (name: string): string =>
  /^$|^\s|\s$|, |: | → |[“”]| \(was /.test(name) ? `“${name.replaceAll('”', '””')}”` : name

/** The former name, written after a name. */
const then = '(?: \\(was (?:“(?:[^”]|””)*”(?!”)|.*?)\\))?'

/** The names that a line begins with, and the line without them; null where it begins with no list of names. */
export function subjectsOf(
  line: string,
): { readonly names: readonly string[]; readonly rest: string } | null {
  const names: string[] = []
  const one = new RegExp(`“((?:[^”]|””)*)”(?!”)${then}|(.*?)${then}(?=, |: )`, 'gsy')
  for (let at = 0; ; ) {
    one.lastIndex = at
    const found = one.exec(line)
    if (!found) return null
    names.push(found[1] === undefined ? (found[2] ?? '') : found[1].replaceAll('””', '”'))
    at = one.lastIndex
    const between = line.slice(at, at + 2)
    at += 2
    if (between === ': ') return { names, rest: line.slice(at) }
    if (between !== ', ') return null
  }
}

/** The line with the present names; each name that changed shows its former one. */
export function withNamesNow(line: string, now: (name: string) => string): string {
  const about = subjectsOf(line)
  if (about === null) return line
  const others = about.names.some((name) => now(name) !== name)
  const said = (name: string) => {
    const is = now(name)
    return is === name ? lineName(name) : `${lineName(is)} (was ${lineName(name)})`
  }
  return others ? `${about.names.map(said).join(', ')}: ${about.rest}` : line
}

/** A profile with how it is pinned, as the entry has it. */
export function pinnedProfile(profile: string | null, pin: ProfilePin): string | null {
  if (profile === null || pin === 'none') return profile
  if (pin === 'wrapper') return profile
  return `${profile} (${pin === 'arg' ? '--profile' : 'AWS_PROFILE'})`
}

/** Where descriptions find entries: a draft, or a snapshot that is not made into one. */
export interface KnownEntries extends Pick<Draft, 'get' | 'behind' | 'called' | 'usersOf'> {
  readonly list: Pick<ReadScope, 'currentContext'>
}

/** Of more, a line says how many they are. */
const mostNamed = 6

/** Names of contexts, or how many they are. */
export const namesOrCount = (contexts: readonly string[]): string =>
  contexts.length > mostNamed ? `${contexts.length} contexts` : contexts.join(', ')

/** The same as a line says it. */
export const titledNames = (contexts: readonly string[]): string => namesOrCount(contexts.map(lineName))

/** The names of entries and what they hold before an edit. */
export type Facts = ReturnType<typeof factsOf>

export function factsOf(entries: KnownEntries) {
  const called = (name: string | null) => (name === null ? null : entries.called(name))
  /** As a line says it; where there is no such entry, the name that its id has. */
  const name = (id: EntryId): string => lineName(called(entries.get(id)?.name ?? nameInId(id)) ?? '')
  const countOf = (ids: readonly EntryId[]) => {
    const kinds = new Set(ids.map((id) => entries.get(id)?.kind ?? 'context'))
    const [kind = 'context'] = kinds
    return `${ids.length} ${kinds.size === 1 ? `${kind}s` : 'entries'}`
  }
  const behind = (id: EntryId, kind: EntryKind): JsonMap | null => {
    const context = entries.get(id)
    if (context === null || kind === 'context') return context?.value ?? null
    return entries.behind(context, kind)?.value ?? null
  }
  const execOf = (id: EntryId): JsonMap | null => {
    const user = behind(id, 'user')
    const exec = user ? at(user, 'exec') : undefined
    return isMap(exec) ? exec : null
  }
  return {
    name,
    names: (ids: readonly EntryId[]): string =>
      ids.length > mostNamed ? countOf(ids) : ids.map(name).join(', '),
    /** A key of the context, or of the cluster or user that it names. */
    value(context: EntryId, kind: EntryKind, key: string): string | null {
      const found = behind(context, kind)
      return found && called(textOf(at(found, key)))
    },
    /** What a context's command says in AWS terms; null where it runs none. */
    aws(context: EntryId): ExecMeaning | null {
      const exec = execOf(context)
      return exec && meaningOf(exec)
    },
    /** A key of a context's command. */
    exec(context: EntryId, key: string): string | null {
      const exec = execOf(context)
      return exec && textOf(at(exec, key))
    },
    /** The identity that the context's entry says to expect. */
    expected(context: EntryId): string | null {
      const found = behind(context, 'context')
      return found && expectedIn(found)
    },
    /** Which of a context's user and cluster a new name of the context is given to, too. */
    renamed(id: EntryId, name: string): readonly string[] {
      const context = entries.get(id)
      return context === null ? [] : renamedWith(entries, context, name).map(({ kind }) => kind)
    },
    currentContext(): string | null {
      const current = called(entries.list.currentContext())
      return current === null ? null : lineName(current)
    },
  }
}
