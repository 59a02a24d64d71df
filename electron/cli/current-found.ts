/** The current context, found out from its files: what `ekscope current` shows, and its prompt where files have changed. */

import { join } from 'node:path'
import { ago } from '../../shared/age'
import { clusterLabel } from '../../shared/exec/parse'
import { isProduction } from '../../shared/identity/production'
import { rejudged, type StaleReason, staleness } from '../../shared/identity/verdict'
import { isBeside } from '../../shared/kubeconfig/entries'
import { quoted, visible } from '../../shared/visible'
import { filesNamedBy } from '../identity/fingerprint'
import { fieldsOf, intendedJson, predictedJson, provenJson, seenJson } from '../report/row-json'
import { filesBehind } from '../state/changes'
import type { Current } from '../state/current-context'
import { type FileStamps, type PromptAnswer, type PromptFacts, stampsOf } from '../state/prompt-memory'
import { offered } from '../system/offer'
import { type CommandCall, type ExitStatus, notFound, print, type Reading } from './command'
import { refuseUnreadable } from './contexts-by-name'
import { principalText, table, toneOf, who } from './output'

/** Files of the data folder that decide what a check means. */
const ownFiles = ['checks.json', 'trust.json', 'expected.json', 'programs.json']

const staleWords: Readonly<Record<StaleReason, string>> = {
  changed: 'changed since',
  expected: 'another identity is expected since',
  ended: 'its sign-in has ended since',
  old: 'old',
}

async function found(call: CommandCall, reading: Reading) {
  const { kubeconfig, identities, environments, checker, settings } = reading
  const named = call.args.globals.kubeconfig
  const snapshot = await kubeconfig.load()
  refuseUnreadable(snapshot, named, { inOne: true })
  const name = snapshot.currentContext ?? ''
  const files = snapshot.files.flatMap((file) => (isBeside(file) ? [] : [file.path]))
  const next = 'To choose one: `ekscope use`.'
  if (name === '') throw notFound(`there is no current context in ${files.join(', ')}.`, next)
  const entry = kubeconfig.store.inView().view.named.context(name)
  if (entry === null)
    throw notFound(`the current context is ${quoted(name)}, which is not in ${files.join(', ')}.`, next)
  const environment = await environments.of(call.args.globals.environment)
  const [subject] = await identities.subjects([entry.id], environment)
  if (subject === undefined) throw new Error('a context of the view has no identity')
  const kept = (await checker.kept()).find(
    (check) => check.context === entry.id && check.environment === environment.name,
  )
  const check = kept === undefined ? null : (rejudged(kept, subject.intended) ?? kept)
  const stale = kept === undefined ? null : staleness(kept, subject, Date.now(), Number.POSITIVE_INFINITY)
  const production = async () => isProduction((await settings.load()).production, entry, subject.meant)
  return { name, entry, subject, check, stale, production }
}

/**
 * What the prompt says, with the states of all files that it depends on, taken before they were read. `stamps`: those of the
 * kubeconfigs; `current`: what has been read of these since, null: nothing.
 */
export async function foundWithCheck(
  call: CommandCall,
  stamps: FileStamps,
  current: Current | null,
): Promise<PromptFacts> {
  const { folder, home, platform, variables } = await call.machine()
  const { kubeconfig } = call.args.globals
  const read = current?.read
  const reading = await call.reading(read ? { kubeconfig, variables, read } : undefined)
  const environment = await reading.environments.of(call.args.globals.environment)
  const { aws, roleCache, programs } = await filesBehind(environment, home, platform)
  const own = ownFiles.map((name) => join(folder.path, name))
  const before = stampsOf([...aws, roleCache, ...programs, ...own])
  const { name, subject, check, stale } = await found(call, reading)
  const behind = [subject.program?.path ?? [], filesNamedBy([subject.resolved])].flat()
  const said: PromptAnswer = {
    context: name,
    check: check && { ...timesOf(check), stale: stale === 'changed' || stale === 'expected' },
  }
  return { said, stamps: { ...stampsOf(behind), ...before, ...stamps }, entries: current?.entries() ?? null }
}

const timesOf = ({ verdict, at, until }: NonNullable<Awaited<ReturnType<typeof found>>['check']>) => ({
  verdict,
  at,
  until,
})

export async function showCurrent(call: CommandCall): Promise<ExitStatus> {
  const { name, entry, subject, check, stale, production } = await found(call, await call.reading())
  const { meant, intended, predicted, resolved } = subject
  const document = {
    environment: call.args.globals.environment,
    context: name,
    file: entry.origin.file,
    namespace: entry.namespace,
    cluster: {
      entry: entry.cluster,
      ...fieldsOf(meant, 'name', 'region', 'account', 'partition', 'tokenFor'),
    },
    user: entry.user,
    intended: intendedJson(intended),
    predicted: predictedJson(predicted),
    production: await production(),
    check: check && {
      ...timesOf(check),
      stale,
      proven: check.proven && provenJson(check.proven),
      seen: check.seen && seenJson(check.seen),
    },
  }
  await print(call, document, (shown) => {
    const age = check === null ? 'not checked' : `${check.verdict}, ${ago(check.at, Date.now())}`
    const row = [
      name,
      clusterLabel(meant.name, entry.cluster),
      entry.namespace ?? '',
      who(predicted, subject.auth, resolved.userEntry?.exec?.command ?? null),
      check === null
        ? age
        : {
            text: stale === null ? age : `${age}; ${staleWords[stale]}`,
            tone: stale === null ? toneOf(check.verdict) : ('doubtful' as const),
          },
      check?.proven ? principalText(check.proven.arn) : '',
    ]
    const advice = `To check it: ${offered('ekscope', 'whoami', name)}.`
    return `${table(head, [row], shown, spare)}${check !== null && stale === null ? '' : `\n${visible(advice)}\n`}`
  })
  return 0
}

const head = ['CONTEXT', 'CLUSTER', 'NAMESPACE', 'WOULD BE', 'LAST CHECK', 'PROVEN']
/** Left out where there is no room for them, in this order. */
const spare = ['NAMESPACE', 'CLUSTER', 'WOULD BE']
