import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './styles.css'
import { createRoot } from 'react-dom/client'
import { App } from './App'
import { bridgeOver } from './bridge'
import { takeEarly, takingEarly } from './early'
import { createModel } from './store/window-model'
import { applyTheme } from './theme'
import { holdKeys } from './ui/held-keys'
import { loadLater } from './ui/late'

// The only place that touches window.bridge: everything below gets the model.
const { bridge } = window
const place = document.getElementById('root')
if (bridge === undefined || place === null) {
  throw new Error('The preload script did not run: this page works only inside Ekscope.')
}
applyTheme({ theme: 'system', density: 'comfortable' })()
const model = createModel({ bridge: bridgeOver(takingEarly(bridge, takeEarly(window))) })
model.start()
const root = createRoot(place)
const isLaterNeeded = () => {
  const { page, inspecting, paletteOpen, variablesOpen } = model.state.getState()
  const { dialog } = model.edits.state.getState()
  return paletteOpen || variablesOpen || dialog !== null || inspecting || page !== 'contexts'
}
const keys = holdKeys(window, isLaterNeeded, () => void loadLater())
const takeLater = () =>
  void loadLater().finally(keys.giveOut).then(model.countViews).then(model.edits.expectEdits)
// A few contexts are there before a page that waits for them would have been painted: it is drawn once, with them.
const draw = () => {
  stopWaiting()
  clearTimeout(late)
  root.render(<App model={model} />)
  // When it has been painted, and the page has nothing else to do.
  setTimeout(() => requestIdleCallback(takeLater, { timeout: 200 }), 150)
}
const late = setTimeout(draw, 100)
const stopWaiting = model.state.subscribe(({ phase }) => {
  if (phase.kind !== 'loading') draw()
})

// biome-ignore lint/complexity/noUselessEmptyExport: without it this is bundled as CommonJS (electron.vite.config.ts)
export {}
