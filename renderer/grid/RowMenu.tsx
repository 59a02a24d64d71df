import { ContextMenu } from '@base-ui/react/context-menu'
import type { Action } from '../actions/action'
import { Keys } from '../ui/Keys'
import menu from '../ui/Menu.module.css'
import { useModel } from '../ui/model'
import { usePopups } from '../ui/popups'

/** What a row's menu offers, in this order; null is a line between. */
const offered: readonly (string | null)[] = [
  'verify-target',
  'inspect',
  null,
  'edit-cell',
  'edit-selected',
  'fill-down',
  'replace',
  null,
  'clone',
  'rename',
  'names',
  'split-user',
  'move',
  'use',
  'expect',
  'expect-nobody',
  'refresh-aws',
  'export',
  'discard-row',
  'delete',
  null,
  'copy-name',
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

/** Left out where they mean nothing: most contexts share no user and have no pending change. */
const rare: ReadonlySet<string> = new Set(['split-user', 'discard-row', 'use', 'move', 'expect-nobody'])

/** The menu of a row or of the selection: the same actions as in the palette. */
export function RowMenu({ actions }: { readonly actions: readonly Action[] }) {
  const model = useModel()
  const popups = usePopups()
  const blocked = actions.reduce<string | null>(
    (why, { blockedBy }) => why ?? blockedBy?.(model) ?? null,
    null,
  )
  return (
    <ContextMenu.Portal container={popups}>
      <ContextMenu.Positioner className={menu.positioner}>
        <ContextMenu.Popup className={menu.popup}>
          {blocked !== null && <p className={menu.note}>{blocked}</p>}
          {offered.map((id, at) => {
            if (id === null)
              return <ContextMenu.Separator key={`line ${offered[at - 1]}`} className={menu.separator} />
            const action = actions.find((one) => one.id === id)
            if (action === undefined || (rare.has(id) && !action.enabled(model))) return null
            // One of the two is meant, and the other would only stand in the way.
            if (either.has(id) && !action.enabled(model)) return null
            return (
              <ContextMenu.Item
                key={id}
                className={menu.item}
                disabled={!action.enabled(model)}
                aria-description={action.blockedBy?.(model) ?? undefined}
                onClick={() => action.run(model)}
              >
                <action.icon size={15} aria-hidden />
                <span className={menu.label}>{action.title}</span>
                <Keys shortcut={action.shortcut} className={menu.keys} />
              </ContextMenu.Item>
            )
          })}
        </ContextMenu.Popup>
      </ContextMenu.Positioner>
    </ContextMenu.Portal>
  )
}
