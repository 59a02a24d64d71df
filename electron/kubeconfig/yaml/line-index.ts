import { firstWhere } from '../../../shared/first-where'
import type { SourcePosition } from '../../../shared/kubeconfig/entries'

/** Lines of a text as editors count them: ended by LF, CRLF or CR alone. */
export class LineIndex {
  private readonly text: string
  private starts: number[] | null = null

  constructor(text: string) {
    this.text = text
  }

  /** 1-based line of an offset. */
  line(offset: number): number {
    const starts = this.lineStarts()
    return firstWhere(starts.length, (line) => (starts[line] ?? 0) > offset)
  }

  position(offset: number): SourcePosition {
    const line = this.line(offset)
    const start = this.lineStarts()[line - 1] ?? 0
    return { line, column: offset - start + 1 }
  }

  private lineStarts(): number[] {
    if (this.starts !== null) return this.starts
    const { text } = this
    const starts = [0]
    if (text.includes('\r')) {
      for (let at = 0; at < text.length; at++) {
        const code = text.charCodeAt(at)
        if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) starts.push(at + 1)
      }
    } else {
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    }
    this.starts = starts
    return starts
  }
}
