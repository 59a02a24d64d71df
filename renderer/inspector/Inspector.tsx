import { Copy as CloneIcon, EyeOff, FileText, ShieldCheck, Star } from 'lucide-react'
import { useState } from 'react'
import { goToContext } from '../actions/go-to'
import { isOnDisk } from '../actions/targets'
import { switchTo, whyNotUsed } from '../actions/use-context'
import { isOpened } from '../pending/editable-fields'
import { shownOnDisk } from '../rows/on-disk'
import type { Row } from '../rows/rows'
import { leftBeside } from '../store/arrangement'
import { verify } from '../store/verifying'
import { type TabName, tabNames, inspectorText as text } from '../text/inspector'
import { shortPath } from '../text/path'
import { Button } from '../ui/Button'
import { useApp, useModel, useRow } from '../ui/model'
import { Answer } from './Answer'
import { EntryYaml, ExecCommand } from './Entry'
import { ClusterKnows, useExplanation } from './Explained'
import { Findings } from './Findings'
import { Frame } from './Frame'
import { copyName, Title } from './Head'
import { Chain, Commands, Environments } from './Identity'
import styles from './Inspector.module.css'
import { Steps, stepsOf } from './Steps'
import { Tabs } from './Tabs'
import { Token } from './Token'

/** All facts about the focused context, each with its source; the answer comes first. */
export function Inspector() {
  const model = useModel()
  const id = useApp((state) => state.inspected)
  // It stays open on the same tab from row to row.
  const [tab, setTab] = useState<TabName>('identity')
  const row = useRow(id)
  return (
    <Frame
      label={text.label}
      closeLabel={text.close}
      onClose={() => {
        model.inspect(null)
        model.list.focusGrid()
      }}
      leaves={leftBeside.contexts}
      title={row && <Title row={row} />}
      copy={row === undefined ? null : { label: text.copyName, onCopy: () => copyName(model, row) }}
      above={row && <Hidden row={row} />}
      nothing={text.nothing}
      nothingHint={text.nothingHint}
      foot={row && <Foot row={row} />}
    >
      {row === undefined ? null : (
        <>
          <Answer row={row} />
          <Tabs
            names={tabNames}
            titles={text.tabs}
            chosen={tab}
            counts={{ steps: stepsOf(row).length, findings: row.findings.length }}
            onChoose={setTab}
          >
            {tab === 'identity' && <Identity row={row} />}
            {tab === 'steps' && <Steps row={row} />}
            {tab === 'token' && <Token row={row} />}
            {tab === 'entry' && (
              <>
                <ExecCommand row={row} />
                <EntryYaml key={row.id} row={row} />
              </>
            )}
            {tab === 'findings' && <Findings row={row} />}
          </Tabs>
        </>
      )}
    </Frame>
  )
}

/** Why it has this identity, what its cluster knows, and the same in a terminal. */
function Identity({ row }: { readonly row: Row }) {
  const explanation = useExplanation(row)
  return (
    <>
      <Chain row={row} explanation={explanation} />
      <ClusterKnows row={row} explanation={explanation} />
      <Environments row={row} />
      <Commands row={row} />
    </>
  )
}

/** Says that the list does not show this context, instead of silently showing another one. */
function Hidden({ row }: { readonly row: Row }) {
  const model = useModel()
  const hidden = useApp(({ listVersion }) => listVersion > 0 && !model.isShown(row.id))
  if (!hidden) return null
  return (
    <p className={styles.hidden} role="status" title={text.hiddenHint}>
      <EyeOff size={14} aria-hidden />
      <span>{text.hidden}</span>
      <Button small onClick={() => goToContext(model, row.id)}>
        {text.show}
      </Button>
    </p>
  )
}

/** Actions on the context that are always available. */
function Foot({ row }: { readonly row: Row }) {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  const own = useApp(({ snapshot }) => snapshot !== null && !isOpened(snapshot, row.entry))
  // A pending move would name another file: this is the one on disk.
  const { file, line } = shownOnDisk(row).entry.origin
  const added = row.pending?.kind === 'added'
  const place = `${shortPath(file, home)}${added ? '' : `:${line}`}`
  return (
    <footer className={styles.foot}>
      <Button
        small
        icon={ShieldCheck}
        disabled={row.running || !isOnDisk(row)}
        title={isOnDisk(row) ? undefined : text.steps.notWritten}
        onClick={() => void verify(model.checking, [row.id])}
      >
        {text.verify}
      </Button>
      {own && row.pending?.kind !== 'removed' && (
        <Button small icon={CloneIcon} onClick={() => model.edits.open({ kind: 'clone', row: row.id })}>
          {text.clone}
        </Button>
      )}
      {whyNotUsed(model, row) === null && (
        <Button small icon={Star} title={text.useMeaning} onClick={() => switchTo(model, row)}>
          {text.use}
        </Button>
      )}
      <span className="space" />
      <Button
        small
        kind="plain"
        icon={FileText}
        className={styles.file}
        label={text.edit(place)}
        onClick={() => void model.ask('kubeconfig.edit', { path: file })}
      >
        <span>{place.split(/[/\\]/).at(-1)}</span>
      </Button>
    </footer>
  )
}
