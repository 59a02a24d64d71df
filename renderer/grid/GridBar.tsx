import { ArrowDownWideNarrow, ChevronDown, Columns3, Layers, type LucideIcon, X } from 'lucide-react'
import { actionText, selectionBar } from '../../shared/ipc/actions-and-views'
import { titleOf } from '../actions/targets'
import { useActions } from '../actions/use-actions'
import { groupings, worstFirst } from '../rows/arrange'
import { columns, fixedColumn } from '../rows/columns'
import { text } from '../text/page'
import { Button } from '../ui/Button'
import menu from '../ui/Menu.module.css'
import { MenuButton } from '../ui/menus'
import { useApp, useEdits, useModel } from '../ui/model'
import styles from './Grid.module.css'
import { isVisible, shownOrHidden } from './table'

const sorts = {
  file: [],
  worst: worstFirst,
  name: [{ column: 'context', descending: false }],
}
const sortNames = ['file', 'worst', 'name'] as const

interface GridBarProps {
  /** `12 of 57 contexts` while there is a filter. */
  readonly found: string | null
  /** Rows are being checked, and are sorted by the results once all are done. */
  readonly waits: boolean
}

/** Above the grid: grouping, sorting, filter, and columns. */
export function GridBar({ found, waits }: GridBarProps) {
  const model = useModel()
  const { grouping, sort } = useApp((state) => state.view)
  const sorted = sortNames.find((name) => JSON.stringify(sorts[name]) === JSON.stringify(sort)) ?? 'own'
  const only = useApp((state) => state.only)
  return (
    <div className={styles.bar}>
      <Choice
        icon={Layers}
        label={text.grid.groupBy}
        value={grouping}
        names={text.grid.groups}
        order={groupings}
        onChange={(name) => model.setView({ grouping: name })}
      />
      <Choice
        icon={ArrowDownWideNarrow}
        label={text.grid.sort}
        value={sorted}
        names={text.grid.sorts}
        order={sorted === 'own' ? [...sortNames, 'own' as const] : sortNames}
        onChange={(name) => name !== 'own' && model.setView({ sort: [...sorts[name]] })}
      />
      {waits && (
        <Button
          small
          kind="plain"
          title={text.grid.sortNowHint}
          onClick={() => model.setView({ sort: [...model.state.getState().view.sort] })}
        >
          {text.grid.sortNow}
        </Button>
      )}
      {only !== null && (
        <button
          type="button"
          className={styles.only}
          title={text.grid.onlyThese}
          aria-label={`${text.grid.onlyThese}: ${only.title}`}
          onClick={() => model.showOnly(null)}
        >
          <span className="cut">{only.title}</span>
          <X size={12} aria-hidden />
        </button>
      )}
      <span className="space" />
      <span className={styles.found} role="status">
        {found}
      </span>
      <ColumnChooser />
    </div>
  )
}

interface ChoiceProps<Name extends string> {
  readonly icon: LucideIcon
  readonly label: string
  readonly value: Name
  readonly names: Readonly<Record<Name, string>>
  readonly order: readonly Name[]
  readonly onChange: (name: Name) => void
}

/** A choice of one of several, in the menu of a button that shows the current one. */
function Choice<Name extends string>({ icon, label, value, names, order, onChange }: ChoiceProps<Name>) {
  return (
    <MenuButton
      button={{
        small: true,
        kind: 'plain',
        icon,
        'aria-label': `${label}: ${names[value]}`,
        title: label,
        children: (
          <>
            {names[value]}
            <ChevronDown size={13} aria-hidden />
          </>
        ),
      }}
      items={({ RadioGroup }) => (
        <RadioGroup label={label} value={value} names={order} onChange={onChange}>
          {(name) => names[name]}
        </RadioGroup>
      )}
    />
  )
}

function ColumnChooser() {
  const model = useModel()
  const view = useApp((state) => state.view)
  const comparing = useApp((state) => state.compare !== null)
  const all = columns.filter((column) => column.id !== 'compared' || comparing)
  return (
    <MenuButton
      align="end"
      button={{
        small: true,
        icon: Columns3,
        'aria-label': text.grid.columns,
        title: text.grid.columns,
        children: <span className={styles.columnsWord}>{text.grid.columns}</span>,
      }}
      items={({ Menu, Act, Ticked }) => (
        <>
          <Menu.Group>
            <Menu.GroupLabel className={menu.group}>{text.grid.columnsTitle}</Menu.GroupLabel>
            {all.map(({ id, title }) => (
              <Ticked
                key={id}
                checked={isVisible(view, id)}
                onCheckedChange={(checked) => model.setView(shownOrHidden(view, id, checked))}
                closeOnClick={false}
                disabled={id === fixedColumn}
              >
                {title}
              </Ticked>
            ))}
          </Menu.Group>
          <Menu.Separator className={menu.separator} />
          <Act onClick={() => model.resetColumns()}>{actionText('reset-columns').title}</Act>
        </>
      )}
    />
  )
}

/** Replaces grouping and sorting while rows are selected: how many, and the actions on all of them. */
export function SelectionBar({ ids }: { readonly ids: readonly string[] }) {
  const model = useModel()
  const actions = useActions()
  const count = useApp((state) => state.selected.size)
  // The possible actions depend on the focused cell and on pending edits.
  useApp((state) => state.cursor)
  useEdits((state) => state.pending)
  return (
    <div className={styles.bar} role="toolbar" aria-label={text.selection.label}>
      <b className={styles.selectedCount} role="status">
        {text.status.selected(count)}
      </b>
      {Object.entries(selectionBar).map(([id, short]) => {
        const action = actions.find((one) => one.id === id)
        if (action === undefined || (action.onlyIfPossible && !action.enabled(model))) return null
        const title = titleOf(action, model)
        return (
          <Button
            key={id}
            small
            kind={id === 'delete' ? 'danger-plain' : 'plain'}
            icon={action.icon}
            title={action.blockedBy(model) ?? title}
            aria-label={title}
            disabled={!action.enabled(model)}
            onClick={() => action.run(model)}
          >
            <span className={styles.selectionWord}>{short}</span>
          </Button>
        )
      })}
      <span className="space" />
      {count < ids.length && (
        <Button small kind="plain" onClick={() => model.select(new Set(ids))}>
          {text.selection.all(ids.length)}
        </Button>
      )}
      <Button
        small
        kind="plain"
        icon={X}
        aria-label={actionText('select-none').title}
        title={`${actionText('select-none').title} (Esc)`}
        onClick={() => model.select(new Set())}
      />
    </div>
  )
}
