import type { WhoOfMine } from '../../shared/identity/who-may-enter'
import { type Who, whoKnown } from '../rows/who'
import { spaced } from '../text/counts'
import { useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { Tile } from '../ui/Tile'

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

/** One of these as chips name them: tile, name, and the account that tells two apart. */
export function ChipName({ shown, account }: Omit<OneEach, 'who'>) {
  return (
    <>
      <Tile who={shown} />
      <Shown text={shown.label} />
      {account !== null && <Shown as="span" className="quiet" text={account} />}
    </>
  )
}
