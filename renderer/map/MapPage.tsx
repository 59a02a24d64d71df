import { Filter, FilterX, FoldVertical, Image, Map as MapIcon } from 'lucide-react'
import { useMemo, useRef } from 'react'
import { ago } from '../../shared/age'
import type { Audit, AuditContext } from '../../shared/audit/audit'
import { countsOf, isWrong } from '../../shared/audit/map-harm'
import { leadsThrough, mapLayout } from '../../shared/audit/map-layout'
import type { MapOptions } from '../../shared/audit/map-model'
import { mapSvg } from '../../shared/audit/map-svg'
import { worstOf } from '../../shared/audit/worst'
import { visible } from '../../shared/visible'
import { hasTerm, toggledTerm } from '../rows/filter'
import { mapText as text } from '../text/map-texts'
import { environmentText, verdictCount, verdictWord } from '../text/page'
import { AuditPage } from '../ui/AuditPage'
import { Button } from '../ui/Button'
import { Listed } from '../ui/ListPage'
import { useApp, useAudit, useModel } from '../ui/model'
import { VerdictIcon } from '../ui/VerdictMark'
import { Drawing, useTheme, useWidth } from './Drawing'
import styles from './Map.module.css'
import { PathTree } from './PathTree'
import { most, savePicture } from './save-picture'

/** Higher than this, in pixels, it takes long to scroll through. */
const tall = 8_000

/** The whole fleet at a glance: how each context signs in, as which identity it acts, on which cluster, and who else may enter. */
export function MapPage() {
  return (
    <AuditPage texts={text} icon={MapIcon} of="contexts" leadsTo="discover">
      {(audit) => <Shown audit={audit} />}
    </AuditPage>
  )
}

function Shown({ audit }: { readonly audit: Audit }) {
  const model = useModel()
  const { wrongOnly, focus, unfolded } = useAudit((state) => state)
  const filter = useApp((state) => state.filter)
  const only = useApp((state) => state.only)
  const now = useApp((state) => state.now)
  // What the filter of Contexts shows.
  const version = useApp((state) => state.listVersion)
  const scroll = useRef<HTMLDivElement>(null)
  const width = useWidth(scroll)
  const theme = useTheme()
  const fitting = useMemo(() => {
    void version
    return filter.trim() === '' && only === null ? null : new Set(model.fitting().map(({ id }) => id))
  }, [model, filter, only, version])
  const options: MapOptions = useMemo(
    () => ({ width, head: null, only: fitting, wrongOnly, focus, unfolded, markOf: model.marks.of }),
    [width, fitting, wrongOnly, focus, unfolded, model],
  )
  const map = useMemo(() => mapLayout(audit, options), [audit, options])
  const shown = map.paths.map(({ context }) => context)
  // A change may have taken away what is shown alone.
  const gone = focus !== null && !leadsThrough(audit, focus)
  const counts = countsOf(shown)
  const checked = Math.max(0, ...audit.contexts.map(({ checkedAt }) => checkedAt ?? 0))
  const { title, tone } = worstOf(audit)
  const aside = [
    environmentText[audit.environment],
    checked === 0 ? '' : ago(checked, Math.max(now, checked)),
    text.some(shown.length, audit.contexts.length),
    map.height > tall ? text.tall(map.height) : '',
  ]
  const clear = () => {
    model.setFilter('')
    model.showOnly(null)
    model.audit.setWrongOnly(false)
    model.audit.setFocus(null)
  }
  const save = (kind: 'svg' | 'png') => {
    const date = new Date(now).toISOString().slice(0, 16).replace('T', ' ')
    const head = { title, aside: [...aside.filter(Boolean), `${date} UTC`].join(' · ') }
    // As wide as paper has room for, at any width of the window.
    const whole = mapLayout(audit, { ...options, head, width: 1_440 })
    return savePicture(model, kind, `${mapSvg(whole, theme)}\n`, whole)
  }
  return (
    <Listed
      texts={gone ? { ...text, nothingFits: text.gone(focus.name) } : text}
      answer={{
        sentence: title,
        tone,
        aside,
        counts: {
          of: counts,
          icon: (verdict) => <VerdictIcon shown={verdict} size={13} />,
          texts: text,
          labels: verdictCount,
          chosen: counts.find(([verdict]) => hasTerm(filter, verdictTerm(verdict)))?.[0] ?? null,
          onChoose: (verdict) => {
            const term = verdict ?? counts.find(([one]) => hasTerm(filter, verdictTerm(one)))?.[0]
            if (term !== undefined) model.setFilter(toggledTerm(filter, verdictTerm(term)))
          },
        },
        more: (
          <div className={styles.tools}>
            <Button
              small
              icon={wrongOnly ? FilterX : Filter}
              aria-pressed={wrongOnly}
              title={text.wrongOnlyMeaning}
              disabled={!wrongOnly && !audit.contexts.some(isWrong)}
              onClick={() => model.audit.setWrongOnly(!wrongOnly)}
            >
              {text.wrongOnly}
            </Button>
            {focus !== null && (
              <Button
                small
                icon={FilterX}
                label={text.showAll(visible(focus.name))}
                onClick={() => model.audit.setFocus(null)}
              >
                {text.only(focus.name)}
              </Button>
            )}
            {unfolded.size > 0 && (
              <Button small icon={FoldVertical} onClick={model.audit.foldAll}>
                {text.foldAll}
              </Button>
            )}
            <span className={styles.apart} />
            {(['svg', 'png'] as const).map((kind) => (
              <Button
                key={kind}
                small
                icon={Image}
                disabled={kind === 'png' && map.height > most}
                title={kind === 'png' && map.height > most ? text.tooTall(map.height) : undefined}
                onClick={() => void save(kind)}
              >
                {text.saveAs[kind]}
              </Button>
            ))}
          </div>
        ),
      }}
      onClear={clear}
    >
      {shown.length === 0 ? null : (
        <div ref={scroll} className={styles.scroll}>
          <PathTree map={map} scroll={scroll} />
          {width > 0 && <Drawing map={map} theme={theme} />}
        </div>
      )}
    </Listed>
  )
}

const verdictTerm = (verdict: AuditContext['verdict']): string => `verdict:${verdictWord(verdict)}`
