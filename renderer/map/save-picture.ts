/** The map as a file that the user names. */
import type { FleetMap } from '../../shared/audit/map-model'
import type { Model } from '../store/window-model'
import { mapText as text } from '../text/map-texts'

/** Pixels of the picture for one of the map: sharp on screens of today. */
const scale = 2
/** A canvas has no more pixels on a side: a higher map would be made smaller, until its words cannot be read. */
export const most = 16_000

/** The same as PNG, in base64; drawn by this page from a data: address, so nothing is loaded. */
async function pngOf(svg: string, { width, height }: Pick<FleetMap, 'width' | 'height'>): Promise<string> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const by = Math.min(scale, most / width, most / height)
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * by)
  canvas.height = Math.round(height * by)
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '')
}

/** Main asks for the name of the file. */
export async function savePicture(
  { ask, say }: Pick<Model, 'ask' | 'say'>,
  kind: 'svg' | 'png',
  svg: string,
  size: Pick<FleetMap, 'width' | 'height'>,
): Promise<void> {
  const data = kind === 'svg' ? svg : await pngOf(svg, size)
  const saved = await ask('export.picture', { kind, data })
  if (saved != null) say(text.saved(saved.path))
}
