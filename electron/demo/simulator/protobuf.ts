/**
 * The bodies of kubectl's reviews: since 1.32 it sends them as protobuf. Only the fields that a review asks
 * about are read. Source: k8s.io/api generated.proto (authorization/v1); observed with kubectl 1.32.
 */

interface Field {
  readonly number: number
  readonly bytes: Buffer
}

const magic = 'k8s\u0000'

/** Whether a body is Kubernetes's protobuf envelope; bodies of that type arrive as latin1. */
export function isKubernetesProtobuf(body: string): boolean {
  return body.startsWith(magic)
}

/** The length-delimited fields of a message; numbers in between are skipped, anything torn ends the list. */
function fieldsOf(bytes: Buffer): readonly Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; at < bytes.length; shift += 7) {
      const byte = bytes[at++] ?? 0
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    return value
  }
  while (at < bytes.length) {
    const tag = varint()
    const type = tag & 7
    if (type === 0) varint()
    else if (type === 2) {
      const length = varint()
      fields.push({ number: tag >> 3, bytes: bytes.subarray(at, at + length) })
      at += length
    } else break
  }
  return fields
}

const message = (bytes: Buffer, number: number): Buffer =>
  fieldsOf(bytes).find((field) => field.number === number)?.bytes ?? Buffer.alloc(0)
const text = (bytes: Buffer, number: number): string => message(bytes, number).toString('utf8')

/** A review as its JSON form would be. */
export function readReview(body: string): Record<string, unknown> {
  const envelope = Buffer.from(body.slice(magic.length), 'latin1')
  const type = message(envelope, 1)
  const apiVersion = text(type, 1)
  const kind = text(type, 2)
  const spec = message(message(envelope, 2), 2)
  switch (kind) {
    case 'SelfSubjectAccessReview': {
      const attributes = message(spec, 1)
      const resourceAttributes = {
        namespace: text(attributes, 1),
        verb: text(attributes, 2),
        group: text(attributes, 3),
        resource: text(attributes, 5),
        subresource: text(attributes, 6),
        name: text(attributes, 7),
      }
      return { apiVersion, kind, spec: { resourceAttributes } }
    }
    case 'SelfSubjectRulesReview':
      return { apiVersion, kind, spec: { namespace: text(spec, 1) } }
    default:
      return { apiVersion, kind }
  }
}
