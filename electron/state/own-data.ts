/** What Ekscope keeps of its own on this computer: where each piece of it is, and how large. */
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { OwnPiece } from '../../shared/ipc/payloads'

/** By the names in the data folder; what is in no piece is in the last. */
const pieces: readonly (readonly [OwnPiece['piece'], readonly string[]])[] = [
  ['history', ['history', 'journal']],
  ['checks', ['checks.json', 'proofs.json']],
  ['clusters', ['discovered.json', 'account-names.json']],
  ['window', ['chromium', 'window.json']],
  ['rest', []],
]

/** Each piece that is there; nothing is created. */
export async function ownData(folder: string): Promise<readonly OwnPiece[]> {
  const names = await readdir(folder).catch(() => [])
  const pieceOf = (name: string) => pieces.find(([, own]) => own.includes(name))?.[0] ?? 'rest'
  const sized = await Promise.all(
    names.map(async (name) => ({ name, piece: pieceOf(name), bytes: await bytesIn(join(folder, name)) })),
  )
  return pieces.flatMap(([piece]) => {
    const its = sized.filter((one) => one.piece === piece)
    if (its.length === 0) return []
    const paths = its.map(({ name }) => join(folder, name)).sort()
    return [{ piece, paths, bytes: its.reduce((sum, { bytes }) => sum + bytes, 0) }]
  })
}

/** What goes meanwhile counts as nothing; no link is followed. */
async function bytesIn(path: string): Promise<number> {
  const found = await lstat(path).catch(() => null)
  if (found === null) return 0
  if (!found.isDirectory()) return found.size
  let sum = 0
  for (const name of await readdir(path).catch(() => [])) sum += await bytesIn(join(path, name))
  return sum
}
