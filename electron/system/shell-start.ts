/**
 * How a person's own shell is started for a session: what its startup files export or put on PATH does not outweigh the session,
 * and its prompt names the context. No file of the user's is touched: ours lie in the session's folder, and read the user's first.
 */
import path from 'node:path'
import type { Variables } from './environment'
import { loginShellOf } from './shell-environment'
import { type ShellName, shellScript, shWord, type VariableChanges } from './shell-script'

/** What the shell is for. */
export interface ShellSession {
  /** Of the session: our files are written there. */
  readonly folder: string
  /** What its environment has, and what it must not have. */
  readonly changes: VariableChanges
  /** The folder is the first on PATH. */
  readonly onPath: boolean
  /** Behind the context's name in the prompt. */
  readonly mark: string
  /** The environment that it is started with, but for what this start adds. */
  readonly variables: Variables
}

interface Start {
  readonly args: readonly string[]
  readonly set?: Variables
  /** By their names in the folder. */
  readonly files?: Readonly<Record<string, string>>
}

/** Only the name is the context's: none of these writes it into a text that a shell reads once more. */
const variable = 'EKSCOPE_CONTEXT'

const onPath: Readonly<Partial<Record<ShellName, (folder: string) => string>>> = {
  sh: (folder) => `PATH=${shWord(folder)}:"$PATH"\nexport PATH\n`,
  fish: (folder) => `set -gx PATH '${folder.replace(/[\\']/g, '\\$&')}' $PATH\n`,
  powershell: (folder) => `$env:PATH = '${folder.replaceAll("'", "''")}:' + $env:PATH\n`,
}

/** The session once more, after the user's files. */
const again = (shell: ShellName, { changes, folder, onPath: isFirst }: ShellSession) =>
  `${shellScript(shell, changes)}${isFirst ? (onPath[shell]?.(folder) ?? '') : ''}`

const shPrompt = ({ mark }: ShellSession) =>
  `PS1='\${${variable}:+(\${${variable}}${mark}) }'"\${PS1-\\$ }"\n`

/** The shells of POSIX read the file of ENV where they have a prompt. */
function posix(session: ShellSession): Start {
  const { ENV } = session.variables
  const file = path.join(session.folder, 'shrc')
  const own =
    ENV === undefined
      ? 'unset ENV\n'
      : `export ENV=${shWord(ENV)}\neval "[ -r \\"$ENV\\" ]" && eval ". \\"$ENV\\""\n`
  return {
    args: [],
    set: { ENV: file },
    files: { shrc: `${own}${again('sh', session)}${shPrompt(session)}` },
  }
}

/** zsh looks for its files in ZDOTDIR; what the user's first file makes of that counts from then on. */
function zsh(session: ShellSession): Start {
  const { ZDOTDIR } = session.variables
  const home = shWord(session.folder)
  const back = 'if [[ -n $_ekscope_zdotdir ]]; then ZDOTDIR=$_ekscope_zdotdir; else unset ZDOTDIR; fi\n'
  const reads = (name: string) => `[[ -r \${ZDOTDIR-$HOME}/${name} ]] && . "\${ZDOTDIR-$HOME}/${name}"\n`
  return {
    args: [],
    set: { ZDOTDIR: session.folder },
    files: {
      '.zshenv': `_ekscope_zdotdir=${shWord(ZDOTDIR ?? '')}\n${back}${reads('.zshenv')}${again('sh', session)}if [[ -o interactive ]]; then _ekscope_zdotdir=\${ZDOTDIR-}; ZDOTDIR=${home}; fi\n`,
      // Files of the system name the history beside these.
      '.zshrc': `${back}unset _ekscope_zdotdir\n[[ \${HISTFILE-} == ${home}/* ]] && HISTFILE=\${ZDOTDIR-$HOME}/.zsh_history\n${reads('.zshrc')}${again('sh', session)}psvar[9]=$${variable}\nPROMPT='%(9V.(%9v${session.mark}%) .)'"$PROMPT"\n`,
    },
  }
}

/** A prompt of the user's may show the status of the last command. */
const fishPrompt = ({
  mark,
}: ShellSession) => `functions -q fish_prompt; and functions -c fish_prompt _ekscope_prompt
function _ekscope_status; return $argv[1]; end
function fish_prompt
  set -l last $status
  set -q ${variable}; and printf '(%s${mark}) ' $${variable}
  _ekscope_status $last
  functions -q _ekscope_prompt; and _ekscope_prompt
end
`

const powershellPrompt = ({ mark }: ShellSession) =>
  `$function:global:ekscopePrompt = $function:prompt; function global:prompt { if ($env:${variable}) { "($env:${variable}${mark}) $(ekscopePrompt)" } else { ekscopePrompt } }`

const powershell = (session: ShellSession): Start => ({
  args: ['-NoExit', '-Command', `${again('powershell', session)}${powershellPrompt(session)}`],
})

const starts: Readonly<Record<string, (session: ShellSession) => Start>> = {
  bash: (session) => ({
    args: ['--rcfile', path.join(session.folder, 'bashrc')],
    files: { bashrc: `[ -r ~/.bashrc ] && . ~/.bashrc\n${again('sh', session)}${shPrompt(session)}` },
  }),
  zsh,
  fish: (session) => ({
    args: ['-C', `source '${path.join(session.folder, 'start.fish').replace(/[\\']/g, '\\$&')}'`],
    files: { 'start.fish': `${again('fish', session)}${fishPrompt(session)}` },
  }),
  pwsh: powershell,
  powershell,
  cmd: ({ variables, mark }) => ({
    args: [],
    set: {
      PROMPT: `(${(variables[variable] ?? '').replaceAll('$', '$$$$')}${mark}) ${variables.PROMPT ?? '$P$G'}`,
    },
  }),
  ...Object.fromEntries(['sh', 'dash', 'ash', 'ksh', 'mksh'].map((name) => [name, posix])),
}

/** The shell's start; null for one that has no such way: what its startup files export counts there. */
export function startOfShell(shell: string, session: ShellSession): Start | null {
  const name = path.basename(shell).replace(/\.exe$/i, '')
  return Object.hasOwn(starts, name) ? (starts[name]?.(session) ?? null) : null
}

/** The user's shell. Windows has no variable for it: cmd.exe alone sets PROMPT, and PowerShell 7 has modules of its own. */
export function ownShell(variables: Variables, platform: NodeJS.Platform): string {
  if (platform !== 'win32') return loginShellOf(variables)
  if (variables.PROMPT !== undefined) return variables.COMSPEC ?? 'cmd.exe'
  return /[\\/]PowerShell[\\/]/i.test(variables.PSMODULEPATH ?? '') ? 'pwsh.exe' : 'powershell.exe'
}
