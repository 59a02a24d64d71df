import { ChevronRight, Ellipsis } from 'lucide-react'
import type { ActionId } from '../../shared/ipc/actions'
import { titleOf } from '../actions/targets'
import { useActions } from '../actions/use-actions'
import { text } from '../text/page'
import { Keys } from '../ui/Keys'
import menu from '../ui/Menu.module.css'
import { type MenuParts, PointMenu, type PointMenuPlace } from '../ui/menus'
import { useModel } from '../ui/model'
import { usePopups } from '../ui/popups'

type Offered = readonly (ActionId | null)[]

/** The entries of a row's menu, in this order; null is a separator. Ten at most, followed by those needed less often. */
const offered: Offered = [
  'verify-target',
  'inspect',
  'use',
  null,
  'edit-cell',
  'edit-selected',
  'split-user',
  'clone',
  'rename',
  'discard-row',
  null,
  'copy-name',
  null,
  // Separated, so that a slip of the pointer does not hit Delete.
  'delete',
  null,
]
const more: Offered = [
  'fill-down',
  'replace',
  'names',
  null,
  'move',
  'export',
  'refresh-aws',
  null,
  'expect',
  'expect-nobody',
  null,
  'copy-arn',
  'copy-whoami',
  'copy-rows',
  null,
  'same-identity',
  'same-account',
  null,
  'edit',
]

/** The cell of one context, or the column of several. */
const either: ReadonlySet<string> = new Set(['edit-cell', 'edit-selected'])

/** Left out where they do not apply: most contexts share no user and have no pending change. */
const rare: ReadonlySet<string> = new Set(['split-user', 'discard-row', 'use', 'move', 'expect-nobody'])

/** The menu of a row or of the selection: the same actions as in the palette. */
export function RowMenu({ place }: { readonly place: PointMenuPlace }) {
  const model = useModel()
  return (
    <PointMenu
      place={place}
      // If it opened the cell's editor, that has the focus by then.
      finalFocus={() => model.edits.state.getState().editing === null}
      items={(parts) => <Entries {...parts} />}
    />
  )
}

type Drawing = Pick<MenuParts, 'ContextMenu'>

function Entries({ ContextMenu }: Drawing) {
  const popups = usePopups()
  return (
    <>
      <Blocked />
      <Items ids={offered} ContextMenu={ContextMenu} />
      <ContextMenu.SubmenuRoot>
        <ContextMenu.SubmenuTrigger className={menu.item}>
          <Ellipsis size={15} aria-hidden />
          <span className="fill">{text.more}</span>
          <ChevronRight size={14} aria-hidden />
        </ContextMenu.SubmenuTrigger>
        <ContextMenu.Portal container={popups}>
          <ContextMenu.Positioner className={menu.positioner}>
            <ContextMenu.Popup className={menu.popup}>
              <Items ids={more} ContextMenu={ContextMenu} />
            </ContextMenu.Popup>
          </ContextMenu.Positioner>
        </ContextMenu.Portal>
      </ContextMenu.SubmenuRoot>
    </>
  )
}

/** Why an action is not possible; computed only while the menu is open. */
function Blocked() {
  const model = useModel()
  const actions = useActions()
  const blocked = actions.reduce<string | null>((why, { blockedBy }) => why ?? blockedBy(model), null)
  return blocked !== null && <p className={menu.note}>{blocked}</p>
}

function Items({ ids, ContextMenu }: Drawing & { readonly ids: Offered }) {
  const model = useModel()
  const actions = useActions()
  return ids.map((id, at) => {
    if (id === null) return <ContextMenu.Separator key={`line ${ids[at - 1]}`} className={menu.separator} />
    const action = actions.find((one) => one.id === id)
    if (action === undefined || (rare.has(id) && !action.enabled(model))) return null
    // Only one of the two applies, and the other would be in the way.
    if (either.has(id) && !action.enabled(model)) return null
    return (
      <ContextMenu.Item
        key={id}
        className={menu.item}
        disabled={!action.enabled(model)}
        aria-description={action.blockedBy(model) ?? undefined}
        onClick={() => action.run(model)}
      >
        <action.icon size={15} aria-hidden />
        <span className="fill">{titleOf(action, model)}</span>
        <Keys shortcut={action.shortcut} className={menu.keys} />
      </ContextMenu.Item>
    )
  })
}
