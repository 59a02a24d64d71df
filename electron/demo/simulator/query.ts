/** Answers of the services that are asked by queries (STS, IAM): XML, or JSON where that is accepted. */
import { randomUUID } from 'node:crypto'
import type { AwsError } from './authenticate'
import { type Answer, escapeXml, json } from './http'
import { queryOf, type ReceivedRequest } from './sigv4'

export interface Fields {
  readonly [name: string]: string | number | boolean | readonly string[] | Fields
}

/** What a request names: in the body of a POST, in the query of a GET. */
export function parametersOf(request: ReceivedRequest): ReadonlyMap<string, string> {
  if (request.method === 'POST') return new Map(new URLSearchParams(request.body))
  return new Map(queryOf(request.target))
}

function xml(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `<${name}>${xmlOf(value)}</${name}>`)
    .join('')
}

function xmlOf(value: Fields[string]): string {
  if (typeof value !== 'object') return escapeXml(String(value))
  return isList(value) ? value.map((one) => `<member>${escapeXml(one)}</member>`).join('') : xml(value)
}

const isList = (value: readonly string[] | Fields): value is readonly string[] => Array.isArray(value)

/** Answers to a request of the service with this XML namespace. */
export function queryAnswers({ headers }: ReceivedRequest, namespace: string) {
  const wantsJson = (headers.accept ?? '').includes('application/json')
  const answer = (status: number, name: string, fields: Fields, asJson: Fields): Answer =>
    wantsJson
      ? json(status, asJson)
      : { status, type: 'text/xml', body: `<${name} xmlns="${namespace}">${xml(fields)}</${name}>\n` }
  return {
    success(operation: string, result: Fields): Answer {
      const fields = { [`${operation}Result`]: result, ResponseMetadata: { RequestId: randomUUID() } }
      return answer(200, `${operation}Response`, fields, { [`${operation}Response`]: fields })
    },
    failure({ status, code, message }: AwsError): Answer {
      const own = { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message }
      const fields = { Error: own, RequestId: randomUUID() }
      return answer(status, 'ErrorResponse', fields, fields)
    },
  }
}
