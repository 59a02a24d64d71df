/** The window as it is when everything of it is there: tests need not wait for what comes after its first picture. */
import { arrived } from '../later'
import * as parts from '../later-parts'
import * as menuParts from '../ui/menu-parts'
import { menusArrived } from '../ui/menus'

arrived(parts)
menusArrived(menuParts)
