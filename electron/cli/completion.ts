/** `ekscope completion`: scripts that let a shell complete command lines; they ask `ekscope __complete`. */
import { usedLikeThis } from './arguments'
import { type Command, print } from './command'

/**
 * Each asks for every name only where it makes one safe word of it in the line: `--quotes`. Then the first line is `:0` where
 * files fit too, else `:4`. Else only names come that no shell needs to quote, and that line is the last. All other lines are a
 * word, a tab, what it means.
 */
const scripts = {
  bash: `# Completion in bash; now: eval "$(ekscope completion bash)"
_ekscope() {
  local rest=\${COMP_LINE:0:COMP_POINT} word= part= line name head
  local -a words=()
  # Bash takes words apart at = and : too. What follows without a blank belongs to the word before.
  for part in "\${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    if [[ $rest == [[:space:]]* ]]; then
      words+=("\${word//[\\\\\\"\\']/}") word=
      rest=\${rest#"\${rest%%[![:space:]]*}"}
    fi
    [[ $rest == "$part"* ]] || part=$rest
    rest=\${rest#"$part"} word+=$part
  done
  # Bash replaces $2 and leaves what is before it. Both together must be one quoted word, else nothing is offered.
  COMPREPLY=()
  [[ $word == *"$2" ]] || return 0
  head=\${word%"$2"}
  {
    read -r line
    [[ $line == :0 ]] && compopt -o default 2>/dev/null
    while IFS= read -r line; do
      name=\${line%%$'\\t'*}
      case $head in
        [\\"\\'])
          [[ $name == *[^A-Za-z0-9\\ _.:/@=+,-]* ]] && continue
          name=$head$name ;;
        *[\\"\\']*) continue ;;
        *) printf -v name %q "$name" ;;
      esac
      [[ $name == "$head"* ]] && COMPREPLY+=("\${name#"$head"}")
    done
  } < <(ekscope __complete --quotes -- "\${words[@]:1}" "\${word//[\\\\\\"\\']/}" 2>/dev/null)
}
complete -F _ekscope ekscope
`,
  zsh: `#compdef ekscope
# Completion in zsh; now: eval "$(ekscope completion zsh)"
_ekscope() {
  local -a before lines names shown
  local line quotes=--quotes
  # Zsh does not quote for what is within backquotes, which is read twice.
  [[ $PREBUFFER$LBUFFER == *\\\`* ]] && quotes=
  (( CURRENT > 2 )) && before=("\${(@Q)words[2,CURRENT-1]}")
  lines=("\${(@f)$(ekscope __complete $quotes -- $before "\${(Q)PREFIX}" 2>/dev/null)}")
  for line in "\${(@)lines[2,-1]}"; do
    names+=("\${line%%$'\\t'*}") shown+=("\${line/$'\\t'/  -- }")
  done
  (( $#names )) && compadd -l -d shown -a names
  [[ $lines[1] == :0 ]] && _files
}
if [[ $funcstack[1] == _ekscope ]]; then _ekscope "$@"; elif (( $+functions[compdef] )); then compdef _ekscope ekscope; fi
`,
  fish: `# Completion in fish; now: ekscope completion fish | source
function __ekscope_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -e words[1]
    # Fish itself takes what begins as a word with quotes does.
    set -l start (string match -v -r '[\\'"\\\\\\\\]' -- "$typed")
    set -l lines (ekscope __complete --quotes -- $words "$start" 2>/dev/null)
    test "$lines[1]" = :0; and __fish_complete_path "$typed"
    set -e lines[1]
    string join \\n -- $lines
end
complete -c ekscope -f -a '(__ekscope_complete)'
`,
  powershell: `# Completion in PowerShell; now: ekscope completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ekscope -ScriptBlock {
  param($typed, $ast, $position)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $position } |
    ForEach-Object { if ($null -ne $_.Value) { "$($_.Value)" } else { "$_" } })
  # An empty argument would be lost on its way.
  & ekscope __complete "--typed=$typed" -- @words 2>$null | Where-Object { $_ -notmatch '^:[04]$' } | ForEach-Object {
    $name, $meaning = $_ -split "\`t", 2
    [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $(if ($meaning) { $meaning } else { $name }))
  }
}
`,
} as const

export const completion: Command = {
  usage: 'completion bash|zsh|fish|powershell',
  summary: 'prints what lets a shell complete commands, options, contexts, profiles and files',
  help: {
    'bash, zsh': 'to have it in this shell: eval "$(ekscope completion bash)"',
    fish: 'the same: ekscope completion fish | source',
  },
  examples: ['ekscope completion bash', 'ekscope completion fish'],
  async run(call) {
    const [shell, ...more] = call.args.positionals
    const script = Object.entries(scripts).find(([name]) => name === shell)?.[1]
    if (script === undefined || more.length > 0) throw usedLikeThis(completion)
    await print(call, { script }, () => script, 'data')
    return 0
  },
}
