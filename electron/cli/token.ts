/** `ekscope token CONTEXT`. With aws's own words in place of a context the program never comes here (token-start.ts). */
import { throughWrappers } from '../../shared/exec/inside'
import { execVariables } from '../../shared/exec/parse'
import { quoted } from '../../shared/visible'
import { printToken } from '../aws/token/token-command'
import { lookUp } from '../system/look-path'
import { onlyGetsToken } from '../trust/command-permission'
import { usedLikeThis } from './arguments'
import { type Command, Refusal } from './command'
import { contextNamed, refuseUnreadable } from './contexts-by-name'

export const token: Command = {
  usage: 'token CONTEXT',
  summary: 'prints the token of a context, without starting aws where nothing is in doubt',
  examples: ['ekscope token prod-readonly', 'ekscope token prod-readonly --explain'],
  help: {
    '--explain': 'says on standard error whether the token was made here or by aws, and why',
    '-- CONTEXT': 'for a context whose name begins with -, after all options',
  },
  async run(call) {
    const [name, more] = call.args.positionals
    if (name === undefined || more !== undefined) throw usedLikeThis(this)
    const { kubeconfig, environments } = await call.reading()
    const snapshot = await kubeconfig.load()
    refuseUnreadable(snapshot, call.args.globals.kubeconfig)
    const { id } = contextNamed(snapshot, name)
    const exec = kubeconfig.store.inView().view.resolve(id)?.user?.raw.exec ?? null
    const found = exec === null || !onlyGetsToken(exec) ? null : throughWrappers(exec)
    if (exec === null || !found?.ok || found.value.program !== 'aws')
      throw new Refusal({
        code: 'not-aws',
        message: `the command of ${quoted(name)} is not the aws of PATH getting a token and nothing else.`,
        next: 'kubectl gets its token; `ekscope whoami` proves whose that is.',
      })
    const { variables } = await environments.of(call.args.globals.environment)
    const aws = await lookUp('aws', variables)
    const [doubt] = aws.kind === 'found' ? aws.doubts : []
    if (doubt) throw new Refusal({ message: `${doubt.reason}.`, next: doubt.remedy })
    const apiVersion = exec.apiVersion ?? ''
    const info = JSON.stringify({ kind: 'ExecCredential', apiVersion, spec: { interactive: false } })
    const { home, cwd, folder } = await call.machine()
    const said: string[] = []
    const end = await printToken(
      { args: found.value.command.args, aws: null, explains: call.args.flag('explain') },
      {
        variables: { ...variables, ...execVariables(exec), KUBERNETES_EXEC_INFO: info },
        ...{ home, cwd, folder: folder.path },
        out: (text) => said.push(text),
        err: (text) => void call.terminal.err(text),
      },
    )
    for (const text of said) await call.terminal.out(text)
    if (end.kind === 'exited') return end.code
    call.terminal.endBy?.(end.by)
    return 1
  },
}
