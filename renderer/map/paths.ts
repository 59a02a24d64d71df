/** The paths of a map as nested lists, and what a click or Enter does. */
import type { AuditContext } from '../../shared/audit/audit'
import type { FleetMap, MapColumn, MapPart, MapPath } from '../../shared/audit/map-model'
import { grouped } from '../../shared/grouped'
import { visible } from '../../shared/visible'
import { goToContext } from '../actions/go-to'
import type { Model } from '../store/window-model'
import { verdictText } from '../text/page'

const columns: ReadonlySet<string> = new Set<MapColumn>(['source', 'identity', 'cluster', 'account'])
const isColumn = (kind: string): kind is MapColumn => columns.has(kind)

/** Opens a context, folds or unfolds what is folded, and else shows only what leads through a box, or all again. */
export function actOn(
  model: Model,
  { kind, key, fold, label: name, contexts }: Pick<MapPart, 'kind' | 'key' | 'fold' | 'label' | 'contexts'>,
): void {
  const { audit } = model
  const [first] = contexts ?? []
  if (kind === 'context') {
    if (first !== undefined) goToContext(model, first.id)
  } else if (fold !== null) audit.toggle(fold)
  else if (isColumn(kind)) {
    const { focus } = audit.state.getState()
    const same = focus?.column === kind && focus.key === key
    audit.setFocus(same ? null : { column: kind, key, name })
  }
}

/** A line of the nested lists: a source, an identity of it, a cluster of that, or a context. */
export interface PathLine {
  readonly id: string
  /** The line that it is in. */
  readonly above: string | null
  /** From 1. */
  readonly level: number
  readonly label: string
  /** Null: nothing is in it. */
  readonly open: boolean | null
  readonly key: string
  readonly contexts: readonly AuditContext[]
}

const levels = ['source', 'identity', 'cluster'] as const

/** The lines of the lists, of which the one with this id and those around it are open; null: none is. */
export function pathLines(map: FleetMap, opened: string | null): readonly PathLine[] {
  const lines: PathLine[] = []
  const add = (paths: readonly MapPath[], above: string | null, level: number): void => {
    const column = levels[level]
    if (column === undefined) {
      for (const { context } of paths)
        lines.push({
          id: `${above ?? ''}\n${context.id}`,
          above,
          level: level + 1,
          label: `${visible(context.name)}, ${verdictText[context.verdict]}`,
          open: null,
          key: context.id,
          contexts: [context],
        })
      return
    }
    for (const [key, group] of grouped(paths, (path) => path[column].key)) {
      const [first] = group
      if (first === undefined) continue
      const id = above === null ? key : `${above}\n${key}`
      const open = opened === id || opened?.startsWith(`${id}\n`) === true
      const { label, detail } = first[column]
      lines.push({
        id,
        above,
        level: level + 1,
        label: detail === '' ? label : `${label}, ${detail}`,
        open,
        key,
        contexts: group.map(({ context }) => context),
      })
      if (open) add(group, id, level + 1)
    }
  }
  add(map.paths, null, 0)
  return lines
}
