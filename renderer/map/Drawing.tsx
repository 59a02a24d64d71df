import {
  createElement,
  memo,
  type RefObject,
  useCallback,
  useLayoutEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react'
import type { FleetMap, MapPart } from '../../shared/audit/map-model'
import type { Shape } from '../../shared/audit/map-shapes'
import { type MapTheme, shapeAttributes, wordAttributes, wordGap } from '../../shared/audit/map-svg'
import { useAudit, useModel } from '../ui/model'
import styles from './Map.module.css'
import { actOn } from './paths'

/** The theme that the document has. */
export const useTheme = (): MapTheme =>
  useSyncExternalStore(followTheme, () =>
    document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light',
  )

function followTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  return () => observer.disconnect()
}

/** Narrower than this it scrolls sideways. */
const least = 720

/** How wide the map may be. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(1_024)
  useLayoutEffect(() => {
    const { current } = element
    if (current === null) return
    const measure = () => {
      if (current.clientWidth > 0) setWidth(Math.max(least, current.clientWidth))
    }
    const observer = new ResizeObserver(measure)
    observer.observe(current)
    measure()
    return () => observer.disconnect()
  }, [element])
  return width
}

/** The picture of the map; what the pointer is on, or the keyboard, shows its whole path. */
export function Drawing({ map, theme }: { readonly map: FleetMap; readonly theme: MapTheme }) {
  const model = useModel()
  const [hovered, setHovered] = useState<MapPart | null>(null)
  const reached = useAudit((state) => state.reached)
  const contexts = hovered?.contexts ?? reached?.contexts ?? null
  const traced = useMemo(() => contexts && new Set(contexts.map(({ id }) => id)), [contexts])
  const partAt = useCallback(
    (target: EventTarget): MapPart | null => {
      const at = target instanceof Element ? target.closest('[data-at]')?.getAttribute('data-at') : null
      return at == null ? null : (map.parts[Number(at)] ?? null)
    },
    [map],
  )
  return (
    <svg
      aria-hidden="true"
      className={styles.map}
      width={map.width}
      height={map.height}
      viewBox={`0 0 ${map.width} ${map.height}`}
      // A pointer that only rests where the map is drawn has chosen nothing.
      onPointerMove={(event) => {
        if (event.movementX !== 0 || event.movementY !== 0) setHovered(partAt(event.target))
      }}
      onPointerLeave={() => setHovered(null)}
      onClick={(event) => {
        const part = partAt(event.target)
        if (part !== null) actOn(model, part)
      }}
    >
      {map.parts.map((part, at) => (
        <Part
          // biome-ignore lint/suspicious/noArrayIndexKey: texts and bands have no other
          key={`${part.kind} ${part.key} ${at}`}
          part={part}
          at={at}
          theme={theme}
          faded={traced !== null && part.contexts !== null && !part.contexts.some(({ id }) => traced.has(id))}
          reached={hovered === null && reached?.key === part.key && part.box !== null}
        />
      ))}
    </svg>
  )
}

interface PartProps {
  readonly part: MapPart
  readonly at: number
  readonly theme: MapTheme
  readonly faded: boolean
  readonly reached: boolean
}

const Part = memo(function Part({ part, at, theme, faded, reached }: PartProps) {
  const { kind, key, title, shapes, box, contexts } = part
  return (
    <g
      data-at={contexts === null ? undefined : at}
      data-kind={kind}
      data-key={key}
      opacity={faded ? 0.18 : undefined}
      className={kind === 'text' || kind === 'band' ? undefined : styles.acts}
    >
      {title !== '' && <title>{title}</title>}
      {shapes.map((shape, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: shapes have no other
        <Drawn key={index} shape={shape} theme={theme} />
      ))}
      {reached && box !== null && <rect {...box} rx={6} fill="none" className={styles.reached} />}
    </g>
  )
})

const Drawn = ({ shape, theme }: { readonly shape: Shape; readonly theme: MapTheme }) =>
  createElement(
    shape.tag,
    shapeAttributes(shape, theme),
    ...(shape.tag === 'text'
      ? [
          shape.text,
          ...(shape.after ?? []).map((words) =>
            createElement(
              'tspan',
              { key: words.text, dx: wordGap, ...wordAttributes(words, theme) },
              words.text,
            ),
          ),
        ]
      : []),
  )
