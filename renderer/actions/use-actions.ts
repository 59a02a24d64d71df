import { createContext, useContext } from 'react'
import type { Action } from './action'

const Actions = createContext<readonly Action[]>([])

export const ActionsProvider = Actions.Provider

/** All actions of the window. */
export const useActions = (): readonly Action[] => useContext(Actions)
