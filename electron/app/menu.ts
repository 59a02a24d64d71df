/** The application menu: every action of the window, beside what each system expects. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import { type ActionItem, type MenuPart, menus } from '../../shared/ipc/actions-and-views'

/**
 * Sets the menu. It is hidden on Linux and Windows until Alt is pressed.
 * @param act does an action that was chosen, in the page of the window in front
 */
export function setMenu(newWindow: () => void, act: (id: string) => void): void {
  const mac = process.platform === 'darwin'
  const line = { type: 'separator' as const }
  const item = ({ id, label, keys }: ActionItem): MenuItemConstructorOptions => ({
    id,
    label,
    click: () => act(id),
    // Shown, not taken: the page knows when a key is the field's or the dialog's own.
    ...(keys === undefined
      ? {}
      : { accelerator: keys.replace('Mod', 'CmdOrCtrl'), registerAccelerator: false }),
  })
  const drawn = (parts: readonly MenuPart[]): MenuItemConstructorOptions[] =>
    parts.map((part) =>
      part === '-'
        ? line
        : 'group' in part
          ? {
              label: part.group,
              submenu: Object.entries(part.items).map(([id, label]) => item({ id, label })),
            }
          : item(part),
    )
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [{ role: 'appMenu' as const }] : []),
    {
      label: 'File',
      submenu: [
        { label: 'New window', accelerator: 'CmdOrCtrl+N', click: newWindow },
        line,
        ...drawn(menus.file),
        line,
        { role: mac ? 'close' : 'quit' },
      ],
    },
    {
      role: 'editMenu',
      label: 'Edit',
      submenu: [
        ...drawn(menus.undo),
        line,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
        line,
        ...drawn(menus.edit),
      ],
    },
    {
      label: 'View',
      submenu: [
        ...drawn(menus.view),
        line,
        { role: 'reload' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' as const }]),
      ],
    },
    { label: 'Go', submenu: drawn(menus.go) },
    { label: 'Context', submenu: drawn(menus.context) },
    { role: 'windowMenu' },
    { role: 'help', label: 'Help', submenu: drawn(menus.help) },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
