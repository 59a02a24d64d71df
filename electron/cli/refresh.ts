/** `ekscope refresh`: endpoint and CA as AWS has them now; everything else of the entries is unchanged. */
import { quoted } from '../../shared/visible'
import { refreshedClusters } from '../editing/refreshed-clusters'
import { effectiveContexts, problemJson } from '../report/row-json'
import { allAskAt } from '../trust/eks-endpoints'
import { allowedServers, allowServerHelp } from './allow-server'
import { type Command, interrupted, Refusal } from './command'
import { contextsNamed } from './contexts-by-name'
import { askerOf } from './edit-values'
import { sentence } from './output'
import { tryHelp } from './trying'
import { carryOut, openForWriting, writingHelp } from './writing'

export const refresh: Command = {
  usage: 'refresh [CONTEXT…] [--profile P] [--describe-role-arn ARN] [--tunnels] [--allow-server HOST:PORT]…',
  summary: 'endpoint and CA of clusters from AWS, everything else kept (none named: all EKS contexts)',
  examples: ['ekscope refresh ledger --dry-run', 'ekscope refresh prod-admin'],
  help: {
    '--profile P':
      'the profile that asks AWS (default: that of the entry, else the identity of the environment)',
    '--describe-role-arn ARN': 'a role that is assumed only to ask AWS',
    '--tunnels': 'also entries whose server is not an EKS endpoint (a forwarded port, a tls-server-name)',
    ...allowServerHelp,
    ...tryHelp,
    ...writingHelp,
  },
  async run(call) {
    const { args, terminal, signal } = call
    const { environment } = args.globals
    const identity = askerOf(args)
    const opened = await openForWriting(call)
    const { snapshot, services } = opened
    const named = args.positionals.length > 0
    const contexts = named ? contextsNamed(snapshot, args.positionals) : effectiveContexts(snapshot)
    const resolved = contexts.flatMap(({ id }) => services.kubeconfig.store.inView().view.resolve(id) ?? [])
    const servers = allowedServers(args, terminal)
    const endpoints = await services.editing.endpointsIn(environment)
    const discovery = await services.editing.discovery(environment)
    try {
      const { edits, problems } = await refreshedClusters(
        resolved,
        {
          describeCluster: discovery.cluster,
          all: services.kubeconfig.store.inView().view.resolved(),
          tunnels: args.flag('tunnels'),
          refused: (cluster, standing, sharing) =>
            servers.refused(cluster, standing, allAskAt(sharing, endpoints, cluster.askedBy.endpoint)),
          ...(identity ? { identity } : {}),
        },
        signal,
      )
      if (signal.aborted)
        return interrupted(call, 'interrupted: nothing was written.', 'Run the command again.')
      // When all contexts are refreshed, those of clusters outside EKS are not meant.
      const shown = problems.filter(({ why }) => named || why !== 'not-eks')
      const names = new Map(contexts.map(({ id, name }) => [id, name]))
      const [only] = shown
      if (only && (named || only.why === 'failed') && edits.length === 0 && contexts.length === 1)
        throw new Refusal(only.fault)
      for (const { context, fault } of shown)
        await terminal.err(sentence(`${quoted(names.get(context) ?? '')}: ${fault.message}`, fault.next))
      const status = await carryOut(call, opened, {
        edits,
        forAll: true,
        more: {
          problems: shown.map(({ context, fault }) => ({
            context: names.get(context) ?? '',
            ...problemJson(fault),
          })),
        },
      })
      // An unchanged tunnel is right, unless its context was named.
      const failed = shown.some(({ why }) => named || why === 'failed')
      return status === 0 && failed ? 3 : status
    } finally {
      discovery.close()
    }
  },
}
