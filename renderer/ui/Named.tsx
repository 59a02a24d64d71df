import type { ReactNode } from 'react'
import { parseClusterArn } from '../../shared/identity/arn'
import { visible } from '../../shared/visible'
import { spaced } from '../text/counts'
import styles from './Named.module.css'
import { Cut, type InElement, Shown, within } from './Shown'

interface NamedProps extends InElement {
  readonly name: string
  readonly where?: boolean
  readonly cut?: boolean
  /** How many letters of its end tell it apart, where that is known. */
  readonly keep?: number | null
}

/** An ARN of a cluster, as `aws eks update-kubeconfig` makes names of it, wherever it stands in a line. */
const arns = /(arn:aws[\w-]*:eks:[\w-]+:\d{12}:cluster\/[\w-]+)/

interface NamingProps extends InElement {
  readonly text: string
  readonly where?: boolean
}

/** A line of ours with names in it: those that are ARNs as elsewhere, the first also with where its cluster is. */
export const Naming = ({ text, where = true, ...element }: NamingProps) =>
  within(
    element,
    [...text.split(arns).entries()].map(([at, part]) =>
      // What is split by stands at every other place.
      at % 2 === 1 ? (
        <Named key={at} name={part} where={where && at === 1} />
      ) : (
        <Shown key={at} text={part} />
      ),
    ),
  )

/**
 * The name of a context or an entry. `aws eks update-kubeconfig` names by the cluster's ARN, which is the same up to its end:
 * that end is shown, the whole on hover. `where`: also the region and account that tell such names apart. `cut`: in a line that
 * may be too small, where the name then loses its middle.
 */
export const Named = ({ name, where = false, cut = false, keep = null, ...element }: NamedProps) =>
  within(element, nameOf(name, where, cut, keep))

function nameOf(name: string, where: boolean, cut: boolean, keep: number | null): ReactNode {
  const arn = parseClusterArn(name)
  if (arn === null) return cut ? <Cut text={name} keep={keep} /> : <Shown text={name} />
  return (
    <span className={`${styles.named} ${cut ? styles.cut : ''}`} title={visible(name)}>
      <span className={styles.prefix} aria-hidden>
        …/
      </span>
      {cut ? <Cut text={arn.name} /> : arn.name}
      {where && (
        <span className={styles.where}>
          {arn.region} · {spaced(arn.account)}
        </span>
      )}
    </span>
  )
}
