// electron-builder calls this when the files of the app are in place, before fuses are set and archives made.
const { rmSync } = require('node:fs')
const { join } = require('node:path')

/**
 * Electron's own start page (or the loader of a stand-in) has no place in a packaged app: with it, removing app.asar
 * would leave a program that opens any folder it is given.
 * @param {{ appOutDir: string, packager: { getResourcesDir: (folder: string) => string } }} context
 */
module.exports = async ({ appOutDir, packager }) => {
  rmSync(join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { force: true })
  // Notes of the launchers about a stand-in's folder.
  rmSync(join(appOutDir, 'stand-in.json'), { force: true })
}
