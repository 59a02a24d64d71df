/** Which addresses the user may be sent to. Pure. */
import { urlOf } from '../files/url'

/**
 * The address as a URL where it may be opened: https and without a name or password in it; http only where `service`, which gave
 * it, is itself on this machine, as in the demo, and only there. Null for any other.
 */
export function openableAddress(text: string, service: URL): URL | null {
  const url = urlOf(text)
  if (url === null || url.username !== '' || url.password !== '' || url.hostname === '') return null
  if (url.protocol === 'https:') return url
  return url.protocol === 'http:' && url.host === service.host && isLoopback(service) ? url : null
}

const isLoopback = ({ hostname }: URL) => /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname)
