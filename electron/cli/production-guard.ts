/** How a command has the name of a context of production typed, before it uses or changes it. */
import { counted } from '../../shared/counted'
import { unreadMarks } from '../../shared/identity/production'
import { fail, fault, ok, type Result } from '../../shared/result'
import { isTyped, typedFor } from '../../shared/trust/question-text'
import { quoted, visible } from '../../shared/visible'
import { type CommandCall, type Reading, Refusal } from './command'
import { sentence, shortened } from './output'

/**
 * Asks for the name of a production context where standard input is a terminal. Where it is none, the setting decides: the command
 * is refused, or it goes on and says so on standard error.
 */
export async function nameTyped(
  { terminal }: Pick<CommandCall, 'terminal'>,
  settings: Pick<Reading['settings'], 'load' | 'read'>,
  names: readonly string[],
  cloneOf: string | null = null,
): Promise<Result<boolean>> {
  const [first = '', ...others] = names
  const more =
    others.length === 0
      ? ''
      : ` (and ${counted(others.length)} more: ${visible(shortened(others).join(', '))})`
  const { askTyping } = terminal
  const { production, unattended } = await settings.load()
  const clone = cloneOf === null ? '' : `, a clone of ${quoted(cloneOf)},`
  const is = `${quoted(first)}${clone} ${unreadMarks(production).length > 0 ? 'counts as' : 'is'} production${more}`
  if (askTyping === null) {
    const read = await settings.read()
    const without = `${is}, and there is no terminal to type its name in`
    if (!read.ok) return fail({ ...read.fault, message: `${without}: ${read.fault.message}` })
    if (unattended === 'refuse')
      return fail(
        fault(
          'not-allowed',
          `${without}.`,
          'Do it in a terminal. Whether commands go on without one: `ekscope production --without-terminal go-on`.',
        ),
      )
    await terminal.err(sentence(`${is}: going on, because there is no terminal to type its name in.`))
    return ok(true)
  }
  const name = typedFor(first)
  const asked = name === first ? 'its name' : quoted(name)
  const typed = await askTyping(`${is}. Type ${asked} to go on:`)
  return ok(typed !== null && isTyped({ name }, typed))
}

/** The same for a command that writes nothing. */
export async function demandName(
  call: CommandCall,
  settings: Pick<Reading['settings'], 'load' | 'read'>,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return
  const typed = await nameTyped(call, settings, names)
  if (!typed.ok) throw new Refusal(typed.fault)
  if (!typed.value)
    throw new Refusal({
      code: 'not-allowed',
      message: `that is not the name of ${quoted(names[0] ?? '')}, so nothing was done.`,
      next: 'Run the command again, and type the name.',
    })
}
