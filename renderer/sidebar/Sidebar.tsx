import {
  CircleAlert,
  FileText,
  FileX,
  FolderPlus,
  History,
  type LucideIcon,
  Settings,
  Table2,
  X,
} from 'lucide-react'
import type { KubeconfigFile } from '../../shared/kubeconfig/entries'
import { visible } from '../../shared/visible'
import type { ViewName } from '../store/state'
import { text } from '../text/page'
import { shortPath } from '../text/path'
import { useApp, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './Sidebar.module.css'

/** Views that have something behind them, one entry each. */
const views: readonly { readonly page: ViewName; readonly title: string; readonly icon: LucideIcon }[] = [
  { page: 'contexts', title: text.nav.contexts, icon: Table2 },
  { page: 'history', title: text.nav.history, icon: History },
  { page: 'settings', title: text.nav.settings, icon: Settings },
]

/** Where to go, and which files are shown. */
export function Sidebar() {
  const model = useModel()
  const page = useApp((state) => state.page)
  const contexts = useApp((state) => state.snapshot?.contexts.length ?? 0)
  const files = useApp((state) => state.snapshot?.files)
  return (
    <nav className={styles.nav} aria-label={text.nav.views}>
      <ul className={styles.views}>
        {views.map((view) => (
          <li key={view.page}>
            <button
              type="button"
              className={styles.view}
              aria-current={page === view.page ? 'page' : undefined}
              title={view.title}
              onClick={() => model.showPage(view.page)}
            >
              <view.icon size={16} aria-hidden />
              <span className={styles.wide}>{view.title}</span>
              {view.page === 'contexts' && contexts > 0 && (
                <span className={styles.count}>{contexts.toLocaleString('en-US')}</span>
              )}
            </button>
          </li>
        ))}
      </ul>
      {files !== undefined && (
        <section className={styles.files} aria-labelledby="files-heading">
          <h2 id="files-heading" className={styles.heading}>
            <span>{text.nav.files}</span>
            <button
              type="button"
              className={styles.add}
              aria-label={text.nav.openFile}
              title={text.nav.openFile}
              onClick={() => void model.openFile()}
            >
              <FolderPlus size={14} aria-hidden />
            </button>
          </h2>
          <ul>
            {files.map((file) => (
              <FileLine key={file.path} file={file} />
            ))}
          </ul>
        </section>
      )}
    </nav>
  )
}

function FileLine({ file }: { readonly file: KubeconfigFile }) {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  const errors = file.problems.filter((problem) => problem.severity === 'error').length
  const missing = file.realPath === null
  const Icon = missing ? FileX : errors > 0 ? CircleAlert : FileText
  return (
    <li
      className={styles.file}
      data-bad={(errors > 0 && !missing) || undefined}
      data-missing={missing || undefined}
    >
      <button
        type="button"
        className={styles.fileName}
        title={`${visible(file.path)}\n${text.nav.editFile(visible(shortPath(file.path, home)))}`}
        disabled={missing}
        onClick={() => void model.editFile(file.path)}
      >
        <Icon size={14} aria-hidden />
        <span className={styles.path}>
          <Shown text={shortPath(file.path, home)} />
        </span>
        <span className={styles.count} aria-hidden={errors > 0 && !missing}>
          {missing ? text.nothing : errors > 0 ? errors : file.contexts}
        </span>
        {missing && <span className="visually-hidden">{text.nav.missing}</span>}
        {errors > 0 && !missing && <span className="visually-hidden">{text.problems(errors)}</span>}
      </button>
      {file.source === 'opened' && (
        <button
          type="button"
          className={styles.close}
          aria-label={text.nav.closeFile(visible(file.path))}
          title={text.nav.closeFile(visible(file.path))}
          onClick={() => void model.closeFile(file.path)}
        >
          <X size={12} aria-hidden />
        </button>
      )}
    </li>
  )
}
