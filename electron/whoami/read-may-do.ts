/** Asks a cluster what the asking identity may do in a namespace: SelfSubjectRulesReview and a few SelfSubjectAccessReviews. */

import * as v from 'valibot'
import { notRead, type Readable } from '../../shared/identity/access-entries'
import { type ListedRules, listedRule, type MayDo, mayDoQuestions } from '../../shared/identity/may-do'
import type { Ask } from '../net/ask'
import { redact } from '../system/redact-output'
import { clusterJson } from './cluster-json'
import { mayDo, questionOf, type ReviewRequest, targetOfReview } from './review'

const strings = v.optional(
  v.nullable(v.pipe(v.array(v.pipe(v.string(), v.maxLength(1_024))), v.maxLength(2_000))),
  null,
)
const rulesSchema = v.object({
  kind: v.literal('SelfSubjectRulesReview'),
  apiVersion: v.literal('authorization.k8s.io/v1'),
  status: v.object({
    resourceRules: v.optional(
      v.nullable(
        v.pipe(
          v.array(
            v.object({ verbs: strings, apiGroups: strings, resources: strings, resourceNames: strings }),
          ),
          v.maxLength(5_000),
        ),
      ),
      null,
    ),
    incomplete: v.optional(v.boolean(), false),
    evaluationError: v.optional(v.nullable(v.string()), null),
  }),
})

/** Asks with the identity of the entry; null where that was cancelled. Changes nothing in the cluster. */
export async function readMayDo(
  request: ReviewRequest,
  namespace: string,
  now: () => number,
  ask: Ask,
  signal: AbortSignal,
): Promise<MayDo | null> {
  const [rules, asked] = await Promise.all([
    listed(request, namespace, ask, signal),
    Promise.all(
      mayDoQuestions.map(async ({ says, action }) => ({
        says,
        allowed: await mayDo(request, action, action.inNamespace ? namespace : null, ask, signal),
      })),
    ),
  ])
  return signal.aborted ? null : { namespace, at: now(), rules, asked }
}

async function listed(
  request: ReviewRequest,
  namespace: string,
  ask: Ask,
  signal: AbortSignal,
): Promise<Readable<ListedRules>> {
  const target = targetOfReview(request)
  if ('code' in target) return notRead(target.message, target.next)
  const question = questionOf(request, target, 'selfsubjectrulesreviews', {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    spec: { namespace },
  })
  const answer = await ask({ ...question, maxBytes }, signal)
  if (answer.kind === 'failed')
    return notRead('The cluster did not answer when it was asked for the rules.', 'Try again.')
  const read = v.safeParse(rulesSchema, clusterJson(answer.body, request.credentials.authorization))
  if ((answer.status !== 200 && answer.status !== 201) || !read.success)
    return notRead(
      `The cluster does not list the rules (${answer.status}).`,
      'The answers to single questions still count.',
    )
  const { resourceRules, incomplete, evaluationError } = read.output.status
  const rules = (resourceRules ?? []).flatMap(
    ({ verbs, apiGroups, resources, resourceNames }) =>
      listedRule({
        verbs: verbs ?? [],
        groups: apiGroups ?? [],
        resources: resources ?? [],
        names: resourceNames ?? [],
      }) ?? [],
  )
  const why = evaluationError ? redact(evaluationError, [], 300) : null
  // An authorizer that failed has listed nothing, whatever the flag says.
  return { state: 'read', value: { rules, incomplete: incomplete || why !== null, why } }
}

const maxBytes = 1024 * 1024
