import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './tokens.css'
import './base.css'
import { createRoot } from 'react-dom/client'
import { App } from './App'
import { bridgeOver } from './bridge'
import { createModel } from './store/model'
import { applyTheme } from './theme'

// The only place that touches window.bridge: everything below gets the model.
const { bridge } = window
const place = document.getElementById('root')
if (bridge === undefined || place === null) {
  throw new Error('The preload script did not run: this page works only inside Ekscope.')
}
applyTheme({ theme: 'system', density: 'comfortable' })()
const model = createModel({ bridge: bridgeOver(bridge) })
model.start()
const root = createRoot(place)
// A few contexts are there before a page that waits for them would have been painted: it is drawn once, with them.
const draw = () => {
  stopWaiting()
  clearTimeout(late)
  root.render(<App model={model} />)
}
const late = setTimeout(draw, 100)
const stopWaiting = model.state.subscribe(({ phase }) => {
  if (phase.kind !== 'loading') draw()
})

// biome-ignore lint/complexity/noUselessEmptyExport: without it this is bundled as CommonJS (electron.vite.config.ts)
export {}
