/** `ekscope expect --write FILE`: an expect file of what is expected of the contexts, or was proven of them. */

import { stringify } from 'yaml'
import { expectMark } from '../../shared/audit/expect-file'
import { plural } from '../../shared/counted'
import { expectedPrincipal } from '../../shared/identity/expected'
import { isProduction } from '../../shared/identity/production'
import { quoted, visible } from '../../shared/visible'
import { exportTarget } from '../editing/export'
import { realTarget } from '../kubeconfig/disk/replace'
import { effectiveContexts } from '../report/row-json'
import { type CommandCall, type ExitStatus, orThrow, print, Refusal } from './command'
import { contextsNamed } from './contexts-by-name'
import { judgedNow } from './judged-contexts'
import { sentence } from './output'

export async function writeExpectFile(call: CommandCall, named: string): Promise<ExitStatus> {
  const { args, terminal } = call
  const services = await call.services()
  const snapshot = await services.kubeconfig.load()
  const names = args.positionals
  const chosen = names.length === 0 ? effectiveContexts(snapshot) : contextsNamed(snapshot, names)
  const path = orThrow(await realTarget(call.pathOf(named)))
  const { forbids, exportTo } = services.editing
  const before = orThrow(await exportTarget(path, snapshot.files, '`ekscope expect CONTEXT ARN`', forbids))
  if (before !== null && !before.startsWith(expectMark))
    throw new Refusal({
      message: `${path} exists, and does not begin with ${expectMark}: it is not replaced.`,
      next: 'Choose another name.',
    })
  const { judged } = await judgedNow(services, snapshot, args.globals.environment)
  const known = new Map(judged.map((one) => [one.entry.id, one]))
  const { production } = await services.settings.load()
  const lines = new Map<string, string | Readonly<Record<string, string | true>>>()
  const leftOut: string[] = []
  for (const entry of chosen) {
    const { id, name } = entry
    const { identity, judged: now } = known.get(id) ?? {}
    const proven = now?.stale === null ? (now.check?.proven ?? null) : null
    const principal =
      identity?.expected?.principal ?? (proven === null ? null : expectedPrincipal(proven.canonicalArn))
    if (principal === null) leftOut.push(name)
    else {
      const { partition, region, account, name: cluster } = identity?.meant ?? {}
      const isWhole = partition && region && account && cluster
      const arn = `arn:${partition}:eks:${region}:${account}:cluster/${cluster}`
      const isMarked = isProduction(production, entry, identity?.meant ?? null)
      const line = {
        identity: principal,
        ...(isWhole ? { cluster: arn } : {}),
        ...(isMarked ? { production: true as const } : {}),
      }
      lines.set(name, Object.keys(line).length > 1 ? line : principal)
    }
  }
  for (const name of leftOut)
    await terminal.err(
      sentence(
        `${quoted(name)} is left out: no identity is expected of it, and no check that holds proved one.`,
        '`ekscope whoami` checks it.',
      ),
    )
  if (lines.size === 0)
    throw new Refusal({
      code: 'not-proven',
      message: 'nothing was written.',
      next: 'Run `ekscope whoami` first.',
    })
  const text = stringify(
    new Map<string, unknown>([
      ['ekscope', 'expect/1'],
      ['contexts', lines],
    ]),
    { lineWidth: 0 },
  )
  const isDry = args.flag('dry-run')
  if (!isDry) orThrow(await exportTo(path, text, before))
  const document = { path, written: !isDry, contexts: [...lines.keys()], leftOut }
  const done = `wrote ${visible(path)}: ${plural(lines.size, 'context')}\n`
  await print(call, document, () => (isDry ? visible(text) : done), 'report')
  return leftOut.length > 0 && names.length > 0 ? 3 : 0
}
