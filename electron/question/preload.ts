/** The only bridge into the question window's page: read the question, answer it, and hear when Allow has to rest. */
import { contextBridge, ipcRenderer } from 'electron'
import { questionChannels, type TypedAnswer } from '../../shared/trust/question-text'

contextBridge.exposeInMainWorld('question', {
  read: (): Promise<unknown> => ipcRenderer.invoke(questionChannels.read),
  answer: (allow: boolean, given?: TypedAnswer): Promise<unknown> =>
    ipcRenderer.invoke(
      questionChannels.answer,
      allow === true,
      String(given?.typed ?? ''),
      given?.keep === true,
    ),
  onRest: (listener: () => void): void => {
    ipcRenderer.on(questionChannels.rest, () => listener())
  },
})
