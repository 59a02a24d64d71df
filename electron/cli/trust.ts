/** `ekscope trust`: what the user has decided, and the questions that are open. */
import { quoted, visible } from '../../shared/visible'
import { usedLikeThis } from './arguments'
import { type Command, Refusal } from './command'
import { json, table } from './output'
import { questionJson, questionText } from './question'
import { effectiveContexts } from './rows'

export const trust: Command = {
  name: 'trust',
  usage: 'trust [list|show FINGERPRINT|forget FINGERPRINT]',
  summary: 'lists what you allowed, shows what a fingerprint stands for, or forgets it',
  help: [],
  async run({ args, terminal, reading }) {
    const [verb = 'list', fingerprint, ...more] = args.positionals
    const complete = verb === 'list' ? fingerprint === undefined : fingerprint !== undefined
    if (!['list', 'show', 'forget'].includes(verb) || !complete || more.length > 0) throw usedLikeThis(this)
    const { kubeconfig, trust: prompts } = await reading()
    const decisions = await prompts.list()
    if (fingerprint === undefined) {
      if (args.globals.json) await terminal.out(json({ decisions }))
      else if (decisions.length === 0)
        await terminal.out('Nothing is allowed beyond what is safe by itself.\n')
      else await terminal.out(table(head, decisions.map(rowOf)))
      return 0
    }
    const decision = decisions.find((one) => one.fingerprint === fingerprint)
    if (verb === 'forget') {
      if (!decision) throw unknown(fingerprint)
      const forgotten = await prompts.forget(fingerprint)
      if (!forgotten.ok) throw new Refusal(forgotten.fault)
      const said = args.globals.json
        ? json({ forgotten: decision })
        : `forgotten: ${visible(decision.what)}\n`
      await terminal.report(said)
      return 0
    }
    const snapshot = await kubeconfig.load()
    const { environment } = args.globals
    const contexts = effectiveContexts(snapshot).map(({ id }) => id)
    const question = (await prompts.pending(contexts, environment)).find(
      (one) => one.fingerprint === fingerprint,
    )
    if (!question && !decision) throw unknown(fingerprint)
    const whole = terminal.outIsTerminal
    if (args.globals.json) {
      const open = question ? questionJson(question, snapshot, environment) : null
      await terminal.out(json({ decision: decision ?? null, question: open }))
    } else if (question) await terminal.out(questionText(question, snapshot, whole))
    else if (decision) await terminal.out(table(head, [rowOf(decision)]))
    return 0
  },
}

const head = ['FINGERPRINT', 'KIND', 'SINCE', 'WHAT']
const rowOf = ({ fingerprint, kind, at, what }: Decision) => [
  fingerprint,
  kind,
  new Date(at).toISOString(),
  what,
]

interface Decision {
  readonly fingerprint: string
  readonly kind: string
  readonly at: number
  readonly what: string
}

const unknown = (fingerprint: string) =>
  new Refusal({
    code: 'not-found',
    message: `there is neither a decision nor an open question with the fingerprint ${quoted(fingerprint)}.`,
    next: '`ekscope trust list` lists the decisions, `ekscope whoami` prints the questions of this environment.',
  })
