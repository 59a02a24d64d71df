// The program inside resources/default_app.asar of a stand-in Electron: `electron [switches] FOLDER [arguments]`
// opens the app in FOLDER, as the official binary does. `-r MODULE` is honoured because Playwright drives an app
// through a module that it has loaded first.
const { app } = require('electron')
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')

process.defaultApp = true

const preloads = []
let target
for (let index = 1; index < process.argv.length; index++) {
  const word = process.argv[index]
  if (word === '-r' || word === '--require') preloads.push(process.argv[++index])
  else if (word === '-v' || word === '--version') {
    process.stdout.write(`v${process.versions.electron}\n`)
    process.exit(0)
  } else if (!word.startsWith('-')) {
    target = path.resolve(word)
    break
  }
}

if (target === undefined) {
  process.stderr.write('This Electron opens an app: electron FOLDER\n')
  process.exit(2)
}

if (preloads.length > 0) {
  // Modules named by -r resolve from the folder that the command was given in, as node does it.
  const fromHere = Module.createRequire(path.join(process.cwd(), 'noop.js'))
  for (const name of preloads) fromHere(name)
}

let entry = target
const description = path.join(target, 'package.json')
if (fs.existsSync(description)) {
  const pkg = JSON.parse(fs.readFileSync(description, 'utf8'))
  if (pkg.version) app.setVersion(pkg.version)
  const name = pkg.productName ?? pkg.name
  if (name) {
    app.setName(name)
    app.setPath('userData', path.join(app.getPath('appData'), name))
  }
  app.setAppPath(target)
  entry = path.join(target, pkg.main ?? 'index.js')
}
Module._load(entry, null, true)
