/**
 * Keyed hashes of what the user decides about: what is kept of it, which the page gets, too, and reports show, says nothing about a
 * password in the arguments of a command.
 */
import { createHmac } from 'node:crypto'

export const hmac = (key: string, parts: unknown): string =>
  createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex')
