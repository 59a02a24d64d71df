import { ChevronRight, Ellipsis } from 'lucide-react'
import { Fragment } from 'react'
import { type ActionId, rowMenu } from '../../shared/ipc/actions-and-views'
import { titleOf } from '../actions/targets'
import { useActions } from '../actions/use-actions'
import { text } from '../text/page'
import { Keys } from '../ui/Keys'
import menu from '../ui/Menu.module.css'
import { type MenuParts, PointMenu, type PointMenuPlace } from '../ui/menus'
import { useModel } from '../ui/model'
import { usePopups } from '../ui/popups'

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
type Sections = readonly (readonly ActionId[])[]

function Entries({ ContextMenu }: Drawing) {
  const popups = usePopups()
  return (
    <>
      <Blocked />
      <Items sections={rowMenu.first} ContextMenu={ContextMenu} />
      <ContextMenu.Separator className={menu.separator} />
      <ContextMenu.SubmenuRoot>
        <ContextMenu.SubmenuTrigger className={menu.item}>
          <Ellipsis size={15} aria-hidden />
          <span className="fill">{text.more}</span>
          <ChevronRight size={14} aria-hidden />
        </ContextMenu.SubmenuTrigger>
        <ContextMenu.Portal container={popups}>
          <ContextMenu.Positioner className={menu.positioner}>
            <ContextMenu.Popup className={menu.popup}>
              <Items sections={rowMenu.more} ContextMenu={ContextMenu} />
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

function Items({ sections, ContextMenu }: Drawing & { readonly sections: Sections }) {
  const model = useModel()
  const actions = useActions()
  return sections.map((ids, at) => (
    <Fragment key={ids[0]}>
      {at > 0 && <ContextMenu.Separator className={menu.separator} />}
      {ids.map((id) => {
        const action = actions.find((one) => one.id === id)
        if (action === undefined || (action.onlyIfPossible && !action.enabled(model))) return null
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
      })}
    </Fragment>
  ))
}
