import { ShieldCheck, Wrench } from 'lucide-react'
import { memo, useMemo } from 'react'
import type { Audit } from '../../shared/audit/audit'
import { counted } from '../../shared/counted'
import type { Severity } from '../../shared/findings/define-rule'
import { visible } from '../../shared/visible'
import {
  countFindings,
  type FindingGroupLine,
  type FindingLine,
  findingLines,
  shownFindings,
} from '../rows/finding-lines'
import { toldApart } from '../text/counts'
import { findingsText as text } from '../text/finding-texts'
import { severityText } from '../text/page'
import { shortPath } from '../text/path'
import { AuditPage } from '../ui/AuditPage'
import { Act, Button } from '../ui/Button'
import { Listed } from '../ui/ListPage'
import { useApp, useEdits, useFindings, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { type TreeColumn, TreeGrid } from '../ui/TreeGrid'
import styles from './Findings.module.css'
import { Outcome } from './Outcome'
import { SeverityIcon } from './SeverityIcon'
import { fixOfLine, reviewFixes } from './use-fix'

/** What is wrong or risky in the whole fleet, worst first: one line for each kind, with the act that settles it. */
export function FindingsPage() {
  return (
    <>
      <Outcome />
      <AuditPage texts={text} icon={ShieldCheck} of="findings" leadsTo="contexts">
        {(audit) => <Found audit={audit} />}
      </AuditPage>
    </>
  )
}

const severities: readonly Severity[] = ['error', 'warning', 'info']

function Found({ audit }: { readonly audit: Audit }) {
  const model = useModel()
  const filter = useFindings((state) => state.filter)
  const closed = useFindings((state) => state.closed)
  // A fix that is pending already is offered no more.
  useEdits((state) => state.pending)
  const all = useMemo(() => findingLines(audit), [audit])
  const lines = useMemo(() => shownFindings(all, filter, closed), [all, filter, closed])
  const counts = countFindings(all, audit)
  const toFix = counts.error + counts.warning
  const fixable = all.filter(
    (line) =>
      line.muted === null && line.severity !== 'info' && fixOfLine(model, line)?.needsDecision === false,
  )
  const whatFixes = fixable.map((line) => fixOfLine(model, line)?.label).join(' · ')
  return (
    <Listed
      texts={text}
      answer={{
        sentence:
          toFix === 0
            ? text.notes(counts.info)
            : counts.contexts === 0
              ? text.inFiles(toFix)
              : text.toFix(toFix, counts.contexts),
        ...(counts.error > 0 ? { tone: 'trouble' } : {}),
        aside: [
          audit.refused === null ? text.clean(counts.clean) : text.noneUsed,
          counts.muted === 0 ? '' : text.muted(counts.muted),
        ],
        counts: {
          of: severities.flatMap((one) =>
            counts[one] > 0 || filter.severity === one ? [[one, counts[one]] as const] : [],
          ),
          icon: (one) => <SeverityIcon severity={one} />,
          texts: text,
          labels: text.severities,
          chosen: filter.severity,
          onChoose: (severity) => model.findings.setFilter({ severity }),
        },
        more:
          fixable.length === 0 ? null : (
            <p className={styles.all}>
              <span className="together">{text.needNone(fixable.length)}</span>
              <Button small className="whole" icon={Wrench} onClick={() => reviewFixes(model, fixable)}>
                {text.fixAll(fixable.length)}
              </Button>
              <span className="cut faint" title={whatFixes}>
                {whatFixes}
              </span>
            </p>
          ),
      }}
      onClear={() => model.findings.setFilter({ words: '', severity: null })}
    >
      {lines.length === 0 ? null : (
        <TreeGrid<FindingGroupLine, FindingLine>
          label={text.list}
          model={model.findings}
          lines={lines}
          columns={columns}
          layout={styles.columns}
          head={GroupHead}
        />
      )}
    </Listed>
  )
}

const GroupHead = ({ group, count }: FindingGroupLine) => (
  <>
    <b>{text.groups[group]}</b>
    <span className="faint">{counted(count)}</span>
  </>
)

/** How many names a line shows. */
const mostNames = 3
/** And how many it says where the pointer rests. */
const mostTold = 30

const What = memo(({ line }: { readonly line: FindingLine }) => (
  <>
    <SeverityIcon severity={line.severity} />
    <span className="visually-hidden">{severityText[line.severity]}</span>
    <span className="cut" title={line.title}>
      {line.title}
    </span>
    {/* Where there is no room for a column of them. */}
    <span className={styles.beside}>
      <Contexts line={line} />
    </span>
  </>
))

const Contexts = memo(({ line: { contexts } }: { readonly line: FindingLine }) => {
  const names = toldApart(contexts.slice(0, mostNames).map(({ name }) => name))
  const more = contexts.length - mostNames
  return (
    <span
      className="cut"
      title={contexts
        .slice(0, mostTold)
        .map(({ name }) => visible(name))
        .join('\n')}
    >
      <Shown text={names.join(', ')} />
      {more > 0 && <span className="faint"> {text.more(more)}</span>}
    </span>
  )
})

function Where({ line: { findings } }: { readonly line: FindingLine }) {
  const home = useApp((state) => state.app?.home ?? '')
  const [first] = findings
  if (first === undefined) return null
  return <Shown as="code" className="cut" text={text.place(shortPath(first.file, home), first.line)} />
}

function Fix({ line }: { readonly line: FindingLine }) {
  const model = useModel()
  useEdits((state) => state.pending)
  const fix = fixOfLine(model, line)
  if (fix === null) return null
  return (
    <Act
      icon={Wrench}
      tabIndex={-1}
      title={fix.label}
      onClick={(event) => {
        event.stopPropagation()
        reviewFixes(model, [line])
      }}
    >
      {fix.label}
    </Act>
  )
}

const columns: readonly TreeColumn<FindingLine>[] = [
  { id: 'what', title: text.columns.what, Cell: What },
  { id: 'contexts', title: text.columns.contexts, Cell: Contexts },
  { id: 'where', title: text.columns.where, Cell: Where },
  { id: 'act', title: text.columns.act, Cell: Fix },
]
