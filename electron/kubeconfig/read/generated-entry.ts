/**
 * Reads an entry in one step where it stands letter for letter in the form that `aws eks update-kubeconfig` and
 * `kubectl config` write: most entries of most files, and all of a fleet's. Everything else is for the line scanner.
 */

import type { RawVariable } from '../../../shared/exec/parse'
import { isPlainString, isSimpleName } from '../yaml/scalars'
import {
  emptyCluster,
  emptyContext,
  emptyExec,
  emptyUser,
  type ReadCluster,
  type ReadContext,
  type ReadUser,
} from './decode'

export interface EntryPlace {
  /** Behind the line break of its last line. */
  readonly to: number
  readonly lines: number
}

/** One entry read so, with its place. */
export interface UsualEntry<T> extends EntryPlace {
  readonly read: T
}

/** A value of one line in which no sign of YAML can hide; what it means is looked at afterwards. */
const value = '([A-Za-z0-9_./@:+=~$-]+)'
const context = new RegExp(
  `- context:\\n    cluster: ${value}\\n(?:    namespace: ${value}\\n)?    user: ${value}\\n  name: ${value}\\n`,
  'y',
)
const clusterHead = '- cluster:\n    certificate-authority-data: '
const clusterRest = new RegExp(
  `    server: ${value}\\n(?:    tls-server-name: ${value}\\n)?  name: ${value}\\n`,
  'y',
)
const user = new RegExp(
  `- name: ${value}\\n  user:\\n    exec:\\n      apiVersion: ${value}\\n      args:\\n((?:      - ${value.slice(1, -1)}\\n)+)      command: ([A-Za-z0-9._-]+)\\n(?:      env:\\n((?:      - name: ${value.slice(1, -1)}\\n        value: ${value.slice(1, -1)}\\n)+)|(      env: null\\n))?(?:      interactiveMode: ${value}\\n)?(?:      provideClusterInfo: (true|false)\\n)?`,
  'y',
)
/** Bit 0: a digit of base64. Bit 1: one that occurs in no number, decimal or hexadecimal. */
const base64Digit = new Uint8Array(65_536)
for (const digit of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
  base64Digit[digit.charCodeAt(0)] = /[g-np-wyzG-NP-WYZ]/.test(digit) ? 3 : 1

const dash = '      - '.length
const variableName = '      - name: '.length
const variableValue = '        value: '.length

/** Reads usual entries one after another; what repeats from entry to entry is kept once. */
export class UsualEntries {
  private readonly text: string
  private args: readonly string[] = []
  private env: readonly RawVariable[] = []
  private apiVersion = ''
  private command = ''

  constructor(text: string) {
    this.text = text
  }

  context(at: number): UsualEntry<ReadContext> | null {
    const found = this.match(context, at)
    if (found === null) return null
    const [, clusterName = '', namespace, userName = '', name = ''] = found
    if (!isPlain(clusterName) || !isPlain(userName) || !isSimpleName(name)) return null
    if (namespace !== undefined && !isPlain(namespace)) return null
    const read = {
      ...emptyContext,
      name,
      cluster: clusterName,
      user: userName,
      namespace: namespace ?? null,
    }
    return { read, to: context.lastIndex, lines: namespace === undefined ? 4 : 5 }
  }

  cluster(at: number): UsualEntry<ReadCluster> | null {
    const { text } = this
    if (!text.startsWith(clusterHead, at)) return null
    const begin = at + clusterHead.length
    const end = text.indexOf('\n', begin)
    if (end < 0 || !this.isData(begin, end)) return null
    const found = this.match(clusterRest, end + 1)
    if (found === null) return null
    const [, server = '', tlsServerName, name = ''] = found
    if (!isPlain(server) || !isSimpleName(name)) return null
    if (tlsServerName !== undefined && !isPlain(tlsServerName)) return null
    return {
      read: {
        ...emptyCluster,
        name,
        server,
        tlsServerName: tlsServerName ?? null,
        certificateAuthorityData: text.slice(begin, end),
      },
      to: clusterRest.lastIndex,
      lines: tlsServerName === undefined ? 4 : 5,
    }
  }

  user(at: number): UsualEntry<ReadUser> | null {
    const found = this.match(user, at)
    if (found === null) return null
    const to = user.lastIndex
    const [, name = '', apiVersion = '', argLines = '', command = '', envLines, noEnv, mode, info] = found
    if (!isSimpleName(name) || !isPlain(apiVersion) || !isPlain(command)) return null
    if (mode !== undefined && !isPlain(mode)) return null
    const args = this.argsOf(argLines)
    const env = envLines === undefined ? [] : this.envOf(envLines)
    if (args === null || env === null) return null
    if (apiVersion !== this.apiVersion) this.apiVersion = apiVersion
    if (command !== this.command) this.command = command
    const optional = [noEnv, mode, info].filter((part) => part !== undefined).length
    return {
      read: {
        ...emptyUser,
        name,
        exec: {
          ...emptyExec,
          apiVersion: this.apiVersion,
          command: this.command,
          args,
          env,
          interactiveMode: mode ?? null,
          provideClusterInfo: info === 'true',
        },
      },
      to,
      lines: 6 + args.length + (env.length > 0 ? 1 + 2 * env.length : 0) + optional,
    }
  }

  /** Base64 in whole groups that no rule of YAML takes for a number or a word. */
  private isData(begin: number, end: number): boolean {
    const length = end - begin
    if (length < 8 || length % 4 !== 0) return false
    let last = end
    while (last > end - 2 && this.text.charCodeAt(last - 1) === 0x3d) last--
    // No branch in this loop: what random text decides, a processor guesses wrong, and most of a fleet's file is this.
    let all = 3
    let any = 0
    for (let at = begin; at < last; at++) {
      const sort = base64Digit[this.text.charCodeAt(at)] ?? 0
      all &= sort
      any |= sort
    }
    return (all & 1) === 1 && (any & 2) === 2
  }

  /** A match that nothing goes on behind: another entry, a key of the file, or its end. */
  private match(form: RegExp, at: number): RegExpExecArray | null {
    form.lastIndex = at
    const found = form.exec(this.text)
    if (found === null || form.lastIndex === this.text.length) return found
    const next = this.text.charCodeAt(form.lastIndex)
    return next === 0x2d || (next >= 0x61 && next <= 0x7a) || (next >= 0x41 && next <= 0x5a) ? found : null
  }

  private argsOf(lines: string): readonly string[] | null {
    const args: string[] = []
    for (let at = dash; at < lines.length; at += dash) {
      const arg = again(lines, at, this.args[args.length]) ?? lines.slice(at, lines.indexOf('\n', at))
      if (arg !== this.args[args.length] && !isPlain(arg)) return null
      args.push(arg)
      at += arg.length + 1
    }
    this.args = args
    return args
  }

  private envOf(lines: string): readonly RawVariable[] | null {
    const env: RawVariable[] = []
    for (let at = variableName; at < lines.length; at += variableName) {
      const before = this.env[env.length]
      const name = again(lines, at, before?.name) ?? lines.slice(at, lines.indexOf('\n', at))
      at += name.length + 1 + variableValue
      const text = again(lines, at, before?.value) ?? lines.slice(at, lines.indexOf('\n', at))
      at += text.length + 1
      if (name !== before?.name && !isPlain(name)) return null
      if (text !== before?.value && !isPlain(text)) return null
      env.push(name === before?.name && text === before.value ? before : { name, value: text })
    }
    this.env = env
    return env
  }
}

/** The very string of the entry before if the same line stands here: then it is neither made nor looked at again. */
function again(lines: string, at: number, before: string | undefined): string | null {
  if (before === undefined || lines.charCodeAt(at + before.length) !== 0x0a) return null
  return lines.startsWith(before, at) ? before : null
}

function isPlain(text: string): boolean {
  return text.charCodeAt(text.length - 1) !== 0x3a && isPlainString(text)
}
