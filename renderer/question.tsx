import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './styles.css'
import { createRoot } from 'react-dom/client'
import type { QuestionBridge } from '../shared/trust/question-text'
import { QuestionPage } from './question/QuestionPage'
import { applyTheme } from './theme'

declare global {
  interface Window {
    /** Only where the question window's preload ran. */
    readonly question: QuestionBridge | undefined
  }
}

const { question: bridge } = window
const place = document.getElementById('root')
if (bridge === undefined || place === null) {
  throw new Error('The preload script did not run: this page works only as a question of Ekscope.')
}
// Main sets the theme of every window.
applyTheme({ theme: 'system', density: 'comfortable' })
void bridge.read().then((question) => {
  if (question !== null) createRoot(place).render(<QuestionPage question={question} bridge={bridge} />)
})

// biome-ignore lint/complexity/noUselessEmptyExport: without it this is bundled as CommonJS (electron.vite.config.ts)
export {}
