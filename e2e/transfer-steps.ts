import { expect, type Locator, type Page } from '@playwright/test'
import type { Running } from './app'

/** Drags files over the middle of the window as a file manager does, lets `held` look, and drops them. */
export async function dropFiles(
  { page, app }: Running,
  files: readonly string[],
  held: () => Promise<void> = async () => undefined,
): Promise<void> {
  // Of a page in another browser main gets the paths by the app's own window, which is dropped on first.
  for (const one of new Set([app.windows()[0] ?? page, page])) {
    // Only the browser itself makes a drop that is trusted: the page's own DataTransfer has no paths.
    const session = await one.context().newCDPSession(one)
    const data = { items: [], files: [...files], dragOperationsMask: 1 }
    const at = { x: 500, y: 400, data }
    await session.send('Input.dispatchDragEvent', { type: 'dragEnter', ...at })
    await session.send('Input.dispatchDragEvent', { type: 'dragOver', ...at })
    if (one === page) await held()
    await session.send('Input.dispatchDragEvent', { type: 'drop', ...at })
    await session.detach()
  }
}

/** The dialog of imports. */
export const importDialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Import a kubeconfig' })

/** What the dialogs of the system answer from now on; nothing of them is shown. */
export async function answerDialogs(
  { app }: Running,
  answers: { readonly open?: string; readonly save?: string; readonly message?: number },
): Promise<void> {
  await app.evaluate(({ dialog }, { open, save, message }) => {
    dialog.showOpenDialog = async () => ({
      canceled: open === undefined,
      filePaths: open === undefined ? [] : [open],
    })
    dialog.showSaveDialog = async () => ({ canceled: save === undefined, filePath: save ?? '' })
    dialog.showMessageBox = async () => ({ response: message ?? 1, checkboxChecked: false })
  }, answers)
}

/** The contexts that a dialog of imports lists, of all its files. */
export const offeredContexts = (dialog: Locator): Locator =>
  dialog.getByRole('list', { name: /^\d+ contexts?$/ }).getByRole('listitem')

/** Waits until an import is offered with these contexts. */
export async function expectOffered(page: Page, contexts: readonly (string | RegExp)[]): Promise<Locator> {
  const dialog = importDialog(page)
  await expect(offeredContexts(dialog)).toHaveText([...contexts])
  return dialog
}
