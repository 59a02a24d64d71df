/** `ekscope compare`: what differs between two environments, kubeconfigs or reports. Sends no request. */
import { existsSync } from 'node:fs'
import type { Comparison } from '../../shared/audit/compare'
import { basisWords, differenceLines, lineText } from '../../shared/audit/compare-lines'
import { type EnvironmentName, environmentNames } from '../../shared/identity/identity'
import { quoted, visible } from '../../shared/visible'
import { compared, environmentSide, fileSide } from '../report/compare'
import { usedLikeThis } from './arguments'
import { type Command, notFound, orThrow, print } from './command'
import { localTime } from './output'

export const compare: Command = {
  usage: 'compare A [B]',
  summary:
    'what differs between two environments (login-shell, app, clean), kubeconfigs or JSON reports; of one, from now',
  examples: ['ekscope compare login-shell app', 'ekscope compare clean --json'],
  async run(call) {
    const [first, second, ...more] = call.args.positionals
    if (first === undefined || more.length > 0) throw usedLikeThis(this)
    const words = [first, second ?? call.args.globals.environment] as const
    // A kubeconfig beside an environment is judged in that one.
    const environment = words.find(isEnvironment) ?? call.args.globals.environment
    const services = await call.services()
    const sideOf = async (word: string) => {
      const environments = environmentNames.join(', ')
      if (!isEnvironment(word) && !existsSync(call.pathOf(word)))
        throw notFound(
          `${quoted(word)} is neither an environment (${environments}) nor a file.`,
          'To compare two contexts: `ekscope explain` each.',
        )
      return orThrow(
        isEnvironment(word)
          ? await environmentSide(services, word, call.args.globals.kubeconfig)
          : await fileSide(services, call.pathOf(word), environment),
      )
    }
    const found = compared(await sideOf(words[0]), await sideOf(words[1]))
    const { since: _, ...changes } = found.changes
    await print(call, { ...found, changes }, () => text(found))
    return 0
  },
}

const isEnvironment = (word: string): word is EnvironmentName =>
  environmentNames.some((name) => name === word)

function text({ a, b, changes }: Comparison): string {
  const sides = { was: visible(a.name), is: visible(b.name) }
  const lines = differenceLines(changes, sides, (at) => localTime(Date.parse(at)))
  const basis = basisWords(changes, sides)
  const said = basis === null ? '' : `${basis}\n`
  if (lines.length === 0) return `${said}Nothing differs.\n`
  const head = `${sides.was} → ${sides.is}\n`
  return `${head}${said}${lines.map((line) => `${lineText(line, visible)}\n`).join('')}`
}
