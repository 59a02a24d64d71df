/**
 * The `kubectl` that comes first on PATH of a shell with a context of production: before a verb that may change something it has
 * the context's name typed. All else is kubectl's own process: its arguments, streams, signals and exit status.
 *
 * It is a script, because starting Node for each command would cost more than kubectl itself. Only verbs that are known to read
 * pass unasked, so what a later kubectl or a plugin adds is asked about.
 */
import { typedFor } from '../../shared/trust/question-text'
import { quoted, visible } from '../../shared/visible'
import { shWord } from './shell-script'

/** Of kubectl as a whole: each of them takes the next word as its value. */
const withValue = [
  ...['-n', '--namespace', '-s', '--server', '-v', '--v', '--vmodule', '--context', '--cluster', '--user'],
  ...[
    '--kubeconfig',
    '--kuberc',
    '--as',
    '--as-group',
    '--as-uid',
    '--as-user-extra',
    '--token',
    '--username',
  ],
  ...['--password', '--cache-dir', '--certificate-authority', '--client-certificate', '--client-key'],
  ...['--tls-server-name', '--request-timeout', '--profile', '--profile-output', '--log-flush-frequency'],
]
const withoutValue = [
  ...['-h', '--help', '--insecure-skip-tls-verify', '--match-server-version', '--disable-compression'],
  '--warnings-as-errors',
]
/** `config` changes the shell's own kubeconfig alone. */
const reading = [
  ...['get', 'describe', 'logs', 'events', 'explain', 'diff', 'top', 'wait', 'version', 'cluster-info'],
  ...['api-resources', 'api-versions', 'options', 'help', 'completion', 'config', 'kustomize', 'plugin'],
  ...['__complete', '__completeNoDesc'],
]
const readingPairs = ['auth can-i', 'auth whoami', 'rollout status', 'rollout history']
/** Those that only say what they would do with --dry-run=client or server. */
const dryable = [
  ...['apply', 'create', 'delete', 'replace', 'patch', 'scale', 'set', 'label', 'annotate', 'expose', 'run'],
  ...['autoscale', 'taint', 'cordon', 'uncordon', 'drain'],
]

/** What the script is made for. */
export interface GuardedShell {
  /** The session's kubeconfig: the script lies beside it. */
  readonly kubeconfig: string
  /** Of the context. */
  readonly name: string
  /** What it does where there is no terminal to type in. */
  readonly unattended: 'go-on' | 'refuse'
}

const either = (words: readonly string[]) => words.join('|')

/** Its text, for /bin/sh. */
export function guardScript({ kubeconfig, name, unattended }: GuardedShell): string {
  const typed = typedFor(name)
  const is = `ekscope: ${quoted(name)} is production`
  return `#!/bin/sh
# Made by ekscope shell: asks for the context's name before kubectl changes anything in it.
real= rest=$PATH:
while [ -n "$rest" ]; do
  folder=\${rest%%:*} rest=\${rest#*:}
  folder=\${folder:-.}
  # The guard of this shell, or of one around it.
  if [ -e "$folder/owner.json" ] && [ -e "$folder/config" ]; then continue; fi
  if [ -f "$folder/kubectl" ] && [ -x "$folder/kubectl" ]; then real=$folder/kubectl; break; fi
done
if [ -z "$real" ]; then echo 'kubectl: not found' >&2; exit 127; fi
verb= object= value= strange= early= dry= last=
for word do
  if [ "$word" = -- ]; then break; fi
  case $word in
    --dry-run=client|--dry-run=server)
      # Behind a flag it may be the value of that.
      case $last in -|-*=*) dry=1 ;; -*) dry= ;; *) dry=1 ;; esac ;;
    --dry-run*) dry= ;;
  esac
  last=$word
  if [ -n "$value" ]; then value=; continue; fi
  case $word in
    ${either(withValue)}) value=1 ;;
    ${either(withoutValue)}|-[nsv]?*|--?*=*) ;;
    -*) if [ -z "$object" ]; then strange=1; fi ;;
    *) if [ -z "$verb" ]; then verb=$word early=$strange
      elif [ -z "$object" ]; then object=$word; fi ;;
  esac
done
asks=1
case $verb in
  ${either(reading)}) asks=$early ;;
  ${either(dryable)}) if [ -n "$dry" ]; then asks=$early; fi ;;
  '') asks= ;;
esac
case "$verb $object" in ${either(readingPairs.map((pair) => `'${pair}'`))}|'auth '|'rollout ') asks=$strange ;; esac
if [ "$KUBECONFIG" != ${shWord(kubeconfig)} ]; then asks=; fi
if [ -n "$asks" ]; then
  # In a process of its own, which alone ends where there is none.
  if (: < /dev/tty) 2> /dev/null; then
    printf '%s' ${shWord(`${is}. Type ${typed === name ? 'its name' : quoted(typed)} to go on: `)} > /dev/tty
    read -r answer < /dev/tty || answer=
    if [ "$answer" != ${shWord(visible(typed).trim())} ]; then
      printf '%s\\n' 'ekscope: that is not its name, so kubectl was not started.' >&2
      exit 3
    fi
  else
    printf '%s\\n' ${shWord(
      unattended === 'refuse'
        ? `${is}, and there is no terminal to type its name in, so kubectl was not started.`
        : `${is}: going on, because there is no terminal to type its name in.`,
    )} >&2${unattended === 'refuse' ? '\n    exit 3' : ''}
  fi
fi
exec "$real" "$@"
`
}

/** What it cannot see, as a sentence. */
export const guardSees =
  'kubectl asks for its name here before it changes anything. It is not asked for by helm, k9s and other programs, by kubectl under its whole path or with another KUBECONFIG.'
