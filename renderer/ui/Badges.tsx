/** Badges that say of a context or an identity what must not be overlooked. */
import { Crown, Flame } from 'lucide-react'
import { text } from '../text/page'
import styles from './Badges.module.css'

/** Its colour is nothing's but production's. */
export const ProductionBadge = ({ word = false }: { readonly word?: boolean }) => (
  <span className={styles.production} title={text.production}>
    <Flame size={12} aria-hidden />
    <span className={word ? undefined : 'visually-hidden'}>{text.production}</span>
  </span>
)

/** It may do everything in the cluster. */
export const CrownBadge = ({ said }: { readonly said: string }) => (
  <span className={styles.crown} title={said}>
    <Crown size={11} aria-hidden />
    <span className="visually-hidden">{said}</span>
  </span>
)
