/** The manual page `ekscope.1`, from the table of commands; the build asks `ekscope __man` for it. */
import { capital } from '../../shared/capital'
import { nameOf } from './arguments'
import type { Command } from './command'
import { commandNamed, commandNames, globals } from './commands'
import { writingHelp } from './writing'

export const man: Command = {
  usage: '__man [VERSION]',
  summary: 'the manual page of ekscope, for man',
  examples: [],
  async run({ args, terminal }) {
    const all = (await Promise.all(commandNames.map(commandNamed))).flatMap((command) => command ?? [])
    await terminal.out(manPage(all, args.positionals.join()))
    return 0
  },
}

/** A text as roff has it: no request by a dot at the beginning, no hyphen for a minus sign, and ASCII alone. */
const roff = (text: string): string =>
  text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/^(?=[.'])/gm, '\\&')
    .replace(
      /[^\0-\x7f]/gu,
      (one) => `\\[u${one.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`,
    )

/** A word or option in bold, and below it what it means. */
const item = ([name, meaning]: readonly [string, string]): string =>
  `.TP\n\\fB${roff(name)}\\fR\n${roff(meaning)}\n`
const items = (meanings: object): string => Object.entries(meanings).map(item).join('')

function commandText(command: Command): string {
  const { usage, summary, help = {}, examples } = command
  const writes = Object.keys(writingHelp).every((name) => name in help)
  const own = Object.entries(help).filter(([name]) => !(writes && name in writingHelp))
  const also = writes ? '.PP\nTakes the options of commands that write.\n' : ''
  const shown = examples.map((example) => `.br\n${roff(example)}\n`)
  const uses = usage.split(', ').map((one) => `.br\n\\fBekscope ${roff(one)}\\fR\n`)
  return `.SS ${roff(nameOf(command))}\n${roff(capital(summary))}.\n${uses.join('')}${own.map(item).join('')}${also}.PP\nExamples:\n.ad l\n${shown.join('')}`
}

const manPage = (
  commands: readonly Command[],
  version: string,
): string => `.TH EKSCOPE 1 "" "ekscope ${roff(version)}"
.SH NAME
ekscope \\- shows, edits and proves the AWS identity behind every kubectl context for Amazon EKS
.SH SYNOPSIS
\\fBekscope\\fR \\fICOMMAND\\fR [options]
.br
\\fBkubectl ekscope\\fR \\fICOMMAND\\fR [options]
.SH OPTIONS OF EVERY COMMAND
${items(globals)}.SH OPTIONS OF COMMANDS THAT WRITE
${items(writingHelp)}.SH COMMANDS
${commands.map(commandText).join('')}.SH EXIT STATUS
${items({
  '0': 'Fine.',
  '1': 'The answer is bad news.',
  '2': 'Wrong usage.',
  '3': 'The command could not be carried out; the reason is on standard error.',
  '130': 'Interrupted.',
})}Of exec it is that of the command that it ran.
.SH ENVIRONMENT
${items({
  KUBECONFIG: 'The kubeconfig files, as kubectl reads it.',
  EKSCOPE_HOME: 'The folder of settings, history and decisions; by default one in XDG_STATE_HOME.',
  'AWS_PROFILE and what else aws reads': 'As in any command that aws runs in this shell.',
})}.SH FILES
${items({
  '~/.kube/config': 'The kubeconfig where KUBECONFIG names none.',
  '~/.aws/config, ~/.aws/credentials': 'The AWS profiles.',
  '~/.local/state/ekscope': "Ekscope's own folder.",
})}.SH SEE ALSO
.BR kubectl (1),
.BR aws (1)
`
