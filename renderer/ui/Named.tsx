import { parseClusterArn } from '../../shared/identity/arn'
import { visible } from '../../shared/visible'
import { spaced } from '../rows/arrange'
import styles from './Named.module.css'
import { Shown } from './Shown'

/**
 * The name of a context or an entry. `aws eks update-kubeconfig` names by the cluster's ARN, which is the same up to its end:
 * that end is shown, the whole on hover. `where`: also the region and account that tell such names apart.
 */
export function Named({ name, where = false }: { readonly name: string; readonly where?: boolean }) {
  const arn = parseClusterArn(name)
  if (arn === null) return <Shown text={name} />
  return (
    <span className={styles.named} title={visible(name)}>
      <span className={styles.prefix}>…/</span>
      {arn.name}
      {where && (
        <span className={styles.where}>
          {arn.region} {spaced(arn.account)}
        </span>
      )}
    </span>
  )
}
