// Reads a zip archive with Node alone: only what plain files in it need.
import { inflateRawSync } from 'node:zlib'

/**
 * The files of a zip archive, by their path in it; folders are left out.
 * @param {Buffer} zip
 * @param {(path: string) => boolean} wanted
 * @returns {Generator<{ path: string, content: Buffer, mode: number }>} `mode`: Unix permissions, 0 where none are written down
 */
export function* filesOfZip(zip, wanted) {
  // The end record has no fixed place, because a comment may follow it.
  const end = zip.lastIndexOf('PK\u0005\u0006', zip.length - 22, 'latin1')
  if (end < 0) throw new Error('no zip archive')
  const count = zip.readUInt16LE(end + 10)
  let at = zip.readUInt32LE(end + 16)
  for (let index = 0; index < count; index++) {
    const method = zip.readUInt16LE(at + 10)
    const packedSize = zip.readUInt32LE(at + 20)
    const [nameSize, extraSize, commentSize] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field))
    const mode = zip.readUInt32LE(at + 38) >>> 16
    const local = zip.readUInt32LE(at + 42)
    const path = zip.toString('utf8', at + 46, at + 46 + (nameSize ?? 0))
    at += 46 + (nameSize ?? 0) + (extraSize ?? 0) + (commentSize ?? 0)
    if (path.endsWith('/') || !wanted(path)) continue
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const packed = zip.subarray(start, start + packedSize)
    if (method !== 0 && method !== 8) throw new Error(`${path} is packed by method ${method}`)
    yield { path, content: method === 0 ? packed : inflateRawSync(packed), mode: mode & 0o777 }
  }
}
