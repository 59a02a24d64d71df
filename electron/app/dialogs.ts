/** The system's own dialogs, over the window of the page that asks: no page can draw or answer them. */
import { dirname, join } from 'node:path'
import { app, BrowserWindow, dialog, type SaveDialogOptions } from 'electron'

/** The window of a page; null when it has closed. */
export const windowOf = (page: number): BrowserWindow | null =>
  BrowserWindow.getAllWindows().find(({ webContents }) => webContents.id === page) ?? null

const choosing =
  (what: 'openFile' | 'openDirectory') =>
  async (page: number, title: string): Promise<string | null> => {
    const window = windowOf(page)
    if (!window) return null
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title,
      properties: [what, 'showHiddenFiles', 'dontAddToRecent'],
    })
    return canceled ? null : (filePaths[0] ?? null)
  }

/** The path of the file that the user chose; null when cancelled. */
export const chooseFile = choosing('openFile')

/** The path of the folder that the user chose; null when cancelled. */
export const chooseFolder = choosing('openDirectory')

const save = async (page: number, options: SaveDialogOptions): Promise<string | null> => {
  const window = windowOf(page)
  const { canceled, filePath } = window
    ? await dialog.showSaveDialog(window, options)
    : { canceled: true, filePath: null }
  return canceled || !filePath ? null : filePath
}

/** Where to save; the dialog itself asks before a file is replaced. Null when cancelled. */
export const chooseTarget = (page: number, name: string, title: string): Promise<string | null> =>
  save(page, {
    title,
    defaultPath: name.replaceAll(/[^\w.@-]+/g, '-'),
    properties: ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent'],
  })

/** The name of a kubeconfig that is to be made, offered beside another; none is replaced. Null when cancelled. */
export const chooseNewFile = (page: number, beside: string | null): Promise<string | null> =>
  save(page, {
    title: 'Name a new kubeconfig',
    buttonLabel: 'Choose',
    defaultPath: beside === null ? 'kubeconfig' : join(dirname(beside), 'kubeconfig'),
    properties: ['createDirectory', 'showHiddenFiles', 'dontAddToRecent'],
  })

export interface Question {
  readonly message: string
  readonly detail: string
  /** What the button says that agrees. */
  readonly yes: string
  /** What the button says that does not; it is the default. */
  readonly no?: string
}

/** Whether the user agrees; false, too, when the window has closed. */
export async function confirm(page: number, question: Question): Promise<boolean> {
  const window = windowOf(page)
  if (!window) return false
  const { message, detail, yes, no = 'Cancel' } = question
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message,
    detail,
    buttons: [yes, no],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  })
  return response === 0
}

/** Says something that no window asked for: there may be none yet. */
export async function sayWarning(message: string, detail: string): Promise<void> {
  await dialog.showMessageBox({ type: 'warning', message, detail, buttons: ['OK'], noLink: true })
}

/**
 * Asks before a window closes, where there is something to ask. `interruptQuit` returns whether the whole app was
 * quitting, and notes that it no longer is: quitting goes on when the user agrees.
 */
export function askBeforeClosing(
  window: BrowserWindow,
  closing: () => Omit<Question, 'no'> | null,
  interruptQuit: () => boolean,
): void {
  let asking = false
  let agreed = false
  window.on('close', (event) => {
    if (agreed) return
    if (asking) return event.preventDefault()
    const question = closing()
    if (question === null) return
    event.preventDefault()
    asking = true
    const quits = interruptQuit()
    void confirm(window.webContents.id, { ...question, no: 'Keep the window open' }).then((yes) => {
      asking = false
      if (!yes) return
      agreed = true
      if (quits) app.quit()
      else window.close()
    })
  })
}
