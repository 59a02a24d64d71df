/** What a context of an import leads to, before it is pending: where, and how it signs in. */

import type { ImportEdit } from '../../shared/edits/edit'
import { at, isMap, type JsonMap, textOf } from '../../shared/json'
import { forms } from '../text/edits'

/** The server and the way of signing in of an import's context; empty where the import itself has no such entry. */
export function connectionOf(
  edit: ImportEdit,
  index: number,
): { readonly server: string; readonly signsIn: string } {
  const value = edit.contexts[index]?.value ?? {}
  const named = (list: ImportEdit['users'], kind: 'cluster' | 'user'): JsonMap | undefined =>
    list.find(({ name }) => name === textOf(at(value, kind)))?.value
  const cluster = named(edit.clusters, 'cluster')
  const user = named(edit.users, 'user')
  return {
    server: (cluster === undefined ? null : textOf(at(cluster, 'server')))?.replace(/^https:\/\//, '') ?? '',
    signsIn: user === undefined ? '' : signsInBy(user),
  }
}

function signsInBy(user: JsonMap): string {
  const has = (...keys: readonly string[]) => keys.some((key) => at(user, key) !== undefined)
  const exec = at(user, 'exec')
  const { signsIn } = forms.import
  // In the order in which kubectl takes them.
  if (has('client-certificate', 'client-certificate-data')) return signsIn.certificate
  if (has('token', 'tokenFile')) return signsIn.token
  if (has('username', 'password')) return signsIn.password
  if (isMap(exec)) return signsIn.command(textOf(at(exec, 'command')) ?? '')
  return has('auth-provider') ? signsIn.provider : ''
}
