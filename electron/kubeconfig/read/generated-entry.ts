/**
 * Reads an entry in one step where it is written letter for letter in the form that `aws eks update-kubeconfig` and
 * `kubectl config` write: most entries of most files, and all of a fleet's. One expression for each list knows that form;
 * every other entry is for the line scanner, and the full parser verifies both (generated-entry.test.ts).
 * Without it a list of 1,000 contexts takes nearly twice the time.
 */

import type { RawExec, RawVariable } from '../../../shared/exec/parse'
import { programOf } from '../../../shared/exec/program-arguments'
import { once } from '../../../shared/once'
import { isBase64, isPlainString, isSimpleName } from '../yaml/scalars'
import {
  emptyCluster,
  emptyContext,
  emptyExec,
  emptyUser,
  type ReadCluster,
  type ReadContext,
  type ReadUser,
} from './decode'
import type { UserForm } from './raw-entries'

/** A value too long to be read is for the parser to name. */
export const longestLine = 1024 * 1024

export type LineEnd = '\n' | '\r\n'

/** What ends the lines of a text in which each CR belongs to an LF. */
export const lineEndOf = (text: string): LineEnd => (text.includes('\r') ? '\r\n' : '\n')

/** The layout of a list: the indentation of its dashes, and its line ends. */
export interface Layout {
  readonly indent: number
  readonly lineEnd: LineEnd
}

export interface GeneratedEntry<T> {
  /** Behind its last line break. */
  readonly to: number
  readonly lines: number
  /** The entry as the full parser would read it. */
  readonly value: T
}

/** An entry that is certain, before anything is made of it. */
export interface CertainEntry<G> extends Pick<GeneratedEntry<unknown>, 'to'> {
  readonly name: string
  readonly make: () => G
}

/** Reads the entry whose line begins at this offset; null where it is in another form. */
export type ReadGenerated<G> = (text: string, at: number) => CertainEntry<G> | null

/** Signs in which nothing of YAML can hide, of a value and of a simple name. */
const value = '([A-Za-z0-9_./@:+=~$-]+)'
const name = '([A-Za-z0-9_./@:+=~-]+)'
const unkept = value.slice(1, -1)

/** Lines of an entry as they stand in a list of this layout. */
const laidOut = (lines: string, { indent, lineEnd }: Layout): string =>
  lines.replaceAll(/^- | {2,}/g, `${' '.repeat(indent)}$&`).replaceAll('\n', lineEnd)

/** The expression for the end of an entry of that form: nothing of another entry, or of this one, may follow it. */
function expression(form: string, layout: Layout): RegExp {
  // Another entry, a key of the file, or its end; above it comments, which the scanner checks.
  const next = `(?=(?: *#[^\\n]*\\n)*(?:${' '.repeat(layout.indent)}-|[A-Za-z]|$))`
  return new RegExp(`${laidOut(form, layout)}${next}`, 'y')
}

/** What the expression finds at `from` of the entry that begins at `at`; null where nothing, or what is too long. */
function matchAt(text: string, form: RegExp, at: number, from = at): RegExpExecArray | null {
  form.lastIndex = from
  const found = form.exec(text)
  return found !== null && form.lastIndex - at <= longestLine ? found : null
}

export function generatedContexts(layout: Layout): ReadGenerated<GeneratedEntry<ReadContext>> {
  const form = expression(
    `- context:\n    cluster: ${value}\n(?:    namespace: ${value}\n)?    user: ${value}\n  name: ${name}\n`,
    layout,
  )
  return (text, at) => {
    const found = matchAt(text, form, at)
    if (found === null) return null
    const { 1: cluster = '', 2: namespace = null, 3: user = '', 4: own = '' } = found
    if (!isPlain(cluster) || !isPlain(user) || !(namespace === null || isPlain(namespace))) return null
    if (!isName(own)) return null
    const to = form.lastIndex
    const read = () => ({ ...emptyContext, name: own, cluster, user, namespace })
    return { name: own, to, make: () => ({ to, lines: namespace === null ? 4 : 5, value: read() }) }
  }
}

/** A digit of base64 that occurs in no number, decimal or hexadecimal. */
const inNoNumber = /[g-np-wyzG-NP-WYZ]/

export function generatedClusters(layout: Layout): ReadGenerated<GeneratedEntry<ReadCluster>> {
  // Most of such an entry is one long line, whose end is found faster than each of its letters is looked at.
  const head = laidOut('- cluster:\n    certificate-authority-data: ', layout)
  const form = expression(
    `\n    server: ${value}\n(?:    tls-server-name: ${value}\n)?  name: ${name}\n`,
    layout,
  )
  return (text, at) => {
    if (!text.startsWith(head, at)) return null
    const from = text.indexOf(layout.lineEnd, at + head.length)
    const found = from < 0 ? null : matchAt(text, form, at, from)
    if (found === null) return null
    const { 1: server = '', 2: tlsServerName = null, 3: own = '' } = found
    const data = text.slice(at + head.length, from)
    // Whole groups that no rule of YAML takes for a number or a word.
    if (data.length < 8 || !inNoNumber.test(data) || /[\r\n]/.test(data) || !isBase64(data)) return null
    if (!isPlain(server) || !(tlsServerName === null || isPlain(tlsServerName)) || !isName(own)) return null
    const to = form.lastIndex
    const read = () => ({ ...emptyCluster, name: own, server, certificateAuthorityData: data, tlsServerName })
    return { name: own, to, make: () => ({ to, lines: tlsServerName === null ? 4 : 5, value: read() }) }
  }
}

export interface GeneratedUser extends GeneratedEntry<ReadUser> {
  readonly form: UserForm
  /** Its own word, where users of its form differ. */
  readonly word: string | null
}

/** A form as it is read once, with how many lines it takes; null where no such user is certain. */
type KnownForm = { readonly form: UserForm; readonly lines: number } | null

/** Arguments that name the cluster, of those programs whose users are recognized by their form. */
const clusterFlag = '- (?:--cluster-name|--cluster-id|-i)\n'

/** Users of a fleet differ in a name and in one argument: what they have in common is read once. */
export function generatedUsers(layout: Layout): ReadGenerated<GeneratedUser> {
  const lines = `(?:      - ${unkept}\n)`
  // In it the argument behind the first flag that names the cluster, with the lines above and below. Taken by reference: once found,
  // no other way to read these lines is tried.
  const args = `(?=((?:(${lines}*?      ${clusterFlag})      - ([A-Za-z0-9][A-Za-z0-9_-]*)\n(${lines}*)|${lines}+)))\\3`
  const form = expression(
    `- name: ${name}\n  user:\n    exec:\n      apiVersion: ${value}\n      args:\n${args}      command: ([A-Za-z0-9._-]+)\n(?:      env:\n((?:      - name: [A-Z0-9_]+\n        value: ${unkept}\n)+)|(      env: null\n))?(?:      interactiveMode: ${value}\n)?(?:      provideClusterInfo: (true|false)\n)?`,
    layout,
  )
  const known = new Map<string, KnownForm>()
  return (text, at) => {
    const found = matchAt(text, form, at)
    if (found === null) return null
    const { 1: own = '', 2: version, 3: all, 4: above, 5: word = null, 6: below } = found
    if (!isName(own)) return null
    const rest = `${version}\n${found.slice(7).join('\n')}`
    const varied =
      word !== null && isPlain(word)
        ? once(known, `${above} ${below} ${rest}`, () => variedForm(found))
        : null
    const read = varied ?? once(known, `${all}${rest}`, () => formOf(found, null))
    if (read === null) return null
    const to = form.lastIndex
    const make = (): GeneratedUser => {
      const { exec: own, varies } = read.form
      const exec =
        varies === null || word === null
          ? own
          : { ...own, args: own.args.map((arg, index) => (index === varies ? word : arg)) }
      const value = { ...emptyUser, name: found[1] ?? '', exec }
      return { to, lines: read.lines, value, form: read.form, word: varies === null ? null : word }
    }
    return { name: own, to, make }
  }
}

/** The form of users that differ in that word; null where it is not the one word by which aws or the authenticator is told the cluster. */
function variedForm(found: RegExpExecArray): KnownForm {
  const { 4: above = '', 6: below = '', 7: command = '' } = found
  const flags = `${above}${below}`.match(new RegExp(clusterFlag.replace('\n', '\r?\n'), 'g')) ?? []
  if (programOf(command) === 'other' || flags.length !== 1) return null
  return formOf(found, wordsOf(above).length)
}

function formOf(found: RegExpExecArray, varies: number | null): KnownForm {
  const { 2: apiVersion = '', 3: all = '', 7: command = '', 8: envLines = '' } = found
  const { 9: noEnv, 10: mode, 11: info } = found
  const [args, pairs] = [wordsOf(all), wordsOf(envLines)]
  if (![apiVersion, command, ...(mode === undefined ? [] : [mode]), ...args, ...pairs].every(isPlain))
    return null
  const env: RawVariable[] = []
  for (let one = 0; one < pairs.length; one += 2)
    env.push({ name: pairs[one] ?? '', value: pairs[one + 1] ?? '' })
  const optional = [noEnv, mode, info].filter((part) => part !== undefined).length
  const exec: RawExec = {
    ...emptyExec,
    apiVersion,
    command,
    args,
    env,
    interactiveMode: mode ?? null,
    provideClusterInfo: info === 'true',
  }
  const lines = 6 + args.length + (env.length > 0 ? 1 + 2 * env.length : 0) + optional
  return { form: { exec, varies }, lines }
}

/** The last word of each line: after the dash of an item, or after its key. */
const wordsOf = (lines: string): readonly string[] =>
  lines.split(/\r?\n/).flatMap((line) => (line === '' ? [] : line.slice(line.lastIndexOf(' ') + 1)))

/** A value of plain signs that is text to kubectl. */
const isPlain = (text: string): boolean => !text.endsWith(':') && isPlainString(text)

/** No word that means something else is longer than five letters. */
const isName = (text: string): boolean =>
  (text.length > 5 && /^[A-Za-z]/.test(text) && !text.endsWith(':')) || isSimpleName(text)
