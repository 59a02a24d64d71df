/**
 * The aws-auth ConfigMap: asked of the cluster with a context's own credentials, and read line by line as aws-iam-authenticator
 * reads it. Source: its configmap.ParseMap, which keeps the valid items of a list whatever else is in it.
 */

import * as v from 'valibot'
import { capital } from '../../shared/capital'
import {
  type AwsAuth,
  type AwsAuthLine,
  type AwsAuthList,
  notRead,
  type Readable,
} from '../../shared/identity/access-entries'
import { isList, isMap, type Json } from '../../shared/json'
import { jsonOf, Shape } from '../kubeconfig/yaml/shapes'
import { readTree, resolveAlias } from '../kubeconfig/yaml/yaml-tree'
import type { Ask } from '../net/ask'
import { clusterJson } from './cluster-json'
import { type ClusterRequest, requestOf, targetOfReview } from './review'

const maxBytes = 2 * 1024 * 1024

const configMap = v.object({
  kind: v.literal('ConfigMap'),
  data: v.optional(v.nullable(v.record(v.string(), v.string())), null),
})

/** Asks the cluster for aws-auth; null where that was cancelled. A cluster without it has no lines. */
export async function readAwsAuth(
  request: ClusterRequest,
  ask: Ask,
  signal: AbortSignal,
): Promise<Readable<AwsAuth> | null> {
  const target = targetOfReview(request)
  if ('code' in target) return notRead(target.message, target.next)
  const path = '/api/v1/namespaces/kube-system/configmaps/aws-auth'
  const answer = await ask(
    {
      ...requestOf(target, request.credentials, path),
      method: 'GET',
      body: null,
      timeoutMs: request.timeoutMs,
      maxBytes,
    },
    signal,
  )
  if (answer.kind === 'failed') {
    if (answer.why === 'cancelled') return null
    return notRead('The cluster did not answer when it was asked for aws-auth.', 'Try again.')
  }
  if (answer.status === 404) return { state: 'read', value: { lines: [], problems: [] } }
  if (answer.status === 401 || answer.status === 403)
    return notRead(
      'The cluster does not let this context read the ConfigMap aws-auth in kube-system.',
      'Ask with the context of an administrator.',
    )
  const read = v.safeParse(configMap, clusterJson(answer.body, request.credentials.authorization))
  if (answer.status !== 200 || !read.success)
    return notRead(
      `The answer of the cluster about aws-auth is not a ConfigMap (${answer.status}).`,
      'Try again.',
    )
  return { state: 'read', value: awsAuthOf(read.output.data ?? {}) }
}

const keys = { mapRoles: 'rolearn', mapUsers: 'userarn' } as const

/** The data of the ConfigMap, line by line. */
export function awsAuthOf(data: Readonly<Record<string, string>>): AwsAuth {
  const lines: AwsAuthLine[] = []
  const problems: { list: AwsAuthList; message: string }[] = []
  for (const list of ['mapRoles', 'mapUsers', 'mapAccounts'] as const) {
    const items = itemsOf(data[list] ?? '', list === 'mapAccounts')
    if (typeof items === 'string') problems.push({ list, message: items })
    else if (list === 'mapAccounts') lines.push(...items.map((item, at) => accountLine(item, at + 1)))
    else lines.push(...items.map((item, at) => mappingLine(item, at + 1, list, keys[list])))
  }
  return { lines, problems }
}

/** The items of a list, or why there is none. For accounts the written digits count, however YAML reads them. */
function itemsOf(text: string, asWritten: boolean): readonly Json[] | string {
  // The authenticator passes over these too, as they come from templates.
  if (['', '``', '""'].includes(text.trim())) return []
  const { root, error, excess } = readTree(text)
  if (error !== null) return `The text is not YAML: ${error.problem}.`
  if (excess !== null) return 'Its aliases stand for more than can be read.'
  const list = root === null ? null : resolveAlias(root)
  if (list === null || (list.kind === 'scalar' && list.value === '')) return []
  if (list.kind !== 'sequence') return 'The value is not a list, so nothing in it counts.'
  const shape = new Shape()
  return list.items.map(({ node }) => {
    const item = resolveAlias(node)
    return asWritten && item.kind === 'scalar' ? item.value : jsonOf(shape, node)
  })
}

function accountLine(item: Json, place: number): AwsAuthLine {
  const subject = typeof item === 'string' && item !== '' ? item : null
  const problem = subject === null ? 'The line is not an account.' : null
  return { list: 'mapAccounts', place, subject, username: null, groups: [], problem }
}

function mappingLine(
  item: Json,
  place: number,
  list: Exclude<AwsAuthList, 'mapAccounts'>,
  key: string,
): AwsAuthLine {
  const nobody = { list, place, subject: null, username: null, groups: [] }
  if (!isMap(item)) return { ...nobody, problem: `The line is not a mapping, so it names no ${key}.` }
  const problems: string[] = []
  // Go's decoder takes a key in any letter case.
  const given = (name: string): Json =>
    Object.entries(item)
      .filter(([one]) => one.toLowerCase() === name)
      .at(-1)?.[1] ?? null
  const textAt = (name: string): string | null => {
    const found = given(name)
    if (found === null || found === '') return null
    if (typeof found === 'string') return found
    problems.push(`${name} is ${kindOf(found)}`)
    return null
  }
  const subject = textAt(key)
  if (subject === null && problems.length === 0) problems.push(`it names no ${key}`)
  if (list === 'mapRoles' && subject !== null && given('sso') !== null)
    problems.push(
      'beside its rolearn it has sso, and such a line counts only before aws-iam-authenticator 0.6.30',
    )
  const username = textAt('username')
  const groups = groupsOf(given('groups'), problems)
  const said = problems.join('; ')
  const problem = said === '' ? null : `${capital(said)}.`
  return { list, place, subject, username, groups, problem }
}

function groupsOf(value: Json, problems: string[]): readonly string[] {
  if (value === null) return []
  if (!isList(value)) {
    problems.push(`groups is ${kindOf(value)} and not a list, so it gives none`)
    return []
  }
  const groups = value.filter((one): one is string => typeof one === 'string')
  if (groups.length < value.length) problems.push('a group is not a text, and is passed over')
  return groups
}

const kindOf = (value: Json): string =>
  isList(value) ? 'a list' : isMap(value) ? 'a mapping' : typeof value === 'string' ? 'a text' : 'no text'
