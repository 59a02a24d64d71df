import { Copy, UserRound, X } from 'lucide-react'
import { parseClusterArn } from '../../shared/identity/arn'
import { visible } from '../../shared/visible'
import { kubectlSaid } from '../actions/use'
import { clusterText, missingCluster } from '../rows/columns'
import type { Row } from '../rows/rows'
import { shortened, spaced } from '../text/counts'
import { inspectorText as text } from '../text/inspector'
import { Button } from '../ui/Button'
import { useModel } from '../ui/model'
import { Named } from '../ui/Named'
import { Exact, Shown } from '../ui/Shown'
import { UseStar } from '../ui/UseStar'
import { useEdits } from '../ui/use-edits'
import styles from './Inspector.module.css'

function Close({ onClose }: { readonly onClose: () => void }) {
  return <Button kind="plain" small icon={X} aria-label={text.close} title={text.close} onClick={onClose} />
}

/** The head while no context is chosen. */
export function NoHead({ onClose }: { readonly onClose: () => void }) {
  return (
    <header className={styles.header}>
      <div className={styles.titles} />
      <Close onClose={onClose} />
    </header>
  )
}

/** Which context it is and where it leads: a long name short, and whole below, where it can be selected. */
export function Head({ row, onClose }: { readonly row: Row; readonly onClose: () => void }) {
  const model = useModel()
  return (
    <header className={styles.header}>
      <div className={styles.titles}>
        <h2
          className={styles.title}
          title={visible(row.name)}
          data-long={row.name.length > 64 && parseClusterArn(row.name) === null ? true : undefined}
        >
          <Named name={row.name} />
        </h2>
        <Uses row={row} />
        {parseClusterArn(row.name) === null ? (
          <Place row={row} />
        ) : (
          <p className={styles.whole}>
            <Exact text={row.name} />
          </p>
        )}
      </div>
      <Button
        kind="plain"
        small
        icon={Copy}
        aria-label={text.copyName}
        title={text.copyName}
        onClick={() => void model.copy(row.name, text.copiedName)}
      />
      <Close onClose={onClose} />
    </header>
  )
}

/** That kubectl uses it, and what is pending of that. */
function Uses({ row }: { readonly row: Row }) {
  const model = useModel()
  // How many changes are pending is said with it, and they may be about other contexts.
  useEdits((state) => state.pending)
  const said = kubectlSaid(model, row)
  if (said === null) return null
  return (
    <p className={styles.current}>
      <UseStar row={row} size={12} />
      {said}
    </p>
  )
}

/** The account by its name where it has one, else by its number. */
function Account({ row }: { readonly row: Row }) {
  if (row.account === null) return null
  return row.accountName === null ? (
    spaced(row.account)
  ) : (
    <span title={spaced(row.account)}>
      <Shown text={row.accountName} />
    </span>
  )
}

function Place({ row }: { readonly row: Row }) {
  const parts = [
    clusterText(row) === '' ? null : (
      <span
        key="cluster"
        className={row.tokenFor === null && missingCluster(row) === null ? undefined : styles.wrong}
      >
        <Shown text={clusterText(row)} />
      </span>
    ),
    row.account === null ? null : row.accountOf === 'cluster' ? (
      <Account key="account" row={row} />
    ) : (
      <span key="account" className={styles.guess} title={text.guessed}>
        <Account row={row} />
        <UserRound size={11} aria-hidden />
        <span className="visually-hidden">{text.guessed}</span>
      </span>
    ),
    // Where the token is for says nothing of a cluster that is not there.
    row.region === null || missingCluster(row) !== null ? null : <span key="region">{row.region}</span>,
    row.entry.namespace ? (
      <span key="namespace" title={visible(row.entry.namespace)}>
        <Shown text={shortened(row.entry.namespace)} />
      </span>
    ) : null,
  ].filter((part) => part !== null)
  return <p className={styles.place}>{parts.flatMap((part, at) => (at === 0 ? [part] : [' · ', part]))}</p>
}
