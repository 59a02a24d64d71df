/**
 * Reads an entry in one step where it is written letter for letter in the form that `aws eks update-kubeconfig` and
 * `kubectl config` write: most entries of most files, and all of a fleet's. One expression for each list knows that form;
 * every other entry is for the line scanner, and the full parser verifies both (generated-entry.test.ts).
 * Without it a list of 1,000 contexts takes nearly twice the time.
 */

import type { RawExec, RawVariable } from '../../../shared/exec/parse'
import { programOf } from '../../../shared/exec/program-arguments'
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

/** The layout of a list in a text: the indentation of its dashes, and its line ends. */
export interface Layout {
  readonly text: string
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

/** Reads the entry whose line begins at this offset; null where it is in another form. */
export type ReadGenerated<T> = (at: number) => GeneratedEntry<T> | null

/** Signs in which nothing of YAML can hide, of a value and of a simple name. */
const value = '([A-Za-z0-9_./@:+=~$-]+)'
const name = '([A-Za-z0-9_./@:+=~-]+)'
const unkept = value.slice(1, -1)

/** The expression for entries of that form: nothing of another entry, or of this one, may follow it. */
function expression(form: string, { indent, lineEnd }: Layout): RegExp {
  const pad = ' '.repeat(indent)
  const lines = `${pad}${form.replaceAll(/ {2,}/g, `${pad}$&`)}`.replaceAll(
    '\n',
    lineEnd.replace('\r', '\\r'),
  )
  // Another entry, a key of the file, or its end; above it comments, which the scanner checks.
  return new RegExp(`${lines}(?=(?: *#[^\\n]*\\n)*(?:${pad}-|[A-Za-z]|$))`, 'y')
}

/** What the expression found there, and where that ends; null where nothing, or what is too long. */
function matchAt({ text }: Layout, form: RegExp, at: number): RegExpExecArray | null {
  form.lastIndex = at
  const found = form.exec(text)
  return found !== null && form.lastIndex - at <= longestLine ? found : null
}

export function generatedContexts(layout: Layout): ReadGenerated<ReadContext> {
  const form = expression(
    `- context:\n    cluster: ${value}\n(?:    namespace: ${value}\n)?    user: ${value}\n  name: ${name}\n`,
    layout,
  )
  return (at) => {
    const found = matchAt(layout, form, at)
    if (found === null) return null
    const [, cluster = '', namespace = null, user = '', own = ''] = found
    if (!isPlain(cluster) || !isPlain(user) || !(namespace === null || isPlain(namespace))) return null
    if (!isName(own)) return null
    const read = { ...emptyContext, name: own, cluster, user, namespace }
    return { to: form.lastIndex, lines: namespace === null ? 4 : 5, value: read }
  }
}

/** A digit of base64 that occurs in no number, decimal or hexadecimal. */
const inNoNumber = /[g-np-wyzG-NP-WYZ]/

export function generatedClusters(layout: Layout): ReadGenerated<ReadCluster> {
  const form = expression(
    `- cluster:\n    certificate-authority-data: (.+)\n    server: ${value}\n(?:    tls-server-name: ${value}\n)?  name: ${name}\n`,
    layout,
  )
  return (at) => {
    const found = matchAt(layout, form, at)
    if (found === null) return null
    const [, data = '', server = '', tlsServerName = null, own = ''] = found
    // Whole groups that no rule of YAML takes for a number or a word.
    if (data.length < 8 || !inNoNumber.test(data) || !isBase64(data)) return null
    if (!isPlain(server) || !(tlsServerName === null || isPlain(tlsServerName)) || !isName(own)) return null
    const read = { ...emptyCluster, name: own, server, certificateAuthorityData: data, tlsServerName }
    return { to: form.lastIndex, lines: tlsServerName === null ? 4 : 5, value: read }
  }
}

export interface GeneratedUser extends GeneratedEntry<ReadUser> {
  readonly form: UserForm
  /** Its own word, where users of its form differ. */
  readonly word: string | null
}

/** A form as it is read once, with how many lines it takes; null where no such user is certain. */
type KnownForm = { readonly form: UserForm; readonly lines: number } | null

/** Users of a fleet differ in a name and in one argument: what they have in common is read once. */
export function generatedUsers(layout: Layout): (at: number) => GeneratedUser | null {
  const form = expression(
    `- name: ${name}\n  user:\n    exec:\n      apiVersion: ${value}\n      args:\n((?:      - ${unkept}\n)+)      command: ([A-Za-z0-9._-]+)\n(?:      env:\n((?:      - name: [A-Z0-9_]+\n        value: ${unkept}\n)+)|(      env: null\n))?(?:      interactiveMode: ${value}\n)?(?:      provideClusterInfo: (true|false)\n)?`,
    layout,
  )
  const known = new Map<string, KnownForm>()
  return (at) => {
    const found = matchAt(layout, form, at)
    if (found === null) return null
    const [, own = '', apiVersion, argLines = '', command = '', ...optional] = found
    if (!isName(own)) return null
    const [word, above, below] = variedIn(command, argLines) ?? [null, argLines, '']
    const key = [word !== null, apiVersion, command, ...optional, above, below].join('\n')
    const read = known.get(key)
    const before = read === undefined ? formOf(found, word === null ? null : wordsOf(above).length) : read
    if (read === undefined) known.set(key, before)
    if (before === null) return null
    const { exec: common, varies } = before.form
    const exec =
      word === null
        ? common
        : { ...common, args: common.args.map((arg, index) => (index === varies ? word : arg)) }
    const to = form.lastIndex
    return { to, lines: before.lines, value: { ...emptyUser, name: own, exec }, form: before.form, word }
  }
}

function formOf(found: RegExpExecArray, varies: number | null): KnownForm {
  const [, , apiVersion = '', argLines = '', command = '', envLines = '', noEnv, mode, info] = found
  const [args, pairs] = [wordsOf(argLines), wordsOf(envLines)]
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

/** Arguments that name the cluster, of those programs whose users are recognized by their form. */
const clusterFlag = /- (?:--cluster-name|--cluster-id|-i)\r?\n/
const oneWord = /^ *- ([A-Za-z0-9][A-Za-z0-9_-]*)\r?\n/

/** The word by which arguments of aws or the authenticator name the cluster, plain and once, with the lines above and below it. */
function variedIn(command: string, argLines: string): readonly [string, string, string] | null {
  const flag = programOf(command) === 'other' ? null : clusterFlag.exec(argLines)
  if (flag === null) return null
  const from = flag.index + flag[0].length
  const rest = argLines.slice(from)
  const [line = '', word = ''] = oneWord.exec(rest) ?? []
  if (word === '' || clusterFlag.test(rest) || !isPlain(word)) return null
  return [word, argLines.slice(0, from), rest.slice(line.length)]
}

/** A value of plain signs that is text to kubectl. */
const isPlain = (text: string): boolean => !text.endsWith(':') && isPlainString(text)

/** No word that means something else is longer than five letters. */
const isName = (text: string): boolean =>
  (text.length > 5 && /^[A-Za-z]/.test(text) && !text.endsWith(':')) || isSimpleName(text)
