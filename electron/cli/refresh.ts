/** `ekscope refresh`: endpoint and CA as AWS has them now; everything else of the entries is kept. */
import type { DiscoveryIdentity } from '../aws/api/discovery'
import { refreshedClusters } from '../editing/refresh'
import { type Command, Refusal } from './command'
import { roleFrom } from './edit-values'
import { sentence } from './output'
import { effectiveContexts } from './rows'
import { carryOut, contextsNamed, openForWriting, writingHelp, writingOptions } from './writing'

export const refresh: Command = {
  name: 'refresh',
  usage: 'refresh [CONTEXT…] [--profile P] [--describe-role-arn ARN]',
  summary: 'endpoint and CA of clusters from AWS, everything else kept (none named: all of EKS)',
  options: { ...writingOptions, profile: { type: 'string' }, 'describe-role-arn': { type: 'string' } },
  help: [
    ['--profile P', 'who looks (default: the profile of the entry, else whoever the environment gives)'],
    ['--describe-role-arn ARN', 'a role for looking only'],
    ...writingHelp,
  ],
  async run(call) {
    const { args: words, terminal, signal } = call
    const { environment } = words.globals
    const [profile, roleText] = [words.text('profile'), words.text('describe-role-arn')]
    const role = roleText === null ? null : roleFrom(roleText, '--describe-role-arn')
    const identity: DiscoveryIdentity | null = profile === null && role === null ? null : { profile, role }
    const opened = await openForWriting(call)
    const { snapshot, services } = opened
    const named = words.positionals.length > 0
    const contexts = named ? contextsNamed(snapshot, words.positionals) : effectiveContexts(snapshot)
    const resolved = contexts.flatMap(({ id }) => services.kubeconfig.store.resolve(id) ?? [])
    const looking = await services.editing.discovery(environment)
    try {
      const { edits, problems } = await refreshedClusters(
        resolved,
        {
          look: looking.cluster,
          all: services.kubeconfig.store.resolved(),
          ...(identity ? { identity } : {}),
        },
        signal,
      )
      if (signal.aborted) {
        await terminal.err(sentence('interrupted: nothing was written.', 'Run it again.'))
        return 130
      }
      // Of all contexts, those that are none of EKS were not meant.
      const told = problems.filter(({ notEks }) => named || !notEks)
      const names = new Map(contexts.map(({ id, name }) => [id, name]))
      const [only] = told
      if (only && edits.length === 0 && contexts.length === 1) throw new Refusal(only.fault)
      for (const { context, fault } of told)
        await terminal.err(sentence(`“${names.get(context) ?? ''}”: ${fault.message}`, fault.next))
      const status = await carryOut(call, opened, {
        edits,
        more: {
          problems: told.map(({ context, fault }) => ({
            context: names.get(context) ?? '',
            code: fault.code,
            message: fault.message,
            next: fault.next,
          })),
        },
      })
      return status === 0 && told.length > 0 ? 3 : status
    } finally {
      looking.close()
    }
  },
}
