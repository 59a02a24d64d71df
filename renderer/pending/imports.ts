/** What a context of an import connects to, before it is pending: in one line, where and how it signs in. */

import { hostAndPort } from '../../shared/destination/destination'
import { shownHost } from '../../shared/destination/host'
import { grouped } from '../../shared/grouped'
import { parseShown } from '../../shared/kubeconfig/secrets'
import type { ImportedEntries, SignIn } from '../../shared/trust/added-by-write'
import { forms } from '../text/edits'

/** One line for a context of the import by its name: the whole of each part is with its cluster and its user. */
export function connectionsOf({ clusters, users }: ImportedEntries) {
  const said: { readonly context: string; readonly what: string }[] = []
  const telling = new Set<string>()
  const say = (contexts: readonly string[], what: string) => {
    if (what !== '') said.push(...contexts.map((context) => ({ context, what })))
  }
  const { connection } = forms.import
  const mark = (contexts: readonly string[]) => {
    for (const context of contexts) telling.add(context)
  }
  for (const { contexts, server, proxyUrl, tlsServerName, insecure, whose, name } of clusters) {
    const to = server === '' ? connection.noServer : leadsTo(server)
    say(contexts, whose === 'own' ? connection.ownCluster(name, to) : to)
    if (proxyUrl !== null) say(contexts, connection.proxy)
    if (insecure) say(contexts, connection.insecure)
    if (insecure || proxyUrl !== null || tlsServerName !== null || server === '' || whose === 'own')
      mark(contexts)
  }
  for (const user of users) {
    const way = wayOf(user)
    if (user.whose === 'own' || user.tokenFile !== null || user.impersonation !== null) mark(user.contexts)
    say(user.contexts, user.whose === 'own' ? connection.ownUser(user.name, way) : way)
    if (user.impersonation !== null) say(user.contexts, connection.actsAs(user.impersonation.as))
  }
  const lines = grouped(said, ({ context }) => context)
  return (context: string) => ({
    line: (lines.get(context) ?? []).map(({ what }) => what).join(' · '),
    /** It connects otherwise than its server's name says, or uses the user's own entries. */
    telling: telling.has(context),
  })
}

export type Connection = ReturnType<ReturnType<typeof connectionsOf>>

/** Host and port, where these are not those of https. */
function leadsTo(server: string): string {
  const parsed = parseShown(server)
  if (!parsed.ok) return server
  const { scheme } = parsed.value
  const to = hostAndPort(parsed.value)
  return scheme === 'https' ? shownHost(to.replace(/:443$/, '')) : `${scheme}://${to}`
}

/** In the order in which kubectl takes them. */
function wayOf({ certificate, token, tokenFile, username, command, authProvider }: SignIn): string {
  const { signsIn } = forms.import
  if (certificate !== null) return signsIn.certificate
  if (tokenFile !== null) return signsIn.tokenFile(tokenFile)
  if (token) return signsIn.token
  if (username !== null) return signsIn.password
  if (command !== null) return signsIn.command(command.command)
  return authProvider === null ? '' : signsIn.provider
}
