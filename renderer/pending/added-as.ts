/** Contexts that are added for clusters: the settings common to all of them, the profiles that they need, and the resulting edits. */
import { planAdd } from '../../shared/edits/add-cluster'
import { type FoundWay, type HowToAdd, requestsFor, valuesOf } from '../../shared/edits/add-found'
import type { EditModel } from '../../shared/edits/model'
import { parseTemplate, usualTemplate } from '../../shared/edits/name-template'
import type { ProfileSetting } from '../../shared/edits/profile-edit'
import { type Looker, lookerId } from '../../shared/identity/sweep'
import { type Added, isAdded, namesMade, type ProfileEdits } from './profile-edits'

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

/**
 * The profiles that permission sets without one need, one for each, by the ids of who looks: the pending one, else a new one under a
 * name that no other has.
 */
export function profilesFor(
  wanted: readonly { readonly looker: Looker; readonly region: string }[],
  taken: readonly (string | null)[],
  pending: ProfileEdits,
  accountName: (account: string) => string,
): ReadonlyMap<string, Added> {
  const names = new Set([...taken, ...namesMade(pending)])
  const found = new Map<string, Added>()
  for (const { looker, region } of wanted) {
    const id = lookerId(looker)
    if (looker.kind !== 'sso' || looker.profile !== null || found.has(id)) continue
    const { session, account, permissionSet } = looker
    const settings: readonly ProfileSetting[] = [
      { key: 'sso_session', value: session },
      { key: 'sso_account_id', value: account },
      { key: 'sso_role_name', value: permissionSet },
    ]
    const isIt = (edit: Added) =>
      settings.every(({ key, value }) => edit.settings.some((one) => one.key === key && one.value === value))
    // Only characters that need no quotes on a command line.
    const base = `${looker.accountName ?? accountName(account)}-${permissionSet}`.replace(/[^\w.-]+/g, '')
    let name = base
    for (let at = 2; names.has(name); at += 1) name = `${base}-${at}`
    const made: Added = {
      kind: 'add-profile',
      profile: name,
      settings: [...settings, { key: 'region', value: region }],
    }
    const profile = pending.filter(isAdded).find(isIt) ?? made
    names.add(profile.profile)
    found.set(id, profile)
  }
  return found
}
