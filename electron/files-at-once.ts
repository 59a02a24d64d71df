/**
 * Node's promises of files, for a program that has nothing else to do meanwhile: what they promise is done in this thread, at
 * once. By way of Node's thread pool each of them costs the handing over, the waking of a thread and a turn of the event loop, for
 * what takes microseconds; a command of the terminal does some two hundred. What may wait for somebody (a pipe that is read whole,
 * a write by path) stays Node's own, and so does all that is not here. After some milliseconds the event loop gets a turn, so
 * that signals and timers are heard as ever.
 */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { lateModule } from './late-module'

/** Done here: each of these promises is a call that Node also has at once. */
const done = {
  access: accessSync,
  chmod: chmodSync,
  lchown: lchownSync,
  link: linkSync,
  lstat: lstatSync,
  mkdir: mkdirSync,
  mkdtemp: mkdtempSync,
  readdir: readdirSync,
  readlink: readlinkSync,
  rename: renameSync,
  rm: rmSync,
  rmdir: rmdirSync,
  stat: statSync,
  symlink: symlinkSync,
  unlink: unlinkSync,
  utimes: utimesSync,
}

/** Milliseconds after which the event loop gets a turn. */
const mostInOne = 10

/** Nothing of the program is imported here: this is a part of what reads it. */
const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6
let turned = monotonicMs()

const isDue = (): boolean => monotonicMs() - turned >= mostInOne

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  turned = monotonicMs()
}

type Call = (...args: readonly unknown[]) => Promise<unknown>
type AnyFunction = (...args: never) => unknown

/** What `call` gives for arguments that the caller of a promise chose. */
const applied = (call: AnyFunction, args: readonly unknown[]): unknown => Reflect.apply(call, undefined, args)

/** `call`, which throws as its promise rejects. */
const promised =
  (call: AnyFunction): Call =>
  async (...args) => {
    if (isDue()) await turn()
    return applied(call, args)
  }

let hasRead: (file: string, bytes: number) => void = () => undefined

/** What is open, with what programs of ours ask of it. */
class OpenFile {
  private number: number
  private readonly path: string

  constructor(number: number, path: string) {
    this.number = number
    this.path = path
  }

  get fd(): number {
    return this.number
  }

  stat(options: unknown): Promise<unknown> {
    return this.promise(fstatSync, options)
  }
  sync(): Promise<unknown> {
    return this.promise(fsyncSync)
  }
  datasync(): Promise<unknown> {
    return this.promise(fdatasyncSync)
  }
  chmod(mode: unknown): Promise<unknown> {
    return this.promise(fchmodSync, mode)
  }
  chown(uid: unknown, gid: unknown): Promise<unknown> {
    return this.promise(fchownSync, uid, gid)
  }
  truncate(length: unknown): Promise<unknown> {
    return this.promise(ftruncateSync, length)
  }
  async readFile(options: unknown): Promise<unknown> {
    return told(this.path, await this.promise(readFileSync, options))
  }
  writeFile(data: unknown, options: unknown): Promise<unknown> {
    return this.promise(writeFileSync, data, options)
  }
  appendFile(data: unknown, options: unknown): Promise<unknown> {
    return this.promise(writeFileSync, data, options)
  }
  async read(into: unknown, ...where: readonly unknown[]): Promise<unknown> {
    const { buffer, ...rest } = intoOf(into, where)
    const bytesRead = await this.promise(readSync, buffer, rest)
    hasRead(this.path, Number(bytesRead))
    return { bytesRead, buffer }
  }
  async write(data: unknown, ...where: readonly unknown[]): Promise<unknown> {
    return { bytesWritten: await this.promise(writeSync, data, ...where), buffer: data }
  }
  async close(): Promise<void> {
    if (this.number < 0) return
    const number = this.number
    this.number = -1
    closeSync(number)
  }

  private async promise(call: AnyFunction, ...args: readonly unknown[]): Promise<unknown> {
    if (isDue()) await turn()
    if (this.number < 0) {
      const syscall = call.name.replace('Sync', '')
      throw Object.assign(new Error(`EBADF: bad file descriptor, ${syscall}`), {
        code: 'EBADF',
        errno: -9,
        syscall,
      })
    }
    return applied(call, [this.number, ...args])
  }
}

/** What was read whole, text or bytes. */
function told(file: string, content: unknown): unknown {
  if (typeof content === 'string' || content instanceof Uint8Array) hasRead(file, content.length)
  return content
}

interface Into {
  readonly buffer: unknown
  readonly offset?: unknown
  readonly length?: unknown
  readonly position?: unknown
}

/** A buffer with a place in it: one after the other, or by name. */
function intoOf(into: unknown, [offset, length, position]: readonly unknown[]): Into {
  if (ArrayBuffer.isView(into)) return { buffer: into, ...without({ offset, length, position }) }
  const named = typeof into === 'object' && into !== null ? into : {}
  return { buffer: undefined, ...without(named) }
}

/** Nothing stands for what was not said. */
const without = (values: object): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null))

/** Of Node's own promises, for what may wait. */
const byNode = async (nodes: object, name: string, args: readonly unknown[]): Promise<unknown> => {
  const call: unknown = Reflect.get(nodes, name)
  if (typeof call !== 'function') throw new TypeError(`${name} is not a function`)
  return Reflect.apply(call, nodes, args)
}

/** The whole of a regular file at once; of anything else, which may wait for who writes it, as Node does. */
const readFile =
  (nodes: object): Call =>
  async (path, options) => {
    if (isDue()) await turn()
    if (typeof path !== 'string') return byNode(nodes, 'readFile', [path, options])
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      if (fstatSync(file).isFile()) return told(path, applied(readFileSync, [file, options]))
    } finally {
      closeSync(file)
    }
    return byNode(nodes, 'readFile', [path, options])
  }

/** A file that is made anew at once; one that is there may be a pipe, which waits for who reads it. */
const writeFile =
  (nodes: object): Call =>
  async (path, data, options) => {
    const isNew = typeof options === 'object' && options !== null && Reflect.get(options, 'flag') === 'wx'
    if (isDue()) await turn()
    return isNew
      ? applied(writeFileSync, [path, data, options])
      : byNode(nodes, 'writeFile', [path, data, options])
  }

/**
 * Instead of `node:fs/promises`; `nodes` is that, for all the rest, and is not looked at before something of that is asked for. `onRead`
 * is told how many bytes, or characters of a text, were read of which file.
 */
export function filesAtOnce(
  nodes: object,
  onRead: (file: string, bytes: number) => void = () => undefined,
): object {
  hasRead = onRead
  const own = new Map<PropertyKey, Call>(Object.entries(done).map(([name, call]) => [name, promised(call)]))
  own.set('realpath', promised(realpathSync.native))
  own.set(
    'open',
    promised((path, ...how) => new OpenFile(Number(applied(openSync, [path, ...how])), String(path))),
  )
  own.set('readFile', readFile(nodes))
  own.set('writeFile', writeFile(nodes))
  return lateModule(() => nodes, own)
}
