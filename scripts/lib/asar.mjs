// Writes an asar archive: the one file that Electron opens as a folder. Only what a two-file archive needs.
// Not @electron/asar, which judges it in asar.test.mjs: at each start the bytes of the archive name the stand-in's folder in
// the cache, and that tool packs only folders on disk and takes tens of milliseconds to load. So the launchers need nothing but
// Node's built-ins.

/**
 * The bytes of an asar archive with these files at its top.
 *
 * Layout: a Chromium "pickle" that holds the size of the header, then the header itself as a pickled JSON string
 * (padded to 4 bytes), then the files one after another at the offsets named in the header.
 * @param {Readonly<Record<string, string | Buffer>>} files
 * @returns {Buffer}
 */
export function asarOf(files) {
  /** @type {Record<string, { size: number, offset: string }>} */
  const entries = {}
  /** @type {Buffer[]} */
  const bodies = []
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const body = Buffer.from(content)
    entries[name] = { size: body.length, offset: String(offset) }
    bodies.push(body)
    offset += body.length
  }
  const json = Buffer.from(JSON.stringify({ files: entries }))
  const padded = Math.ceil(json.length / 4) * 4
  const head = Buffer.alloc(16 + padded)
  head.writeUInt32LE(4, 0) // the first pickle's payload is one 32-bit number …
  head.writeUInt32LE(8 + padded, 4) // … the size of the second pickle
  head.writeUInt32LE(4 + padded, 8) // the second pickle's payload: length and string
  head.writeUInt32LE(json.length, 12)
  json.copy(head, 16)
  return Buffer.concat([head, ...bodies])
}
