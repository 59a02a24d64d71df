import type { WhoOfMine } from '../../shared/identity/who-may-enter'
import { type Who, whoKnown } from '../rows/who'
import { spaced } from '../text/counts'
import { useModel } from '../ui/model'

interface OneEach {
  readonly who: WhoOfMine
  readonly shown: Who
  /** The account, where two of them have one name. */
  readonly account: string | null
}

/** One of each: a role that several of one's own come to is one to the cluster, and the same name in two accounts is two. */
export function useOneEach(all: readonly WhoOfMine[]): readonly OneEach[] {
  const owners = useModel().owners()
  const each = [
    ...new Map(
      all.map((who) => {
        const shown = whoKnown(who, owners)
        return [shown.key ?? who.id, { who, shown }] as const
      }),
    ).values(),
  ]
  const labels = each.map(({ shown }) => shown.label)
  return each.map(({ who, shown }) => ({
    who,
    shown,
    account:
      labels.indexOf(shown.label) === labels.lastIndexOf(shown.label)
        ? null
        : (who.accountName ?? (who.account === null ? null : spaced(who.account))),
  }))
}
