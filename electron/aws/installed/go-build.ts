/** The build information that Go writes into every program: module, version and flags. Read as bytes; nothing runs. */
import type { FileHandle } from 'node:fs/promises'
import { openWithoutWaiting, withFile } from '../../system/with-file'

export type GoBuild = ReturnType<typeof buildOf>

/** What a program's file says of its build; null where it is not built by Go, of an old Go, packed, or unreadable. */
export async function goBuildOf(path: string): Promise<GoBuild | null> {
  return withFile(path, openWithoutWaiting, async (handle) => {
    const found = await handle.stat()
    const text = found.isFile() ? await textOfBuild(handle, found.size) : null
    return text === null ? null : buildOf(text)
  }).catch(() => null)
}

const magic = Buffer.from('\xff Go buildinf:', 'latin1')
/** The magic, the size of a pointer, flags, and nothing up to here. */
const headerBytes = 32
/** The build information is in a program's data: near the end, before the symbols where these were not stripped. */
const mostBytes = 32 * 1024 * 1024
const chunkBytes = 1024 * 1024
const mostText = 256 * 1024

async function textOfBuild(handle: FileHandle, size: number): Promise<string | null> {
  const first = Math.max(0, size - mostBytes)
  for (let end = size; end > first; end -= chunkBytes) {
    // With enough of the next chunk that nothing is cut in two.
    const start = Math.max(first, end - chunkBytes)
    const chunk = await bytesAt(handle, start, end - start + magic.length)
    for (let at = chunk.lastIndexOf(magic); at >= 0; at = at === 0 ? -1 : chunk.lastIndexOf(magic, at - 1)) {
      const text = textIn(await bytesAt(handle, start + at, headerBytes + mostText))
      if (text !== null) return text
    }
  }
  return null
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(length), position })
  return buffer.subarray(0, bytesRead)
}

/** The two texts behind the header: Go's own version, and the module's between two marks of 16 bytes. */
function textIn(bytes: Buffer): string | null {
  // Before Go 1.18 pointers were here.
  const inline = ((bytes[magic.length + 1] ?? 0) & 2) !== 0
  const go = inline ? piece(bytes, headerBytes) : null
  const info = go?.content.toString('latin1').startsWith('go') ? piece(bytes, go.end) : null
  return info === null || info.content.length < 32 ? null : info.content.subarray(16, -16).toString()
}

/** A length of 7 bits a byte, then so many bytes. */
function piece(bytes: Buffer, start: number): { readonly content: Buffer; readonly end: number } | null {
  let length = 0
  for (let index = 0; index < 4; index++) {
    const byte = bytes[start + index] ?? 0
    length += (byte & 0x7f) * 128 ** index
    if (byte >= 0x80) continue
    const from = start + index + 1
    return from + length > bytes.length
      ? null
      : { content: bytes.subarray(from, from + length), end: from + length }
  }
  return null
}

function buildOf(text: string) {
  const [, path, version] = /^mod\t([^\t\n]*)\t([^\t\n]*)/m.exec(text) ?? []
  return {
    /** The package that was built: `k8s.io/kubernetes/cmd/kubectl`. Debian's programs name it, and no module. */
    main: /^path\t([^\t\n]*)$/m.exec(text)?.[1] ?? null,
    /** The module of the program, and its version where that was built: `v0.6.14`, `(devel)`. */
    module: path === undefined || version === undefined ? null : { path, version },
    /** The flags of the linker, which Go leaves out of a build with -trimpath. */
    linkerFlags: /^build\t-ldflags=(.*)$/m.exec(text)?.[1] ?? null,
  }
}
