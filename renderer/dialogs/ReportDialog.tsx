import { useState } from 'react'
import { mostTitle, type ReportFormat, reportFormatNames } from '../../shared/audit/report-formats'
import { shortPath } from '../text/path'
import { reportText as text } from '../text/report-texts'
import { Choices, Field, Tick } from '../ui/Field'
import { FormFrame } from '../ui/FormFrame'
import { useApp, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { useAnswer } from '../ui/use-answer'
import styles from './Report.module.css'

/** The report as a file, with its beginning to look at. It says what is known now: nothing is asked for it. */
export function ReportDialog({ shown }: { readonly shown: readonly string[] | null }) {
  const model = useModel()
  const environment = useApp((state) => state.environment)
  const home = useApp((state) => state.app?.home ?? '')
  const all = useApp((state) => state.snapshot?.contexts.length ?? 0)
  const [format, setFormat] = useState<ReportFormat>('html')
  const [which, setWhich] = useState<'all' | 'shown'>('all')
  const [title, setTitle] = useState('')
  const [secretly, setSecretly] = useState(false)
  const [compares, setCompares] = useState(false)
  const asked = {
    ...{ environment, format },
    contexts: which === 'shown' ? shown : null,
    title: title.trim() === '' ? null : title.trim(),
    secretly,
  }
  const preview = useAnswer(model.bridge, () => model.bridge.request('report.preview', asked), [
    environment,
    format,
    which,
    asked.title,
    secretly,
  ])
  const save = async () => {
    const saved = await model.ask('report.save', { ...asked, compares })
    if (saved == null) return
    model.edits.open(null)
    model.say(text.saved(shortPath(saved.path, home)))
  }
  return (
    <FormFrame
      title={text.title}
      lead={text.lead}
      wide
      done={text.save}
      ready
      problems={[]}
      onSubmit={() => void save()}
    >
      <div className={styles.report}>
        <div>
          <Choices
            label={text.format}
            value={format}
            onChange={setFormat}
            options={reportFormatNames.map((value) => ({ value, label: text.formats[value] }))}
          />
          {shown !== null && (
            <Choices
              label={text.which}
              value={which}
              onChange={setWhich}
              options={[
                { value: 'all', label: text.all(all) },
                { value: 'shown', label: text.shown(shown.length) },
              ]}
            />
          )}
          <Field
            label={text.name}
            placeholder={text.usual}
            value={title}
            onChange={setTitle}
            most={mostTitle}
          />
          <Tick checked={secretly} onChange={setSecretly}>
            {text.secretly}
            <small>{text.secretlyMeaning}</small>
          </Tick>
          <Tick checked={compares} onChange={setCompares}>
            {text.compares}
            <small>{text.comparesMeaning}</small>
          </Tick>
        </div>
        <section aria-label={text.preview} className={styles.preview} data-format={format}>
          {preview?.ok === false ? (
            <Shown as="p" className="wrong" text={`${preview.fault.message} ${preview.fault.next}`} />
          ) : (
            preview !== null && <Preview format={format} begin={preview.value} />
          )}
        </section>
      </div>
    </FormFrame>
  )
}

interface PreviewProps {
  readonly format: ReportFormat
  readonly begin: string
}

/** Pages and maps as they are drawn, in a frame that may run and load nothing; of a table its rows; of the others their lines. */
function Preview({ format, begin }: PreviewProps) {
  if (format === 'html' || format === 'svg') return <iframe title={text.preview} sandbox="" srcDoc={begin} />
  if (format === 'csv') {
    const [head = [], ...rows] = cellsIn(begin)
    return (
      <div className={styles.text} tabIndex={0} role="group" aria-label={text.preview}>
        <table>
          <thead>
            <tr>
              {head.map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
              <tr key={at}>
                {cells.map((cell, column) => (
                  <td key={head[column]}>
                    <Shown as="span" text={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    )
  }
  return (
    <div className={styles.text} tabIndex={0} role="group" aria-label={text.preview}>
      {linesOf(begin).map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
        <Shown as="p" key={at} text={line} />
      ))}
    </div>
  )
}

/** Without the mark that says what it is. */
const linesOf = (text: string): readonly string[] =>
  text.split('\n').filter((line) => !line.startsWith('<!--'))

/** The whole rows of a table of ours: each cell is in quotes, and lines end as in RFC 4180. */
const cellsIn = (table: string): readonly (readonly string[])[] =>
  [...table.matchAll(/"(?:[^"]|"")*"(?:,"(?:[^"]|"")*")*\r\n/g)].map(([row]) =>
    [...row.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell = '']) => cell.replaceAll('""', '"')),
  )
