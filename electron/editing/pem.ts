/** PEM (RFC 7468) as client-go reads it: blocks of base64 between their marks; all other text counts for nothing. */

export type PemKind = 'CERTIFICATE' | 'PRIVATE KEY'

const begin = /^-----BEGIN ([A-Z0-9 ]{1,40})-----$/
const base64Line = /^[A-Za-z0-9+/=]{1,4096}$/
/** Of a private key that is encrypted in the old way: `Proc-Type: 4,ENCRYPTED`. */
const header = /^[A-Za-z-]{1,40}: [\w ,.-]{1,200}$/

function isOf(label: string, kind: PemKind): boolean {
  return label === kind || (kind === 'PRIVATE KEY' && label.endsWith(' PRIVATE KEY'))
}

/** The whole blocks of this kind, as text of their own; null where there are none. */
export function pemBlocks(text: string, kind: PemKind): string | null {
  const blocks: string[] = []
  let block: { readonly label: string; readonly lines: string[] } | null = null
  for (const whole of text.split(/\r\n|[\r\n]/)) {
    const line = whole.trim()
    const label = begin.exec(line)?.[1]
    if (label !== undefined) block = isOf(label, kind) ? { label, lines: [line] } : null
    else if (block === null) continue
    else if (line === `-----END ${block.label}-----`) {
      if (block.lines.some((one) => base64Line.test(one))) blocks.push([...block.lines, line, ''].join('\n'))
      block = null
    } else if (base64Line.test(line) || (kind === 'PRIVATE KEY' && (line === '' || header.test(line))))
      block.lines.push(line)
    else block = null
  }
  return blocks.length > 0 ? blocks.join('') : null
}
