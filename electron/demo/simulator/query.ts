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

/** The action that a request names, or an empty string. */
export function actionOf(request: ReceivedRequest): string {
  return parametersOf(request).get('Action') ?? ''
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

const wantsJson = (request: ReceivedRequest): boolean =>
  (request.headers.accept ?? '').includes('application/json')

/** Answers of the service with this XML namespace. */
export function queryAnswers(namespace: string) {
  return {
    success(request: ReceivedRequest, operation: string, result: Fields): Answer {
      const RequestId = randomUUID()
      if (wantsJson(request)) {
        return json(200, {
          [`${operation}Response`]: { [`${operation}Result`]: result, ResponseMetadata: { RequestId } },
        })
      }
      return {
        status: 200,
        type: 'text/xml',
        body: `<${operation}Response xmlns="${namespace}"><${operation}Result>${xml(result)}</${operation}Result>${xml(
          {
            ResponseMetadata: { RequestId },
          },
        )}</${operation}Response>\n`,
      }
    },
    failure(request: ReceivedRequest, error: AwsError): Answer {
      const RequestId = randomUUID()
      const body = {
        Type: error.status < 500 ? 'Sender' : 'Receiver',
        Code: error.code,
        Message: error.message,
      }
      if (wantsJson(request)) return json(error.status, { Error: body, RequestId })
      return {
        status: error.status,
        type: 'text/xml',
        body: `<ErrorResponse xmlns="${namespace}">${xml({ Error: body, RequestId })}</ErrorResponse>\n`,
      }
    },
  }
}
