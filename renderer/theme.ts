import type { Settings } from '../shared/ipc/settings'

/** Puts theme and density on the document, following the system where asked to. Returns what stops following. */
export function applyTheme({ theme, density }: Pick<Settings, 'theme' | 'density'>): () => void {
  const root = document.documentElement
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  const apply = () => {
    root.dataset.theme = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme
  }
  root.dataset.density = density
  apply()
  if (theme !== 'system') return () => undefined
  dark.addEventListener('change', apply)
  return () => dark.removeEventListener('change', apply)
}
