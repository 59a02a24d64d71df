/**
 * Asks main for what the first picture shows while the page itself is still being read: a module of its own, which is there and done
 * before that. The built page has it (electron.vite.config.ts); without it the page asks by itself.
 */
import type { BridgeApi } from '../shared/ipc/contract'
import type { EarlyRequest } from './early'

/** Asks for all that a page asks for until its grid is drawn. What it asks of identities is known with the settings. */
export function askEarly({ request }: BridgeApi): EarlyRequest[] {
  const settings = request('settings.load')
  const report = request('identity.first')
  const asked: EarlyRequest[] = [
    { name: 'app.state', input: undefined, answer: request('app.state') },
    { name: 'settings.load', input: undefined, answer: settings },
    { name: 'kubeconfig.load', input: undefined, answer: request('kubeconfig.load') },
    { name: 'environment.load', input: undefined, answer: request('environment.load') },
    { name: 'checks.load', input: undefined, answer: request('checks.load') },
  ]
  void settings.then((answer) => {
    if (answer.ok)
      asked.push({ name: 'identity.load', input: { environment: answer.value.environment }, answer: report })
  })
  return asked
}

// Modules run as they come: where the page was first it asks by itself.
if (window.bridge !== undefined) window.early ??= askEarly(window.bridge)
