/** An edit in a few words, for review, history and terminal: whose, what, was and now. */

import { eksNameOf, pinOf, programOf, regionOf, roleOf } from '../exec/edit'
import { at, isMap, textOf } from '../json'
import type { EntryId } from '../kubeconfig/entries'
import { assertNever } from '../result'
import { Draft } from './draft'
import type { AnyEdit } from './edit'
import type { EditModel } from './model'

export interface EditDescription {
  /** The context, user or cluster that it is about. */
  readonly subject: string
  readonly what: string
  readonly was: string | null
  readonly now: string | null
}

/** One line: `stage-admin: role arn:…/Developer → arn:…/Admin`. */
export function editLine({ subject, what, was, now }: EditDescription): string {
  if (was === null && now === null) return `${subject}: ${what}`
  return `${subject}: ${what} ${was ?? '(none)'} → ${now ?? '(none)'}`
}

/** How a profile is pinned, as the entry says it. */
const pins = { arg: '--profile', env: 'AWS_PROFILE' } as const

/** Words for one edit, with the values of the model that it is made on. */
export function editDescription(model: EditModel, edit: AnyEdit): EditDescription {
  return describeIn(new Draft(model), edit)
}

/** Where words look up what entries were called and what they said. */
export type WordsSource = Pick<Draft, 'get' | 'winner' | 'currentContext'>

/** The same on what is made ready already: for many edits on one model, or for a single one on a large snapshot. */
export function describeIn(draft: WordsSource, edit: AnyEdit): EditDescription {
  const name = (id: EntryId | null): string => (id === null ? '' : (draft.get(id)?.name ?? id))
  const names = (ids: readonly EntryId[]): string => ids.map(name).join(', ')
  const said = (id: EntryId, kind: 'context' | 'cluster' | 'user', key: string): string | null => {
    const context = draft.get(id)
    if (!context) return null
    const entry = kind === 'context' ? context : draft.winner(kind, textOf(at(context.value, kind)))
    return entry ? textOf(at(entry.value, key)) : null
  }
  const exec = (id: EntryId) => {
    const context = draft.get(id)
    const value = context && draft.winner('user', textOf(at(context.value, 'user')))?.value
    const found = value ? at(value, 'exec') : undefined
    const program = isMap(found) ? programOf(found) : null
    return isMap(found) && program ? { program, exec: found } : null
  }
  const described = (
    subject: string,
    what: string,
    was: string | null,
    now: string | null,
  ): EditDescription => ({
    subject,
    what,
    was,
    now,
  })
  switch (edit.kind) {
    case 'set-namespace':
      return described(
        name(edit.context),
        'namespace',
        said(edit.context, 'context', 'namespace'),
        edit.namespace,
      )
    case 'set-cluster':
      return described(name(edit.context), 'cluster', said(edit.context, 'context', 'cluster'), edit.cluster)
    case 'set-user':
      return described(name(edit.context), 'user', said(edit.context, 'context', 'user'), edit.user)
    case 'set-server':
      return described(name(edit.context), 'server', said(edit.context, 'cluster', 'server'), edit.server)
    case 'set-proxy-url':
      return described(
        name(edit.context),
        'proxy-url',
        said(edit.context, 'cluster', 'proxy-url'),
        edit.proxyUrl,
      )
    case 'set-tls-server-name':
      return described(
        name(edit.context),
        'tls-server-name',
        said(edit.context, 'cluster', 'tls-server-name'),
        edit.tlsServerName,
      )
    case 'set-region': {
      const found = exec(edit.context)
      return described(
        name(edit.context),
        'region',
        found && regionOf(found.program, found.exec),
        edit.region,
      )
    }
    case 'set-eks-name': {
      const found = exec(edit.context)
      return described(
        name(edit.context),
        'EKS cluster',
        found && eksNameOf(found.program, found.exec),
        edit.name,
      )
    }
    case 'set-profile': {
      const found = exec(edit.context)
      const pinned = found ? pinOf(found.program, found.exec) : { profile: null, pin: null }
      const told = (profile: string | null, pin: 'arg' | 'env' | null): string | null =>
        profile === null ? null : pin === null ? profile : `${profile} (${pins[pin]})`
      return described(
        name(edit.context),
        'profile',
        told(pinned.profile, pinned.pin),
        told(edit.profile, edit.pin ?? pinned.pin),
      )
    }
    case 'set-role': {
      const found = exec(edit.context)
      return described(name(edit.context), 'role', found && roleOf(found.program, found.exec), edit.role)
    }
    case 'set-api-version':
      return described(name(edit.context), 'exec apiVersion', null, edit.version)
    case 'rename-context':
      return described(
        name(edit.context),
        edit.cascade ? 'name, with user and cluster' : 'name',
        name(edit.context),
        edit.name,
      )
    case 'rename-user':
      return described(name(edit.user), 'user name', name(edit.user), edit.name)
    case 'rename-cluster':
      return described(name(edit.cluster), 'cluster name', name(edit.cluster), edit.name)
    case 'add-context':
      return described(edit.name, 'new context', null, null)
    case 'clone-context':
      return described(
        edit.name,
        [
          `clone of ${name(edit.context)}`,
          ...(edit.profile === undefined ? [] : [`profile ${edit.profile ?? 'none'}`]),
          ...(edit.role === undefined ? [] : [`role ${edit.role ?? 'none'}`]),
        ].join(', '),
        null,
        null,
      )
    case 'split-user':
      return described(name(edit.context), 'a user of its own', null, null)
    case 'merge-duplicates':
      return described(name(edit.keep), `takes the place of ${names(edit.remove)}`, null, null)
    case 'delete-contexts':
      return described(
        names(edit.contexts),
        edit.keepOrphans ? 'delete, user and cluster stay' : 'delete',
        null,
        null,
      )
    case 'delete-entries':
      return described(names(edit.entries), 'delete', null, null)
    case 'move-contexts':
      return described(names(edit.contexts), `move to ${edit.file}`, null, null)
    case 'import-entries':
      return described(edit.contexts.map((one) => one.name).join(', ') || edit.source, 'import', null, null)
    case 'use-context':
      return described('current-context', 'set', draft.currentContext(), name(edit.context) || null)
    case 'quote-misread':
      return described(edit.file, 'quotes around text that kubectl misreads', null, null)
    case 'refresh-cluster':
      return described(name(edit.cluster), 'endpoint and CA from AWS', null, null)
    case 'put-back':
      return described('', 'put back', null, null)
    default:
      return assertNever(edit, 'edit')
  }
}
