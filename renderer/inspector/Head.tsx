import { ArrowRight, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { parseClusterArn } from '../../shared/identity/arn'
import { visible } from '../../shared/visible'
import { kubectlSaid } from '../actions/use-context'
import { clusterText, missingCluster } from '../rows/columns'
import { shownOnDisk } from '../rows/on-disk'
import type { Row } from '../rows/rows'
import type { Model } from '../store/window-model'
import { shortened, spacedAccount } from '../text/counts'
import { editText } from '../text/edits'
import { inspectorText as text } from '../text/inspector'
import { useEdits, useModel } from '../ui/model'
import { Exact, Named, Shown } from '../ui/Shown'
import { UseStar } from '../ui/UseStar'
import styles from './Inspector.module.css'

/** Copies the name on disk, by which a command finds the context. */
export const copyName = (model: Model, row: Row) => void model.copy(shownOnDisk(row).name, text.copiedName)

/** The context's name and cluster, with pending changes of these. A long name is cut, and shown in full below, where it can be
 * selected. */
export function Title({ row }: { readonly row: Row }) {
  const { name } = shownOnDisk(row)
  const names = name === row.name ? [name] : [name, row.name]
  const arns = names.filter((one) => parseClusterArn(one) !== null)
  const long = names.some((one) => one.length > 64 && parseClusterArn(one) === null)
  return (
    <>
      <h2
        className={styles.title}
        title={names.map(visible).join(' → ')}
        data-long={long || undefined}
        data-gone={row.pending?.kind === 'removed' || undefined}
      >
        {name === row.name ? (
          <Named name={name} />
        ) : (
          <Changed was={<Named name={name} />} now={<Named name={row.name} />} />
        )}
      </h2>
      <Uses row={row} />
      {arns.length === 0 ? (
        <Place row={row} />
      ) : (
        arns.map((one) => <Exact as="p" key={one} className={styles.whole} text={one} />)
      )}
    </>
  )
}

/** Says that kubectl uses it, and what is pending of that. */
function Uses({ row }: { readonly row: Row }) {
  const model = useModel()
  // The text includes the number of pending changes, which may be about other contexts.
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
    spacedAccount(row.account)
  ) : (
    <Shown as="span" title={spacedAccount(row.account)} text={row.accountName} />
  )
}

interface Part {
  /** Its text, to compare the pending one with that on disk. */
  readonly said: string
  readonly drawn: ReactNode
}

/** The parts of a context's destination, as far as it has them. */
const placeOf = (
  row: Row,
): Readonly<Record<'cluster' | 'account' | 'region' | 'namespace', Part | null>> => ({
  cluster:
    clusterText(row) === ''
      ? null
      : {
          said: clusterText(row),
          drawn: (
            <Shown
              as="span"
              className={row.tokenFor === null && missingCluster(row) === null ? undefined : 'wrong'}
              text={clusterText(row)}
            />
          ),
        },
  account:
    row.account === null
      ? null
      : {
          said: row.account,
          drawn:
            row.accountOf === 'cluster' ? (
              <Account row={row} />
            ) : (
              <span className={styles.guess} title={text.guessed}>
                <Account row={row} />
                <UserRound size={11} aria-hidden />
                <span className="visually-hidden">{text.guessed}</span>
              </span>
            ),
        },
  // The region of the token says nothing about a cluster that does not exist.
  region:
    row.region === null || missingCluster(row) !== null ? null : { said: row.region, drawn: row.region },
  namespace: row.entry.namespace
    ? {
        said: row.entry.namespace,
        drawn: <Shown as="span" title={visible(row.entry.namespace)} text={shortened(row.entry.namespace)} />,
      }
    : null,
})

const partNames = ['cluster', 'account', 'region', 'namespace'] as const

function Place({ row }: { readonly row: Row }) {
  const [is, then] = [placeOf(shownOnDisk(row)), placeOf(row)]
  const parts = partNames.flatMap((part) => {
    const [was, now] = [is[part], then[part]]
    if (was === null && now === null) return []
    return (
      <span key={part}>
        {was?.said === now?.said ? now?.drawn : <Changed was={was?.drawn} now={now?.drawn} />}
      </span>
    )
  })
  return <p className={styles.place}>{parts.flatMap((part, at) => (at === 0 ? [part] : [' · ', part]))}</p>
}

/** The value on disk and the pending one, as in the grid, in lines that wrap. */
function Changed({ was, now }: { readonly was: ReactNode; readonly now: ReactNode }) {
  return (
    <span className={styles.changed}>
      <span className="visually-hidden">{editText.was} </span>
      <s>{was ?? editText.none}</s>
      <ArrowRight size={12} aria-hidden />
      <span className="visually-hidden"> {editText.now} </span>
      <b>{now ?? editText.none}</b>
    </span>
  )
}
