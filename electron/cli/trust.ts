/** `ekscope trust`: what the user has decided, and the questions that are open. */
import { quoted, visible } from '../../shared/visible'
import { effectiveContexts } from '../report/row-json'
import type { Prompts } from '../trust/prompts'
import { usedLikeThis } from './arguments'
import { type Command, notFound, orThrow, print } from './command'
import { table } from './output'
import { questionJson, questionText } from './question'

export const trust: Command = {
  usage: 'trust [list], trust show FINGERPRINT, trust forget FINGERPRINT',
  summary: 'lists what you allowed, shows what a fingerprint stands for, or forgets it',
  examples: ['ekscope trust', 'ekscope trust list --json'],
  async run(call) {
    const { args, terminal, reading } = call
    const [verb = 'list', fingerprint, ...more] = args.positionals
    const complete = verb === 'list' ? fingerprint === undefined : fingerprint !== undefined
    if (!['list', 'show', 'forget'].includes(verb) || !complete || more.length > 0) throw usedLikeThis(this)
    const { kubeconfig, trust: prompts } = await reading()
    const decisions = await prompts.list()
    if (fingerprint === undefined) {
      const none = 'Nothing is allowed beyond what is safe by itself.\n'
      await print(call, { decisions }, () => (decisions.length === 0 ? none : shown(decisions)))
      return 0
    }
    const decision = decisions.find((one) => one.fingerprint === fingerprint)
    if (verb === 'forget') {
      if (!decision) throw unknown(fingerprint)
      orThrow(await prompts.forget(fingerprint))
      await print(call, { forgotten: decision }, () => `forgotten: ${visible(decision.what)}\n`, 'report')
      return 0
    }
    const snapshot = await kubeconfig.load()
    const { environment } = args.globals
    const contexts = effectiveContexts(snapshot).map(({ id }) => id)
    const question = (await prompts.pending(contexts, environment)).find(
      (one) => one.fingerprint === fingerprint,
    )
    if (!question && !decision) throw unknown(fingerprint)
    const open = question ? questionJson(question, snapshot, environment) : null
    await print(call, { decision: decision ?? null, question: open }, () =>
      question ? questionText(question, snapshot, terminal.outIsTerminal) : shown(decision ? [decision] : []),
    )
    return 0
  },
}

const shown = (decisions: Awaited<ReturnType<Prompts['list']>>): string =>
  table(
    ['FINGERPRINT', 'KIND', 'SINCE', 'WHAT'],
    decisions.map(({ fingerprint, kind, at, what }) => [fingerprint, kind, new Date(at).toISOString(), what]),
  )

const unknown = (fingerprint: string) =>
  notFound(
    `there is neither a decision nor an open question with the fingerprint ${quoted(fingerprint)}.`,
    '`ekscope trust list` lists the decisions, `ekscope whoami` prints the questions of this environment.',
  )
