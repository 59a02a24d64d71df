/** What a context of an import leads to, before it is pending: where, and how it signs in. */

import type { ImportEdit } from '../../shared/edits/edit'
import { at, isList, isMap, type Json, type JsonMap, textOf } from '../../shared/json'
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
    server: cluster === undefined ? '' : routeOf(cluster),
    signsIn: user === undefined ? '' : signsInBy(user),
  }
}

/** Everything that decides which server gets the token, but the CA. */
function routeOf(cluster: JsonMap): string {
  const { route } = forms.import
  const [proxy, name] = [textOf(at(cluster, 'proxy-url')), textOf(at(cluster, 'tls-server-name'))]
  const insecure = at(cluster, 'insecure-skip-tls-verify')
  return [
    textOf(at(cluster, 'server'))?.replace(/^https:\/\//, '') ?? '',
    proxy ? route.proxy(proxy) : '',
    name ? route.serverName(name) : '',
    insecure === undefined || insecure === false ? '' : route.insecure,
  ]
    .filter(Boolean)
    .join(' · ')
}

/** A command whole: program as it is written, arguments, variables. */
function commandOf(exec: JsonMap): string {
  const items = (key: string): readonly Json[] => {
    const list = at(exec, key)
    return isList(list) ? list : []
  }
  const variables = items('env').map((one) =>
    isMap(one) ? `${textOf(at(one, 'name')) ?? ''}=${textOf(at(one, 'value')) ?? ''}` : '',
  )
  return [
    ...variables,
    textOf(at(exec, 'command')) ?? '',
    ...items('args').map((one) => textOf(one) ?? ''),
  ].join(' ')
}

function signsInBy(user: JsonMap): string {
  const has = (...keys: readonly string[]) => keys.some((key) => at(user, key) !== undefined)
  const exec = at(user, 'exec')
  const { signsIn } = forms.import
  // In the order in which kubectl takes them.
  if (has('client-certificate', 'client-certificate-data')) return signsIn.certificate
  const tokenFile = textOf(at(user, 'tokenFile'))
  if (tokenFile) return signsIn.tokenFile(tokenFile)
  if (has('token')) return signsIn.token
  if (has('username', 'password')) return signsIn.password
  if (isMap(exec)) return signsIn.command(commandOf(exec))
  return has('auth-provider') ? signsIn.provider : ''
}
