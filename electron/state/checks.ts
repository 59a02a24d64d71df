/**
 * The results of checks, kept across starts in checks.json without secrets and always shown with their age. One
 * check per context and environment: the latest.
 */
import * as v from 'valibot'
import {
  type Check,
  environmentNames,
  type Intended,
  isProblemCode,
  type Predicted,
  type Problem,
  type ProblemCode,
  type Proven,
  type Seen,
  verdicts,
} from '../../shared/identity/identity'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { Result } from '../../shared/result'
import type { DataFolder } from '../system/data-folder'

const textOrNull = v.nullable(v.string())
const texts = v.array(v.string())
/** A problem, as a file of ours keeps it. */
export const problemSchema: v.GenericSchema<unknown, Problem> = v.object({
  code: v.custom<ProblemCode>(isProblemCode),
  message: v.string(),
  next: v.string(),
  signIn: v.optional(v.object({ kind: v.picklist(['profile', 'session']), name: v.string() })),
})
/** Who AWS said that it is, as a file of ours keeps it. */
export const provenSchema: v.GenericSchema<unknown, Proven> = v.object({
  arn: v.string(),
  canonicalArn: v.string(),
  account: v.string(),
  userId: v.string(),
  accessKeyId: v.string(),
  ms: v.number(),
})
const who = {
  arn: textOrNull,
  accessKeyId: textOrNull,
  profile: textOrNull,
  account: textOrNull,
  partition: textOrNull,
  permissionSet: textOrNull,
  by: texts,
}
const intended: v.GenericSchema<unknown, Intended> = v.object({ ...who, expected: v.boolean() })
const predicted: v.GenericSchema<unknown, Predicted> = v.object({
  ...who,
  // Checks that an older Ekscope kept do not say.
  instead: v.optional(textOrNull, null),
  passedOver: v.exactOptional(v.string()),
  certain: v.boolean(),
  problem: v.nullable(problemSchema),
})
const seen: v.GenericSchema<unknown, Seen> = v.object({
  username: v.string(),
  uid: textOrNull,
  groups: texts,
  extra: v.record(v.string(), texts),
  fromDenial: v.boolean(),
  // Checks that an older Ekscope kept do not say.
  everything: v.optional(v.nullable(v.boolean()), null),
  ms: v.number(),
})
const check: v.GenericSchema<unknown, Check> = v.object({
  context: v.string(),
  contextName: v.string(),
  environment: v.picklist(environmentNames),
  at: v.number(),
  fingerprint: v.string(),
  // Checks that an older Ekscope kept do not say.
  until: v.optional(v.nullable(v.number()), null),
  verdict: v.picklist(verdicts),
  problem: v.nullable(problemSchema),
  intended,
  predicted,
  // Checks that an older Ekscope kept do not say.
  aws: v.optional(v.nullable(v.object({ path: v.string(), version: textOrNull })), null),
  proven: v.nullable(provenSchema),
  seen: v.nullable(seen),
  actsAs: v.nullable(seen),
  token: v.nullable(
    v.object({
      host: v.string(),
      region: v.string(),
      accessKeyId: v.string(),
      cluster: textOrNull,
      signedAt: v.number(),
      validUntil: v.number(),
      expirationTimestamp: v.nullable(v.number()),
      temporary: v.boolean(),
    }),
  ),
  clusterProblem: v.exactOptional(problemSchema),
  withCode: v.exactOptional(v.boolean()),
  steps: v.array(
    v.object({
      kind: v.picklist([
        'entry',
        'allow',
        'version',
        'predict',
        'exec',
        'token',
        'sts',
        'cluster',
        'acts-as',
      ]),
      outcome: v.picklist(['ok', 'failed', 'skipped']),
      title: v.string(),
      detail: v.string(),
      ms: v.number(),
    }),
  ),
  ms: v.number(),
})

/** At most so many are kept, the latest; older ones than this are forgotten. */
const mostChecks = 30_000
const oldestMs = 90 * 24 * 60 * 60 * 1000

export interface KeptChecks {
  /** Of contexts that still exist and of others: the reader matches them by id. */
  load(): Promise<readonly Check[]>
  /** Each replaces the earlier one of its context and environment. */
  keep(checks: readonly Check[]): Promise<Result<null>>
  /** Contexts go on under other ids and names: their checks are of the same entries. By the ids that they had. */
  follow(
    renamed: ReadonlyMap<EntryId, { readonly id: EntryId; readonly name: string }>,
  ): Promise<Result<null>>
}

/** The kept checks of this data folder; `now` in milliseconds since the epoch. */
export function keptChecks(folder: DataFolder, now: () => number): KeptChecks {
  const file = folder.file({ name: 'checks.json', version: 1, schema: v.array(check), empty: [] })
  return {
    load: async () => (await file.load()).value,
    async keep(checks) {
      if (checks.length === 0) return { ok: true, value: null }
      const done = await file.update((before) => {
        const latest = new Map<string, Check>()
        for (const one of [...before, ...checks]) {
          const key = JSON.stringify([one.context, one.environment])
          const known = latest.get(key)
          if (!known || known.at <= one.at) latest.set(key, one)
        }
        return [...latest.values()]
          .filter((one) => now() - one.at < oldestMs)
          .sort((a, b) => a.at - b.at)
          .slice(-mostChecks)
      })
      return done.ok ? { ok: true, value: null } : done
    },
    async follow(renamed) {
      const { value } = await file.load()
      if (!value.some(({ context }) => renamed.has(context))) return { ok: true, value: null }
      const taken = new Set([...renamed.values()].map(({ id }) => id))
      const done = await file.update((before) =>
        before.flatMap((one) => {
          const now = renamed.get(one.context)
          if (now !== undefined) return [{ ...one, context: now.id, contextName: now.name }]
          // Of a context that had that name before.
          return taken.has(one.context) ? [] : [one]
        }),
      )
      return done.ok ? { ok: true, value: null } : done
    },
  }
}
