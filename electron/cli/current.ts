/** `ekscope current`: what kubectl uses, with the verdict of its last check. No check is made, and of a prompt hardly any file is read. */
import type { Verdict } from '../../shared/identity/identity'
import { visible } from '../../shared/visible'
import { locateKubeconfigs } from '../kubeconfig/disk/locate'
import { type PromptAnswer, promptMemory } from '../state/prompt-memory'
import { cleanVariables, environmentOf } from '../system/environment'
import type { Command, CommandCall } from './command'

export const current: Command = {
  usage: 'current [--prompt]',
  summary: 'the context that kubectl uses, with the verdict of its last check; no check is made',
  examples: ['ekscope current', 'ekscope current --prompt', 'ekscope current --json'],
  help: { '--prompt': 'one line, quick enough for each prompt: name, verdict and age of that check' },
  async run(call) {
    const { args, terminal } = call
    if (!args.flag('prompt') || args.globals.json) {
      const { showCurrent } = await import('./current-found')
      return showCurrent(call)
    }
    const kept = await memoryOf(call)
    let said = (await kept?.memory.recall()) ?? null
    if (said === null) {
      const { foundForPrompt } = await import('./current-prompt')
      said = await foundForPrompt(call, kept)
    }
    await terminal.out(`${visible(said.context)} ${wordOf(said, Date.now())}\n`)
    return 0
  },
}

/** Null for a login shell, and for standard input: there is more to ask than files. */
async function memoryOf(call: CommandCall) {
  const { environment, kubeconfig } = call.args.globals
  if (environment === 'login-shell' || kubeconfig === '-') return null
  const { variables, home, platform, cwd, folder } = await call.machine()
  const where = { explicit: kubeconfig, variables, home, cwd, platform, opened: [] }
  const list = locateKubeconfigs(where)
  const paths = list.map(({ path }) => path)
  const own = environment === 'clean' ? cleanVariables(variables) : variables
  const fingerprint = () => environmentOf(environment, own).fingerprint
  return { list, memory: promptMemory(folder, paths, environment, fingerprint) }
}

/** `verified 5m`, `stale 5m`, `not-checked`. */
export function wordOf({ check }: PromptAnswer, now: number): string {
  if (check === null) return 'not-checked'
  const { verdict, at, until, stale } = check
  const shown: Verdict | 'stale' = stale || (until !== null && until <= now) ? 'stale' : verdict
  const minutes = Math.max(0, Math.floor((now - at) / 60_000))
  const age = minutes < 120 ? `${minutes}m` : minutes < 2_880 ? `${Math.floor(minutes / 60)}h` : null
  return `${shown} ${age ?? `${Math.floor(minutes / 1_440)}d`}`
}
