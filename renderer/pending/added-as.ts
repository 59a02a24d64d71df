/** Contexts that are added for clusters: the settings common to all of them, and the resulting edits. */
import { planAdd } from '../../shared/edits/add-cluster'
import { type FoundWay, type HowToAdd, requestsFor, valuesOf } from '../../shared/edits/add-found'
import type { EditModel } from '../../shared/edits/model'
import { parseTemplate, usualTemplate } from '../../shared/edits/name-template'

/** How a context is bound to a profile: by an option of its command, by a variable in the entry, or not. */
export type Pin = 'arg' | 'env' | 'none'

/** Settings common to all contexts that are added. */
export interface AddedAs {
  /** Null: the usual one, which depends on what is added. */
  readonly template: string | null
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
  const taken = new Set(model.files.flatMap((file) => file.context.map(({ name }) => name)))
  const namespace = form.namespace.trim() || null
  const template = form.template ?? usualTemplate(valuesOf(ways, accountNames, namespace), taken)
  const parsed = parseTemplate(template)
  if ('problem' in parsed) return { template, names: [], plan: null, templateProblem: parsed.problem }
  const made = requestsFor(
    ways,
    {
      accountNames,
      tunnels,
      template: parsed.template,
      pin,
      namespace,
      proxyUrl: form.proxyUrl.trim() || null,
      file: form.file || null,
    },
    taken,
  )
  const requests = made.map(({ request }) => request)
  return {
    /** By which they are named. */
    template,
    /** One for each, in their order. */
    names: made.map(({ request: { name }, collided }) => ({ name, collided })),
    plan: made.length === 0 ? null : planAdd(model, requests),
    templateProblem: null,
  }
}
