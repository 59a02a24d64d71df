import { FileText, ShieldCheck, X } from 'lucide-react'
import type { ShownList } from '../actions/action'
import { spaced } from '../rows/arrange'
import { clusterText } from '../rows/columns'
import { inspectorWidths } from '../store/view'
import { text } from '../text/page'
import { Button } from '../ui/Button'
import { useApp, useModel, useRow } from '../ui/model'
import { Shown } from '../ui/Shown'
import { VerdictMark } from '../ui/VerdictMark'
import { Call } from './Call'
import { Commands } from './Commands'
import { EntryYaml } from './EntryYaml'
import { ExecCommand } from './ExecCommand'
import { Findings } from './Findings'
import { Identities } from './Identities'
import styles from './Inspector.module.css'
import { Resize } from './Resize'
import { Steps } from './Steps'
import { Token } from './Token'

/** Everything about one context, each fact with its source; what is wrong comes first. */
export function Inspector({ shown }: { readonly shown: ShownList }) {
  const model = useModel()
  const id = useApp((state) => state.inspected)
  const width = useApp((state) => state.view.inspectorWidth)
  const row = useRow(id)
  if (row === undefined) return null
  const place = [clusterText(row), row.account === null ? null : spaced(row.account), row.region].filter(
    Boolean,
  )
  function close(): void {
    model.inspect(null)
    shown.focusGrid()
  }
  return (
    <aside
      className={styles.inspector}
      aria-label={text.inspector.label}
      style={{ width }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        close()
      }}
    >
      <Resize
        width={width}
        onResize={(next) =>
          model.setView({
            inspectorWidth: Math.min(inspectorWidths.max, Math.max(inspectorWidths.min, next)),
          })
        }
      />
      <header className={styles.header}>
        <div className={styles.titles}>
          <h2 className={styles.title}>
            <Shown text={row.name} />
          </h2>
          <p className={styles.place}>
            <Shown text={place.join(' · ')} />
          </p>
        </div>
        <Button
          kind="plain"
          small
          icon={X}
          aria-label={text.inspector.close}
          title={text.inspector.close}
          onClick={close}
        />
      </header>
      {/* Scrolls by keyboard too, so it takes the focus. */}
      <section className={styles.content} aria-label={text.inspector.label} tabIndex={0}>
        <div className={styles.actions}>
          <VerdictMark shown={row.shown} was={row.verdict} waiting={row.waiting} />
          <span className={styles.space} />
          <Button small icon={ShieldCheck} disabled={row.running} onClick={() => void model.verify([row.id])}>
            {text.inspector.verify}
          </Button>
          <Button
            small
            icon={FileText}
            aria-label={text.inspector.edit}
            title={text.inspector.edit}
            onClick={() => void model.editFile(row.entry.origin.file)}
          />
        </div>
        <Call row={row} />
        <Identities row={row} />
        <Findings row={row} />
        <Steps row={row} />
        <ExecCommand row={row} />
        <Token row={row} />
        <Commands row={row} />
        <EntryYaml key={row.id} row={row} />
      </section>
    </aside>
  )
}
