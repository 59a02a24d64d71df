/** Compression, for which Node loads its zlib when something is compressed, and not before. */
import { promisify } from 'node:util'
import { gunzip, gzip, type ZlibOptions } from 'node:zlib'

export const zip = (bytes: Uint8Array, options: ZlibOptions = {}): Promise<Buffer> =>
  promisify<Uint8Array, ZlibOptions, Buffer>(gzip)(bytes, options)

export const unzip = (bytes: Uint8Array, options: ZlibOptions = {}): Promise<Buffer> =>
  promisify<Uint8Array, ZlibOptions, Buffer>(gunzip)(bytes, options)
