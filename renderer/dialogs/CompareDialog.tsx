import { Eye, FolderOpen } from 'lucide-react'
import { useState } from 'react'
import type { Comparison } from '../../shared/audit/compare'
import { type EnvironmentName, environmentNames } from '../../shared/identity/identity'
import type { Result } from '../../shared/result'
import { editsOf } from '../pending/memory'
import { compareText as text } from '../text/compare-texts'
import { environmentText } from '../text/page'
import { shortPath } from '../text/path'
import { Button } from '../ui/Button'
import { Differences, useBeforeAndAfter } from '../ui/Differences'
import { Choices } from '../ui/Field'
import { useApp, useEdits, useModel } from '../ui/model'
import { useAnswer } from '../ui/use-answer'
import { Window } from '../ui/Window'
import styles from './Report.module.css'

/** What differs between now and another environment, a file, or what is pending. */
export function CompareDialog({ first }: { readonly first: 'pending' | null }) {
  const model = useModel()
  const environment = useApp((state) => state.environment)
  const home = useApp((state) => state.app?.home ?? '')
  const pending = useEdits((state) => state.pending)
  const others = environmentNames.filter((name) => name !== environment)
  const [chosen, setChosen] = useState<EnvironmentName | 'file' | 'pending'>(
    first ?? others[0] ?? environment,
  )
  const [file, setFile] = useState<Result<Comparison | null> | null>(null)
  const name = others.find((one) => one === chosen)
  const ask = (
    from: { readonly kind: 'file' } | { readonly kind: 'environment'; readonly environment: EnvironmentName },
  ) => model.bridge.request('report.compare', { environment, from })
  const beside = useAnswer(
    `${environment} ${chosen}`,
    name === undefined ? null : () => ask({ kind: 'environment', environment: name }),
  )
  const after = useBeforeAndAfter(chosen === 'pending' ? editsOf(pending) : null)
  const compared = chosen === 'file' ? file : chosen === 'pending' ? after : beside
  const chooseFile = async () => {
    const answer = await ask({ kind: 'file' })
    if (answer.ok && answer.value === null) return
    setFile(answer)
    setChosen('file')
  }
  const differing = compared?.ok && compared.value !== null ? namesIn(compared.value) : none
  const ids = model.rows.all().flatMap(({ id, name }) => (differing.has(name) ? [id] : []))
  const path = file?.ok && file.value !== null ? file.value.a.name : null
  return (
    <Window
      title={text.title}
      lead={text.lead}
      wide
      cancel={text.close}
      acts={
        <Button
          icon={Eye}
          disabled={ids.length === 0}
          onClick={() => {
            model.edits.open(null)
            model.showPage('contexts')
            model.showOnly({ title: text.shown, ids: new Set(ids) })
          }}
        >
          {text.show(ids.length)}
        </Button>
      }
    >
      <div className={`dialog-body ${styles.report}`}>
        <div>
          <Choices
            label={text.with}
            value={chosen}
            onChange={setChosen}
            options={[
              ...others.map((value) => ({ value, label: environmentText[value] })),
              ...(pending.length === 0 ? [] : [{ value: 'pending' as const, label: text.pending }]),
              ...(file === null
                ? []
                : [{ value: 'file' as const, label: path === null ? text.lastFile : shortPath(path, home) }]),
            ]}
          />
          <Button icon={FolderOpen} title={text.fileMeaning} onClick={() => void chooseFile()}>
            {text.file}
          </Button>
        </div>
        <section aria-label={text.lines} aria-live="polite">
          <Differences compared={compared} tall />
        </section>
      </div>
    </Window>
  )
}

const none: ReadonlySet<string> = new Set()

const namesIn = ({ changes: { came, went, changed, findings } }: Comparison): ReadonlySet<string> =>
  new Set([
    ...[...came, ...went, ...changed].map(({ context }) => context),
    ...[...findings.came, ...findings.went].flatMap(({ contexts }) => contexts),
  ])
