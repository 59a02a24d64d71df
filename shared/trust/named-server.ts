/** A server in an answer of EKS, which gets a token, or is written into an entry, only after the user has looked at it. */
import { parseServer } from '../destination/address'
import { hostAndPort } from '../destination/destination'
import type { AskedBy, ServerDoubt } from '../identity/asked-by'
import { type Fault, fault } from '../result'
import { shownWord } from '../shell/offered-command'
import { quoted } from '../visible'
import { exactFact, exactText, type Fact, fact, readable } from './command-question'
import type { ShownQuestion } from './question-text'

export interface NamedServer {
  readonly arn: string
  readonly server: string
  /** SHA-256 of each certificate of the authority. */
  readonly authority: readonly string[]
  readonly askedBy: AskedBy
  readonly doubt: ServerDoubt
  /** Whose tokens it would get, by names that the user knows; empty where that is not asked about. */
  readonly identities: readonly string[]
}

/** Host and port, as the user allows it in the terminal. */
export function placeOfServer(server: string): string {
  const address = parseServer(server)
  return address.ok ? hostAndPort(address.value) : server
}

/** Why it is asked about; `next`: what to do where there is no one to ask. */
export function serverFault({ arn, server, askedBy, doubt }: Omit<NamedServer, 'identities'>): Fault {
  const { endpoint } = askedBy
  const says = `EKS${endpoint === null ? '' : ` at ${endpoint}`} says that ${arn} is at ${quoted(server)}`
  const but = endpoint === null ? 'That is not an endpoint of EKS' : 'AWS itself does not say so'
  const place = shownWord('linux', placeOfServer(server))
  const next = `If you know that server, allow it for one command: --allow-server ${place}`
  const why: Readonly<Record<ServerDoubt, string>> = {
    'not-believed': 'That is not believed, because STS did not say whose account asked.',
    'in-place': `${but}, and the entry has another server now.`,
    others: `${but}, and an identity whose token would go there asks EKS elsewhere.`,
  }
  const first = doubt === 'not-believed' ? 'See why STS does not answer: aws sts get-caller-identity. ' : ''
  return fault('not-allowed', `${says}. ${why[doubt]}`, first + next)
}

/** Line by line. */
export const serverFacts = (named: NamedServer): readonly Fact[] => [
  ...exactFact('cluster', named.arn),
  ...exactFact('server', named.server),
  ...named.authority.flatMap((value) => fact('certificate', readable(value))),
  ...fact('named by', named.askedBy.endpoint === null ? 'EKS of AWS' : exactText(named.askedBy.endpoint)),
  ...named.identities.flatMap((value) => exactFact('tokens of', value)),
]

/** The question of the window before tokens go there. */
export const shownServer = (named: NamedServer): ShownQuestion => ({
  title: 'Send tokens to this server?',
  lead: readable(serverFault(named).message),
  parts: [serverFacts(named)],
  note: 'A token works for 15 minutes as the identity that it is of. What you allow holds for this server of this cluster, until the app ends.',
  refuse: 'Do not allow',
  allow: 'Send them',
})
