// Started by the build, in an Electron that runs as Node: goes through a start of the window's program, with nothing behind Electron's
// own modules, asks it what a page asks until its grid is drawn, and keeps what V8 has compiled by then beside each part of the
// program. Its argument: the folder of that program.
const Module = require('node:module')
const { writeFileSync } = require('node:fs')
const { join } = require('node:path')

const folder = process.argv[2] ?? ''

/** @typedef {(event: object, ...input: unknown[]) => Promise<unknown>} Answer */
/** @type {Map<string, Answer>} */
const answers = new Map()

/** Whatever Electron has: called or made anew it gives itself, and waits for nothing. @param {Readonly<Record<string, unknown>>} own @returns {object} */
function standIn(own) {
  return new Proxy(function electron() {}, {
    get: (_, name) => (typeof name === 'symbol' || name === 'then' ? undefined : (own[name] ?? anything)),
    set: () => true,
    apply: () => anything,
    construct: () => anything,
  })
}
const mainFrame = { url: 'app://ekscope/index.html' }
const webContents = standIn({ id: 1, mainFrame, isDestroyed: () => false, send: () => undefined })
const anything = standIn({
  webContents,
  getAppPath: () => join(folder, '..', '..'),
  handle: (/** @type {string} */ channel, /** @type {Answer} */ answer) => void answers.set(channel, answer),
})

const load = Reflect.get(Module, '_load')
Reflect.set(Module, '_load', (/** @type {string} */ name, /** @type {unknown[]} */ ...rest) =>
  name === 'electron' ? anything : load(name, ...rest),
)

/** @typedef {{ file: string, script: import('node:vm').Script }} Part */
/** @type {{ takeKeptCode: (folder: string, seen: (part: Part) => void) => void }} */
const { takeKeptCode } = require(join(folder, 'kept-code.cjs'))
/** @type {Part[]} */
const parts = []
takeKeptCode(folder, (part) => void parts.push(part))
require(join(folder, 'window.cjs'))
require(join(folder, 'worker.cjs'))

/** @type {readonly (readonly [name: string, ...input: unknown[]])[]} */
const questions = [
  ['app.state'],
  ['edits.recover'],
  ['settings.load'],
  ['kubeconfig.load'],
  ['environment.load'],
  ['checks.load'],
  ['identity.first'],
  ['contexts.recent'],
  ['edits.kept', { of: 'contexts' }],
  ['edits.kept', { of: 'profiles' }],
  ['app.ready'],
]

/** Whether the program took the question for one of its own page's. @param {readonly [name: string, ...input: unknown[]]} question */
async function answered([name, ...input]) {
  const answer = await answers.get('request')?.(
    { sender: webContents, senderFrame: mainFrame },
    name,
    ...input,
  )
  return Object(answer).ok === true
}

async function keep() {
  const [first, ...others] = questions
  // The program is as far when its window was made.
  for (let n = 0; first && !(await answered(first)); n += 1) {
    if (n === 100) throw new Error('the program of the window answers nothing')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  for (const question of others)
    if (!(await answered(question))) throw new Error(`it does not answer ${question[0]}`)
  for (const { file, script } of parts) writeFileSync(`${file}.cache`, script.createCachedData())
}
keep().then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
