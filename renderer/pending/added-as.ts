/** Contexts that are added for clusters: what is said once for all of them, and the edits that come of it. */
import { planAdd } from '../../shared/edits/add-cluster'
import { type FoundWay, type HowToAdd, requestsFor } from '../../shared/edits/add-found'
import type { EditModel } from '../../shared/edits/model'
import { parseTemplate } from '../../shared/edits/name-template'

/** What makes a context act as a profile: an option of its command, a variable beside it, or nothing. */
export type Pin = 'arg' | 'env' | 'none'

/** What is said once for all contexts that are added. */
export interface AddedAs {
  readonly template: string
  readonly pin: Pin
  readonly namespace: string
  readonly proxyUrl: string
  /** Empty: where kubectl puts new entries. */
  readonly file: string
}

/** A context for each of these, as edits on the files with what is pending, or why there can be none. */
export function plannedFor(
  ways: readonly FoundWay[],
  { pin, ...form }: AddedAs,
  { accountNames, tunnels }: Pick<HowToAdd, 'accountNames' | 'tunnels'>,
  model: EditModel,
) {
  const parsed = parseTemplate(form.template)
  if ('problem' in parsed) return { names: [], plan: null, templateProblem: parsed.problem }
  const made = requestsFor(
    ways,
    {
      accountNames,
      tunnels,
      template: parsed.template,
      pin,
      namespace: form.namespace.trim() || null,
      proxyUrl: form.proxyUrl.trim() || null,
      file: form.file || null,
    },
    new Set(model.files.flatMap((file) => file.context.map(({ name }) => name))),
  )
  const requests = made.map(({ request }) => request)
  return {
    /** One for each, in their order. */
    names: made.map(({ request: { name }, collided }) => ({ name, collided })),
    plan: made.length === 0 ? null : planAdd(model, requests),
    templateProblem: null,
  }
}
