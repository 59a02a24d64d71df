/**
 * Hashes of what is compared or decided. What the user decides gets a keyed hash: what is stored of it, which the page gets, too,
 * and reports show, reveals nothing about a password in the arguments of a command.
 */
import { createHash, createHmac } from 'node:crypto'

export const hmac = (key: string, parts: unknown): string =>
  createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex')

/** A key of any parts. */
export const hash = (parts: unknown): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex')
