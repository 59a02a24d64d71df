/**
 * Bytes that are a text, which is made of them when it is first asked for. Main hashes a large file and writes it piece by piece, but
 * needs no letter of it before an edit or a check: its text, 22 MB of ten thousand contexts, was in the way of the window.
 */

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** SHA-256 of bytes, hex; made when it is first asked for, unless who has the same bytes has told it by then. */
export interface HashOfBytes {
  readonly value: string
  tell(hash: string): void
}

export class TextOfBytes {
  readonly bytes: Buffer
  readonly hash: HashOfBytes
  readonly encoding: Encoding
  private made: string | (() => string)

  /** `made`: the text, or what makes it; who makes this has judged that the bytes are one. */
  constructor(bytes: Buffer, hash: HashOfBytes, encoding: Encoding, made: string | (() => string)) {
    this.bytes = bytes
    this.hash = hash
    this.encoding = encoding
    this.made = made
  }

  get text(): string {
    if (typeof this.made !== 'string') this.made = this.made()
    return this.made
  }

  /** It need not be made any more. */
  get isMade(): boolean {
    return typeof this.made === 'string'
  }

  /** Its last line is a whole one. */
  get endsInBreak(): boolean {
    return this.encoding === 'utf-8' ? this.bytes.at(-1) === 0x0a : this.text.endsWith('\n')
  }

  /** Bytes that the text takes as UTF-8. */
  get size(): number {
    return this.encoding === 'utf-8' ? this.bytes.length : Buffer.byteLength(this.text)
  }

  says(other: TextOfBytes): boolean {
    return this.encoding === other.encoding ? this.bytes.equals(other.bytes) : this.text === other.text
  }
}
