import styles from './Loading.module.css'

/** Something is being read; shown only after a moment, so that quick answers do not flicker. */
export function Loading({ label }: { readonly label: string }) {
  return (
    <div className={styles.loading} role="status">
      {label}
    </div>
  )
}
