/** What `kubectl ekscope` starts, a file of its own: by its name the program knows how it was called (system/called-as.ts). */
import './cli-start'
