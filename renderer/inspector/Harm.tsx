import { worstAt } from '../../shared/audit/worst'
import { useAudit } from '../ui/model'
import { Phrase } from '../ui/Shown'
import styles from './Answer.module.css'

/** The most harmful true sentence about an identity or a cluster, before all else; nothing where no context does harm there. */
export function Harm({ at }: { readonly at: Parameters<typeof worstAt>[1] }) {
  const audit = useAudit((state) => state.audit)
  const worst = audit && worstAt(audit, at)
  if (worst === null) return null
  return (
    <div className={styles.harm} data-tone={worst.tone}>
      <div className={styles.headline}>
        <h3>{worst.title}</h3>
      </div>
      {worst.more.length > 0 && <Phrase as="p" className={styles.body} text={worst.more.join(' ')} />}
    </div>
  )
}
