/** The commands of the terminal, in the order in which `--help` shows them. A new one is a line here. */
import { add } from './add'
import type { Command } from './command'
import { demo } from './demo'
import {
  clone,
  remove,
  rename,
  setNamespace,
  setProfile,
  setRegion,
  setRole,
  splitUser,
  use,
} from './edit-values'
import { expecting } from './expect'
import { fix } from './fix'
import { history, reapply, redo, restore, undo } from './history'
import { lint } from './lint'
import { list } from './list'
import { move } from './move'
import { refresh } from './refresh'
import { exporting, importing } from './transfer'
import { trust } from './trust'
import { whoami } from './whoami'

export const commands: readonly Command[] = [
  list,
  whoami,
  lint,
  fix,
  add,
  refresh,
  setRole,
  setProfile,
  setNamespace,
  setRegion,
  rename,
  clone,
  splitUser,
  expecting,
  remove,
  move,
  importing,
  exporting,
  use,
  history,
  undo,
  redo,
  reapply,
  restore,
  trust,
  demo,
]

const globals: readonly (readonly [string, string])[] = [
  ['--kubeconfig FILE', 'this file instead of KUBECONFIG or ~/.kube/config'],
  ['--environment NAME', 'where commands run: app (this terminal; the default), login-shell, clean'],
  ['--json', 'one JSON document on standard output'],
  ['--help, -h', 'this help, or the help of a command'],
  ['--version', 'the version'],
]

const lines = (rows: readonly (readonly [string, string])[]) => {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}

/** `ekscope --help`. */
export function generalHelp(): string {
  return `Ekscope shows, edits and proves the AWS identity behind every kubectl context for Amazon EKS.

Usage: ekscope COMMAND [options]

${lines(commands.map(({ name, summary }) => [name, summary] as const))}

Options of every command:
${lines(globals)}

Exit status: 0 fine, 1 the answer is bad news, 2 wrong usage, 3 the command could not be carried out.
`
}

/** `ekscope COMMAND --help`. */
export function commandHelp({ usage, summary, help }: Command): string {
  const own = help.length > 0 ? `\nOptions:\n${lines(help)}\n` : ''
  return `${summary[0]?.toUpperCase()}${summary.slice(1)}.

Usage: ekscope ${usage}
${own}
Options of every command:
${lines(globals)}
`
}
