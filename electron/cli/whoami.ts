/** `ekscope whoami`: proves the identity of each context, at STS and at its cluster. */

import { checkByFile, expectFindings, lineOf, mutedBy } from '../../shared/audit/expect-file'
import { allFindingsNow, judgedContexts } from '../../shared/audit/judged'
import { plural } from '../../shared/counted'
import type { Finding } from '../../shared/findings/finding-rules'
import { type Check, isNotAllowed, type Problem } from '../../shared/identity/identity'
import { isProduction } from '../../shared/identity/production'
import { shortName } from '../../shared/identity/verdict'
import type { ContextEntry, EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import { option } from '../../shared/shell/offered-command'
import { named, visible } from '../../shared/visible'
import { checkJson, effectiveContexts, inTerminal } from '../report/row-json'
import { offered } from '../system/offer'
import { UsageError } from './arguments'
import {
  type Command,
  type CommandCall,
  type ExitStatus,
  interrupted,
  notFound,
  orThrow,
  print,
  type Reading,
  Refusal,
} from './command'
import { contextsNamed } from './contexts-by-name'
import { refuseNothingReadable } from './list'
import { notLookedAt } from './nothing-to-judge'
import {
  aloneOrAll,
  badNews,
  drawnOver,
  principalText,
  sentence,
  type TableRoom,
  table,
  toneOf,
} from './output'
import { destinationsText, questionJson, questionText } from './question'
import { readExpectFile } from './read-expect-file'

export const whoami: Command = {
  usage:
    'whoami [CONTEXT…] [--concurrency N] [--allow-exec CONTEXT]… [--trust-file] [--strict] [--expect FILE]',
  summary: 'proves the identity of each context (none named: all contexts)',
  examples: [
    'ekscope whoami prod-admin',
    'ekscope whoami --strict prod-admin prod-readonly',
    'ekscope whoami -o json prod-admin',
  ],
  help: {
    '--concurrency N': 'at most N commands at a time (default: two more than there are processors)',
    '--allow-exec CONTEXT':
      'print the command of this context and allow it from now on; or the FINGERPRINT of a question; can be repeated',
    '--trust-file': 'allow tokens to be sent to the servers of the --kubeconfig file from now on',
    '--strict': 'exit status 1 unless every context is verified, 3 where a named file is missing',
    '--expect FILE': 'compare with what this file expects, too: docs/ci.md says what it is',
  },
  async run(call) {
    const { args, terminal, signal } = call
    const concurrency = concurrencyOf(args.text('concurrency'))
    const { environment } = args.globals
    const all = await call.reading()
    const { kubeconfig, trust, environments, identities } = all
    const file = args.text('expect')
    const expected = file === null ? null : await readExpectFile(call.pathOf(file), signal)
    let snapshot = await kubeconfig.load()
    refuseNothingReadable(snapshot, args.globals.kubeconfig)
    const contexts =
      args.positionals.length === 0 ? effectiveContexts(snapshot) : contextsNamed(snapshot, args.positionals)
    const strict = args.flag('strict')
    const nothing = notLookedAt(snapshot, contexts.length, false)
    if (nothing !== null) throw new Refusal(nothing)
    const error = strict ? notLookedAt(snapshot, contexts.length, true) : null
    if (args.flag('trust-file')) {
      for (const { path } of snapshot.files.filter(({ own }) => !own)) {
        const question = await trust.file(path)
        if (question === null) continue
        await terminal.err(destinationsText(question, terminal.errIsTerminal))
        orThrow(await trust.allowDestination(question))
      }
      snapshot = await kubeconfig.load()
    }
    const asked = args.texts('allow-exec')
    const { names, fingerprints } = splitAllowed(snapshot, asked)
    const effective = effectiveContexts(snapshot)
    const mayBeMeant = fingerprints.size > 0 ? effective : contextsNamed(snapshot, names)
    const named = new Set(contextsNamed(snapshot, names).map(({ id }) => id))
    const ids = mayBeMeant.map(({ id }) => id)
    for (const question of asked.length > 0 ? await trust.ask(ids, environment) : []) {
      const byPrint = fingerprints.delete(question.fingerprint)
      if (!byPrint && !question.contexts.some((id) => named.has(id))) continue
      orThrow(await trust.allow(question.context, environment, question.fingerprint))
      const shown = questionText(question, snapshot, terminal.errIsTerminal)
      await terminal.err(`Allowed from now on. ${shown}`)
    }
    const [strange] = fingerprints
    if (strange !== undefined && !(await trust.list()).some(({ fingerprint }) => fingerprint === strange))
      throw notFound(
        `no context has an open question with the fingerprint ${strange}.`,
        'The command may have changed since: `ekscope whoami` prints the questions anew.',
      )

    const checks = await checkAll(call, all, contexts, concurrency)
    const { production: marks } = await all.settings.load()
    const known = await identities.asChecked(environment)
    const byContext = new Map(known.contexts.map((identity) => [identity.context, identity]))
    const { contexts: judged, owners } = judgedContexts({
      now: Date.now(),
      staleHours: Number.POSITIVE_INFINITY,
      snapshot,
      identities: known.contexts,
      findings: known.findings,
      checks: [...checks.values()],
    })
    const nowOf = new Map(judged.map((one) => [one.entry.id, one]))
    const chosen = contexts.flatMap(({ id }) => nowOf.get(id) ?? [])
    const results = chosen.flatMap(({ judged: { check, proven } }) =>
      check === null ? [] : expected === null ? check : checkByFile(check, proven, expected),
    )
    const whole = args.positionals.length === 0
    const unexpected = (
      expected === null ? [] : expectFindings(expected, chosen, owners, { proof: true, whole })
    ).filter((finding) => mutedBy(expected, finding, (id) => nowOf.get(id)?.entry.name ?? null) === null)
    const questions = await openQuestions(call, all, results)
    const { problem } = await environments.of(environment)
    const document = {
      environment,
      ...(signal.aborted ? { cancelled: true } : {}),
      results: results.map((check) => {
        const own = unexpected.filter((finding) => finding.contexts.includes(check.context))
        const findings = [...own, ...(nowOf.get(check.context)?.findings ?? [])]
        const known = byContext.get(check.context)
        const { name = '', cluster = null, origin } = nowOf.get(check.context)?.entry ?? {}
        return {
          ...checkJson(check, known, problem, findings),
          file: origin?.file ?? null,
          production:
            isProduction(marks, { name, cluster }, known?.meant ?? null) ||
            (expected !== null && lineOf(expected, name)?.production === true),
        }
      }),
      problem,
      questions: questions.map((question) => questionJson(question, snapshot, environment)),
      ...(error === null ? {} : { error }),
    }
    const findings = [...unexpected, ...allFindingsNow(judged, known.findings)]
    await print(call, document, (shown) => `${text(results, shown)}${findingsText(results, findings)}`)
    await sayQuestions(call, questions, snapshot)
    const done = `interrupted: ${results.length} of ${contexts.length} contexts were checked.`
    if (signal.aborted) return interrupted(call, done, 'Run the command again for the rest.')
    if (error !== null) {
      await terminal.err(sentence(error.message, error.next))
      return 3
    }
    return unexpected.some(({ severity }) => severity === 'error') ? 1 : statusOf(results, strict)
  },
}

/** Checks these contexts, with progress where standard error is a terminal; after a cancel those that were done. */
export async function checkAll(
  call: CommandCall,
  { checker, identities }: Pick<Reading, 'checker' | 'identities'>,
  contexts: readonly ContextEntry[],
  concurrency: number | null = null,
): Promise<ReadonlyMap<EntryId, Check>> {
  const { environment } = call.args.globals
  const checks = new Map<string, Check>()
  let meanwhile = false
  const progress = drawnOver(call.terminal, 80)
  progress.show(`checking ${plural(contexts.length, 'context')}`)
  await checker.run(
    {
      contexts: contexts.map(({ id }) => id),
      environment,
      ...(concurrency === null ? {} : { concurrency }),
      onCheck: (check) => {
        checks.set(check.context, check)
        progress.show(`checked ${checks.size} of ${contexts.length}`)
      },
      // While the first command runs there is time to compute what is printed with the results.
      onProgress: ({ kind }) => {
        if (kind !== 'begun' || meanwhile) return
        meanwhile = true
        setTimeout(() => void identities.asChecked(environment).catch(() => undefined), 0)
      },
    },
    call.signal,
  )
  await progress.end()
  return checks
}

/** What has to be allowed before these contexts can be checked. */
export async function openQuestions(
  call: CommandCall,
  { trust }: Pick<Reading, 'trust'>,
  results: readonly Check[],
) {
  const unanswered = results.flatMap(({ context, problem }) => (isNotAllowed(problem) ? [context] : []))
  return unanswered.length > 0 ? trust.ask(unanswered, call.args.globals.environment) : []
}

export async function sayQuestions(
  { terminal }: CommandCall,
  questions: Awaited<ReturnType<typeof openQuestions>>,
  snapshot: Snapshot,
): Promise<void> {
  for (const question of questions)
    await terminal.err(`Not allowed yet. ${questionText(question, snapshot, terminal.errIsTerminal)}`)
}

/** A word of 64 hexadecimal digits that names no context is a fingerprint. */
function splitAllowed(snapshot: Snapshot, words: readonly string[]) {
  const names = new Set(snapshot.contexts.map(({ name }) => name))
  const isPrint = (word: string) => /^[0-9a-f]{64}$/.test(word) && !names.has(word)
  return { names: words.filter((word) => !isPrint(word)), fingerprints: new Set(words.filter(isPrint)) }
}

function concurrencyOf(text: string | null): number | null {
  if (text === null) return null
  const number = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (number < 1) throw new UsageError('--concurrency takes a number from 1 to 999')
  return number
}

/** What `proven` says and leaves open, and how it becomes `verified`; null for other verdicts. */
export function nobodyToCompare(
  check: Pick<Check, 'contextName' | 'verdict' | 'proven' | 'intended'>,
): Pick<Problem, 'message' | 'next'> | null {
  const { contextName, verdict, proven, intended } = check
  if (verdict !== 'proven' || proven === null) return null
  const { profile, by } = intended
  const why =
    profile !== null
      ? `files do not say whose identity profile ${named(profile)} gives`
      : by.length > 0
        ? by.join(', ')
        : 'the entry names no identity, so the environment decides'
  return {
    message: `AWS says that the context acts as ${shortName(proven.arn)}, and there is no identity to compare with: ${why}.`,
    next: `If that identity should act here, ${offered('ekscope', 'expect', option('--proven'), contextName)} makes any other a mismatch.`,
  }
}

function text(checks: readonly Check[], shown: TableRoom): string {
  if (checks.length === 0) return 'No context was checked.\n'
  const rows = checks.map(({ contextName, verdict, proven, seen, actsAs }) => [
    contextName,
    { text: verdict, tone: toneOf(verdict) },
    proven ? principalText(proven.arn) : '',
    seen ? `${seen.username}${seen.groups.length > 0 ? ` [${seen.groups.join(', ')}]` : ''}` : '',
    actsAs ? `acts as ${actsAs.username}` : '',
  ])
  const problems = checks.flatMap((check) => {
    const said = check.problem === null ? nobodyToCompare(check) : inTerminal(check.problem)
    return said === null
      ? []
      : [
          `${visible(check.contextName)}: ${visible([said.message, check.clusterProblem?.message].filter(Boolean).join(' '))}\n  ${visible(said.next)}\n`,
        ]
  })
  const body = table(['CONTEXT', 'VERDICT', 'PROVEN', 'SEEN', ''], rows, shown)
  return problems.length === 0 ? body : `${body}\n${problems.join('')}`
}

/**
 * Problems and risks of the checked contexts, each named once: a verdict is about now, and does not show a shared user. Findings
 * that are only worth knowing are left to `list` and `lint`.
 */
function findingsText(checks: readonly Check[], findings: readonly Finding[]): string {
  const names = new Map(checks.map(({ context, contextName }) => [context, contextName]))
  const sentences = findings.flatMap(({ id, severity, contexts, file, message, advice }) => {
    const about = contexts.flatMap((context) => names.get(context) ?? [])
    if (severity === 'info' || (about.length === 0 && id !== 'missing-context')) return []
    return [
      `${visible(about.length === 0 ? file : aloneOrAll(about))}: ${id}: ${visible(message)}\n${advice === null ? '' : `  ${visible(advice)}\n`}`,
    ]
  })
  return sentences.length === 0 ? '' : `\n${sentences.join('')}`
}

/** `strict`: everything that is not verified is bad news. */
export function statusOf(checks: readonly Pick<Check, 'verdict' | 'proven'>[], strict: boolean): ExitStatus {
  if (checks.some(({ verdict }) => (strict ? verdict !== 'verified' : badNews.has(verdict)))) return 1
  return checks.some(({ verdict, proven }) => verdict === 'unreachable' && proven === null) ? 3 : 0
}
