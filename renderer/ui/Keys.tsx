import { useApp } from './model'

/** A shortcut as this platform writes it: `Mod+K` is ⌘K or Ctrl+K. */
export function keyLabel(shortcut: string, mac: boolean): string {
  const names: Readonly<Record<string, string>> = mac
    ? { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↵', Escape: 'esc' }
    : { Mod: 'Ctrl', Escape: 'Esc' }
  return shortcut
    .split('+')
    .map((key) => names[key] ?? key)
    .join(mac ? '' : '+')
}

/** Draws a shortcut; nothing when there is none. */
export function Keys({
  shortcut,
  className,
}: {
  readonly shortcut: string | null
  readonly className?: string | undefined
}) {
  const mac = useApp((state) => state.app?.platform === 'darwin')
  if (shortcut === null) return null
  return <kbd className={className}>{keyLabel(shortcut, mac)}</kbd>
}
