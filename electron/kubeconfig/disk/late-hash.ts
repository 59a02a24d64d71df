/** The hash of what was read, which takes as long as finding the entries of a large file and is asked for by few. */
import { createHash } from 'node:crypto'
import type { HashOfBytes } from '../read/text-of-bytes'

/** Keeps the bytes until it is known. */
export class LateHash implements HashOfBytes {
  private left: Buffer | null
  private made = ''

  constructor(bytes: Buffer) {
    this.left = bytes
  }

  get value(): string {
    if (this.left !== null) this.tell(this.make(this.left))
    return this.made
  }

  /** Some 60 ms for 22 MB in the stand-in Electron. */
  make(bytes: Buffer): string {
    return createHash('sha256').update(bytes).digest('hex')
  }

  tell(hash: string): void {
    this.made = hash
    this.left = null
  }
}
