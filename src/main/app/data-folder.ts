/** Not in `index.ts`, because that loads the engine, and the desktop looks at the folder before anything else. */
export { prepareDataFolder } from '../platform/data-folder.ts';
