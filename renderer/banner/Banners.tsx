import { FlaskConical, TriangleAlert } from 'lucide-react'
import { text } from '../text/page'
import { useApp } from '../ui/model'
import styles from './Banners.module.css'

/** What must be known all the time: a stand-in Electron, the demo fleet. */
export function Banners() {
  const app = useApp((state) => state.app)
  if (app === null || (!app.demo && app.standInElectron === null)) return null
  return (
    <section aria-label={text.banner.label}>
      {app.standInElectron !== null && (
        <p role="note" className={styles.warn}>
          <TriangleAlert size={14} aria-hidden />
          {text.banner.standIn(app.standInElectron)}
        </p>
      )}
      {app.demo && (
        <p role="note" className={styles.quiet}>
          <FlaskConical size={14} aria-hidden />
          {text.banner.demo}
          {app.demoAws && <span>{text.banner.demoAws}</span>}
        </p>
      )}
    </section>
  )
}
