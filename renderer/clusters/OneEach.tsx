import type { ShownCluster } from '../../shared/identity/known-clusters'
import { type Who, whoKnown } from '../../shared/identity/named-identity'
import type { OwnIdentity, WhoMayEnter } from '../../shared/identity/who-may-enter'
import { spacedAccount } from '../text/counts'
import { useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { Tile } from '../ui/Tile'
import styles from './Access.module.css'

/** A cluster, and what is known of who may enter it. */
export interface AccessOf {
  readonly cluster: ShownCluster
  readonly access: WhoMayEnter
}

interface OneEach {
  readonly who: OwnIdentity
  readonly shown: Who
  /** The account, where two of them have one name. */
  readonly account: string | null
}

/** One of each: a role that several of the user's identities assume is one to the cluster; one name in two accounts is two. */
export function useOneEach(all: readonly OwnIdentity[]): readonly OneEach[] {
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
        : (who.accountName ?? (who.account === null ? null : spacedAccount(who.account))),
  }))
}

interface ChipsProps {
  readonly title: string
  readonly all: readonly OwnIdentity[]
  /** The count is shown after the title. */
  readonly counted?: boolean
  /** What a click on one does. */
  readonly onChoose?: (who: OwnIdentity) => void
}

/** Each of these side by side: tile, name, and the account where two have the same name. */
export function Chips({ title, all, counted = false, onChoose }: ChipsProps) {
  const each = useOneEach(all)
  if (each.length === 0) return null
  return (
    <section className={styles.others} aria-label={title}>
      <h4 className="faint">
        {title} {counted && <span>{each.length}</span>}
      </h4>
      <ul>
        {each.map(({ who, shown, account }) => {
          const title = who.arn ?? who.account ?? undefined
          const name = (
            <>
              <Tile who={shown} />
              <Shown text={shown.label} />
              {account !== null && <Shown as="span" className="quiet" text={account} />}
            </>
          )
          return onChoose === undefined ? (
            <li key={who.id} className={styles.chip} title={title}>
              {name}
            </li>
          ) : (
            <li key={who.id}>
              <button type="button" className={styles.chip} title={title} onClick={() => onChoose(who)}>
                {name}
              </button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
