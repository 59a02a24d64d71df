/** `ekscope clusters`: every cluster that is known from files or by looking; with --online, asked anew. */
import { plural } from '../../shared/counted'
import { isBelieved, notBelieved } from '../../shared/identity/asked-by'
import { stateOf, supportNow } from '../../shared/identity/known-clusters'
import type { SweptCluster } from '../../shared/identity/search-results'
import { maskAddress } from '../../shared/kubeconfig/secrets'
import { quoted, visible } from '../../shared/visible'
import { fieldsOf, problemJson } from '../report/row-json'
import { askAboutClusters, knownClusters } from '../state/clusters-shown'
import type { KnownCluster } from '../state/fleet-clusters'
import { answer, type Command } from './command'
import { notKept, shortened, type TableRoom, table } from './output'

export const clusters: Command = {
  usage: 'clusters [--online]',
  summary:
    'every cluster that contexts lead to or a search has found, with version, status, endpoint and contexts',
  examples: ['ekscope clusters', 'ekscope clusters --online'],
  help: {
    '--online':
      'ask AWS again about each: until when its version is supported, and whether its endpoint answers',
  },
  async run(call) {
    const { args, terminal, signal } = call
    const services = await call.services()
    await services.kubeconfig.load()
    const { environment } = args.globals
    const asked = args.flag('online')
    if (asked) {
      const { kept } = await askAboutClusters(services.clusters, environment, null, () => undefined, signal)
      if (!kept.ok) await terminal.err(notKept(kept.fault))
    }
    const rows = (await knownClusters(services.clusters, environment, null)).map(({ cluster }) => cluster)
    const now = Date.now()
    return answer(call, {
      json: jsonOf(rows, asked, now),
      text: (shown) => textOf(rows, asked, now, shown),
      error: asked && !signal.aborted ? nothingSeen(rows) : null,
      stopped: ['interrupted: not every cluster was asked.', 'Run the command again.'],
    })
  },
}

/** AWS answered for none: the command failed. Answers for some are a result, with the problems of the others. */
function nothingSeen(rows: readonly KnownCluster[]) {
  const faults = rows.flatMap(({ asked }) => (asked === null ? [] : [asked.fault]))
  const [first = null] = faults
  return first === null || faults.includes(null) ? null : problemJson(first)
}

const dateOf = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString().slice(0, 10)

function jsonOf(rows: readonly KnownCluster[], online: boolean, now: number) {
  return {
    online,
    clusters: rows.map((row) => {
      const { described, support } = row
      const { reached = null, fault = null } = row.asked ?? {}
      return {
        ...fieldsOf(row, 'arn', 'name', 'region', 'account', 'accountName'),
        state: stateOf(row),
        status: described?.status ?? null,
        version: described?.version ?? null,
        support: support && {
          now: supportNow(support, now),
          standardUntil: dateOf(support.standardUntil),
          extendedUntil: dateOf(support.extendedUntil),
        },
        endpoint: described?.endpoint ?? null,
        publicEndpoint: described?.publicEndpoint ?? null,
        privateEndpoint: described?.privateEndpoint ?? null,
        believed: described && isBelieved(described),
        authenticationMode: described?.authenticationMode ?? null,
        serviceRole: described?.serviceRole ?? null,
        contexts: row.contexts.map((context) => fieldsOf(context, 'name', 'verdict')),
        entries: row.entries.map(({ file, name, server, state }) => ({
          file,
          name,
          server: server === null ? null : maskAddress(server),
          state,
        })),
        reached,
        at: described && new Date(described.at).toISOString(),
        goneAt: row.goneAt === null ? null : new Date(row.goneAt).toISOString(),
        problem: fault && problemJson(fault),
      }
    }),
  }
}

const head = ['CLUSTER', 'ACCOUNT', 'REGION', 'VERSION', 'STATE', 'ENDPOINT', 'DECIDED BY', 'CONTEXTS']
const decides: Readonly<Record<string, string>> = {
  CONFIG_MAP: 'aws-auth',
  API: 'entries',
  API_AND_CONFIG_MAP: 'entries, aws-auth',
}

function textOf(rows: readonly KnownCluster[], online: boolean, now: number, shown: TableRoom): string {
  if (rows.length === 0) return 'No cluster is known. `ekscope discover` searches for clusters.\n'
  const cells = rows.map((row) => {
    const { described, support } = row
    const until = supportNow(support, now)
    const extended = ` (extended until ${dateOf(support?.extendedUntil ?? null) ?? '?'})`
    const ends = until === 'ended' ? ' (support ended)' : until === 'extended' ? extended : ''
    const reached = row.asked?.reached ?? null
    const answers =
      reached === null ? '' : reached.answers ? `, ${reached.ms} ms` : `, no answer (${reached.why})`
    const mode = described?.authenticationMode ?? null
    return [
      row.name ?? row.arn ?? '',
      row.accountName ?? row.account ?? '',
      row.region ?? '',
      `${described?.version ?? ''}${ends}`,
      stateOf(row),
      `${endpointOf(described)}${answers}`,
      mode === null ? '' : (decides[mode] ?? mode),
      shortened(row.contexts.map(({ name }) => name)).join(', '),
    ]
  })
  const notes = rows.flatMap((row) => {
    const { described } = row
    const fault = row.asked?.fault ?? null
    const other = row.entries.filter(({ state }) => state === 'recreated' || state === 'stale')
    return [
      ...(fault === null ? [] : [`${row.name}: ${fault.message} ${fault.next}`]),
      ...other.map(
        ({ name, state }) =>
          `${row.name}: the cluster entry ${quoted(name)} has ${state === 'stale' ? 'another authority' : 'another endpoint'} than AWS gives. \`ekscope refresh\` brings it up to date.`,
      ),
      ...(described === null || isBelieved(described) ? [] : [`${row.name}: ${notBelieved}`]),
      ...(row.goneAt === null ? [] : [`${row.name} was no longer there on ${dateOf(row.goneAt)}.`]),
    ]
  })
  const oldest = Math.min(...rows.flatMap(({ described }) => (described === null ? [] : [described.at])))
  const age = Number.isFinite(oldest) ? ` What AWS says is of ${dateOf(oldest)} or later.` : ''
  const sum = `${plural(rows.length, 'cluster')}.${!online ? `${age} To ask again: --online.` : ''}`
  return `${table(head, cells, shown, ['DECIDED BY', 'ENDPOINT', 'VERSION', 'ACCOUNT'])}\n${[...notes, sum].map((line) => `${visible(line)}\n`).join('')}`
}

function endpointOf(described: SweptCluster | null): string {
  if (described === null) return ''
  const { publicEndpoint, privateEndpoint } = described
  if (publicEndpoint === null && privateEndpoint === null) return ''
  return [publicEndpoint && 'public', privateEndpoint && 'private'].filter(Boolean).join(' and ') || 'none'
}
