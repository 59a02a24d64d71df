/**
 * Where a startup file gives a variable its value, read as text: nothing of it is run, so a condition around a line is not
 * looked at. Literal values are distinguished from computed ones (`$(…)`, another variable).
 */

type ScriptDialect = 'posix' | 'csh' | 'fish'
type LineDialectName = 'fish-variables' | 'nu' | 'environment'
/** How a file of the session or of a shell is written. */
export type StartupDialect = ScriptDialect | LineDialectName

/**
 * What one startup file's text assigns, null where the line computes the value, and which files it reads in turn, in the order
 * of its lines: paths as written, `~` and `$HOME` replaced; a pattern where a loop reads many (`…/profile.d/*.sh`). Never
 * throws: text that cannot be understood assigns nothing.
 */
export const readStartupText = (text: string, dialect: StartupDialect, home: string) =>
  dialect === 'posix' || dialect === 'csh' || dialect === 'fish'
    ? shellText(text, dialect, home)
    : lineText(text, lineDialects[dialect], home)

/** Marks in a word where the shell would put a value. */
const computed = '\u0000'
const literal = (word: string): string | null => (word.includes(computed) ? null : word)

const assignment = /^([A-Za-z_]\w*)=([\s\S]*)$/
/** Words before the command itself: `then export A=1`. */
const reserved = /^(?:then|do|else|elif|if|while|until|\{|!|time|and|or|begin)$/
const declares = /^(?:export|declare|typeset|readonly|local)$/
const worksOut = /^(?:eval|read|printf)$/

function shellText(text: string, dialect: ScriptDialect, home: string) {
  const assignments: { line: number; name: string; value: string | null }[] = []
  const sources: string[] = []
  const loops = new Map<string, readonly string[]>()
  for (const { words: all, raw, line } of commandsOf(text, dialect, home)) {
    const first = all.findIndex((word) => !reserved.test(word))
    const words = first < 0 ? [] : all.slice(first)
    const [command, name] = words
    if (command === undefined) continue
    const add = (name: string, value: string | null) => assignments.push({ line, name, value })

    if (command === 'for' && words[2] === 'in' && name !== undefined) {
      loops.set(name, words.slice(3))
    } else if ((command === '.' || command === 'source') && name !== undefined) {
      const variable = /^"?\$\{?(\w+)\}?"?$/.exec(raw[first + 1] ?? '')?.[1]
      const paths = variable === undefined ? [name] : (loops.get(variable) ?? [])
      sources.push(...paths.filter((path) => !path.includes(computed)))
    } else if (command === 'setenv' && name !== undefined) {
      add(name, literal(words[2] ?? ''))
    } else if (dialect === 'fish' && command === 'set') {
      const [name, ...values] = words.slice(1).filter((word) => !word.startsWith('-'))
      const erases = words.slice(1).some((word) => /^(-[a-zA-Z]*e|--erase)/.test(word))
      if (name !== undefined && !erases) add(name, literal(values.join(' ')))
    } else if (declares.test(command) || words.every((word) => assignment.test(word))) {
      for (const word of words) {
        const [, name, value] = assignment.exec(word) ?? []
        if (name !== undefined && value !== undefined) add(name, literal(value))
      }
    } else if (worksOut.test(command)) {
      for (const name of raw.join(' ').match(/[A-Za-z_]\w*/g) ?? []) add(name, null)
    }
  }
  return { assignments, sources }
}

/** The simple commands of a script, in order: words without their quotes, computed parts marked. */
function commandsOf(text: string, dialect: ScriptDialect, home: string) {
  /** `raw`: the words as they are written; `line`: that of the first. */
  const commands: { words: readonly string[]; raw: readonly string[]; line: number }[] = []
  let words: string[] = []
  let raw: string[] = []
  let at = 0
  const endings: { readonly word: string; readonly tabs: boolean }[] = []
  let [line, counted] = [1, 0]

  const endCommand = () => {
    if (words.length > 0) commands.push({ words, raw, line })
    words = []
    raw = []
  }
  /** Goes past what this matches here; undefined where it matches nothing. */
  const take = (sticky: RegExp): string | undefined => {
    sticky.lastIndex = at
    const found = sticky.exec(text)?.[0]
    at += found?.length ?? 0
    return found
  }
  /** Past the bracket that closes the one at `at`, quotes and inner brackets skipped. */
  const skipTo = (open: string, close: string) => {
    let depth = 0
    do {
      if (open === '(' && take(singleQuoted) !== undefined) continue
      const c = text[at]
      if (c === open) depth += 1
      else if (c === close) depth -= 1
      at += c === '\\' ? 2 : 1
    } while (depth > 0 && at < text.length)
  }
  /** What is put in for `$…` at `at`, and goes past it. */
  const expansion = (): string => {
    if (take(homeVariable) !== undefined) return home
    at += 1
    if (text[at] === '{') skipTo('{', '}')
    else if (text[at] === '(') skipTo('(', ')')
    else take(variableName)
    return computed
  }
  const doubleQuoted = (): string => {
    let said = ''
    at += 1
    while (at < text.length && text[at] !== '"') {
      if (text[at] === '$') said += expansion()
      else if (take(backticked) !== undefined) said += computed
      else said += take(inDoubleQuotes)?.replace(/^\\(?:\n|(?=.))/, '') ?? ''
    }
    at += 1
    return said
  }
  /** The word at `at` without its quotes. */
  const word = (): string => {
    let said = ''
    const from = at
    while (at < text.length) {
      const c = text[at] ?? ''
      if (/[\s;&|<>)]/.test(c)) break
      if (c === '(') {
        // A substitution to fish; elsewhere a function's brackets or an array.
        if (dialect !== 'fish' && at === from) break
        skipTo('(', ')')
        said += computed
      } else if (c === '\\') said += take(escaped)?.slice(1).replace('\n', '') ?? ''
      else if (c === "'" && dialect === 'fish') said += unquoted(take(fishQuoted)).replace(/\\(['\\])/g, '$1')
      else if (c === "'") said += unquoted(take(singleQuoted))
      else if (c === '"') said += doubleQuoted()
      // $'…' and $"…": escapes and translations of their own.
      else if (take(translated) !== undefined || take(backticked) !== undefined) said += computed
      else if (c === '$') said += expansion()
      else {
        at += 1
        // Another user's home is not known.
        const tilde = /[\s/:;&|)]/.test(text[at] ?? ' ') ? home : computed
        said += c === '~' && tildeCounts(text, at - 1, from, said) ? tilde : c
      }
    }
    return said
  }

  while (at < text.length) {
    if (take(lineEnd) !== undefined) {
      endCommand()
      for (const ending of endings.splice(0))
        for (let found = take(wholeLine); found !== undefined; found = take(wholeLine)) {
          const said = found.replace('\n', '')
          if ((ending.tabs ? said.replace(/^\t+/, '') : said) === ending.word) break
        }
    } else if (take(blanks) !== undefined) continue
    else if (take(hereDocument) !== undefined) {
      const tabs = text[at] === '-'
      if (tabs) at += 1
      take(blanks)
      endings.push({ word: word(), tabs })
    } else if (take(separator) !== undefined) endCommand()
    else if (take(redirection) === undefined) {
      const from = at
      if (words.length === 0) {
        line += text.slice(counted, from).split('\n').length - 1
        counted = from
      }
      const said = word()
      // Always advances, so that the loop ends.
      if (at === from) at += 1
      words.push(said)
      raw.push(text.slice(from, at))
    }
  }
  endCommand()
  return commands
}

const unquoted = (quoted = ''): string => quoted.slice(1).replace(/'$/, '')

// Each is matched where the reading is. What is not closed goes to the end.
const singleQuoted = /'[^']*'?/y
const fishQuoted = /'(?:\\[\s\S]|[^'\\])*'?/y
const backticked = /`(?:\\[\s\S]|[^`\\])*`?/y
const translated = /\$(?:'(?:\\[\s\S]|[^'\\])*'?|"(?:\\[\s\S]|[^"\\])*"?)/y
/** A backslash counts only before these. */
const inDoubleQuotes = /\\["\\$`\n]|[\s\S]/y
const escaped = /\\[\s\S]?/y
const homeVariable = /\$(?:HOME\b|\{HOME\})/y
const variableName = /[?@*#!$-]|\w+/y
const lineEnd = /\n/y
const wholeLine = /[^\n]*\n|[^\n]+/y
/** Also a comment, and a line that goes on. */
const blanks = /(?:[^\S\n]|\\\n)+|#[^\n]*/y
const hereDocument = /<<(?!<)/y
const separator = /[;&|()]/y
const redirection = /[<>]/y

/** Whether a shell puts a home in place of this `~`: at the beginning of a word, of a value, and after a colon in a value. */
function tildeCounts(text: string, at: number, from: number, said: string): boolean {
  if (at === from) return true
  const before = text[at - 1]
  if (text[at - 2] === '\\') return false
  return (before === '=' && /^\w+=$/.test(said)) || (before === ':' && /^\w+=/.test(said))
}

/** A file of which each line is read by itself. */
interface LineDialect {
  /** Lines that assign: a name, and its value as it is written. */
  readonly assigns: readonly RegExp[]
  /** The value that is meant; null where it is computed. */
  readonly value: (written: string) => string | null
  /** Lines that read another file. */
  readonly reads?: RegExp
}

const lineDialects: Readonly<Record<LineDialectName, LineDialect>> = {
  /** `NAME=value` a line (environment.d, /etc/environment), or pam_env's `NAME DEFAULT=value`. */
  environment: {
    assigns: [/^\s*(?:export\s+)?([A-Za-z_]\w*)(?:=|\s+(?:DEFAULT|OVERRIDE)=)(.*)$/],
    value: (written) => {
      const value = /^(["'])(.*)\1$/.exec(written.trim())?.[2] ?? written.trim()
      return /\$|@\{/.test(value) ? null : value
    },
  },
  /** Fish's universal variables: `SETUVAR --export NAME:value`, other characters as \\xHH. */
  'fish-variables': {
    assigns: [/^SETUVAR (?:--\w+ )*(\w+):(.*)$/],
    value: (written) =>
      written.replace(/\\x([0-9a-f]{2})|\\(.)/gi, (_, hex: string | undefined, plain: string) =>
        hex === undefined ? plain : String.fromCharCode(Number.parseInt(hex, 16)),
      ),
  },
  /** `$env.NAME = "value"`, and the records of `load-env`. */
  nu: {
    assigns: [
      /^\s*(?:let-env\s+|\$env\.)(\w+)\s*=\s*(.*)$/,
      /(?:^|[{,\s])["']?([A-Z][A-Z0-9_]+)["']?\s*:\s*(.+)$/,
    ],
    value: (written) => {
      const word = written.trim().replace(/\s*[,}].*$/, '')
      const [, single, double] = /^(?:'([^']*)'|"((?:[^"\\]|\\.)*)")/.exec(written.trim()) ?? []
      if (single !== undefined) return single
      if (double !== undefined) return double.replace(/\\(["\\])/g, '$1')
      return /^[\w./:@+-]+$/.test(word) ? word : null
    },
    reads: /^\s*(?:source|source-env)\s+(\S+)/,
  },
}

/** Longer lines hold no value that a person wrote, and a pattern would take long on them. */
const longestLine = 4096

function lineText(text: string, { assigns, value, reads }: LineDialect, home: string) {
  const lines = [...text.split('\n').entries()].filter(
    ([, said]) => said.length <= longestLine && !/^\s*#/.test(said),
  )
  return {
    assignments: lines.flatMap(([index, said]) => {
      const found = assigns.map((pattern) => pattern.exec(said)).find((one) => one !== null)
      const [, name, written] = found ?? []
      return name === undefined || written === undefined
        ? []
        : [{ line: index + 1, name, value: value(written) }]
    }),
    sources: lines.flatMap(([, said]) => {
      const source = reads?.exec(said)?.[1]
      return source === undefined ? [] : [source.replace(/^["']|["']$/g, '').replace(/^~(?=\/)/, home)]
    }),
  }
}
